import type { Build } from './core/config.ts';
import type { Fault } from './core/errors.ts';
import type { RepositoryFacts } from './core/image.ts';
import type { Clock, Docker, Images, Log } from './ports.ts';

export interface BuildPorts {
  readonly images: Images;
  readonly docker: Docker;
  readonly clock: Clock;
}

export interface BuiltImage {
  /** `repositoryUri@digest`: what is deployed. */
  readonly reference: string;
  readonly digest: string;
  /** The first of the build's tags. */
  readonly tag: string;
  /** The tag was there already, of the same commit and the same inputs: nothing was built. */
  readonly reused: boolean;
}

export interface BuildPlan {
  readonly build: Build;
  readonly repository: RepositoryFacts;
  /** Digest of an image that is there and can be taken as it is. */
  readonly reusable: string | undefined;
}

/** Read-only: what the build would do, or everything that speaks against it. */
export declare function planBuild(
  build: Build,
  images: Images,
  log: Log,
): Promise<{ readonly plan: BuildPlan } | { readonly faults: readonly Fault[] }>;

/** Builds and pushes what was planned. Rejects with JobFailed or CallError. */
export declare function executeBuild(plan: BuildPlan, ports: BuildPorts, log: Log): Promise<BuiltImage>;

/** `planBuild` and `executeBuild` in one. Rejects with FaultsFound, JobFailed or CallError. */
export declare function buildImage(build: Build, ports: BuildPorts, log: Log): Promise<BuiltImage>;
