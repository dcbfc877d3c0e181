import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { RegisteredTarget } from '../model.ts';

/** Who uses a connection at the moment. */
export interface ConnectionUser {
  onConnected(): void;
  onData(chunk: Buffer): void;
  /** The target sent FIN. */
  onEnd(): void;
  /** Refused, reset or unreachable. */
  onError(): void;
  onDrain(): void;
}

/**
 * How long an idle connection is kept when the target gives no `Keep-Alive: timeout` hint, and how long before a hinted
 * timeout it is given up. An ALB keeps connections up to its idle timeout and answers 502 when the target closes one at
 * the moment a request goes out on it
 * (docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html, "HTTP 502").
 * That race would be noise in every test here, so connections go before the usual servers close theirs (2 s and more).
 */
const UNHINTED_KEEP_MS = 1_500;
const BEFORE_HINT_MS = 1_000;

/** One connection from the load balancer to a target. */
export class Connection {
  readonly socket: Socket;
  connected = false;
  user: ConnectionUser | undefined;
  private readonly target: RegisteredTarget;
  private keepUntilMs = 0;

  constructor(target: RegisteredTarget) {
    this.target = target;
    this.socket = connect({ host: target.id, port: target.port, noDelay: true, autoSelectFamily: false });
    this.socket.on('connect', () => {
      this.connected = true;
      this.user?.onConnected();
    });
    this.socket.on('data', (chunk: Buffer) => {
      if (this.user) this.user.onData(chunk);
      else this.discard();
    });
    this.socket.on('end', () => {
      if (this.user) this.user.onEnd();
      else this.discard();
    });
    this.socket.on('error', () => {
      if (this.user) this.user.onError();
      else this.discard();
    });
    this.socket.on('drain', () => this.user?.onDrain());
  }

  /** Keeps it for the next request, unless the hint says that the target will close it at once. */
  release(hintSeconds: number | undefined): void {
    this.user = undefined;
    const keepMs = hintSeconds === undefined ? UNHINTED_KEEP_MS : hintSeconds * 1_000 - BEFORE_HINT_MS;
    if (keepMs <= 0 || this.target.state === 'draining' || this.target.state === 'unused') {
      this.socket.destroy();
      return;
    }
    this.keepUntilMs = performance.now() + keepMs;
    this.target.idle.push(this);
  }

  isUsable(nowMs: number): boolean {
    return nowMs < this.keepUntilMs && this.socket.writable && !this.socket.readableEnded;
  }

  discard(): void {
    const at = this.target.idle.indexOf(this);
    if (at !== -1) this.target.idle.splice(at, 1);
    this.user = undefined;
    this.socket.destroy();
  }
}

/** The most recently used idle connection, or a new one. */
export function connectionTo(target: RegisteredTarget): Connection {
  const now = performance.now();
  for (;;) {
    const kept = target.idle.pop();
    if (!kept) return new Connection(target);
    if (kept.isUsable(now)) return kept;
    kept.discard();
  }
}

/** Closes the idle connections of a target whose time is over, or all of them. */
export function closeIdle(target: RegisteredTarget, which: 'all' | 'expired'): void {
  const now = performance.now();
  for (const kept of [...target.idle]) {
    if (which === 'all' || !kept.isUsable(now)) kept.discard();
  }
}
