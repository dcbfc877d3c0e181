import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Lab, type RunningServer, send, serve, serveText, startLab, until } from './lab.ts';

let lab: Lab;
const running: { close(): unknown }[] = [];

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  await lab.close();
  for (const one of running.splice(0)) await one.close();
});

async function target(listener: Parameters<typeof serve>[0]): Promise<RunningServer> {
  const server = await serve((asked, answer) => {
    if (asked.headers['user-agent'] === 'ELB-HealthChecker/2.0') answer.end();
    else listener(asked, answer);
  });
  running.push(server);
  await lab.addHealthy(lab.one, server.target);
  return server;
}

/** A target that speaks in raw bytes; health checks pass. */
async function rawTarget(onRequest: (socket: Socket, text: string) => void): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      if (text.includes('ELB-HealthChecker')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      else onRequest(socket, text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  await lab.addHealthy(lab.one, { id: '127.0.0.1', port: address.port });
  return server;
}

/** Writes raw bytes to the listener and reads until it closes the connection or `enough` is in it. */
function raw(text: string, enough?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let read = '';
    const socket = connect(Number(new URL(lab.url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      read += data.toString('latin1');
      if (enough !== undefined && read.includes(enough)) socket.destroy();
    });
    socket.on('close', () => resolve(read));
    socket.on('error', reject);
  });
}

describe('bodies', () => {
  test('pass both ways unchanged, with a length and in chunks', async () => {
    await target((asked, answer) => {
      answer.writeHead(
        201,
        asked.headers['content-length'] ? { 'content-length': asked.headers['content-length'] } : {},
      );
      asked.pipe(answer);
    });
    const body = randomBytes(3_000_000);
    const sized = await send(lab, '/', {
      method: 'POST',
      body,
      headers: { 'content-length': String(body.length) },
    });
    expect([sized.status, sized.body.equals(body)]).toEqual([201, true]);
    const inChunks = await send(lab, '/', { method: 'POST', chunks: [body.subarray(0, 10), body.subarray(10)] });
    expect([inChunks.status, inChunks.body.equals(body)]).toEqual([201, true]);
  });

  test('one connection carries many requests, those of other methods among them', async () => {
    await target((asked, answer) => {
      asked.resume();
      if (asked.url === '/none') answer.writeHead(204).end();
      else answer.end(`${asked.method} ${asked.url}`);
    });
    for (const [method, path, body] of [
      ['GET', '/a?b=c', 'GET /a?b=c'],
      ['HEAD', '/a', ''],
      ['DELETE', '/none', ''],
      ['GET', '/last', 'GET /last'],
    ] as const) {
      expect((await send(lab, path, { method })).body.toString()).toBe(body);
    }
  });

  test('pipelined requests are answered in their order', async () => {
    await target((asked, answer) => answer.end(`<${asked.url}>`));
    const read = await raw(
      'GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(read.match(/<\/\d>/g)).toEqual(['</1>', '</2>', '</3>']);
  });

  test('an answer that ends with the connection ends the client’s too', async () => {
    await rawTarget((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
    expect((await send(lab)).body.toString()).toBe('all of it');
  });

  test('100 Continue comes from the target before the body is sent', async () => {
    await rawTarget((socket, text) => {
      socket.write(
        text.includes('Expect') ? 'HTTP/1.1 100 Continue\r\n\r\n' : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      );
    });
    const head = 'PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';
    expect(await raw(head, '100 Continue\r\n\r\n')).toContain('100 Continue');
  });
});

test('the target learns the client’s address, the port and a trace id', async () => {
  await target((asked, answer) => answer.end(JSON.stringify(asked.headers)));
  const { body } = await send(lab, '/', {
    headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' },
  });
  const { port } = new URL(lab.url);
  expect(JSON.parse(body.toString())).toMatchObject({
    host: `127.0.0.1:${port}`,
    'x-forwarded-for': '203.0.113.9, 127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': port,
    'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
  });
});

describe('502', () => {
  test('when nobody listens', async () => {
    const gone = await serveText('');
    await gone.close();
    lab.lb.port.register(lab.one, gone.target);
    expect((await send(lab)).status).toBe(502);
    expect(lab.lb.metrics.live().get(lab.one)).toMatchObject({ requests: 1, elb5xx: 1, connectionErrors: 1 });
  });

  test.each([
    ['closes without an answer', (socket: Socket) => socket.destroy()],
    ['closes in the middle of the head', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-')],
    ['does not speak HTTP', (socket: Socket) => socket.write('hello there\r\n\r\n')],
  ])('when the target %s', async (_, misbehave) => {
    await rawTarget(misbehave);
    expect((await send(lab)).status).toBe(502);
    expect(lab.lb.metrics.live().get(lab.one)).toMatchObject({ requests: 1, elb5xx: 1, connectionErrors: 0 });
  });

  test('cannot be given any more when the answer has begun: the connection breaks', async () => {
    await rawTarget((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this'));
    await expect(send(lab)).rejects.toThrow();
  });

  test('leaves the client’s connection usable when its body was not read to the end', async () => {
    await rawTarget((socket) => socket.destroy());
    const read = await raw(
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(read.match(/HTTP\/1.1 502/g)).toHaveLength(2);
  });
});

test('503 when the target group has no target', async () => {
  const { status, headers } = await send(lab);
  expect([status, headers.server]).toEqual([503, 'awselb/2.0']);
});

test('504 when the target does not answer within the idle timeout', async () => {
  await lab.run('ModifyLoadBalancerAttributes', {
    LoadBalancerArn: lab.loadBalancerArn,
    Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }],
  });
  await target(() => undefined);
  expect((await send(lab)).status).toBe(504);
});

test('400 when the request is malformed', async () => {
  expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  expect(await raw('GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
});

test('a client that goes away takes its request away from the target', async () => {
  let arrived = false;
  let closed = false;
  await target((asked) => {
    arrived = true;
    asked.on('close', () => {
      closed = true;
    });
  });
  const socket = connect(Number(new URL(lab.url).port), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => arrived);
  expect(closed).toBe(false);
  socket.destroy();
  await until(() => closed);
});

test('a connection that the target will close soon is not used again', async () => {
  const used = new WeakSet<Socket>();
  await rawTarget((socket) => {
    // The race of an ALB: the second request meets the closing of the connection.
    if (used.has(socket)) socket.destroy();
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=1\r\n\r\nok');
    used.add(socket);
  });
  for (let i = 0; i < 3; i++) expect((await send(lab)).status).toBe(200);
});

test('a connection that the target keeps is used again, and one that it closed is not', async () => {
  const sockets = new Set<Socket>();
  let last: Socket | undefined;
  await rawTarget((socket) => {
    sockets.add(socket);
    last = socket;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  for (let i = 0; i < 5; i++) await send(lab);
  expect(sockets.size).toBe(1);
  const closed = new Promise((resolve) => last?.once('close', resolve));
  last?.end();
  await closed;
  expect((await send(lab)).status).toBe(200);
  expect(sockets.size).toBe(2);
});
