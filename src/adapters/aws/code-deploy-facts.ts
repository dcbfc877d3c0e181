/** CodeDeploy's answers in the words of core. */
import type {
  BlueGreenDeploymentConfiguration,
  DeploymentConfigInfo,
  DeploymentGroupInfo,
  DeploymentInfo,
  ECSTarget,
  LoadBalancerInfo,
} from '@aws-sdk/client-codedeploy';
import type { DeploymentFacts, DeploymentGroupFacts, TargetFacts, TrafficRoutes } from '../../core/codedeploy-facts.ts';
import type { TrafficRouting } from '../../core/codedeploy-ladder.ts';
import type { DeploymentWaits } from '../../core/codedeploy-waits.ts';

export function groupFacts(group: DeploymentGroupInfo): DeploymentGroupFacts {
  const [service] = group.ecsServices ?? [];
  const alarms = group.alarmConfiguration;
  const last = group.lastAttemptedDeployment;
  return {
    computePlatform: group.computePlatform ?? 'Server',
    service: service && { clusterName: service.clusterName ?? '', serviceName: service.serviceName ?? '' },
    deploymentConfigName: group.deploymentConfigName ?? '',
    waits: waits(group.blueGreenDeploymentConfiguration),
    routes: routes(group.loadBalancerInfo),
    watchesAlarms: alarms?.enabled === true && (alarms.alarms ?? []).length > 0,
    lastAttempted:
      last?.deploymentId === undefined
        ? undefined
        : {
            deploymentId: last.deploymentId,
            status: last.status ?? '',
            endTime: last.endTime?.getTime() ?? 0,
          },
  };
}

export function deploymentFacts(info: DeploymentInfo): DeploymentFacts {
  const error = info.errorInformation;
  const { revision, rollbackInfo } = info;
  return {
    application: info.applicationName ?? '',
    group: info.deploymentGroupName ?? '',
    deploymentId: info.deploymentId ?? '',
    status: info.status ?? 'Created',
    createTime: info.createTime?.getTime() ?? 0,
    completeTime: info.completeTime?.getTime(),
    description: info.description ?? '',
    creator: info.creator ?? 'user',
    deploymentConfigName: info.deploymentConfigName ?? '',
    error: error && { code: error.code ?? '', message: error.message ?? '' },
    rollback: {
      by: rollbackInfo?.rollbackDeploymentId,
      of: rollbackInfo?.rollbackTriggeringDeploymentId,
      message: rollbackInfo?.rollbackMessage,
    },
    waits: waits(info.blueGreenDeploymentConfiguration),
    routes: routes(info.loadBalancerInfo),
    terminationWaitStarted: info.instanceTerminationWaitTimeStarted === true,
    sha256: revision?.appSpecContent?.sha256 ?? revision?.string?.sha256,
  };
}

export function targetFacts(target: ECSTarget): TargetFacts {
  return {
    events: (target.lifecycleEvents ?? []).map((event) => ({
      name: event.lifecycleEventName ?? '',
      status: event.status ?? 'Unknown',
      endTime: event.endTime?.getTime(),
      message: event.diagnostics?.message || undefined,
    })),
    taskSets: (target.taskSetsInfo ?? []).map((set) => ({
      // The API's own spelling.
      id: set.identifer ?? '',
      label: set.taskSetLabel,
      desiredCount: set.desiredCount ?? 0,
      runningCount: set.runningCount ?? 0,
      pendingCount: set.pendingCount ?? 0,
      trafficWeight: set.trafficWeight ?? 0,
    })),
  };
}

/** Undefined for one that is not for ECS. */
export function routingFacts(info: DeploymentConfigInfo | undefined): TrafficRouting | undefined {
  const routing = info?.trafficRoutingConfig;
  if (info?.computePlatform !== 'ECS' || routing === undefined) return undefined;
  const { timeBasedCanary, timeBasedLinear } = routing;
  switch (routing.type) {
    case 'AllAtOnce':
      return { kind: 'all-at-once' };
    case 'TimeBasedCanary':
      return {
        kind: 'canary',
        percent: timeBasedCanary?.canaryPercentage ?? 100,
        minutes: timeBasedCanary?.canaryInterval ?? 0,
      };
    case 'TimeBasedLinear':
      return {
        kind: 'linear',
        percent: timeBasedLinear?.linearPercentage ?? 100,
        minutes: timeBasedLinear?.linearInterval ?? 0,
      };
    default:
      return undefined;
  }
}

function waits(settings: BlueGreenDeploymentConfiguration | undefined): DeploymentWaits {
  const ready = settings?.deploymentReadyOption;
  const termination = settings?.terminateBlueInstancesOnDeploymentSuccess;
  return {
    readyMinutes: ready?.actionOnTimeout === 'STOP_DEPLOYMENT' ? (ready.waitTimeInMinutes ?? 0) : undefined,
    terminationMinutes:
      termination?.action === 'KEEP_ALIVE' ? undefined : (termination?.terminationWaitTimeInMinutes ?? 0),
  };
}

function routes(info: LoadBalancerInfo | undefined): TrafficRoutes {
  const [pair] = info?.targetGroupPairInfoList ?? [];
  return {
    targetGroups: (pair?.targetGroups ?? []).flatMap(({ name }) => name ?? []),
    productionListener: pair?.prodTrafficRoute?.listenerArns?.[0],
    testListener: pair?.testTrafficRoute?.listenerArns?.[0],
  };
}
