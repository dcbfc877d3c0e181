import { describe, expect, test } from '@jest/globals';
import type { ServiceDeploymentFacts } from '../../../src/core/service.ts';
import { lookAt as lookAtAs, rollingLookAt } from '../../../src/engines/native/look.ts';

/** As most services are: none has pauses of its owner's. */
const lookAt = (some: ServiceDeploymentFacts, ownersStages: readonly string[] = []) => lookAtAs(some, ownersStages);

const revision = (running: number, weight: number) => ({
  arn: 'arn:aws:ecs:eu-west-1:111122223333:service-revision/demo/web/1',
  requestedTaskCount: 2,
  runningTaskCount: running,
  pendingTaskCount: 2 - running,
  requestedTestTrafficWeight: 0,
  requestedProductionTrafficWeight: weight,
});
const pause = {
  hookId: 'ecs-pause-1',
  targetType: 'PAUSE',
  status: 'AWAITING_ACTION',
  expiresAt: 99,
  timeoutAction: 'ROLLBACK',
} as const;
const deployment: ServiceDeploymentFacts = {
  serviceDeploymentArn: 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/demo/web/d',
  status: 'IN_PROGRESS',
  statusReason: undefined,
  lifecycleStage: 'SCALE_UP',
  createdAt: 1,
  finishedAt: undefined,
  hooks: [],
  source: [revision(2, 100)],
  target: revision(1, 0),
  rollbackReason: undefined,
  alarms: [],
};

describe('where a deployment is', () => {
  test.each([
    ['RECONCILE_SERVICE', 'preparing'],
    ['PRE_SCALE_UP', 'preparing'],
    ['SCALE_UP', 'preparing'],
    ['POST_SCALE_UP', 'preparing'],
    ['TEST_TRAFFIC_SHIFT', 'preparing'],
    ['POST_TEST_TRAFFIC_SHIFT', 'preparing'],
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'preparing'],
    ['PRODUCTION_TRAFFIC_SHIFT', 'moving'],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', 'moving'],
    ['BAKE_TIME', 'baking'],
    ['CLEAN_UP', 'finishing'],
    ['A_STAGE_OF_TOMORROW', 'preparing'],
  ])('%s is %s', (lifecycleStage, movement) => {
    expect(lookAt({ ...deployment, lifecycleStage })).toMatchObject({
      stage: lifecycleStage,
      movement,
      end: undefined,
    });
  });

  test.each(['PRE_PRODUCTION_TRAFFIC_SHIFT', 'A_STAGE_OF_TOMORROW'])(
    'an open pause at %s is ours to answer',
    (lifecycleStage) => {
      const look = lookAt({ ...deployment, lifecycleStage, hooks: [pause] });
      expect(look).toMatchObject({ movement: 'waiting', pause: { id: 'ecs-pause-1', expiresAt: 99 }, note: undefined });
    },
  );

  test('an open pause where the owner has one is the owner’s: it is told of and not answered', () => {
    const look = lookAt({ ...deployment, lifecycleStage: 'POST_SCALE_UP', hooks: [pause] }, ['POST_SCALE_UP']);
    expect(look).toMatchObject({ movement: 'preparing', pause: undefined });
    expect(look.note).toContain('ecs-pause-1');
  });

  test('a pause that was answered, and a function, are not open', () => {
    const hooks = [
      { ...pause, status: 'SUCCEEDED' },
      { ...pause, targetType: 'AWS_LAMBDA' as const, status: 'IN_PROGRESS' },
    ];
    expect(lookAt({ ...deployment, lifecycleStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', hooks }).pause).toBeUndefined();
  });

  test.each(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'STOP_REQUESTED'] as const)(
    '%s is turning back, whatever the stage',
    (status) => {
      const look = lookAt({
        ...deployment,
        status,
        lifecycleStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
        hooks: [pause],
        statusReason: 'alarm',
      });
      expect(look).toMatchObject({ movement: 'turning-back', pause: undefined, note: 'alarm' });
    },
  );

  test('an unknown stage with traffic is moving', () => {
    expect(lookAt({ ...deployment, lifecycleStage: 'A_STAGE_OF_TOMORROW', target: revision(2, 25) }).movement).toBe(
      'moving',
    );
  });

  test('shares and task counts are those of the two sides', () => {
    expect(lookAt({ ...deployment, target: revision(1, 25) })).toMatchObject({
      share: 25,
      candidate: { requested: 2, running: 1, pending: 1 },
      stable: { requested: 2, running: 2, pending: 0 },
    });
  });
});

describe('how a deployment ended', () => {
  test.each([
    ['SUCCESSFUL', 'succeeded'],
    ['ROLLBACK_SUCCESSFUL', 'rolled-back'],
    ['ROLLBACK_FAILED', 'rollback-failed'],
    ['STOPPED', 'stopped'],
  ] as const)('%s is %s, with ECS’s reason', (status, kind) => {
    const look = lookAt({ ...deployment, status, statusReason: 'so said ECS' });
    expect(look).toMatchObject({ movement: 'ended', end: { kind, reason: 'so said ECS' } });
  });

  test.each(['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'] as const)(
    '%s is no end',
    (status) => {
      expect(lookAt({ ...deployment, status }).end).toBeUndefined();
    },
  );
});

describe('a rolling deployment', () => {
  const rolling = { ...deployment, lifecycleStage: undefined, strategy: 'ROLLING' };
  const tasks = (candidate: number, stable: number) => ({
    source: [{ ...revision(stable, 0) }],
    target: { ...revision(candidate, 0) },
  });

  test.each([
    [0, 4, 'preparing', 0],
    [1, 3, 'shifting', 25],
    [1, 2, 'shifting', 33],
    [1, 199, 'shifting', 1],
    [4, 0, 'shifting', 99],
  ])('with %d tasks of the candidate and %d of stable is %s at %d %%', (candidate, stable, movement, share) => {
    expect(rollingLookAt({ ...rolling, ...tasks(candidate, stable) })).toMatchObject({
      movement,
      share,
      pause: undefined,
    });
  });

  test('has all traffic only when ECS says SUCCESSFUL', () => {
    const look = rollingLookAt({ ...rolling, status: 'SUCCESSFUL', ...tasks(4, 0) });
    expect(look).toMatchObject({ movement: 'ended', share: 100, end: { kind: 'succeeded' } });
  });

  test('on its way back shows the share that is left, and why', () => {
    const look = rollingLookAt({ ...rolling, status: 'ROLLBACK_IN_PROGRESS', statusReason: 'breaker', ...tasks(1, 3) });
    expect(look).toMatchObject({ movement: 'turning-back', share: 25, note: 'breaker', end: undefined });
  });

  test('has no pause of ours: one that is open is told of', () => {
    const look = rollingLookAt({ ...rolling, hooks: [pause], ...tasks(1, 3) });
    expect(look.pause).toBeUndefined();
    expect(look.note).toContain('ecs-pause-1');
  });
});
