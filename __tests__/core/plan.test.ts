import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expectedMs, ladder, nextShare, stepAt, stepName } from '../../src/core/plan.ts';
import { DEFAULT_BAKE_MS, DEFAULT_HOLD_MS, planOf } from '../../src/core/plan-of.ts';
import { configFor } from '../fakes/native.ts';

describe('a ladder', () => {
  test('begins with a look before the shift, which is not held', () => {
    expect(ladder([25, 100], 60_000)).toEqual([
      { share: 0, holdMs: 0 },
      { share: 25, holdMs: 60_000 },
      { share: 100, holdMs: 60_000 },
    ]);
  });

  test.each([
    ['once, at the first rung', [5, 50, 100], 'manual', [5]],
    ['once, before all traffic when there is one rung', [100], 'manual', [0]],
    ['at every step below 100 %', [5, 50, 100], 'every-step', [0, 5, 50]],
    ['never', [5, 100], 'none', []],
  ] as const)('asks a person %s', (_name, shares, approval, asked) => {
    const steps = ladder(shares, 0, approval).filter((step) => step.approval === true);
    expect(steps.map(({ share }) => share)).toEqual(asked);
  });

  test('leads from every share upwards to 100', () => {
    const rising = fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 8 })
      .map((list) => [...list.sort((a, b) => a - b), 100]);
    fc.assert(
      fc.property(rising, fc.integer({ min: 0, max: 100 }), (shares, from) => {
        const steps = ladder(shares, 0);
        const to = nextShare(steps, from);
        expect(to === 100 || (to > from && shares.includes(to))).toBe(true);
        const stands = steps[stepAt(steps, from)]?.share ?? -1;
        expect(stands).toBeLessThanOrEqual(from);
        expect(steps.some(({ share }) => share > stands && share <= from)).toBe(false);
      }),
    );
  });

  test('has words for its steps', () => {
    expect(ladder([0.1, 100], 0).map(stepName)).toEqual(['before the shift', 'at 0.1 %', 'at 100 %']);
  });
});

describe('the plan', () => {
  test('takes what the job says before what the service has, and that before what is usual', () => {
    const hold = (holdMs: number | undefined, own: number | undefined) =>
      planOf(configFor({ holdMs }), [100], { holdMs: own }).steps.at(-1)?.holdMs;
    expect([hold(1, 2), hold(undefined, 2), hold(undefined, undefined)]).toEqual([1, 2, DEFAULT_HOLD_MS]);
    const bake = (bakeMs: number | undefined, own: number | undefined) =>
      planOf(configFor({ bakeMs }), [100], { bakeMs: own }).bakeMs;
    expect([bake(0, 2), bake(undefined, 2), bake(undefined, undefined)]).toEqual([0, 2, DEFAULT_BAKE_MS]);
  });

  test('takes as long as its holds and its bake', () => {
    expect(expectedMs(planOf(configFor({ holdMs: 10, bakeMs: 5 }), [5, 50, 100], {}))).toBe(35);
  });
});
