import type {
  BatchGetDeploymentTargetsInput,
  GetDeploymentTargetInput,
  ListDeploymentsInput,
  ListDeploymentTargetsInput,
} from '@aws-sdk/client-codedeploy';
import { refuse, required } from '../exceptions.ts';
import type { Deployment } from '../model.ts';
import { page } from '../paging.ts';
import { refresh } from '../story/story.ts';
import { describeTarget, targetIdOf } from '../views/deployment.ts';
import type { World } from '../world.ts';
import { applicationNamed } from './applications.ts';
import { groupNamed } from './deployment-groups.ts';
import { deploymentWithId } from './deployments.ts';

const STATUSES: readonly string[] = [
  'Created',
  'Queued',
  'InProgress',
  'Baking',
  'Succeeded',
  'Failed',
  'Stopped',
  'Ready',
];
const TARGET_STATUSES: readonly string[] = [
  'Failed',
  'InProgress',
  'Pending',
  'Ready',
  'Skipped',
  'Succeeded',
  'Unknown',
];

export function listOperations(world: World) {
  const { store, place, services } = world;

  const targetArn = ({ settings: { ecsService } }: Deployment): string =>
    services.find(ecsService.clusterName, ecsService.serviceName)?.arn ??
    `arn:aws:ecs:${place.region}:${place.account}:service/${ecsService.clusterName}/${ecsService.serviceName}`;

  const started = (id: string | undefined): Deployment => {
    const deployment = deploymentWithId(store, id);
    if (deployment.status === 'Created') {
      throw refuse('DeploymentNotStartedException', `The deployment ${deployment.id} has not started`);
    }
    return deployment;
  };
  const target = (deployment: Deployment, targetId: string) => {
    if (!/^[^:]+:[^:]+$/.test(targetId)) {
      throw refuse('InvalidDeploymentTargetIdException', `The target ID ${targetId} is not valid`);
    }
    if (targetId !== targetIdOf(deployment)) {
      throw refuse(
        'DeploymentTargetDoesNotExistException',
        `The target ID ${targetId} does not belong to the deployment ${deployment.id}`,
      );
    }
    // What a deployment left behind is still looked after while it goes on.
    if (deployment.completeTime === undefined) refresh(world, deployment);
    return describeTarget(deployment, targetArn(deployment));
  };

  return {
    /** Newest first. */
    ListDeployments(input: ListDeploymentsInput) {
      if (input.externalId !== undefined) {
        throw refuse('InvalidExternalIdException', 'External IDs are not supported by the sandbox');
      }
      let found = [...store.deployments.values()].reverse();
      if (input.applicationName !== undefined || input.deploymentGroupName !== undefined) {
        const group = groupNamed(applicationNamed(store, input.applicationName), input.deploymentGroupName);
        found = found.filter((deployment) => deployment.group === group);
      }
      const statuses = input.includeOnlyStatuses ?? [];
      const unknown = statuses.find((status) => !STATUSES.includes(status));
      if (unknown !== undefined) {
        throw refuse('InvalidDeploymentStatusException', `The deployment status ${unknown} does not exist`);
      }
      if (statuses.length > 0) found = found.filter(({ status }) => statuses.includes(status));
      const { start, end } = input.createTimeRange ?? {};
      if (start !== undefined && end !== undefined && start > end) {
        throw refuse('InvalidTimeRangeException', 'The start of the time range is after its end');
      }
      if (start !== undefined) found = found.filter(({ createTime }) => createTime >= start);
      if (end !== undefined) found = found.filter(({ createTime }) => createTime <= end);
      const { items, ...next } = page(found, input.nextToken);
      return { deployments: items.map(({ id }) => id), ...next };
    },

    ListDeploymentTargets(input: ListDeploymentTargetsInput) {
      const deployment = started(input.deploymentId);
      for (const [name, values] of Object.entries(input.targetFilters ?? {})) {
        if (name !== 'TargetStatus') {
          throw refuse('InvalidTargetFilterNameException', `The target filter ${name} is not for ECS deployments`);
        }
        const unknown = values?.find((value) => !TARGET_STATUSES.includes(value));
        if (unknown !== undefined)
          throw refuse('InvalidInstanceStatusException', `The status ${unknown} does not exist`);
      }
      const wanted = input.targetFilters?.TargetStatus;
      const ids = wanted === undefined || wanted.includes(deployment.targetStatus) ? [targetIdOf(deployment)] : [];
      const { items, ...next } = page(ids, input.nextToken);
      return { targetIds: items, ...next };
    },

    GetDeploymentTarget(input: GetDeploymentTargetInput) {
      const deployment = started(input.deploymentId);
      return { deploymentTarget: target(deployment, required('targetId', input.targetId)) };
    },

    /** "The target list of both types of deployments must have exactly one item." */
    BatchGetDeploymentTargets(input: BatchGetDeploymentTargetsInput) {
      const deployment = started(input.deploymentId);
      const ids = input.targetIds ?? [];
      if (ids.length === 0) required('targetIds', undefined);
      if (ids.length > 1) {
        throw refuse('DeploymentTargetListSizeExceededException', 'An ECS deployment has exactly one target');
      }
      return { deploymentTargets: ids.map((id) => target(deployment, id)) };
    },
  };
}
