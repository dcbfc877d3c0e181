import { describe, expect, test } from '@jest/globals';
import { oBrienFlemingConstant } from '../../../../bench/judge/o-brien-fleming.ts';
import { randomFrom } from '../../../../bench/judge/random.ts';
import { groupSequential, pooledZ } from '../../../../bench/judge/rules/group-sequential.ts';
import { judgesAt } from '../../../../bench/judge/rules/judge.ts';
import { plainMixture } from '../../../../bench/judge/rules/mixture.ts';
import { oracle } from '../../../../bench/judge/rules/oracle.ts';
import { drawTraffic, emptyTraffic } from '../../../../bench/judge/traffic.ts';
import { type Minutes, scenarioNamed, trafficOf } from './by-hand.ts';

const doubled = scenarioNamed('errors ×2');

describe('the oracle', () => {
  // Equal requests, 8 of 10 errors on the candidate: 8 ln 2 - 10 ln 1.5 = 1.4905 a minute; ln 100 = 4.6052, ln 20 = 2.9957.
  const CANDIDATE: Minutes = [[1000, 8]];
  const STABLE: Minutes = [[1000, 2]];

  test('adds up the likelihood ratio of its ratio after the cold minute, and flags at 1/α', () => {
    expect(oracle(0.01).minutesToFlag(trafficOf(CANDIDATE, STABLE), doubled)).toBe(1 + 4);
    expect(oracle(0.05).minutesToFlag(trafficOf(CANDIDATE, STABLE), doubled)).toBe(1 + 3);
  });

  test('never flags equal counts, and has nothing to say where there is no one ratio', () => {
    expect(oracle(0.05).minutesToFlag(trafficOf([[1000, 5]], [[1000, 5]]), doubled)).toBe(0);
    expect(oracle(0.05).judges?.(scenarioNamed('a leak grows slowly, ×1 to ×6'))).toBe(false);
    expect(oracle(0.05).judges?.(scenarioNamed('same version twice'))).toBe(false);
  });

  test('flags an outage in its first warm minute, as does the plain mixture that is told nothing', () => {
    const outage = trafficOf([[60, 48]], [[5940, 12]]);
    expect(plainMixture(0.01).minutesToFlag(outage, doubled)).toBe(2);
    expect(oracle(0.01).minutesToFlag(outage, scenarioNamed('outage at 1 %'))).toBe(2);
  });
});

describe('six looks', () => {
  // Jennison and Turnbull, Group Sequential Methods (2000), table 2.3: C_B(K, α), two-sided α, so half of it on one side.
  test.each([
    [2, 0.025, 1.977],
    [5, 0.025, 2.04],
    [6, 0.025, 2.053],
    [5, 0.005, 2.621],
  ])('the constant of %d looks at %d on one side is %d', (looks, alpha, constant) => {
    expect(oBrienFlemingConstant(looks, alpha)).toBeCloseTo(constant, 2);
  });

  test('the pooled z is the textbook one: 30 of 1,000 beside 10 of 1,000', () => {
    // (0.03 - 0.01) / √(0.02 × 0.98 × 2/1000)
    expect(pooledZ(1000, 30, 1000, 10)).toBeCloseTo(3.1944, 4);
    expect(pooledZ(0, 0, 1000, 10)).toBe(0);
  });

  test('looks at the minutes 5, 10 and so on, strictly at first', () => {
    const rule = groupSequential(0.05);
    // 0.6 points apart: z is 2.08 after 4 warm minutes, below 1.765 × √6 = 4.32, and 3.11 after 9, above 1.765 × √3 = 3.06.
    const candidate: Minutes = [[1000, 20]];
    const stable: Minutes = [[1000, 14]];
    expect(rule.minutesToFlag(trafficOf(candidate, stable), doubled)).toBe(10);
    expect(rule.minutesToFlag(trafficOf([[1000, 100]], stable), doubled)).toBe(5);
    expect(rule.minutesToFlag(trafficOf(stable, candidate), doubled)).toBe(0);
  });
});

describe('the judge in the bench', () => {
  test('convicts at each alpha as if it had been asked for that alpha alone', () => {
    const together = judgesAt([0.01, 0.05, 0.1]);
    const alone = [0.01, 0.05, 0.1].flatMap((alpha) => judgesAt([alpha]));
    const random = randomFrom('alphas');
    const traffic = emptyTraffic();
    const seen: number[][] = [];
    for (let run = 0; run < 25; run++) {
      drawTraffic({ scenario: doubled, requestsPerSecond: 100, share: 10 }, random, traffic);
      const minutes = together.map((rule) => rule.minutesToFlag(traffic, doubled));
      expect(minutes).toEqual(alone.map((rule) => rule.minutesToFlag(traffic, doubled)));
      seen.push(minutes);
    }
    expect(new Set(seen.flat()).size).toBeGreaterThan(5);
  });

  test('never flags equal counts', () => {
    const equal = trafficOf([[1000, 5]], [[1000, 5]]);
    expect(judgesAt([0.01, 0.05]).map((rule) => rule.minutesToFlag(equal, doubled))).toEqual([0, 0]);
  });
});
