/** What a rollout needs: an engine that moves traffic, eyes on gates and tasks, a clock, and somebody to tell. */
import type { TaskDeath } from '../core/deaths.ts';
import type { Gate, Verdict } from '../core/gate.ts';
import type { Look } from '../core/observation.ts';
import type { Step } from '../core/plan.ts';
import type { Clock } from '../ports.ts';

export interface Engine {
  /** One look, one call. Rejects with CallError. */
  look(): Promise<Look>;
  /** Go on from this pause. A pause that is answered already is not an error. */
  advance(pauseId: string): Promise<void>;
  /** All traffic back to stable. Safe to repeat. */
  turnBack(pauseId: string | undefined): Promise<void>;
}

/** Looks through a gate. Never rejects: what goes wrong is the verdict `error`. */
export type EvaluateGate = (
  gate: Gate,
  step: Step,
  signal: AbortSignal,
) => Promise<{ readonly verdict: Verdict; readonly sentence: string }>;

export interface World {
  readonly engine: Engine;
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

/** What happened, for the log and the reports. `at` in epoch milliseconds. */
export type RolloutEvent =
  | { readonly kind: 'look'; readonly at: number; readonly look: Look }
  | { readonly kind: 'blind'; readonly at: number; readonly problem: string }
  | {
      readonly kind: 'reading';
      readonly at: number;
      readonly gate: Gate;
      readonly step: Step;
      readonly verdict: Verdict;
      readonly sentence: string;
    }
  | { readonly kind: 'decision'; readonly at: number; readonly reason: string; readonly orders: readonly string[] }
  | { readonly kind: 'deaths'; readonly at: number; readonly deaths: readonly TaskDeath[] }
  | { readonly kind: 'order-failed'; readonly at: number; readonly problem: string };
