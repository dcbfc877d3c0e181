/** How many tasks a task set has, and when it counts as stable (API_TaskSet). */

import type { Service, TaskSet } from '../model.ts';
import { liveTasks } from '../store.ts';
import { taskCounts } from '../tasks/counts.ts';
import { isHealthy } from '../tasks/health.ts';
import type { World } from '../world.ts';

/**
 * The service's desired count times the scale, always rounded up (API_TaskSet, computedDesiredCount):
 * 4 tasks at 30 % are 1.2, so 2. A task set that is being deleted wants none.
 */
export function computedDesiredCount(service: Service, set: TaskSet): number {
  if (set.status === 'DRAINING') return 0;
  // Six digits: 10 × 70 % is 7, which floating point makes 7.000000000000001.
  return Math.ceil(Number(((service.desiredCount * set.scale) / 100).toFixed(6)));
}

/** Hands every task set's count to the scheduler. */
export function rescale(service: Service): void {
  for (const set of service.taskSets) set.revision.scale = computedDesiredCount(service, set);
}

/**
 * STEADY_STATE: as many run as are wanted, none is on its way, all are well for the load balancer and for their own
 * checks; anything else is STABILIZING (API_TaskSet, stabilityStatus). Notes the moment of a change.
 */
export function noteStability(world: World, service: Service, set: TaskSet): void {
  const { running, pending } = taskCounts(world, service, set.revision);
  const well = liveTasks(world.store, service)
    .filter(({ owner, lastStatus }) => owner?.revision === set.revision && lastStatus === 'RUNNING')
    .every((task) => isHealthy(world, task));
  const isSteady = well && pending === 0 && running === computedDesiredCount(service, set);
  const now = isSteady ? 'STEADY_STATE' : 'STABILIZING';
  if (now === set.stability) return;
  set.stability = now;
  set.stabilityAt = world.clock.now();
}

/** A deleted task set is forgotten with its last task. */
export function dropEnded(world: World, service: Service): void {
  const ended = service.taskSets.filter(
    (set) =>
      set.status === 'DRAINING' &&
      !liveTasks(world.store, service).some(({ owner }) => owner?.revision === set.revision),
  );
  if (ended.length === 0) return;
  service.taskSets = service.taskSets.filter((set) => !ended.includes(set));
  for (const { arn, revision } of ended) {
    world.store.tags.delete(arn);
    service.revisions.splice(service.revisions.indexOf(revision), 1);
    if (service.primary === revision) service.primary = undefined;
  }
}
