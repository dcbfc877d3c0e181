import type { MetricsGate } from '../gate.ts';
import { type Case, hear } from './case.ts';
import type { Judgement, JudgeSeen } from './judgement.ts';
import type { Rules } from './trial.ts';
import { nextMinuteAt, type Window, windowOf } from './window.ts';
import {
  aloneSentence,
  excludedSentence,
  guiltySentence,
  holdSentence,
  NO_MINUTE,
  passSentence,
  WARMING_UP,
} from './words.ts';

/** Stable is looked at so long before the rollout, to learn how its errors come. */
export const LOOK_BACK_MS = 60 * 60_000;
/** Where so many of stable's own requests are bad, nobody can be compared with it. */
const STABLE_IS_DOWN = 0.5;

/**
 * Candidate against stable, on everything that was counted so far.
 *
 * fail: in one of the metrics the harm is proven. pass: none is, there was at least a minute at this share and enough to see an outage by,
 * and the hold is over or a harm as large as `exclude` is excluded. hold: not enough evidence yet.
 */
export function judge(gate: MetricsGate, seen: JudgeSeen): Judgement {
  const window = windowOf(seen, gate.coldStartMs);
  const cases = rulesOf(gate).map(([metric, rules]) =>
    hear({ metric, slowerThanMs: metric === 'latency' ? seen.slowerThanMs : undefined }, window, rules),
  );
  const { verdict, sentence, isExcluded } = verdictOf(gate, seen, window, cases);
  return {
    verdict,
    sentence,
    isExcluded,
    sameUntil: Math.max(seen.now + 1, soonest(nextMinuteAt(window, seen.now), seen)),
    evidence: { version: 1, gate, seen, verdict, sentence, metrics: cases.map((one) => ({ ...one })) },
  };
}

/** The error budget is split: with two metrics each has half of alpha, so that both together keep it (Bonferroni). */
function rulesOf({ judges, alpha, exclude }: MetricsGate): readonly (readonly [Case['metric'], Rules])[] {
  const { errors, latency } = judges;
  const each = alpha / [errors, latency].filter((one) => one !== undefined).length;
  return [
    ...(errors ? [['errors', { ...errors, alpha: each, exclude, outage: true }] as const] : []),
    ...(latency ? [['latency', { ...latency, alpha: each, exclude, outage: false }] as const] : []),
  ];
}

function verdictOf(
  gate: MetricsGate,
  { now, holdEndsAt, changes }: JudgeSeen,
  { judged }: Window,
  cases: readonly Case[],
): Pick<Judgement, 'verdict' | 'sentence' | 'isExcluded'> {
  const guilty = cases.find(({ evidence }) => evidence.harm >= 1);
  if (guilty !== undefined) return { verdict: 'fail', sentence: guiltySentence(guilty), isExcluded: false };

  const last = changes.at(-1);
  // What is known stays true, but nothing can be added to it, and nobody has said that less than the hold will do.
  if (last !== undefined && last.share >= 100) {
    return { verdict: 'pass', sentence: aloneSentence(cases), isExcluded: false };
  }
  const newest = judged.at(-1);
  if (newest === undefined || newest.start < (last?.at ?? 0)) {
    return { verdict: 'hold', sentence: NO_MINUTE, isExcluded: false };
  }
  if (cases.every(({ minutes }) => minutes === 0)) {
    return { verdict: 'hold', sentence: WARMING_UP, isExcluded: false };
  }
  const hold = (why: Parameters<typeof holdSentence>[1]) =>
    ({ verdict: 'hold', sentence: holdSentence(cases, why), isExcluded: false }) as const;

  if (cases.some(({ metric, stableNow }) => metric === 'errors' && stableNow >= STABLE_IS_DOWN)) {
    return hold('stable is down as well');
  }
  if (cases.some(({ evidence }) => evidence.presence < 1)) return hold('not enough evidence yet');
  if (cases.every(({ evidence }) => evidence.harmlessness >= 1)) {
    return { verdict: 'pass', sentence: excludedSentence(cases), isExcluded: true };
  }
  return now >= holdEndsAt && !gate.conclusive
    ? { verdict: 'pass', sentence: passSentence(cases), isExcluded: false }
    : hold('not enough evidence yet');
}

/** The end of the hold changes the answer as well. */
function soonest(nextMinute: number, { now, holdEndsAt }: JudgeSeen): number {
  return holdEndsAt > now ? Math.min(nextMinute, holdEndsAt) : nextMinute;
}
