import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Behaviour, behaviourEnv } from '../../../sandbox/app/behaviour.ts';
import { appSource } from '../../../sandbox/app/image.ts';

/** Each test starts processes, which takes its time on a busy machine. */
jest.setTimeout(60_000);

interface App {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals | null>;
  output(): string;
}

let folder = '';
const apps: App[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-app-'));
  await writeFile(join(folder, 'server.mjs'), appSource());
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  for (const app of apps.splice(0)) app.child.kill('SIGKILL');
});

/** Starts the app on a free port; resolves when it listens, or when it has ended before. */
async function start(behaviour: Behaviour = {}, more: Readonly<Record<string, string>> = {}): Promise<App> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(folder, 'server.mjs')], {
    env: { HOST: '127.0.0.1', PORT: String(port), VERSION: '7', HOSTNAME: 'ip-1', ...behaviourEnv(behaviour), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const listening = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('listens on')) resolve();
    });
  });
  const app = { url: `http://127.0.0.1:${port}`, port, child, ended, output: () => output };
  apps.push(app);
  await Promise.race([listening, ended]);
  return app;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function statuses(url: string, times: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await fetch(url)).status);
  return found;
}

test('it says its version and its task', async () => {
  const app = await start();
  const answer = await fetch(app.url);
  expect(await answer.json()).toEqual({ version: '7', task: 'ip-1' });
  expect(await statuses(`${app.url}/healthz`, 1)).toEqual([200]);
  expect(await statuses(`${app.url}/smoke?x=1`, 1)).toEqual([200]);
  expect(await statuses(`${app.url}/nothing`, 1)).toEqual([404]);
});

test('of 100 requests exactly FAIL_PERCENT fail, spread evenly, and its health does not show it', async () => {
  const app = await start({ failPercent: 25 });
  const found = await statuses(app.url, 20);
  expect(found).toEqual([...Array(5)].flatMap(() => [200, 200, 200, 500]));
  expect(await statuses(`${app.url}/healthz`, 1)).toEqual([200]);
  expect(app.output()).toContain('ERROR version 7 answers 500 to request 4');
});

test('a slow version answers late', async () => {
  const app = await start({ slowMs: 150 });
  const before = performance.now();
  await statuses(app.url, 1);
  // Timers may fire a millisecond early.
  expect(performance.now() - before).toBeGreaterThanOrEqual(149);
});

test.each<[string, Behaviour, string, number]>([
  ['its health fails', { health: 500 }, '/healthz', 500],
  ['it is not healthy yet', { healthyAfterMs: 600_000 }, '/healthz', 503],
  ['it is not healthy any more', { unhealthyAfterMs: 0 }, '/healthz', 503],
  ['it smokes', { smokeFails: true }, '/smoke', 500],
])('told that %s, it answers so', async (_, behaviour, path, status) => {
  const app = await start(behaviour);
  expect(await statuses(app.url + path, 1)).toEqual([status]);
  expect(await statuses(app.url, 1)).toEqual([200]);
});

describe('crashing', () => {
  test('it ends with the exit code and says why', async () => {
    const app = await start({ crashAfterMs: 1, exitCode: 42 });
    expect(await app.ended).toBe(42);
    expect(app.output()).toContain('FATAL version 7 ends with exit code 42');
  });

  test('it ends at the request that it cannot bear', async () => {
    const app = await start({ crashOnRequest: 3 });
    expect(await statuses(app.url, 2)).toEqual([200, 200]);
    await expect(fetch(app.url)).rejects.toThrow();
    expect(await app.ended).toBe(1);
  });

  test('a port that is taken is a reason to end with 1', async () => {
    const first = await start();
    const second = await start({}, { PORT: String(first.port) });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('EADDRINUSE');
  });

  test('a number that is none is named', async () => {
    const app = await start({}, { SLOW_MS: 'soon' });
    expect(await app.ended).toBe(1);
    expect(app.output()).toContain('SLOW_MS must be a number, got soon');
  });
});

describe('SIGTERM', () => {
  test('the request in flight is answered, its connection is closed, new ones are refused, and the exit code is 0', async () => {
    const app = await start({ slowMs: 500 });
    const agent = new Agent({ keepAlive: true });
    const answered = new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
      get(app.url, { agent }, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode, connection: answer.headers.connection });
      }).on('error', reject);
    });
    await untilConnected(app.port);
    app.child.kill('SIGTERM');
    expect(await answered).toEqual({ status: 200, connection: 'close' });
    expect(await app.ended).toBe(0);
    await expect(fetch(app.url)).rejects.toThrow();
  });

  test('told to ignore it, the app goes on', async () => {
    const app = await start({ ignoreSigterm: true });
    app.child.kill('SIGTERM');
    while (!app.output().includes('SIGTERM is ignored')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await statuses(app.url, 1)).toEqual([200]);
  });
});

/** Resolves when the server has taken a connection made after those that were there before. */
async function untilConnected(port: number): Promise<void> {
  const socket: Socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
}
