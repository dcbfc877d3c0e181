import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { ladder, type Plan } from '../../../src/core/plan.ts';
import { isOurPause, pauseMinutes, withoutPause, withPause } from '../../../src/engines/native/pause.ts';

const plan: Plan = {
  steps: ladder([100], 5 * 60_000),
  bakeMs: 3 * 60_000,
  gates: [{ kind: 'targets' }],
  timeoutMs: 3_600_000,
  onCancel: 'rollback',
};
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
const owners: JsonObject = {
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: 15,
  alarms: { alarmNames: ['a'], enable: true, rollback: false },
  lifecycleHooks: [lambda, person],
  someday: { aNewField: 1 },
};

describe('the deployment configuration that a rollout sets', () => {
  test('adds one pause that rolls back by itself, and keeps all that was there', () => {
    const set = withPause(owners, plan);
    expect(set).toEqual({
      ...owners,
      bakeTimeInMinutes: 3,
      lifecycleHooks: [
        lambda,
        person,
        {
          targetType: 'PAUSE',
          lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
          timeoutConfiguration: { timeoutInMinutes: 10, action: 'ROLLBACK' },
        },
      ],
    });
  });

  test('has no second pause when a dead runner left one', () => {
    const left = withPause(owners, { ...plan, steps: ladder([100], 60_000) });
    expect(withPause(left, plan)).toEqual(withPause(owners, plan));
  });

  test('gives back the owner’s hooks afterwards', () => {
    expect(withoutPause(withPause(owners, plan))).toEqual({ ...owners, bakeTimeInMinutes: 3 });
  });
});

describe('a pause is ours', () => {
  const ours = {
    targetType: 'PAUSE',
    lifecycleStages: ['POST_PRODUCTION_TRAFFIC_SHIFT', 'PRE_PRODUCTION_TRAFFIC_SHIFT'],
    timeoutConfiguration: { timeoutInMinutes: 7, action: 'ROLLBACK' },
  };
  test.each([
    ['in whatever order ECS gives the stages back', ours, true],
    [
      'not when it goes on by itself',
      { ...ours, timeoutConfiguration: { timeoutInMinutes: 7, action: 'CONTINUE' } },
      false,
    ],
    ['not when it is at one of the stages only', { ...ours, lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] }, false],
    ['not when it is a function', { ...ours, targetType: 'AWS_LAMBDA' }, false],
    ['not when it is somebody’s at another stage', person, false],
  ])('%s', (_name, hook, expected) => {
    expect(isOurPause(hook)).toBe(expected);
  });
});

describe('the pause is long enough', () => {
  test.each([
    ['five minutes to spare beside the longest hold', plan, 10],
    ['and for every run gate', { ...plan, gates: [{ kind: 'run', command: 'x', withinMs: 20 * 60_000 }] } as Plan, 30],
    [
      'and for slow http gates',
      { ...plan, gates: [{ kind: 'http', url: 'http://x', status: 200, withinMs: 30_000, times: 4 }] } as Plan,
      12,
    ],
    ['and never longer than ECS takes', { ...plan, steps: ladder([100], 30 * 24 * 3_600_000) }, 20_160],
  ])('%s', (_name, some, expected) => {
    expect(pauseMinutes(some)).toBe(expected);
  });
});
