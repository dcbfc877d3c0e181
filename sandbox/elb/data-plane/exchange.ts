import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { InFlight, RegisteredTarget, TargetGroup } from '../model.ts';
import { type BodyMeter, createBodyMeter } from './body.ts';
import { type Connection, type ConnectionUser, connectionTo } from './connection.ts';
import { type Origin, requestHeadText, responseHeadText } from './heads.ts';
import { findHeadEnd, MAX_HEAD_BYTES, MalformedMessage, type RequestHead, readResponseHead } from './message.ts';

/** Small bodies travel in one write with their head: a system call costs more than the copy. */
const JOIN_BELOW_BYTES = 16 * 1024;

/** What an exchange tells about itself, for the metrics. */
export interface Meter {
  /** The target's answer has begun; `seconds` since the request had been sent. */
  answered(group: TargetGroup, status: number, seconds: number): void;
  /** The load balancer answered in the target's place. */
  failed(group: TargetGroup, status: 502 | 504, connecting: boolean): void;
  /** The client went away before the answer. */
  abandoned(group: TargetGroup): void;
}

/** The client's end of an exchange. */
export interface ExchangeClient {
  readonly socket: Socket;
  readonly origin: Origin;
  /** The answer is complete; `keepAlive` tells whether the connection can take another request. */
  exchangeDone(keepAlive: boolean): void;
  /** Nothing was sent to the client yet: the load balancer has to answer. */
  exchangeFailed(status: 502 | 504): void;
}

export interface Choice {
  readonly group: TargetGroup;
  readonly target: RegisteredTarget;
  /** Complete Set-Cookie lines of stickiness, or nothing. */
  readonly cookies: string;
}

/** One request to one target and its answer. There is no second try: an ALB has none either. */
export class Exchange implements ConnectionUser, InFlight {
  requestDone: boolean;
  readonly requestBody: BodyMeter;
  private readonly client: ExchangeClient;
  private readonly head: RequestHead;
  private readonly choice: Choice;
  private readonly meter: Meter;
  private readonly connection: Connection;
  private readonly startedMs = performance.now();
  private touchedMs = this.startedMs;
  private over = false;
  private headBytes: Buffer | undefined;
  private responseBody: BodyMeter | undefined;
  private clientKeepAlive = false;
  private targetKeepAlive = false;
  private hintSeconds: number | undefined;

  constructor(client: ExchangeClient, head: RequestHead, choice: Choice, meter: Meter) {
    this.client = client;
    this.head = head;
    this.choice = choice;
    this.meter = meter;
    this.requestBody = createBodyMeter(head.body);
    this.requestDone = this.requestBody.done;
    choice.target.inFlight.add(this);
    this.connection = connectionTo(choice.target);
    this.connection.user = this;
  }

  /** Sends the request's head and the body's first bytes; returns the index behind the last byte that is its own. */
  begin(rest: Buffer): number {
    const end = this.requestBody.pass(rest, 0);
    this.requestDone = this.requestBody.done;
    this.write(this.connection.socket, requestHeadText(this.head, this.client.origin), rest.subarray(0, end));
    return end;
  }

  /** More of the request's body; returns the index behind the last byte that is its own. */
  sendBody(chunk: Buffer): number {
    this.touchedMs = performance.now();
    const end = this.requestBody.pass(chunk, 0);
    this.requestDone = this.requestBody.done;
    const part = end === chunk.length ? chunk : chunk.subarray(0, end);
    if (part.length > 0 && !this.connection.socket.write(part)) this.client.socket.pause();
    return end;
  }

  onConnected(): void {
    this.touchedMs = performance.now();
  }

  onDrain(): void {
    this.client.socket.resume();
  }

  clientDrained(): void {
    this.connection.socket.resume();
  }

  onData(chunk: Buffer): void {
    this.touchedMs = performance.now();
    try {
      if (this.responseBody) this.forward('', chunk, this.responseBody);
      else this.readHead(chunk);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.fail(502);
    }
  }

