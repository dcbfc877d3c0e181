import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { httpProbe } from '../../src/adapters/http-probe.ts';

const open: { closeAllConnections?(): void; close(done: () => void): unknown }[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections?.();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new AbortController().signal;
/** Far above what a slow machine needs: no test waits for it. */
const LONG_MS = 30_000;

test('an answer is told by its status, whatever it is', async () => {
  const url = await serve((_, response) => response.writeHead(503).end('x'.repeat(100_000)));
  const seen = await httpProbe.get(url, LONG_MS, never);
  expect(seen).toEqual({ status: 503, ms: expect.any(Number) });
});

test('a redirect is an answer and is not followed', async () => {
  let requests = 0;
  const url = await serve((_, response) => {
    requests += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect(await httpProbe.get(url, LONG_MS, never)).toMatchObject({ status: 302 });
  expect(requests).toBe(1);
});

describe('what is no answer is told as a sentence', () => {
  test('silence', async () => {
    const url = await serve(() => {});
    expect(await httpProbe.get(url, 250, never)).toEqual({ problem: 'no answer within 250 ms' });
  });

  test('a body that never ends', async () => {
    const url = await serve((_, response) => void response.writeHead(200).write('half'));
    expect(await httpProbe.get(url, 250, never)).toEqual({ problem: 'no answer within 250 ms' });
  });

  test('a port that nobody listens on', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    expect(await httpProbe.get(`http://127.0.0.1:${port}`, LONG_MS, never)).toEqual({
      problem: `connection refused by 127.0.0.1:${port}`,
    });
  });

  test('a connection that is closed in the middle', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    });
    expect(await httpProbe.get(url, LONG_MS, never)).toEqual({
      problem: expect.stringContaining('closed the connection before the answer was whole'),
    });
  });

  test('a host that does not exist', async () => {
    expect(await httpProbe.get('http://no-such-host.invalid/x', LONG_MS, never)).toEqual({
      problem: 'host name no-such-host.invalid not found',
    });
  });

  test('text that is no URL', async () => {
    expect(await httpProbe.get('not a url', LONG_MS, never)).toEqual({ problem: "'not a url' is not a URL" });
  });

  test('a cancelled job', async () => {
    const cancelled = new AbortController();
    const url = await serve(() => cancelled.abort());
    expect(await httpProbe.get(url, LONG_MS, cancelled.signal)).toEqual({ problem: 'cancelled before an answer' });
  });
});
