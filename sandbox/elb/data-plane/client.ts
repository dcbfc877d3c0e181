import type { Socket } from 'node:net';
import type { BodyMeter } from './body.ts';
import { createBodyMeter } from './body.ts';
import { Exchange, type ExchangeClient, type Meter } from './exchange.ts';
import { type Answer, answerText, errorAnswer, type Origin } from './heads.ts';
import { findHeadEnd, MAX_HEAD_BYTES, MalformedMessage, type RequestHead, readRequestHead } from './message.ts';
import type { Decision } from './route.ts';

/** What a client's connection needs from its listener. */
export interface ClientParts {
  readonly meter: Meter & {
    /** An answer of the load balancer's own that no target was asked for. */
    refused(status: number): void;
  };
  decide(head: RequestHead, clientAddress: string): Decision;
  closed(client: Client): void;
}

const NOTHING = Buffer.alloc(0);

/** One client's connection: its requests one after another. */
export class Client implements ExchangeClient {
  readonly socket: Socket;
  readonly origin: Origin;
  exchange: Exchange | undefined;
  /** Bytes that belong to a request whose turn has not come, or whose head is not complete. */
  private waiting: Buffer = NOTHING;
  /** What is left of a body that nobody wants any more. */
  private unwanted: BodyMeter | undefined;
  /** Requests so far; tells a quiet connection from one that is only between two requests. */
  requests = 0;
  private method = '';
  private keepAlive = true;
  private closing = false;
  private readonly parts: ClientParts;

  constructor(socket: Socket, port: number, parts: ClientParts) {
    this.socket = socket;
    this.parts = parts;
    this.origin = { clientAddress: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''), port };
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('drain', () => this.exchange?.clientDrained());
    // A client that closes its side has gone, even with an answer to come: an ALB notes 460
    // (docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html, "HTTP 460").
    socket.on('end', () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.exchange?.abandon();
      this.exchange = undefined;
      parts.closed(this);
    });
  }

  /** Closes the connection as soon as no request is on its way. */
  close(): void {
    this.closing = true;
    if (!this.exchange) this.socket.destroySoon();
  }

  private take(chunk: Buffer): void {
    try {
      let rest = chunk;
      if (this.unwanted) {
        rest = rest.subarray(this.unwanted.pass(rest, 0));
        if (!this.unwanted.done) return;
        this.unwanted = undefined;
      }
      if (this.exchange && !this.exchange.requestDone) {
        rest = rest.subarray(this.exchange.sendBody(rest));
      }
      if (rest.length === 0) return;
      this.waiting = this.waiting.length === 0 ? rest : Buffer.concat([this.waiting, rest]);
      if (!this.exchange) this.next();
      // A pipelined request waits; more than one head's worth of them waits in the kernel.
      else if (this.waiting.length > MAX_HEAD_BYTES) this.socket.pause();
    } catch (error) {
      this.reject(error);
    }
  }

  /** Starts the requests that wait, until one is on its way. */
  private next(): void {
    while (!this.exchange && !this.closing && this.waiting.length > 0 && !this.unwanted) {
      const end = findHeadEnd(this.waiting);
      if (end === -1) {
        if (this.waiting.length > MAX_HEAD_BYTES) throw new MalformedMessage('request head too long');
        return;
      }
      const head = readRequestHead(this.waiting, end);
      if (head.host === '' && head.minorVersion === 1) throw new MalformedMessage('no host');
      const rest = this.waiting.subarray(end);
      this.waiting = NOTHING;
      this.requests += 1;
      this.method = head.method;
      this.keepAlive = head.keepAlive;
      this.begin(head, rest);
    }
  }

  private begin(head: RequestHead, rest: Buffer): void {
    const decision = this.parts.decide(head, this.origin.clientAddress);
    if (decision.kind === 'forward') {
      const exchange = new Exchange(this, head, decision.choice, this.parts.meter);
      this.exchange = exchange;
      this.waiting = rest.subarray(exchange.begin(rest));
      return;
    }
    const body = createBodyMeter(head.body);
    this.waiting = rest.subarray(body.pass(rest, 0));
    if (!body.done) this.unwanted = body;
    if (decision.kind === 'no-target') {
      this.parts.meter.refused(503);
      this.answer(errorAnswer(503));
    } else {
      this.answer(decision.answer);
    }
  }

  exchangeDone(keepAlive: boolean): void {
    this.exchange = undefined;
    this.afterAnswer(keepAlive);
  }

  exchangeFailed(status: 502 | 504): void {
    const { exchange } = this;
    this.exchange = undefined;
    if (exchange && !exchange.requestDone) this.unwanted = exchange.requestBody;
    this.answer(errorAnswer(status));
    this.resumeWaiting();
  }

  private answer(answer: Answer): void {
    const keepAlive = this.keepAlive && !this.closing;
    this.socket.write(answerText(answer, this.method, keepAlive));
    if (keepAlive) return;
    this.closing = true;
    this.socket.end();
  }

  private afterAnswer(keepAlive: boolean): void {
    if (keepAlive && !this.closing) {
      this.resumeWaiting();
      return;
    }
    this.closing = true;
    this.socket.end();
  }

  /** Not at once: an answer can end inside the call that began its request. */
  private resumeWaiting(): void {
    if (this.waiting.length === 0) return;
    setImmediate(() => {
      try {
        this.next();
      } catch (error) {
        this.reject(error);
      }
    });
  }

  private reject(error: unknown): void {
    if (!(error instanceof MalformedMessage)) throw error;
    this.exchange?.abandon();
    this.exchange = undefined;
    this.parts.meter.refused(400);
    this.keepAlive = false;
    this.closing = true;
    this.answer(errorAnswer(400));
  }
}
