/** What the control plane remembers. Records are changed in place; `views/` turns them into AWS's shapes. */

import type {
  DeploymentConfiguration,
  DeploymentController,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStatus,
  DeploymentLifecycleHookTargetType,
  LoadBalancer,
  NetworkConfiguration,
  ServiceDeploymentLifecycleStage,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceDeploymentStatus,
  Tag,
  TaskDefinition,
  TaskOverride,
  TaskStopCode,
} from '@aws-sdk/client-ecs';
import type { RunningTask, Target } from '../contracts.ts';

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  /** Everything of CreateCluster that is only kept: settings, configuration, capacity providers. */
  readonly kept: Readonly<Record<string, unknown>>;
}

/** A registered revision as DescribeTaskDefinition shows it, unknown fields included. */
export type StoredTaskDefinition = TaskDefinition & {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly revision: number;
};

/** The part of a service that a service revision freezes. A change of it starts a new service deployment. */
export interface RevisionSettings {
  readonly loadBalancers: readonly LoadBalancer[];
  readonly networkConfiguration?: NetworkConfiguration;
  readonly platformVersion?: string;
  /** launchType, serviceRegistries, serviceConnectConfiguration, volumeConfigurations, …: kept as they came. */
  readonly kept: Readonly<Record<string, unknown>>;
}

/** One container port of a revision behind one target group. */
export interface RevisionTarget {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly productionListenerRule?: string;
}

/** How many tasks a revision wants: as many as the service desires, none, or a number the rolling update set. */
export type Scale = 'all' | 'none' | number;

/** A service revision together with the tasks' bookkeeping of its classic deployment (`ecs-svc/…`). */
export interface Revision {
  readonly id: string;
  readonly arn: string;
  /** `ecs-svc/<id>`: what the tasks' `startedBy` says. */
  readonly deploymentId: string;
  readonly taskDefinition: StoredTaskDefinition;
  readonly settings: RevisionSettings;
  readonly targets: readonly RevisionTarget[];
  readonly createdAt: Date;
  updatedAt: Date;
  scale: Scale;
  /** A failed deployment launches nothing more. */
  frozen: boolean;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  /** Failures since a task last got healthy; `failedTasks` of the deployment. */
  failedTasks: number;
  /** Starts in a row that never reached RUNNING; only these are throttled. */
  failedStarts: number;
  /** Milliseconds of the epoch before which nothing is launched. */
  launchNotBefore: number;
  readonly imageDigests: Map<string, string>;
}

/** A part of a service that runs one revision, as many tasks as its share of the service's desired count (API_TaskSet). */
export interface TaskSet {
  /** `ecs-svc/…`, the revision's `deploymentId`. */
  readonly id: string;
  readonly arn: string;
  readonly revision: Revision;
  readonly externalId?: string;
  readonly startedBy?: string;
  /** The clientToken that made it, with the whole request. */
  readonly token?: { readonly value: string; readonly request: unknown };
  /** Percent of the service's desired count, 0 to 100. */
  scale: number;
  status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  stability: 'STEADY_STATE' | 'STABILIZING';
  /** Since when it is so. */
  stabilityAt: Date;
}

export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: Date;
  readonly message: string;
}

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly deploymentController: DeploymentController;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  deploymentConfiguration: DeploymentConfiguration;
  healthCheckGracePeriodSeconds: number;
  /** Parameters that start no deployment and are only shown: propagateTags, enableExecuteCommand, … */
  kept: Record<string, unknown>;
  readonly revisions: Revision[];
  /** The newest deployment's revision, `PRIMARY` in `deployments[]`; with task sets the primary one's, undefined while there is none. */
  primary: Revision | undefined;
  /** Oldest first; only with the controllers EXTERNAL and CODE_DEPLOY. Deleted ones are in it until their last task has stopped. */
  taskSets: TaskSet[];
  /** The revision of the last deployment that completed; undefined until the first one has. */
  steady: Revision | undefined;
  readonly deployments: ServiceDeployment[];
  /** Newest first. */
  readonly events: ServiceEvent[];
  /** The plan of a rolling update while one runs. */
  rolling:
    | { readonly to: Revision; readonly from: readonly Revision[]; readonly min: number; readonly max: number }
    | undefined;
  /** True between "has reached a steady state" and the next thing that disturbs it. */
  settled: boolean;
  /** What DescribeServices answers while the newest deployment is not visible yet. */
  stale: { readonly until: number; readonly view: unknown } | undefined;
}

