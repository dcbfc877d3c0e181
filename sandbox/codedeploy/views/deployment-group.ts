import type { DeploymentGroupInfo, LastDeploymentInfo } from '@aws-sdk/client-codedeploy';
import { type Deployment, type DeploymentGroup, deploymentsOf, type Store } from '../model.ts';
import { describeRevision } from './deployment.ts';

export function describeGroup(store: Store, group: DeploymentGroup): DeploymentGroupInfo {
  const { settings, application } = group;
  const deployments = deploymentsOf(store, group);
  const [attempted] = deployments;
  const successful = deployments.find(({ status }) => status === 'Succeeded');
  return {
    applicationName: application.name,
    deploymentGroupId: group.id,
    deploymentGroupName: group.name,
    deploymentConfigName: settings.deploymentConfigName,
    ec2TagFilters: [],
    onPremisesInstanceTagFilters: [],
    autoScalingGroups: [],
    serviceRoleArn: settings.serviceRoleArn,
    triggerConfigurations: [],
    ...(successful?.revision && { targetRevision: describeRevision(successful.revision) }),
    ...(settings.alarms && { alarmConfiguration: settings.alarms }),
    ...(settings.autoRollback && { autoRollbackConfiguration: settings.autoRollback }),
    deploymentStyle: settings.deploymentStyle,
    outdatedInstancesStrategy: 'UPDATE',
    blueGreenDeploymentConfiguration: settings.blueGreen,
    loadBalancerInfo: settings.loadBalancerInfo,
    ...(successful && { lastSuccessfulDeployment: last(successful) }),
    ...(attempted && { lastAttemptedDeployment: last(attempted) }),
    computePlatform: 'ECS',
    ecsServices: [settings.ecsService],
    terminationHookEnabled: false,
  };
}

const last = ({ id, status, createTime, completeTime }: Deployment): LastDeploymentInfo => ({
  deploymentId: id,
  status,
  createTime,
  ...(completeTime && { endTime: completeTime }),
});
