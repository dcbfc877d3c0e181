import type { TaskDeath } from './deaths.ts';
import type { Gate, Verdict } from './gate.ts';
import type { Look } from './observation.ts';
import type { Step } from './plan.ts';

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
      /** The grounds of the verdict as plain JSON, where the gate gives them. */
      readonly evidence?: unknown;
      /** The engine is on its way by itself: what passed has been acted upon, and of what is seen now only a fail would be. */
      readonly isOnTheWay?: boolean;
    }
  | { readonly kind: 'decision'; readonly at: number; readonly reason: string; readonly orders: readonly string[] }
  | { readonly kind: 'deaths'; readonly at: number; readonly deaths: readonly TaskDeath[] }
  /** A person has to say "go on"; the job itself waits until `until`. */
  | { readonly kind: 'asked'; readonly at: number; readonly step: Step; readonly until: number }
  | { readonly kind: 'order-failed'; readonly at: number; readonly problem: string };
