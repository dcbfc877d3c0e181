import type { Gate } from './gate.ts';

/** What the user asked for, validated: every value here is usable as it is. Made by inputs.ts alone. */
export interface Config {
  /** Name or ARN, as given. */
  readonly cluster: string;
  /** The service's name, also when the input was an ARN. */
  readonly service: string;
  readonly image: ImageSource;
  readonly taskDefinition: TaskDefinitionSource;
  /** Undefined: the task definition's only essential container. */
  readonly container: string | undefined;
  /** Set on that container; a name that is already there gets the new value, others stay. */
  readonly environment: ReadonlyMap<string, string>;
  /** Name to ARN of a Secrets Manager secret or SSM parameter. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly strategy: Strategy | undefined;
  /** Shares of traffic in percent, rising, the last is 100. Undefined: as the strategy has it. */
  readonly steps: readonly number[] | undefined;
  readonly holdMs: number;
  /** Undefined: the service's own bake time, 10 minutes when it has none. Whole minutes. */
  readonly bakeMs: number | undefined;
  readonly gates: readonly Gate[];
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly onCancel: 'rollback' | 'leave';
  readonly ifRunning: 'refuse' | 'supersede';
}

export type Strategy = 'blue-green';

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
