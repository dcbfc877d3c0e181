import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createClock } from '../../../sandbox/clock.ts';
import { LENDS_LABEL, type TaskRuntime } from '../../../sandbox/contracts.ts';
import { createEcr, type Ecr } from '../../../sandbox/ecr/index.ts';
import { putImage } from '../../../sandbox/ecr/put-image.ts';
import { createFaults } from '../../../sandbox/faults.ts';
import { type Engine, filters, findEngine } from '../../../sandbox/tasks/docker/engine.ts';
import { OWNER_LABEL, ownerId } from '../../../sandbox/tasks/docker/owner.ts';
import { createTaskRuntime } from '../../../sandbox/tasks/index.ts';
import { startWire, type Wire } from '../../../sandbox/wire/server.ts';
import { container, record, task } from './_helpers/record.ts';

const found = await findEngine();
const required = process.env['GREENLIGHT_REQUIRE_DOCKER'] === '1';
if (!('engine' in found) && !required) process.stderr.write(`skipped: volumes in Docker (${found.reason})\n`);
const withDocker = 'engine' in found || required ? describe : describe.skip;

/** Says what it finds in the folder, and tries to leave a word there. */
const script = `
import { readFileSync, writeFileSync } from 'node:fs';
let before = 'nothing';
try { before = readFileSync('/data/word', 'utf8'); } catch {}
try { writeFileSync('/data/word', process.env.WORD); } catch (error) { before += ' ' + error.code; }
console.log(before);
`;

withDocker('EFS volumes in Docker', () => {
  const place = { account: '123456789012', region: 'eu-west-1' };
  const open: TaskRuntime[] = [];
  jest.setTimeout(60_000);
  let wire: Wire;
  let ecr: Ecr;
  let engine: Engine;
  let image: string;

  beforeAll(async () => {
    if (!('engine' in found)) throw new Error(found.reason);
    engine = found.engine;
    wire = await startWire({ place, faults: createFaults() });
    ecr = createEcr({ place, clock: createClock(), host: () => wire.host });
    wire.add(ecr.service);
    wire.mount('/v2', ecr.registry);
    const { reference } = await putImage(ecr, {
      repository: 'scripts',
      tag: 'volumes',
      files: [{ path: 'app/main.mjs', content: script }],
      cmd: ['node', 'main.mjs'],
      workingDir: '/app',
      labels: { [LENDS_LABEL]: 'node' },
    });
    image = reference;
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  afterAll(async () => {
    await wire?.close();
    await ecr?.close();
  });

  async function runtime(): Promise<TaskRuntime> {
    const made = await createTaskRuntime({ kind: 'docker', images: ecr.images, clock: createClock() });
    open.push(made);
    return made;
  }

  /** What a task finds there, which leaves this word for the next one. */
  async function leave(tasks: TaskRuntime, word: string, fileSystemId = 'fs-1', readOnly = false): Promise<string> {
    const mounts = [{ fileSystemId, containerPath: '/data', readOnly }];
    const app = container({ image, environment: { WORD: word }, mounts });
    const seen = record();
    tasks.start(task(app), seen.events);
    await seen.when('exited app 0');
    return app.lines.join('\n');
  }

  async function volumes(): Promise<number> {
    const { Volumes } = await engine.call<{ Volumes: { Labels: Record<string, string> }[] | null }>(
      'GET',
      `/volumes?${filters({ label: [OWNER_LABEL] })}`,
    );
    return (Volumes ?? []).filter(({ Labels }) => Labels[OWNER_LABEL]?.startsWith(ownerId())).length;
  }

  test('are shared by the tasks that mount one file system, and end with the sandbox', async () => {
    const [tasks, others] = [await runtime(), await runtime()];
    expect(await leave(tasks, 'first')).toBe('nothing');
    expect(await leave(tasks, 'second')).toBe('first');
    expect(await leave(tasks, 'third', 'fs-1', true)).toBe('second EROFS');
    expect(await leave(tasks, 'of another', 'fs-2')).toBe('nothing');
    // Another sandbox has file systems of its own.
    expect(await leave(others, 'elsewhere')).toBe('nothing');
    expect(await volumes()).toBe(3);
    await Promise.all(open.splice(0).map((one) => one.close()));
    expect(await volumes()).toBe(0);
  });
});
