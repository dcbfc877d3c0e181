import { describe, expect, test } from '@jest/globals';
import type { JudgeSeen } from '../../../src/core/judge/judgement.ts';
import type { MetricMinute, ShareChange } from '../../../src/core/judge/minutes.ts';
import { nextMinuteAt, type Window, windowOf } from '../../../src/core/judge/window.ts';

const MINUTE = 60_000;
/** A whole minute, as CloudWatch's timestamps are. */
const NOON = 28_000_000 * MINUTE;
const at = (minutes: number) => NOON + minutes * MINUTE;

interface Given {
  /** Requests of one minute after the other from NOON on; undefined: nothing was counted. */
  readonly candidate: readonly (number | undefined)[];
  readonly stable: readonly (number | undefined)[];
  /** In minutes after NOON. */
  readonly changes: readonly { readonly at: number; readonly share: number; readonly tasks?: number }[];
  readonly now?: number;
  readonly ownRequests?: readonly number[];
  readonly coldStartMs?: number;
  readonly minuteMs?: number;
}

function windowIn(given: Given): Window {
  const { candidate, stable, changes, now = 1_000, ownRequests = [], coldStartMs = 0, minuteMs = MINUTE } = given;
  const minutes = (counts: readonly (number | undefined)[]): readonly MetricMinute[] =>
    counts.flatMap((requests, i) =>
      requests === undefined ? [] : [{ start: NOON + i * minuteMs, requests, errors: 1, slow: undefined }],
    );
  const seen: JudgeSeen = {
    minutes: { candidate: minutes(candidate), stable: minutes(stable) },
    changes: changes.map(
      (one): ShareChange => ({ share: one.share, tasks: one.tasks ?? 1, at: NOON + one.at * minuteMs }),
    ),
    ownRequests: ownRequests.map((one) => NOON + one * minuteMs),
    now: NOON + now * minuteMs,
    holdEndsAt: at(2_000),
    slowerThanMs: undefined,
  };
  return windowOf(seen, coldStartMs);
}

/** Which minutes after NOON were judged; cold ones with an asterisk. */
function judged(given: Given): string {
  const { minuteMs = MINUTE } = given;
  return windowIn(given)
    .judged.map(({ start, isCold }) => `${(start - NOON) / minuteMs}${isCold ? '*' : ''}`)
    .join(' ');
}

const all = (count: number, requests = 100) => Array.from({ length: count }, () => requests);
/** The candidate is there before NOON, and has had its share since a quarter of a minute before it. */
const before = { at: -1, share: 0, tasks: 0 };
const start = { at: -0.25, share: 10 };

describe('the minutes that are judged', () => {
  test.each<[string, Given, string]>([
    ['all of both', { candidate: all(4), stable: all(4), changes: [before, start] }, '0 1 2 3'],
    [
      'none before the first user',
      { candidate: all(4), stable: all(4), changes: [before, { at: 1.5, share: 10 }] },
      '2 3',
    ],
    ['none without a user', { candidate: all(4), stable: all(4), changes: [before] }, ''],
    ['none, when nothing is known of the share', { candidate: all(4), stable: all(4), changes: [] }, ''],
    [
      'none that one of them did not have, or had no request in',
      { candidate: [9, undefined, 9, 0, 9, 9], stable: [90, 90, undefined, 90, 0, 90], changes: [before, start] },
      '0 5',
    ],
    [
      'none while the candidate is down to 0 requests',
      { candidate: all(4, 0), stable: all(4), changes: [before, start] },
      '',
    ],
    [
      'none that is not over for a minute',
      { candidate: all(4), stable: all(4), changes: [before, start], now: 4.9 },
      '0 1 2',
    ],
    ['that are over for one', { candidate: all(4), stable: all(4), changes: [before, start], now: 5 }, '0 1 2 3'],
    [
      'none in which the share changed',
      { candidate: all(6), stable: all(6), changes: [before, start, { at: 2.5, share: 20 }] },
      '0 1 3 4 5',
    ],
    [
      'none within a quarter of a minute of a change: it is seen late, and spreads',
      { candidate: all(8), stable: all(8), changes: [before, start, { at: 2.2, share: 20 }, { at: 5.8, share: 50 }] },
      '0 3 4 7',
    ],
    [
      'those at a quarter of a minute',
      { candidate: all(4), stable: all(4), changes: [before, start, { at: 1.25, share: 20 }, { at: 1.75, share: 50 }] },
      '0 2 3',
    ],
  ])('%s', (_name, given, which) => {
    expect(judged(given)).toBe(which);
  });

  test('are shorter where time runs faster', () => {
    const given = { candidate: all(4), stable: all(4), changes: [before, start], minuteMs: 1_000 };
    expect(windowIn(given).minuteMs).toBe(1_000);
    expect(judged({ ...given, now: 4.9 })).toBe('0 1 2');
    expect(judged({ ...given, now: 5 })).toBe('0 1 2 3');
  });

  test('say how many were between two shares', () => {
    const changes = [before, start, { at: 1.5, share: 20 }, { at: 2.9, share: 50 }];
    expect(windowIn({ candidate: all(6), stable: all(6), changes }).shifting).toBe(3);
  });
});

