import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../../bench/judge/random.ts';
import { kayenta, shiftInterval } from '../../../../bench/judge/rules/kayenta.ts';
import { exactP, pipeCd } from '../../../../bench/judge/rules/pipecd.ts';
import { type Minutes, scenarioNamed, trafficOf } from './by-hand.ts';

const errors = scenarioNamed('errors ×2');
/** Stable with 10 to 14 bad of 1,000, in turn. */
const STABLE: Minutes = Array.from({ length: 60 }, (_, minute) => [1000, 10 + (minute % 5)] as const);

describe('the exact p of PipeCD', () => {
  test('is that of all ways to deal the ranks: 2 of 252 are as far apart as 1-5 and 6-10 (R: wilcox.test gives 0.007937)', () => {
    expect(exactP([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(2 / 252, 12);
    expect(exactP([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])).toBeCloseTo(2 / 252, 12);
  });

  test('U = 2 of 25 is still below 0.05, U = 3 is not (the tables have 2 as the critical value of 5 and 5)', () => {
    // Ways to have U = 0, 1, 2, 3: 1, 1, 2, 3.
    expect(exactP([1, 2, 3, 4, 7], [5, 6, 8, 9, 10])).toBeCloseTo((2 * 4) / 252, 12);
    expect(exactP([1, 2, 3, 5, 7], [4, 6, 8, 9, 10])).toBeCloseTo((2 * 7) / 252, 12);
  });

  test('shares the middle rank among equal values, and equal samples differ in nothing', () => {
    // 0 0 0 0 | 0, and four of the larger value: only 5 of 126 choices of the nine are as far.
    expect(exactP([0, 0, 0, 0], [0, 1, 1, 1, 1])).toBeCloseTo((2 * 5) / 126, 12);
    expect(exactP([1, 1, 1, 1, 1], [1, 1, 1, 1, 1])).toBe(1);
  });

  test('is at most 0.05 for at most one pair of equal distributions in twenty', () => {
    const random = randomFrom('p');
    const sample = () => Array.from({ length: 5 }, () => random.poisson(4));
    let small = 0;
    for (let trial = 0; trial < 4000; trial++) if (exactP(sample(), sample()) <= 0.05) small += 1;
    expect(small / 4000).toBeGreaterThan(0.02);
    expect(small / 4000).toBeLessThanOrEqual(0.05);
  });
});

describe('PipeCD', () => {
  test('looks every five minutes at those five alone, and fails on either side', () => {
    const later: Minutes = [...STABLE.slice(0, 5), ...Array(25).fill([1000, 20])];
    expect(pipeCd.minutesToFlag(trafficOf(later, STABLE), errors)).toBe(10);
    expect(pipeCd.minutesToFlag(trafficOf([[1000, 2]], STABLE), errors)).toBe(5);
  });

  test('takes points of one side alone for an error, which fails, and equal points for well', () => {
    expect(pipeCd.minutesToFlag(trafficOf([[0, 0]], STABLE), errors)).toBe(5);
    expect(pipeCd.minutesToFlag(trafficOf([[100, 0]], [[1000, 0]]), errors)).toBe(0);
  });
});

describe('Kayenta', () => {
  test('gives its verdict at the end, on the shift upwards alone', () => {
    expect(kayenta.minutesToFlag(trafficOf([[1000, 20]], STABLE), errors)).toBe(30);
    expect(kayenta.minutesToFlag(trafficOf([[1000, 2]], STABLE), errors)).toBe(0);
    expect(kayenta.minutesToFlag(trafficOf(STABLE, STABLE), errors)).toBe(0);
    expect(kayenta.minutesToFlag(trafficOf([[0, 0]], STABLE), errors)).toBe(0);
  });

  test('has the interval at whose lower end the z of the shifted samples falls to 2.326', () => {
    const random = randomFrom('interval');
    for (let trial = 0; trial < 30; trial++) {
      // Whole numbers, so that there are many ties.
      const experiment = Float64Array.from({ length: 30 }, () => random.poisson(12)).sort();
      const control = Float64Array.from({ length: 30 }, () => random.poisson(9)).sort();
      const lower = shiftInterval(experiment, control)?.lower ?? Number.NaN;
      expect(zOfShift(experiment, control, lower - 1e-6)).toBeGreaterThan(2.3263478);
      expect(zOfShift(experiment, control, lower + 1e-6)).toBeLessThanOrEqual(2.3263479);
    }
  });

  test('estimates the shift by the median of all differences (Hodges and Lehmann)', () => {
    expect(shiftInterval(numbers(5, 20), numbers(0, 20))?.estimate).toBe(5);
  });
});

/** z with corrections for ties and continuity, as R's wilcox.test(x - shift, y) has it, from the ranks. */
function zOfShift(x: Float64Array, y: Float64Array, shift: number): number {
  const all = [...[...x].map((value) => value - shift), ...y];
  const rankOf = (value: number) =>
    all.filter((other) => other < value).length + (all.filter((other) => other === value).length + 1) / 2;
  const n = x.length;
  const m = y.length;
  const w = all.slice(0, n).reduce((sum, value) => sum + rankOf(value), 0) - (n * (n + 1)) / 2 - (n * m) / 2;
  const ties = [...new Set(all)]
    .map((value) => all.filter((other) => other === value).length)
    .reduce((sum, count) => sum + count ** 3 - count, 0);
  const sigma = Math.sqrt(((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1))));
  return (w - Math.sign(w) * 0.5) / sigma;
}

function numbers(from: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => from + index);
}
