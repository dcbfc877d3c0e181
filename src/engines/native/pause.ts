/**
 * The pauses that make ECS wait for a judgement, and go back to stable when nobody answers.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
 */
import type { JsonObject } from '../../core/json.ts';
import { stagesOf } from '../../core/lifecycle-hook.ts';
import type { Plan } from '../../core/plan.ts';

/** Before every production shift, and after the last. */
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

/** Long enough for the longest hold and every `run` gate; no longer, because a dead runner's deployment waits that long. */
export function pauseMinutes(plan: Plan): number {
  const longestHoldMs = Math.max(...plan.steps.map((step) => step.holdMs));
  const gatesMs = plan.gates.reduce((sum, gate) => {
    if (gate.kind === 'run') return sum + gate.withinMs;
    return gate.kind === 'http' ? sum + gate.withinMs * gate.times : sum;
  }, 0);
  return Math.min(LONGEST_MINUTES, Math.ceil((longestHoldMs + gatesMs + SLACK_MS) / 60_000));
}

/** A hook that an earlier rollout set and that nobody took away, because its runner died. */
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
  const hooks = deploymentConfiguration['lifecycleHooks'];
  return Array.isArray(hooks) ? (hooks as readonly JsonObject[]).filter((hook) => !isOurPause(hook)) : [];
}

/** The stages at which the owner's own PAUSE hooks wait for an answer that is not ours to give. */
export function ownersPauseStages(deploymentConfiguration: JsonObject): readonly string[] {
  return ownersHooks(deploymentConfiguration)
    .filter((hook) => hook['targetType'] === 'PAUSE')
    .flatMap(stagesOf);
}

/**
 * What UpdateService is given: everything that the service has (alarms, circuit breaker, percentages, hooks, and
 * whatever AWS adds some day), with the strategy, the bake time and our pause.
 */
export function withPause(deploymentConfiguration: JsonObject, plan: Plan): JsonObject {
  return {
    ...deploymentConfiguration,
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: plan.bakeMs / 60_000,
    lifecycleHooks: [...ownersHooks(deploymentConfiguration), pauseHook(plan)],
  };
}

/** The same after the rollout: without our pause, so that nobody else's deployment waits for an answer from us. */
export function withoutPause(deploymentConfiguration: JsonObject): JsonObject {
  return { ...deploymentConfiguration, lifecycleHooks: ownersHooks(deploymentConfiguration) };
}