describe('stable alone, before', () => {
  test.each<[string, Given['changes'], number]>([
    ['ends before the minute of the first user', [before, { at: 3.5, share: 10 }], 3],
    ['may end with it', [before, { at: 3, share: 10 }], 3],
    ['is everything, as long as there is no user', [before], 6],
  ])('%s', (_name, changes, minutes) => {
    const candidate = [...all(3, 0), ...all(3)];
    expect(windowIn({ candidate, stable: all(6), changes }).before).toHaveLength(minutes);
  });
});

describe('cold minutes', () => {
  const first = { at: 0.5, share: 10, tasks: 1 };
  test.each<[string, Partial<Given>, string]>([
    ['are those after the first users', { changes: [before, first], coldStartMs: 2 * MINUTE }, '1* 2* 3 4 5 6 7'],
    ['as long as a warm-up is asked for', { changes: [before, first], coldStartMs: MINUTE }, '1* 2 3 4 5 6 7'],
    ['none without a warm-up', { changes: [before, first], coldStartMs: 0 }, '1 2 3 4 5 6 7'],
    [
      'come again with more tasks',
      { changes: [before, first, { at: 3.5, share: 50, tasks: 5 }], coldStartMs: MINUTE },
      '1* 2 4* 5 6 7',
    ],
    [
      'do not with a larger share of the same tasks',
      { changes: [before, first, { at: 3.5, share: 50, tasks: 1 }], coldStartMs: MINUTE },
      '1* 2 4 5 6 7',
    ],
    [
      'do not when tasks that have been there come back',
      {
        changes: [before, { ...first, tasks: 3 }, { at: 2.5, share: 20, tasks: 1 }, { at: 4.5, share: 50, tasks: 3 }],
        coldStartMs: MINUTE,
      },
      '1* 3 5 6 7',
    ],
    [
      'do with those that waited without users',
      {
        changes: [
          { at: -1, share: 0, tasks: 5 },
          { ...first, tasks: 5 },
        ],
        coldStartMs: MINUTE,
      },
      '1* 2 3 4 5 6 7',
    ],
  ])('%s', (_name, given, which) => {
    expect(judged({ candidate: all(8), stable: all(8), changes: [], ...given })).toBe(which);
  });
});

describe('requests of gates', () => {
  test('are none of users', () => {
    const own = [0.1, 0.5, 0.99, 1];
    const { judged } = windowIn({ candidate: all(2, 10), stable: all(2), changes: [before, start], ownRequests: own });
    expect(judged.map(({ candidate }) => candidate.requests)).toEqual([7, 9]);
  });

  test('leave at least as many as went badly, and a minute of nothing else says nothing', () => {
    const own = Array.from({ length: 20 }, (_, i) => i / 20);
    const [only] = windowIn({ candidate: [10], stable: [100], changes: [before, start], ownRequests: own }).judged;
    // One error was counted in each of these minutes.
    expect(only?.candidate).toMatchObject({ requests: 1, errors: 1 });
  });
});

describe('a job that came later', () => {
  const came = { at: 6.5, share: 10 };
  test.each<[string, Given, string]>([
    [
      'goes back as far as the counts agree with the share that it found, but for the oldest minute',
      { candidate: [...all(3, 0), ...all(7, 10)], stable: [...all(3), ...all(7, 90)], changes: [came] },
      '4 5 7 8 9',
    ],
    [
      'not beyond another share',
      { candidate: [...all(3, 500), ...all(7, 100)], stable: [...all(3, 500), ...all(7, 900)], changes: [came] },
      '4 5 7 8 9',
    ],
    [
      'begins when it came, where the minute before had another share',
      { candidate: [...all(6, 0), ...all(4, 10)], stable: all(10, 90), changes: [came] },
      '7 8 9',
    ],
    [
      'goes back to the first minute that was asked for, but for that',
      { candidate: all(10, 10), stable: all(10, 90), changes: [came] },
      '1 2 3 4 5 7 8 9',
    ],
    [
      'and does not go back when it saw that there were no users at first',
      { candidate: all(10, 10), stable: all(10, 90), changes: [{ at: 6.2, share: 0 }, came] },
      '7 8 9',
    ],
  ])('%s', (_name, given, which) => {
    expect(judged(given)).toBe(which);
  });
});

describe('the next look', () => {
  const given = { candidate: all(4), stable: all(4), changes: [before, start] };
  test.each<[string, number, number]>([
    // The newest that counts is minute 2; minute 3 counts at 5.
    ['is when the next minute has settled', 4.5, 5],
    ['is a quarter of a minute later, when a minute is late', 6.5, 6.75],
  ])('%s', (_name, now, next) => {
    expect(nextMinuteAt(windowIn({ ...given, now }), at(now))).toBe(at(next));
  });

  test('goes by whoever has the newest minute, and is soon without any', () => {
    const gone = windowIn({ candidate: all(4), stable: all(2), changes: [before, start], now: 5 });
    expect(nextMinuteAt(gone, at(5))).toBe(at(6));
    expect(nextMinuteAt(windowIn({ candidate: [], stable: [], changes: [] }), at(5))).toBe(at(5.25));
  });
});
