/** What a deployment's story is told with: wait, pause, enter a stage, and be interrupted. */

import type { Interruption, ServiceDeployment, Stage } from '../model.ts';
import { tell, type World } from '../world.ts';

export interface Story {
  readonly world: World;
  readonly deployment: ServiceDeployment;
}

/** Thrown out of every wait of a story whose deployment was interrupted. */
export class Interrupted extends Error {
  readonly interruption: Interruption;

  constructor(interruption: Interruption) {
    super(`interrupted: ${interruption.kind}`);
    this.name = 'Interrupted';
    this.interruption = interruption;
  }
}

/** A stage without anything to wait for still takes ECS a moment. */
const STAGE_MS = 1_000;

/** A stage may last a day (developer guide, blue-green-deployment-how-it-works); pauses have their own timeout. */
export const STAGE_LIMIT_MS = 24 * 3_600_000;

export const until = (story: Story, met: () => boolean): Promise<void> =>
  story.world.until(() => {
    if (story.deployment.interruption !== undefined) throw new Interrupted(story.deployment.interruption);
    return met();
  });

export async function pause(story: Story, awsMs: number): Promise<void> {
  const { world } = story;
  const end = world.clock.now().getTime() + world.clock.real(awsMs);
  const cancel = keep(story, world.wakeAfter(awsMs));
  await until(story, () => world.clock.now().getTime() >= end);
  cancel();
}

/** Remembers a timer of the deployment, so that its end clears it. */
export function keep(story: Story, cancel: () => void): () => void {
  const both = (): void => {
    cancel();
    story.deployment.cancels.delete(both);
  };
  story.deployment.cancels.add(both);
  return both;
}

export async function enter(story: Story, stage: Stage): Promise<void> {
  const { deployment } = story;
  deployment.stage = stage;
  deployment.hooks = [];
  touch(story);
  await pause(story, STAGE_MS);
}

export function touch({ world, deployment }: Story): void {
  deployment.updatedAt = world.clock.now();
  world.changed();
}

/**
 * Ends what the deployment is doing. A rollback is wanted only once; a newer deployment stops even a rollback.
 * The status changes at once, as the answers of StopServiceDeployment and ContinueServiceDeployment promise.
 */
export function interrupt(world: World, deployment: ServiceDeployment, interruption: Interruption): void {
  if (deployment.finishedAt !== undefined) return;
  const progressing = deployment.status === 'IN_PROGRESS' || deployment.status === 'PENDING';
  if (!progressing && (interruption.kind === 'rollback' || interruption.kind === 'fail')) return;
  deployment.interruption = interruption;
  deployment.updatedAt = world.clock.now();
  if (interruption.kind === 'rollback' || interruption.kind === 'fail') {
    deployment.status = interruption.kind === 'rollback' ? 'ROLLBACK_REQUESTED' : 'STOP_REQUESTED';
    deployment.statusReason = interruption.reason;
    tell(
      world,
      deployment.service,
      `(deployment ${deployment.target.deploymentId}) deployment failed: ${interruption.event}`,
    );
  }
  if (interruption.kind === 'superseded') finish(world, deployment, 'STOPPED');
  world.changed();
}

export function finish(world: World, deployment: ServiceDeployment, status: ServiceDeployment['status']): void {
  const now = world.clock.now();
  deployment.status = status;
  deployment.finishedAt = now;
  deployment.updatedAt = now;
  for (const monitor of [deployment.breaker, deployment.alarms]) {
    if (monitor.status === 'MONITORING') monitor.status = 'MONITORING_COMPLETE';
  }
  for (const cancel of [...deployment.cancels]) cancel();
  world.changed();
}
