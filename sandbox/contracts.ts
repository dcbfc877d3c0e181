/**
 * What the sandbox's parts need from one another. Each part implements its own interface and sees the others
 * only through these: the control planes (ecs/, elb/, ecr/), the tasks (tasks/) and the clock never import each other.
 */

/** Wall-clock timestamps, but AWS's own durations pass `speed` times faster (a "minute" is 60/speed seconds). */
export interface SandboxClock {
  readonly speed: number;
  now(): Date;
  /** Real milliseconds that `awsMs` milliseconds of AWS's time take. */
  real(awsMs: number): number;
  /** Calls `fn` once after `awsMs` of AWS's time; the returned function cancels it. */
  after(awsMs: number, fn: () => void): () => void;
}

/** Names of everything that has an ARN. One account and one region a sandbox. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

// ---------------------------------------------------------------- load balancing (elb/ implements, ecs/ uses)

export interface Target {
  /** An IP address on loopback. */
  readonly id: string;
  readonly port: number;
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';

export interface LoadBalancing {
  /** Weights of the rule's forward action by target group ARN; undefined when there is no such rule. */
  forward(ruleArn: string): ReadonlyMap<string, number> | undefined;
  /** Replaces the weights of the rule's forward action; stickiness, conditions and priority stay. */
  setForward(ruleArn: string, weights: ReadonlyMap<string, number>): void;
  /** `isAttached`: some rule names it, with whatever weight; left out it counts as true. */
  targetGroup(
    arn: string,
  ): { readonly name: string; readonly targetType: 'ip' | 'instance'; readonly isAttached?: boolean } | undefined;
  register(targetGroupArn: string, target: Target): void;
  /** Resolves when the target has drained: no request in flight, or the deregistration delay is over. */
  deregister(targetGroupArn: string, target: Target): Promise<void>;
  state(targetGroupArn: string, target: Target): TargetState;
  /** Called after every change of a target's state. Returns the unsubscribe function. */
  onTargetState(fn: (targetGroupArn: string, target: Target, state: TargetState) => void): () => void;
}

/** What CodeDeploy asks of the load balancer beside `LoadBalancing`: it has target groups by name, traffic routes by listener. */
export interface TrafficRoutes {
  /** The ARN of the target group with this name, undefined when there is none. */
  targetGroupNamed(name: string): string | undefined;
  /** ARNs of the listener's rules in the order of evaluation, the default rule (its default action) last, as `forward`
   *  and `setForward` take them; undefined when there is no such listener. */
  rulesOf(listenerArn: string): readonly string[] | undefined;
}

