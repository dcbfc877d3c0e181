import { describe, expect, test } from '@jest/globals';
import { blueGreen, deploy, pauseAt, serving, stage } from './fakes/stage.ts';

const withHooks = (lifecycleHooks: object[]) => ({ deploymentConfiguration: { ...blueGreen, lifecycleHooks } });

describe('a PAUSE hook', () => {
  test('holds the deployment until somebody continues it', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2', withHooks(pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT')));
    const hookId = await on.paused(arn, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    expect(hookId).toMatch(/^ecs-pause-[\w-]{43}$/);
    await on.clock.advance(3_600_000);
    expect((await on.deployment(arn)).lifecycleHookDetails).toEqual([
      {
        hookId,
        targetType: 'PAUSE',
        status: 'AWAITING_ACTION',
        expiresAt: expect.any(Date),
        timeoutAction: 'ROLLBACK',
      },
    ]);
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId });
    expect((await on.reaches(arn, 'SUCCESSFUL')).lifecycleHookDetails).toBeUndefined();
  });

  test('that nobody answers rolls back when its time is over', async () => {
    const on = await stage();
    await serving(on);
    const hook = {
      targetType: 'PAUSE',
      lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 3 },
    };
    const arn = await deploy(on, 'good2', withHooks([hook]));
    await on.paused(arn, 'POST_TEST_TRAFFIC_SHIFT');
    await on.clock.advance(2.9 * 60_000);
    expect((await on.deployment(arn)).status).toBe('IN_PROGRESS');
    const ended = await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect(ended.statusReason).toBe(
      'Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT pause hook timed out.',
    );
    expect(ended.rollback).toMatchObject({ reason: ended.statusReason, startedAt: expect.any(Date) });
  });

  test('that nobody answers goes on when its timeout action is CONTINUE', async () => {
    const on = await stage();
    await serving(on);
    const hook = {
      targetType: 'PAUSE',
      lifecycleStages: ['PRE_SCALE_UP'],
      timeoutConfiguration: { timeoutInMinutes: 1, action: 'CONTINUE' },
    };
    const arn = await deploy(on, 'good2', withHooks([hook]));
    await on.paused(arn, 'PRE_SCALE_UP');
    await on.reaches(arn, 'SUCCESSFUL');
  });

  test('must pass together with all others of its stage', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2', withHooks(pauseAt('POST_SCALE_UP', 'POST_SCALE_UP')));
    await on.paused(arn, 'POST_SCALE_UP');
    const ids = ((await on.deployment(arn)).lifecycleHookDetails ?? []).map(({ hookId }) => hookId);
    expect(new Set(ids).size).toBe(2);
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: ids[0], action: 'CONTINUE' });
    await on.clock.advance(60_000);
    expect(await on.deployment(arn)).toMatchObject({
      lifecycleStage: 'POST_SCALE_UP',
      lifecycleHookDetails: [{ status: 'SUCCEEDED' }, { status: 'AWAITING_ACTION' }],
    });
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: ids[1], action: 'ROLLBACK' });
    expect((await on.deployment(arn)).status).toBe('ROLLBACK_REQUESTED');
    await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
  });

  test('at another stage gets another id, and an id is good for one answer', async () => {
    const on = await stage();
    await serving(on);
    const stages = ['PRE_SCALE_UP', 'POST_SCALE_UP'];
    const arn = await deploy(on, 'good2', withHooks([{ targetType: 'PAUSE', lifecycleStages: stages }]));
    const first = await on.paused(arn, 'PRE_SCALE_UP');
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: first });
    const second = await on.paused(arn, 'POST_SCALE_UP');
    expect(second).not.toBe(first);
    expect(await on.refused('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: first })).toMatchObject({
      code: 'InvalidParameterException',
      message: 'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
    });
  });

  test('is refused a made-up id, a foreign deployment and one that has ended', async () => {
    const on = await stage();
    await serving(on);
    const [done] = await on.deployments();
    const arn = await deploy(on, 'good2', withHooks(pauseAt('PRE_SCALE_UP')));
    const hookId = await on.paused(arn, 'PRE_SCALE_UP');
    const refusal = async (serviceDeploymentArn: string | undefined, id: string) =>
      on.refused('ContinueServiceDeployment', { serviceDeploymentArn, hookId: id });
    expect((await refusal(arn, 'nonsense')).message).toContain('Invalid hookId');
    expect((await refusal(done?.serviceDeploymentArn, hookId)).message).toContain('terminal states');
    expect((await refusal(`${arn}x`, hookId)).code).toBe('ServiceDeploymentNotFoundException');
  });

  test('of type AWS_LAMBDA stays in the configuration and counts as succeeded at once', async () => {
    const on = await stage();
    await serving(on);
    const lambda = {
      hookTargetArn: 'arn:aws:lambda:eu-central-1:123456789012:function:check',
      roleArn: 'arn:aws:iam::123456789012:role/hooks',
      lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'],
      hookDetails: { team: 'web' },
    };
    const arn = await deploy(on, 'good2', withHooks([lambda]));
    const done = await on.reaches(arn, 'SUCCESSFUL');
    expect(done.deploymentConfiguration?.lifecycleHooks).toEqual([
      {
        ...lambda,
        targetType: 'AWS_LAMBDA',
        timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' },
      },
    ]);
  });
});

describe('UpdateService refuses', () => {
  test.each([
    [
      'a pause where traffic is moving',
      pauseAt('PRODUCTION_TRAFFIC_SHIFT'),
      'Invalid lifecycle stage provided for Pause Hook',
    ],
    [
      'an unknown type',
      [{ targetType: 'SNS', lifecycleStages: ['PRE_SCALE_UP'] }],
      'Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE',
    ],
    ['an eleventh pause', pauseAt(...Array.from({ length: 11 }, () => 'PRE_SCALE_UP')), 'Got: 11'],
    ['a Lambda hook without a function', [{ lifecycleStages: ['PRE_SCALE_UP'] }], 'hookTargetArn'],
    ['a hook without a stage', [{ targetType: 'PAUSE' }], 'lifecycleStages'],
    [
      'a timeout of more than fourteen days',
      [{ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'], timeoutConfiguration: { timeoutInMinutes: 20_161 } }],
      'Got: 20161',
    ],
  ])('%s', async (_what, lifecycleHooks, message) => {
    const on = await stage();
    await serving(on);
    const refusal = await on.refused('UpdateService', {
      service: 'web',
      forceNewDeployment: true,
      deploymentConfiguration: { lifecycleHooks },
    });
    expect(refusal.code).toBe('InvalidParameterException');
    expect(refusal.message).toContain(message);
    expect(await on.deployments()).toHaveLength(1);
  });
});
