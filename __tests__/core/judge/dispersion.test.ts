import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Random, randomFrom } from '../../../bench/judge/random.ts';
import { dispersionOf, isUnusual, usualRate } from '../../../src/core/judge/dispersion.ts';
import type { Count } from '../../../src/core/judge/likelihood.ts';

const of = (bads: readonly number[], requests = 1_000): readonly Count[] => bads.map((bad) => ({ requests, bad }));
const minutes = (count: number, bad: (minute: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, minute) => bad(minute));

/** Bunches of a size, so many of them that `mean` bad requests are expected. */
function bunches(random: Random, mean: number, size: () => number, meanSize: number): number {
  return minutes(random.poisson(mean / meanSize), size).reduce((all, one) => all + one, 0);
}

describe('how bad requests come', () => {
  test('of two minutes, by hand', () => {
    // Ten together, five expected of each: (1 - 5)² = 16, over 10 · ½ · ½ = 2.5. With one pair the standard error is √3, half of it on top.
    expect(dispersionOf(of([9, 1]))).toEqual({ factor: expect.closeTo(6.4 * (1 + Math.sqrt(3) / 2), 12), pairs: 1 });
    // The second with three times the requests: 17.5 of 70 expected in the first, (0 - 17.5)² = 306.25 over 70 · ¼ · ¾ = 13.125.
    const found = dispersionOf([
      { requests: 100, bad: 0 },
      { requests: 300, bad: 70 },
    ]);
    expect(found.factor).toBeCloseTo((306.25 / 13.125) * (1 + Math.sqrt(3) / 2), 12);
  });

  test('is not told from a little more than chance explains', () => {
    // Twice 5² / 4, over 25 / 4 and as much: with two pairs less than 1 + √(3/2) says nothing.
    expect(dispersionOf(of([10, 15, 10])).factor).toBe(1);
    // Twice (17/2)², over 25/4 and as much.
    expect(dispersionOf(of([4, 21, 4])).factor).toBeCloseTo((2 * 8.5 ** 2 * (1 + Math.sqrt(3 / 2) / 2)) / 12.5, 12);
  });

  test.each<[string, readonly Count[], number]>([
    ['none at all', [], 0],
    ['one minute', of([7]), 0],
    ['no bad request', of([0, 0, 0, 0]), 0],
    [
      'minutes without requests between',
      [
        { requests: 100, bad: 5 },
        { requests: 0, bad: 0 },
        { requests: 100, bad: 1 },
      ],
      0,
    ],
    ['evenly', of([5, 5, 5, 5]), 3],
  ])('is one by one where nothing speaks against it: %s', (_name, counts, pairs) => {
    expect(dispersionOf(counts)).toEqual({ factor: 1, pairs });
  });

  test.each([2, 20, 500])('one by one, with %d a minute', (mean) => {
    const random = randomFrom(`one by one ${mean}`);
    const factors = minutes(
      200,
      () =>
        dispersionOf(
          of(
            minutes(60, () => random.poisson(mean)),
            1e6,
          ),
        ).factor,
    );
    // Each is known to a fifth or so, and most are within chance of 1.
    expect(factors.filter((one) => one === 1).length).toBeGreaterThan(150);
    expect(meanOf(factors)).toBeLessThan(1.15);
    expect(Math.max(...factors)).toBeLessThan(2.5);
  });

  test.each([
    [5, 50],
    [20, 100],
    [50, 50],
  ])('in bunches of %d, with %d a minute', (size, mean) => {
    const random = randomFrom(`bunches ${size}`);
    const factors = minutes(
      200,
      () =>
        dispersionOf(
          of(
            minutes(60, () => bunches(random, mean, () => size, size)),
            1e6,
          ),
        ).factor,
    );
    // With 59 pairs half a standard error on top is 11 %.
    expect(meanOf(factors) / size).toBeGreaterThan(1);
    expect(meanOf(factors) / size).toBeLessThan(1.25);
  });

  test('in bunches of random size K: E[K²] / E[K], as their members see it', () => {
    // Geometric with mean 10: E[K²] = 2·100 - 10 = 190.
    const random = randomFrom('geometric');
    const factors = minutes(
      200,
      () =>
        dispersionOf(
          of(
            minutes(60, () => bunches(random, 200, () => random.geometric(10), 10)),
            1e6,
          ),
        ).factor,
    );
    expect(meanOf(factors)).toBeGreaterThan(19);
    expect(meanOf(factors)).toBeLessThan(23);
  });

  test('a trend does not count, nor a load that changes with it', () => {
    const random = randomFrom('trend');
    const trend = minutes(
      200,
      () =>
        dispersionOf(
          of(
            minutes(60, (minute) => random.poisson(20 + 2 * minute)),
            1e6,
          ),
        ).factor,
    );
    expect(meanOf(trend)).toBeLessThan(1.15);
    const load = minutes(60, (minute) => 1_000 + 500 * minute).map((requests) => ({ requests, bad: requests / 100 }));
    expect(dispersionOf(load).factor).toBe(1);
  });

  test('an incident shows at its edges only', () => {
    const incident = (length: number) => dispersionOf(of([2, 2, 2, ...minutes(length, () => 100), 2, 2, 2])).factor;
    expect(dispersionOf(of(minutes(20, () => 100))).factor).toBe(1);
    // The longer, the more pairs of alike minutes in it.
    expect(incident(5)).toBeLessThan(incident(2));
    expect(incident(200)).toBeLessThan(2);
  });
});

describe('the usual rate', () => {
  test.each<[string, readonly Count[], number]>([
    ['without minutes', [], 0],
    ['of one', of([4]), 0.004],
    ['of minutes without requests', [{ requests: 0, bad: 0 }], 0],
    ['is that of the middle one', of([1, 9, 2, 3, 100]), 0.003],
    ['is the higher of the two in the middle', of([1, 2, 3, 4]), 0.003],
  ])('%s', (_name, counts, rate) => {
    expect(usualRate(counts)).toBe(rate);
  });

  test('is not moved by an incident of less than half of the time, whatever it does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 29 }), fc.integer({ min: 0, max: 1_000 }), (length, bad) => {
        const calm = minutes(60 - length, () => 5);
        expect(usualRate(of([...calm.slice(0, 10), ...minutes(length, () => bad), ...calm.slice(10)]))).toBe(0.005);
      }),
    );
  });
});

describe('a minute is unusual', () => {
  test.each([
    // 10 expected: more than 20 + 3·√10 = 29.5.
    [29, 1, false],
    [30, 1, true],
    // In bunches of nine the chance is wider: more than 20 + 3·√90 = 48.5.
    [48, 9, false],
    [49, 9, true],
    [0, 1, false],
  ])('with %d of 10 expected, at a dispersion of %d: %p', (bad, factor, unusual) => {
    expect(isUnusual({ requests: 1_000, bad }, 0.01, factor)).toBe(unusual);
  });

  test('hardly ever by chance', () => {
    const random = randomFrom('unusual');
    const unusual = minutes(20_000, () => random.poisson(3)).filter((bad) =>
      isUnusual({ requests: 1_000, bad }, 0.003, 1),
    );
    expect(unusual.length).toBeLessThan(20);
  });
});

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
