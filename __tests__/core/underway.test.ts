/** Who and what is running, in a sentence. */
import { describe, expect, test } from '@jest/globals';
import type { Memo } from '../../src/core/memo.ts';
import type { Look } from '../../src/core/observation.ts';
import { age, describeUnderway } from '../../src/core/underway.ts';

const memo = (by: string): Memo => ({ shares: [100], holdMs: 0, bakeMs: 0, approval: 'none', by, until: 0 });
const look: Look = {
  stage: 'BAKE_TIME',
  movement: 'baking',
  pause: undefined,
  share: 100,
  candidate: { requested: 1, running: 1, pending: 0 },
  stable: { requested: 2, running: 2, pending: 0 },
  end: undefined,
  note: undefined,
};
const underway = {
  id: 'd-1',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7',
  startedAt: 1_000,
  memo: memo('shop/actions/runs/1 of ann'),
  look,
};

test.each([
  [-5_000, '0 s'],
  [0, '0 s'],
  [499, '0 s'],
  [119_400, '119 s'],
  [119_500, '2 min'],
  [149_000, '2 min'],
  [119 * 60_000, '119 min'],
  [120 * 60_000, '2 h'],
  [30 * 3_600_000, '30 h'],
])('%i ms ago are %s', (ms, words) => {
  expect(age(ms)).toBe(words);
});

describe('a rollout under way', () => {
  test('says what it is, since when, where it stands, who began it, and its id', () => {
    expect(describeUnderway(underway, 61_000)).toBe(
      'web:7 is rolled out since 60 s, 100 % of the traffic, at BAKE_TIME, by shop/actions/runs/1 of ann (d-1)',
    );
  });

  test('that turns back says that instead of a share which is about to be wrong', () => {
    const back: Look = { ...look, movement: 'turning-back', share: 20 };
    expect(describeUnderway({ ...underway, look: back }, 61_000)).toBe(
      'web:7 is rolled out since 60 s, turning back, by shop/actions/runs/1 of ann (d-1)',
    );
  });

  test.each([
    ['by this action', memo('')],
    ['not by this action', undefined],
  ])('that nobody has signed is %s', (words, signed) => {
    expect(describeUnderway({ ...underway, memo: signed }, 61_000)).toContain(`, ${words} (d-1)`);
  });

  test('of a task definition that ECS has forgotten is a rollout all the same', () => {
    expect(describeUnderway({ ...underway, taskDefinitionArn: undefined }, 61_000)).toMatch(
      /^a rollout is under way since 60 s,/,
    );
  });
});
