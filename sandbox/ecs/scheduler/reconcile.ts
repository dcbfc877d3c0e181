/** Level-triggered: after every change, each service is brought nearer to what it wants. Safe to repeat. */

import { failOnAlarms, failOnBreaker } from '../deployments/watch.ts';
import type { Revision, Service, Task } from '../model.ts';
import { liveTasks } from '../store.ts';
import { dropEnded, noteStability, rescale } from '../task-sets/scale.ts';
import { ailment, isHealthy } from '../tasks/health.ts';
import { startTask, stopTasks } from '../tasks/lifecycle.ts';
import { ongoing, tell, type World } from '../world.ts';
import { rollingStep } from './rolling-step.ts';
import { IMPAIRED_AFTER, launchDelayMs, ROUND_MS } from './throttle.ts';

export function reconcile(world: World): void {
  for (const service of world.store.services.values()) {
    if (service.status === 'INACTIVE') continue;
    countFailures(world, service);
    replaceAiling(world, service);
    applyRolling(world, service);
    rescale(service);
    for (const revision of service.revisions) scale(world, service, revision);
    dropEnded(world, service);
    for (const set of service.taskSets) noteStability(world, service, set);
    settle(world, service);
    const deployment = ongoing(service);
    if (deployment !== undefined) {
      failOnBreaker(world, deployment);
      failOnAlarms(world, deployment);
    }
    if (service.status === 'DRAINING' && liveTasks(world.store, service).length === 0) service.status = 'INACTIVE';
  }
}

export const wantedOf = (service: Service, revision: Revision): number =>
  revision.scale === 'all' ? service.desiredCount : revision.scale === 'none' ? 0 : revision.scale;

/** The tasks of a revision that are meant to run. */
export const activeTasks = (world: World, service: Service, revision: Revision): Task[] =>
  liveTasks(world.store, service).filter(
    (task) => task.owner?.revision === revision && task.desiredStatus === 'RUNNING',
  );

export const healthyTasks = (world: World, service: Service, revision: Revision): Task[] =>
  activeTasks(world, service, revision).filter((task) => isHealthy(world, task));

/** Tasks whose death has been counted. */
const counted = new WeakSet<Task>();

function countFailures(world: World, service: Service): void {
  const now = world.clock.now();
  for (const task of world.store.tasks.values()) {
    if (task.owner?.service !== service) continue;
    const { revision } = task.owner;
    if (!task.wasHealthy && isHealthy(world, task)) {
      task.wasHealthy = true;
      revision.failedStarts = 0;
      // resetOnHealthyTask: true, the default, counts failures in a row (API_DeploymentCircuitBreaker).
      if (service.deploymentConfiguration.deploymentCircuitBreaker?.resetOnHealthyTask !== false) {
        revision.failedTasks = 0;
      }
    }
    if (task.desiredStatus === 'RUNNING' || counted.has(task)) continue;
    counted.add(task);
    revision.updatedAt = now;
    if (task.failed && !task.wasHealthy) revision.failedTasks += 1;
    if (!task.failed && task.stopCode !== 'UserInitiated') continue;
    if (task.startedAt === undefined) {
      revision.failedStarts += 1;
      if (revision.failedStarts === IMPAIRED_AFTER) {
        tell(
          world,
          service,
          'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
        );
      }
    }
    const delayMs = task.startedAt === undefined ? launchDelayMs(revision.failedStarts) : ROUND_MS;
    revision.launchNotBefore = Math.max(revision.launchNotBefore, now.getTime() + world.clock.real(delayMs));
    world.wakeAfter(delayMs);
  }
}

function replaceAiling(world: World, service: Service): void {
  for (const task of liveTasks(world.store, service)) {
    const reason = ailment(world, service, task);
    if (reason === undefined) continue;
    const group = /\(target-group (.+)\)/.exec(reason)?.[1];
    const port = task.registered.find(({ targetGroupArn }) => targetGroupArn === group)?.target.port;
    tell(
      world,
      service,
      group === undefined
        ? `(task ${task.id}) failed container health checks.`
        : `(task ${task.id}) (port ${port}) is unhealthy in (target-group ${group}) due to (reason Health checks failed)`,
    );
    void stopTasks(world, [task], { code: 'ServiceSchedulerInitiated', reason, failed: true });
    tell(world, service, `has stopped 1 running tasks: (task ${task.id}).`);
  }
}

