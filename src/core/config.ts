import type { Gate } from './gate.ts';
import type { GitHubSettings } from './github.ts';

/** What the user asked for, validated: every value here is usable as it is. Made by inputs.ts alone. */
export type Request =
  | { readonly command: 'deploy'; readonly config: Config }
  /** What a deployment with the same inputs would do; nothing is changed. */
  | { readonly command: 'plan'; readonly config: Config }
  /** `to`: the share to go to, passing by the steps between; undefined: the next step that waits for a person, or the end. */
  | { readonly command: 'promote'; readonly config: RolloutConfig; readonly to: number | undefined }
  | { readonly command: 'rollback'; readonly config: RolloutConfig }
  /** `service` undefined: all services of the cluster. `fix`: turn back what nobody is at the wheel of, tidy what was left. */
  | {
      readonly command: 'status';
      readonly cluster: string;
      readonly service: string | undefined;
      readonly fix: boolean;
      readonly config: Omit<RolloutConfig, 'service'>;
    };

/** How traffic is moved and judged: all that a job needs which begins a rollout or takes one over. */
export interface RolloutConfig {
  /** Name or ARN, as given. */
  readonly cluster: string;
  /** The service's name, also when the input was an ARN. */
  readonly service: string;
  readonly strategy: Strategy | undefined;
  /** Shares of traffic in percent, rising, the last is 100. Undefined: as the strategy has it. */
  readonly steps: readonly number[] | undefined;
  /** Undefined: five minutes, or as the rollout was begun. */
  readonly holdMs: number | undefined;
  /** Undefined: the service's own bake time, 10 minutes when it has none. Whole minutes. */
  readonly bakeMs: number | undefined;
  readonly gates: readonly Gate[];
  readonly approval: Approval;
  readonly holdLimitMs: number;
  readonly onInconclusive: 'rollback' | 'promote' | 'wait';
  readonly waitForApprovalMs: number;
  readonly promoteWithinMs: number;
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly onCancel: 'rollback' | 'leave';
  readonly taskset: TaskSetSettings;
  readonly codedeploy: CodeDeploySettings;
  /** Undefined in a configuration that no inputs were read for: a deployment to the environment of the service's name. */
  readonly github?: GitHubSettings;
}

export interface Config extends RolloutConfig {
  readonly image: ImageSource;
  readonly taskDefinition: TaskDefinitionSource;
  /** Undefined: the task definition's only essential container. */
  readonly container: string | undefined;
  /** Set on that container; a name that is already there gets the new value, others stay. */
  readonly environment: ReadonlyMap<string, string>;
  /** Name to ARN of a Secrets Manager secret or SSM parameter. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The command of a one-off task of the new task definition, run before any traffic moves. */
  readonly migrate: readonly string[] | undefined;
  readonly ifRunning: 'refuse' | 'wait' | 'supersede';
}

export type Strategy = 'rolling' | 'blue-green' | 'linear' | 'canary';

/** When a person has to say "go on": never, once (at the first step), or at every step below 100 %. */
export type Approval = 'none' | 'manual' | 'every-step';

/** Of services with the deployment controller EXTERNAL. */
export interface TaskSetSettings {
  /** ARNs of listener rules or listeners whose weights are moved; empty: those that forward to stable's target group. */
  readonly productionRules: readonly string[];
  /** ARN of a listener rule or listener that is to lead to the candidate before it has users. */
  readonly testRule: string | undefined;
  /** The candidate's target group; undefined: the only other one on the production rules. */
  readonly targetGroup: string | undefined;
  /** The candidate's task count: as its share of traffic asks for, or all from the beginning. */
  readonly capacity: 'proportional' | 'full';
  /** How long a user stays with one version during the shift; undefined: as the rules have it. */
  readonly stickinessMs: number | undefined;
  /** How long stable's tasks are kept, at least, after their traffic has left. */
  readonly drainMs: number;
}

/** Of services with the deployment controller CODE_DEPLOY. */
export interface CodeDeploySettings {
  /** Undefined: `AppECS-<cluster>-<service>`, as ECS's console names it. */
  readonly application: string | undefined;
  /** Undefined: `DgpECS-<cluster>-<service>`. */
  readonly deploymentGroup: string | undefined;
  /** A deployment configuration by name, instead of `steps` and `hold`. */
  readonly deploymentConfig: string | undefined;
}

export type ImageSource =
  | { readonly kind: 'build'; readonly build: Build }
  /** `reference` is any image reference; one in ECR is resolved to its digest. */
  | { readonly kind: 'existing'; readonly reference: string }
  /** The images that the task definition names. */
  | { readonly kind: 'as-is' };

/** One `docker build` and push. Lists keep the order of the input. */
export interface Build {
  /** ECR repository: a name, or the repository URI (`…dkr.ecr.…amazonaws.com/name`), as given. */
  readonly repository: string;
  readonly context: string;
  /** Relative to the working directory; undefined: `Dockerfile` in the context. */
  readonly dockerfile: string | undefined;
  readonly target: string | undefined;
  readonly platforms: readonly string[];
  /** What `FROM` or `COPY --from` of a name takes instead: a folder, a Git address, `docker-image://…`. */
  readonly buildContexts: ReadonlyMap<string, string>;
  /** `KEY=value`, or `KEY` to take it from the environment. */
  readonly buildArgs: readonly string[];
  /** `id=value` lines; the value never appears in an argument. */
  readonly buildSecrets: ReadonlyMap<string, string>;
  /** At least one; the first is the one reported. */
  readonly tags: readonly string[];
  /** `registry`: layers are kept in the repository under the tag `buildcache`. */
  readonly cache: 'registry' | 'none';
  /** The commit that is built, for the image's labels. */
  readonly revision: string;
}

export type TaskDefinitionSource =
  | { readonly kind: 'service' }
  | { readonly kind: 'file'; readonly path: string }
  /** A family (its newest ACTIVE revision), `family:revision` or an ARN. */
  | { readonly kind: 'registered'; readonly reference: string };

/** A repository in ECR as its URI or name says it; what it does not say is the caller's own account and region. */
export interface RepositoryName {
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly name: string;
}
