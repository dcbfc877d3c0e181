import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeBuildContext } from '../../../sandbox/app/docker/context.ts';
import { demoImage } from '../../../sandbox/app/image.ts';
import { createClock } from '../../../sandbox/clock.ts';
import { LENDS_LABEL, type TaskRuntime } from '../../../sandbox/contracts.ts';
import { createEcr, type Ecr } from '../../../sandbox/ecr/index.ts';
import { putImage } from '../../../sandbox/ecr/put-image.ts';
import { createFaults } from '../../../sandbox/faults.ts';
import { type Engine, filters, findEngine } from '../../../sandbox/tasks/docker/engine.ts';
import { isDead, OWNER_LABEL, ownerId } from '../../../sandbox/tasks/docker/owner.ts';
import { createTaskRuntime } from '../../../sandbox/tasks/index.ts';
import { startWire, type Wire } from '../../../sandbox/wire/server.ts';
import { container, record, task, until } from './_helpers/record.ts';

const run = promisify(execFile);
const found = await findEngine();
const required = process.env['GREENLIGHT_REQUIRE_DOCKER'] === '1';
if (!('engine' in found) && !required) process.stderr.write(`skipped: tasks in Docker (${found.reason})\n`);
const withDocker = 'engine' in found || required ? describe : describe.skip;

