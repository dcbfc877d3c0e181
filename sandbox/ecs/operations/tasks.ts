/** RunTask, StopTask, ListTasks, DescribeTasks. */

import type { DescribeTasksRequest, ListTasksRequest, RunTaskRequest, StopTaskRequest } from '@aws-sdk/client-ecs';
import type { Handler } from '../../wire/service.ts';
import { conflict, invalid, serviceNotFound } from '../exceptions.ts';
import type { Cluster, Task } from '../model.ts';
import { ecsArn, lastPart } from '../names.ts';
import { page } from '../paging.ts';
import { findCluster, lookUpService } from '../store.ts';
import { startTask, stopTasks } from '../tasks/lifecycle.ts';
import { checkTags } from '../validate/tags.ts';
import { taskView } from '../views/task.ts';
import { tasksOf, type World } from '../world.ts';
import { checkNetwork, usableTaskDefinition } from './service-settings.ts';

export function taskOperations(world: World): Readonly<Record<string, Handler>> {
  const { store } = world;
  const taskOf = (cluster: Cluster, reference: string): Task | undefined =>
    store.tasks.get(ecsArn(world.place, `task/${cluster.name}/${lastPart(reference)}`));
  return {
    RunTask(input: RunTaskRequest) {
      const tasks = run(world, input);
      return { tasks: tasks.map((task) => taskView(task, store.tags.get(task.arn))), failures: [] };
    },

    StopTask(input: StopTaskRequest) {
      const task = taskOf(findCluster(store, input.cluster), input.task ?? '');
      if (task === undefined) throw invalid('The referenced task was not found.');
      void stopTasks(world, [task], {
        code: 'UserInitiated',
        reason: input.reason ?? 'Task stopped by user',
        failed: false,
      });
      return { task: taskView(task) };
    },

    ListTasks(input: ListTasksRequest) {
      const cluster = findCluster(store, input.cluster);
      const service = input.serviceName === undefined ? undefined : lookUpService(store, cluster, input.serviceName);
      if (input.serviceName !== undefined && service === undefined) throw serviceNotFound();
      const wanted = input.desiredStatus ?? 'RUNNING';
      const found = tasksOf(
        world,
        (task) =>
          task.cluster === cluster &&
          task.desiredStatus === wanted &&
          (service === undefined || task.owner?.service === service) &&
          (input.startedBy === undefined || task.startedBy === input.startedBy) &&
          (input.family === undefined || task.taskDefinition.family === input.family) &&
          (input.launchType === undefined || (task.kept['launchType'] ?? 'EC2') === input.launchType),
      );
      const { items, nextToken } = page(found, input);
      return { taskArns: items.map(({ arn }) => arn), nextToken };
    },

    DescribeTasks(input: DescribeTasksRequest) {
      const cluster = findCluster(store, input.cluster);
      const references = input.tasks ?? [];
      if (references.length === 0) throw invalid('Tasks cannot be empty.');
      if (references.length > 100) throw invalid('Tasks cannot contain more than 100 items.');
      const withTags = input.include?.includes('TAGS') === true;
      const tasks = references.flatMap((reference) => taskOf(cluster, reference) ?? []);
      const failures = references
        .filter((reference) => taskOf(cluster, reference) === undefined)
        .map((reference) => ({
          arn: ecsArn(world.place, `task/${cluster.name}/${lastPart(reference)}`),
          reason: 'MISSING',
        }));
      return { tasks: tasks.map((task) => taskView(task, withTags ? store.tags.get(task.arn) : undefined)), failures };
    },
  };
}

function run(world: World, input: RunTaskRequest): Task[] {
  const { store } = world;
  const cluster = findCluster(store, input.cluster);
  const taskDefinition = usableTaskDefinition(world, input.taskDefinition ?? '');
  const count = input.count ?? 1;
  if (count < 1 || count > 10) throw invalid('count must be between 1 and 10.');
  checkCapacity(input);
  if (input.networkConfiguration !== undefined || taskDefinition.networkMode === 'awsvpc') {
    checkNetwork(
      taskDefinition,
      input as { networkConfiguration?: NonNullable<RunTaskRequest['networkConfiguration']> },
    );
  }
  const unknown = input.overrides?.containerOverrides?.find(
    ({ name }) => !taskDefinition.containerDefinitions?.some((container) => container.name === name),
  );
  if (unknown !== undefined)
    throw invalid(`Override for container named ${unknown.name} is not a container in the TaskDefinition.`);

  checkTags(input.tags);

  const request = JSON.stringify(input);
  // "For RunTask requests in cluster X, client token A can only be used once. Requests to a different cluster are separate."
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
  const key = input.clientToken === undefined ? undefined : `${cluster.arn} ${input.clientToken}`;
  const token = key === undefined ? undefined : store.tokens.get(key);
  if (token !== undefined) {
    if (token.request !== request) {
      throw conflict('The request could not be processed because of conflict in the current state of the resource.', {
        resourceIds: token.taskArns,
      });
    }
    return token.taskArns.flatMap((arn) => store.tasks.get(arn) ?? []);
  }
  const fargate = taskDefinition.requiresCompatibilities?.includes('FARGATE') === true;
  const tasks = Array.from({ length: count }, () =>
    startTask(world, {
      cluster,
      taskDefinition,
      group: input.group ?? `family:${taskDefinition.family}`,
      ...(input.startedBy === undefined ? {} : { startedBy: input.startedBy }),
      ...(input.overrides === undefined ? {} : { overrides: input.overrides }),
      ...(input.networkConfiguration === undefined ? {} : { networkConfiguration: input.networkConfiguration }),
      kept: {
        launchType: input.launchType ?? (fargate ? 'FARGATE' : 'EC2'),
        enableExecuteCommand: input.enableExecuteCommand,
      },
    }),
  );
  if (input.tags !== undefined) for (const task of tasks) store.tags.set(task.arn, input.tags);
  if (key !== undefined) {
    store.tokens.set(key, { request, taskArns: tasks.map(({ arn }) => arn) });
  }
  return tasks;
}

/** What ECS answers is in many people's bug reports: aws/aws-sdk#761, aws/amazon-ecs-cli#1040. */
function checkCapacity({ launchType, capacityProviderStrategy, platformVersion, clientToken }: RunTaskRequest): void {
  if (launchType !== undefined && (capacityProviderStrategy ?? []).length > 0) {
    throw invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (launchType === 'EC2' && platformVersion !== undefined) {
    throw invalid('The platform version must be null when specifying an EC2 launch type.');
  }
  if (clientToken !== undefined && !/^[!-~]{1,64}$/.test(clientToken)) {
    throw invalid('clientToken must have 1 to 64 characters in the range 33-126.');
  }
}
