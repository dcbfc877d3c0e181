/** The job's own words: exit codes, annotations, outputs, the report. */
import { readFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { CallError } from '../src/core/errors.ts';
import { main } from '../src/main.ts';
import { arnOf } from './fakes/ecs.ts';
import { command, deploy, jobOf, nextVersion, run } from './fakes/jobs.ts';
import { createFakeWorld, rememberingLog } from './fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(60_000);

const declared = Object.keys(
  (parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8')) as { outputs: object }).outputs,
);

describe('the outputs', () => {
  test('of a deployment are those of action.yml, each filled as far as the job came', async () => {
    const { outputs } = await deploy(createFakeWorld('native'));
    expect(Object.keys(outputs).filter((name) => declared.includes(name))).toEqual(Object.keys(outputs));
    expect(outputs).toMatchObject({
      image: 'example.com/web:2',
      'image-digest': '',
      'task-definition-arn': arnOf.taskDefinition(2),
      'previous-task-definition-arn': arnOf.taskDefinition(1),
      'deployment-id': arnOf.deployment(2),
      status: 'succeeded',
      reason: 'the candidate serves all traffic',
      traffic: '100',
      'promote-until': '',
    });
  });

  test('name until when a person may decide only where he is asked', async () => {
    const world = createFakeWorld('native');
    const { outputs } = await deploy(world, { approval: 'manual' });
    expect(outputs['promote-until']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(outputs['promote-until'] ?? '')).toBeGreaterThan(world.clock.now());
    expect((await command(world, 'promote')).outputs['promote-until']).toBe('');
  });

  test('of a job that ended before it did anything are empty but for status and reason', async () => {
    const { outputs } = await run(createFakeWorld('native'), { command: 'promote', service: 'web', hold: '5' });
    const { status, reason, ...others } = outputs;
    expect([status, reason?.startsWith('hold: ')]).toEqual(['failed', true]);
    expect(new Set(Object.values(others))).toEqual(new Set(['']));
  });
});

describe('the exit code', () => {
  test('of a rollout that turned back is 2, and of one that a person turned back 0', async () => {
    const world = createFakeWorld('native');
    const turned = await deploy(world, {}, { when: [() => world.share() === 20, () => world.ring('ALARM')] });
    expect([turned.status, turned.exitCode, turned.errors.length]).toEqual(['rolled-back', 2, 1]);
    world.ring('OK');
    await deploy(world, { approval: 'manual' });
    const asked = await command(world, 'rollback');
    expect([asked.status, asked.exitCode, asked.errors]).toEqual(['rolled-back', 0, []]);
    expect(asked.lines.at(-1)).toBe('web: rolled-back: a person asked for it (command: rollback)');
  });

  test.each([
    ['throttled', 'could-not-look', 6],
    ['network', 'could-not-look', 6],
    ['server', 'could-not-look', 6],
    ['credentials', 'could-not-look', 6],
    ['denied', 'failed', 1],
    ['not-found', 'failed', 1],
    ['invalid', 'failed', 1],
  ] as const)('of a first call that is answered with %s: %s, %i', async (failure, status, code) => {
    const world = createFakeWorld('taskset');
    world.hide('web', new CallError(failure, '', 'describe service web: no'));
    for (const name of ['deploy', 'promote', 'rollback']) {
      const ended = await run(world, { ...nextVersion(world), command: name });
      expect([ended.status, ended.exitCode, ended.errors]).toEqual([
        status,
        code,
        [`web: ${status}: describe service web: no`],
      ]);
    }
  });
});

describe('annotations', () => {
  test('are one a fault, in the words of the inputs, and the reason has them all', async () => {
    const ended = await run(createFakeWorld('native'), { service: 'web', image: 'a b', hold: '5', bake: '90s' });
    expect(ended.exitCode).toBe(1);
    expect(ended.errors.map((line) => line.split(':')[0])).toEqual(['image', 'hold', 'bake']);
    expect(ended.reason).toBe(`3 things are wrong: ${ended.errors.join('; ')}`);
  });

  test('are one for a job that failed in another way, with the service’s name before it', async () => {
    const world = createFakeWorld('native', { migration: { exit: { afterMs: 1_000, code: 1 } } });
    const ended = await deploy(world, { migrate: 'bin/migrate' });
    expect(ended.errors).toEqual([expect.stringMatching(/^web: failed: the migration failed: /)]);
  });

  test('are none where all went well: the last line says how it ended', async () => {
    const ended = await deploy(createFakeWorld('taskset'));
    expect([ended.errors, ended.warnings]).toEqual([[], []]);
    expect(ended.lines.at(-1)).toBe('web: succeeded: the candidate serves all traffic');
  });

  test('name what a job without a service was about', async () => {
    const ended = await run(createFakeWorld('native'), { command: 'status' });
    expect(ended.lines.at(-1)).toBe('all services: unchanged: 1 service, 0 with a rollout under way');
  });
});

describe('the report', () => {
  test('has the history of the rollout in the summary, also of one that failed', async () => {
    const world = createFakeWorld('native');
    const ended = await deploy(world, {}, { when: [() => world.share() === 60, () => world.ring('ALARM')] });
    for (const words of ['web', 'rolled-back', 'web-5xx in ALARM', '60']) expect(ended.summary).toContain(words);
  });

  test('that the runner does not take changes nothing of how the deployment ended', async () => {
    const world = createFakeWorld('native');
    const lines: string[] = [];
    const ports = {
      ...world.ports,
      log: rememberingLog(lines),
      runner: {
        report: async () => {
          throw new Error('no space left on device');
        },
        file: async () => undefined,
        save: async () => {},
      },
    };
    const result = await main(jobOf(nextVersion(world), new AbortController().signal), ports);
    expect([result.outcome.status, result.exitCode]).toEqual(['succeeded', 0]);
    expect(lines.slice(-2)).toEqual([
      'warning: could not write the outputs and the summary: Error: no space left on device',
      'web: succeeded: the candidate serves all traffic',
    ]);
  });
});
