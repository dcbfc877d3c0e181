import type { Approval } from './config.ts';
import type { Gate } from './gate.ts';

/**
 * One rung of the ladder. At share 0 the whole candidate runs and no user sees it.
 * Blue-green, canary, linear and any ladder are the same steps with other numbers; rolling is the two steps 0 and 100.
 */
export interface Step {
  /** Share of production traffic for the candidate, in percent. */
  readonly share: number;
  /** How long the candidate is watched at this share before the next step; 0: until every gate has passed once. */
  readonly holdMs: number;
  /** A person must say "go on" before this step is left. */
  readonly approval?: true;
}

/** What a rollout will do, as data. */
export interface Plan {
  /** Rising shares; the first is 0. The last is 100, or less when the job is to end before that and wait for a person. */
  readonly steps: readonly Step[];
  /** How long stable is kept at the end, by the engine itself, after the last hold. Whole minutes. */
  readonly bakeMs: number;
  readonly gates: readonly Gate[];
  /** The whole rollout, from the first look; a rollback gets as long again. */
  readonly timeoutMs: number;
  readonly onCancel: 'rollback' | 'leave';
  /** How much longer than its hold a step may take because a gate says hold. */
  readonly holdLimitMs: number;
  /** What happens when a gate still says hold after that; `wait`: the job ends and a person decides. */
  readonly onInconclusive: 'rollback' | 'promote' | 'wait';
  /** How long the job itself stays, watching through the gates, when a person has to say "go on"; 0: it ends at once. */
  readonly waitForApprovalMs: number;
  /** How long a rollout stays where a person has to decide, before it turns back by itself. */
  readonly promoteWithinMs: number;
}

/**
 * The ladder from the shares that a user wrote: a look at share 0 first, then each share held for `holdMs`.
 * ladder([25, 100], 60_000) is 0 (no hold), 25 (a minute), 100 (a minute).
 */
export function ladder(shares: readonly number[], holdMs: number, approval: Approval = 'none'): readonly Step[] {
  const all = [0, ...shares];
  const first = all.find((share) => share > 0 && share < 100) ?? 0;
  return all.map((share) => {
    const asks = approval === 'every-step' ? share < 100 : approval === 'manual' && share === first;
    return { share, holdMs: share === 0 ? 0 : holdMs, ...(asks ? { approval: true as const } : {}) };
  });
}

/** The step at which a candidate with this share of traffic stands: the highest that it has reached. */
export function stepAt(steps: readonly Step[], share: number): number {
  return steps.reduce((reached, step, index) => (step.share <= share ? index : reached), 0);
}

/** The share to go to from here: that of the next step above it, 100 when there is none. */
export function nextShare(steps: readonly Step[], share: number): number {
  return steps.find((step) => step.share > share)?.share ?? 100;
}

/** The step's own words: "before the shift", "at 100 %". */
export function stepName(step: Step): string {
  return step.share === 0 ? 'before the shift' : `at ${step.share} %`;
}

/** How long the rollout takes when every gate passes at once and the engine needs no time: "5m hold + 10m bake". */
export function expectedMs(plan: Plan): number {
  return plan.steps.reduce((sum, step) => sum + step.holdMs, plan.bakeMs);
}
