import { describe, expect, test } from '@jest/globals';
import type { Strategy } from '../../../src/core/config.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { nativeLadder } from '../../../src/core/native-ladder.ts';
import { planOf } from '../../../src/core/plan-of.ts';
import { configurationAfter, configurationDuring } from '../../../src/engines/native/configuration.ts';
import { configFor, MINUTE } from '../../fakes/native.ts';

const lambda: JsonObject = {
  targetType: 'AWS_LAMBDA',
  hookTargetArn: 'arn:aws:lambda:eu-west-1:111122223333:function:check',
  roleArn: 'arn:aws:iam::111122223333:role/hook',
  lifecycleStages: ['POST_SCALE_UP'],
};
const person: JsonObject = {
  targetType: 'PAUSE',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
  timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' },
};
const kept: JsonObject = {
  alarms: { alarmNames: ['a'], enable: true, rollback: false },
  minimumHealthyPercent: 75,
  someday: { aNewField: 1 },
};
const owners: JsonObject = {
  ...kept,
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: 15,
  lifecycleHooks: [lambda, person],
};

function during(strategy: Strategy | undefined, steps: readonly number[] | undefined, own: JsonObject): JsonObject {
  const found = nativeLadder(
    { strategy, steps, approval: 'none' },
    { serviceName: 'web', deploymentConfiguration: own },
  );
  if ('faults' in found) throw new Error(found.faults[0]?.problem);
  const plan = planOf(configFor({ holdMs: 3 * MINUTE, holdLimitMs: 0, bakeMs: 3 * MINUTE }), found.shares, {});
  return configurationDuring(own, found, plan);
}

const pause: JsonObject = {
  targetType: 'PAUSE',
  lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
  timeoutConfiguration: { timeoutInMinutes: 8, action: 'ROLLBACK' },
};

describe('the deployment configuration that a rollout sets', () => {
  test('adds one pause that rolls back by itself, and keeps all that was there', () => {
    const expected = { ...owners, bakeTimeInMinutes: 3, lifecycleHooks: [lambda, person, pause] };
    expect(during(undefined, undefined, owners)).toEqual(expected);
  });

  test('has no second pause when a dead runner left one', () => {
    const left = during(undefined, undefined, owners);
    expect(during(undefined, undefined, left)).toEqual(left);
  });

  test('has one strategy’s settings, whatever the service was before', () => {
    const canary = during('canary', [20, 100], { ...owners, ...{ earlySuccessCriteria: { enable: true } } });
    expect(canary).toEqual({
      ...kept,
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 0 },
      bakeTimeInMinutes: 3,
      lifecycleHooks: [lambda, person, pause],
    });
    expect(during('linear', [50, 100], canary)).toEqual({
      ...kept,
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
      bakeTimeInMinutes: 3,
      lifecycleHooks: [lambda, person, pause],
    });
  });

  test('keeps what AWS adds to a strategy’s own settings some day', () => {
    const own = {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 20, stepBakeTimeInMinutes: 6, someday: 'x' },
    };
    expect(during(undefined, undefined, own)['linearConfiguration']).toEqual({
      stepPercent: 20,
      stepBakeTimeInMinutes: 0,
      someday: 'x',
    });
  });

  test('of a rolling service has a circuit breaker and neither pause nor bake time of ours', () => {
    const early = { earlySuccessCriteria: { enable: true, healthyPercent: 100 } };
    expect(during(undefined, undefined, { ...kept, ...early })).toEqual({
      ...kept,
      ...early,
      strategy: 'ROLLING',
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
  });

  test('takes a dead runner’s pause away from a service that is switched to rolling', () => {
    const left = during('linear', undefined, owners);
    const rolling = during('rolling', undefined, left);
    expect(rolling['lifecycleHooks']).toEqual([lambda, person]);
    expect(rolling['linearConfiguration']).toBeUndefined();
  });
});

describe('the deployment configuration after it', () => {
  test('is without our pause, and nothing is to be written where there is none', () => {
    expect(configurationAfter(during(undefined, undefined, owners), MINUTE)).toEqual({
      ...owners,
      bakeTimeInMinutes: 3,
    });
    expect(configurationAfter(owners, MINUTE)).toBeUndefined();
    expect(configurationAfter({}, MINUTE)).toBeUndefined();
  });

  test.each<[string, Strategy, number | undefined, string, JsonObject]>([
    ['as long as the hold was', 'linear', 90_000, 'linearConfiguration', { stepPercent: 10, stepBakeTimeInMinutes: 2 }],
    [
      'no longer than a day',
      'canary',
      48 * 60 * MINUTE,
      'canaryConfiguration',
      { canaryPercent: 5, canaryBakeTimeInMinutes: 1440 },
    ],
    [
      'ECS’s default where nothing tells the hold',
      'linear',
      undefined,
      'linearConfiguration',
      { stepPercent: 10, stepBakeTimeInMinutes: 6 },
    ],
    [
      'none where the hold was none',
      'canary',
      0,
      'canaryConfiguration',
      { canaryPercent: 5, canaryBakeTimeInMinutes: 0 },
    ],
  ])('makes ECS’s own wait between steps %s', (_name, strategy, holdMs, member, expected) => {
    expect(configurationAfter(during(strategy, undefined, owners), holdMs)?.[member]).toEqual(expected);
  });
});
