import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { CallRecord } from '../../sandbox/wire/recorder.ts';
import { expectEnd } from './support/job.ts';
import { openWorld, pausesOf, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

/** Stays until somebody interrupts: no story waits for its end. */
const LONG_HOLD = '20m';
const HELD = /gate targets +pass at 100 %/;

const turnsBack = ({ operation, input, errorCode }: CallRecord): boolean =>
  errorCode === undefined &&
  (operation === 'StopServiceDeployment' ||
    (operation === 'ContinueServiceDeployment' && (input as { action?: string }).action === 'ROLLBACK'));

describe('a rollout that is interrupted', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());

  const expectCalm = async (): Promise<void> => {
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  };

  /** As somebody with the AWS CLI would: the family's newest revision with another image. */
  const registerWith = async (image: string): Promise<string | undefined> => {
    const { taskDefinition } = await world.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: world.seeded.service }),
    );
    const { family, networkMode, cpu, memory, executionRoleArn, runtimePlatform, requiresCompatibilities } =
      taskDefinition ?? {};
    const containerDefinitions = taskDefinition?.containerDefinitions?.map((container) => ({ ...container, image }));
    const registered = await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode,
        cpu,
        memory,
        executionRoleArn,
        runtimePlatform,
        requiresCompatibilities,
        containerDefinitions,
      }),
    );
    return registered.taskDefinition?.taskDefinitionArn;
  };

  test('by a newer deployment of somebody else is superseded, and leaves that one alone', async () => {
    const [ours, theirs] = [await world.push(), await world.push()];
    const job = await world.start({ image: ours.image, hold: LONG_HOLD });
    await job.sees(HELD);

    const calls = world.recordCalls();
    const { cluster, service } = world.seeded;
    const { deploymentConfiguration } = await world.service();
    await world.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service,
        taskDefinition: await registerWith(theirs.image),
        deploymentConfiguration: { ...deploymentConfiguration, lifecycleHooks: [] },
      }),
    );

    const result = await job.ended;
    expectEnd(result, 3, 'superseded');
    const newer =
      /a newer deployment took over at \S+: (arn:aws:ecs:\S+)$/.exec(result.outputs['reason'] ?? '')?.[1] ?? '';
    expect(newer).not.toBe(result.outputs['deployment-id']);
    expect(result.summary).toContain('## ⏭️ Superseded: web');
    expect((await world.deployment(result.outputs['deployment-id'] ?? '')).status).toBe('STOPPED');
    expect((await world.deploymentEnded(newer)).status).toBe('SUCCESSFUL');
    expect(await world.versionServing()).toBe(theirs.version);
    expect(calls.changes()).toEqual([]);
    await expectCalm();
  });

  test('by a cancelled workflow is turned back at once', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const job = await world.start({ image, hold: LONG_HOLD });
    await job.sees(HELD);
    const ordered = world.nextCall(turnsBack);
    job.cancel();
    await ordered;
    // The runner kills ten seconds after its first signal: an exit code says that the job was faster.
    const result = await job.ended;
    expectEnd(result, 7, 'cancelled');
    expect(result.outputs['reason']).toBe('the workflow was cancelled');
    const deployment = await world.deployment(result.outputs['deployment-id'] ?? '');
    expect(deployment.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await world.versionServing()).toBe(stable);
    expect(pausesOf(await world.service())).toEqual([]);
    await expectCalm();
  });

  test('by a cancelled workflow with on-cancel: leave is left to ECS, which turns back when the pause is over', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const calls = world.recordCalls();
    const job = await world.start({ image, hold: '3s', 'on-cancel': 'leave' });
    await job.sees(HELD);
    job.cancel();
    const result = await job.ended;
    expectEnd(result, 7, 'cancelled');
    expect(result.outputs['reason']).toMatch(
      /on-cancel is leave: ECS goes on by itself from POST_PRODUCTION_TRAFFIC_SHIFT/,
    );
    expect(result.outputs['traffic']).toBe('100');
    expect(calls.all.filter(turnsBack)).toEqual([]);
    const left = result.outputs['deployment-id'] ?? '';
    expect((await world.deployment(left)).status).toBe('IN_PROGRESS');
    const ended = await world.deploymentEnded(left);
    expect(ended.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(ended.rollback?.reason).toMatch(/pause hook timed out/);
    expect(await world.versionServing()).toBe(stable);
    await expectCalm();
  });

  test('while another one runs is refused with who and since when, or replaces it on purpose', async () => {
    const [first, refused, second] = [await world.push(), await world.push(), await world.push()];
    const running = await world.start({ image: first.image, hold: LONG_HOLD });
    await running.sees(HELD);

    const calls = world.recordCalls();
    const no = await world.deploy({ image: refused.image });
    expectEnd(no, 1, 'failed');
    expect(no.errors).toEqual([
      expect.stringMatching(
        /^service web: deployment arn:aws:ecs:\S+:service-deployment\/demo\/web\/\S+ is IN_PROGRESS since \d+ s; wait for its end, or set if-running: supersede to replace it on purpose$/,
      ),
    ]);
    expect(calls.changes()).toEqual([]);

    const yes = await world.deploy({ image: second.image, 'if-running': 'supersede' });
    expectEnd(yes, 0, 'succeeded');
    const replaced = await running.ended;
    expectEnd(replaced, 3, 'superseded');
    expect(replaced.outputs['reason']).toContain(yes.outputs['deployment-id']);
    expect(no.errors[0]).toContain(replaced.outputs['deployment-id']);
    expect(await world.versionServing()).toBe(second.version);
    expect(pausesOf(await world.service())).toEqual([]);
    await expectCalm();
  });
});
