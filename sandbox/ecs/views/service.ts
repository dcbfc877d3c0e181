/** A service as DescribeServices shows it. */

import type { Deployment, Service as ServiceView, Tag } from '@aws-sdk/client-ecs';
import type { Revision, RevisionSettings, Service } from '../model.ts';
import { wantedOf } from '../scheduler/reconcile.ts';
import { liveTasks } from '../store.ts';
import { managesTaskSets } from '../task-sets/service.ts';
import { taskCounts } from '../tasks/counts.ts';
import type { World } from '../world.ts';
import { taskSetView } from './task-set.ts';

export function serviceView(world: World, service: Service, tags?: readonly Tag[]): ServiceView {
  const { primary } = service;
  const { loadBalancers, networkConfiguration, platformVersion, kept } = primary?.settings ?? NOTHING_YET;
  const counts = taskCounts(world, service);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: counts.running,
    pendingCount: counts.pending,
    ...(primary === undefined ? {} : { taskDefinition: primary.taskDefinition.taskDefinitionArn }),
    ...launch(kept),
    ...service.kept,
    ...platform(kept, platformVersion ?? 'LATEST'),
    ...(loadBalancers.length === 0 ? {} : { roleArn: serviceLinkedRole(world) }),
    loadBalancers: [...loadBalancers],
    serviceRegistries: (kept['serviceRegistries'] ?? []) as [],
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: service.deploymentController,
    ...(managesTaskSets(service.deploymentController.type ?? 'ECS')
      ? { taskSets: service.taskSets.map((set) => taskSetView(world, service, set)) }
      : deployed(world, service)),
    events: [...service.events],
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    ...(tags === undefined ? {} : { tags: [...tags] }),
  };
}

/** A service whose task sets are managed shows what its primary one has; before there is one, the launch type of old. */
const NOTHING_YET: RevisionSettings = { loadBalancers: [], kept: { launchType: 'EC2' } };

/** The deployments of the controller ECS. With others these members are missing (cloud-custodian/cloud-custodian#9351). */
function deployed(world: World, service: Service): Partial<ServiceView> {
  const shown = shownRevisions(world, service);
  return {
    deployments: service.status === 'INACTIVE' ? [] : shown.map((revision) => classic(world, service, revision)),
    currentServiceDeployment: service.deployments[0]?.arn,
    currentServiceRevisions: shown.map((revision) => {
      const { running, pending } = taskCounts(world, service, revision);
      return {
        arn: revision.arn,
        requestedTaskCount: wantedOf(service, revision),
        runningTaskCount: running,
        pendingTaskCount: pending,
      };
    }),
  };
}

/** PRIMARY first, then every revision that still has or wants tasks. */
function shownRevisions(world: World, service: Service): Revision[] {
  const live = new Set(liveTasks(world.store, service).map((task) => task.owner?.revision));
  const others = service.revisions.filter(
    (revision) => revision !== service.primary && (live.has(revision) || wantedOf(service, revision) > 0),
  );
  return service.primary === undefined ? others.reverse() : [service.primary, ...others.reverse()];
}

function classic(world: World, service: Service, revision: Revision): Deployment {
  const { running, pending } = taskCounts(world, service, revision);
  const { networkConfiguration, platformVersion, kept } = revision.settings;
  const primary = revision === service.primary;
  return {
    id: revision.deploymentId,
    status: primary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: revision.taskDefinition.taskDefinitionArn,
    desiredCount: primary ? service.desiredCount : wantedOf(service, revision),
    runningCount: running,
    pendingCount: pending,
    failedTasks: revision.failedTasks,
    createdAt: revision.createdAt,
    updatedAt: revision.updatedAt,
    ...launch(kept),
    ...platform(kept, platformVersion),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    rolloutState: revision.rolloutState,
    rolloutStateReason: revision.rolloutStateReason,
  };
}

const launch = (
  kept: Readonly<Record<string, unknown>>,
): Pick<Deployment, 'launchType' | 'capacityProviderStrategy'> => {
  const { launchType, capacityProviderStrategy } = kept as Partial<Deployment>;
  return {
    ...(launchType === undefined ? {} : { launchType }),
    ...(capacityProviderStrategy === undefined ? {} : { capacityProviderStrategy }),
  };
};

const platform = (kept: Readonly<Record<string, unknown>>, platformVersion: string | undefined) =>
  kept['launchType'] === 'FARGATE' ? { platformVersion: platformVersion ?? '1.4.0', platformFamily: 'Linux' } : {};

const serviceLinkedRole = (world: World): string =>
  `arn:aws:iam::${world.place.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`;
