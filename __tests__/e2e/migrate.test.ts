/** A one-off task of the new version before any traffic moves, and its exit code decides. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand, DescribeTasksCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { SeedOptions } from '../../sandbox/seed.ts';
import { expectEnd } from './support/job.ts';
import { deployWell, expectAlone, surroundings, watchShares } from './support/shifts.ts';
import { openWorld, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

/** The call that begins a rollout: until then no user can have met anything new. */
const ENGINES: readonly (readonly [name: string, seed: SeedOptions, begins: string, inputs: Record<string, string>])[] =
  [
    ['native', {}, 'ecs:UpdateService', {}],
    ['taskset', { controller: 'EXTERNAL' }, 'ecs:CreateTaskSet', { drain: '1s' }],
  ];

/** The migration's own command line: a JSON list, so that no shell is asked. */
function program(source: string): string {
  return JSON.stringify(['node', '-e', source]);
}

describe.each(ENGINES)('a migration on %s', (_name, seed, begins, engineInputs) => {
  const folder = mkdtempSync(join(tmpdir(), 'greenlight-migrate-'));
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ seed });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world?.close();
  });

  const inputs = (more: Readonly<Record<string, string>>) => ({
    strategy: 'blue-green',
    hold: '0s',
    ...engineInputs,
    ...more,
  });

  test('that ends well is over before any traffic moves, and its lines are in the log', async () => {
    const calls = world.recordCalls();
    const migrate = program('console.log("adding column price of version", process.env.VERSION)');
    const { result, version, shares } = await deployWell(world, inputs({ migrate }));
    expect(shares).toEqual([100]);
    expect(
      calls
        .changes()
        .filter((name) => name === 'ecs:RunTask' || name === begins)
        .slice(0, 2),
    ).toEqual(['ecs:RunTask', begins]);
    const { lines } = result;
    // The new version's own task has migrated, not the one that serves.
    const printed = lines.indexOf(`| adding column price of version ${version}`);
    const over = lines.findIndex((line) => line.startsWith('the migration has ended well after '));
    const begun = lines.findIndex((line) => line.startsWith('deployment: '));
    expect([printed >= 0, printed < over, over < begun]).toEqual([true, true, true]);
  });

  test('that fails ends the job with its exit code and its last words, and nothing has shifted', async () => {
    const before = await surroundings(world);
    const { taskDefinition } = await world.service();
    const version = await world.versionServing();
    const shares = watchShares(world);
    const calls = world.recordCalls();
    const { image } = await world.push();
    const migrate = program('console.error("column price exists already"); process.exit(3)');
    const result = await world.deploy(inputs({ image, migrate }));
    shares.stop();
    expectEnd(result, 1, 'failed');
    expect(result.outputs['reason']).toMatch(
      /^the migration failed: .*\b3\b.*; its last lines: "column price exists already"; no traffic was moved$/,
    );
    expect(result.lines).toContain('| column price exists already');
    expect(calls.changes()).toEqual(['ecs:RegisterTaskDefinition', 'ecs:RunTask']);
    expect(shares.seen).toEqual([]);
    await expectAlone(world, taskDefinition ?? '', version);
    expect(await surroundings(world)).toBe(before);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  });

  test('that ends well beside a sidecar that fails lets the rollout begin', async () => {
    const described = await world.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
    const { taskDefinitionArn: _, revision: __, status: ___, ...definition } = described.taskDefinition ?? {};
    const [web] = definition.containerDefinitions ?? [];
    const sidecar = {
      name: 'agent',
      image: web?.image,
      essential: false,
      command: ['node', '-e', 'console.log("agent: no key"); process.exit(7)'],
    };
    const file = join(folder, 'task-definition.json');
    writeFileSync(file, JSON.stringify({ ...definition, containerDefinitions: [web, sidecar] }));
    // It takes longer than the sidecar, whose end is no secret then.
    const migrate = program('setTimeout(() => console.log("migrated"), 1_500)');
    const { result, shares } = await deployWell(world, inputs({ 'task-definition': file, container: 'web', migrate }));
    expect(result.lines).toContain('| migrated');
    expect(shares).toEqual([100]);
    const stopped = await world.ecs.send(
      new DescribeTasksCommand({ cluster: world.seeded.cluster, tasks: [taskOf(result.lines)] }),
    );
    const codes = stopped.tasks?.[0]?.containers?.map(({ name, exitCode }) => [name, exitCode]);
    expect(Object.fromEntries(codes ?? [])).toEqual({ web: 0, agent: 7 });
  });
});

/** ARN of the migration's task. */
function taskOf(lines: readonly string[]): string {
  return lines.flatMap((line) => /^task: (arn:\S+)$/.exec(line)?.[1] ?? [])[0] ?? '';
}
