/** The story of a deployment that goes well (user guide, deployment-steps-ecs: "What happens during a deployment"). */

import type { Halt } from '../model.ts';
import { stepsOf } from '../validate/routing.ts';
import { event, failed, Halted, pause, refresh, retire, type Story, serviceOf, until } from './story.ts';
import { type Pair, pairOf, requirePair, shiftProduction, shiftTest } from './traffic.ts';

const MINUTE_MS = 60_000;
/** troubleshooting-ecs, "A timeout occurs while waiting for replacement task set". */
const STEADY_LIMIT_MINUTES = 60;

export async function forward(story: Story): Promise<void> {
  await event(story, 'BeforeInstall');
  await event(story, 'Install', () => install(story));
  const pair = pairOf(story.deployment);
  if (pair === undefined) throw new Error('installed without a pair of target groups');
  await event(story, 'AfterInstall');
  await event(story, 'AllowTestTraffic', () => shiftTest(story, pair, 'replacement'));
  await event(story, 'AfterAllowTestTraffic');
  await waitForGo(story);
  await event(story, 'BeforeAllowTraffic');
  await event(story, 'AllowTraffic', () => shift(story, pair));
  await event(story, 'AfterAllowTraffic');
  await terminate(story);
}

async function install(story: Story): Promise<void> {
  const { deployment, world } = story;
  const service = serviceOf(story);
  const primary = service.primary();
  const appSpec = deployment.revision?.appSpec;
  if (primary === undefined || appSpec === undefined) {
    throw new Halted(failed('INVALID_ECS_SERVICE', 'The ECS service has no primary task set.'));
  }
  const pair = requirePair(story, primary);
  deployment.original = primary;
  // Both groups on the rules from here on: a group that no rule names is not health-checked.
  shiftProduction(story, pair, 0);
  await removeLeftovers(story, primary.id);
  deployment.replacement = service.create({
    taskDefinition: appSpec.taskDefinition,
    targetGroupArn: pair.replacement,
    containerName: appSpec.containerName,
    containerPort: appSpec.containerPort,
    externalId: deployment.id,
    ...(appSpec.platformVersion !== undefined && { platformVersion: appSpec.platformVersion }),
    ...(appSpec.networkConfiguration !== undefined && { networkConfiguration: appSpec.networkConfiguration }),
    ...(appSpec.capacityProviderStrategy !== undefined && {
      capacityProviderStrategy: appSpec.capacityProviderStrategy,
    }),
  });
  let late = false;
  const cancel = world.clock.after(STEADY_LIMIT_MINUTES * MINUTE_MS, () => {
    late = true;
    world.changed();
  });
  try {
    await until(story, () => {
      if (late) throw new Halted(failed('TIMEOUT', neverHealthy));
      return isSteady(story);
    });
  } finally {
    cancel();
  }
}

const neverHealthy = `The deployment timed out while waiting for the replacement task set to become healthy. This time out period is ${STEADY_LIMIT_MINUTES} minutes.`;

export function isSteady(story: Story): boolean {
  serviceOf(story);
  refresh(story.world, story.deployment);
  return story.deployment.replacement?.stability === 'STEADY_STATE';
}

/** What a stopped deployment or KEEP_ALIVE left running; its target group is needed. */
async function removeLeftovers(story: Story, primaryId: string): Promise<void> {
  const service = serviceOf(story);
  const left = service.taskSets().filter(({ id, status }) => id !== primaryId && status !== 'DRAINING');
  let going = left.length;
  for (const { id } of left) {
    void retire(story, service, id).finally(() => {
      going -= 1;
    });
  }
  await until(story, () => going === 0);
}

/** Until ContinueDeployment with READY_WAIT; the deployment is Ready meanwhile (API_DeploymentReadyOption). */
async function waitForGo(story: Story): Promise<void> {
  const { deployment } = story;
  const { actionOnTimeout, waitTimeInMinutes: minutes = 0 } = deployment.settings.blueGreen.deploymentReadyOption ?? {};
  if (actionOnTimeout !== 'STOP_DEPLOYMENT') return;
  deployment.waiting = 'READY_WAIT';
  deployment.status = 'Ready';
  deployment.targetStatus = 'Ready';
  await pause(story, minutes * MINUTE_MS, () => deployment.waiting === undefined);
  if (deployment.waiting !== undefined) {
    const message = `The deployment timed out while waiting for a notification to continue. This time out period is ${minutes} minutes.`;
    const expired: Halt = { status: 'Stopped', error: { code: 'TIMEOUT', message }, rollBack: undefined };
    throw new Halted(expired);
  }
  deployment.status = 'InProgress';
  deployment.targetStatus = 'InProgress';
}

async function shift(story: Story, pair: Pair): Promise<void> {
  const { deployment } = story;
  for (const { percent, minutes } of stepsOf(deployment.routing)) {
    shiftProduction(story, pair, percent);
    if (minutes > 0) await pause(story, minutes * MINUTE_MS);
  }
  const { replacement } = deployment;
  if (replacement !== undefined) serviceOf(story).setPrimary(replacement.id);
}

/** The original task set waits for its end, or stays for good (API_BlueInstanceTerminationOption). */
async function terminate(story: Story): Promise<void> {
  const { deployment } = story;
  const option = deployment.settings.blueGreen.terminateBlueInstancesOnDeploymentSuccess;
  if (option?.action === 'KEEP_ALIVE') return;
  deployment.terminationWaitStarted = true;
  deployment.waiting = 'TERMINATION_WAIT';
  await pause(story, (option?.terminationWaitTimeInMinutes ?? 0) * MINUTE_MS, () => deployment.waiting === undefined);
  deployment.waiting = undefined;
  if (deployment.original !== undefined) void retire(story, serviceOf(story), deployment.original.id);
}
