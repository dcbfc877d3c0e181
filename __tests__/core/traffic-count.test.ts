import { describe, expect, test } from '@jest/globals';
import { judgeTraffic, type RequestBucket } from '../../src/core/traffic-count.ts';

const MINUTE = 60_000;
/** A whole minute, as CloudWatch's timestamps are. */
const NOON = 28_000_000 * MINUTE;

interface Given {
  readonly share: number;
  /** Requests of one minute after the other from NOON on; undefined: CloudWatch shows nothing. */
  readonly candidate: readonly (number | undefined)[];
  readonly stable: readonly (number | undefined)[];
  readonly since?: number;
  readonly until?: number;
  readonly sticky?: boolean;
  readonly ownRequests?: readonly number[];
  readonly minuteMs?: number;
}

function judge(given: Given): { verdict: string; sentence: string } {
  const { share, sticky = false, ownRequests = [], minuteMs = MINUTE, since = NOON - 20_000 } = given;
  const minutes = Math.max(given.candidate.length, given.stable.length);
  const { until = NOON + (minutes + 1) * minuteMs } = given;
  const buckets = (counts: readonly (number | undefined)[]): readonly RequestBucket[] =>
    counts.flatMap((count, i) => (count === undefined ? [] : [{ start: NOON + i * minuteMs, count }]));
  return judgeTraffic(
    { candidate: buckets(given.candidate), stable: buckets(given.stable), ownRequests, since, until },
    { share, sticky },
  );
}

describe('the share that users see', () => {
  test.each([
    [
      'within chance of 5 %',
      { share: 5, candidate: [512], stable: [9_488] },
      'pass',
      '512 of 10,000 requests (5.12 %), 5 % asked for',
    ],
    ['of 0.1 %', { share: 0.1, candidate: [9], stable: [9_991] }, 'pass', '9 of 10,000 requests (0.09 %)'],
    [
      'of one request at 50 %: nothing speaks against it',
      { share: 50, candidate: [0], stable: [1] },
      'pass',
      '0 of 1 request ',
    ],
    [
      'a sixth too much at 5 %',
      { share: 5, candidate: [600], stable: [9_400] },
      'hold',
      '600 of 10,000 requests (6 %) instead of 5 %',
    ],
    [
      'nobody at 5 %: the weights have not spread yet',
      { share: 5, candidate: [undefined], stable: [10_000] },
      'hold',
      '0 of 10,000 requests (0 %) instead of 5 %',
    ],
    ['everybody at 5 %', { share: 5, candidate: [10_000], stable: [undefined] }, 'hold', 'instead of 5 %'],
  ] as const)('%s', (_name, given, verdict, words) => {
    const seen = judge(given);
    expect(seen.verdict).toBe(verdict);
    expect(seen.sentence).toContain(words);
  });

  test('is right at four standard errors and no longer beyond them', () => {
    // √(0.5 · 0.5 / 10,000) = 0.005, so 200 requests.
    expect(judge({ share: 50, candidate: [5_199], stable: [4_801] }).verdict).toBe('pass');
    expect(judge({ share: 50, candidate: [5_201], stable: [4_799] }).verdict).toBe('hold');
  });

  test('is right when the newest minute is, though the first ones still saw the old weights', () => {
    expect(judge({ share: 5, candidate: [0, 20, 500], stable: [10_000, 9_980, 9_500] })).toMatchObject({
      verdict: 'pass',
      sentence: 'the candidate got 500 of 10,000 requests (5 %), 5 % asked for',
    });
  });

  test('is not told by a newest minute with next to no requests', () => {
    expect(judge({ share: 5, candidate: [0, 0], stable: [10_000, 3] }).verdict).toBe('hold');
  });

  test('adds up thin minutes', () => {
    expect(judge({ share: 50, candidate: [3, 4, 2], stable: [4, 3, 3] })).toMatchObject({
      verdict: 'pass',
      sentence: 'the candidate got 9 of 19 requests (47.4 %), 50 % asked for',
    });
  });

  test('leaves out what gates themselves have sent to the candidate', () => {
    const ownRequests = Array.from({ length: 60 }, (_, i) => NOON + i * 1_000);
    const given = { share: 5, candidate: [110], stable: [950] };
    expect(judge(given).verdict).toBe('hold');
    expect(judge({ ...given, ownRequests })).toMatchObject({
      verdict: 'pass',
      sentence: 'the candidate got 50 of 1,000 requests (5 %), 5 % asked for',
    });
  });

  test('is never negative by our own requests of a minute beside', () => {
    const ownRequests = [NOON, NOON + 1, NOON + 2];
    expect(judge({ share: 5, candidate: [1], stable: [9], ownRequests }).sentence).toContain('0 of 9 requests');
  });

  test('of users who stick comes late: the first of them is enough', () => {
    const given = { share: 50, candidate: [40], stable: [9_960] };
    expect(judge(given).verdict).toBe('hold');
    expect(judge({ ...given, sticky: true })).toMatchObject({
      verdict: 'pass',
      sentence: 'the candidate got 40 of 10,000 requests (0.4 %), 50 % of new users asked for',
    });
    expect(judge({ share: 50, candidate: [0], stable: [10_000], sticky: true }).verdict).toBe('hold');
  });
});

