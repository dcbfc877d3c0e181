import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Bucket, logRatioOfRates, logRatioOfRatios } from '../../../src/core/judge/likelihood.ts';

function bucket(n: number, bad: number, m: number, stableBad: number): Bucket {
  return { candidate: { requests: n, bad }, stable: { requests: m, bad: stableBad } };
}

/** By adding up logarithms: nothing here is the code that is tested. */
function logFactorial(of: number): number {
  let sum = 0;
  for (let i = 2; i <= of; i++) sum += Math.log(i);
  return sum;
}

function choose(all: number, some: number): number {
  return some < 0 || some > all ? 0 : Math.exp(logFactorial(all) - logFactorial(some) - logFactorial(all - some));
}

function binomial(some: number, all: number, p: number): number {
  return choose(all, some) * p ** some * (1 - p) ** (all - some);
}

/** `bad` of the candidate's `n`, when all of n + m are as likely to be among the `all` bad ones. */
function hypergeometric(bad: number, all: number, n: number, m: number): number {
  return (choose(n, bad) * choose(m, all - bad)) / choose(n + m, all);
}

function upTo(most: number): readonly number[] {
  return Array.from({ length: most + 1 }, (_, i) => i);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** In thousandths of the way: doubles would nearly all be next to one of the ends. */
function between(least: number, most: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1_000 }).map((part) => least + ((most - least) * part) / 1_000);
}

const ratio = between(0.05, 40);
const requests = fc.integer({ min: 1, max: 30 });

describe('known values', () => {
  test("three of four bad requests are the candidate's, at equal shares: (2/3)³(1/3) over (1/2)⁴ is 128/81", () => {
    expect(logRatioOfRatios(bucket(10, 3, 10, 1), 2, 1)).toBeCloseTo(Math.log(128 / 81), 12);
  });

  test('one of one is, at a tenth of the requests: 2/11 over 1/10', () => {
    expect(logRatioOfRatios(bucket(100, 1, 900, 0), 2, 1)).toBeCloseTo(Math.log(20 / 11), 12);
  });

  test('the item-by-item plan of the NIST/SEMATECH e-Handbook, 6.2.6', () => {
    // Defective with p1 = 0.01 or p2 = 0.10 (alpha 0.05, beta 0.10): at n = 24 accept with 0, reject from 3 on.
    // A bucket of one request each turns a ratio r into p = r / (r + 1).
    const [good, bad] = [0.01 / 0.99, 0.1 / 0.9];
    const evidence = (items: number, defective: number) =>
      logRatioOfRatios(bucket(1, defective, 1, items - defective), bad, good);
    const accepts = (items: number, defective: number) => evidence(items, defective) <= Math.log(0.1 / 0.95);
    const rejects = (items: number, defective: number) => evidence(items, defective) >= Math.log(0.9 / 0.05);
    expect(accepts(23, 0)).toBe(false);
    expect(accepts(24, 0)).toBe(true);
    expect(accepts(24, 1)).toBe(false);
    expect(rejects(24, 2)).toBe(false);
    expect(rejects(24, 3)).toBe(true);
    // Both lines have the slope 0.0397 and meet the axis at -0.939 and 1.205.
    const perDefective = evidence(1, 1) - evidence(1, 0);
    expect(-evidence(1, 0) / perDefective).toBeCloseTo(0.0397, 4);
    expect(Math.log(0.1 / 0.95) / perDefective).toBeCloseTo(-0.939, 3);
    expect(Math.log(0.9 / 0.05) / perDefective).toBeCloseTo(1.205, 3);
  });

  test.each([
    // Beta(8, 4) = 7! 3! / 11! = 1/1320, over (1/2)¹⁰.
    [1, 1, 7, 3, 1_024 / 1_320],
    // The same ten, the candidate has a tenth of the requests: over 0.1⁷ 0.9³.
    [1, 9, 7, 3, 1 / (1_320 * 0.1 ** 7 * 0.9 ** 3)],
    // Beta(1, 6) = 1/6: five of stable's, at equal shares.
    [1, 1, 0, 5, 32 / 6],
  ])(
    'all shares alike bet on: the Bayes factor of Lindon and Malek (%d to %d, %d and %d)',
    (n, m, bad, stableBad, factor) => {
      const points = 20_000;
      const mean = sum(
        Array.from({ length: points }, (_, i) => {
          const share = (i + 0.5) / points;
          const of = ((share / (1 - share)) * m) / n;
          return Math.exp(logRatioOfRatios(bucket(n, bad, m, stableBad), of, 1)) / points;
        }),
      );
      expect(mean / factor).toBeCloseTo(1, 4);
    },
  );

  test('where bad requests are rare it is the E-variable of Turner, Ly and Grünwald for two samples', () => {
    // Their null hypothesis for rates p and r·p is the mean of both, weighted by the requests.
    const difference = (
      p: number,
      times: number,
      [n, bad, m, stableBad]: readonly [number, number, number, number],
    ) => {
      const null0 = (n * times * p + m * p) / (n + m);
      const log = (rate: number, all: number, some: number) => some * Math.log(rate) + (all - some) * Math.log1p(-rate);
      const theirs = log(times * p, n, bad) + log(p, m, stableBad) - log(null0, n, bad) - log(null0, m, stableBad);
      return Math.abs(theirs - logRatioOfRatios(bucket(n, bad, m, stableBad), times, 1));
    };
    const counts = [300, 4, 2_700, 11] as const;
    expect(difference(1e-3, 2, counts)).toBeLessThan(0.02);
    expect(difference(1e-5, 2, counts)).toBeLessThan(0.0002);
    expect(difference(0.3, 2, counts)).toBeGreaterThan(0.1);
  });

  test('a rate twice as high, of a thousand requests with five bad ones where two were expected: 2⁵ e⁻²', () => {
    expect(logRatioOfRates({ requests: 1_000, bad: 5 }, 2, 0.002)).toBeCloseTo(Math.log(32) - 2, 12);
  });

  test('without requests of one of them nothing is known', () => {
    expect(logRatioOfRatios(bucket(0, 0, 100, 7), 2, 1)).toBe(0);
    expect(logRatioOfRatios(bucket(100, 7, 0, 0), 2, 1)).toBe(0);
    expect(logRatioOfRates({ requests: 0, bad: 0 }, 2, 0.1)).toBeCloseTo(0, 12);
  });
});

