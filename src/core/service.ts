/**
 * ECS's and the load balancer's answers, cut to what is used and with plain numbers for instants (epoch milliseconds).
 * Names are those of the API so that a reader finds them in AWS's reference.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
 */
import type { JsonObject } from './json.ts';
import type { TaskSetFacts } from './taskset-facts.ts';

export interface ServiceFacts {
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly serviceName: string;
  readonly status: string;
  /** 'ECS' when the service does not say. */
  readonly deploymentController: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly launchType: string | undefined;
  /** Names of the capacity providers, `FARGATE` and `FARGATE_SPOT` among them; empty or missing when a launch type is set. */
  readonly capacityProviders?: readonly string[];
  /** `REPLICA` or `DAEMON`; missing: not looked at. */
  readonly schedulingStrategy?: string;
  /** Members of RunTask's request that put a task where the service's own are; missing: not looked at. */
  readonly placement?: JsonObject;
  /** As ECS answered it: hooks, alarms and circuit breaker are sent back untouched. */
  readonly deploymentConfiguration: JsonObject;
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  readonly healthCheckGracePeriodSeconds: number | undefined;
  readonly currentServiceDeployment: string | undefined;
  /** ARNs of the revisions that have tasks now, the one with the most running tasks first; empty when ECS does not say. */
  readonly currentServiceRevisions: readonly string[];
  /** By key; missing: not asked for. */
  readonly tags?: ReadonlyMap<string, string>;
  /** Of the controllers CODE_DEPLOY and EXTERNAL, without their tags; missing: not looked at. */
  readonly taskSets?: readonly TaskSetFacts[];
}

export interface ServiceLoadBalancer {
  readonly targetGroupArn: string | undefined;
  readonly containerName: string | undefined;
  readonly containerPort: number | undefined;
  readonly advancedConfiguration:
    | {
        readonly alternateTargetGroupArn: string | undefined;
        readonly productionListenerRule: string | undefined;
        readonly testListenerRule: string | undefined;
        readonly roleArn: string | undefined;
      }
    | undefined;
}

/** The part of UpdateService that is used. What is undefined is not sent, and so stays as it is. */
export interface ServiceChange {
  readonly taskDefinition?: string;
  readonly deploymentConfiguration?: JsonObject;
  /** A deployment also when nothing differs. */
  readonly forceNewDeployment?: true;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html */
export interface ServiceRevisionFacts {
  readonly taskDefinition: string;
  /** The target groups that this revision really uses: the two of blue/green alternate. */
  readonly targetGroupArns: readonly string[];
}

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED'
  | 'SUCCESSFUL';

export interface RunningDeployment {
  readonly serviceDeploymentArn: string;
  readonly status: ServiceDeploymentStatus;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly targetServiceRevisionArn: string | undefined;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html */
export interface ServiceDeploymentFacts {
  readonly serviceDeploymentArn: string;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason: string | undefined;
  readonly lifecycleStage: string | undefined;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
  readonly hooks: readonly {
    readonly hookId: string;
    readonly targetType: 'AWS_LAMBDA' | 'PAUSE';
    readonly status: string;
    readonly expiresAt: number | undefined;
    readonly timeoutAction: string | undefined;
  }[];
  readonly source: readonly RevisionFacts[];
  readonly target: RevisionFacts | undefined;
  readonly rollbackReason: string | undefined;
  /** Names of the alarms that were triggered during the deployment. */
  readonly alarms: readonly string[];
  /** ROLLING, BLUE_GREEN, LINEAR or CANARY; missing where ECS does not say. */
  readonly strategy?: string | undefined;
}

export interface RevisionFacts {
  readonly arn: string;
  readonly requestedTaskCount: number;
  readonly runningTaskCount: number;
  readonly pendingTaskCount: number;
  /** Percent, 0 to 100. */
  readonly requestedTestTrafficWeight: number;
  readonly requestedProductionTrafficWeight: number;
}

export interface RuleFacts {
  readonly ruleArn: string;
  /** Weight by target group ARN, of the rule's forward action. */
  readonly weights: ReadonlyMap<string, number>;
}

export interface TargetGroupFacts {
  readonly targetGroupArn: string;
  readonly targetType: string;
  readonly healthCheckPath: string | undefined;
}

export interface TargetFacts {
  readonly id: string;
  readonly port: number | undefined;
  readonly state: string;
  readonly reason: string | undefined;
  /** In words: "Health checks failed with these codes: [503]". */
  readonly description: string | undefined;
}
