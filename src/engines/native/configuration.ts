/** The service's deploymentConfiguration during a rollout and after it. Pure. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { NativeLadder } from '../../core/native-ladder.ts';
import type { Plan } from '../../core/plan.ts';
import { hasOurPause, ownersHooks, pauseHook } from './pause.ts';

/**
 * What UpdateService is given: everything that the service has (alarms, circuit breaker, percentages, hooks, and whatever AWS adds
 * some day), with the strategy's own settings, the bake time and our pause. What ECS takes for one strategy alone goes with it.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function configurationDuring(own: JsonObject, ladder: NativeLadder, plan: Plan): JsonObject {
  const { linearConfiguration: linear, canaryConfiguration: canary, earlySuccessCriteria: early, ...kept } = own;
  const { strategy, settings } = ladder;
  if (strategy === 'ROLLING') {
    // Rolling has no stages to pause at. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
    const hooks = own['lifecycleHooks'] === undefined ? {} : { lifecycleHooks: ownersHooks(own) };
    return { ...kept, ...(early === undefined ? {} : { earlySuccessCriteria: early }), ...settings, ...hooks };
  }
  return {
    ...kept,
    ...settings,
    ...(strategy === 'LINEAR' ? { linearConfiguration: both(linear, settings['linearConfiguration']) } : {}),
    ...(strategy === 'CANARY' ? { canaryConfiguration: both(canary, settings['canaryConfiguration']) } : {}),
    bakeTimeInMinutes: plan.bakeMs / 60_000,
    lifecycleHooks: [...ownersHooks(own), pauseHook(plan)],
  };
}

/** ECS's own waits, in minutes, of a service that says nothing. */
const DEFAULT_WAITS = { linearConfiguration: 6, canaryConfiguration: 10 } as const;
const WAITS = {
  linearConfiguration: 'stepBakeTimeInMinutes',
  canaryConfiguration: 'canaryBakeTimeInMinutes',
} as const;
/** A day. */
const LONGEST_MINUTES = 1440;

/**
 * The same after the rollout: without our pause, so that nobody else's deployment waits for an answer from us, and with ECS's own
 * waits as long as the holds were: without our pauses nothing else would keep somebody else's deployment from one step to the next.
 * Undefined when our pause is not there.
 */
export function configurationAfter(current: JsonObject, holdMs: number | undefined): JsonObject | undefined {
  if (!hasOurPause(current)) return undefined;
  const waits = Object.fromEntries(
    (['linearConfiguration', 'canaryConfiguration'] as const).flatMap((name) => {
      const settings = current[name];
      if (!isJsonObject(settings) || settings[WAITS[name]] !== 0) return [];
      const minutes = holdMs === undefined ? DEFAULT_WAITS[name] : Math.ceil(holdMs / 60_000);
      return [[name, { ...settings, [WAITS[name]]: Math.min(LONGEST_MINUTES, minutes) }]];
    }),
  );
  return { ...current, ...waits, lifecycleHooks: ownersHooks(current) };
}

function both(own: unknown, ours: unknown): JsonObject {
  return { ...(isJsonObject(own) ? own : {}), ...(isJsonObject(ours) ? ours : {}) };
}
