import type { RolloutConfig } from './config.ts';
import { type Gate, withOwn } from './gate.ts';
import type { Memo } from './memo.ts';
import type { Look } from './observation.ts';
import type { Plan, Step } from './plan.ts';
import { planOf } from './plan-of.ts';

/**
 * The plan of a job that goes on with somebody else's rollout. It stands where the candidate stands, looks through the gates there
 * once, and goes on: by the ladder that the rollout was begun with (its note), else by that of the inputs.
 * `to`: straight to that share; below 100 a person is asked again there.
 */
export function promotionPlan(
  config: RolloutConfig,
  underway: { readonly memo: Memo | undefined; readonly look: Look },
  to: number | undefined,
  ownGates: readonly Gate[],
): Plan {
  const { memo, look } = underway;
  const asked = config.approval === 'none' ? (memo?.approval ?? 'none') : config.approval;
  // `manual` asks once, and this is the answer.
  const approval = asked === 'every-step' ? asked : 'none';
  const plan = planOf({ ...config, approval }, memo?.shares ?? config.steps ?? [100], {
    bakeMs: memo?.bakeMs,
    holdMs: memo?.holdMs,
    gates: withOwn(config.gates, ownGates),
  });
  const here: Step = { share: look.share, holdMs: 0 };
  if (look.share >= 100) return { ...plan, steps: [here] };
  return { ...plan, steps: [here, ...stepsAfter(plan.steps, look.share, to, config.holdMs)] };
}

function stepsAfter(
  steps: readonly Step[],
  share: number,
  to: number | undefined,
  holdMs: number | undefined,
): readonly Step[] {
  // Who names a share does not want to wait on the way to it, nor there, unless he says so.
  if (to !== undefined) {
    if (to <= share) return [];
    return [{ share: to, holdMs: holdMs ?? 0, ...(to < 100 ? { approval: true as const } : {}) }];
  }
  return steps.filter((step) => step.share > share);
}
