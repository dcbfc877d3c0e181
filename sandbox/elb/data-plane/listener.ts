import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { ListenerSocket } from '../model.ts';
import { Client, type ClientParts } from './client.ts';
import type { RequestHead } from './message.ts';
import type { Decision } from './route.ts';

export interface ListenerParts {
  readonly meter: ClientParts['meter'];
  decide(head: RequestHead, clientAddress: string, port: number): Decision;
  /** The load balancer's idle timeout; real milliseconds. */
  idleTimeoutMs(): number;
  /** How long a target may take to accept a connection; real milliseconds. */
  readonly connectTimeoutMs: number;
}

const CHECK_EVERY_MS = 100;
/** Requests that are on their way when a listener closes get this long. */
const CLOSE_WITHIN_MS = 1_000;

/** Opens a listener on loopback. `port` 0 takes a free one. Rejects with the system's error, for example EADDRINUSE. */
export async function openListener(port: number, parts: ListenerParts): Promise<ListenerSocket> {
  const clients = new Map<Client, { requests: number; quietSinceMs: number }>();
  let bound = port;
  const clientParts: ClientParts = {
    meter: parts.meter,
    decide: (head, clientAddress) => parts.decide(head, clientAddress, bound),
    closed: (client) => clients.delete(client),
  };
  const server = createServer({ noDelay: true }, (socket) => {
    clients.set(new Client(socket, bound, clientParts), { requests: 0, quietSinceMs: performance.now() });
  });

  const check = setInterval(() => {
    const now = performance.now();
    const idleTimeoutMs = parts.idleTimeoutMs();
    for (const [client, seen] of clients) {
      client.exchange?.checkTime(now, parts.connectTimeoutMs, idleTimeoutMs);
      if (client.exchange || client.requests !== seen.requests) {
        seen.requests = client.requests;
        seen.quietSinceMs = now;
      } else if (now - seen.quietSinceMs > idleTimeoutMs) {
        client.close();
      }
    }
  }, CHECK_EVERY_MS);
  check.unref();

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (typeof address === 'object' && address) bound = address.port;

  return {
    port: bound,
    async close() {
      clearInterval(check);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients.keys()) client.close();
      const late = setTimeout(() => {
        for (const client of clients.keys()) client.socket.destroy();
      }, CLOSE_WITHIN_MS);
      await closed;
      clearTimeout(late);
    },
  };
}
