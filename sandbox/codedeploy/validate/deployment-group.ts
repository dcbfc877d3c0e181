/** What a deployment group of an ECS application must have (API_CreateDeploymentGroup, deployment-groups-create-ecs). */

import type {
  AlarmConfiguration,
  AutoRollbackConfiguration,
  BlueGreenDeploymentConfiguration,
  CreateDeploymentGroupInput,
  DeploymentStyle,
  ECSService,
  LoadBalancerInfo,
} from '@aws-sdk/client-codedeploy';
import { invalidLoadBalancerInfo, refuse, required } from '../exceptions.ts';
import type { EcsServiceName, GroupSettings, TargetGroupPair } from '../model.ts';

/** Two days (quotas: limits.html; API_BlueInstanceTerminationOption). */
const MAX_WAIT_MINUTES = 2_880;
/** AlarmsLimitExceededException names the number. */
const MAX_ALARMS = 10;
const ROLLBACK_EVENTS: readonly string[] = [
  'DEPLOYMENT_FAILURE',
  'DEPLOYMENT_STOP_ON_ALARM',
  'DEPLOYMENT_STOP_ON_REQUEST',
];
/** Of other compute platforms. An empty list says nothing and is let through, as clients send it. */
const FOREIGN = [
  'ec2TagFilters',
  'onPremisesInstanceTagFilters',
  'autoScalingGroups',
  'ec2TagSet',
  'onPremisesTagSet',
] as const;

export type GroupMembers = Omit<CreateDeploymentGroupInput, 'applicationName' | 'deploymentGroupName'>;

export function readSettings(input: GroupMembers): GroupSettings {
  for (const name of FOREIGN) {
    const value = input[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    throw refuse('InvalidInputException', `${name} cannot be set for the ECS compute platform`);
  }
  const serviceRoleArn = required('serviceRoleArn', input.serviceRoleArn);
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+/.test(serviceRoleArn)) {
    throw refuse('InvalidRoleException', `${serviceRoleArn} is not a valid role ARN`);
  }
  checkAlarms(input.alarmConfiguration);
  checkAutoRollback(input.autoRollbackConfiguration);
  return {
    deploymentConfigName: input.deploymentConfigName ?? 'CodeDeployDefault.ECSAllAtOnce',
    serviceRoleArn,
    ecsService: readService(input.ecsServices),
    deploymentStyle: readStyle(input.deploymentStyle),
    blueGreen: readBlueGreen(input.blueGreenDeploymentConfiguration),
    loadBalancerInfo: input.loadBalancerInfo ?? {},
    pair: readPair(input.loadBalancerInfo),
    autoRollback: input.autoRollbackConfiguration,
    alarms: input.alarmConfiguration,
  };
}

function readService(services: readonly ECSService[] | undefined): EcsServiceName {
  const [service] = services ?? [];
  if (services?.length !== 1 || !service?.serviceName || !service.clusterName) {
    throw refuse(
      'InvalidECSServiceException',
      'A deployment group for the ECS compute platform must have exactly one ECS service with its cluster',
    );
  }
  return { serviceName: service.serviceName, clusterName: service.clusterName };
}

function readStyle(style: DeploymentStyle | undefined): DeploymentStyle {
  if (style?.deploymentType !== 'BLUE_GREEN' || style.deploymentOption !== 'WITH_TRAFFIC_CONTROL') {
    throw refuse(
      'InvalidDeploymentStyleException',
      'Deployments for the ECS compute platform must be BLUE_GREEN and WITH_TRAFFIC_CONTROL',
    );
  }
  return style;
}

