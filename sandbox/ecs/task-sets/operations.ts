/** CreateTaskSet, DescribeTaskSets, UpdateTaskSet, UpdateServicePrimaryTaskSet, DeleteTaskSet. */

import { isDeepStrictEqual } from 'node:util';
import type {
  CreateTaskSetRequest,
  DeleteTaskSetRequest,
  DescribeTaskSetsRequest,
  TaskSet as TaskSetView,
  UpdateServicePrimaryTaskSetRequest,
  UpdateTaskSetRequest,
} from '@aws-sdk/client-ecs';
import type { Handler } from '../../wire/service.ts';
import { invalid, serviceNotActive, taskSetNotFound } from '../exceptions.ts';
import type { Service, TaskSet } from '../model.ts';
import { ecsArn } from '../names.ts';
import { findCluster, findService } from '../store.ts';
import { taskSetView } from '../views/task-set.ts';
import type { World } from '../world.ts';
import { addTaskSet, drainTaskSet, makePrimary, percent } from './create.ts';
import { computedDesiredCount } from './scale.ts';

export function taskSetOperations(world: World): Readonly<Record<string, Handler>> {
  const { store } = world;
  const serviceOf = (input: {
    readonly cluster?: string | undefined;
    readonly service?: string | undefined;
  }): Service => {
    const service = findService(store, findCluster(store, input.cluster), input.service ?? '');
    if (service.status !== 'ACTIVE') throw serviceNotActive();
    // The text is ECS's own: hashicorp/terraform-provider-aws#30347.
    if (service.deploymentController.type === 'ECS') {
      throw invalid(
        'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
      );
    }
    return service;
  };
  const view = (service: Service, set: TaskSet): TaskSetView =>
    taskSetView(world, service, set, store.tags.get(set.arn));

  return {
    CreateTaskSet(input: CreateTaskSetRequest) {
      const service = serviceOf(input);
      const set = madeBefore(service, input) ?? addTaskSet(world, service, input);
      return { taskSet: view(service, set) };
    },

    DescribeTaskSets(input: DescribeTaskSetsRequest) {
      const service = serviceOf(input);
      const references = input.taskSets ?? [];
      // The reference calls the member optional; ECS does not (aws/aws-cli#5380).
      if (references.length === 0) throw invalid('TaskSets cannot be empty.');
      const withTags = input.include?.includes('TAGS') === true;
      const taskSets: TaskSetView[] = [];
      const failures: { arn: string; reason: string }[] = [];
      for (const reference of references) {
        const set = lookUp(service, reference);
        if (set !== undefined) taskSets.push(taskSetView(world, service, set, withTags ? store.tags.get(set.arn) : []));
        else failures.push({ arn: arnOf(world, service, reference), reason: 'MISSING' });
      }
      return { taskSets, failures };
    },

    UpdateTaskSet(input: UpdateTaskSetRequest) {
      const service = serviceOf(input);
      const set = staying(service, input.taskSet);
      set.scale = percent(input.scale);
      set.revision.updatedAt = world.clock.now();
      service.settled = false;
      world.changed();
      return { taskSet: view(service, set) };
    },

    UpdateServicePrimaryTaskSet(input: UpdateServicePrimaryTaskSetRequest) {
      const service = serviceOf(input);
      const set = staying(service, input.primaryTaskSet);
      makePrimary(world, service, set);
      return { taskSet: view(service, set) };
    },

    DeleteTaskSet(input: DeleteTaskSetRequest) {
      const service = serviceOf(input);
      const set = found(service, input.taskSet);
      if (input.force !== true && set.status !== 'DRAINING') {
        // The text is ECS's own, as users of it quote it; the second one is not.
        if (set.status === 'PRIMARY') throw invalid('Primary TaskSet cannot be deleted');
        if (computedDesiredCount(service, set) > 0) {
          throw invalid('TaskSet cannot be deleted while it is scaled above 0. Use force to delete it anyway.');
        }
      }
      drainTaskSet(world, service, set);
      return { taskSet: view(service, set) };
    },
  };
}

/** Up to 36 characters of ASCII, 33 to 126 (API_CreateTaskSet, clientToken). */
const TOKEN = /^[!-~]{1,36}$/;

/** The same token with the same request means the same task set, for as long as there is one. */
function madeBefore(service: Service, input: CreateTaskSetRequest): TaskSet | undefined {
  const { clientToken } = input;
  if (clientToken === undefined) return undefined;
  if (!TOKEN.test(clientToken)) throw invalid('Client token must be up to 36 ASCII characters in the range of 33-126.');
  const set = service.taskSets.find(({ token }) => token?.value === clientToken);
  if (set !== undefined && !isDeepStrictEqual(set.token?.request, input)) {
    throw invalid('The client token was already used with different request parameters.');
  }
  return set;
}

const lookUp = (service: Service, reference: string): TaskSet | undefined =>
  service.taskSets.find(({ id, arn }) => id === reference || arn === reference);

/** @throws InvalidParameterException for what is no task set's name, TaskSetNotFoundException */
function found(service: Service, reference: string | undefined): TaskSet {
  if (!isReference(reference ?? '')) throw invalid('Task Set Identifier is invalid');
  const set = lookUp(service, reference ?? '');
  if (set === undefined) throw taskSetNotFound();
  return set;
}

function staying(service: Service, reference: string | undefined): TaskSet {
  const set = found(service, reference);
  if (set.status === 'DRAINING') throw invalid('The task set is being deleted.');
  return set;
}

const isReference = (reference: string): boolean => /^(arn:.*:task-set\/.+\/)?ecs-svc\/\d+$/.test(reference);

function arnOf(world: World, service: Service, reference: string): string {
  if (!isReference(reference)) throw invalid('Task Set Identifier is invalid');
  return reference.startsWith('arn:')
    ? reference
    : ecsArn(world.place, `task-set/${service.cluster.name}/${service.name}/${reference}`);
}
