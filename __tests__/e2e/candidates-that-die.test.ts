import { BatchDeleteImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { demoImage } from '../../sandbox/app/image.ts';
import { putImage } from '../../sandbox/ecr/put-image.ts';
import { expectEnd, secondsOf } from './support/job.ts';
import { openWorld, pausesOf, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

/** Far beyond what any of these stories may take: their ends are early, or not at all. */
const TIMEOUT_S = 600;

describe('a candidate whose tasks die', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());

  const expectStable = async (deployment: string, version: string): Promise<void> => {
    expect((await world.deployment(deployment)).status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await world.versionServing()).toBe(version);
    const service = await world.service();
    expect(service).toMatchObject({ runningCount: 2, pendingCount: 0 });
    expect(pausesOf(service)).toEqual([]);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  };

  test('in a crash loop is given up after three deaths, with the exit code and the last lines of its log', async () => {
    const stable = await world.versionServing();
    const { image, version } = await world.push({ crashAfterMs: 1, exitCode: 42 });
    const result = await world.deploy({ image, timeout: `${TIMEOUT_S}s` });
    expectEnd(result, 2, 'rolled-back');
    const lastWords = `FATAL version ${version} ends with exit code 42: its time is up`;
    expect(result.outputs['reason']).toMatch(
      /^\d+ tasks of the candidate died and none was ever healthy; the last: task \w+: container web exited with code 42; EssentialContainerExited: Essential container in task exited$/,
    );
    const told = result.lines.findIndex((line) => /task died: task \w+: container web exited with code 42;/.test(line));
    expect(told).toBeGreaterThan(0);
    // The end of the log stands below the death, and the next death below that.
    const next = result.lines.findIndex((line, index) => index > told && !/^\d\d:\d\d +\| /.test(line));
    expect(result.lines.slice(told + 1, next).join('\n')).toContain(`| ${lastWords}`);
    expect(result.summary).toContain('### Tasks that died');
    expect(result.summary).toMatch(/container web exited with code 42/);
    expect(result.summary).toContain(lastWords);

    // By the log's own times: over long before the timeout. How soon the first death is told is for the bench.
    const deployment = result.outputs['deployment-id'] ?? '';
    expect(secondsOf(result.lines.findLast((line) => /^(::warning [^:]*::)?\d\d:\d\d/.test(line)) ?? '')).toBeLessThan(
      TIMEOUT_S / 2,
    );
    await expectStable(deployment, stable);
  });

  test('because its image has no such program can never start, and one death says so', async () => {
    const stable = await world.versionServing();
    const { repository } = world.seeded;
    const { reference } = await putImage(world.sandbox.ecr, {
      ...demoImage({ version: 'typo', repository }),
      cmd: ['nod', 'server.mjs'],
    });
    const result = await world.deploy({ image: reference, timeout: `${TIMEOUT_S}s` });
    expectEnd(result, 2, 'rolled-back');
    expect(result.outputs['reason']).toMatch(
      /^the candidate can never start: task \w+: .*CannotStartContainerError: .*"nod": executable file not found/,
    );
    await expectStable(result.outputs['deployment-id'] ?? '', stable);
  });

  test('because its image was deleted after the preflight can never start', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const ecr = new ECRClient(world.sandbox.clientConfig);
    const [imageDigest] = image.split('@').slice(1);
    // The answer comes late, so that the image is gone before ECS is told to use it.
    world.sandbox.faults.add({
      kind: 'slow-answer',
      operations: ['RegisterTaskDefinition'],
      next: 1,
      delayMs: 1_500,
    });
    const job = await world.start({ image, timeout: `${TIMEOUT_S}s` });
    await job.sees(/preflight: nothing stands against it/);
    await ecr.send(new BatchDeleteImageCommand({ repositoryName: 'web', imageIds: [{ imageDigest }] }));
    ecr.destroy();
    const result = await job.ended;
    expectEnd(result, 2, 'rolled-back');
    expect(result.outputs['reason']).toMatch(
      /^the candidate can never start: task \w+: .*CannotPullContainerError: .*not found/,
    );
    await expectStable(result.outputs['deployment-id'] ?? '', stable);
  });

  test('never comes to be when its image is not there: the preflight says so and nothing is changed', async () => {
    const calls = world.recordCalls();
    const image = `${world.seeded.repositoryUri}:no-such-tag`;
    const result = await world.deploy({ image });
    expectEnd(result, 1, 'failed');
    expect(result.errors).toEqual([
      `image: ${image} does not exist in its repository; push it first, or check repository and tag for a slip`,
    ]);
    expect(result.outputs['reason']).toBe(result.errors[0]);
    expect(calls.changes()).toEqual([]);
    await world.expectNoneFailed();
  });

  test('waits for one that is slow to start, and lets it serve', async () => {
    const { image, version } = await world.push({ startDelayMs: 2_000, healthyAfterMs: 5_000 });
    const result = await world.deploy({ image });
    expectEnd(result, 0, 'succeeded');
    expect(await world.versionServing()).toBe(version);
    // What its first moments looked like is no death and no failed gate.
    expect(result.lines.filter((line) => /task died|fail|^::warning/.test(line))).toEqual([]);
    await world.expectNoneFailed();
  });
});
