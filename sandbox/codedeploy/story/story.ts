/** What a deployment's story is told with: events, waits, and being halted. */

import type { DeploymentStatus, ErrorCode } from '@aws-sdk/client-codedeploy';
import type { CodeDeployService } from '../../contracts.ts';
import type { Deployment, Halt } from '../model.ts';
import type { World } from '../world.ts';

export interface Story {
  readonly world: World;
  readonly deployment: Deployment;
  /** Looked at before every step of a wait; gives what ends the deployment, undefined when all is well. */
  readonly watch: () => Halt | undefined;
}

/** Thrown out of every wait of a story that was halted. */
export class Halted extends Error {
  readonly halt: Halt;

  constructor(halt: Halt) {
    super(`${halt.status}: ${halt.error.message}`);
    this.name = 'Halted';
    this.halt = halt;
  }
}

/** ECS's lifecycle events in their order (user guide, reference-appspec-file-structure-hooks: "Run order of hooks"). */
export const EVENTS: readonly string[] = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'AllowTestTraffic',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
];

/** An event without anything to do took 0.2 s where one was recorded. */
const EVENT_MS = 250;
/** A named function that has nothing to run. */
const FUNCTION_MS = 2_000;

export const failed = (code: ErrorCode, message: string): Halt => ({
  status: 'Failed',
  error: { code, message },
  rollBack: undefined,
});

export const until = (story: Story, met: () => boolean): Promise<void> => story.world.until(() => look(story) || met());

/** So much of AWS's time, or less when `met` gets true. */
export const pause = (story: Story, awsMs: number, met: () => boolean = () => false): Promise<void> =>
  story.world.pause(awsMs, () => look(story) || met());

function look({ deployment, watch }: Story): false {
  deployment.halt ??= watch();
  if (deployment.halt !== undefined) throw new Halted(deployment.halt);
  return false;
}

/** One lifecycle event: its function when the appspec names one, else `work`. A refusal of a neighbour's fails it. */
export async function event(story: Story, name: string, work: () => void | Promise<void> = () => {}): Promise<void> {
  const { world, deployment } = story;
  const entry = deployment.events.find(({ lifecycleEventName }) => lifecycleEventName === name);
  if (entry === undefined) throw new Error(`there is no lifecycle event ${name}`);
  entry.status = 'InProgress';
  entry.startTime = world.clock.now();
  touch(story);
  const hook = deployment.turnsBack === undefined ? deployment.revision?.appSpec.hooks.get(name) : undefined;
  await pause(story, hook === undefined ? EVENT_MS : FUNCTION_MS);
  if (hook !== undefined && world.options.failingFunctions.has(hook)) {
    throw new Halted(
      failed(
        'HOOK_EXECUTION_FAILURE',
        'The deployment failed because one or more of the lifecycle event validation functions failed.',
      ),
    );
  }
  await work();
  entry.status = 'Succeeded';
  entry.endTime = world.clock.now();
  touch(story);
}

export function touch({ world, deployment }: Story): void {
  deployment.lastUpdatedAt = world.clock.now();
}

/** The service, or the deployment fails: it was deleted meanwhile. */
export function serviceOf({ world, deployment }: Story): CodeDeployService {
  const { clusterName, serviceName } = deployment.settings.ecsService;
  const service = world.services.find(clusterName, serviceName);
  if (service === undefined) {
    throw new Halted(failed('INVALID_ECS_SERVICE', `The ECS service ${clusterName}:${serviceName} does not exist.`));
  }
  return service;
}

/** Remembers what the task sets look like now, for the time when they are gone. */
export function refresh(world: World, deployment: Deployment): void {
  const { clusterName, serviceName } = deployment.settings.ecsService;
  const sets = world.services.find(clusterName, serviceName)?.taskSets() ?? [];
  for (const which of ['original', 'replacement'] as const) {
    const seen = deployment[which];
    if (seen === undefined) continue;
    deployment[which] = sets.find(({ id }) => id === seen.id) ?? {
      ...seen,
      status: 'DRAINING',
      computedDesiredCount: 0,
      runningCount: 0,
      pendingCount: 0,
    };
  }
}

/** Asks ECS to remove a task set. One that is gone already is no fault. */
export function retire({ world }: Story, service: CodeDeployService, id: string): Promise<void> {
  return service
    .remove(id)
    .catch(() => undefined)
    .finally(() => world.changed());
}

export function finish(story: Story, status: DeploymentStatus): void {
  const { world, deployment } = story;
  refresh(world, deployment);
  deployment.status = status;
  deployment.completeTime = world.clock.now();
  deployment.waiting = undefined;
  deployment.targetStatus = status === 'Succeeded' ? 'Succeeded' : 'Failed';
  touch(story);
  world.changed();
}
