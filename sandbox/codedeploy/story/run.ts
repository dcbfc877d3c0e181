/** From Created to its end: the story that goes well, what stops it, and the deployment that turns it back. */

import type { AutoRollbackEvent } from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../wire/service.ts';
import type { Deployment, Halt } from '../model.ts';
import { deploymentId } from '../names.ts';
import type { World } from '../world.ts';
import { forward } from './forward.ts';
import { EVENTS, event, failed, finish, Halted, pause, retire, type Story, serviceOf, touch } from './story.ts';
import { pairOf, shiftProduction, shiftTest } from './traffic.ts';
import { createScalingWatch, watchAlarms } from './watch.ts';

/** A deployment is Created before anything of it begins; recorded: some seconds. */
const CREATED_MS = 2_000;

export type NewDeployment = Omit<
  Deployment,
  | 'status'
  | 'startTime'
  | 'completeTime'
  | 'error'
  | 'terminationWaitStarted'
  | 'events'
  | 'targetStatus'
  | 'lastUpdatedAt'
  | 'original'
  | 'replacement'
  | 'share'
  | 'testShifted'
  | 'waiting'
  | 'halt'
>;

/** Records a deployment and begins it. Returns at once. */
export function startDeployment(world: World, facts: NewDeployment): Deployment {
  const before = facts.turnsBack;
  const deployment: Deployment = {
    ...facts,
    status: 'Created',
    startTime: undefined,
    completeTime: undefined,
    error: undefined,
    terminationWaitStarted: false,
    events: EVENTS.map((lifecycleEventName) => ({ lifecycleEventName, status: 'Pending' })),
    targetStatus: 'Pending',
    lastUpdatedAt: facts.createTime,
    original: before?.original,
    replacement: before?.replacement,
    share: before?.share ?? 0,
    testShifted: before?.testShifted ?? false,
    waiting: undefined,
    halt: undefined,
  };
  world.store.deployments.set(deployment.id, deployment);
  void run(world, deployment);
  return deployment;
}

async function run(world: World, deployment: Deployment): Promise<void> {
  const scaling = createScalingWatch(world, deployment);
  const isRollback = deployment.turnsBack !== undefined;
  // A rollback is not stopped by the alarm that it answers.
  const watch = (): Halt | undefined =>
    isRollback ? undefined : (watchAlarms(world, deployment.settings.alarms) ?? scaling());
  const story: Story = { world, deployment, watch };
  try {
    await pause(story, CREATED_MS);
    deployment.status = 'InProgress';
    deployment.targetStatus = 'InProgress';
    deployment.startTime = world.clock.now();
    await (isRollback ? turnBack(story) : forward(story));
    finish(story, 'Succeeded');
  } catch (error) {
    halted(story, reasonOf(error));
  }
}

function reasonOf(error: unknown): Halt {
  if (error instanceof Halted) return error.halt;
  if (!(error instanceof AwsError)) return failed('INTERNAL_ERROR', String(error));
  return failed('ECS_UPDATE_ERROR', `The ECS service cannot be updated due to the following error: ${error.message}`);
}

/** Users go back to the original task set first; only then the replacement leaves. No task set is made. */
async function turnBack(story: Story): Promise<void> {
  const { deployment } = story;
  const { original, replacement } = deployment;
  const pair = pairOf(deployment);
  if (original === undefined || replacement === undefined || pair === undefined) return;
  if (
    !serviceOf(story)
      .taskSets()
      .some(({ id, status }) => id === original.id && status !== 'DRAINING')
  ) {
    throw new Halted(failed('ECS_UPDATE_ERROR', `The original task set ${original.id} does not exist any more.`));
  }
  for (const name of EVENTS) {
    await event(story, name, () => {
      if (name === 'AllowTestTraffic' && deployment.testShifted) shiftTest(story, pair, 'original');
      if (name !== 'AllowTraffic') return;
      shiftProduction(story, pair, 0);
      serviceOf(story).setPrimary(original.id);
    });
  }
  void retire(story, serviceOf(story), replacement.id);
}

/** The event that was under way has failed, the later ones are skipped; then what automatic rollback asks for. */
function halted(story: Story, halt: Halt): void {
  const { world, deployment } = story;
  const now = world.clock.now();
  for (const entry of deployment.events) {
    if (entry.status === 'InProgress') {
      entry.status = 'Failed';
      entry.endTime = now;
      entry.diagnostics = { errorCode: 'UnknownError', message: halt.error.message ?? '' };
    } else if (entry.status === 'Pending') entry.status = 'Skipped';
  }
  deployment.halt = halt;
  deployment.error = halt.error;
  deployment.startTime ??= now;
  finish(story, halt.status);
  touch(story);
  if (deployment.turnsBack !== undefined || !(halt.rollBack ?? wantsRollback(deployment, halt))) return;
  if (deployment.replacement === undefined) {
    const message = `Deployment ${deployment.id} terminated. There is nothing to roll back: no replacement task set was created.`;
    deployment.rollbackInfo = { rollbackMessage: message };
    return;
  }
  startRollback(world, deployment);
}

function rollbackEvent({ error }: Halt): AutoRollbackEvent {
  if (error.code === 'ALARM_ACTIVE') return 'DEPLOYMENT_STOP_ON_ALARM';
  return error.code === 'MANUAL_STOP' ? 'DEPLOYMENT_STOP_ON_REQUEST' : 'DEPLOYMENT_FAILURE';
}

function wantsRollback({ settings: { autoRollback } }: Deployment, halt: Halt): boolean {
  return autoRollback?.enabled === true && (autoRollback.events ?? []).includes(rollbackEvent(halt));
}

function startRollback(world: World, deployment: Deployment): void {
  const id = deploymentId();
  const allAtOnce = 'CodeDeployDefault.ECSAllAtOnce';
  deployment.rollbackInfo = {
    rollbackDeploymentId: id,
    rollbackMessage: `Deployment ${deployment.id} terminated. Automatic rollback is triggered with a DeploymentId ${id}.`,
  };
  startDeployment(world, {
    id,
    group: deployment.group,
    settings: { ...deployment.settings, deploymentConfigName: allAtOnce },
    routing: { type: 'AllAtOnce' },
    revision: deployment.previousRevision,
    previousRevision: deployment.previousRevision,
    description: undefined,
    creator: 'codeDeployRollback',
    overrideAlarms: undefined,
    createTime: world.clock.now(),
    turnsBack: deployment,
    rollbackInfo: {
      rollbackTriggeringDeploymentId: deployment.id,
      rollbackMessage: `Deployment ${id} is triggered to roll back deployment ${deployment.id}.`,
    },
  });
}
