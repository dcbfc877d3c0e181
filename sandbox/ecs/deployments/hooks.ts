/** Lifecycle hooks of a stage: all run at once, all must pass, any rollback wins (developer guide, deployment-lifecycle-hooks). */

import type { DeploymentLifecycleHook, DeploymentLifecycleHookAction } from '@aws-sdk/client-ecs';
import { invalid } from '../exceptions.ts';
import type { Hook, ServiceDeployment, Stage } from '../model.ts';
import { hookId } from '../names.ts';
import type { World } from '../world.ts';
import { enter, interrupt, keep, type Story, touch, until } from './story.ts';

const MINUTE_MS = 60_000;
const DEFAULT_TIMEOUT_MINUTES = 1440;

/** Enters the stage and waits for its hooks. */
export async function hookedStage(story: Story, stage: Stage): Promise<void> {
  await enter(story, stage);
  await runHooks(story, stage);
}

export async function runHooks(story: Story, stage: Stage): Promise<void> {
  const { world, deployment } = story;
  const configured = (deployment.configuration.lifecycleHooks ?? []).filter((hook) =>
    hook.lifecycleStages?.some((name) => name === stage),
  );
  if (configured.length === 0) return;
  deployment.hooks = configured.map((hook) => begin(world, hook));
  touch(story);
  for (const hook of deployment.hooks) {
    if (hook.status !== 'AWAITING_ACTION') continue;
    const awsMs = (hook.expiresAt.getTime() - world.clock.now().getTime()) * world.clock.speed;
    keep(
      story,
      world.clock.after(awsMs, () => expire(world, deployment, hook)),
    );
  }
  await until(story, () => deployment.hooks.every(({ status }) => status !== 'AWAITING_ACTION'));
}

/** A Lambda hook counts as succeeded at once: the sandbox runs no functions. */
function begin(world: World, hook: DeploymentLifecycleHook): Hook {
  const { timeoutInMinutes = DEFAULT_TIMEOUT_MINUTES, action = 'ROLLBACK' } = hook.timeoutConfiguration ?? {};
  const pauses = hook.targetType === 'PAUSE';
  return {
    id: hookId(pauses ? 'pause' : 'lambda'),
    targetType: pauses ? 'PAUSE' : 'AWS_LAMBDA',
    ...(hook.hookTargetArn === undefined ? {} : { targetArn: hook.hookTargetArn }),
    expiresAt: new Date(world.clock.now().getTime() + world.clock.real(timeoutInMinutes * MINUTE_MS)),
    timeoutAction: action,
    status: pauses ? 'AWAITING_ACTION' : 'SUCCEEDED',
  };
}

function expire(world: World, deployment: ServiceDeployment, hook: Hook): void {
  if (hook.status !== 'AWAITING_ACTION') return;
  hook.status = 'TIMED_OUT';
  if (hook.timeoutAction === 'ROLLBACK') turnBack(world, deployment, 'timed out');
  world.changed();
}

function turnBack(world: World, deployment: ServiceDeployment, what: string): void {
  const reason = `Service deployment rolled back because ${deployment.stage} pause hook ${what}.`;
  interrupt(world, deployment, { kind: 'rollback', reason, event: reason });
}

/**
 * Answers a pause (API_ContinueServiceDeployment).
 * @throws InvalidParameterException for a finished deployment, a malformed or an unknown hookId
 */
export function answer(
  world: World,
  deployment: ServiceDeployment,
  id: string,
  action: DeploymentLifecycleHookAction,
): void {
  if (!/^ecs-[a-z]+-.+$/.test(id)) {
    throw invalid('Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}');
  }
  if (deployment.finishedAt !== undefined) {
    throw invalid('Continuing a service deployment is not allowed for service deployment in terminal states.');
  }
  const hook = deployment.hooks.find((candidate) => candidate.id === id);
  if (hook?.status !== 'AWAITING_ACTION' || deployment.status !== 'IN_PROGRESS') {
    throw invalid('Provided hookId is either completed, unavailable, or not associated with the given Resource ARN');
  }
  if (action === 'ROLLBACK') {
    hook.status = 'FAILED';
    turnBack(world, deployment, 'was rolled back');
  } else {
    hook.status = 'SUCCEEDED';
  }
  world.changed();
}
