import { describe, expect, test } from '@jest/globals';
import { judge } from '../../../src/core/judge/judge.ts';
import type { Evidence, JudgeSeen } from '../../../src/core/judge/judgement.ts';
import { BOTH, type Counts, ERRORS, type Given, judged, LATENCY, MINUTE, NOON, seenOf } from './_rollout.ts';

/** At 100 requests a second, a tenth of them the candidate's. Requests, errors, slow ones. */
const CANDIDATE: Counts = [600, 1, 3];
const STABLE: Counts = [5_400, 9, 30];
const GOOD: Given = { candidate: CANDIDATE, stable: STABLE, minutes: 5 };
const BAD: Given = { ...GOOD, candidate: [600, 30, 60] };
const started = { at: NOON - MINUTE, share: 10, tasks: 1 };

function verdict(gate: typeof ERRORS, given: Given): string {
  const { verdict, isExcluded } = judged(gate, given);
  return isExcluded ? `${verdict}, excluded` : verdict;
}

describe('the verdict', () => {
  test.each<[string, string, typeof ERRORS, Given]>([
    ['fail', 'thirty times as many errors', ERRORS, BAD],
    [
      'fail',
      'also after the hold, and at 100 %',
      ERRORS,
      { ...BAD, holdEndsAt: 0, changes: [started, { ...started, at: NOON + 5 * MINUTE, share: 100 }] },
    ],
    [
      'fail',
      'an outage, though its tasks are still cold',
      { ...ERRORS, coldStartMs: 10 * MINUTE },
      { ...GOOD, candidate: [600, 600] },
    ],
    [
      'hold',
      'twenty slow ones in a hundred, in the cold',
      { ...LATENCY, coldStartMs: 10 * MINUTE },
      { ...BAD, candidate: [600, 0, 120] },
    ],
    ['hold', 'as good, before the hold is over', ERRORS, GOOD],
    ['pass', 'as good, and the hold is over', ERRORS, { ...GOOD, holdEndsAt: 6 }],
    [
      'hold',
      'as good, and nothing is excluded yet, which is asked for',
      { ...ERRORS, conclusive: true },
      { ...GOOD, holdEndsAt: 6 },
    ],
    ['hold', 'after one minute, whatever the hold', ERRORS, { ...GOOD, minutes: 1, holdEndsAt: 0 }],
    [
      'hold',
      'too few requests to see an outage by',
      ERRORS,
      { candidate: [1, 0], stable: [9, 0], minutes: 5, holdEndsAt: 0 },
    ],
    [
      'pass',
      'enough of them, at one a minute',
      ERRORS,
      { candidate: [1, 0], stable: [9, 0], minutes: 30, holdEndsAt: 0 },
    ],
    ['pass, excluded', 'as good for an hour', ERRORS, { ...GOOD, minutes: 60 }],
    [
      'pass, excluded',
      'as good for an hour, which is asked for',
      { ...ERRORS, conclusive: true },
      { ...GOOD, minutes: 60 },
    ],
    [
      'hold',
      'two thirds of all fail, of both',
      ERRORS,
      {
        ...GOOD,
        candidate: [600, 400],
        stable: [5_400, 3_600],
        before: Array.from({ length: 30 }, () => STABLE),
        holdEndsAt: 0,
      },
    ],
    [
      'pass',
      'stable has no users any more',
      ERRORS,
      { ...GOOD, changes: [started, { ...started, at: NOON + 5 * MINUTE, share: 100 }] },
    ],
    [
      'hold',
      'no minute yet since the share was raised',
      ERRORS,
      { ...GOOD, changes: [started, { ...started, at: NOON + 4.5 * MINUTE, share: 20 }], holdEndsAt: 0 },
    ],
    ['hold', 'nobody has come to the candidate yet', ERRORS, { ...GOOD, candidate: [0, 0, 0], holdEndsAt: 0 }],
  ])('%s: %s', (expected, _name, gate, given) => {
    expect(verdict(gate, given)).toBe(expected);
  });

  test('of an upstream that hurts both alike is no fail, and its minutes exclude nothing', () => {
    const [calm, hurt] = [
      { candidate: CANDIDATE, stable: STABLE },
      { candidate: [600, 60, 3], stable: [5_400, 540, 30] },
    ] as const;
    const minutes = Array.from({ length: 40 }, (_, i) => (i >= 5 && i < 25 ? hurt : calm));
    const of = (version: 'candidate' | 'stable') => minutes.map((one): Counts => one[version]);
    const given = {
      candidate: of('candidate'),
      stable: of('stable'),
      minutes: 40,
      before: Array.from({ length: 30 }, () => STABLE),
    };
    const found = judged(ERRORS, given);
    expect(found.verdict).toBe('hold');
    expect(found.evidence.metrics[0]).toMatchObject({ hiddenMinutes: 20 });
    // The same time without the incident excludes a doubled rate.
    expect(verdict(ERRORS, { ...GOOD, minutes: 40 })).toBe('pass, excluded');
    // And one that fails a little more beside it is found.
    const worse = of('candidate').map(([requests, errors, slow]): Counts => [requests, errors + 10, slow ?? 0]);
    expect(verdict(ERRORS, { ...given, candidate: worse })).toBe('fail');
  });
});

