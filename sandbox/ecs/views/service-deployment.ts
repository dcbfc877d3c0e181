/** Service deployments as Describe and List show them. */

import type {
  DeploymentLifecycleHookDetail,
  ServiceDeployment as DeploymentView,
  ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import type { Hook, ServiceDeployment } from '../model.ts';
import type { World } from '../world.ts';
import { revisionSummary } from './revision.ts';

export function deploymentView(world: World, deployment: ServiceDeployment): DeploymentView {
  const { service, target, sources, breaker, alarms } = deployment;
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: deployment.createdAt,
    startedAt: deployment.startedAt,
    finishedAt: deployment.finishedAt,
    stoppedAt: deployment.stoppedAt,
    updatedAt: deployment.updatedAt,
    sourceServiceRevisions: sources.map((revision) => revisionSummary(world, deployment, revision)),
    targetServiceRevision: revisionSummary(world, deployment, target),
    status: deployment.status,
    statusReason: deployment.statusReason,
    lifecycleStage: deployment.stage as DeploymentView['lifecycleStage'],
    lifecycleHookDetails: deployment.hooks.length === 0 ? undefined : deployment.hooks.map(hookView),
    deploymentConfiguration: deployment.configuration,
    rollback: deployment.rollback,
    deploymentCircuitBreaker: { ...breaker },
    alarms: {
      status: alarms.status,
      ...(alarms.names.length === 0 ? {} : { alarmNames: [...alarms.names] }),
      ...(alarms.triggered.length === 0 ? {} : { triggeredAlarmNames: alarms.triggered }),
    },
  };
}

function hookView(hook: Hook): DeploymentLifecycleHookDetail {
  return {
    hookId: hook.id,
    targetType: hook.targetType,
    targetArn: hook.targetArn,
    status: hook.status,
    expiresAt: hook.expiresAt,
    timeoutAction: hook.timeoutAction,
  };
}

export function deploymentBrief(deployment: ServiceDeployment): ServiceDeploymentBrief {
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: deployment.service.arn,
    clusterArn: deployment.service.cluster.arn,
    startedAt: deployment.startedAt,
    createdAt: deployment.createdAt,
    finishedAt: deployment.finishedAt,
    targetServiceRevisionArn: deployment.target.arn,
    status: deployment.status,
    statusReason: deployment.statusReason,
  };
}
