import type { Build } from './config.ts';
import type { Fault } from './errors.ts';

/** What can build on this machine. */
export type BuilderFacts =
  | {
      readonly kind: 'buildx';
      /** Of buildx, for example "0.13.1". */
      readonly version: string;
      /** `docker`, `docker-container`, `kubernetes`, `remote`. */
      readonly driver: string;
      /** Whether images are kept by containerd; without it the driver `docker` can do less. */
      readonly containerdStore: boolean;
    }
  | {
      readonly kind: 'legacy';
      /** Of the engine, for example "20.10.24". */
      readonly version: string;
    };

/** Arguments of docker, in the order in which they run. */
export interface BuildCommands {
  readonly build: readonly string[];
  /** Only for the build: values of secrets travel here and nowhere else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables for the build where the job has not set them itself. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Undefined when the build pushes by itself. */
  readonly push: readonly string[] | undefined;
  /** What was asked for and is done without, each a sentence that begins with the input's name. */
  readonly warnings: readonly string[];
}

/** Tag under which the registry cache is kept, beside the images. */
export const cacheTag = 'buildcache';

/** The commit, by its common name: https://github.com/opencontainers/image-spec/blob/main/annotations.md */
export const revisionLabel = 'org.opencontainers.image.revision';
/** A hash of what `buildInputs` gives: the same commit and the same hash mean the same image. */
export const inputsLabel = 'greenlight.build-inputs';

const setUpBuildx = 'set up buildx before this step (docker/setup-buildx-action)';

/**
 * Everything of the inputs that changes what is built, as one line. Of secrets only the ids: a hash of a value could be guessed.
 * `environment` has the values of the build args that are given by name alone.
 */
export function buildInputs(build: Build, environment: Readonly<Record<string, string | undefined>>): string {
  const args = build.buildArgs.map((arg) => (arg.includes('=') ? arg : `${arg}=${environment[arg] ?? ''}`));
  return JSON.stringify({
    context: build.context,
    dockerfile: build.dockerfile ?? null,
    target: build.target ?? null,
    platforms: [...build.platforms].sort(),
    contexts: [...build.buildContexts].sort(),
    args,
    secrets: [...build.buildSecrets.keys()].sort(),
  });
}

/**
 * `docker build` and `docker push` for this builder, or every input that it cannot do. Only the first tag is docker's: buildx with
 * the driver docker pushes several tags in two ways, and one tag ends with another manifest than the other. ECR adds the others.
 */
export function buildCommands(
  build: Build,
  repositoryUri: string,
  builder: BuilderFacts,
  metadataFile: string,
  inputsHash: string,
): BuildCommands | { readonly faults: readonly Fault[] } {
  const faults = unsupported(build, builder);
  if (faults.length > 0) return { faults };
  const reference = `${repositoryUri}:${build.tags[0] ?? ''}`;
  const common = [
    ...(build.dockerfile === undefined ? [] : ['--file', build.dockerfile]),
    ...(build.target === undefined ? [] : ['--target', build.target]),
    ...(build.platforms.length === 0 ? [] : ['--platform', build.platforms.join(',')]),
    ...[...build.buildContexts].flatMap(([name, source]) => ['--build-context', `${name}=${source}`]),
    ...build.buildArgs.flatMap((arg) => ['--build-arg', arg]),
    ...['--label', `${revisionLabel}=${build.revision}`, '--label', `${inputsLabel}=${inputsHash}`],
    ...['--tag', reference],
  ];
  const warnings = cacheWarnings(build, builder);
  if (builder.kind === 'legacy') {
    return {
      build: ['build', ...common, build.context],
      // The caller's shell may ask for BuildKit; without buildx that ends in "buildx component is missing or broken".
      environment: { DOCKER_BUILDKIT: '0' },
      defaults: {},
      push: ['push', reference],
      warnings,
    };
  }
  const secrets = [...build.buildSecrets].map(([id, value], i) => ({
    id,
    value,
    variable: `GREENLIGHT_SECRET_${i + 1}`,
  }));
  return {
    // Provenance is left to the builder's own default and to docker's own switch for it (BUILDX_NO_DEFAULT_ATTESTATIONS):
    // a builder that cannot attest refuses `--provenance`.
    build: [
      ...['buildx', 'build', '--push', '--progress', 'plain', '--metadata-file', metadataFile],
      ...common,
      ...secrets.flatMap(({ id, variable }) => ['--secret', `id=${id},env=${variable}`]),
      ...(build.cache === 'registry' && warnings.length === 0 ? registryCache(repositoryUri) : []),
      build.context,
    ],
    environment: Object.fromEntries(secrets.map(({ variable, value }) => [variable, value])),
    defaults: builder.driver === 'docker' ? noAttestations : {},
    push: undefined,
    warnings,
  };
}

/**
 * The driver docker pushes twice: BuildKit the index of image and attestations, then the engine the image alone under the same tag.
 * A mutable tag ends at either of the two, and an immutable one is refused. Without attestations both are one and the same.
 * https://docs.docker.com/build/building/variables/#buildx_no_default_attestations, https://github.com/moby/moby/pull/49949
 */
const noAttestations = { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };

/**
 * ECR keeps a cache only as an OCI image manifest, and a cache that cannot be written is no reason to fail the build.
 * https://aws.amazon.com/blogs/containers/announcing-remote-cache-support-in-amazon-ecr-for-buildkit-clients/
 * https://docs.docker.com/build/cache/backends/registry/
 */
function registryCache(repositoryUri: string): readonly string[] {
  const ref = `type=registry,ref=${repositoryUri}:${cacheTag}`;
  return [
    ...['--cache-from', ref],
    ...['--cache-to', `${ref},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`],
  ];
}

function unsupported(build: Build, builder: BuilderFacts): Fault[] {
  const faults: Fault[] = [];
  const onlyWithBuildx = { 'build-contexts': build.buildContexts, 'build-secrets': build.buildSecrets };
  for (const [subject, named] of Object.entries(onlyWithBuildx)) {
    if (builder.kind !== 'legacy' || named.size === 0) continue;
    const problem = `${[...named.keys()].join(', ')} cannot be given to docker ${builder.version} without buildx`;
    faults.push({ subject, problem, fix: setUpBuildx });
  }
  if (build.platforms.length > 1 && (builder.kind === 'legacy' || isPlainDockerDriver(builder))) {
    const by = builder.kind === 'legacy' ? `docker ${builder.version} without buildx` : 'the buildx driver docker';
    faults.push({
      subject: 'platforms',
      problem: `${build.platforms.join(' and ')} cannot be built together by ${by}`,
      fix: `${setUpBuildx}, or name one platform`,
    });
  }
  return faults;
}

function cacheWarnings(build: Build, builder: BuilderFacts): string[] {
  if (build.cache !== 'registry') return [];
  if (builder.kind === 'buildx' && !isPlainDockerDriver(builder)) return [];
  const by = builder.kind === 'legacy' ? `docker ${builder.version} without buildx` : 'the buildx driver docker';
  return [`cache: ${by} cannot keep a cache in the registry, building without; ${setUpBuildx}`];
}

/** The driver `docker` has what containerd's image store brings, or nothing of it. https://docs.docker.com/build/builders/drivers/ */
function isPlainDockerDriver(builder: BuilderFacts & { kind: 'buildx' }): boolean {
  return builder.driver === 'docker' && !builder.containerdStore;
}
