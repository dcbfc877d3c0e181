import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, jest, test } from '@jest/globals';

/** Each test starts processes, which takes its time on a busy machine. */
jest.setTimeout(60_000);

const here = (path: string): string => pathToFileURL(resolve(path)).href;

/** A process of its own that runs one task which ignores SIGTERM, and prints what that task prints. */
const SANDBOX = `
import { createClock } from '${here('sandbox/clock.ts')}';
import { createTaskRuntime } from '${here('sandbox/tasks/index.ts')}';
import { container, task } from '${here('__tests__/sandbox/tasks/_helpers/record.ts')}';
import { imageStore } from '${here('__tests__/sandbox/tasks/_helpers/images.ts')}';
const main = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid + ' ' + process.cwd())";
const images = imageStore({ app: { files: [{ path: 'app/main.mjs', content: main }], config: { Cmd: ['node', 'main.mjs'], WorkingDir: '/app' } } });
const none = () => {};
const runtime = await createTaskRuntime({ kind: 'process', images, clock: createClock() });
runtime.start(task({ ...container(), log: console.log }), { pulled: none, started: none, running: none, healthChanged: none, exited: none, stopped: none });
`;

test('a sandbox killed with SIGKILL leaves neither its tasks nor its files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'killed-sandbox-'));
  await writeFile(join(folder, 'main.mts'), SANDBOX);
  const sandbox = spawn(
    process.execPath,
    ['--import', here('node_modules/tsx/dist/loader.mjs'), join(folder, 'main.mts')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(sandbox.stdout, 'data')) as [Buffer];
  const [pid, cwd = ''] = line.toString().trim().split(' ');
  expect(existsSync(cwd)).toBe(true);
  process.kill(Number(pid), 0);

  sandbox.kill('SIGKILL');
  await once(sandbox, 'exit');
  while (isAlive(Number(pid)) || existsSync(cwd)) await new Promise((done) => setTimeout(done, 20));
  await rm(folder, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
