/**
 * The story of a BLUE_GREEN, LINEAR or CANARY deployment, stage by stage
 * (developer guide, blue-green-deployment-how-it-works, deployment-type-linear, canary-deployment).
 */

import type { Revision } from '../model.ts';
import { healthyTasks } from '../scheduler/reconcile.ts';
import { liveTasks } from '../store.ts';
import { hookedStage, runHooks } from './hooks.ts';
import { enter, Interrupted, interrupt, keep, pause, STAGE_LIMIT_MS, type Story, until } from './story.ts';
import { networkingFault, rulesBetween, shiftProduction, shiftTest } from './traffic.ts';
import { trafficSteps } from './traffic-steps.ts';

const MINUTE_MS = 60_000;
const ALL_AT_ONCE = trafficSteps({});

export async function shiftTraffic(story: Story): Promise<void> {
  const { deployment } = story;
  const { target, previous, configuration } = deployment;

  if (deployment.sources.length > 1) await reconcileService(story);
  await hookedStage(story, 'PRE_SCALE_UP');
  requireSoundNetworking(story);
  await scaleUp(story);
  await hookedStage(story, 'POST_SCALE_UP');

  await enter(story, 'TEST_TRAFFIC_SHIFT');
  shiftTest(story, target, previous);
  await runHooks(story, 'TEST_TRAFFIC_SHIFT');
  await hookedStage(story, 'POST_TEST_TRAFFIC_SHIFT');

  // With nothing beside it a first deployment takes all the traffic at once: the rest would meet an empty target group.
  for (const step of previous === undefined ? ALL_AT_ONCE : trafficSteps(configuration)) {
    await hookedStage(story, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    await enter(story, 'PRODUCTION_TRAFFIC_SHIFT');
    shiftProduction(story, target, previous, step.percent);
    await runHooks(story, 'PRODUCTION_TRAFFIC_SHIFT');
    if (step.bakeMinutes > 0) await pause(story, step.bakeMinutes * MINUTE_MS);
  }
  await hookedStage(story, 'POST_PRODUCTION_TRAFFIC_SHIFT');

  // Nor has it anything to bake against or to clean up.
  if (deployment.sources.length === 0) return;
  await enter(story, 'BAKE_TIME');
  await pause(story, (configuration.bakeTimeInMinutes ?? 0) * MINUTE_MS);
  await enter(story, 'CLEAN_UP');
  await retire(story, deployment.sources);
}

/** Traffic first goes back, then the candidate leaves: nobody is sent to a target that is going away. */
export async function shiftBack(story: Story, previous: Revision): Promise<void> {
  const { deployment } = story;
  await returnTo(story, previous);
  await enter(story, 'CLEAN_UP');
  await retire(story, [deployment.target]);
}

/** More than one revision is active: the unfinished one gives its target group back before the new one needs it. */
async function reconcileService(story: Story): Promise<void> {
  const { deployment } = story;
  await hookedStage(story, 'RECONCILE_SERVICE');
  if (deployment.previous !== undefined) await returnTo(story, deployment.previous);
  deployment.stage = 'RECONCILE_SERVICE';
  await retire(
    story,
    deployment.sources.filter((revision) => revision !== deployment.previous),
  );
}

/**
 * All traffic to `previous`, wherever it has got to, after its tasks are all there. In a rollback the load balancer is
 * told first and the stage shown afterwards: no user waits for a stage.
 */
export async function returnTo(story: Story, previous: Revision): Promise<void> {
  const { world, deployment } = story;
  const { service } = deployment;
  if (previous.scale !== 'all') {
    // Its tasks had begun to go: there must be somebody to go back to.
    previous.scale = 'all';
    world.changed();
    await until(story, () => healthyTasks(world, service, previous).length >= service.desiredCount);
  }
  const rollingBack = deployment.status !== 'IN_PROGRESS';
  const other = rollingBack ? deployment.target : deployment.sources.find((revision) => revision !== previous);
  if (isElsewhere(story, previous, other, 'productionListenerRule')) {
    shiftProduction(story, previous, other, 100);
    if (rollingBack) await enter(story, 'PRODUCTION_TRAFFIC_SHIFT');
  }
  if (isElsewhere(story, previous, other, 'testListenerRule')) {
    shiftTest(story, previous, other);
    if (rollingBack) await enter(story, 'TEST_TRAFFIC_SHIFT');
  }
}

/** Whether traffic that was shifted away from `previous` is not yet back. Rules that ECS never touched stay alone. */
function isElsewhere(
  story: Story,
  previous: Revision,
  other: Revision | undefined,
  which: 'productionListenerRule' | 'testListenerRule',
): boolean {
  const { deployment, world } = story;
  const shares = which === 'productionListenerRule' ? deployment.production : deployment.test;
  const touched = deployment.status === 'IN_PROGRESS' || (shares.get(deployment.target.arn) ?? 0) > 0;
  if (!touched) return false;
  const mine = new Set(previous.targets.map(({ targetGroupArn }) => targetGroupArn));
  return rulesBetween(previous, other).some(({ [which]: rule }) => {
    if (rule === undefined) return false;
    // A rule that is gone is no rule that is back.
    const forward = world.loadBalancing.forward(rule);
    return forward === undefined || [...forward].some(([arn, weight]) => weight > 0 && !mine.has(arn));
  });
}

function requireSoundNetworking(story: Story): void {
  const { world, deployment } = story;
  const fault = networkingFault(world.loadBalancing, deployment.target);
  if (fault === undefined) return;
  interrupt(world, deployment, { kind: 'rollback', reason: fault, event: fault });
  if (deployment.interruption !== undefined) throw new Interrupted(deployment.interruption);
}

/** All of the desired count, before any traffic; a candidate that never gets healthy keeps the deployment here. */
async function scaleUp(story: Story): Promise<void> {
  const { world, deployment } = story;
  const { service, target } = deployment;
  await enter(story, 'SCALE_UP');
  target.scale = 'all';
  world.changed();
  const reason = 'Service deployment rolled back because the SCALE_UP stage timed out.';
  const cancel = keep(
    story,
    world.clock.after(STAGE_LIMIT_MS, () => interrupt(world, deployment, { kind: 'rollback', reason, event: reason })),
  );
  await until(story, () => healthyTasks(world, service, target).length >= service.desiredCount);
  cancel();
}

/** Drains and stops every task of these revisions. */
async function retire(story: Story, revisions: readonly Revision[]): Promise<void> {
  const { world, deployment } = story;
  for (const revision of revisions) revision.scale = 'none';
  world.changed();
  await until(story, () =>
    liveTasks(world.store, deployment.service).every((task) => !revisions.some((r) => r === task.owner?.revision)),
  );
}
