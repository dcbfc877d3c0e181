import type {
  DeploymentInfo,
  DeploymentOverview,
  DeploymentTarget,
  ECSTaskSet,
  RevisionLocation,
} from '@aws-sdk/client-codedeploy';
import type { TaskSetFacts } from '../../contracts.ts';
import { type Deployment, isFinished, type Revision } from '../model.ts';
import { targetGroupName } from '../names.ts';

/** Without the content: GetApplicationRevision has it. */
export const describeRevision = ({ type, sha256 }: Revision): RevisionLocation => ({
  revisionType: type,
  ...(type === 'String' ? { string: { sha256 } } : { appSpecContent: { sha256 } }),
});

export function describeDeployment(deployment: Deployment): DeploymentInfo {
  const { settings, revision, previousRevision, group } = deployment;
  return {
    applicationName: group.application.name,
    deploymentGroupName: group.name,
    deploymentConfigName: settings.deploymentConfigName,
    deploymentId: deployment.id,
    ...(previousRevision && { previousRevision: describeRevision(previousRevision) }),
    ...(revision && { revision: describeRevision(revision) }),
    status: deployment.status,
    ...(deployment.error && { errorInformation: deployment.error }),
    createTime: deployment.createTime,
    ...(deployment.startTime && { startTime: deployment.startTime }),
    ...(deployment.completeTime && { completeTime: deployment.completeTime }),
    ...(isFinished(deployment) && { deploymentOverview: overview(deployment) }),
    ...(deployment.description !== undefined && { description: deployment.description }),
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    ...(settings.autoRollback && { autoRollbackConfiguration: settings.autoRollback }),
    updateOutdatedInstancesOnly: false,
    ...(deployment.rollbackInfo && { rollbackInfo: deployment.rollbackInfo }),
    deploymentStyle: settings.deploymentStyle,
    instanceTerminationWaitTimeStarted: deployment.terminationWaitStarted,
    blueGreenDeploymentConfiguration: settings.blueGreen,
    loadBalancerInfo: settings.loadBalancerInfo,
    fileExistsBehavior: 'DISALLOW',
    deploymentStatusMessages: [],
    computePlatform: 'ECS',
    ...(deployment.overrideAlarms && { overrideAlarmConfiguration: deployment.overrideAlarms }),
  };
}

/** Counts targets, of which an ECS deployment has one; absent until the end. */
const overview = ({ targetStatus }: Deployment): DeploymentOverview => ({
  Pending: 0,
  InProgress: 0,
  Succeeded: targetStatus === 'Succeeded' ? 1 : 0,
  Failed: targetStatus === 'Failed' ? 1 : 0,
  Skipped: 0,
  Ready: 0,
});

export function describeTarget(deployment: Deployment, targetArn: string): DeploymentTarget {
  const { original, replacement, share } = deployment;
  return {
    deploymentTargetType: 'ECSTarget',
    ecsTarget: {
      deploymentId: deployment.id,
      targetId: targetIdOf(deployment),
      targetArn,
      lastUpdatedAt: deployment.lastUpdatedAt,
      lifecycleEvents: deployment.events.map((event) => ({ ...event })),
      status: deployment.targetStatus,
      taskSetsInfo: [
        ...(original ? [describeTaskSet(original, 'Blue', 100 - share)] : []),
        ...(replacement ? [describeTaskSet(replacement, 'Green', share)] : []),
      ],
    },
  };
}

/** `cluster:service` (API_BatchGetDeploymentTargets). */
export const targetIdOf = ({ settings: { ecsService } }: Deployment): string =>
  `${ecsService.clusterName}:${ecsService.serviceName}`;

const describeTaskSet = (facts: TaskSetFacts, label: 'Blue' | 'Green', weight: number): ECSTaskSet => ({
  identifer: facts.id,
  desiredCount: facts.computedDesiredCount,
  pendingCount: facts.pendingCount,
  runningCount: facts.runningCount,
  status: facts.status,
  trafficWeight: weight,
  ...(facts.targetGroupArn !== undefined && { targetGroup: { name: targetGroupName(facts.targetGroupArn) } }),
  taskSetLabel: label,
});
