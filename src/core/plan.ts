import type { Gate } from './gate.ts';

/**
 * One rung of the ladder. At share 0 the whole candidate runs and no user sees it.
 * Blue-green, canary, linear and any ladder are the same steps with other numbers.
 */
export interface Step {
  /** Share of production traffic for the candidate, in percent. */
  readonly share: number;
  /** How long the candidate is watched at this share before the next step; 0: until every gate has passed once. */
  readonly holdMs: number;
}

/** What a rollout will do, as data. */
export interface Plan {
  /** Rising shares; the first is 0, the last is 100. */
  readonly steps: readonly Step[];
  /** How long stable is kept at the end, by ECS itself, after the last hold. Whole minutes. */
  readonly bakeMs: number;
  readonly gates: readonly Gate[];
  /** The whole rollout, from the first look; a rollback gets as long again. */
  readonly timeoutMs: number;
  readonly onCancel: 'rollback' | 'leave';
}

/**
 * The ladder from the shares that a user wrote: a look at share 0 first, then each share held for `holdMs`.
 * ladder([25, 100], 60_000) is 0 (no hold), 25 (a minute), 100 (a minute).
 */
export function ladder(shares: readonly number[], holdMs: number): readonly Step[] {
  return [{ share: 0, holdMs: 0 }, ...shares.map((share) => ({ share, holdMs }))];
}

/** The step at which a candidate with this share of traffic stands: the highest that it has reached. */
export function stepAt(steps: readonly Step[], share: number): number {
  return steps.reduce((reached, step, index) => (step.share <= share ? index : reached), 0);
}

/** The step's own words: "before the shift", "at 100 %". */
export function stepName(step: Step): string {
  return step.share === 0 ? 'before the shift' : `at ${step.share} %`;
}

/** How long the rollout takes when every gate passes at once and ECS needs no time: "5m hold + 10m bake". */
export function expectedMs(plan: Plan): number {
  return plan.steps.reduce((sum, step) => sum + step.holdMs, plan.bakeMs);
}
