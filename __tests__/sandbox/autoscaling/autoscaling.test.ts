import type { ScalableTarget, ScalingActivity, ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import { describe, expect, test } from '@jest/globals';
import { createAutoScaling } from '../../../sandbox/autoscaling/index.ts';
import { checkShape, describeIssue, operationSchema } from '../../../sandbox/wire/schema.ts';
import type { Call } from '../../../sandbox/wire/service.ts';
import { fakeClock } from '../ecs/fakes/clock.ts';

const web = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/default/web',
  ScalableDimension: 'ecs:service:DesiredCount',
};

/** One service `web` with three tasks; the clock starts at 12:00:00 on 1 June 2026. */
function lab(speed = 1) {
  const clock = fakeClock(speed);
  const services = new Map([[web.ResourceId, 3]]);
  const scaling = createAutoScaling({
    clock,
    place: { account: '123456789012', region: 'eu-central-1' },
    counts: {
      desiredCount: (id) => services.get(id),
      setDesiredCount: (id, count) => void services.set(id, count),
    },
  });
  const call = <T = Record<string, unknown>>(operation: string, input: object): T => {
    const schema = operationSchema(scaling.service, operation);
    const handler = scaling.service.operations[operation];
    if (schema === undefined || handler === undefined) throw new Error(`no operation ${operation}`);
    expect(checkShape(schema.input, input, false).map(describeIssue)).toEqual([]);
    const answer = handler(input, { operation } as Call);
    expect(checkShape(schema.output, answer, false).map(describeIssue)).toEqual([]);
    return answer as T;
  };
  const register = (more: object) => call('RegisterScalableTarget', { ...web, ...more });
  return {
    clock,
    services,
    scaling,
    call,
    register,
    count: () => services.get(web.ResourceId),
    target: () => call<{ ScalableTargets: ScalableTarget[] }>('DescribeScalableTargets', web0).ScalableTargets[0],
    activities: () =>
      call<{ ScalingActivities: ScalingActivity[] }>('DescribeScalingActivities', { ...web }).ScalingActivities,
    schedule: (Schedule: string, ScalableTargetAction: object, more: object = {}) =>
      call('PutScheduledAction', { ...web, ScheduledActionName: 'evening', Schedule, ScalableTargetAction, ...more }),
  };
}
const web0 = { ServiceNamespace: 'ecs', ResourceIds: [web.ResourceId] };

describe('a scalable target', () => {
  test('keeps the count of its service within its bounds', () => {
    const on = lab();
    on.register({ MinCapacity: 2, MaxCapacity: 10 });
    expect(on.count()).toBe(3);
    on.register({ MinCapacity: 4 });
    expect(on.count()).toBe(4);
    on.register({ MinCapacity: 1, MaxCapacity: 2 });
    expect(on.count()).toBe(2);
    expect(on.activities().map(({ Cause }) => Cause)).toEqual([
      'maximum capacity was set to 2',
      'minimum capacity was set to 4',
    ]);
    expect(on.activities()[0]).toMatchObject({
      Description: 'Setting desired count to 2.',
      StatusCode: 'Successful',
      StatusMessage: 'Successfully set desired count to 2. Change successfully fulfilled by ecs.',
    });
  });

  test('keeps what a later registration leaves out, and its ARN', () => {
    const on = lab();
    on.register({ MinCapacity: 2, MaxCapacity: 10, SuspendedState: { DynamicScalingInSuspended: true } });
    const before = on.target();
    on.register({ SuspendedState: { ScheduledScalingSuspended: true } });
    expect(on.target()).toEqual({
      ...before,
      SuspendedState: {
        DynamicScalingInSuspended: true,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: true,
      },
    });
  });

  test.each<[string, string, object, string]>([
    [
      'RegisterScalableTarget',
      'ValidationException',
      { ...web, ResourceId: 'service/default/none', MinCapacity: 1, MaxCapacity: 2 },
      "ECS service doesn't exist: service/default/none",
    ],
    ['RegisterScalableTarget', 'ValidationException', { ...web, MinCapacity: 1 }, 'must be specified'],
    ['RegisterScalableTarget', 'ValidationException', { ...web, MinCapacity: 3, MaxCapacity: 2 }, 'less than minimum'],
    [
      'RegisterScalableTarget',
      'ValidationException',
      { ...web, ServiceNamespace: 'rds', MinCapacity: 1, MaxCapacity: 2 },
      'rds is not supported',
    ],
    [
      'DeregisterScalableTarget',
      'ObjectNotFoundException',
      web,
      'No scalable target registered for service namespace: ecs',
    ],
    [
      'PutScalingPolicy',
      'ObjectNotFoundException',
      { ...web, PolicyName: 'cpu', PolicyType: 'StepScaling' },
      'No scalable target',
    ],
    ['DeleteScalingPolicy', 'ObjectNotFoundException', { ...web, PolicyName: 'cpu' }, 'No scaling policy'],
    ['DeleteScheduledAction', 'ObjectNotFoundException', { ...web, ScheduledActionName: 'x' }, 'No scheduled action'],
    ['DescribeScalableTargets', 'InvalidNextTokenException', { ServiceNamespace: 'ecs', NextToken: 'x' }, 'token'],
  ])('%s answers %s where AWS does', (operation, code, input, message) => {
    const on = lab();
    const refusal = expect(() => on.call(operation, input));
    refusal.toThrow(message);
    expect(() => on.call(operation, input)).toThrow(expect.objectContaining({ code }));
  });

  test('takes its policies and scheduled actions with it', async () => {
    const on = lab();
    on.register({ MinCapacity: 1, MaxCapacity: 10 });
    on.call('PutScalingPolicy', {
      ...web,
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 50 },
    });
    on.schedule('at(2026-06-01T12:01:00)', { MinCapacity: 8 });
    on.call('DeregisterScalableTarget', web);
    expect(on.target()).toBeUndefined();
    expect(on.call('DescribeScalingPolicies', { ServiceNamespace: 'ecs' })).toEqual({ ScalingPolicies: [] });
    await on.clock.advance(120_000);
    expect(on.count()).toBe(3);
  });
});

