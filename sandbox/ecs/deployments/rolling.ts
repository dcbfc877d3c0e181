/** The story of a ROLLING deployment (developer guide, deployment-type-ecs). The scheduler does the steps. */

import type { Revision } from '../model.ts';
import { healthyTasks } from '../scheduler/reconcile.ts';
import { liveTasks } from '../store.ts';
import { pause, type Story, until } from './story.ts';
import { returnTo } from './traffic-shift.ts';

const MINUTE_MS = 60_000;

export async function rolling(story: Story): Promise<void> {
  const { deployment } = story;
  const { previous, sources } = deployment;
  // A shift that failed halfway may have left users in the other target group, whose tasks are to go.
  const strays = sources.some((revision) => previous !== undefined && !isBeside(revision, previous));
  if (previous !== undefined && strays) await returnTo(story, previous);
  await replace(story, deployment.target, deployment.sources);
  const { alarms, bakeTimeInMinutes = 0 } = deployment.configuration;
  if (alarms?.enable === true) await pause(story, bakeTimeInMinutes * MINUTE_MS);
}

/** Behind the same target groups. */
const isBeside = (one: Revision, other: Revision): boolean =>
  one.targets.every(({ targetGroupArn: arn }) => other.targets.some(({ targetGroupArn }) => targetGroupArn === arn));

export async function rollingRollback(story: Story, previous: Revision): Promise<void> {
  const { deployment } = story;
  const others = [deployment.target, ...deployment.sources].filter((revision) => revision !== previous);
  await replace(story, previous, others);
}

/** Done when `to` has all its healthy tasks and nothing of the others is left, draining tasks included. */
async function replace(story: Story, to: Revision, from: readonly Revision[]): Promise<void> {
  const { world, deployment } = story;
  const { service } = deployment;
  const { minimumHealthyPercent: min = 100, maximumPercent: max = 200 } = deployment.configuration;
  service.rolling = { to, from, min, max };
  world.changed();
  await until(
    story,
    () =>
      healthyTasks(world, service, to).length >= service.desiredCount &&
      liveTasks(world.store, service).every((task) => task.owner?.revision === to),
  );
  service.rolling = undefined;
  to.scale = 'all';
  for (const revision of from) revision.scale = 'none';
}