withDocker('tasks in Docker', () => {
  const place = { account: '123456789012', region: 'eu-west-1' };
  const open: TaskRuntime[] = [];
  jest.setTimeout(60_000);
  let wire: Wire;
  let ecr: Ecr;
  let engine: Engine;

  beforeAll(async () => {
    if (!('engine' in found)) throw new Error(found.reason);
    engine = found.engine;
    wire = await startWire({ place, faults: createFaults() });
    ecr = createEcr({ place, clock: createClock(), host: () => wire.host });
    wire.add(ecr.service);
    wire.mount('/v2', ecr.registry);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  afterAll(async () => {
    await wire?.close();
    await ecr?.close();
  });

  async function runtime(speed = 1): Promise<TaskRuntime> {
    const made = await createTaskRuntime({ kind: 'docker', images: ecr.images, clock: createClock(speed) });
    open.push(made);
    return made;
  }

  /** An image that runs this script with the Node that is lent to it; gives its reference. */
  async function script(content: string): Promise<string> {
    const { reference } = await putImage(ecr, {
      repository: 'scripts',
      tag: crypto.randomUUID(),
      files: [{ path: 'app/main.mjs', content }],
      cmd: ['node', 'main.mjs'],
      workingDir: '/app',
      labels: { [LENDS_LABEL]: 'node' },
    });
    return reference;
  }

  async function owned(): Promise<number> {
    const all = await engine.call<{ Labels: Record<string, string> }[]>(
      'GET',
      `/containers/json?all=1&${filters({ label: [OWNER_LABEL] })}`,
    );
    return all.filter((one) => one.Labels[OWNER_LABEL]?.startsWith(ownerId())).length;
  }

  async function answer(url: string): Promise<Response> {
    let got: Response | undefined;
    await until(async () => {
      // A connection made while the container's network comes up may be lost without a word.
      got = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      return got !== undefined;
    });
    return got as Response;
  }

  test('two tasks of the demo image answer on one port, each on its own address, and leave cleanly', async () => {
    const tasks = await runtime();
    const { reference } = await putImage(ecr, demoImage({ version: 'docker' }));
    const runs = [1, 2].map(() => {
      const app = container({ image: reference, containerPorts: [18_500] });
      const seen = record();
      return { app, seen, running: tasks.start(task(app), seen.events) };
    });
    for (const { seen } of runs) await seen.when('running');
    expect(new Set(runs.map(({ seen }) => seen.address())).size).toBe(2);
    for (const { seen } of runs) {
      expect(await (await answer(`http://${seen.address()}:18500/`)).json()).toMatchObject({ version: 'docker' });
    }
    await Promise.all(runs.map(({ running }) => running.stop()));
    for (const { app, seen } of runs) {
      expect(seen.told).toEqual(['pulled app', 'started app', 'running', 'exited app 0', 'stopped']);
      expect(app.lines).toEqual([expect.stringContaining('listens on'), expect.stringContaining('SIGTERM')]);
    }
    expect(await owned()).toBe(0);
  });

  test('an image that docker built and pushed itself runs as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'docker-task-'));
    await writeBuildContext(join(folder, 'context'));
    ecr.repositories.create('built');
    const reference = `${wire.host}/built:1`;
    const { username, password } = ecr.images.credentials();
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [wire.host]: { auth } } }));
    await run('docker', ['build', '-q', '-t', reference, '--build-arg', 'VERSION=built', join(folder, 'context')]);
    await run('docker', ['--config', folder, 'push', '-q', reference]);
    await run('docker', ['image', 'rm', reference]);

    const tasks = await runtime();
    const seen = record();
    tasks.start(task(container({ image: reference, containerPorts: [8000] })), seen.events);
    await seen.when('running');
    expect(await (await answer(`http://${seen.address()}:8000/`)).json()).toMatchObject({ version: 'built' });
    await rm(folder, { recursive: true });
  });

  test('exit code and all lines of both streams are told before the task is stopped', async () => {
    const tasks = await runtime();
    const app = container({
      image: await script(
        `for (let i = 0; i < 500; i++) console.log('line ' + i); console.error('bad'); process.exitCode = 9`,
      ),
    });
    const seen = record();
    tasks.start(task(app), seen.events);
    await seen.when('stopped');
    expect(seen.told.slice(-2)).toEqual(['exited app 9', 'stopped']);
    expect(app.lines.filter((line) => line.startsWith('line '))).toEqual(
      Array.from({ length: 500 }, (_, i) => `line ${i}`),
    );
    expect(app.lines).toContain('bad');
  });

  test('SIGTERM that is ignored becomes SIGKILL after the stop timeout: 137, and no word of memory', async () => {
    const tasks = await runtime(60);
    const app = container({
      image: await script(
        `process.on('SIGTERM', () => console.log('no')); console.log('up'); setInterval(() => {}, 1000)`,
      ),
    });
    const seen = record();
    const running = tasks.start(task(app), seen.events);
    await until(() => app.lines.includes('up'));
    await running.stop();
    expect(seen.told.slice(-2)).toEqual(['exited app 137', 'stopped']);
    expect(app.lines).toContain('no');
  });

  test('a container beyond its memory is killed by the kernel, with the reason that ECS gives', async () => {
    const tasks = await runtime();
    const image = await script(`const held = []; setInterval(() => held.push(Buffer.alloc(16 * 1024 * 1024, 1)), 5)`);
    const seen = record();
    tasks.start(task(container({ image, memory: 128 })), seen.events);
    await seen.when('stopped');
    expect(seen.told).toContain('exited app 137 OutOfMemoryError: Container killed due to memory usage');
  });

  test('a program that is not in the image is a CannotStartContainerError in the words of the engine', async () => {
    const tasks = await runtime();
    const seen = record();
    tasks.start(task(container({ image: await script(''), command: ['nope'] })), seen.events);
    const stopped = await seen.when('stopped');
    expect(stopped).toMatch(
      /^stopped CannotStartContainerError: Error response from daemon: .*"nope".*not found in \$PATH/,
    );
    expect(await owned()).toBe(0);
  });

  test('an image that does not exist fails before a container is made', async () => {
    const tasks = await runtime();
    const seen = record();
    tasks.start(task(container({ image: `${wire.host}/scripts:nope` })), seen.events);
    expect(await seen.when('stopped')).toMatch(/^stopped CannotPullContainerError: .*not found/);
    expect(seen.told).toHaveLength(1);
  });

  test("the engine's own health check tells HEALTHY, then UNHEALTHY", async () => {
    const tasks = await runtime(100);
    const image = await script(
      `console.log('up'); setTimeout(() => import('node:fs').then((fs) => fs.writeFileSync('/app/sick', '')), 2000); setInterval(() => {}, 1000)`,
    );
    const seen = record();
    const command = ['CMD', 'node', '-e', `process.exit(require('node:fs').existsSync('/app/sick') ? 1 : 0)`];
    const healthCheck = { command, interval: 5, timeout: 5, retries: 2, startPeriod: 0 };
    tasks.start(task(container({ image, healthCheck })), seen.events);
    await seen.when('health app UNHEALTHY');
    expect(seen.told.filter((one) => one.startsWith('health'))).toEqual(['health app HEALTHY', 'health app UNHEALTHY']);
  });

  test('containers of one task reach each other on localhost', async () => {
    const tasks = await runtime();
    const server = container({
      image: await script(
        `import { createServer } from 'node:http'; createServer((q, s) => s.end('hello')).listen(9000)`,
      ),
      name: 'server',
      stopTimeout: 1,
    });
    const client = container({
      image: await script(
        `for (;;) try { console.log(await (await fetch('http://localhost:9000/')).text()); break } catch {}`,
      ),
      name: 'client',
    });
    const seen = record();
    tasks.start(task(server, client), seen.events);
    await seen.when('stopped');
    expect(client.lines).toEqual(['hello']);
    expect(seen.told).toContain('exited client 0');
  });

  test('close removes every container, and a starting sandbox removes those of the dead', async () => {
    const tasks = await runtime();
    const image = await script(`setInterval(() => {}, 1000)`);
    const seen = record();
    tasks.start(task(container({ image })), seen.events);
    await seen.when('running');
    await tasks.close();
    expect(seen.told.slice(-2)).toEqual(['exited app 137', 'stopped']);
    expect(await owned()).toBe(0);

    const dead = `${hostname()}/999999999/1/test`;
    const { Id } = await engine.call<{ Id: string }>('POST', '/containers/create', {
      body: { Image: image, Labels: { [OWNER_LABEL]: dead } },
    });
    await runtime();
    await expect(engine.call('GET', `/containers/${Id}/json`)).rejects.toMatchObject({ status: 404 });
  });
});

describe('who owns a container', () => {
  test('this process lives; a number that no process has, or that another process has by now, is dead', () => {
    expect(isDead(ownerId())).toBe(false);
    expect(isDead(`${hostname()}/999999999/5/x`)).toBe(true);
    expect(isDead(`${hostname()}/${process.pid}/1/x`)).toBe(process.platform === 'linux');
  });

  test('a sandbox on another host is left alone', () => {
    expect(isDead('elsewhere/999999999/5/x')).toBe(false);
  });
});

describe('finding an engine', () => {
  test('where none answers, the reason says where it was looked for', async () => {
    const none = await findEngine({ ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    expect(none).toEqual({ reason: expect.stringMatching(/unix:\/\/\/nowhere\/docker\.sock|only Linux/) });
  });

  test('an engine that is not on this machine is not taken', async () => {
    const remote = await findEngine({ ...process.env, DOCKER_HOST: 'tcp://192.0.2.1:2375' });
    expect(remote).toEqual({ reason: expect.stringMatching(/not a unix socket|only Linux/) });
  });
});