describe('a fair bet wins on the average nothing', () => {
  test('exactly, for the binomial', () => {
    fc.assert(
      fc.property(requests, requests, fc.nat(40), ratio, ratio, (n, m, all, of, nullRatio) => {
        const p = (nullRatio * n) / (nullRatio * n + m);
        const mean = sum(
          upTo(all).map(
            (bad) => binomial(bad, all, p) * Math.exp(logRatioOfRatios(bucket(n, bad, m, all - bad), of, nullRatio)),
          ),
        );
        expect(mean).toBeCloseTo(1, 8);
      }),
    );
  });

  test('or loses, for requests without replacement (Hoeffding 1963)', () => {
    let less = 0;
    fc.assert(
      fc.property(requests, requests, between(0, 1), ratio, (n, m, part, of) => {
        const all = Math.floor(part * (n + m));
        const mean = sum(
          upTo(all).map(
            (bad) => hypergeometric(bad, all, n, m) * Math.exp(logRatioOfRatios(bucket(n, bad, m, all - bad), of, 1)),
          ),
        );
        expect(mean).toBeLessThanOrEqual(1 + 1e-8);
        if (mean < 0.99) less += 1;
      }),
    );
    expect(less).toBeGreaterThan(3);
  });

  /** Each version's requests fail by themselves, at whatever rates. */
  function meanOfIndependent(n: number, m: number, rates: readonly [number, number], of: number, nullRatio: number) {
    return sum(
      upTo(n).flatMap((bad) =>
        upTo(m).map(
          (stableBad) =>
            binomial(bad, n, rates[0]) *
            binomial(stableBad, m, rates[1]) *
            Math.exp(logRatioOfRatios(bucket(n, bad, m, stableBad), of, nullRatio)),
        ),
      ),
    );
  }

  test('or loses, for any ratio that is tolerated, however high the rates and on whichever side of it', () => {
    // Given the sum the exact law of a ratio of rates other than 1 is not binomial, and near 100 % far from it. But as
    // 1 + x <= e^x the mean over both counts is at most exp(p·(c(r'n + m) - (rn + m))) = 1, c being (rn + m) / (r'n + m).
    const small = fc.integer({ min: 1, max: 12 });
    const unit = between(0, 1);
    const times = between(1, 10);
    let high = 0;
    fc.assert(
      fc.property(small, small, times, times, unit, unit, (n, m, nullRatio, more, height, less) => {
        const stable = height / nullRatio;
        const worse = meanOfIndependent(n, m, [less * nullRatio * stable, stable], nullRatio * more, nullRatio);
        expect(worse).toBeLessThanOrEqual(1 + 1e-8);
        const rate = nullRatio * stable + less * (1 - nullRatio * stable);
        const notWorse = meanOfIndependent(n, m, [rate, stable], nullRatio / more, nullRatio);
        expect(notWorse).toBeLessThanOrEqual(1 + 1e-8);
        if (nullRatio * stable > 0.5 && nullRatio > 1.5) high += 1;
      }),
    );
    expect(high).toBeGreaterThan(3);
    // It can win: four times the rate where one time is tolerated.
    expect(meanOfIndependent(12, 12, [0.4, 0.1], 4, 1)).toBeGreaterThan(2);
  });

  test("or loses, on a rate on the null rate's side; on the other side it wins", () => {
    const mean = (n: number, p: number, times: number, nullRate: number) =>
      sum(upTo(n).map((bad) => binomial(bad, n, p) * Math.exp(logRatioOfRates({ requests: n, bad }, times, nullRate))));
    const rate = between(0.001, 1);
    const part = between(0, 1);
    fc.assert(
      fc.property(requests, rate, part, between(1, 20), (n, nullRate, less, times) => {
        expect(mean(n, nullRate * less, times, nullRate)).toBeLessThanOrEqual(1 + 1e-8);
        expect(mean(n, nullRate + less * (1 - nullRate), 1 / times, nullRate)).toBeLessThanOrEqual(1 + 1e-8);
      }),
    );
    expect(mean(30, 0.2, 2, 0.1)).toBeGreaterThan(2);
    expect(mean(30, 0.1, 0.5, 0.2)).toBeGreaterThan(2);
  });
});

