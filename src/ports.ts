/**
 * What the story needs from the world. Small on purpose: a fake of each fits on a page.
 * Every method that talks to AWS rejects with CallError (core/errors.ts) and with nothing else.
 */
import type { BuilderFacts } from './core/build-args.ts';
import type { RepositoryName } from './core/config.ts';
import type { TaskDeath } from './core/deaths.ts';
import type { RepositoryFacts } from './core/image.ts';
import type { JsonObject } from './core/json.ts';
import type { Look } from './core/observation.ts';
import type {
  RuleFacts,
  RunningDeployment,
  ServiceChange,
  ServiceDeploymentFacts,
  ServiceFacts,
  ServiceRevisionFacts,
  TargetFacts,
  TargetGroupFacts,
} from './core/service.ts';

/** All of them, as main is given them. */
export interface Ports {
  readonly clock: Clock;
  readonly log: Log;
  readonly runner: Runner;
  readonly services: Services;
  readonly deployments: Deployments;
  readonly taskDefinitions: TaskDefinitions;
  readonly tasks: Tasks;
  readonly loadBalancers: LoadBalancers;
  readonly alarms: Alarms;
  readonly images: Images;
  readonly docker: Docker;
  readonly probe: Probe;
  readonly shell: Shell;
}

/** What the job gives back to the runner. */
export interface Runner {
  /** Writes the outputs and the job summary (Markdown). */
  report(outputs: Readonly<Record<string, string>>, summary: string): Promise<void>;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Services {
  /** `undefined` when the cluster or the service does not exist (the failures' reason MISSING, ClusterNotFoundException). */
  describe(cluster: string, service: string): Promise<ServiceFacts | undefined>;
  /** UpdateService. Gives the ARN of the service deployment where the answer names it. */
  update(
    cluster: string,
    service: string,
    change: ServiceChange,
  ): Promise<{ readonly deploymentArn: string | undefined }>;
}

export interface Deployments {
  /** Deployments of the service that were created at or after `since` (all when undefined), newest first. */
  list(cluster: string, service: string, since: number | undefined): Promise<readonly RunningDeployment[]>;
  /** The raw ServiceDeployment, dates as epoch milliseconds; undefined while ECS does not show it yet. */
  describe(deploymentArn: string): Promise<ServiceDeploymentFacts | undefined>;
  /** Answers a pause. A hook that is no longer open is not an error: the answer was given already. */
  answer(deploymentArn: string, hookId: string, action: 'CONTINUE' | 'ROLLBACK'): Promise<void>;
  /** StopServiceDeployment with ROLLBACK. A deployment that has ended or is turning back is not an error. */
  stop(deploymentArn: string): Promise<void>;
  /** What a service revision is; undefined when there is none of this ARN. */
  revision(revisionArn: string): Promise<ServiceRevisionFacts | undefined>;
}

/** Who moves the traffic of one deployment: ECS itself, or (in time) others. */
export interface Engine {
  /** One look, one call. Rejects with CallError. */
  look(): Promise<Look>;
  /** Go on from this pause. A pause that is answered already is not an error. */
  advance(pauseId: string): Promise<void>;
  /** All traffic back to stable. Safe to repeat. */
  turnBack(pauseId: string | undefined): Promise<void>;
}

export interface TaskDefinitions {
  /** Family, family:revision or ARN; undefined when there is none. Everything that ECS answered, tags apart. */
  describe(reference: string): Promise<{ readonly definition: JsonObject; readonly tags: JsonObject[] } | undefined>;
  /** Registers and gives the new revision's ARN. Fields that the SDK does not know are sent as they are. */
  register(definition: JsonObject): Promise<string>;
}

export interface Tasks {
  /** Tasks of this service that have stopped, newest first; each with the end of its log when `logLines` > 0. */
  deaths(cluster: string, service: string): Promise<readonly TaskDeath[]>;
  /** The last lines of a container's log; empty when the driver is not awslogs or nothing can be read. */
  logTail(death: TaskDeath, lines: number): Promise<readonly string[]>;
}

export interface LoadBalancers {
  rules(ruleArns: readonly string[]): Promise<readonly RuleFacts[]>;
  targetGroups(arns: readonly string[]): Promise<readonly TargetGroupFacts[]>;
  targets(targetGroupArn: string): Promise<readonly TargetFacts[]>;
  /** Where a rule of a listener is reached from outside, for example "http://lb.example.com:9001". */
  address(ruleArn: string): Promise<string | undefined>;
}

export interface Alarms {
  /** State by name; a name that does not exist is missing in the map. */
  states(names: readonly string[]): Promise<ReadonlyMap<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>>;
}

export interface Probe {
  /** One GET, redirects not followed. Resolves with what happened, also when nothing answered. */
  get(
    url: string,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly ms: number } | { readonly problem: string }>;
}

export interface Shell {
  /** Runs a user's own command line; its output goes to the log. Gives the exit code, or undefined when it was stopped. */
  run(
    command: string,
    environment: Readonly<Record<string, string>>,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<number | undefined>;
}

/** The job's log. One line a change. */
export interface Log {
  info(line: string): void;
  notice(line: string): void;
  warning(line: string): void;
  error(line: string): void;
  /** Folds everything printed by `fn` under `title`. */
  group<T>(title: string, fn: () => Promise<T>): Promise<T>;
  /** Replaced by *** in everything printed from now on. */
  mask(secret: string): void;
}

/** One manifest as ECR keeps it. */
export interface StoredManifest {
  /** Of the bytes in `text`: what a tag resolves to, and what is deployed. */
  readonly digest: string;
  readonly mediaType: string;
  readonly text: string;
}

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Images in ECR. Each method says the IAM action that it needs. */
export interface Images {
  /** ecr:DescribeRepositories. Undefined when there is no such repository. */
  repository(name: RepositoryName): Promise<RepositoryFacts | undefined>;
  /** ecr:BatchGetImage. `reference` is a tag or a digest; undefined when there is no such image or repository. */
  manifest(repository: RepositoryName, reference: string): Promise<StoredManifest | undefined>;
  /** ecr:GetDownloadUrlForLayer. The image's configuration (architecture, labels), by the digest in its manifest. */
  config(repository: RepositoryName, digest: string): Promise<JsonObject>;
  /** ecr:PutImage. Gives an image that is there one more tag. */
  tag(repository: RepositoryName, manifest: StoredManifest, tag: string): Promise<void>;
  /** ecr:GetAuthorizationToken. The secrets in it are masked in the log before this resolves. */
  login(region: string | undefined): Promise<RegistryLogin>;
}

/** The docker command of this machine. */
export interface Docker {
  /**
   * Looks what can build here and opens a private configuration, so that no login is left behind on the machine.
   * Rejects with JobFailed, and what to do, when there is no docker or no engine.
   */
  open(): Promise<DockerSession>;
}

export interface DockerSession {
  readonly builder: BuilderFacts;
  /** Where the builder is to write what it built (`--metadata-file`). */
  readonly metadataFile: string;
  /** The password goes through the standard input. Rejects with CommandFailed. */
  login(registry: string, username: string, password: string): Promise<void>;
  /** Runs docker; its output goes to the log line by line. Gives the output. Rejects with CommandFailed. */
  run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string>;
  /** The content of `metadataFile`; undefined when nothing was written. */
  metadata(): Promise<JsonObject | undefined>;
  /** Removes the private configuration. Never rejects. */
  close(): Promise<void>;
}
