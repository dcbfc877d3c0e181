/** What a rollout needs: an engine that moves traffic, eyes on gates and tasks, a clock, and somebody to tell. */
import type { TaskDeath } from '../core/deaths.ts';
import type { RolloutEvent } from '../core/events.ts';
import type { Gate, Reading, Verdict } from '../core/gate.ts';
import type { Step } from '../core/plan.ts';
import type { Clock, Rollout } from '../ports.ts';

/** Looks through a gate. Never rejects: what goes wrong is the verdict `error`. */
export type EvaluateGate = (gate: Gate, step: Step, signal: AbortSignal, standing: Standing) => Promise<Evaluated>;

export interface Standing {
  /** When the candidate came to stand at the step. Epoch milliseconds. */
  readonly since: number;
  /** When the step's hold is over; Infinity where the engine goes on by itself. Epoch milliseconds. */
  readonly holdEndsAt: number;
}

/** What one look showed: what a reading says beside where and when. */
export interface Evaluated extends Pick<Reading, 'sameUntil' | 'settles'> {
  readonly verdict: Verdict;
  readonly sentence: string;
  /** The grounds of the verdict as plain JSON. */
  readonly evidence?: unknown;
}

export interface World {
  readonly rollout: Rollout;
  readonly evaluate: EvaluateGate;
  /** All deaths of candidate's tasks so far. Rejects with CallError. */
  readonly deaths: () => Promise<readonly TaskDeath[]>;
  readonly clock: Clock;
  /** Uniform in [0, 1), for the jitter of the back-off. */
  readonly random: () => number;
  readonly cancelled: AbortSignal;
  readonly tell: (event: RolloutEvent) => void;
  readonly pollMs: number;
}
