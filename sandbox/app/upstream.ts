import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What every version of the demo app depends on: when it fails, all of them fail alike. */
export interface Upstream {
  /** The environment by which tasks find it; for tasks that share this machine's loopback. */
  readonly env: { readonly UPSTREAM_URL: string };
  /** From now on so many of 100 requests fail in each task, each by itself. Word to every follower is on its way when it resolves. */
  fail(percent: number): Promise<void>;
  /** Tasks that follow it now. */
  readonly followers: number;
  /** Breaks the connections; followers come back. */
  hangUp(): void;
  close(): Promise<void>;
}

/**
 * An upstream that is well until it is told to fail. Tasks keep one request open and read from it, so a change reaches
 * them at once, and what they do meanwhile costs nothing.
 */
export async function startUpstream(): Promise<Upstream> {
  const followers = new Set<ServerResponse>();
  let failing = 0;
  const say = (follower: ServerResponse): Promise<void> =>
    // A follower that goes away while it is told has nothing more to do with this upstream.
    new Promise((resolve) => follower.write(`${failing}\n`, () => resolve()));

  const server = createServer((_, follower) => {
    follower.writeHead(200, { 'content-type': 'text/plain' });
    followers.add(follower);
    follower.once('close', () => followers.delete(follower));
    follower.on('error', () => undefined);
    void say(follower);
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    env: { UPSTREAM_URL: `http://127.0.0.1:${port}/` },
    get followers() {
      return followers.size;
    },
    async fail(percent) {
      failing = percent;
      await Promise.all([...followers].map(say));
    },
    hangUp: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
