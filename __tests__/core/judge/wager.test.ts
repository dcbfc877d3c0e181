import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomFrom } from '../../../bench/judge/random.ts';
import { logRatioOfRates, logRatioOfRatios } from '../../../src/core/judge/likelihood.ts';
import { owned, place, putDown, settle, type Terms, type Wager } from '../../../src/core/judge/wager.ts';

const TERMS: Terms = { weights: [0.5, 0.5], reserve: 0.2, limit: 15 };

describe('a bet', () => {
  test('of two minutes, by hand', () => {
    const begun = place(TERMS);
    expect(begun).toEqual({ stakes: [0.4, 0.4], reserve: 0.2 });
    expect(owned(begun)).toBeCloseTo(1, 12);
    // Twice and half as likely: 0.8 and 0.2, and the reserve of 0.2.
    const first = settle(begun, [Math.log(2), Math.log(0.5)], TERMS);
    expect(owned(first)).toBeCloseTo(1.2, 12);
    // A twentieth of the reserve, 0.01, in equal parts: 0.805, 0.205 and 0.19.
    const before = putDown(first, TERMS);
    expect(before.stakes[0]).toBeCloseTo(0.805, 12);
    expect(before.stakes[1]).toBeCloseTo(0.205, 12);
    expect(before.reserve).toBeCloseTo(0.19, 12);
    // Three times and as likely: 2.415 + 0.205 + 0.19.
    expect(owned(settle(before, [Math.log(3), 0], TERMS))).toBeCloseTo(2.81, 12);
  });

  test('wins at most the limit on each alternative, whatever the others win', () => {
    const won = settle({ stakes: [0.4, 0.4], reserve: 0.2 }, [Math.log(10), Math.log(1.5)], { ...TERMS, limit: 2 });
    expect(won.stakes[0]).toBeCloseTo(0.8, 12);
    expect(won.stakes[1]).toBeCloseTo(0.6, 12);
  });

  test('may lose everything but the reserve', () => {
    const lost = settle(place(TERMS), [-1_000, -1_000], TERMS);
    expect(owned(lost)).toBeCloseTo(0.2, 12);
    expect(owned(putDown(lost, TERMS))).toBeCloseTo(0.2, 12);
  });
});

describe('whatever comes', () => {
  /** Tenths: doubles would nearly all be next to 0. */
  const log = fc.integer({ min: -300, max: 300 }).map((tenths) => tenths / 10);
  const minutes = fc.array(fc.tuple(log, log), { minLength: 1, maxLength: 60 });
  const play = (terms: Terms, logs: readonly (readonly number[])[]): Wager =>
    logs.reduce<Wager>((wager, one) => settle(putDown(wager, terms), one, terms), place(terms));

  test('a limit never makes richer, and a minute never multiplies by more', () => {
    let limited = 0;
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 100 }), (logs, limit) => {
        const terms = { ...TERMS, limit };
        const free = owned(play({ ...TERMS, limit: Number.POSITIVE_INFINITY }, logs));
        const held = owned(play(terms, logs));
        expect(held).toBeLessThanOrEqual(free * (1 + 1e-9));
        if (held < free * 0.99) limited += 1;

        const before = play(terms, logs.slice(0, -1));
        expect(held).toBeLessThanOrEqual(Math.max(1, limit) * owned(before) * (1 + 1e-9));
      }),
    );
    expect(limited).toBeGreaterThan(0);
  });

  test('putting down a part of the reserve changes nothing of what is owned', () => {
    fc.assert(
      fc.property(minutes, (logs) => {
        const wager = play(TERMS, logs);
        expect(owned(putDown(wager, TERMS))).toBeCloseTo(owned(wager), 9 - Math.ceil(Math.log10(1 + owned(wager))));
      }),
    );
  });

  test('what is owned is a number: up to a billion requests, and fractions of them', () => {
    const count = fc
      .tuple(
        fc.oneof(fc.nat(1_000_000_000), fc.double({ min: 0, max: 1e9, noNaN: true })),
        fc.integer({ min: 0, max: 1_000 }).map((one) => one / 1_000),
      )
      .map(([requests, part]) => ({ requests, bad: requests * part }));
    let rich = 0;
    let poor = 0;
    fc.assert(
      fc.property(
        fc.array(fc.record({ candidate: count, stable: count }), { minLength: 1, maxLength: 30 }),
        (buckets) => {
          const terms = { ...TERMS, limit: 1e9 };
          for (const nullRatio of [1, 2]) {
            const wager = play(
              terms,
              buckets.map((bucket) => [2, 30].map((of) => logRatioOfRatios(bucket, of * nullRatio, nullRatio))),
            );
            expect(Number.isFinite(owned(wager))).toBe(true);
            expect(owned(wager)).toBeGreaterThan(0);
            if (owned(wager) > 1e6) rich += 1;
            if (owned(wager) < 0.25) poor += 1;
          }
          const rates = buckets.map(({ candidate }) => [0.5, 2].map((of) => logRatioOfRates(candidate, of, 0.001)));
          expect(Number.isFinite(owned(play(terms, rates)))).toBe(true);
        },
      ),
    );
    expect(rich).toBeGreaterThan(5);
    expect(poor).toBeGreaterThan(5);
  });
});

describe('of many who bet (Ville 1939: at any time, not more than alpha of them own 1/alpha)', () => {
  const TIMES = [1.5, 2, 4];
  const terms: Terms = { weights: [0.3, 0.4, 0.3], reserve: 0.2, limit: 15 };
  const MEAN = 2;
  const RUNS = 2_500;
  const MINUTES = 100;

  /** The most that was ever owned, in each of so many games with so many bad requests a minute. */
  function peaks(seed: string, mean: number, runs: number): readonly number[] {
    const random = randomFrom(seed);
    return Array.from({ length: runs }, () => {
      let wager = place(terms);
      let most = 1;
      for (let minute = 0; minute < MINUTES; minute++) {
        const bad = random.poisson(mean);
        const logs = TIMES.map((times) => logRatioOfRates({ requests: 1_000, bad }, times, MEAN / 1_000));
        wager = settle(putDown(wager, terms), logs, terms);
        most = Math.max(most, owned(wager));
      }
      return most;
    });
  }

  test('in a fair game, at any alpha', () => {
    const most = peaks('fair', MEAN, RUNS);
    for (const alpha of [0.01, 0.05, 0.2]) {
      const rich = most.filter((one) => one >= 1 / alpha).length / RUNS;
      expect(rich).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / RUNS));
      // The bound is no empty one: the game comes near it.
      expect(rich).toBeGreaterThan(alpha / 5);
    }
  });

  test('in a game that is unfair by a quarter most do: the meter can fail', () => {
    const rich = peaks('unfair', 1.25 * MEAN, 200).filter((one) => one >= 20).length;
    expect(rich).toBeGreaterThan(100);
  });
});