  private readHead(chunk: Buffer): void {
    let bytes = this.headBytes ? Buffer.concat([this.headBytes, chunk]) : chunk;
    for (;;) {
      const end = findHeadEnd(bytes);
      if (end === -1) {
        if (bytes.length > MAX_HEAD_BYTES) throw new MalformedMessage('response head too long');
        this.headBytes = bytes;
        return;
      }
      const head = readResponseHead(bytes, end, this.head.method);
      if (head.status === 101) throw new MalformedMessage('101 without an upgrade');
      if (head.status >= 200) {
        this.headBytes = undefined;
        this.meter.answered(this.choice.group, head.status, (performance.now() - this.startedMs) / 1_000);
        this.responseBody = createBodyMeter(head.body);
        // A body that ends with the connection ends the client's connection too: the length is known to nobody.
        this.clientKeepAlive = this.head.keepAlive && head.body !== 'until-close';
        this.targetKeepAlive = head.keepAlive && this.head.minorVersion === 1;
        this.hintSeconds = head.keepAliveSeconds;
        const text = responseHeadText(head, this.choice.cookies, this.clientKeepAlive);
        this.forward(text, bytes.subarray(end), this.responseBody);
        return;
      }
      // 100 Continue and 103 Early Hints go through, and the answer is still to come.
      this.client.socket.write(bytes.subarray(0, end));
      bytes = bytes.subarray(end);
    }
  }

  private forward(headText: string, chunk: Buffer, body: BodyMeter): void {
    const end = body.pass(chunk, 0);
    const part = end === chunk.length ? chunk : chunk.subarray(0, end);
    const { socket } = this.client;
    if (!this.write(socket, headText, part)) this.connection.socket.pause();
    if (body.done) this.finish(end === chunk.length);
  }

  private write(socket: Socket, headText: string, part: Buffer): boolean {
    if (headText === '') return part.length === 0 || socket.write(part);
    if (part.length < JOIN_BELOW_BYTES) return socket.write(headText + part.toString('latin1'), 'latin1');
    socket.cork();
    socket.write(headText, 'latin1');
    const more = socket.write(part);
    socket.uncork();
    return more;
  }

  onEnd(): void {
    if (this.responseBody?.untilClose) this.finish(false);
    else this.fail(502);
  }

  onError(): void {
    this.fail(502);
  }

  cutOff(): void {
    this.fail(502);
  }

  /** Ends the exchange when it is over time (milliseconds). Called now and then by the listener. */
  checkTime(nowMs: number, connectTimeoutMs: number, idleTimeoutMs: number): void {
    const limitMs = this.connection.connected ? idleTimeoutMs : connectTimeoutMs;
    if (nowMs - this.touchedMs > limitMs) this.fail(504);
  }

  /** The client has gone. */
  abandon(): void {
    if (this.over) return;
    if (!this.responseBody) this.meter.abandoned(this.choice.group);
    this.end();
    this.connection.discard();
  }

  private finish(clean: boolean): void {
    if (this.over) return;
    this.end();
    if (clean && this.targetKeepAlive && this.requestDone) {
      this.connection.socket.resume();
      this.connection.release(this.hintSeconds);
    } else {
      this.connection.discard();
    }
    this.client.socket.resume();
    this.client.exchangeDone(this.clientKeepAlive && this.requestDone);
  }

  private fail(status: 502 | 504): void {
    if (this.over) return;
    this.end();
    const connecting = !this.connection.connected;
    this.connection.discard();
    if (this.responseBody) {
      // The answer has begun: only a broken connection can tell the client that it will not end.
      this.client.socket.destroy();
      return;
    }
    this.meter.failed(this.choice.group, status, connecting);
    this.client.socket.resume();
    this.client.exchangeFailed(status);
  }

  private end(): void {
    this.over = true;
    const { target } = this.choice;
    target.inFlight.delete(this);
    if (target.inFlight.size === 0) target.onQuiet?.();
  }
}
