import { describe, expect, test } from '@jest/globals';
import { BOTH, type Counts, ERRORS, type Given, judged, LATENCY, MINUTE, NOON } from './_rollout.ts';

const STABLE: Counts = [5_400, 9, 30];
const GOOD: Given = { candidate: [600, 1, 3], stable: STABLE, minutes: 5 };
const started = { at: NOON - MINUTE, share: 10, tasks: 1 };
const halfAnHour = (one: (minute: number) => Counts) => Array.from({ length: 30 }, (_, minute) => one(minute));

describe('a harm that is found', () => {
  test.each<[string, typeof ERRORS, Given]>([
    [
      "5 % of the candidate's 1,200 requests failed, 0.17 % of stable's 10,800 requests: 30 times as many, at least 12 times",
      ERRORS,
      { ...GOOD, candidate: [600, 30], minutes: 2 },
    ],
    // Nothing is so many times as much as nothing.
    [
      "5 % of the candidate's 1,800 requests failed, 0 % of stable's 16,200 requests",
      ERRORS,
      { ...GOOD, candidate: [600, 30], stable: [5_400, 0], minutes: 3 },
    ],
    [
      "1 % of the candidate's 18,000 requests failed, 0.17 % of stable's 162,000 requests: 6 times as many, at least 4 times (1.2 times is tolerated)",
      { ...ERRORS, judges: { errors: { tolerate: 1.2, floor: 0.001 }, latency: undefined } },
      { ...GOOD, candidate: [600, 6], minutes: 30 },
    ],
    [
      "100 % of the candidate's 1,200 requests failed from its first user on, 0.17 % of stable's 10,800 requests",
      { ...ERRORS, coldStartMs: 10 * MINUTE },
      { ...GOOD, candidate: [600, 600], minutes: 2 },
    ],
  ])('%s', (sentence, gate, given) => {
    expect(judged(gate, given)).toMatchObject({ verdict: 'fail', sentence });
  });
});

describe('not enough evidence yet', () => {
  test.each<[string, typeof ERRORS, Given]>([
    [
      "0.17 % of the candidate's 600 requests failed and 0.17 % of stable's 5,400 requests; at 6,000 requests a minute a doubled failure rate shows in about 17 minutes",
      ERRORS,
      { ...GOOD, minutes: 1 },
    ],
    [
      "0.17 % of the candidate's 3,000 requests failed and 0.17 % of stable's 27,000 requests; at 6,000 requests a minute 1.5 times the failure rate shows in about 59 minutes",
      { ...ERRORS, exclude: 1.5 },
      GOOD,
    ],
    // Far above what is doubled a rate says more than how many times it is.
    [
      "0 % of the candidate's 9 requests failed and 0 % of stable's 81 requests; at 30 requests a minute a failure rate of 0.2 % shows in about 3 days",
      ERRORS,
      { candidate: [3, 0], stable: [27, 0], minutes: 3 },
    ],
    [
      "0 % of the candidate's 60 requests failed and 0 % of stable's 540 requests; at 600 requests a minute a failure rate of 0.2 % shows in about 4 hours",
      ERRORS,
      { candidate: [60, 0], stable: [540, 0], minutes: 1 },
    ],
  ])('%s', (words, gate, given) => {
    expect(judged(gate, given)).toMatchObject({ verdict: 'hold', sentence: `not enough evidence yet: ${words}` });
  });

  test('says how bad requests come, where they come in bunches', () => {
    const { sentence } = judged(ERRORS, {
      ...GOOD,
      before: halfAnHour((minute) => [5_400, minute % 3 === 0 ? 60 : 0]),
    });
    expect(sentence).toContain(
      "shows in about 20 hours; before the rollout stable's came in bunches, so 72 count as one",
    );
  });

  test('says which minutes exclude nothing', () => {
    const [good, bad]: readonly [Counts, Counts] = [
      [600, 1],
      [600, 60],
    ];
    const stable: readonly Counts[] = [STABLE, [5_400, 540], STABLE, STABLE];
    const given = { candidate: [good, bad, good, good], stable, minutes: 4, before: halfAnHour(() => STABLE) };
    expect(judged(ERRORS, given).sentence).toContain(
      '; stable itself failed far more than usual in 1 minute, which exclude',
    );
    const more = {
      ...given,
      candidate: [good, bad, bad, good],
      stable: [STABLE, [5_400, 540], [5_400, 540], STABLE] as const,
    };
    expect(judged(ERRORS, more).sentence).toContain(
      '; stable itself failed far more than usual in 2 minutes, which exclude',
    );
  });
});

