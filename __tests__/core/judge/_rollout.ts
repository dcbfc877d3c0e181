import type { MetricsGate } from '../../../src/core/gate.ts';
import { judge } from '../../../src/core/judge/judge.ts';
import type { Judgement, JudgeSeen } from '../../../src/core/judge/judgement.ts';
import type { MetricMinute, ShareChange } from '../../../src/core/judge/minutes.ts';
import { METRICS_GATE } from '../../fakes/metrics-gate.ts';

export const MINUTE = 60_000;
/** A whole minute, as CloudWatch's timestamps are. */
export const NOON = 28_000_000 * MINUTE;

export const ERRORS: MetricsGate = { ...METRICS_GATE, coldStartMs: 0 };
export const LATENCY: MetricsGate = {
  ...ERRORS,
  judges: { errors: undefined, latency: { overMs: 500, tolerate: 1, floor: 0.01 } },
};
export const BOTH: MetricsGate = { ...ERRORS, judges: { ...LATENCY.judges, errors: ERRORS.judges.errors } };

/** One version's requests, errors and slow requests in a minute. */
export type Counts = readonly [requests: number, errors: number, slow?: number];

export interface Given {
  /** The same in all of the minutes, or minute by minute. */
  readonly candidate: Counts | readonly Counts[];
  readonly stable: Counts | readonly Counts[];
  /** How many minutes were counted, from NOON on. */
  readonly minutes: number;
  /** Stable alone in the half hour before NOON; as in its first minute when left out. */
  readonly before?: readonly Counts[];
  /** Since a minute before NOON when left out: 10 % on one task. */
  readonly changes?: readonly ShareChange[];
  /** In minutes after NOON; a thousand when left out. */
  readonly holdEndsAt?: number;
  readonly slowerThanMs?: number;
}

/** What the judge has seen a minute after the last one ended. */
export function seenOf({
  candidate,
  stable,
  minutes,
  before,
  changes,
  holdEndsAt = 1_000,
  slowerThanMs,
}: Given): JudgeSeen {
  const at = (counts: Counts | readonly Counts[], i: number): Counts =>
    typeof counts[0] === 'number' ? (counts as Counts) : ((counts[i] as Counts | undefined) ?? [0, 0, 0]);
  const minute = (start: number, [requests, errors, slow = 0]: Counts): MetricMinute => ({
    start,
    requests,
    errors,
    slow,
  });
  const earlier = before ?? Array.from({ length: 30 }, () => at(stable, 0));
  const each = (of: Given['candidate']) =>
    Array.from({ length: minutes }, (_, i) => minute(NOON + i * MINUTE, at(of, i)));
  return {
    minutes: {
      candidate: each(candidate),
      stable: [...earlier.map((one, i) => minute(NOON + (i - earlier.length - 1) * MINUTE, one)), ...each(stable)],
    },
    changes: changes ?? [
      { at: NOON - 10 * MINUTE, share: 0, tasks: 1 },
      { at: NOON - MINUTE, share: 10, tasks: 1 },
    ],
    ownRequests: [],
    now: NOON + (minutes + 1) * MINUTE,
    holdEndsAt: NOON + holdEndsAt * MINUTE,
    slowerThanMs,
  };
}

export function judged(gate: MetricsGate, given: Given): Judgement {
  return judge(gate, seenOf(given));
}
