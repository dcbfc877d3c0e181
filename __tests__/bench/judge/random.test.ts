import { describe, expect, test } from '@jest/globals';
import { logFactorial, type Random, randomFrom } from '../../../bench/judge/random.ts';

const DRAWS = 40_000;

describe('chance with a seed', () => {
  test('the same seed gives the same numbers, another seed other ones', () => {
    const first = drawn(8, (random) => random.poisson(50), 'one');
    expect(drawn(8, (random) => random.poisson(50), 'one')).toEqual(first);
    expect(drawn(8, (random) => random.poisson(50), 'two')).not.toEqual(first);
  });

  // Both ways to draw, their border at 10, and as many requests as a minute of the busiest service has.
  test.each([0.05, 3, 9.99, 10, 47, 1200, 60_000])(
    'poisson counts of mean %d have that mean and that variance',
    (mean) => {
      const counts = drawn(DRAWS, (random) => random.poisson(mean), `poisson ${mean}`);
      expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      const { average, variance } = momentsOf(counts);
      // Five standard errors of each.
      expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / DRAWS));
      expect(Math.abs(variance / mean - 1)).toBeLessThan(5 * Math.sqrt((2 + 1 / mean) / DRAWS));
    },
  );

  test('a mean of 0 gives 0', () => {
    expect(drawn(100, (random) => random.poisson(0), 'none').every((count) => count === 0)).toBe(true);
  });

  test('geometric sizes begin at 1 and have their mean', () => {
    const sizes = drawn(DRAWS, (random) => random.geometric(20), 'geometric');
    expect(Math.min(...sizes)).toBe(1);
    // Variance of a geometric size: (1 - p) / p² = 380.
    expect(Math.abs(momentsOf(sizes).average - 20)).toBeLessThan(5 * Math.sqrt(380 / DRAWS));
    expect(drawn(10, (random) => random.geometric(1), 'one')).toEqual(Array(10).fill(1));
  });

  test('the logarithm of a factorial is right on both sides of the border between table and series', () => {
    for (const count of [0, 1, 5, 15, 16, 17, 40]) {
      let log = 0;
      for (let factor = 2; factor <= count; factor++) log += Math.log(factor);
      expect(logFactorial(count)).toBeCloseTo(log, 10);
    }
  });
});

function drawn(count: number, draw: (random: Random) => number, seed: string): number[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => draw(random));
}

function momentsOf(values: readonly number[]): { readonly average: number; readonly variance: number } {
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
  return { average, variance };
}
