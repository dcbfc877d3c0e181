import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { expectEnd } from './support/job.ts';
import { openWorld, pausesOf, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

describe('when the runner is killed while ECS waits for its answer', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());

  const goesBackByItself = async (deployment: string, stage: string, stable: string): Promise<void> => {
    const paused = await world.deployment(deployment);
    expect(paused).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: stage });
    expect(paused.lifecycleHookDetails).toEqual([
      expect.objectContaining({ status: 'AWAITING_ACTION', timeoutAction: 'ROLLBACK' }),
    ]);
    const ended = await world.deploymentEnded(deployment);
    expect(ended.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(ended.rollback?.reason).toBe(`Service deployment rolled back because ${stage} pause hook timed out.`);
    expect(await world.versionServing()).toBe(stable);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  };

  test('before the shift, nobody is ever shifted', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    // Killed with the first look through the gate, which is before any answer to the pause.
    const looked = world.nextCall(({ operation }) => operation === 'DescribeTargetHealth');
    const job = await world.start({ image });
    await looked;
    job.kill();
    const result = await job.ended;
    expect(result.exitCode).toBeUndefined();
    const deployment = /^deployment: (\S+)$/m.exec(result.lines.join('\n'))?.[1] ?? '';
    await goesBackByItself(deployment, 'PRE_PRODUCTION_TRAFFIC_SHIFT', stable);
  });

  test('at 100 %, ECS takes the traffic back, and the next run finds the pause that was left and cleans up', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const job = await world.start({ image });
    await job.sees(/gate targets +pass at 100 %/);
    const deployment = /(arn:\S+)$/.exec(await job.sees(/^deployment: /))?.[1] ?? '';
    job.kill();
    await job.ended;
    await goesBackByItself(deployment, 'POST_PRODUCTION_TRAFFIC_SHIFT', stable);
    expect(pausesOf(await world.service())).toHaveLength(1);

    const next = await world.push();
    const run = await world.start({ image: next.image });
    await run.sees(/PRE_PRODUCTION_TRAFFIC_SHIFT/);
    expect(pausesOf(await world.service())).toHaveLength(1);
    expectEnd(await run.ended, 0, 'succeeded');
    expect(pausesOf(await world.service())).toEqual([]);
    expect(await world.versionServing()).toBe(next.version);
    await world.expectNoneFailed();
  });
});
