/**
 * What the story needs from the world. Small on purpose: a fake of each fits on a page.
 * Every method that talks to AWS rejects with CallError (core/errors.ts) and with nothing else.
 */
import type { BuilderFacts } from './core/build-args.ts';
import type {
  DeploymentFacts,
  DeploymentGroupFacts,
  DeploymentGroupName,
  DeploymentStatus,
  TargetFacts as DeploymentTargetFacts,
  NewConfiguration,
  NewDeployment,
} from './core/codedeploy-facts.ts';
import type { DeploymentConfiguration } from './core/codedeploy-ladder.ts';
import type { DeploymentWaits } from './core/codedeploy-waits.ts';
import type { RepositoryName, RolloutConfig } from './core/config.ts';
import type { TaskDeath } from './core/deaths.ts';
import type { Fault } from './core/errors.ts';
import type { Gate, MetricsGate } from './core/gate.ts';
import type { CheckRun, GitHubDeploymentStatus } from './core/github.ts';
import type { RepositoryFacts } from './core/image.ts';
import type { JsonObject } from './core/json.ts';
import type { VersionMinutes } from './core/judge/minutes.ts';
import type { Memo } from './core/memo.ts';
import type { OneOffTask, Refusal } from './core/migration.ts';
import type { End, Look } from './core/observation.ts';
import type { Plan } from './core/plan.ts';
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
import type { TaskSetFacts, TrafficRule } from './core/taskset-facts.ts';
import type { RequestBucket } from './core/traffic-count.ts';

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
  readonly taskSets: TaskSets;
  readonly trafficRules: TrafficRules;
  readonly codeDeploy: CodeDeploy;
  readonly alarms: Alarms;
  readonly trafficCounts: TrafficCounts;
  readonly metrics: Metrics;
  readonly oneOffTasks: OneOffTasks;
  readonly images: Images;
  readonly docker: Docker;
  /** Undefined: no token, or not on GitHub. */
  readonly github: GitHub | undefined;
  readonly probe: Probe;
  readonly shell: Shell;
}

/**
 * GitHub's own pages about this commit. Each method is one request (comment: two) and rejects with GitHubError and nothing else,
 * at the latest after ten seconds. Nobody who moves traffic ever waits for one.
 */
export interface GitHub {
  /** Gives its id. */
  createCheckRun(check: CheckRun): Promise<number>;
  updateCheckRun(id: number, check: CheckRun): Promise<void>;
  /** Of the commit, without GitHub's own merges and required contexts. Gives its id. */
  createDeployment(of: {
    readonly sha: string;
    readonly environment: string;
    readonly description: string;
  }): Promise<number>;
  /** The newest of this commit and environment; undefined when there is none. */
  deploymentOf(of: { readonly sha: string; readonly environment: string }): Promise<number | undefined>;
  /** Earlier ones of the environment become inactive when it succeeds, but for those of the environment `production`. */
  setDeploymentStatus(id: number, status: GitHubDeploymentStatus): Promise<void>;
  /** The newest before this one that still counts as a success becomes inactive: three requests, a few more after failures. */
  retireEarlier(id: number, environment: string): Promise<void>;
  /** Numbers of the merged or open pull requests that the commit belongs to. */
  pullRequestsOf(sha: string): Promise<readonly number[]>;
  /** The one comment with this marker (an HTML comment in its first line) is written anew; without one it is made. */
  comment(pullRequest: number, marker: string, body: string): Promise<void>;
}

