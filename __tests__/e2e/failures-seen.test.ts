import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { expectEnd } from './support/job.ts';
import { openWorld, STORY_MS, type World, waitUntil } from './support/world.ts';

jest.setTimeout(STORY_MS);

describe('failures of users are counted, so that a zero means something', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({
      failuresBecause: 'a version that fails and tasks that are killed, to see that it is counted',
    });
  });
  afterAll(() => world?.close());

  const errorsOfTargets = (): number =>
    world.seeded.targetGroupArns.reduce((sum, arn) => sum + (world.answeredBy(arn)?.target5xx ?? 0), 0);

  test('what only users meet is theirs until the gate at 100 % says no, and no longer', async () => {
    const stable = await world.versionServing();
    const errors = errorsOfTargets();
    const { failed: failedBefore } = await world.load.fresh();
    const { image } = await world.push({ failPercent: 10 });
    // Before the shift there is nothing to see: the version passes, and serves users until the gate has looked again.
    const command = 'if [ "$CANDIDATE_SHARE" = 100 ]; then sleep 1; exit 1; fi';
    const result = await world.deploy({ image, gates: JSON.stringify([{ run: { command, within: '30s' } }]) });
    expectEnd(result, 2, 'rolled-back');
    expect(result.outputs['reason']).toBe(`gate run ${command} failed at 100 %: exit 1`);
    const own = errorsOfTargets() - errors;
    expect(own).toBeGreaterThan(0);
    // Nothing but the version's own errors: the shifts themselves lost no request.
    const after = await world.load.fresh();
    expect(after.failed - failedBefore).toBe(own);
    expect(await world.versionServing()).toBe(stable);
    await world.load.reached(after.requests + 200);
    expect((await world.load.fresh()).failed).toBe(after.failed);
  });

  test('the meter sees it when every task of the service is killed', async () => {
    const { failed } = await world.load.fresh();
    const tasks = await world.tasks('RUNNING');
    expect(tasks).toHaveLength(2);
    for (const { containers } of tasks) process.kill(Number(containers?.[0]?.runtimeId), 'SIGKILL');
    await waitUntil(async () => (await world.load.fresh()).failed > failed);
    // ECS starts others, and users are served again.
    await waitUntil(async () => (await world.service()).runningCount === 2);
    await waitUntil(() => fetch(world.seeded.productionUrl).then(({ ok }) => ok));
  });
});
