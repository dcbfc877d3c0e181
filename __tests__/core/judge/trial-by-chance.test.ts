import { describe, expect, test } from '@jest/globals';
import { type Random, randomFrom } from '../../../bench/judge/random.ts';
import { afterMinute, begin, harm, harmlessness, type Rules, type TrialMinute } from '../../../src/core/judge/trial.ts';

const RULES: Rules = { alpha: 0.05, tolerate: 1, floor: 0.001, exclude: 2, outage: true };
const RUNS = 200;

interface World {
  /** Requests of the candidate and of stable in a minute. */
  readonly requests: readonly [number, number];
  /** Stable's rate of bad requests in a minute. */
  readonly rate: (minute: number) => number;
  /** The candidate's over stable's. */
  readonly ratio: number;
  /** Bad requests come in bunches of so many. */
  readonly bunch?: number;
}

function minuteOf(random: Random, { requests: [n, m], rate, ratio, bunch = 1 }: World, minute: number): TrialMinute {
  const bad = (mean: number) => bunch * random.poisson(mean / bunch);
  return {
    candidate: { requests: n, bad: Math.min(n, bad(n * ratio * rate(minute))) },
    stable: { requests: m, bad: Math.min(m, bad(m * rate(minute))) },
    isCold: false,
    isHidden: false,
  };
}

interface Found {
  readonly guilty: number;
  readonly excluded: number;
  /** By somebody who looks every minute whether the two rates differ by 1.64 standard errors: 5 %, were it one look. */
  readonly byNaive: number;
}

/** The shares of runs in which it was ever so within these minutes. */
function ever(seed: string, world: World, minutes: number, dispersion: number): Found {
  const random = randomFrom(seed);
  const found = { guilty: 0, excluded: 0, byNaive: 0 };
  for (let run = 0; run < RUNS; run++) {
    let trial = begin(RULES);
    const [ever, sum] = [new Set<keyof Found>(), { bad: 0, all: 0 }];
    const [n, m] = world.requests;
    for (let at = 0; at < minutes; at++) {
      const minute = minuteOf(random, world, at);
      trial = afterMinute(trial, minute, dispersion);
      sum.bad += minute.candidate.bad;
      sum.all += minute.candidate.bad + minute.stable.bad;
      const part = n / (n + m);
      const standardError = Math.sqrt(dispersion * sum.all * part * (1 - part));
      if (harm(trial) >= 1) ever.add('guilty');
      if (harmlessness(trial) >= 1) ever.add('excluded');
      if (sum.all > 0 && sum.bad - part * sum.all > 1.64 * standardError) ever.add('byNaive');
    }
    for (const one of ever) found[one] += 1 / RUNS;
  }
  return found;
}

const NOISE = 3 * Math.sqrt((RULES.alpha * (1 - RULES.alpha)) / RUNS);
const even = () => 0.002;
/** Five minutes in which something upstream fails a tenth of all requests. */
const incident = (minute: number) => (minute >= 8 && minute < 13 ? 0.1 : 0.002);

describe('the same version twice, looked at every minute', () => {
  test.each<[string, World, number]>([
    ['at a tenth', { requests: [600, 5_400], rate: even, ratio: 1 }, 1],
    ['at half, much traffic', { requests: [30_000, 30_000], rate: even, ratio: 1 }, 1],
    ['at a hundredth, little traffic', { requests: [3, 297], rate: () => 0.02, ratio: 1 }, 1],
    ['beside an upstream that fails', { requests: [600, 5_400], rate: incident, ratio: 1 }, 1],
    ['bad requests in bunches of ten', { requests: [3_000, 3_000], rate: even, ratio: 1, bunch: 10 }, 10],
  ])('is turned back in no more than alpha of all rollouts: %s', (name, world, dispersion) => {
    const { guilty, byNaive } = ever(name, world, 30, dispersion);
    expect(guilty).toBeLessThanOrEqual(RULES.alpha + NOISE);
    // A test that is made for one look is wrong far more often: there was something to be wrong about.
    expect(byNaive).toBeGreaterThan(0.1);
  });

  test('is, where bunches are taken for single ones: the meter can fail', () => {
    const world = { requests: [3_000, 3_000], rate: even, ratio: 1, bunch: 10 } as const;
    expect(ever('bunches', world, 30, 1).guilty).toBeGreaterThan(2 * RULES.alpha);
  });

  test('is found harmless most of the time', () => {
    expect(ever('harmless', { requests: [1_800, 4_200], rate: even, ratio: 1 }, 30, 1).excluded).toBeGreaterThan(0.8);
  });
});

describe('twice as many bad requests', () => {
  test.each<[string, World]>([
    ['at a tenth', { requests: [600, 5_400], rate: even, ratio: 2 }],
    ['beside an upstream that fails', { requests: [600, 5_400], rate: incident, ratio: 2 }],
  ])('are excluded in no more than alpha of all rollouts, and found in most: %s', (name, world) => {
    const { guilty, excluded } = ever(`twice ${name}`, world, 30, 1);
    expect(excluded).toBeLessThanOrEqual(RULES.alpha + NOISE);
    expect(guilty).toBeGreaterThan(0.9);
  });

  test('but one and a half times are, sooner or later: the meter can fail', () => {
    const world = { requests: [6_000, 6_000], rate: even, ratio: 1.5 } as const;
    expect(ever('one and a half', world, 30, 1).excluded).toBeGreaterThan(2 * RULES.alpha);
  });
});
