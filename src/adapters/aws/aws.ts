import type {
  Alarms,
  CodeDeploy,
  Deployments,
  LoadBalancers,
  Metrics,
  OneOffTasks,
  Services,
  TaskDefinitions,
  TaskSets,
  Tasks,
  TrafficCounts,
  TrafficRules,
} from '../../ports.ts';
import { alarms } from './alarms.ts';
import { codeDeploy as adapter } from './code-deploy.ts';
import { cloudWatch, codeDeploy, ecs, loadBalancing, logs } from './connections.ts';
import { deployments } from './deployments.ts';
import { loadBalancers } from './load-balancers.ts';
import { cloudWatchMetrics } from './metrics.ts';
import { oneOffTasks } from './one-off-tasks.ts';
import { services } from './services.ts';
import { taskDefinitions } from './task-definitions.ts';
import { taskSets } from './task-sets.ts';
import { tasks } from './tasks.ts';
import { trafficCounts } from './traffic-counts.ts';
import { trafficRules } from './traffic-rules.ts';

export interface Aws {
  readonly services: Services;
  readonly deployments: Deployments;
  readonly taskDefinitions: TaskDefinitions;
  readonly tasks: Tasks;
  readonly loadBalancers: LoadBalancers;
  readonly taskSets: TaskSets;
  readonly trafficRules: TrafficRules;
  readonly codeDeploy: CodeDeploy;
  readonly alarms: Alarms;
  readonly trafficCounts: TrafficCounts;
  /** Of CloudWatch alone. */
  readonly metrics: Metrics;
  readonly oneOffTasks: OneOffTasks;
}

/** Everything of AWS but the registry. Nothing is loaded or called before the first method is. */
export function aws(): Aws {
  const toEcs = ecs();
  const toLogs = logs();
  const toLoadBalancing = loadBalancing();
  const toCloudWatch = cloudWatch();
  const definitions = taskDefinitions(toEcs);
  return {
    services: services(toEcs),
    deployments: deployments(toEcs),
    taskDefinitions: definitions,
    tasks: tasks(toEcs, toLogs, definitions),
    loadBalancers: loadBalancers(toLoadBalancing),
    taskSets: taskSets(toEcs),
    trafficRules: trafficRules(toLoadBalancing),
    codeDeploy: adapter(codeDeploy()),
    alarms: alarms(toCloudWatch),
    trafficCounts: trafficCounts(toLoadBalancing, toCloudWatch),
    metrics: cloudWatchMetrics(toLoadBalancing, toCloudWatch),
    oneOffTasks: oneOffTasks(toEcs, toLogs, definitions),
  };
}