test('policies of both kinds are kept and given back', () => {
  const on = lab();
  on.register({ MinCapacity: 1, MaxCapacity: 10 });
  const step = { AdjustmentType: 'ChangeInCapacity', StepAdjustments: [{ ScalingAdjustment: 2 }] };
  on.call('PutScalingPolicy', {
    ...web,
    PolicyName: 'more',
    PolicyType: 'StepScaling',
    StepScalingPolicyConfiguration: step,
  });
  const { PolicyARN } = on.call<{ PolicyARN: string }>('PutScalingPolicy', {
    ...web,
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: { TargetValue: 50 },
  });
  expect(PolicyARN).toMatch(/:scalingPolicy:.+:resource\/ecs\/service\/default\/web:policyName\/cpu$/);
  expect(on.call('DescribeScalingPolicies', { ...web })).toMatchObject({
    ScalingPolicies: [
      { PolicyName: 'more', StepScalingPolicyConfiguration: step },
      { PolicyName: 'cpu', TargetTrackingScalingPolicyConfiguration: { TargetValue: 50 } },
    ],
  });
});

describe('a scheduled action', () => {
  test('acts on the desired count when its time has come, and not before', async () => {
    const on = lab();
    on.register({ MinCapacity: 1, MaxCapacity: 4 });
    on.schedule('at(2026-06-01T12:01:00)', { MinCapacity: 6, MaxCapacity: 8 });
    await on.clock.advance(59_000);
    expect(on.count()).toBe(3);
    await on.clock.advance(1_000);
    expect(on.count()).toBe(6);
    expect(on.target()).toMatchObject({ MinCapacity: 6, MaxCapacity: 8 });
  });

  test('has its time by the wall’s clock, however fast the sandbox’s is', async () => {
    const on = lab(60);
    on.register({ MinCapacity: 1, MaxCapacity: 10 });
    on.schedule('at(2026-06-01T12:01:00)', { MaxCapacity: 2 });
    await on.clock.advance(59 * 60_000);
    expect(on.count()).toBe(3);
    await on.clock.advance(60_000);
    expect(on.count()).toBe(2);
  });

  test('does nothing while scheduled scaling is suspended', async () => {
    const on = lab();
    on.register({ MinCapacity: 1, MaxCapacity: 10, SuspendedState: { ScheduledScalingSuspended: true } });
    on.schedule('at(2026-06-01T12:01:00)', { MinCapacity: 6 });
    await on.clock.advance(120_000);
    expect(on.count()).toBe(3);
    expect(on.activities()).toEqual([]);
  });

  test('is replaced by its name, described, and deleted', async () => {
    const on = lab();
    on.register({ MinCapacity: 1, MaxCapacity: 10 });
    on.schedule('at(2026-06-01T12:01:00)', { MinCapacity: 6 });
    on.schedule('at(2026-06-01T12:02:00)', { MinCapacity: 7 });
    const { ScheduledActions } = on.call<{ ScheduledActions: ScheduledAction[] }>('DescribeScheduledActions', web);
    expect(ScheduledActions).toMatchObject([
      { Schedule: 'at(2026-06-01T12:02:00)', ScalableTargetAction: { MinCapacity: 7 } },
    ]);
    await on.clock.advance(60_000);
    expect(on.count()).toBe(3);
    on.call('DeleteScheduledAction', { ...web, ScheduledActionName: 'evening' });
    await on.clock.advance(120_000);
    expect(on.count()).toBe(3);
  });

  test.each([
    ['cron(0 20 * * ? *)', {}, 'not supported by the sandbox'],
    ['tomorrow', {}, 'Invalid schedule expression'],
    ['at(2026-06-01T11:59:59)', {}, 'in the future'],
    ['at(2026-06-01T12:01:00)', { Timezone: 'Europe/Berlin' }, 'time zone Europe/Berlin is not supported'],
  ])('is refused for %s %j', (schedule, more, message) => {
    const on = lab();
    on.register({ MinCapacity: 1, MaxCapacity: 10 });
    expect(() => on.schedule(schedule, { MinCapacity: 2 }, more)).toThrow(message);
  });
});

describe('scaling on order', () => {
  test('stays within the bounds', () => {
    const on = lab();
    on.register({ MinCapacity: 2, MaxCapacity: 5 });
    expect(on.scaling.scale(web.ResourceId, 9)).toBe(5);
    expect(on.scaling.scale(web.ResourceId, 0)).toBe(2);
    expect(on.count()).toBe(2);
  });

  test('does not go where it is suspended', () => {
    const on = lab();
    on.register({ MinCapacity: 1, MaxCapacity: 5, SuspendedState: { DynamicScalingInSuspended: true } });
    expect(on.scaling.scale(web.ResourceId, 1)).toBe(3);
    expect(on.scaling.scale(web.ResourceId, 5)).toBe(5);
    on.register({ SuspendedState: { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: true } });
    expect(on.scaling.scale(web.ResourceId, 2)).toBe(2);
    expect(on.scaling.scale(web.ResourceId, 5)).toBe(2);
  });
});
