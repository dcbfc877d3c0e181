/** What CodeDeploy does with a service's task sets, in the words of contracts.ts. */

import type { CapacityProviderStrategyItem, NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { CodeDeployService, CodeDeployServices, TaskSetFacts } from '../../contracts.ts';
import { taskSetNotFound } from '../exceptions.ts';
import type { Service, TaskSet } from '../model.ts';
import { lastPart } from '../names.ts';
import { lookUpService } from '../store.ts';
import { taskCounts } from '../tasks/counts.ts';
import type { World } from '../world.ts';
import { addTaskSet, drainTaskSet, makePrimary, type TaskSetRequest } from './create.ts';
import { computedDesiredCount, noteStability } from './scale.ts';

export const codeDeployServices = (world: World): CodeDeployServices => ({
  find(cluster, name) {
    const found = world.store.clusters.get(lastPart(cluster));
    const service = found?.status === 'ACTIVE' ? lookUpService(world.store, found, name) : undefined;
    return service?.status === 'ACTIVE' ? handle(world, service) : undefined;
  },
});

function handle(world: World, service: Service): CodeDeployService {
  const facts = (set: TaskSet): TaskSetFacts => factsOf(world, service, set);
  const existing = (id: string): TaskSet => {
    const set = service.taskSets.find((one) => one.id === id);
    if (set === undefined) throw taskSetNotFound();
    return set;
  };
  const primary = (): TaskSet | undefined => service.taskSets.find(({ status }) => status === 'PRIMARY');
  return {
    arn: service.arn,
    get desiredCount() {
      return service.desiredCount;
    },
    controller: service.deploymentController.type ?? 'ECS',
    primary() {
      const set = primary();
      return set === undefined ? undefined : facts(set);
    },
    taskSets: () => service.taskSets.map(facts).reverse(),
    create(request) {
      const { targetGroupArn, containerName, containerPort, taskDefinition, externalId } = request;
      const inherited = primary()?.revision.settings;
      const { launchType, capacityProviderStrategy, serviceRegistries } = (inherited?.kept ?? {}) as TaskSetRequest;
      const given = request.capacityProviderStrategy as CapacityProviderStrategyItem[] | undefined;
      const strategy = given ?? capacityProviderStrategy;
      const set = addTaskSet(world, service, {
        taskDefinition,
        externalId,
        startedBy: 'CODE_DEPLOY',
        loadBalancers: [{ targetGroupArn, containerName, containerPort }],
        networkConfiguration:
          (request.networkConfiguration as NetworkConfiguration | undefined) ?? inherited?.networkConfiguration,
        platformVersion: request.platformVersion ?? inherited?.platformVersion,
        serviceRegistries,
        ...(strategy === undefined ? { launchType } : { capacityProviderStrategy: strategy }),
      });
      return facts(set);
    },
    setPrimary: (id) => makePrimary(world, service, existing(id)),
    async remove(id) {
      const set = existing(id);
      drainTaskSet(world, service, set);
      await world.until(() => !service.taskSets.includes(set));
    },
  };
}

function factsOf(world: World, service: Service, set: TaskSet): TaskSetFacts {
  noteStability(world, service, set);
  const { running, pending } = taskCounts(world, service, set.revision);
  return {
    id: set.id,
    arn: set.arn,
    taskDefinition: set.revision.taskDefinition.taskDefinitionArn,
    status: set.status,
    stability: set.stability,
    targetGroupArn: set.revision.targets[0]?.targetGroupArn,
    computedDesiredCount: computedDesiredCount(service, set),
    runningCount: running,
    pendingCount: pending,
    createdAt: set.revision.createdAt,
  };
}
