import { ContinueServiceDeploymentCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { expectEnd } from './support/job.ts';
import { openWorld, pausesOf, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

const ownersPause = {
  targetType: 'PAUSE',
  lifecycleStages: ['POST_SCALE_UP'],
  timeoutConfiguration: { timeoutInMinutes: 60, action: 'ROLLBACK' },
} as const;

describe("a pause that the service's owner has set", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    const { cluster, service } = world.seeded;
    const { deploymentConfiguration } = await world.service();
    // Set once version 1 serves: nobody answers it in the first deployment.
    await world.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service,
        deploymentConfiguration: {
          ...deploymentConfiguration,
          lifecycleHooks: [{ ...ownersPause, lifecycleStages: [...ownersPause.lifecycleStages] }],
        },
      }),
    );
  });
  afterAll(() => world?.close());

  test('is waited for, answered by nobody but its owner, and still there afterwards', async () => {
    const { image, version } = await world.push();
    const calls = world.recordCalls();
    const job = await world.start({ image });
    const line = await job.sees(/POST_SCALE_UP .*paused at POST_SCALE_UP by a hook of the service itself/);
    const hookId = /\((ecs-pause-\S+)\)/.exec(line)?.[1] ?? '';
    const deployment = /(arn:\S+)$/.exec(await job.sees(/^deployment: /))?.[1] ?? '';
    // Two looks later it still waits: no gate is judged here, and nothing was answered.
    const looks = () => calls.all.filter(({ operation }) => operation === 'DescribeServiceDeployments').length;
    const seen = looks();
    await world.nextCall(({ operation }) => operation === 'DescribeServiceDeployments' && looks() > seen + 1);
    expect(calls.changes()).toEqual(['ecs:RegisterTaskDefinition', 'ecs:TagResource', 'ecs:UpdateService']);

    await world.ecs.send(
      new ContinueServiceDeploymentCommand({ serviceDeploymentArn: deployment, hookId, action: 'CONTINUE' }),
    );
    expectEnd(await job.ended, 0, 'succeeded');
    const answered = calls.all.filter(({ operation }) => operation === 'ContinueServiceDeployment');
    expect(answered.map(({ input }) => (input as { hookId: string }).hookId)).not.toContain(hookId);
    expect(answered).toHaveLength(2);
    expect(await world.versionServing()).toBe(version);
    expect(pausesOf(await world.service())).toEqual([expect.objectContaining(ownersPause)]);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  });
});
