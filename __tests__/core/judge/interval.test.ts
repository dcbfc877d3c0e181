import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomFrom } from '../../../bench/judge/random.ts';
import {
  commonRatio,
  differenceInterval,
  type Interval,
  rateInterval,
  ratioInterval,
  total,
} from '../../../src/core/judge/interval.ts';
import type { Bucket } from '../../../src/core/judge/likelihood.ts';

function bucket(n: number, bad: number, m: number, stableBad: number): Bucket {
  return { candidate: { requests: n, bad }, stable: { requests: m, bad: stableBad } };
}

function width({ low, high }: Interval): number {
  return high - low;
}

const some = fc
  .record({
    n: fc.integer({ min: 100, max: 1_000_000 }),
    m: fc.integer({ min: 100, max: 1_000_000 }),
    rate: fc.integer({ min: 1, max: 200 }).map((one) => one / 1_000),
    ratio: fc.integer({ min: 5, max: 50 }).map((one) => one / 10),
  })
  .map(({ n, m, rate, ratio }) => bucket(n, Math.min(n, n * rate * ratio), m, m * rate));
const alpha = fc.constantFrom(0.001, 0.01, 0.05, 0.2);

describe('the ratio', () => {
  test('by hand: of one bad request each of a hundred, nearly nothing is excluded', () => {
    expect(ratioInterval([bucket(100, 1, 100, 1)], 1, 0.01)).toEqual({ low: 0, high: Number.POSITIVE_INFINITY });
  });

  test('is between bounds that narrow with the requests, and widen for a smaller alpha and for bunches', () => {
    let bounded = 0;
    fc.assert(
      fc.property(some, alpha, (one, level) => {
        const { candidate, stable } = one;
        const estimate = candidate.bad / candidate.requests / (stable.bad / stable.requests);
        const now = ratioInterval([one], 1, level);
        expect(now.low).toBeLessThanOrEqual(estimate * 1.0001);
        expect(now.high).toBeGreaterThanOrEqual(estimate / 1.0001);

        const later = ratioInterval([one, one, one, one], 1, level);
        expect(later.low).toBeGreaterThanOrEqual(now.low * 0.999);
        expect(later.high).toBeLessThanOrEqual(now.high * 1.001);
        for (const wider of [ratioInterval([one], 1, level / 3), ratioInterval([one], 3, level)]) {
          expect(wider.low).toBeLessThanOrEqual(now.low * 1.001);
          expect(wider.high).toBeGreaterThanOrEqual(now.high * 0.999);
        }
        if (now.low > 0 && Number.isFinite(now.high)) bounded += 1;
      }),
    );
    expect(bounded).toBeGreaterThan(20);
  });

  test.each<[string, Bucket, (found: Interval) => boolean]>([
    [
      'no bad request at all',
      bucket(1e6, 0, 1e6, 0),
      ({ low, high }) => low === 0 && high === Number.POSITIVE_INFINITY,
    ],
    ["none of stable's", bucket(1_000, 50, 1_000, 0), ({ low, high }) => low > 2 && high === Number.POSITIVE_INFINITY],
    ["none of the candidate's", bucket(1_000, 0, 1_000, 50), ({ low, high }) => low === 0 && high < 0.5],
    [
      'no request of stable',
      bucket(1_000, 50, 0, 0),
      ({ low, high }) => low === 0 && high === Number.POSITIVE_INFINITY,
    ],
    ['no minute', bucket(0, 0, 0, 0), ({ low, high }) => low === 0 && high === Number.POSITIVE_INFINITY],
    ['a billion requests', bucket(1e9, 2e6, 1e9, 1e6), ({ low, high }) => low > 1.8 && high < 2.2],
  ])('of %s', (_name, one, isRight) => {
    const found = ratioInterval([one], 1, 0.01);
    expect([found, isRight(found)]).toEqual([found, true]);
  });

  test('is the true one at all times at once, in all but alpha of the rollouts, though the rate changes', () => {
    const random = randomFrom('coverage');
    const [level, runs, truth] = [0.1, 60, 1.8];
    let missed = 0;
    let wasTight = 0;
    for (let run = 0; run < runs; run++) {
      const buckets: Bucket[] = [];
      let isMissed = false;
      for (let minute = 0; minute < 20; minute++) {
        const rate = minute % 10 === 5 ? 0.05 : 0.005;
        buckets.push(bucket(1_000, random.poisson(1_000 * rate * truth), 3_000, random.poisson(3_000 * rate)));
        // The shares are equal in all minutes, so their sum tells the same and costs less.
        const seen = {
          candidate: total(buckets.map((one) => one.candidate)),
          stable: total(buckets.map((one) => one.stable)),
        };
        const { low, high } = ratioInterval([seen], 1, level);
        if (low > truth || high < truth) isMissed = true;
        if (minute === 19 && high < 2 * low) wasTight += 1;
      }
      if (isMissed) missed += 1;
    }
    expect(missed / runs).toBeLessThanOrEqual(level + 3 * Math.sqrt((level * (1 - level)) / runs));
    expect(wasTight).toBeGreaterThan(runs / 2);
  });
});

