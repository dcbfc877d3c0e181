/**
 * CodeDeploy's answers, cut to what is used and with plain numbers for instants (epoch milliseconds). Words are the API's.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
 */
import type { TrafficRouting } from './codedeploy-ladder.ts';
import type { DeploymentWaits } from './codedeploy-waits.ts';

/** Where a service's deployments are made. */
export interface DeploymentGroupName {
  readonly application: string;
  readonly group: string;
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentGroupInfo.html */
export interface DeploymentGroupFacts {
  /** `ECS`, `Server` or `Lambda`. */
  readonly computePlatform: string;
  /** The ECS service that it deploys; undefined when it is not for ECS. */
  readonly service: { readonly clusterName: string; readonly serviceName: string } | undefined;
  readonly deploymentConfigName: string;
  readonly waits: DeploymentWaits;
  readonly routes: TrafficRoutes;
  /** Its alarms are looked at during a deployment. */
  readonly watchesAlarms: boolean;
  readonly lastAttempted:
    | { readonly deploymentId: string; readonly status: string; readonly endTime: number }
    | undefined;
}

export interface TrafficRoutes {
  /** Two names when the group is as ECS needs it. */
  readonly targetGroups: readonly string[];
  readonly productionListener: string | undefined;
  readonly testListener: string | undefined;
}

export type DeploymentStatus =
  | 'Created'
  | 'Queued'
  | 'InProgress'
  | 'Baking'
  | 'Ready'
  | 'Succeeded'
  | 'Failed'
  | 'Stopped';

/** Those of a deployment that is not over. */
export const ONGOING: readonly DeploymentStatus[] = ['Created', 'Queued', 'InProgress', 'Ready', 'Baking'];

export interface DeploymentFacts extends DeploymentGroupName {
  readonly deploymentId: string;
  readonly status: DeploymentStatus;
  readonly createTime: number;
  readonly completeTime: number | undefined;
  readonly description: string;
  /** `user`, `codeDeployRollback`, … */
  readonly creator: string;
  readonly deploymentConfigName: string;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly rollback: {
    /** The deployment that turns this one back. */
    readonly by: string | undefined;
    /** The deployment that this one turns back. */
    readonly of: string | undefined;
    readonly message: string | undefined;
  };
  /** Its own, taken over from the group when it was created. */
  readonly waits: DeploymentWaits;
  readonly routes: TrafficRoutes;
  /** The original task set is kept, and the time for that runs. */
  readonly terminationWaitStarted: boolean;
  /** Of its appspec, which can be asked for by it. */
  readonly sha256: string | undefined;
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ECSTarget.html */
export interface TargetFacts {
  readonly events: readonly LifecycleEventFacts[];
  readonly taskSets: readonly {
    readonly id: string;
    /** Blue is the task set that served when the deployment began, Green the one that it made. */
    readonly label: 'Blue' | 'Green' | undefined;
    readonly desiredCount: number;
    readonly runningCount: number;
    readonly pendingCount: number;
    /** Percent of the production traffic. */
    readonly trafficWeight: number;
  }[];
}

export interface LifecycleEventFacts {
  readonly name: string;
  readonly status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped' | 'Unknown';
  readonly endTime: number | undefined;
  /** Why it failed. */
  readonly message: string | undefined;
}

export interface NewDeployment extends DeploymentGroupName {
  readonly deploymentConfigName: string;
  readonly description: string;
  readonly appSpec: string;
  /** Also turn back when an alarm of the group stops it. */
  readonly onAlarm: boolean;
}

export interface NewConfiguration {
  readonly name: string;
  readonly routing: Exclude<TrafficRouting, { readonly kind: 'all-at-once' }>;
}