/** The SDK's enum of a deployment's stages leaves one out that its own text lists (API_ServiceDeployment, lifecycleStage). */
export type Stage = ServiceDeploymentLifecycleStage | 'PRE_PRODUCTION_TRAFFIC_SHIFT';

/** Why a running deployment must leave its story. */
export type Interruption =
  | { readonly kind: 'rollback'; readonly reason: string; readonly event: string }
  | { readonly kind: 'fail'; readonly reason: string; readonly event: string }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'closed' };

export interface Hook {
  readonly id: string;
  readonly targetType: DeploymentLifecycleHookTargetType;
  readonly targetArn?: string;
  readonly expiresAt: Date;
  readonly timeoutAction: DeploymentLifecycleHookAction;
  status: DeploymentLifecycleHookStatus;
}

export interface ServiceDeployment {
  readonly id: string;
  readonly arn: string;
  readonly service: Service;
  readonly sources: readonly Revision[];
  readonly target: Revision;
  /** The last revision that completed; undefined when there is none to go back to. */
  readonly previous: Revision | undefined;
  readonly configuration: DeploymentConfiguration;
  readonly createdAt: Date;
  /** Milliseconds of the epoch from which reads see it. */
  readonly visibleAt: number;
  status: ServiceDeploymentStatus;
  statusReason?: string;
  startedAt?: Date;
  finishedAt?: Date;
  stoppedAt?: Date;
  updatedAt: Date;
  stage?: Stage;
  hooks: Hook[];
  rollback?: { readonly reason: string; readonly startedAt: Date; readonly serviceRevisionArn: string };
  breaker: { status: ServiceDeploymentRollbackMonitorsStatus; failureCount: number; threshold: number };
  alarms: { status: ServiceDeploymentRollbackMonitorsStatus; names: readonly string[]; triggered: string[] };
  /** Percent of the traffic by revision ARN, as last ordered from the load balancer. */
  readonly production: Map<string, number>;
  readonly test: Map<string, number>;
  interruption: Interruption | undefined;
  /** Cancels of the timers this deployment has set. */
  readonly cancels: Set<() => void>;
}

export interface TaskContainer {
  readonly name: string;
  readonly arn: string;
  readonly image: string;
  readonly essential: boolean;
  readonly watched: boolean;
  readonly cpu: string;
  readonly memory?: string;
  readonly memoryReservation?: string;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  imageDigest?: string;
  runtimeId?: string;
  exitCode?: number;
  reason?: string;
}

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export interface Task {
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly taskDefinition: StoredTaskDefinition;
  readonly group: string;
  readonly startedBy?: string;
  /** Set for the tasks of a service. */
  readonly owner?: { readonly service: Service; readonly revision: Revision };
  readonly containers: readonly TaskContainer[];
  readonly overrides: TaskOverride;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly attachmentId: string;
  readonly createdAt: Date;
  readonly kept: Readonly<Record<string, unknown>>;
  version: number;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  address?: string;
  registered: { readonly targetGroupArn: string; readonly target: Target }[];
  /** Once healthy, a later death is no failed start of its deployment. */
  wasHealthy: boolean;
  /** Died or was replaced because something was wrong with it, not because it was surplus. */
  failed: boolean;
  pullStartedAt?: Date;
  pullStoppedAt?: Date;
  startedAt?: Date;
  stoppingAt?: Date;
  stoppedAt?: Date;
  stopCode?: TaskStopCode;
  stoppedReason?: string;
  running?: RunningTask;
}

export type Tags = Map<string, Tag[]>;