describe('two metrics', () => {
  test.each<[string, string, Given]>([
    ['fail', 'errors alone', { ...GOOD, candidate: [600, 30, 3] }],
    ['fail', 'slow ones alone', { ...GOOD, candidate: [600, 1, 60] }],
    ['fail', 'both', BAD],
    ['hold', 'neither', GOOD],
  ])('%s: %s', (expected, _name, given) => {
    expect(verdict(BOTH, given)).toBe(expected);
  });

  test('share alpha: together they turn a good version back no more often than one does', () => {
    const alphas = (gate: typeof ERRORS) =>
      judged(gate, GOOD).evidence.metrics.map((one) => [one['metric'], (one['rules'] as { alpha: number }).alpha]);
    expect(alphas(ERRORS)).toEqual([['errors', 0.01]]);
    expect(alphas(LATENCY)).toEqual([['latency', 0.01]]);
    expect(alphas(BOTH)).toEqual([
      ['errors', 0.005],
      ['latency', 0.005],
    ]);
  });

  test('pass before the hold is over only when harm is excluded in both', () => {
    const rare = { candidate: [6_000, 0, 0], stable: [5_400, 0, 0], minutes: 10 } as const;
    expect(verdict(BOTH, rare)).toBe('pass, excluded');
    // Of slow ones too few are known: stable has a hundredth, the floor, and so has the candidate.
    expect(verdict(BOTH, { ...rare, candidate: [600, 0, 6], stable: [5_400, 0, 54], minutes: 8 })).toBe('hold');
  });

  test('find an outage as soon as one does: after two minutes', () => {
    const outage = { ...GOOD, candidate: [600, 600, 0] as const };
    expect([1, 2].map((minutes) => verdict(BOTH, { ...outage, minutes }))).toEqual(['hold', 'fail']);
    expect([1, 2].map((minutes) => verdict(ERRORS, { ...outage, minutes }))).toEqual(['hold', 'fail']);
  });
});

describe('until when it stays the same', () => {
  test.each<[string, Given, number]>([
    // The newest minute, 4, counts at 6; the next one at 7.
    ['the next minute', GOOD, 7],
    ['the end of the hold, where that is sooner', { ...GOOD, holdEndsAt: 6.5 }, 6.5],
    ['the next minute, where the hold is over', { ...GOOD, holdEndsAt: 3 }, 7],
    ['the next minute, where the hold never ends', { ...GOOD, holdEndsAt: Number.POSITIVE_INFINITY }, 7],
  ])('%s', (_name, given, until) => {
    expect(judged(ERRORS, given).sameUntil).toBe(NOON + until * MINUTE);
  });

  test('looked at once more in between, it is', () => {
    const seen = seenOf(GOOD);
    const first = judge(ERRORS, seen);
    for (const now of [seen.now + 1, first.sameUntil - 1]) {
      const { verdict, sentence } = judge(ERRORS, { ...seen, now });
      expect({ verdict, sentence }).toEqual({ verdict: first.verdict, sentence: first.sentence });
    }
  });
});

describe('the evidence', () => {
  test.each<[string, Given]>([
    ['fail', BAD],
    ['hold', GOOD],
    ['hold', { ...GOOD, minutes: 0 }],
    ['pass', { ...GOOD, holdEndsAt: 6 }],
    ['pass', { ...GOOD, minutes: 60, holdEndsAt: Number.POSITIVE_INFINITY }],
  ])('is plain JSON, with which anybody comes to the same %s', (expected, given) => {
    const { verdict, sentence, evidence, isExcluded, sameUntil } = judged(BOTH, given);
    expect(verdict).toBe(expected);
    const text = JSON.stringify(evidence);
    const { gate, seen, ...read } = JSON.parse(text) as Evidence;
    expect(read).toMatchObject({ version: 1, verdict, sentence });
    // JSON has no Infinity: a hold that never ends is null there.
    const holdEndsAt = (seen.holdEndsAt as number | null) ?? Number.POSITIVE_INFINITY;
    const whole: JudgeSeen = { ...seen, holdEndsAt, slowerThanMs: seen.slowerThanMs };
    const again = judge(gate, whole);
    expect(again).toMatchObject({ verdict, sentence, isExcluded, sameUntil });
    expect(JSON.stringify(again.evidence)).toBe(text);
  });

  test('has the numbers on the way', () => {
    const [errors] = judged(ERRORS, BAD).evidence.metrics;
    expect(errors).toMatchObject({
      metric: 'errors',
      candidate: { requests: 3_000, bad: 150 },
      stable: { requests: 27_000, bad: 45 },
      minutes: 5,
      coldMinutes: 0,
      hiddenMinutes: 0,
      ratio: { estimate: expect.closeTo(30, 9) },
      dispersion: { factor: 1 },
    });
  });
});