function readBlueGreen(config: BlueGreenDeploymentConfiguration | undefined): BlueGreenDeploymentConfiguration {
  const bad = (message: string) => refuse('InvalidBlueGreenDeploymentConfigurationException', message);
  const ready = config?.deploymentReadyOption;
  const terminate = config?.terminateBlueInstancesOnDeploymentSuccess;
  if (ready === undefined || terminate === undefined) {
    throw bad('deploymentReadyOption and terminateBlueInstancesOnDeploymentSuccess are needed for ECS');
  }
  if (config?.greenFleetProvisioningOption !== undefined) throw bad('greenFleetProvisioningOption is not for ECS');
  const readyMinutes = ready.waitTimeInMinutes ?? 0;
  if (ready.actionOnTimeout === 'STOP_DEPLOYMENT') {
    if (!isMinutes(readyMinutes, 1)) throw bad(`waitTimeInMinutes must be 1 to ${MAX_WAIT_MINUTES}`);
  } else if (ready.actionOnTimeout !== undefined && ready.actionOnTimeout !== 'CONTINUE_DEPLOYMENT') {
    throw bad(`actionOnTimeout ${ready.actionOnTimeout} is not valid`);
  }
  if (terminate.action !== undefined && terminate.action !== 'TERMINATE' && terminate.action !== 'KEEP_ALIVE') {
    throw bad(`action ${terminate.action} is not valid`);
  }
  if (!isMinutes(terminate.terminationWaitTimeInMinutes ?? 0, 0)) {
    throw bad(`terminationWaitTimeInMinutes must be 0 to ${MAX_WAIT_MINUTES}`);
  }
  return {
    deploymentReadyOption: {
      actionOnTimeout: ready.actionOnTimeout ?? 'CONTINUE_DEPLOYMENT',
      waitTimeInMinutes: readyMinutes,
    },
    terminateBlueInstancesOnDeploymentSuccess: {
      action: terminate.action ?? 'TERMINATE',
      terminationWaitTimeInMinutes: terminate.terminationWaitTimeInMinutes ?? 0,
    },
  };
}

const isMinutes = (value: number, from: number): boolean =>
  Number.isInteger(value) && value >= from && value <= MAX_WAIT_MINUTES;

function readPair(info: LoadBalancerInfo | undefined): TargetGroupPair {
  const [pair] = info?.targetGroupPairInfoList ?? [];
  const [first, second] = (pair?.targetGroups ?? []).map(({ name }) => name ?? '');
  if (
    info?.targetGroupPairInfoList?.length !== 1 ||
    pair?.targetGroups?.length !== 2 ||
    !first ||
    !second ||
    first === second
  ) {
    throw invalidLoadBalancerInfo(
      'A deployment group associated with an application that uses the ECS compute platform must contain a valid pair of target groups that identify a load balancer.',
    );
  }
  return {
    names: [first, second],
    productionListener: readListener(pair.prodTrafficRoute?.listenerArns, 'prodTrafficRoute'),
    testListener:
      pair.testTrafficRoute === undefined
        ? undefined
        : readListener(pair.testTrafficRoute.listenerArns, 'testTrafficRoute'),
  };
}

/** "An array of strings with a maximum size of one" (API_TrafficRoute). */
function readListener(arns: readonly string[] | undefined, route: string): string {
  const [arn = ''] = arns ?? [];
  if (arns?.length !== 1) throw invalidLoadBalancerInfo(`The ${route} must have exactly one listener ARN`);
  if (!/^arn:[^:]*:elasticloadbalancing:[^:]*:\d{12}:listener\/(app|net)\//.test(arn)) {
    throw invalidLoadBalancerInfo(`The ${route} has an invalid listener ARN: ${arn}`);
  }
  return arn;
}

/** @throws InvalidAlarmConfigException, AlarmsLimitExceededException */
export function checkAlarms(config: AlarmConfiguration | undefined): void {
  if (config === undefined) return;
  const bad = (message: string) => refuse('InvalidAlarmConfigException', message);
  const names = (config.alarms ?? []).map(({ name }) => name ?? '');
  if (names.length > MAX_ALARMS) {
    throw refuse(
      'AlarmsLimitExceededException',
      `The maximum number of alarms for a deployment group (${MAX_ALARMS}) was exceeded.`,
    );
  }
  if (names.some((name) => name === '' || name.length > 255)) throw bad('An alarm name must be 1 to 255 characters');
  if (new Set(names).size < names.length) throw bad('Two alarms with the same name have been specified');
  if (config.enabled === true && names.length === 0) {
    throw bad('The alarm configuration is enabled, but the alarm list is empty');
  }
}

/** @throws InvalidAutoRollbackConfigException */
export function checkAutoRollback(config: AutoRollbackConfiguration | undefined): void {
  if (config === undefined) return;
  const unknown = (config.events ?? []).find((event) => !ROLLBACK_EVENTS.includes(event));
  if (unknown !== undefined || (config.enabled === true && !config.events?.length)) {
    throw refuse(
      'InvalidAutoRollbackConfigException',
      unknown === undefined
        ? 'Automatic rollback is enabled, but no event types were listed'
        : `The automatic rollback event ${unknown} is not valid`,
    );
  }
}
