/** Service revisions as DescribeServiceRevisions and the summaries show them. */

import type { ServiceRevision, ServiceRevisionSummary } from '@aws-sdk/client-ecs';
import { shiftsTraffic } from '../deployments/traffic-steps.ts';
import type { Revision, Service, ServiceDeployment } from '../model.ts';
import { wantedOf } from '../scheduler/reconcile.ts';
import { taskCounts } from '../tasks/counts.ts';
import type { World } from '../world.ts';

export function revisionView(service: Service, revision: Revision): ServiceRevision {
  const { loadBalancers, networkConfiguration, platformVersion, kept } = revision.settings;
  const resolved = revision.targets.filter(({ targetGroupArn }) => targetGroupArn !== '');
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: revision.taskDefinition.taskDefinitionArn,
    ...(kept as Partial<ServiceRevision>),
    ...(kept['launchType'] === 'FARGATE'
      ? { platformVersion: platformVersion ?? '1.4.0', platformFamily: 'Linux' }
      : {}),
    loadBalancers: [...loadBalancers],
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    containerImages: (revision.taskDefinition.containerDefinitions ?? []).map(({ name, image }) => ({
      containerName: name,
      image,
      imageDigest: revision.imageDigests.get(name ?? ''),
    })),
    guardDutyEnabled: false,
    createdAt: revision.createdAt,
    ...(resolved.length === 0
      ? {}
      : {
          resolvedConfiguration: {
            loadBalancers: resolved.map(({ targetGroupArn, productionListenerRule }) => ({
              targetGroupArn,
              ...(productionListenerRule === undefined ? {} : { productionListenerRule }),
            })),
          },
        }),
  };
}

/** The traffic shares are there only where ECS shifts traffic: a rolling update has none. */
export function revisionSummary(
  world: World,
  deployment: ServiceDeployment,
  revision: Revision,
): ServiceRevisionSummary {
  const { service } = deployment;
  const { running, pending } = taskCounts(world, service, revision);
  const shifts = shiftsTraffic(deployment.configuration);
  return {
    arn: revision.arn,
    requestedTaskCount: wantedOf(service, revision),
    runningTaskCount: running,
    pendingTaskCount: pending,
    ...(shifts
      ? {
          requestedProductionTrafficWeight: deployment.production.get(revision.arn) ?? 0,
          requestedTestTrafficWeight: deployment.test.get(revision.arn) ?? 0,
        }
      : {}),
  };
}