/** What the job gives back to the runner. */
export interface Runner {
  /** Writes the outputs and the job summary (Markdown). */
  report(outputs: Readonly<Record<string, string>>, summary: string): Promise<void>;
  /** Writes a file that later steps of the job can read, and gives its path; undefined when it could not be written. Never rejects. */
  file(name: string, text: string): Promise<string | undefined>;
  /** Keeps a value for the post step of this job (GITHUB_STATE). Never rejects: outside of a runner there is no such step. */
  save(name: string, value: string): Promise<void>;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Services {
  /** Names of the cluster's ACTIVE services, in the alphabet's order. Rejects when there is no such cluster. */
  names(cluster: string): Promise<readonly string[]>;
  /** `undefined` when the cluster or the service does not exist (the failures' reason MISSING, ClusterNotFoundException). */
  describe(cluster: string, service: string): Promise<ServiceFacts | undefined>;
  /** UpdateService. Gives the ARN of the service deployment where the answer names it. */
  update(
    cluster: string,
    service: string,
    change: ServiceChange,
  ): Promise<{ readonly deploymentArn: string | undefined }>;
  /** TagResource: sets these on the service, others stay. */
  tag(serviceArn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** UntagResource. A key that is not there is not an error. */
  untag(serviceArn: string, keys: readonly string[]): Promise<void>;
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

/**
 * A way of moving traffic. The service's deployment controller decides which: ECS is `native`, EXTERNAL is `taskset`,
 * CODE_DEPLOY is `codedeploy`. Every method rejects with CallError.
 */
export interface Engine {
  readonly name: 'native' | 'taskset' | 'codedeploy';
  /** Gates that every plan of this engine has besides the user's: what it cannot know from its own answers. */
  readonly ownGates: readonly Gate[];
  /** ARN of the task definition whose tasks serve now. Read-only. */
  serving(service: ServiceFacts): Promise<string>;
  /** The rollout that is under way, whoever began it; undefined when there is none. Read-only. */
  underway(service: ServiceFacts): Promise<Underway | undefined>;
  /** How the newest rollout ended, whoever began it; undefined when nothing tells, or when it is under way. Read-only. */
  last(service: ServiceFacts): Promise<Ended | undefined>;
  /** ARN of the task definition that served before the one that serves now; undefined when nothing tells. Read-only. */
  previous(service: ServiceFacts): Promise<string | undefined>;
  /** Everything that has to be known before a rollout is begun. Read-only. */
  survey(service: ServiceFacts, wanted: Wanted): Promise<Survey>;
  /**
   * Takes away what ended rollouts have left on the service because their runner died (pauses, notes, a task set without users).
   * Gives a sentence for each thing that was taken away. Only while no rollout is under way.
   */
  tidy(service: ServiceFacts): Promise<readonly string[]>;
}

/** What a rollout is to be. */
export interface Wanted {
  readonly config: RolloutConfig;
  /** The definition that will be deployed, as far as it is known before the image is built. */
  readonly taskDefinition: JsonObject;
  /** The rollout that this one takes the place of: that it has traffic now speaks against nothing. */
  readonly replaces?: Underway;
}

export interface Survey {
  /** What stands against it. The rest is of use only when this is empty. */
  readonly faults: readonly Fault[];
  readonly plan: Plan;
  /** How the traffic will move, in the engine's own words, for the log: "LINEAR in steps of 5 %". */
  readonly manner: string;
  /** Where the candidate is reached before it has users; undefined when there is no such way. */
  readonly candidateUrl: string | undefined;
  /** Both versions will be behind the same target groups, as Rollout.candidate.mixed says once it has begun. */
  readonly mixed?: true;
  /** Begins the rollout: from here on something changes. */
  begin(candidate: Beginning): Promise<Rollout>;
}

export interface Beginning {
  readonly taskDefinitionArn: string;
  /** What to leave in AWS for whoever takes the rollout over. */
  readonly memo: Memo;
  /** At most 32 characters, the same for every try of this job: what is created twice under it is created once. */
  readonly token: string;
}

/** A rollout that somebody has begun and that has not ended. */
export interface Underway {
  /** As Rollout.id. */
  readonly id: string;
  readonly taskDefinitionArn: string | undefined;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Undefined: not begun by this action, or its note is gone. */
  readonly memo: Memo | undefined;
  readonly look: Look;
  readonly candidateUrl: string | undefined;
  /** Since when nobody is at the wheel of a rollout that does not turn back by itself (epoch ms, it may lie ahead); undefined: it does. */
  readonly abandonedAt?: number | undefined;
  /** Takes it over; no call is made. `plan` may be another than it was begun with. */
  rollout(plan: Plan): Rollout;
}

/** A rollout that has ended. */
export interface Ended {
  /** As Rollout.id. */
  readonly id: string;
  readonly taskDefinitionArn: string | undefined;
  readonly end: End;
}

/** One rollout: orders in, looks out. */
export interface Rollout {
  /** ARN of the service deployment (native) or of the candidate's task set, or CodeDeploy's deployment id. */
  readonly id: string;
  readonly candidate: {
    readonly taskDefinitionArn: string;
    /** When it was begun, by AWS's clock, in epoch milliseconds: tasks that died before are not the candidate's. */
    readonly since: number;
    /** The target groups that the candidate really uses. */
    targetGroupArns(): Promise<readonly string[]>;
    /** Those of stable. */
    stableTargetGroupArns(): Promise<readonly string[]>;
    /** What stable runs; undefined when nothing tells. */
    stableTaskDefinitionArn(): Promise<string | undefined>;
    /** Candidate and stable are behind the same target groups (rolling). */
    readonly mixed: boolean;
  };
  /** One look, one call where the engine can. */
  look(): Promise<Look>;
  /** Go on from this pause, to this share. A pause that is answered already is not an error. Safe to repeat. */
  advance(pauseId: string, to: number): Promise<void>;
  /** All traffic back to stable. Safe to repeat. */
  turnBack(pauseId: string | undefined): Promise<void>;
  /** Promises that somebody is at the wheel, or that a person may take his time, until then (epoch milliseconds). */
  keepUntil(until: number): Promise<void>;
  /** Takes away what the rollout needed for itself on the service, once it is over. */
  tidy(): Promise<void>;
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

/** Tasks that no service keeps alive. */
export interface OneOffTasks {
  /**
   * RunTask, once: the same order with the same token gives the task of the first time, as long as ECS remembers it (24 hours).
   * `refusals`: ECS understood and started nothing.
   */
  run(order: OneOffOrder): Promise<{ readonly taskArn: string } | { readonly refusals: readonly Refusal[] }>;
  /** Undefined while ECS does not show it yet, and when it no longer does (an hour after its end). */
  describe(cluster: string, taskArn: string): Promise<OneOffTask | undefined>;
  /** StopTask: SIGTERM, then SIGKILL. A task that is stopped or gone is not an error. */
  stop(cluster: string, taskArn: string, reason: string): Promise<void>;
  /**
   * The container's log from the beginning, or on from where the last answer ended (`next`). Undefined when it cannot be read here:
   * another log driver than awslogs, or no stream prefix.
   */
  log(
    of: { readonly taskArn: string; readonly taskDefinitionArn: string; readonly container: string },
    next: string | undefined,
  ): Promise<{ readonly lines: readonly string[]; readonly next: string | undefined } | undefined>;
}

export interface OneOffOrder {
  readonly cluster: string;
  readonly taskDefinitionArn: string;
  readonly container: string;
  /** Replaces the container's command. */
  readonly command: readonly string[];
  /** Members of RunTask's request: network, launch type or capacity provider strategy, platform version. */
  readonly placement: JsonObject;
  /** At most 64 characters from ! to ~. */
  readonly token: string;
}

export interface LoadBalancers {
  rules(ruleArns: readonly string[]): Promise<readonly RuleFacts[]>;
  targetGroups(arns: readonly string[]): Promise<readonly TargetGroupFacts[]>;
  targets(targetGroupArn: string): Promise<readonly TargetFacts[]>;
  /** Where a rule of a listener is reached from outside, for example "http://lb.example.com:9001". */
  address(ruleArn: string): Promise<string | undefined>;
}

/** Task sets of services with the deployment controller EXTERNAL. */
export interface TaskSets {
  /** All of the service, those on their way out among them, with their tags. */
  list(cluster: string, service: string): Promise<readonly TaskSetFacts[]>;
  /** These, by ARN or id, in one call, with their tags; one that does not exist any more is left out. */
  describe(cluster: string, service: string, taskSets: readonly string[]): Promise<readonly TaskSetFacts[]>;
  /** CreateTaskSet; `request` is sent as it is, fields that the SDK does not know among them. */
  create(cluster: string, service: string, request: JsonObject): Promise<TaskSetFacts>;
  /** UpdateTaskSet: percent of the service's desired count. */
  scale(cluster: string, service: string, taskSet: string, percent: number): Promise<void>;
  /** UpdateServicePrimaryTaskSet. */
  makePrimary(cluster: string, service: string, taskSet: string): Promise<void>;
  /** DeleteTaskSet: its targets are deregistered and drain, then its tasks stop. One that is gone is not an error. */
  remove(cluster: string, service: string, taskSet: string): Promise<void>;
  /** TagResource: sets these, others stay. */
  tag(taskSetArn: string, tags: Readonly<Record<string, string>>): Promise<void>;
}

/** Listener rules whole, as one needs them to write them back with other weights. */
export interface TrafficRules {
  /**
   * By ARN of a rule or of a listener (its default action), in one call when all are rules; what does not exist is left out.
   */
  describe(arns: readonly string[]): Promise<readonly TrafficRule[]>;
  /** All rules and default actions of the load balancers of a target group. */
  around(targetGroupArn: string): Promise<readonly TrafficRule[]>;
  /** ModifyRule, for a default action ModifyListener. */
  write(rule: TrafficRule, actions: readonly JsonObject[]): Promise<void>;
}

/** CodeDeploy for services with the deployment controller CODE_DEPLOY. */
export interface CodeDeploy {
  /** GetDeploymentGroup; which of the two does not exist. */
  group(name: DeploymentGroupName): Promise<DeploymentGroupFacts | 'no-application' | 'no-group'>;
  /** UpdateDeploymentGroup: these two waits and nothing else. */
  setWaits(name: DeploymentGroupName, waits: DeploymentWaits): Promise<void>;
  /** GetDeploymentConfig; undefined when there is none of this name, or when it is not for ECS. */
  configuration(name: string): Promise<DeploymentConfiguration | undefined>;
  /** CreateDeploymentConfig. One that is there is not an error: its name tells its content. */
  createConfiguration(configuration: NewConfiguration): Promise<void>;
  /** CreateDeployment, turned back by itself when it fails or is stopped. Gives its id. */
  create(deployment: NewDeployment): Promise<string>;
  /** ListDeployments: ids of the group's deployments with these statuses, as CodeDeploy lists them: newest first. At most 100. */
  list(name: DeploymentGroupName, statuses: readonly DeploymentStatus[]): Promise<readonly string[]>;
  /** GetDeployment; undefined when there is none of this id, or not yet. */
  deployment(deploymentId: string): Promise<DeploymentFacts | undefined>;
  /** GetDeploymentTarget: the one service of a deployment; undefined before CodeDeploy has begun with it. */
  target(deploymentId: string, clusterName: string, serviceName: string): Promise<DeploymentTargetFacts | undefined>;
  /** ContinueDeployment. A wait that is over is not an error: the answer was given already, or came too late. */
  goOn(deploymentId: string, wait: 'READY_WAIT' | 'TERMINATION_WAIT'): Promise<void>;
  /** StopDeployment with rollback. A deployment that has ended is not an error. */
  stop(deploymentId: string): Promise<void>;
  /** GetApplicationRevision: the text of an appspec; undefined when there is none of this hash. */
  appSpec(application: string, sha256: string): Promise<string | undefined>;
}

export interface Alarms {
  /** State by name; a name that does not exist is missing in the map. */
  states(names: readonly string[]): Promise<ReadonlyMap<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>>;
}

export interface TrafficCounts {
  /**
   * Requests by target group ARN, minute by minute from `since` on (epoch milliseconds), oldest first; minutes without any may be
   * missing. A target group whose load balancer counts no requests (a Network Load Balancer) is missing in the map.
   */
  requests(
    targetGroupArns: readonly string[],
    since: number,
    until: number,
  ): Promise<ReadonlyMap<string, readonly RequestBucket[]>>;
}

/** Counts of requests, errors and slow requests of the two versions, whoever keeps them. */
export interface Metrics {
  /**
   * Every whole minute that begins in [since, until), of both versions, in one call. A version that nobody counts has none.
   * Rejects with CallError, also when the answer cannot be understood.
   */
  counts(asked: MetricsAsked): Promise<VersionMinutes>;
  /**
   * What `percent` of every hundred requests to stable were not slower than in that time, in milliseconds; undefined when there
   * were none, or when the source cannot tell (only the load balancer's can).
   */
  stablePercentile(asked: Omit<MetricsAsked, 'slowerThanMs'>, percent: number): Promise<number | undefined>;
}

export interface MetricsAsked {
  readonly gate: Pick<MetricsGate, 'source' | 'judges'>;
  readonly candidate: CountedVersion;
  readonly stable: CountedVersion;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  /** For the load balancer's own times; undefined when latency is not judged, or the source counts slow requests itself. */
  readonly slowerThanMs: number | undefined;
}

export interface CountedVersion {
  readonly taskDefinitionArn: string | undefined;
  readonly targetGroupArns: readonly string[];
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

/** What an annotation is about: GitHub shows it on that line of the file, and without a title under its own. */
export interface About {
  readonly title?: string;
  /** From the root of the repository. */
  readonly path?: string;
  /** From 1. */
  readonly line?: number;
}

/** The job's log. One line a change. */
export interface Log {
  info(line: string): void;
  notice(line: string): void;
  warning(line: string): void;
  error(line: string, about?: About): void;
  /**
   * Folds everything printed by `fn` under `title` once it has ended, with the time that it took; when `fn` rejects, or is left behind
   * at `leftWhen`, it stays open. `atMostMs`: longer it cannot take.
   */
  group<T>(
    title: string,
    fn: () => Promise<T>,
    more?: { readonly atMostMs?: number; readonly leftWhen?: AbortSignal },
  ): Promise<T>;
  /** Replaced by *** in everything printed from now on. */
  mask(secret: string): void;
  /** What was masked so far, as the runner takes it: line by line. For pages that the runner does not mask. */
  readonly masked?: () => readonly string[];
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
