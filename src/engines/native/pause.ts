/**
 * The pauses that make ECS wait for a judgement, and go back to stable when nobody answers.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
 */
import type { JsonObject } from '../../core/json.ts';
import { stagesOf } from '../../core/lifecycle-hook.ts';
import type { Plan } from '../../core/plan.ts';

/** Before every production shift (ECS opens a new pause for each step of LINEAR and CANARY), and after the last. */
export const PAUSE_STAGES: readonly string[] = ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'];

/** Time to notice the pause, to answer it, and to spare: a slow runner must not lose a good deployment. */
const SLACK_MS = 5 * 60_000;
/** ECS takes 1 to 20160 minutes (two weeks). */
const LONGEST_MINUTES = 20_160;

/**
 * One hook for both stages. That pair is also how it is known again: hooks have no name, and nobody who sets a pause
 * for people by hand puts these two stages, and no other, into one hook that rolls back.
 */
export function pauseHook(plan: Plan): JsonObject {
  return {
    targetType: 'PAUSE',
    lifecycleStages: PAUSE_STAGES,
    timeoutConfiguration: { timeoutInMinutes: pauseMinutes(plan), action: 'ROLLBACK' },
  };
}

/**
 * Long enough for the longest hold and what gates may add to it, every `run` gate, and a person where one is asked; no longer,
 * because a dead runner's deployment waits that long. One hook has one timeout, so the longest of all pauses decides.
 */
export function pauseMinutes(plan: Plan): number {
  const longestHoldMs = Math.max(...plan.steps.map((step) => step.holdMs));
  const gatesMs = plan.gates.reduce((sum, gate) => {
    const warmUpMs = gate.warmUpMs ?? 0;
    if (gate.kind === 'run') return sum + warmUpMs + gate.withinMs;
    return gate.kind === 'http' ? sum + warmUpMs + gate.withinMs * gate.times : sum + warmUpMs;
  }, 0);
  const personMs = asksAPerson(plan) ? Math.max(plan.promoteWithinMs, plan.waitForApprovalMs) : 0;
  const ms = longestHoldMs + plan.holdLimitMs + gatesMs + personMs + SLACK_MS;
  return Math.min(LONGEST_MINUTES, Math.ceil(ms / 60_000));
}

function asksAPerson(plan: Plan): boolean {
  return plan.onInconclusive === 'wait' || plan.steps.some(({ approval }) => approval === true);
}

/** A hook that a rollout set, this one or an earlier one whose runner died before it took it away. */
export function isOurPause(hook: JsonObject): boolean {
  const stages = stagesOf(hook);
  const timeout = hook['timeoutConfiguration'] as JsonObject | undefined;
  return (
    hook['targetType'] === 'PAUSE' &&
    stages.length === PAUSE_STAGES.length &&
    PAUSE_STAGES.every((stage) => stages.includes(stage)) &&
    (timeout?.['action'] ?? 'ROLLBACK') === 'ROLLBACK'
  );
}

/** The hooks that belong to the service's owner: kept in order, untouched. */
export function ownersHooks(deploymentConfiguration: JsonObject): readonly JsonObject[] {
  return hooksOf(deploymentConfiguration).filter((hook) => !isOurPause(hook));
}

export function hasOurPause(deploymentConfiguration: JsonObject): boolean {
  return hooksOf(deploymentConfiguration).some(isOurPause);
}

function hooksOf(deploymentConfiguration: JsonObject): readonly JsonObject[] {
  const hooks = deploymentConfiguration['lifecycleHooks'];
  return Array.isArray(hooks) ? (hooks as readonly JsonObject[]) : [];
}

/** The stages at which the owner's own PAUSE hooks wait for an answer that is not ours to give. */
export function ownersPauseStages(deploymentConfiguration: JsonObject): readonly string[] {
  return ownersHooks(deploymentConfiguration)
    .filter((hook) => hook['targetType'] === 'PAUSE')
    .flatMap(stagesOf);
}
