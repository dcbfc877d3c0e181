/** A service deployment from its record to its end. */

import type { Interruption, Revision, ServiceDeployment } from '../model.ts';
import { activeTasks } from '../scheduler/reconcile.ts';
import { tell, type World } from '../world.ts';
import { rolling, rollingRollback } from './rolling.ts';
import { finish, Interrupted, interrupt, pause, type Story } from './story.ts';
import { shiftBack, shiftTraffic } from './traffic-shift.ts';
import { shiftsTraffic } from './traffic-steps.ts';

/** Between PENDING and IN_PROGRESS, and between ROLLBACK_REQUESTED and ROLLBACK_IN_PROGRESS. */
const TURN_MS = 150;

export async function runDeployment(world: World, deployment: ServiceDeployment): Promise<void> {
  const story: Story = { world, deployment };
  try {
    await pause(story, TURN_MS);
    deployment.status = 'IN_PROGRESS';
    deployment.startedAt = world.clock.now();
    await (shiftsTraffic(deployment.configuration) ? shiftTraffic(story) : rolling(story));
    succeed(story);
  } catch (error) {
    await interrupted(story, error instanceof Interrupted ? error.interruption : broken(story, error));
  }
}

/** The load balancer refused a shift; ECS reports it as a failed hook of the stage (troubleshooting-blue-green, permissions). */
function broken({ world, deployment }: Story, error: unknown): Interruption {
  const message = error instanceof Error ? error.message : String(error);
  const reason = `Service deployment rolled back because ${deployment.stage} lifecycle hook(s) failed. ${message}`;
  const interruption: Interruption = { kind: 'rollback', reason, event: reason };
  interrupt(world, deployment, interruption);
  return interruption;
}

function succeed({ world, deployment }: Story): void {
  const { service, target } = deployment;
  complete(target);
  service.steady = target;
  tell(world, service, `(deployment ${target.deploymentId}) deployment completed.`);
  finish(world, deployment, 'SUCCESSFUL');
}

async function interrupted(story: Story, interruption: Interruption): Promise<void> {
  switch (interruption.kind) {
    case 'rollback':
      return rollBack(story, interruption.reason);
    case 'fail':
      return stop(story);
    case 'superseded':
    case 'closed':
      return;
    default:
      interruption satisfies never;
  }
}

/** Without rollback a failed deployment stays as it is and launches nothing more (API_DeploymentCircuitBreaker). */
function stop({ world, deployment }: Story): void {
  const { service } = deployment;
  freeze(deployment);
  for (const revision of service.revisions) revision.scale = activeTasks(world, service, revision).length;
  service.rolling = undefined;
  deployment.stoppedAt = world.clock.now();
  finish(world, deployment, 'STOPPED');
}

async function rollBack(story: Story, reason: string): Promise<void> {
  const { world, deployment } = story;
  const { service, target, previous } = deployment;
  deployment.interruption = undefined;
  freeze(deployment);
  service.rolling = undefined;
  if (previous === undefined) {
    deployment.statusReason = 'No rollback candidate was found to run the rollback.';
    target.scale = activeTasks(world, service, target).length;
    finish(world, deployment, 'ROLLBACK_FAILED');
    return;
  }
  try {
    await pause(story, TURN_MS);
    beginRollback(story, previous, reason);
    await (shiftsTraffic(deployment.configuration) ? shiftBack(story, previous) : rollingRollback(story, previous));
    complete(previous);
    tell(world, service, `(deployment ${previous.deploymentId}) deployment completed.`);
    finish(world, deployment, 'ROLLBACK_SUCCESSFUL');
  } catch (error) {
    // Only a newer deployment or the end of the sandbox interrupts a rollback; both have ended this one.
    if (error instanceof Interrupted) return;
    deployment.statusReason = error instanceof Error ? error.message : String(error);
    finish(world, deployment, 'ROLLBACK_FAILED');
  }
}

function beginRollback({ world, deployment }: Story, previous: Revision, reason: string): void {
  const { service } = deployment;
  deployment.status = 'ROLLBACK_IN_PROGRESS';
  deployment.hooks = deployment.hooks.filter(({ status }) => status !== 'AWAITING_ACTION');
  deployment.rollback = { reason, startedAt: world.clock.now(), serviceRevisionArn: previous.arn };
  service.primary = previous;
  previous.rolloutState = 'IN_PROGRESS';
  const broke = deployment.breaker.status === 'TRIGGERED';
  previous.rolloutStateReason = broke
    ? `ECS deployment circuit breaker: rolling back to deploymentId ${previous.deploymentId}.`
    : `ECS deployment ${previous.deploymentId} in progress.`;
  previous.frozen = false;
  tell(world, service, `rolling back to deployment ${previous.deploymentId}.`);
  world.changed();
}

function freeze({ target }: ServiceDeployment): void {
  target.frozen = true;
  target.rolloutState = 'FAILED';
}

function complete(revision: Revision): void {
  revision.rolloutState = 'COMPLETED';
  revision.rolloutStateReason = `ECS deployment ${revision.deploymentId} completed.`;
  revision.scale = 'all';
  revision.frozen = false;
}
