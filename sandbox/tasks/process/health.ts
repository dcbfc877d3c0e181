/** Container health checks of processes, with Docker's rules. */

import { spawn } from 'node:child_process';
import type { ContainerToRun, SandboxClock } from '../../contracts.ts';
import type { Health } from '../container.ts';
import type { ProcessCommand } from './command.ts';

/** A check is a process that needs real time to start, however fast the sandbox's clock runs. */
const LEAST_TIMEOUT_MS = 2_000;

type HealthCheck = NonNullable<ContainerToRun['healthCheck']>;

interface Check {
  readonly settings: HealthCheck;
  readonly argv: readonly [string, ...string[]];
  readonly command: ProcessCommand;
  readonly clock: SandboxClock;
  /** Told at each change, first from "unknown". */
  readonly onHealth: (health: Health) => void;
}

/** The first check comes one interval after the start, the next one interval after the last has ended. Returns the stop. */
export function checkHealth({ settings, argv, command, clock, onHealth }: Check): () => void {
  const startedAt = clock.now().getTime();
  const startPeriodMs = clock.real(settings.startPeriod * 1_000);
  const timeoutMs = Math.max(
    clock.real(settings.timeout * 1_000),
    Math.min(settings.timeout * 1_000, LEAST_TIMEOUT_MS),
  );
  const stopped = new AbortController();
  let health: Health | undefined;
  let failures = 0;
  let cancel = (): void => {};

  const tell = (now: Health): void => {
    if (health !== now) onHealth(now);
    health = now;
  };
  const look = async (): Promise<void> => {
    const passed = await exitsWithZero(argv, command, timeoutMs, stopped.signal);
    if (stopped.signal.aborted) return;
    if (passed) {
      failures = 0;
      tell('HEALTHY');
    } else if (health !== undefined || clock.now().getTime() - startedAt >= startPeriodMs) {
      // "Optional grace period to provide containers time to bootstrap before failed health checks count towards
      // the maximum number of retries" (ECS API reference, HealthCheck); once healthy the grace is over.
      failures += 1;
      if (failures >= settings.retries) tell('UNHEALTHY');
    }
    next();
  };
  const next = (): void => {
    cancel = clock.after(settings.interval * 1_000, () => void look());
  };
  next();
  return () => {
    stopped.abort();
    cancel();
  };
}

/** A check that cannot be started, or lasts too long, has failed; it is killed with all that it started. */
function exitsWithZero(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env }: ProcessCommand,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: 'ignore', detached: true });
    const kill = (): void => killGroup(child.pid);
    const timer = setTimeout(kill, timeoutMs);
    signal.addEventListener('abort', kill, { once: true });
    const done = (passed: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      resolve(passed);
    };
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
}

/** SIGKILL to a process started `detached` and to all that it started and that stayed in its group. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}
