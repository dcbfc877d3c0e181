import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { ladder, type Plan } from '../../../src/core/plan.ts';
import { planOf } from '../../../src/core/plan-of.ts';
import { isOurPause, ownersHooks, ownersPauseStages, pauseMinutes } from '../../../src/engines/native/pause.ts';
import { configFor, MINUTE } from '../../fakes/native.ts';

const plan: Plan = planOf(configFor({ holdMs: 5 * MINUTE, holdLimitMs: 2 * MINUTE }), [100], {});
const person: JsonObject = {
  targetType: 'PAUSE',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
  timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' },
};

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

test('the owner’s hooks are those that are not ours, and the stages of their pauses are not ours to answer', () => {
  const ours = {
    targetType: 'PAUSE',
    lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
  };
  const lambda = { targetType: 'AWS_LAMBDA', lifecycleStages: ['POST_SCALE_UP'] };
  const configuration = { lifecycleHooks: [person, ours, lambda] };
  expect(ownersHooks(configuration)).toEqual([person, lambda]);
  expect(ownersPauseStages(configuration)).toEqual(['POST_TEST_TRAFFIC_SHIFT']);
  expect(ownersHooks({})).toEqual([]);
});

describe('the pause is long enough', () => {
  const asked = { ...plan, promoteWithinMs: 60 * MINUTE };
  test.each<[string, Plan, number]>([
    ['for the longest hold, what gates may add to it, and five minutes to spare', plan, 12],
    ['for every run gate', { ...plan, gates: [{ kind: 'run', command: 'x', withinMs: 20 * MINUTE }] }, 32],
    [
      'for slow http gates and the warm-up of each',
      {
        ...plan,
        gates: [
          { kind: 'http', url: 'http://x', status: 200, withinMs: 30_000, times: 4 },
          { kind: 'targets', warmUpMs: 3 * MINUTE },
        ],
      },
      17,
    ],
    ['not for a person whom nobody asks', asked, 12],
    ['for a person who is asked at a step', { ...asked, steps: ladder([5, 100], 5 * MINUTE, 'manual') }, 72],
    ['for a person who decides what gates cannot', { ...asked, onInconclusive: 'wait' }, 72],
    ['and never longer than ECS takes', { ...plan, steps: ladder([100], 30 * 24 * 60 * MINUTE) }, 20_160],
  ])('%s', (_name, some, expected) => {
    expect(pauseMinutes(some)).toBe(expected);
  });
});
