/** How many tasks of a service, or of one of its revisions, run and are on their way. */

import type { Revision, Service } from '../model.ts';
import { liveTasks } from '../store.ts';
import type { World } from '../world.ts';

export interface TaskCounts {
  readonly running: number;
  readonly pending: number;
}

/** RUNNING tasks and those on their way; a task that drains or stops is neither. */
export function taskCounts(world: World, service: Service, revision?: Revision): TaskCounts {
  const tasks = liveTasks(world.store, service).filter(
    (task) => revision === undefined || task.owner?.revision === revision,
  );
  return {
    running: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pending: tasks.filter(({ lastStatus }) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(lastStatus)).length,
  };
}
