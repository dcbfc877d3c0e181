/** A task set as DescribeTaskSets and DescribeServices show it. */

import type { Tag, TaskSet as TaskSetView } from '@aws-sdk/client-ecs';
import type { Service, TaskSet } from '../model.ts';
import { computedDesiredCount, noteStability } from '../task-sets/scale.ts';
import { taskCounts } from '../tasks/counts.ts';
import type { World } from '../world.ts';

export function taskSetView(world: World, service: Service, set: TaskSet, tags: readonly Tag[] = []): TaskSetView {
  // What is seen must agree with itself, also between a change and the scheduler's next look.
  noteStability(world, service, set);
  const { revision } = set;
  const { loadBalancers, networkConfiguration, platformVersion, kept } = revision.settings;
  const { launchType, capacityProviderStrategy, serviceRegistries } = kept as Partial<TaskSetView>;
  const { running, pending } = taskCounts(world, service, set.revision);
  return {
    id: set.id,
    taskSetArn: set.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    ...(set.startedBy === undefined ? {} : { startedBy: set.startedBy }),
    ...(set.externalId === undefined ? {} : { externalId: set.externalId }),
    status: set.status,
    taskDefinition: revision.taskDefinition.taskDefinitionArn,
    computedDesiredCount: computedDesiredCount(service, set),
    pendingCount: pending,
    runningCount: running,
    createdAt: revision.createdAt,
    updatedAt: revision.updatedAt,
    ...(launchType === undefined ? {} : { launchType }),
    ...(capacityProviderStrategy === undefined ? {} : { capacityProviderStrategy }),
    ...(launchType === 'FARGATE' ? { platformVersion: resolved(platformVersion), platformFamily: 'Linux' } : {}),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    loadBalancers: [...loadBalancers],
    serviceRegistries: serviceRegistries ?? [],
    scale: { value: set.scale, unit: 'PERCENT' },
    stabilityStatus: set.stability,
    stabilityStatusAt: set.stabilityAt,
    tags: [...tags],
  };
}

/** LATEST is shown as what it means. */
const resolved = (platformVersion = 'LATEST'): string => (platformVersion === 'LATEST' ? '1.4.0' : platformVersion);