describe('the one ratio of all minutes', () => {
  test('is that of the mean rates while the share stays the same, whatever the traffic', () => {
    expect(commonRatio([bucket(100, 3, 900, 9), bucket(1_000, 17, 9_000, 71)])).toBeCloseTo((20 * 9) / 80, 9);
  });

  test('by hand: of twelve and two, weighted by both shares', () => {
    // 3·900/1,000 + 8·500/1,000 = 6.7, over 9·100/1,000 + 4·500/1,000 = 2.9.
    expect(commonRatio([bucket(100, 3, 900, 9), bucket(500, 8, 500, 4)])).toBeCloseTo(6.7 / 2.9, 12);
  });

  test('is not moved by an incident in the time of a large share, as the mean rates are', () => {
    const both = [bucket(300, 0.6, 5_700, 11.4), bucket(3_000, 150, 3_000, 150)];
    expect(commonRatio(both)).toBeCloseTo(1, 9);
    const [candidate, stable] = [total(both.map((one) => one.candidate)), total(both.map((one) => one.stable))];
    expect(candidate.bad / candidate.requests / (stable.bad / stable.requests)).toBeGreaterThan(2);
  });

  test('is what it is in each of them, whatever the rates and the shares', () => {
    const minute = fc.tuple(
      fc.integer({ min: 1, max: 1e5 }),
      fc.integer({ min: 1, max: 1e5 }),
      fc.integer({ min: 1, max: 100 }),
    );
    fc.assert(
      fc.property(
        fc.array(minute, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 100 }),
        (minutes, tenths) => {
          const buckets = minutes.map(([n, m, rate]) => bucket(n, (n * rate * tenths) / 1e5, m, (m * rate) / 1e4));
          expect(commonRatio(buckets)).toBeCloseTo(tenths / 10, 6);
        },
      ),
    );
  });

  test.each([
    ['no bad request', [bucket(100, 0, 100, 0)], Number.NaN],
    ["none of stable's", [bucket(100, 1, 100, 0)], Number.POSITIVE_INFINITY],
    ["none of the candidate's", [bucket(100, 0, 100, 1)], 0],
    ['no minute', [], Number.NaN],
  ])('of %s', (_name, buckets, ratio) => {
    expect(commonRatio(buckets)).toBe(ratio);
  });
});

describe('with so many requests that all lies between two points of the grid', () => {
  test.each([1e4, 1e6, 1e8])('the bounds hold the estimate and are narrow: %d', (requests) => {
    const ratio = ratioInterval([bucket(requests, 0.05 * 1.55 * requests, requests, 0.05 * requests)], 1, 0.01);
    expect(ratio.low).toBeLessThan(1.55);
    expect(ratio.high).toBeGreaterThan(1.55);
    expect(ratio.high / ratio.low).toBeLessThan(requests === 1e4 ? 1.7 : 1.15);

    const rate = rateInterval({ requests, bad: 0.0106 * requests }, 1, 0.01);
    expect(rate.low).toBeLessThan(0.0106);
    expect(rate.high).toBeGreaterThan(0.0106);
    expect(rate.high / rate.low).toBeLessThan(requests === 1e4 ? 2.5 : 1.1);
  });
});

