/** What the judge says after a look, and on what grounds. */
import type { MetricsGate, Verdict } from '../gate.ts';
import type { ShareChange, VersionMinutes } from './minutes.ts';

/** Everything a judgement is made of: the same in gives the same out, at any time and place. */
export interface JudgeSeen {
  /** From `LOOK_BACK_MS` before the rollout (stable alone, against itself) until now. */
  readonly minutes: VersionMinutes;
  /** As this job has seen it. A job that came later begins with the share that it found. */
  readonly changes: readonly ShareChange[];
  /** When requests were sent to the candidate that are no users'. Epoch milliseconds. */
  readonly ownRequests: readonly number[];
  /** Epoch milliseconds. */
  readonly now: number;
  /** When the hold of the present step ends; Infinity where the engine goes on by itself. Epoch milliseconds. */
  readonly holdEndsAt: number;
  /** What counts as slow; undefined when latency is not judged, or the source itself knows. */
  readonly slowerThanMs: number | undefined;
}

export interface Judgement {
  readonly verdict: Exclude<Verdict, 'error'>;
  readonly sentence: string;
  /** A harm as large as the gate's `exclude` is excluded, in every metric that is judged. */
  readonly isExcluded: boolean;
  /** When another minute may have been counted: before that the answer is the same. Epoch milliseconds. */
  readonly sameUntil: number;
  readonly evidence: Evidence;
}

/** Plain JSON. With it and docs/judge.md anybody can compute the verdict again. */
export interface Evidence {
  /** Of this form; another number when the form or the method changes. */
  readonly version: 1;
  readonly gate: MetricsGate;
  readonly seen: JudgeSeen;
  readonly verdict: Judgement['verdict'];
  readonly sentence: string;
  /** One for each metric that is judged: the numbers on the way. */
  readonly metrics: readonly JsonRecord[];
}

type JsonRecord = Readonly<Record<string, unknown>>;
