import type { Alarms, Deployments, LoadBalancers, Services, TaskDefinitions, Tasks } from '../../ports.ts';
import { alarms } from './alarms.ts';
import { cloudWatch, ecs, loadBalancing, logs } from './connections.ts';
import { deployments } from './deployments.ts';
import { loadBalancers } from './load-balancers.ts';
import { services } from './services.ts';
import { taskDefinitions } from './task-definitions.ts';
import { tasks } from './tasks.ts';

export interface Aws {
  readonly services: Services;
  readonly deployments: Deployments;
  readonly taskDefinitions: TaskDefinitions;
  readonly tasks: Tasks;
  readonly loadBalancers: LoadBalancers;
  readonly alarms: Alarms;
}

/** Everything of AWS but the registry. Nothing is loaded or called before the first method is. */
export function aws(): Aws {
  const toEcs = ecs();
  const definitions = taskDefinitions(toEcs);
  return {
    services: services(toEcs),
    deployments: deployments(toEcs),
    taskDefinitions: definitions,
    tasks: tasks(toEcs, logs(), definitions),
    loadBalancers: loadBalancers(loadBalancing()),
    alarms: alarms(cloudWatch()),
  };
}
