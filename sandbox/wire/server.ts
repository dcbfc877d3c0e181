import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from '../contracts.ts';
import type { Faults } from '../faults.ts';
import { execute, type Outcome, recordOf } from './execute.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { openEnvelope, readBody } from './request.ts';
import { AwsError, type AwsService } from './service.ts';

/** Serves everything below a path beside the AWS protocols; the image registry's `/v2/` is one. */
export type PathHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The one HTTP endpoint of the sandbox. */
export interface Wire {
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /** `127.0.0.1:PORT`, for the names of images. */
  readonly host: string;
  readonly recorder: Recorder;
  add(service: AwsService): void;
  /** `prefix` without a slash at its end: `/v2`. */
  mount(prefix: string, handler: PathHandler): void;
  /** Ends every connection, also those in the middle of an answer. */
  close(): Promise<void>;
}

export interface WireOptions {
  /** 0 (the default) picks a free one. Rejects with the system's error when it is taken. */
  readonly port?: number;
  readonly place: Place;
  readonly faults: Faults;
}

/** Listens on 127.0.0.1. Services are added afterwards, since some of them must know the endpoint's address. */
export async function startWire(options: WireOptions): Promise<Wire> {
  const services: AwsService[] = [];
  const mounts = new Map<string, PathHandler>();
  const recorder = createRecorder();

  const serveMount = async (handler: PathHandler, request: IncomingMessage, response: ServerResponse) => {
    try {
      await handler(request, response);
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      recorder.violation({
        at: Date.now(),
        service: 'registry',
        operation: `${request.method} ${request.url}`,
        problem,
      });
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    }
  };

  const serveCall = async (request: IncomingMessage, response: ServerResponse) => {
    const at = Date.now();
    const requestId = randomUUID();
    let body: Buffer;
    let tooLarge: AwsError | undefined;
    try {
      body = await readBody(request);
    } catch (error) {
      // Without an AwsError the client went away or sent no gzip where it said so.
      if (!(error instanceof AwsError) && !request.complete) return;
      tooLarge = error instanceof AwsError ? error : new AwsError('SerializationException', '');
      body = Buffer.alloc(0);
    }
    const envelope = openEnvelope(request, body, services);
    const serviceName = envelope.service?.name ?? envelope.signature?.service ?? 'unknown';
    const plan = options.faults.plan(serviceName, envelope.operation, envelope.signature?.accessKeyId);
    if (plan.delayMs > 0) await sleep(plan.delayMs);
    const outcome = await execute(envelope, { place: options.place, requestId, refused: tooLarge ?? plan.error });
    for (const problem of outcome.problems)
      recorder.violation({ at, service: serviceName, operation: envelope.operation, problem });
    if (plan.answerDelayMs > 0) await sleep(plan.answerDelayMs);
    recorder.call(recordOf(at, serviceName, envelope, outcome));
    if (plan.loseAnswer) request.socket.destroy();
    else answer(response, outcome, requestId);
  };

  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const mounted = [...mounts].find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
    void (mounted ? serveMount(mounted[1], request, response) : serveCall(request, response)).catch(() =>
      response.destroy(),
    );
  });
  // Longer than the clients keep an idle connection, so that they never meet one which has just been closed.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    endpoint: `http://${host}`,
    host,
    recorder,
    add: (service) => void services.push(service),
    mount: (prefix, handler) => void mounts.set(prefix, handler),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, outcome: Outcome, requestId: string): void {
  response.writeHead(outcome.status, {
    'x-amzn-RequestId': requestId,
    'Content-Type': outcome.contentType,
    'Content-Length': Buffer.byteLength(outcome.body),
    ...outcome.headers,
  });
  response.end(outcome.body);
}