export interface Alarms {
  /** Undefined when there is no such alarm. */
  state(name: string): 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | undefined;
  onAlarm(fn: (name: string, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA') => void): () => void;
}

// ---------------------------------------------------------------- task sets (ecs/ implements, codedeploy/ uses)

/** What CodeDeploy asks of ECS for a service whose deployment controller is CODE_DEPLOY. */
export interface CodeDeployServices {
  /** Undefined when there is no such ACTIVE service. */
  find(cluster: string, service: string): CodeDeployService | undefined;
}

export interface CodeDeployService {
  readonly arn: string;
  readonly desiredCount: number;
  /** The deployment controller's type, `CODE_DEPLOY` for those that CodeDeploy may touch. */
  readonly controller: string;
  /** The primary task set, undefined before there is one. */
  primary(): TaskSetFacts | undefined;
  /** All task sets that still exist, newest first. */
  taskSets(): readonly TaskSetFacts[];
  /** Creates a task set at 100 % of the desired count behind this target group. Throws AwsError on what ECS refuses. */
  create(request: {
    readonly taskDefinition: string;
    readonly targetGroupArn: string;
    readonly containerName: string;
    readonly containerPort: number;
    /** The CodeDeploy deployment's id. */
    readonly externalId: string;
    /** Of the appspec; what is left out is the primary task set's own. */
    readonly platformVersion?: string;
    readonly networkConfiguration?: unknown;
    readonly capacityProviderStrategy?: unknown;
  }): TaskSetFacts;
  setPrimary(id: string): void;
  /** Drains and stops its tasks. Resolves when it is gone. */
  remove(id: string): Promise<void>;
}

export interface TaskSetFacts {
  /** `ecs-svc/…` */
  readonly id: string;
  readonly arn: string;
  readonly taskDefinition: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  readonly stability: 'STEADY_STATE' | 'STABILIZING';
  readonly targetGroupArn: string | undefined;
  readonly computedDesiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly createdAt: Date;
}

// ---------------------------------------------------------------- scaling (ecs/ implements, autoscaling/ uses)

/** The only thing of ECS that Application Auto Scaling changes: a service's desired count. */
export interface ServiceCounts {
  /** `resourceId` is `service/CLUSTER/SERVICE`; undefined when there is no such ACTIVE service. */
  desiredCount(resourceId: string): number | undefined;
  setDesiredCount(resourceId: string, count: number): void;
}

// ---------------------------------------------------------------- metrics (elb/ implements, cloudwatch/ uses)

/** The values of one metric in one stretch of time. */
export interface MetricBucket {
  /** Real time, milliseconds since 1970. */
  readonly startMs: number;
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Each value (about 1 % exact) with how often it came, lowest first. */
  values(): readonly (readonly [value: number, count: number])[];
}

export interface MetricSeries {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** CloudWatch's StandardUnit, for example `Count` or `Seconds`. */
  readonly unit: string;
  /** Those that start in [fromMs, toMs), oldest first. */
  buckets(fromMs: number, toMs: number): readonly MetricBucket[];
}

/** Whoever publishes metrics by himself, as AWS's services do. */
export interface MetricSource {
  /** Every series that has ever had a value. */
  series(): Iterable<MetricSeries>;
  /** Real milliseconds that one bucket covers. A bucket is published when it is over. */
  readonly bucketMs: number;
}

// ---------------------------------------------------------------- images (ecr/ implements, tasks/ uses)

export interface PulledImage {
  readonly digest: string;
  /** The OCI image config (`{ architecture, os, config: { Env, Cmd, Entrypoint, WorkingDir, Labels, … } }`). */
  readonly config: ImageConfig;
  /** Gzipped or plain layer tars, lowest first. */
  readonly layers: readonly Buffer[];
}

export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly config?: {
    readonly Env?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly WorkingDir?: string;
    readonly Labels?: Readonly<Record<string, string>>;
  };
}

/** On an image that holds a program and no Node: with the value `node`, the task runtime lends it the machine's. */
export const LENDS_LABEL = 'greenlight.sandbox.lends';

export interface ImageStore {
  /** `host:port/repository:tag` or `…@sha256:…`. Throws ImagePullError with the text that ECS would show. */
  pull(reference: string, platform: { readonly os: string; readonly architecture: string }): Promise<PulledImage>;
  /** Credentials that the real docker client may use against the registry on the sandbox's endpoint. */
  credentials(): { readonly username: string; readonly password: string };
}

export class ImagePullError extends Error {
  override readonly name = 'ImagePullError';
}

// ---------------------------------------------------------------- tasks (tasks/ implements, ecs/ uses)

export interface ContainerToRun {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly containerPorts: readonly number[];
  /** As in the task definition; seconds. The runtime runs it and reports the state. */
  readonly healthCheck?: {
    readonly command: readonly string[];
    readonly interval: number;
    readonly timeout: number;
    readonly retries: number;
    readonly startPeriod: number;
  };
  /** Seconds between SIGTERM and SIGKILL; ECS's default is 30. */
  readonly stopTimeout: number;
  /** Hard limit in MiB; beyond it the container is killed with 137 and the reason "OutOfMemoryError: …". */
  readonly memory?: number;
  /** Folders that all tasks share which mount the same file system; as a process a container has none. */
  readonly mounts?: readonly {
    /** fs-… */
    readonly fileSystemId: string;
    readonly containerPath: string;
    readonly readOnly: boolean;
  }[];
  /** Where its output goes, one call a line. */
  readonly log: (line: string) => void;
}

export interface TaskToRun {
  readonly taskId: string;
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly containers: readonly ContainerToRun[];
}

/** What a task tells ECS. Times are the moment of the call. After `stopped` nothing more is said. */
export interface TaskEvents {
  /** The image of this container was pulled. */
  pulled(container: string, digest: string): void;
  /** This container runs; `runtimeId` is the container's or the process's id. */
  started(container: string, runtimeId: string): void;
  /** All containers run. The task listens on `address` (its own loopback address) at its container ports. Only where
   *  a machine has no loopback address but 127.0.0.1 (macOS) is a container port reached at another port: see `ports`. */
  running(address: string, ports?: ReadonlyMap<number, number>): void;
  healthChanged(container: string, health: 'HEALTHY' | 'UNHEALTHY'): void;
  exited(container: string, exitCode: number, reason?: string): void;
  /** The task is over: every container has ended, or it never started. `failure` as ECS words it, for example
   *  "CannotPullContainerError: …" (then the stopCode is TaskFailedToStart), undefined when the containers ran. */
  stopped(failure?: string): void;
}

export interface RunningTask {
  /** SIGTERM to every container, SIGKILL after its stopTimeout. Resolves after `stopped` was told. Safe to repeat. */
  stop(): Promise<void>;
}

export interface TaskRuntime {
  readonly kind: 'docker' | 'process';
  start(task: TaskToRun, events: TaskEvents): RunningTask;
  /** Kills what still runs, removes what it left on disk. */
  close(): Promise<void>;
}

// ---------------------------------------------------------------- logs (logs/ implements, ecs/ uses)

export interface LogSink {
  write(group: string, stream: string, line: string): void;
}