describe('the rate of one version', () => {
  test.each<[string, number, number, (found: Interval) => boolean]>([
    ['without requests: anything', 0, 0, ({ low, high }) => low === 0 && high === 1],
    // The rule of three says 3/1,000 at 5 % for a single look; for all looks at 1 % it is some more.
    ['none of a thousand', 1_000, 0, ({ low, high }) => low === 0 && high > 0.003 && high < 0.01],
    ['all of a thousand', 1_000, 1_000, ({ low, high }) => low > 0.8 && high === 1],
    [
      'every hundredth of a million',
      1e6,
      1e4,
      ({ low, high }) => low > 0.0094 && low < 0.01 && high > 0.01 && high < 0.0106,
    ],
    ['half of two', 2, 1, ({ low, high }) => low === 0 && high === 1],
  ])('of %s', (_name, requests, bad, isRight) => {
    const found = rateInterval({ requests, bad }, 1, 0.01);
    expect([found, isRight(found)]).toEqual([found, true]);
  });

  test('holds the estimate, and widens for a smaller alpha and for bunches', () => {
    fc.assert(
      fc.property(some, alpha, ({ candidate }, level) => {
        const now = rateInterval(candidate, 1, level);
        const estimate = candidate.bad / candidate.requests;
        expect(now.low).toBeLessThanOrEqual(estimate);
        expect(now.high).toBeGreaterThanOrEqual(estimate);
        expect(width(rateInterval(candidate, 1, level / 3))).toBeGreaterThanOrEqual(width(now));
        expect(width(rateInterval(candidate, 5, level))).toBeGreaterThanOrEqual(width(now));
      }),
    );
  });

  test('is the mean over the time, at all times at once, in all but alpha of the rollouts', () => {
    const random = randomFrom('rate');
    const [level, runs] = [0.1, 60];
    let missed = 0;
    for (let run = 0; run < runs; run++) {
      const sum = { requests: 0, bad: 0, expected: 0 };
      let isMissed = false;
      for (let minute = 0; minute < 20; minute++) {
        const rate = minute < 10 ? 0.002 : 0.02;
        sum.requests += 1_000;
        sum.expected += 1_000 * rate;
        sum.bad += random.poisson(1_000 * rate);
        const { low, high } = rateInterval(sum, 1, level);
        const mean = sum.expected / sum.requests;
        if (low > mean || high < mean) isMissed = true;
      }
      if (isMissed) missed += 1;
    }
    expect(missed / runs).toBeLessThanOrEqual(level + 3 * Math.sqrt((level * (1 - level)) / runs));
  });
});

describe('the difference', () => {
  test.each<[string, readonly Bucket[], number, number]>([
    // Of 10,000 without any the rate is below 8 in 10,000; nothing says how much lower than stable's it is.
    ['no bad request at all', [bucket(10_000, 0, 10_000, 0)], -1, 0.001],
    ["none of stable's", [bucket(10_000, 500, 10_000, 0)], 0.035, 0.07],
    ["none of the candidate's", [bucket(10_000, 0, 10_000, 500)], -1, 0],
    ['no minute', [], -1, 1],
    ['both alike', [bucket(10_000, 100, 90_000, 900)], -0.012, 0.006],
    ['an incident that hits both: the ratio bounds it', [bucket(10_000, 5_000, 90_000, 45_000)], -0.07, 0.07],
  ])('of %s', (_name, buckets, least, most) => {
    const { low, high } = differenceInterval(buckets, 1, 0.01);
    expect(low).toBeGreaterThanOrEqual(least);
    expect(high).toBeLessThanOrEqual(most);
    expect(low).toBeLessThanOrEqual(high);
  });

  test('holds the estimate where the shares do not change', () => {
    fc.assert(
      fc.property(some, alpha, (one, level) => {
        const { low, high } = differenceInterval([one], 1, level);
        const difference = one.candidate.bad / one.candidate.requests - one.stable.bad / one.stable.requests;
        const slack = 1e-4 * (one.candidate.bad / one.candidate.requests);
        expect(low).toBeLessThanOrEqual(difference + slack);
        expect(high).toBeGreaterThanOrEqual(difference - slack);
      }),
    );
  });

  test('is none for the same version, though an incident fell into the time in which the candidate had more users', () => {
    const calm = Array.from({ length: 10 }, () => bucket(300, 0.6, 5_700, 11.4));
    const incident = Array.from({ length: 5 }, () => bucket(3_000, 150, 3_000, 150));
    const both = [...calm, ...incident];
    // The mean rates are 4.2 % and 1.2 %.
    const rate = (of: 'candidate' | 'stable') => {
      const { requests, bad } = total(both.map((one) => one[of]));
      return bad / requests;
    };
    expect(rate('candidate') / rate('stable')).toBeGreaterThan(3);
    const { low, high } = differenceInterval(both, 1, 0.01);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(high).toBeLessThan(0.02);
  });

  test('is never the wrong way round', () => {
    let sharesChanged = 0;
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 5 }), alpha, (buckets, level) => {
        const { low, high } = differenceInterval(buckets, 1, level);
        expect(low).toBeLessThanOrEqual(high);
        if (buckets.length > 1) sharesChanged += 1;
      }),
    );
    expect(sharesChanged).toBeGreaterThan(20);
  });
});
