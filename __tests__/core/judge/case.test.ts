import { describe, expect, test } from '@jest/globals';
import { type Case, hear } from '../../../src/core/judge/case.ts';
import { windowOf } from '../../../src/core/judge/window.ts';
import { type Counts, ERRORS, type Given, seenOf } from './_rollout.ts';

const RULES = { alpha: 0.01, tolerate: 1, floor: 0.001, exclude: 2, outage: true };
const STABLE: Counts = [5_400, 9, 30];
const halfAnHour = (one: (minute: number) => Counts) => Array.from({ length: 30 }, (_, minute) => one(minute));

function heard(metric: Case['metric'], given: Given, coldStartMs = ERRORS.coldStartMs): Case {
  const seen = seenOf(given);
  return hear({ metric, slowerThanMs: seen.slowerThanMs }, windowOf(seen, coldStartMs), RULES);
}

describe('a case', () => {
  test('is heard of errors or of slow requests', () => {
    const given: Given = { candidate: [600, 1, 3], stable: STABLE, minutes: 5 };
    expect(heard('errors', given)).toMatchObject({ candidate: { requests: 3_000, bad: 5 }, stable: { bad: 45 } });
    expect(heard('latency', given)).toMatchObject({ candidate: { requests: 3_000, bad: 15 }, stable: { bad: 150 } });
  });

  test('has the ratio minute by minute: an incident in the time of a large share does not move it', () => {
    const candidate: Counts[] = [...Array<Counts>(10).fill([300, 1]), ...Array<Counts>(5).fill([3_000, 150])];
    const stable: Counts[] = [...Array<Counts>(10).fill([5_700, 19]), ...Array<Counts>(5).fill([3_000, 150])];
    const before = halfAnHour(() => [6_000, 20]);
    const { ratio, difference, evidence } = heard('errors', { candidate, stable, minutes: 15, before });
    expect(ratio.estimate).toBeCloseTo(1, 9);
    expect(ratio.low).toBeLessThan(1);
    expect(ratio.high).toBeGreaterThan(1);
    expect(difference.low).toBeLessThan(0);
    expect(difference.high).toBeGreaterThan(0);
    expect(evidence.harm).toBeLessThan(0.02);
  });

  test("is weaker in every way where stable's bad requests came in bunches before", () => {
    const given: Given = { candidate: [600, 6], stable: STABLE, minutes: 5, before: halfAnHour(() => STABLE) };
    const single = heard('errors', given);
    // The same hundred and eighty in the half hour, sixty at once every ten minutes.
    const bunched = heard('errors', { ...given, before: halfAnHour((minute) => [5_400, minute % 10 === 0 ? 60 : 0]) });
    expect(single.dispersion.factor).toBe(1);
    expect(bunched.dispersion.factor).toBeGreaterThan(50);
    expect(single.evidence.harm).toBeGreaterThan(1);
    expect(bunched.evidence.harm).toBeLessThan(0.1);
    expect(bunched.ratio.low).toBeLessThan(single.ratio.low);
    expect(bunched.difference.high).toBeGreaterThan(single.difference.high);
    expect(bunched.forecast.minutes).toBeGreaterThan(50 * single.forecast.minutes);
  });
});

describe('a minute in which stable is in trouble', () => {
  test.each<[string, Counts, Counts, number]>([
    ['is one far above what is usual', [5_400, 60], STABLE, 1],
    ['is none within chance of it', [5_400, 25], STABLE, 0],
    ['is none below twice the floor, though usually nothing fails', [5_400, 10], [5_400, 0], 0],
    ['is one far above the floor, where usually nothing fails', [5_400, 60], [5_400, 0], 1],
  ])('%s', (_name, now, usual, hidden) => {
    const stable = [usual, usual, now, usual];
    const given: Given = { candidate: [600, 0], stable, minutes: 4, before: halfAnHour(() => usual) };
    expect(heard('errors', given).hiddenMinutes).toBe(hidden);
  });

  test('is compared with the hour before as well: an incident from the first user on is none of what is usual', () => {
    const given: Given = { candidate: [600, 60], stable: [5_400, 540], minutes: 10, before: halfAnHour(() => STABLE) };
    expect(heard('errors', given).hiddenMinutes).toBe(10);
  });
});

test('cold minutes are counted apart, and in what was seen from the start', () => {
  const given: Given = { candidate: [600, 6], stable: STABLE, minutes: 5 };
  // The share was given a minute before the first of them.
  const found = heard('errors', given, 3 * 60_000);
  expect(found).toMatchObject({ minutes: 3, coldMinutes: 2, candidate: { requests: 1_800, bad: 18 } });
  expect(found.fromTheStart).toEqual({
    candidate: { requests: 3_000, bad: 30 },
    stable: { requests: 27_000, bad: 45 },
  });
  expect(found.stableNow).toBeCloseTo(9 / 5_400, 12);
});
