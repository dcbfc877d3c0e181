import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../bench/judge/random.ts';
import { forecast } from '../../../src/core/judge/forecast.ts';
import type { Bucket } from '../../../src/core/judge/likelihood.ts';
import { afterMinute, begin, harm, type Rules } from '../../../src/core/judge/trial.ts';

const RULES: Rules = { alpha: 0.01, tolerate: 1, floor: 0.001, exclude: 2, outage: true };

/** Minutes of `all` requests, `share` percent of them the candidate's, at this rate of both. */
function traffic(all: number, share: number, rate: number, minutes = 10): readonly Bucket[] {
  const of = (requests: number) => ({ requests, bad: requests * rate });
  return Array.from({ length: minutes }, () => ({
    candidate: of((all * share) / 100),
    stable: of(all * (1 - share / 100)),
  }));
}

/** The median of the minutes to the verdict, when the harm that was foretold is there from the start. */
function simulated(all: number, share: number, rate: number, rules: Rules, harmful: number, dispersion = 1): number {
  const random = randomFrom(`${all} ${share} ${rate} ${rules.alpha} ${dispersion}`);
  const [n, m] = [(all * share) / 100, all * (1 - share / 100)];
  const bad = (mean: number) => dispersion * random.poisson(mean / dispersion);
  const found = Array.from({ length: 101 }, () => {
    let trial = begin(rules);
    let minutes = 0;
    while (harm(trial) < 1 && minutes < 500) {
      minutes += 1;
      const minute = {
        candidate: { requests: n, bad: bad(n * harmful) },
        stable: { requests: m, bad: bad(m * rate) },
        isCold: false,
        isHidden: false,
      };
      trial = afterMinute(trial, minute, dispersion);
    }
    return minutes;
  });
  return found.sort((a, b) => a - b)[50] ?? Number.NaN;
}

describe("a doubled rate at 100 requests a second, a tenth of them the candidate's, 0.2 % of them bad", () => {
  test.each([
    // First seen in a simulation of a mixture without reserve and floor: 14 minutes, or 10.
    [0.01, 14],
    [0.05, 10],
  ])('shows at an alpha of %d in about %d minutes', (alpha, minutes) => {
    const told = forecast(traffic(6_000, 10, 0.002), { ...RULES, alpha }, 1);
    expect(told.requestsAMinute).toBeCloseTo(6_000, 9);
    expect([told.ratio, told.rate]).toEqual([2, expect.closeTo(0.004, 9)]);
    expect(told.minutes).toBeGreaterThan(minutes * 0.8);
    expect(told.minutes).toBeLessThan(minutes * 1.2);
  });

  test('of what has to be won, log(100) and what spreading costs, 0.41 in a minute (Wald 1945)', () => {
    // 13.2 bad ones a minute, and a binomial with 2/11 against 1/10: 2/11·log(20/11) + 9/11·log(10/11) = 0.03072.
    const won = 13.2 * 0.030718;
    const { minutes } = forecast(traffic(6_000, 10, 0.002), RULES, 1);
    expect(minutes * won).toBeGreaterThan(Math.log(100));
    expect(minutes * won).toBeLessThan(Math.log(100) + 1.5);
  });
});

describe('what is foretold', () => {
  test.each<[all: number, share: number, rate: number, alpha: number, dispersion: number]>([
    [300, 10, 0.02, 0.01, 1],
    [6_000, 10, 0.002, 0.01, 1],
    [6_000, 50, 0.002, 0.05, 1],
    [6_000, 1, 0.01, 0.01, 1],
    [60_000, 5, 0.001, 0.01, 1],
    [60_000, 10, 0.002, 0.01, 10],
    [6_000, 10, 0, 0.01, 1],
    [6_000, 10, 0.0001, 0.01, 1],
  ])(
    "comes, at %d requests a minute, %d %% of them the candidate's, %d bad, alpha %d, bunches of %d",
    (all, share, rate, alpha, dispersion) => {
      const rules = { ...RULES, alpha };
      const told = forecast(traffic(all, share, rate), rules, dispersion);
      const came = simulated(all, share, rate, rules, told.rate, dispersion);
      expect(told.minutes / came).toBeGreaterThan(0.6);
      expect(told.minutes / came).toBeLessThan(1.6);
    },
  );

  test('is sooner with more requests, longer for a smaller alpha, a smaller harm, and bunches', () => {
    const { minutes } = forecast(traffic(6_000, 10, 0.002), RULES, 1);
    const other = (all: number, rules: Partial<Rules>, dispersion: number) =>
      forecast(traffic(all, 10, 0.002), { ...RULES, ...rules }, dispersion).minutes;
    expect(other(12_000, {}, 1)).toBeCloseTo(minutes / 2, 9);
    expect(other(6_000, {}, 5)).toBeCloseTo(minutes * 5, 9);
    expect(other(6_000, { alpha: 0.001 }, 1)).toBeGreaterThan(minutes);
    expect(other(6_000, { exclude: 1.5 }, 1)).toBeGreaterThan(minutes);
    expect(other(6_000, { tolerate: 1.5 }, 1)).toBeGreaterThan(minutes);
  });

  test("goes by the traffic of the last ten minutes, and by stable's rate of all of them", () => {
    const busy = traffic(6_000, 10, 0.002, 30);
    const told = forecast([...busy, ...traffic(600, 10, 0.002)], RULES, 1);
    expect(told.requestsAMinute).toBeCloseTo(600, 9);
    expect(told.rate).toBeCloseTo(0.004, 9);
  });

  test("is a harm above the floor where stable's rate is far below it", () => {
    const told = forecast(traffic(6_000, 10, 0), RULES, 1);
    expect(told.rate).toBeCloseTo(0.002, 9);
    expect(Number.isFinite(told.minutes)).toBe(true);
    const low = forecast(traffic(6_000, 10, 0.0005), RULES, 1);
    expect(low.rate).toBeCloseTo(0.002, 9);
    expect(low.ratio).toBeCloseTo(4, 9);
  });

  test.each<[string, readonly Bucket[]]>([
    ['no minute', []],
    ['no request of the candidate', traffic(6_000, 0, 0.002)],
    ['no request of stable', traffic(6_000, 100, 0.002)],
  ])('is nothing with %s', (_name, buckets) => {
    expect(forecast(buckets, RULES, 1).minutes).toBe(Number.POSITIVE_INFINITY);
  });
});