describe('a minute that is split', () => {
  const count = between(0, 1e5);
  const part = between(0.01, 0.99);
  const split = (of: number, by: number): readonly [number, number] => [of * by, of * (1 - by)];

  test('tells the same, however the bad requests fall, as long as both halves have the same share', () => {
    fc.assert(
      fc.property(
        fc.record({
          n: fc.integer({ min: 1, max: 1e6 }),
          m: fc.integer({ min: 1, max: 1e6 }),
          bad: count,
          other: count,
        }),
        fc.record({ requests: part, bad: part, other: part }),
        ratio,
        ratio,
        ({ n, m, bad, other }, by, of, nullRatio) => {
          const [n1, n2] = split(n, by.requests);
          const [m1, m2] = split(m, by.requests);
          const [bad1, bad2] = split(bad, by.bad);
          const [other1, other2] = split(other, by.other);
          const whole = logRatioOfRatios(bucket(n, bad, m, other), of, nullRatio);
          const halves =
            logRatioOfRatios(bucket(n1, bad1, m1, other1), of, nullRatio) +
            logRatioOfRatios(bucket(n2, bad2, m2, other2), of, nullRatio);
          expect(Math.abs(halves - whole)).toBeLessThanOrEqual(1e-8 * (1 + bad + other));
        },
      ),
    );
  });

  test('does not, where the share changed meanwhile: such a minute says too much', () => {
    // Both versions fail once in a hundred, but an incident falls into the half in which the candidate had most.
    const whole = logRatioOfRatios(bucket(1_000, 91, 1_000, 19), 2, 1);
    const halves = logRatioOfRatios(bucket(900, 90, 100, 10), 2, 1) + logRatioOfRatios(bucket(100, 1, 900, 9), 2, 1);
    expect(whole).toBeGreaterThan(10);
    expect(halves).toBeLessThan(0);
  });

  test('tells the same of a rate, however it is split', () => {
    fc.assert(
      fc.property(count, count, part, part, ratio, between(1e-6, 1), (n, bad, a, b, of, rate) => {
        const whole = logRatioOfRates({ requests: n, bad }, of, rate);
        const one = logRatioOfRates({ requests: n * a, bad: bad * b }, of, rate);
        const other = logRatioOfRates({ requests: n * (1 - a), bad: bad * (1 - b) }, of, rate);
        expect(Math.abs(one + other - whole)).toBeLessThanOrEqual(1e-8 * (1 + bad + n * of));
      }),
    );
  });
});
