/** A new task set, for CreateTaskSet, for CodeDeploy, and for the first one of a service that CodeDeploy looks after. */

import type { CreateTaskSetRequest, LoadBalancer } from '@aws-sdk/client-ecs';
import { newRevision } from '../deployments/start.ts';
import { invalid } from '../exceptions.ts';
import type { Service, TaskSet } from '../model.ts';
import { ecsArn } from '../names.ts';
import { checkNetwork, nextSettings, usableTaskDefinition, usualLaunchType } from '../operations/service-settings.ts';
import { checkLoadBalancers } from '../validate/load-balancers.ts';
import { checkTags } from '../validate/tags.ts';
import type { World } from '../world.ts';

/** Task sets of one service, those that drain among them. */
const MOST_TASK_SETS = 5;

export type TaskSetRequest = Partial<CreateTaskSetRequest> & { readonly startedBy?: string };

/** @throws InvalidParameterException, ClientException */
export function addTaskSet(world: World, service: Service, request: TaskSetRequest): TaskSet {
  const { taskSets } = service;
  // The text is ECS's own: aws-samples/ecs-bg-external-controller#6.
  if (taskSets.length >= MOST_TASK_SETS) {
    throw invalid(
      `${taskSets.length} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.`,
    );
  }
  const scale = percent(request.scale);
  checkLaunch(request);
  const taskDefinition = usableTaskDefinition(world, request.taskDefinition ?? '');
  const { capacityProviderStrategy = [] } = request;
  const launchType = request.launchType ?? usualLaunchType(taskDefinition);
  const base = nextSettings(request, undefined);
  const settings = {
    ...base,
    kept: { ...base.kept, ...(capacityProviderStrategy.length === 0 ? { launchType } : { capacityProviderStrategy }) },
  };
  checkNetwork(taskDefinition, settings);
  // One target group a task set (aws/containers-roadmap#1380).
  if (settings.loadBalancers.length > 1) throw invalid('CreateTaskSet cannot have more than 1 load balancer.');
  checkTargets(settings.loadBalancers);
  checkLoadBalancers(world.loadBalancing, settings.loadBalancers, 'ROLLING', taskDefinition);
  if (request.startedBy !== 'CODE_DEPLOY') checkAttached(world, settings.loadBalancers);

  checkTags(request.tags);
  const revision = newRevision(world, service, taskDefinition, settings, 'ROLLING', undefined);
  const { clientToken, externalId, startedBy } = request;
  const set: TaskSet = {
    id: revision.deploymentId,
    arn: ecsArn(world.place, `task-set/${service.cluster.name}/${service.name}/${revision.deploymentId}`),
    revision,
    ...(externalId === undefined ? {} : { externalId }),
    ...(startedBy === undefined ? {} : { startedBy }),
    ...(clientToken === undefined ? {} : { token: { value: clientToken, request } }),
    scale,
    status: 'ACTIVE',
    stability: 'STABILIZING',
    stabilityAt: world.clock.now(),
  };
  service.revisions.push(revision);
  service.taskSets = [...taskSets, set];
  service.settled = false;
  if (request.tags !== undefined) world.store.tags.set(set.arn, request.tags);
  world.changed();
  return set;
}

/**
 * 100 unless given (API_Scale).
 * @throws InvalidParameterException
 */
export function percent(scale: CreateTaskSetRequest['scale']): number {
  const { value = 100, unit = 'PERCENT' } = scale ?? {};
  if (unit !== 'PERCENT') throw invalid('Scale unit must be PERCENT.');
  if (!(value >= 0 && value <= 100)) throw invalid('Scale value must be between 0 and 100.');
  return value;
}

/** The former primary one stays, as ACTIVE (API_UpdateServicePrimaryTaskSet); the service shows the new one's settings. */
export function makePrimary(world: World, service: Service, set: TaskSet): void {
  const now = world.clock.now();
  for (const other of service.taskSets) {
    if (other === set || other.status !== 'PRIMARY') continue;
    other.status = 'ACTIVE';
    other.revision.updatedAt = now;
  }
  set.status = 'PRIMARY';
  set.revision.updatedAt = now;
  service.primary = set.revision;
  world.changed();
}

/** Its tasks leave their target group, drain and stop; with the last one it is gone. */
export function drainTaskSet(world: World, service: Service, set: TaskSet): void {
  if (set.status === 'DRAINING') return;
  set.status = 'DRAINING';
  set.revision.updatedAt = world.clock.now();
  service.settled = false;
  world.changed();
}

function checkLaunch({ launchType, capacityProviderStrategy }: TaskSetRequest): void {
  if (launchType !== undefined && capacityProviderStrategy !== undefined && capacityProviderStrategy.length > 0) {
    throw invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
}

/** Who shifts ECS's traffic by himself has no use for what tells ECS how to (API_LoadBalancer, advancedConfiguration). */
function checkTargets(entries: readonly LoadBalancer[]): void {
  if (entries.some(({ advancedConfiguration }) => advancedConfiguration !== undefined)) {
    throw invalid('advancedConfiguration field is only supported with the ECS deployment controller');
  }
  if (entries.some(({ targetGroupArn }) => targetGroupArn === undefined)) {
    throw invalid('A task set supports Application and Network Load Balancers only: targetGroupArn must be provided.');
  }
}

/** What CodeDeploy brings it attaches itself, before there is traffic. The text is ECS's own, as its users quote it. */
function checkAttached(world: World, entries: readonly LoadBalancer[]): void {
  for (const { targetGroupArn = '' } of entries) {
    if (world.loadBalancing.targetGroup(targetGroupArn)?.isAttached !== false) continue;
    throw invalid(`The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`);
  }
}