describe('nothing to compare', () => {
  test.each<[string, 'hold' | 'pass', string, Given]>([
    [
      'stable is down as well',
      'hold',
      "stable is down as well: in the last minute 69 % of stable's own requests failed, nothing can be compared",
      { ...GOOD, candidate: [600, 400], stable: [5_400, 3_700], before: halfAnHour(() => STABLE) },
    ],
    [
      'the share has just been raised',
      'hold',
      'no minute has been counted yet at this share in which both versions had requests',
      { ...GOOD, changes: [started, { at: NOON + 4.5 * MINUTE, share: 20, tasks: 1 }] },
    ],
    [
      'the first minutes of new tasks',
      'hold',
      "the candidate's new tasks are warming up: nothing but an outage is judged yet",
      { ...GOOD, minutes: 1, changes: [started] },
    ],
    [
      'stable has no users any more',
      'pass',
      "stable has no users to compare with any more; before that 0.17 % of the candidate's 1,800 requests failed and 0.17 % of stable's 16,200 requests",
      { ...GOOD, changes: [started, { at: NOON + 5 * MINUTE, share: 100, tasks: 1 }] },
    ],
    [
      'and never had any beside the candidate',
      'pass',
      'stable has no users to compare with any more',
      { ...GOOD, minutes: 0, changes: [{ at: NOON - MINUTE, share: 100, tasks: 1 }] },
    ],
  ])('%s', (_name, verdict, sentence, given) => {
    expect(judged({ ...ERRORS, coldStartMs: 2 * MINUTE }, given)).toMatchObject({ verdict, sentence });
  });
});

describe('no sign of harm', () => {
  test.each<[string, typeof ERRORS, Given]>([
    [
      "no sign of harm in the hold: 0.17 % of the candidate's 3,000 requests failed and 0.17 % of stable's 27,000 requests; up to 0.5 percentage points more is not excluded",
      ERRORS,
      { ...GOOD, holdEndsAt: 6 },
    ],
    [
      "no sign of harm: 0.17 % of the candidate's 36,000 requests failed and 0.17 % of stable's 324,000 requests; a doubled failure rate is excluded",
      ERRORS,
      { ...GOOD, minutes: 60 },
    ],
    [
      "no sign of harm: 0.17 % of the candidate's 36,000 requests failed and 0.17 % of stable's 324,000 requests; 3 times the failure rate is excluded",
      { ...ERRORS, exclude: 3 },
      { ...GOOD, minutes: 60 },
    ],
    [
      "no sign of harm: 0 % of the candidate's 60,000 requests failed and 0.037 % of stable's 54,000 requests; a failure rate of 0.1 % is excluded",
      ERRORS,
      { candidate: [6_000, 0], stable: [5_400, 2], minutes: 10 },
    ],
  ])('%s', (sentence, gate, given) => {
    expect(judged(gate, given)).toMatchObject({ verdict: 'pass', sentence });
  });
});

describe('slow requests', () => {
  test.each([
    [undefined, 'were slow'],
    [500, 'were slower than 500 ms'],
    [123.456, 'were slower than 123 ms'],
  ])('are called so, with the limit where it is known: %p', (slowerThanMs, words) => {
    const more = slowerThanMs === undefined ? {} : { slowerThanMs };
    expect(judged(LATENCY, { ...GOOD, candidate: [600, 0, 60], minutes: 3, ...more }).sentence).toBe(
      `10 % of the candidate's 1,800 requests ${words}, 0.56 % of stable's 16,200 requests: 18 times as many, at least 11 times`,
    );
  });

  test('and errors are told one after the other', () => {
    const { sentence } = judged(BOTH, GOOD);
    expect(sentence).toMatch(
      /^not enough evidence yet: 0\.17 % of the candidate's 3,000 requests failed .* in about 19 minutes; 0\.5 % of/,
    );
    expect(sentence).toMatch(/a share of slow requests of 2 % shows in about 3 minutes$/);
  });
});

test('one request is one', () => {
  expect(judged(ERRORS, { candidate: [1, 0], stable: [1, 0], minutes: 1 }).sentence).toContain(
    "0 % of the candidate's 1 request failed and 0 % of stable's 1 request;",
  );
});
