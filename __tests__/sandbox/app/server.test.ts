import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Behaviour, behaviourEnv } from '../../../sandbox/app/behaviour.ts';
import { appSource } from '../../../sandbox/app/image.ts';
import { startUpstream, type Upstream } from '../../../sandbox/app/upstream.ts';

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

async function timed(url: string): Promise<number> {
  const before = performance.now();
  await statuses(url, 1);
  return performance.now() - before;
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

test('told to fail at random, its failures do not come evenly, and are as many as its chance says', async () => {
  const app = await start({ failPercent: 50, failsAtRandom: true });
  const found = await statuses(app.url, 200);
  const failed = found.filter((status) => status === 500).length;
  // Six standard errors: once in 500 million times chance alone leads beyond them.
  expect(Math.abs(failed - 100)).toBeLessThanOrEqual(43);
  // As even as without the option would be every second one; at random that happens once in 2^199 times.
  expect(found.some((status, i) => status === found[i - 1])).toBe(true);
});

test('a tail: only some of its requests are slow', async () => {
  const app = await start({ slowMs: 200, slowPercent: 50 });
  // Of 60 all slow, or none: once in 2^59 times.
  const slow = (await Promise.all(Array.from({ length: 60 }, () => timed(app.url)))).filter((ms) => ms >= 199);
  expect(slow.length).toBeGreaterThan(0);
  // On a busy machine others may be slow too, but not all of them for ever: jest's own time limit is the end of it.
  while ((await timed(app.url)) >= 199);
});

test('cold: from the first request on it fails and is slow for a while, and then no more', async () => {
  const app = await start({ coldMs: 400, coldFailPercent: 100, coldSlowMs: 50 });
  // Its health says nothing of it, and does not warm it.
  expect(await statuses(`${app.url}/healthz`, 1)).toEqual([200]);
  const before = performance.now();
  expect(await statuses(app.url, 1)).toEqual([500]);
  expect(performance.now() - before).toBeGreaterThanOrEqual(49);
  while ((await statuses(app.url, 1))[0] === 500) expect(performance.now() - before).toBeLessThan(50_000);
  expect(performance.now() - before).toBeGreaterThanOrEqual(399);
  expect(await statuses(app.url, 3)).toEqual([200, 200, 200]);
});

describe('an upstream', () => {
  let upstream: Upstream;
  beforeEach(async () => {
    upstream = await startUpstream();
  });
  afterEach(() => upstream.close());

  const follow = async (): Promise<App> => {
    const before = upstream.followers;
    const app = await start({}, upstream.env);
    while (upstream.followers === before) await new Promise((resolve) => setTimeout(resolve, 5));
    return app;
  };
  const answersWith = async (app: App, status: number): Promise<void> => {
    while ((await statuses(app.url, 1))[0] !== status) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test('that fails makes every version that needs it fail, until it is well again', async () => {
    const apps = [await follow(), await follow()];
    for (const app of apps) expect(await statuses(app.url, 20)).toEqual(Array(20).fill(200));
    await upstream.fail(100);
    for (const app of apps) await answersWith(app, 500);
    for (const app of apps) {
      expect(await statuses(app.url, 20)).toEqual(Array(20).fill(500));
      expect(await (await fetch(app.url)).json()).toEqual({ version: '7', error: 'the upstream failed' });
      // The task itself is well.
      expect(await statuses(`${app.url}/healthz`, 1)).toEqual([200]);
    }
    await upstream.fail(0);
    for (const app of apps) await answersWith(app, 200);
    for (const app of apps) expect(await statuses(app.url, 20)).toEqual(Array(20).fill(200));
  });

  test('that fails a share of requests does so at random, also for a task that comes later', async () => {
    await upstream.fail(50);
    const app = await follow();
    await answersWith(app, 500);
    const found = await statuses(app.url, 200);
    expect(Math.abs(found.filter((status) => status === 500).length - 100)).toBeLessThanOrEqual(43);
    expect(found.some((status, i) => status === found[i - 1])).toBe(true);
  });

  test('that hangs up changes nothing, and is asked again', async () => {
    const app = await follow();
    await upstream.fail(100);
    await answersWith(app, 500);
    upstream.hangUp();
    expect(await statuses(app.url, 5)).toEqual(Array(5).fill(500));
    while (upstream.followers === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await upstream.fail(0);
    await answersWith(app, 200);
  });

  test('that is gone does not keep a task from leaving', async () => {
    const app = await follow();
    await upstream.close();
    app.child.kill('SIGTERM');
    expect(await app.ended).toBe(0);
  });
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
