import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came over the wire. */
export interface Sent {
  /** `AmazonEC2ContainerServiceV20141113.DescribeServices`, or the query protocol's Action. */
  readonly operation: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/**
 * An endpoint that answers by operation, each answer once and the last one for ever, and keeps what it was sent.
 * It knows nothing of AWS's rules: what is tested here is what goes over the wire and how the answer is read.
 */
export class FakeEndpoint {
  readonly sent: Sent[] = [];
  readonly #answers = new Map<string, Answer[]>();
  #server: Server | undefined;

  /** Starts on a free port and points the SDK's own variables there. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const target = request.headers['x-amz-target'];
        const operation =
          typeof target === 'string' ? target : (new URLSearchParams(body).get('Action') ?? request.url ?? '');
        this.sent.push({ operation, headers: request.headers, body });
        const name = operation.slice(operation.lastIndexOf('.') + 1);
        const queue = this.#answers.get(name) ?? [];
        const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? {
          status: 400,
          body: { __type: 'InvalidAction', message: `no answer was prepared for ${name}` },
        };
        const isXml = typeof answer.body === 'string';
        response.statusCode = answer.status ?? 200;
        response.setHeader('content-type', isXml ? 'text/xml' : 'application/x-amz-json-1.1');
        response.end(isXml ? (answer.body as string) : JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env['AWS_REGION'] = 'eu-central-1';
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  }

  answer(operation: string, ...answers: readonly Answer[]): void {
    this.#answers.set(operation, [...answers]);
  }

  /** The JSON bodies sent to this operation, in order. */
  bodies(operation: string): readonly unknown[] {
    return this.requests(operation).map(({ body }) => JSON.parse(body) as unknown);
  }

  requests(operation: string): readonly Sent[] {
    return this.sent.filter((one) => one.operation.endsWith(operation));
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** An error as ECS answers it. */
export function refusal(type: string, message: string, status = 400): Answer {
  return { status, body: { __type: type, message } };
}
