/** When a task counts as running and healthy, and when it must be replaced. */

import type { Service, Task } from '../model.ts';
import type { World } from '../world.ts';

/** Without any health check ECS counts a task 40 s after it runs (API_DeploymentConfiguration, minimumHealthyPercent). */
export const SETTLING_MS = 40_000;

/**
 * Running, every checked essential container HEALTHY, every target healthy for the load balancer. A task that
 * nothing checks counts once it has run for 40 s.
 */
export function isHealthy(world: World, task: Task): boolean {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING') return false;
  const watched = task.containers.filter((container) => container.essential && container.watched);
  if (watched.some(({ health }) => health !== 'HEALTHY')) return false;
  if (expectsTargets(task)) {
    return task.registered.every(
      ({ targetGroupArn, target }) => world.loadBalancing.state(targetGroupArn, target) === 'healthy',
    );
  }
  return watched.length > 0 || runsFor(world, task) >= world.clock.real(SETTLING_MS);
}

export const expectsTargets = (task: Task): boolean => (task.owner?.revision.targets.length ?? 0) > 0;

/** Real milliseconds since the task got RUNNING. */
const runsFor = (world: World, task: Task): number =>
  task.startedAt === undefined ? 0 : world.clock.now().getTime() - task.startedAt.getTime();

/** The stopped reason of a task that fails its health checks; undefined while it is well or in its grace period. */
export function ailment(world: World, service: Service, task: Task): string | undefined {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING') return undefined;
  if (runsFor(world, task) < world.clock.real(service.healthCheckGracePeriodSeconds * 1000)) return undefined;
  if (task.containers.some((container) => container.essential && container.health === 'UNHEALTHY')) {
    return 'Task failed container health checks';
  }
  const bad = task.registered.find(
    ({ targetGroupArn, target }) => world.loadBalancing.state(targetGroupArn, target) === 'unhealthy',
  );
  return bad === undefined ? undefined : `Task failed ELB health checks in (target-group ${bad.targetGroupArn})`;
}
