/** The plan of a job that goes on with somebody else's rollout. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutConfig } from '../../src/core/config.ts';
import type { Memo } from '../../src/core/memo.ts';
import type { Look } from '../../src/core/observation.ts';
import { promotionPlan } from '../../src/core/promotion.ts';
import { describeUnderway } from '../../src/core/underway.ts';
import { configFor } from '../fakes/native.ts';

const config = configFor({ holdMs: undefined });
const memo: Memo = {
  shares: [5, 25, 50, 100],
  holdMs: 60_000,
  bakeMs: 120_000,
  approval: 'manual',
  by: 'shop/actions/runs/1 of ann',
  until: 0,
};
const lookAt = (share: number): Look => ({
  stage: 'AT_SHARE',
  movement: 'waiting',
  pause: { id: 'p', expiresAt: undefined },
  share,
  candidate: { requested: 1, running: 1, pending: 0 },
  stable: { requested: 2, running: 2, pending: 0 },
  end: undefined,
  note: undefined,
});
const stepsOf = (
  share: number,
  to?: number,
  given: Partial<RolloutConfig> = {},
  of: Memo | 'no note' = memo,
): readonly (readonly [share: number, holdMs: number, asks: boolean])[] =>
  promotionPlan(
    { ...config, ...given },
    { memo: of === 'no note' ? undefined : of, look: lookAt(share) },
    to,
    [],
  ).steps.map((step) => [step.share, step.holdMs, step.approval === true]);

describe('a promotion', () => {
  test('goes on from where the candidate stands, through the rest of the ladder that the rollout was begun with', () => {
    expect(stepsOf(5)).toEqual([
      [5, 0, false],
      [25, 60_000, false],
      [50, 60_000, false],
      [100, 60_000, false],
    ]);
  });

  test('goes to the next step and asks again where every step asks', () => {
    expect(stepsOf(5, undefined, {}, { ...memo, approval: 'every-step' })).toEqual([
      [5, 0, false],
      [25, 60_000, true],
      [50, 60_000, true],
      [100, 60_000, false],
    ]);
  });

  test('with `to` goes straight there, without waiting unless a hold is given', () => {
    expect(stepsOf(5, 100)).toEqual([
      [5, 0, false],
      [100, 0, false],
    ]);
    expect(stepsOf(5, 100, { holdMs: 30_000 })).toEqual([
      [5, 0, false],
      [100, 30_000, false],
    ]);
  });

  test('with a `to` below 100 asks a person again there', () => {
    expect(stepsOf(5, 30)).toEqual([
      [5, 0, false],
      [30, 0, true],
    ]);
  });

  test('at 100 % has nothing left but to be judged', () => {
    expect(stepsOf(100)).toEqual([[100, 0, false]]);
  });

  test('of a rollout without a note takes the ladder of the inputs, else goes to the end', () => {
    expect(stepsOf(5, undefined, { steps: [5, 40, 100], holdMs: 1_000 }, 'no note')).toEqual([
      [5, 0, false],
      [40, 1_000, false],
      [100, 1_000, false],
    ]);
    expect(stepsOf(5, undefined, {}, 'no note').map(([share]) => share)).toEqual([5, 100]);
  });

  test('keeps the bake that the rollout was begun with, and adds the gates of the engine', () => {
    const plan = promotionPlan(config, { memo, look: lookAt(5) }, undefined, [{ kind: 'traffic' }]);
    expect(plan.bakeMs).toBe(120_000);
    expect(plan.gates).toEqual([{ kind: 'targets' }, { kind: 'traffic' }]);
  });

  test('never goes down, and never stands where a person said go on', () => {
    let asked = 0;
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.constantFrom('none', 'manual', 'every-step' as const),
        fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
        (share, approval, to) => {
          const steps = stepsOf(share, to, {}, { ...memo, approval });
          expect(steps[0]).toEqual([share, 0, false]);
          expect(steps.every(([next], index) => index === 0 || next > (steps[index - 1]?.[0] ?? 0))).toBe(true);
          if (steps.some(([, , asks]) => asks)) asked += 1;
        },
      ),
    );
    expect(asked).toBeGreaterThan(5);
  });
});

test('who finds a rollout reads what it is, since when, where it stands and who began it', () => {
  const underway = {
    id: 'd1',
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:1:task-definition/web:7',
    startedAt: 0,
    memo,
    look: lookAt(5),
  };
  expect(describeUnderway(underway, 240_000)).toBe(
    'web:7 is rolled out since 4 min, 5 % of the traffic, at AT_SHARE, by shop/actions/runs/1 of ann (d1)',
  );
  expect(describeUnderway({ ...underway, memo: undefined, taskDefinitionArn: undefined }, 30_000)).toBe(
    'a rollout is under way since 30 s, 5 % of the traffic, at AT_SHARE, not by this action (d1)',
  );
});