describe('before the shift', () => {
  test('nothing is judged: testers come through the same target group', () => {
    expect(judge({ share: 0, candidate: [500], stable: [100] }).verdict).toBe('pass');
  });
});

describe('at 100 %', () => {
  test('stable has none in the newest minute, whatever it had before', () => {
    expect(judge({ share: 100, candidate: [9_000, 10_000], stable: [1_000, undefined] })).toMatchObject({
      verdict: 'pass',
      sentence: 'all 10,000 requests of the last minute went to the candidate',
    });
  });

  test('a single request of stable is one too many', () => {
    expect(judge({ share: 100, candidate: [10_000], stable: [1] })).toMatchObject({
      verdict: 'hold',
      sentence: '1 of 10,001 requests of the last minute still went to stable',
    });
  });
});

describe('minutes', () => {
  test('that began before the step say nothing about it', () => {
    const since = NOON + 10_000;
    expect(judge({ share: 100, candidate: [0, 10_000], stable: [10_000, 0], since }).verdict).toBe('pass');
    expect(judge({ share: 100, candidate: [10_000], stable: [0], since, until: NOON + 2 * MINUTE })).toMatchObject({
      verdict: 'hold',
      sentence: 'not a whole minute has been counted yet at this step',
    });
  });

  test('that are not over for a minute may still grow', () => {
    const given = { share: 5, candidate: [500], stable: [9_500] };
    expect(judge({ ...given, until: NOON + 2 * MINUTE - 1 }).verdict).toBe('hold');
    expect(judge({ ...given, until: NOON + 2 * MINUTE }).verdict).toBe('pass');
  });

  test('without requests leave nothing to compare', () => {
    const nothing = { verdict: 'pass', sentence: 'no requests in the last minute, nothing to compare' };
    expect(judge({ share: 5, candidate: [0], stable: [0] })).toEqual(nothing);
    expect(judge({ share: 5, candidate: [500, 0], stable: [9_500, 0] })).toEqual(nothing);
  });

  test('that CloudWatch does not show at all are believed to be without requests after three on the clock', () => {
    const given = { share: 5, candidate: [], stable: [], since: NOON };
    expect(judge({ ...given, until: NOON + 3 * MINUTE - 1 }).verdict).toBe('hold');
    expect(judge({ ...given, until: NOON + 3 * MINUTE }).verdict).toBe('pass');
  });

  test('that have ended long ago, none since: the requests have stopped', () => {
    expect(judge({ share: 100, candidate: [0], stable: [10], until: NOON + 2 * MINUTE }).verdict).toBe('hold');
    expect(judge({ share: 100, candidate: [0], stable: [10], until: NOON + 3 * MINUTE }).verdict).toBe('pass');
  });

  test('are never taken for longer than sixty seconds, whatever is missing between', () => {
    const given = { share: 100, candidate: [0, undefined, undefined, undefined, 100], stable: [100] };
    // Were they four minutes long, the newest would have to wait for eight, and the oldest would be the one that counts.
    expect(judge({ ...given, until: NOON + 6 * MINUTE }).verdict).toBe('pass');
  });

  test('of a clock that runs faster are as long as they lie apart', () => {
    const minuteMs = 1_000;
    expect(judge({ share: 5, candidate: [50, 50], stable: [950, 950], minuteMs, since: NOON }).verdict).toBe('pass');
  });
});
