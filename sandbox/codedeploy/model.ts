/** What CodeDeploy keeps. */

import type {
  AlarmConfiguration,
  AutoRollbackConfiguration,
  BlueGreenDeploymentConfiguration,
  DeploymentCreator,
  DeploymentStatus,
  DeploymentStyle,
  ErrorInformation,
  LifecycleEvent,
  LoadBalancerInfo,
  RollbackInfo,
  TargetStatus,
  TrafficRoutingConfig,
} from '@aws-sdk/client-codedeploy';
import type { TaskSetFacts } from '../contracts.ts';

export interface Application {
  readonly id: string;
  name: string;
  readonly createTime: Date;
  readonly groups: Map<string, DeploymentGroup>;
  /** By sha256: what GetApplicationRevision gives back. */
  readonly revisions: Map<string, Revision>;
}

export interface DeploymentConfig {
  readonly id: string;
  readonly name: string;
  readonly createTime: Date;
  readonly routing: TrafficRoutingConfig;
}

/** What a deployment group says of its deployments; UpdateDeploymentGroup replaces member by member. */
export interface GroupSettings {
  readonly deploymentConfigName: string;
  readonly serviceRoleArn: string;
  readonly ecsService: EcsServiceName;
  readonly deploymentStyle: DeploymentStyle;
  readonly blueGreen: BlueGreenDeploymentConfiguration;
  readonly loadBalancerInfo: LoadBalancerInfo;
  readonly pair: TargetGroupPair;
  readonly autoRollback: AutoRollbackConfiguration | undefined;
  readonly alarms: AlarmConfiguration | undefined;
}

export interface EcsServiceName {
  readonly serviceName: string;
  readonly clusterName: string;
}

export interface TargetGroupPair {
  readonly names: readonly [string, string];
  readonly productionListener: string;
  readonly testListener: string | undefined;
}

export interface DeploymentGroup {
  readonly id: string;
  name: string;
  readonly application: Application;
  settings: GroupSettings;
}

/** What the appspec says, in ECS's own words. */
export interface AppSpec {
  readonly taskDefinition: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly platformVersion: string | undefined;
  readonly networkConfiguration: unknown;
  readonly capacityProviderStrategy: unknown;
  /** Function by lifecycle event. */
  readonly hooks: ReadonlyMap<string, string>;
}

export interface Revision {
  readonly type: 'AppSpecContent' | 'String';
  readonly content: string;
  readonly sha256: string;
  readonly appSpec: AppSpec;
  readonly registerTime: Date;
}

/** Why a deployment ends before its end. */
export interface Halt {
  readonly status: 'Stopped' | 'Failed';
  readonly error: ErrorInformation;
  /** What StopDeployment asked for; undefined leaves it to the automatic rollback's configuration. */
  readonly rollBack: boolean | undefined;
}

export interface Deployment {
  readonly id: string;
  readonly group: DeploymentGroup;
  /** Settings of the group when it was created, with what CreateDeployment put over them. */
  readonly settings: GroupSettings;
  readonly routing: TrafficRoutingConfig;
  readonly revision: Revision | undefined;
  readonly previousRevision: Revision | undefined;
  readonly description: string | undefined;
  readonly creator: DeploymentCreator;
  readonly overrideAlarms: AlarmConfiguration | undefined;
  readonly createTime: Date;
  /** Of a rollback: the deployment that it turns back. */
  readonly turnsBack: Deployment | undefined;
  status: DeploymentStatus;
  startTime: Date | undefined;
  completeTime: Date | undefined;
  error: ErrorInformation | undefined;
  rollbackInfo: RollbackInfo | undefined;
  terminationWaitStarted: boolean;
  readonly events: LifecycleEvent[];
  targetStatus: TargetStatus;
  lastUpdatedAt: Date;
  /** The task set that served when it began, and the one that it made. Last seen facts, kept when they are gone. */
  original: TaskSetFacts | undefined;
  replacement: TaskSetFacts | undefined;
  /** Percent of the production traffic ordered for the replacement. */
  share: number;
  /** Test traffic was given to the replacement. */
  testShifted: boolean;
  /** What ContinueDeployment may end now. */
  waiting: 'READY_WAIT' | 'TERMINATION_WAIT' | undefined;
  /** Ordered from outside; the story takes it up at its next look. */
  halt: Halt | undefined;
}

export interface Store {
  readonly applications: Map<string, Application>;
  readonly configs: Map<string, DeploymentConfig>;
  /** In the order of their creation. */
  readonly deployments: Map<string, Deployment>;
}

export const isFinished = ({ status }: Deployment): boolean =>
  status === 'Succeeded' || status === 'Failed' || status === 'Stopped';

/** The deployment of this group that is not over; there is at most one. */
export const ongoing = (store: Store, group: DeploymentGroup): Deployment | undefined =>
  [...store.deployments.values()].find((deployment) => deployment.group === group && !isFinished(deployment));

/** Newest first. */
export const deploymentsOf = (store: Store, group: DeploymentGroup): Deployment[] =>
  [...store.deployments.values()].filter((deployment) => deployment.group === group).reverse();