function applyRolling(world: World, service: Service): void {
  const plan = service.rolling;
  if (plan === undefined) return;
  const sources = plan.from.map((revision) => ({
    revision,
    active: activeTasks(world, service, revision).length,
    healthy: healthyTasks(world, service, revision).length,
  }));
  const step = rollingStep({
    desired: service.desiredCount,
    minimumHealthyPercent: plan.min,
    maximumPercent: plan.max,
    target: {
      active: activeTasks(world, service, plan.to).length,
      healthy: healthyTasks(world, service, plan.to).length,
    },
    source: {
      active: sources.reduce((sum, { active }) => sum + active, 0),
      healthy: sources.reduce((sum, { healthy }) => sum + healthy, 0),
    },
  });
  plan.to.scale = step.target;
  let left = step.source;
  // What is kept of the source is kept where it is healthy.
  for (const source of sources.toSorted((a, b) => b.healthy - a.healthy)) {
    source.revision.scale = Math.min(source.active, left);
    left -= source.revision.scale;
  }
}

function scale(world: World, service: Service, revision: Revision): void {
  const active = activeTasks(world, service, revision);
  const wanted = wantedOf(service, revision);
  if (active.length > wanted) shrink(world, service, revision, active.length - wanted);
  else if (active.length < wanted) grow(world, service, revision, wanted - active.length);
}

function grow(world: World, service: Service, revision: Revision, count: number): void {
  if (revision.frozen || world.clock.now().getTime() < revision.launchNotBefore) return;
  const { networkConfiguration } = revision.settings;
  const started: Task[] = [];
  for (let i = 0; i < count; i += 1) {
    started.push(
      startTask(world, {
        cluster: service.cluster,
        taskDefinition: revision.taskDefinition,
        group: `service:${service.name}`,
        startedBy: revision.deploymentId,
        owner: { service, revision },
        ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
        kept: { ...revision.settings.kept, platformVersion: revision.settings.platformVersion },
      }),
    );
  }
  service.settled = false;
  tell(world, service, `has started ${count} tasks: ${named(started)}.`, revision);
}

/** The unhealthy go first, then the youngest. */
function shrink(world: World, service: Service, revision: Revision, count: number): void {
  const victims = activeTasks(world, service, revision)
    .toSorted(
      (a, b) =>
        Number(isHealthy(world, a)) - Number(isHealthy(world, b)) || b.createdAt.getTime() - a.createdAt.getTime(),
    )
    .slice(0, count);
  service.settled = false;
  const pending = victims.filter((task) => task.startedAt === undefined);
  const running = victims.filter((task) => task.startedAt !== undefined);
  if (pending.length > 0) tell(world, service, `stopped ${pending.length} pending tasks.`, revision);
  if (running.length > 0) {
    tell(world, service, `has stopped ${running.length} running tasks: ${named(running)}.`, revision);
  }
  const initiator = service.taskSets.length > 0 ? revision : (service.primary ?? revision);
  void stopTasks(world, victims, {
    code: 'ServiceSchedulerInitiated',
    reason: `Scaling activity initiated by (deployment ${initiator.deploymentId})`,
    failed: false,
  });
}

function settle(world: World, service: Service): void {
  const live = liveTasks(world.store, service);
  const steady =
    ongoing(service) === undefined &&
    live.every((task) => task.desiredStatus === 'RUNNING' && isHealthy(world, task)) &&
    service.revisions.every((revision) => activeTasks(world, service, revision).length === wantedOf(service, revision));
  if (steady && !service.settled) tell(world, service, 'has reached a steady state.');
  service.settled = steady;
}

const named = (tasks: readonly Task[]): string => tasks.map(({ id }) => `(task ${id})`).join(' ');
