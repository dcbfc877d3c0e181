import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../bench/judge/random.ts';
import { SCENARIOS, type Scenario } from '../../../bench/judge/scenarios.ts';
import { type Counts, drawTraffic, emptyTraffic, type Traffic } from '../../../bench/judge/traffic.ts';

const RUNS = 80;

describe('simulated traffic', () => {
  test('the same seed gives the same run', () => {
    expect(runs('errors ×2', 100, 10, 1)).toEqual(runs('errors ×2', 100, 10, 1));
    expect(runs('errors ×2', 100, 10, 1, 'other')).not.toEqual(runs('errors ×2', 100, 10, 1));
  });

  test.each([1, 10, 50])('the candidate has its share of %d % of the requests, before the rollout none', (share) => {
    const [all, own] = sums(runs('same version twice', 100, share, RUNS), ({ stable, candidate }) => [
      sum(stable.requests) + sum(candidate.requests),
      sum(candidate.requests),
    ]);
    expect(own / all).toBeCloseTo(share / 100, 2);
    expect(all / RUNS / 30).toBeCloseTo(6000, -2);
    expect(runs('same version twice', 100, share, 1)[0]?.before.requests).toHaveLength(60);
  });

  test.each([
    ['same version twice', 1],
    ['upstream incident hits both', 1],
    ['errors ×2', 2],
    ['errors ×25', 25],
    ['latency tail ×2', 2],
    ['outage at 1 %', 400],
    // One task in ten fails 5 %: 0.9 × 0.2 % + 0.1 × 5 % is 3.4 times 0.2 %.
    ['one bad task of stable, from before', 1 / 3.4],
    // On average over the minutes 1 to 6.
    ['a leak grows slowly, ×1 to ×6', 3.5],
  ])('%s: the candidate has %d times the bad requests of stable', (name, ratio) => {
    const share = name.startsWith('outage') ? 1 : 50;
    const [ownBad, own, otherBad, others] = sums(runs(name, 1000, share, RUNS), ({ candidate, stable }) => [
      sum(candidate.bad),
      sum(candidate.requests),
      sum(stable.bad),
      sum(stable.requests),
    ]);
    expect(ownBad / own / (otherBad / others) / ratio).toBeCloseTo(1, 1);
  });

  test('an incident lasts five minutes, and 30 % of the requests of both fail in it', () => {
    for (const { candidate, stable } of runs('upstream incident hits both', 1000, 50, 20)) {
      const hit = [...rates(candidate).keys()].filter((minute) => (rates(candidate)[minute] ?? 0) > 0.28);
      // It begins at any moment: of six minutes at least four are whole.
      expect(hit.length).toBeGreaterThanOrEqual(4);
      expect(hit.length).toBeLessThanOrEqual(5);
      expect(hit.map((minute) => Math.round((rates(stable)[minute] ?? 0) * 20) / 20)).toEqual(hit.map(() => 0.3));
    }
  });

  test('a bad user is on one version with all of a burst, before the rollout on stable', () => {
    const [before, own, others] = sums(runs('one bad user', 5, 10, 4 * RUNS), (run) => [
      sum(run.before.bad),
      sum(run.candidate.bad),
      sum(run.stable.bad),
    ]);
    // A quarter of a burst a minute, 20 tries each, beside 0.6 failures a minute at 5 requests a second.
    expect(before / (4 * RUNS) / 60 / 5.6).toBeCloseTo(1, 1);
    expect((own + others) / (4 * RUNS) / 30 / 5.6).toBeCloseTo(1, 1);
    expect(own / (own + others)).toBeCloseTo(0.1, 1);
    const most = runs('one bad user', 5, 50, RUNS).flatMap(({ candidate }) => [...candidate.bad]);
    expect(most.filter((bad) => bad >= 20).length).toBeGreaterThan(RUNS);
  });

  test('a cold candidate fails ten times as often in its first minute, and no more after it', () => {
    const all = runs('cold start of the candidate', 1000, 50, RUNS);
    const rate = (minute: number) => {
      const [bad, requests] = sums(all, ({ candidate }) => [
        candidate.bad[minute] ?? 0,
        candidate.requests[minute] ?? 0,
      ]);
      return bad / requests;
    };
    expect(rate(0)).toBeCloseTo(0.02, 3);
    expect(rate(1)).toBeCloseTo(0.002, 3);
  });

  test('nobody is harmed by a version that is as good as stable; by one twice as bad as many as stable would have had', () => {
    for (const name of [
      'same version twice',
      'upstream incident hits both',
      'one bad user',
      'one bad task of stable, from before',
    ]) {
      expect(runs(name, 100, 50, 3).map(({ harmed }) => sum(harmed))).toEqual([0, 0, 0]);
    }
    const [harmed, requests] = sums(runs('errors ×2', 100, 10, 10), (run) => [
      sum(run.harmed),
      sum(run.candidate.requests),
    ]);
    expect(harmed).toBeCloseTo(requests * 0.002, 6);
  });
});

function runs(name: string, requestsPerSecond: number, share: number, count: number, seed = 'seed'): Traffic[] {
  const scenario = SCENARIOS.find((one) => one.name === name) as Scenario;
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const traffic = emptyTraffic();
    drawTraffic({ scenario, requestsPerSecond, share }, random, traffic);
    return traffic;
  });
}

function sums<T extends readonly number[]>(all: readonly Traffic[], of: (run: Traffic) => readonly [...T]): T {
  const lists = all.map(of);
  return (lists[0] ?? []).map((_, index) =>
    lists.reduce((total, list) => total + (list[index] ?? 0), 0),
  ) as unknown as T;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function rates({ bad, requests }: Counts): number[] {
  return [...bad].map((count, minute) => count / (requests[minute] ?? 0));
}
