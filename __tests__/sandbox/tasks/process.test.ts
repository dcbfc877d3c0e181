import { existsSync } from 'node:fs';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createClock } from '../../../sandbox/clock.ts';
import type { ImageStore, TaskRuntime } from '../../../sandbox/contracts.ts';
import { createTaskRuntime } from '../../../sandbox/tasks/index.ts';
import { type FakeImage, imageStore } from './_helpers/images.ts';
import { container, record, task, until } from './_helpers/record.ts';

/** Each test starts processes, which takes its time on a busy machine. */
jest.setTimeout(60_000);

const open: TaskRuntime[] = [];

async function runtime(images: Readonly<Record<string, FakeImage>> | ImageStore, speed = 1): Promise<TaskRuntime> {
  const store = 'pull' in images ? (images as ImageStore) : imageStore(images as Record<string, FakeImage>);
  const made = await createTaskRuntime({ kind: 'process', images: store, clock: createClock(speed) });
  open.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** An image whose command is this script. */
const script = (content: string): FakeImage => ({
  files: [{ path: 'app/main.mjs', content }],
  config: { Cmd: ['node', 'main.mjs'], WorkingDir: '/app' },
});

const SERVER = `
  import { createServer } from 'node:http';
  createServer((q, s) => s.end(process.env.HOST + ':' + process.env.PORT)).listen(process.env.PORT, process.env.HOST, () => console.log('up'));`;

const STUBBORN = `process.on('SIGTERM', () => console.log('no')); console.log('up'); setInterval(() => {}, 1000);`;

test('a task goes from pulled to started to running, and its exit code and last line come before it is stopped', async () => {
  const tasks = await runtime({
    app: script(`console.log('one'); console.error('two'); process.stdout.write('end'); process.exitCode = 3`),
  });
  const app = container();
  const seen = record();
  tasks.start(task(app), seen.events);
  await seen.when('stopped');
  expect(seen.told).toEqual(['pulled app', 'started app', 'running', 'exited app 3', 'stopped']);
  expect(app.lines.sort()).toEqual(['end', 'one', 'two']);
});

test('nothing is told before start has returned', async () => {
  const tasks = await runtime({ app: script('') });
  const seen = record();
  tasks.start(task(container()), seen.events);
  expect(seen.told).toEqual([]);
  await seen.when('stopped');
});

test('two tasks listen on the same container port, each on its own loopback address', async () => {
  const tasks = await runtime({ app: script(SERVER) });
  const runs = [1, 2].map(() => {
    const app = container({ containerPorts: [18_437] });
    const seen = record();
    tasks.start(task(app), seen.events);
    return { app, seen };
  });
  const answers = await Promise.all(
    runs.map(async ({ app, seen }) => {
      await seen.when('running');
      await until(() => app.lines.includes('up'));
      const at = `${seen.address()}:${seen.port(18_437)}`;
      return { at, body: await (await fetch(`http://${at}/`)).text() };
    }),
  );
  expect(answers.map(({ body }) => body)).toEqual(answers.map(({ at }) => at));
  expect(new Set(answers.map(({ at }) => at)).size).toBe(2);
});

describe('stopping', () => {
  test('a program without a handler dies of SIGTERM: 143', async () => {
    const tasks = await runtime({ app: script(`console.log('up'); setInterval(() => {}, 1000)`) });
    const app = container();
    const seen = record();
    const running = tasks.start(task(app), seen.events);
    await until(() => app.lines.includes('up'));
    await Promise.all([running.stop(), running.stop()]);
    expect(seen.told.slice(-2)).toEqual(['exited app 143', 'stopped']);
  });

  test('a program that ignores SIGTERM gets SIGKILL after its stop timeout: 137', async () => {
    const tasks = await runtime({ app: script(STUBBORN) }, 60);
    const app = container({ stopTimeout: 30 });
    const seen = record();
    const running = tasks.start(task(app), seen.events);
    await until(() => app.lines.includes('up'));
    await running.stop();
    expect(seen.told.slice(-2)).toEqual(['exited app 137', 'stopped']);
    expect(app.lines).toContain('no');
  });

  test('a program that ends by itself after SIGTERM keeps its own exit code', async () => {
    const tasks = await runtime({
      app: script(`process.on('SIGTERM', () => process.exit(7)); console.log('up'); setInterval(() => {}, 1000)`),
    });
    const app = container();
    const seen = record();
    const running = tasks.start(task(app), seen.events);
    await until(() => app.lines.includes('up'));
    await running.stop();
    expect(seen.told).toContain('exited app 7');
  });

  test('a task that is stopped while its image is pulled never starts', async () => {
    let letGo = (): void => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const store = imageStore({ app: script('') });
    const tasks = await runtime({
      ...store,
      pull: async (...args) => {
        await gate;
        return store.pull(...args);
      },
    });
    const seen = record();
    const stopping = tasks.start(task(container()), seen.events).stop();
    letGo();
    await stopping;
    expect(seen.told).toEqual(['pulled app', 'stopped']);
  });
});

describe('several containers', () => {
  test('when an essential container ends, the others are stopped', async () => {
    const tasks = await runtime({
      app: script(`setTimeout(() => process.exit(5), 200)`),
      helper: script(`setInterval(() => {}, 1000)`),
    });
    const seen = record();
    tasks.start(task(container({ name: 'helper', image: 'helper' }), container()), seen.events);
    await seen.when('stopped');
    expect(seen.told.slice(-3)).toEqual(['exited app 5', 'exited helper 143', 'stopped']);
  });

  test('when one that is not essential ends, the task goes on', async () => {
    const tasks = await runtime({ app: script(`console.log('up'); setInterval(() => {}, 1000)`), init: script('') });
    const app = container();
    const seen = record();
    const running = tasks.start(task(app, container({ name: 'init', image: 'init', essential: false })), seen.events);
    await seen.when('exited init 0');
    await until(() => app.lines.includes('up'));
    expect(seen.told.some((one) => one.startsWith('exited app'))).toBe(false);
    await running.stop();
    expect(seen.told.slice(-2)).toEqual(['exited app 143', 'stopped']);
  });
});

describe('a task that cannot start', () => {
  test('an image that does not exist is the failure, in the words of the image store', async () => {
    const tasks = await runtime({});
    const seen = record();
    tasks.start(task(container({ image: 'web:9' })), seen.events);
    await seen.when('stopped');
    expect(seen.told).toEqual(['stopped CannotPullContainerError: failed to resolve reference "web:9": not found']);
  });

  test.each([
    ['nope', 'exec: "nope": executable file not found in $PATH: unknown'],
    ['/app/nope', 'exec: "/app/nope": stat /app/nope: no such file or directory: unknown'],
    ['./main.mjs', 'exec: "./main.mjs": permission denied: unknown'],
  ])('the program %s is a CannotStartContainerError as Docker words it', async (program, words) => {
    const tasks = await runtime({ app: script('') });
    const seen = record();
    tasks.start(task(container({ command: [program] })), seen.events);
    const stopped = await seen.when('stopped');
    expect(stopped).toMatch(/^stopped CannotStartContainerError: Error response from daemon: /);
    expect(stopped.endsWith(words)).toBe(true);
    expect(seen.told).toEqual(['pulled app', stopped]);
  });

  test('a container that started before the failing one is stopped', async () => {
    const tasks = await runtime({ app: script('setInterval(() => {}, 1000)') });
    const seen = record();
    tasks.start(task(container(), container({ name: 'bad', command: ['nope'] })), seen.events);
    await seen.when('stopped CannotStartContainerError');
    expect(seen.told.filter((one) => one.startsWith('exited'))).toEqual(['exited app 143']);
  });

  test('an image of another architecture says exec format error and ends with 255', async () => {
    const tasks = await runtime({ app: { ...script(''), architecture: 'arm64' } });
    const app = container();
    const seen = record();
    tasks.start(task(app), seen.events);
    await seen.when('stopped');
    expect(seen.told).toContain('exited app 255');
    expect(app.lines).toEqual(['exec /usr/local/bin/node: exec format error']);
  });
});

describe('command and environment', () => {
  const PRINT = `console.log(JSON.stringify({ args: process.argv.slice(2), env: process.env, cwd: process.cwd() }))`;

  async function printed(settings: Parameters<typeof container>[0], config: FakeImage['config'] = {}) {
    const image = script(PRINT);
    const tasks = await runtime({ app: { ...image, config: { ...image.config, ...config } } });
    const app = container(settings);
    const seen = record();
    tasks.start(task(app), seen.events);
    await seen.when('stopped');
    return JSON.parse(app.lines[0] ?? '') as { args: string[]; env: Record<string, string>; cwd: string };
  }

  test("the task definition's command replaces the image's and keeps its entry point", async () => {
    const { args } = await printed({ command: ['b'] }, { Entrypoint: ['node', 'main.mjs'], Cmd: ['a'] });
    expect(args).toEqual(['b']);
  });

  test("the task definition's entry point drops the image's command", async () => {
    const { args } = await printed({ entryPoint: ['node', '/app/main.mjs', 'c'] }, { Cmd: ['a'] });
    expect(args).toEqual(['c']);
  });

  test("nothing of the sandbox's own environment comes through", async () => {
    process.env['SANDBOX_TEST_SECRET'] = 'x';
    const { env } = await printed({});
    expect(Object.keys(env).sort()).toEqual(['HOME', 'HOST', 'HOSTNAME', 'PATH']);
  });

  test("the container's environment goes over the image's, and PORT is the first container port unless it is set", async () => {
    const { env } = await printed(
      { environment: { A: 'task' }, containerPorts: [18_001] },
      { Env: ['A=image', 'B=image=2'] },
    );
    expect(env).toMatchObject({ A: 'task', B: 'image=2', PORT: '18001' });
    expect((await printed({ environment: { PORT: '9' }, containerPorts: [18_001] })).env['PORT']).toBe('9');
  });

  test('the working directory is the one of the image, made when it is not there', async () => {
    const { cwd } = await printed({}, { WorkingDir: '/var/empty/here', Cmd: ['node', '/app/main.mjs'] });
    expect(cwd.endsWith('/var/empty/here')).toBe(true);
  });
});

describe('health checks', () => {
  const CHECKED = `import { existsSync } from 'node:fs'; console.log('up'); setInterval(() => {}, 1000);`;
  const check = (command: readonly string[], more = {}) => ({
    command,
    interval: 5,
    timeout: 5,
    retries: 2,
    startPeriod: 0,
    ...more,
  });

  test('CMD-SHELL goes through the shell, and the first check that passes makes the container HEALTHY', async () => {
    const tasks = await runtime({ app: script(CHECKED) }, 100);
    const seen = record();
    tasks.start(task(container({ healthCheck: check(['CMD-SHELL', 'false || exit 0']) })), seen.events);
    expect(await seen.when('health')).toBe('health app HEALTHY');
  });

  test('CMD is started without a shell, and as many failures as there are retries make it UNHEALTHY', async () => {
    const tasks = await runtime({ app: script(CHECKED) }, 100);
    const seen = record();
    tasks.start(task(container({ healthCheck: check(['CMD', 'node', '-e', 'process.exit(1)']) })), seen.events);
    expect(await seen.when('health')).toBe('health app UNHEALTHY');
  });

  test('a check that lasts too long has failed', async () => {
    const tasks = await runtime({ app: script(CHECKED) }, 100);
    const seen = record();
    const healthCheck = check(['CMD-SHELL', 'sleep 60'], { retries: 1, timeout: 2 });
    tasks.start(task(container({ healthCheck })), seen.events);
    expect(await seen.when('health')).toBe('health app UNHEALTHY');
  });

  test('failures within the start period do not count', async () => {
    const tasks = await runtime({ app: script(CHECKED) }, 100);
    const seen = record();
    // It fails three times, then passes: with two retries and no start period it would be UNHEALTHY first.
    const command = 'echo x >> tries; [ $(wc -l < tries) -gt 3 ]';
    const healthCheck = check(['CMD-SHELL', command], { startPeriod: 1_000_000 });
    tasks.start(task(container({ healthCheck })), seen.events);
    expect(await seen.when('health')).toBe('health app HEALTHY');
  });

  test('localhost in a check is the task itself', async () => {
    const tasks = await runtime({ app: script(SERVER) }, 100);
    const seen = record();
    const probe = `fetch('http://localhost:18438/').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
    const healthCheck = check(['CMD', 'node', '-e', probe.replace('18438', "' + process.env.PORT + '")], {
      retries: 100,
    });
    tasks.start(task(container({ containerPorts: [18_438], healthCheck })), seen.events);
    expect(await seen.when('health')).toBe('health app HEALTHY');
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a container beyond its memory is killed with 137 and the reason that ECS gives', async () => {
  const tasks = await runtime({
    app: script(`const held = []; setInterval(() => held.push(Buffer.alloc(32 * 1024 * 1024, 1)), 20)`),
  });
  const seen = record();
  tasks.start(task(container({ memory: 256 })), seen.events);
  await seen.when('stopped');
  expect(seen.told).toContain('exited app 137 OutOfMemoryError: Container killed due to memory usage');
});

test('what a container started ends with it', async () => {
  const tasks = await runtime({
    app: script(`import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      console.log(child.pid); setTimeout(() => process.exit(0), 50);`),
  });
  const app = container();
  const seen = record();
  tasks.start(task(app), seen.events);
  await seen.when('stopped');
  await until(() => !isAlive(Number(app.lines[0])));
});

test('close kills what runs, tells it, and leaves no file', async () => {
  const tasks = await runtime({ app: script(`console.log(process.pid, process.cwd()); ${STUBBORN}`) });
  const app = container();
  const seen = record();
  tasks.start(task(app), seen.events);
  await until(() => app.lines.includes('up'));
  const [pid, cwd] = (app.lines[0] ?? '').split(' ');
  await tasks.close();
  expect(seen.told.slice(-2)).toEqual(['exited app 137', 'stopped']);
  expect(isAlive(Number(pid))).toBe(false);
  expect(existsSync(cwd ?? '')).toBe(false);
});

test('layers of one digest are unpacked once, and a plain tar is as good as a gzipped one', async () => {
  const tasks = await runtime({ app: { ...script(`console.log(process.cwd())`), gzip: false } });
  const folders = await Promise.all(
    [1, 2].map(async () => {
      const app = container();
      const seen = record();
      tasks.start(task(app), seen.events);
      await seen.when('stopped');
      return app.lines[0];
    }),
  );
  expect(folders[0]).toBe(folders[1]);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
