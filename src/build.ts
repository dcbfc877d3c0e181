import { createHash } from 'node:crypto';
import {
  type BuildCommands,
  type BuilderFacts,
  buildCommands,
  buildInputs,
  cacheTag,
  inputsLabel,
  revisionLabel,
} from './core/build-args.ts';
import type { Build, RepositoryName } from './core/config.ts';
import { CommandFailed, type Fault, FaultsFound, JobFailed } from './core/errors.ts';
import { isImmutable, parseRepository, type RepositoryFacts } from './core/image.ts';
import { imageLabels } from './images.ts';
import type { Clock, Docker, DockerSession, Images, Log, StoredManifest } from './ports.ts';

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
  /** Hash of everything in the inputs that changes what is built. */
  readonly inputsHash: string;
  /** An image that is there and can be taken as it is. */
  readonly reusable: StoredManifest | undefined;
}

/**
 * Read-only: what the build would do, or everything that speaks against it. An immutable tag that is there already is looked at now,
 * before minutes are spent on a build that could not be pushed. Rejects with CallError.
 */
export async function planBuild(
  build: Build,
  images: Images,
  log: Log,
): Promise<{ readonly plan: BuildPlan } | { readonly faults: readonly Fault[] }> {
  // Before anything is printed. The runner knows the values of its own secrets, not those that a step has made.
  for (const value of build.buildSecrets.values()) log.mask(value);
  const parsed = parseRepository(build.repository);
  if ('problem' in parsed) return { faults: [{ subject: 'repository', ...parsed }] };
  const repository = await images.repository(parsed.name);
  if (repository === undefined) return { faults: [missingRepository(parsed.name)] };
  if (build.cache === 'registry' && isImmutable(repository, cacheTag)) {
    log.warning(
      `cache: ${repository.uri} keeps its tags, so the cache under ${cacheTag} cannot be renewed; exclude that tag from immutability`,
    );
  }
  const inputsHash = hash(buildInputs(build, process.env));
  let reusable: StoredManifest | undefined;
  const faults: Fault[] = [];
  for (const tag of build.tags.filter((tag) => isImmutable(repository, tag))) {
    const present = await images.manifest(repository.name, tag);
    if (present === undefined) continue;
    const labels = await imageLabels(images, repository.name, present);
    const isSame =
      build.revision !== '' && labels?.[revisionLabel] === build.revision && labels[inputsLabel] === inputsHash;
    if (isSame) reusable ??= present;
    else faults.push(tagTaken(repository, tag, present, labels, build.revision));
  }
  return faults.length > 0 ? { faults } : { plan: { build, repository, inputsHash, reusable } };
}

/** Builds and pushes what was planned. Rejects with FaultsFound (what the builder here cannot do), JobFailed or CallError. */
export async function executeBuild(plan: BuildPlan, ports: BuildPorts, log: Log): Promise<BuiltImage> {
  if (plan.reusable !== undefined) return reuse(plan, plan.reusable, ports.images, log);
  const session = await ports.docker.open();
  try {
    const commands = buildCommands(
      plan.build,
      plan.repository.uri,
      session.builder,
      session.metadataFile,
      plan.inputsHash,
    );
    if ('faults' in commands) throw new FaultsFound(commands.faults);
    for (const warning of commands.warnings) log.warning(warning);
    const reported = await buildAndPush(plan, commands, session, ports, log);
    const image = await settle(plan, reported, ports.images, log);
    for (const tag of plan.build.tags.slice(1)) await ports.images.tag(plan.repository.name, image, tag);
    return pushed(plan, image.digest, false);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return await afterFailure(error, plan, ports.images, log);
  } finally {
    await session.close();
  }
}

/** A login that ends within this time is renewed before it is used. */
const loginMarginMs = 10 * 60_000;

/** Gives the digest that docker says it has pushed. */
async function buildAndPush(
  plan: BuildPlan,
  commands: BuildCommands,
  session: DockerSession,
  ports: BuildPorts,
  log: Log,
): Promise<string | undefined> {
  const registry = plan.repository.uri.split('/')[0] ?? '';
  let expiresAt = 0;
  const logIn = async () => {
    if (expiresAt - ports.clock.now() > loginMarginMs) return;
    const login = await ports.images.login(plan.repository.name.region);
    await session.login(registry, login.username, login.password);
    expiresAt = login.expiresAt;
  };
  const run = async (args: readonly string[], environment: Readonly<Record<string, string>>) => {
    await logIn();
    try {
      return await session.run(args, environment);
    } catch (error) {
      // The login ran out on the way (buildx reads it once, at the start): all layers are at hand, so the second run is short.
      if (!(error instanceof CommandFailed) || ports.clock.now() < expiresAt) throw error;
      await logIn();
      return await session.run(args, environment);
    }
  };
  log.info(`building ${plan.repository.uri}:${plan.build.tags[0]} with ${builderName(session.builder)}`);
  const defaults = Object.entries(commands.defaults).filter(([name]) => process.env[name] === undefined);
  await run(commands.build, { ...Object.fromEntries(defaults), ...commands.environment });
  if (commands.push !== undefined) {
    return /digest: (sha256:[0-9a-f]{64})/.exec(await run(commands.push, {}))?.[1];
  }
  const digest = (await session.metadata())?.['containerimage.digest'];
  return typeof digest === 'string' ? digest : undefined;
}

function builderName(builder: BuilderFacts): string {
  return builder.kind === 'legacy'
    ? `docker ${builder.version}`
    : `buildx ${builder.version} (driver ${builder.driver})`;
}

/**
 * What is deployed is what ECR has. Docker's own word is compared with it: where a job beside this one has moved a mutable
 * tag in the meantime, the image that was built here is the one to deploy.
 */
async function settle(
  plan: BuildPlan,
  reported: string | undefined,
  images: Images,
  log: Log,
): Promise<StoredManifest> {
  const { repository, build } = plan;
  const tag = build.tags[0] ?? '';
  const tagged = await images.manifest(repository.name, tag);
  if (tagged !== undefined && (reported === undefined || tagged.digest === reported)) return tagged;
  const own = reported === undefined ? undefined : await images.manifest(repository.name, reported);
  if (own !== undefined) {
    log.warning(
      `${repository.uri}:${tag} names ${tagged?.digest ?? 'nothing'} by now; deploying ${own.digest}, built here`,
    );
    return own;
  }
  // Some builders report the digest of the image's configuration or of their own copy.
  if (tagged !== undefined) return tagged;
  throw new JobFailed(
    `${repository.uri}:${tag} was pushed, yet ECR does not have it; look whether the tag was deleted`,
  );
}

/**
 * Docker has failed. Where somebody else has taken an immutable tag meanwhile, that is why, whatever docker made of ECR's answer
 * (from version 26 on it is no more than "400 Bad Request"); and when it was the very same build, its image will do.
 */
async function afterFailure(error: CommandFailed, plan: BuildPlan, images: Images, log: Log): Promise<BuiltImage> {
  const { build, repository } = plan;
  const failed = (why: string) => new JobFailed(`${repository.uri}: ${why}`, { cause: error });
  if (!build.tags.some((tag) => isImmutable(repository, tag))) throw failed(error.message);
  const again = await planBuild(build, images, log);
  if ('plan' in again) {
    if (again.plan.reusable !== undefined) return reuse(again.plan, again.plan.reusable, images, log);
    throw failed(error.message);
  }
  const built = /@(sha256:[0-9a-f]{64})/.exec(error.lastLines.join('\n'))?.[1];
  const taken = again.faults.map((fault) => `${fault.problem}; ${fault.fix}`).join('; ');
  const what = built === undefined ? 'the image' : `the image built here (${built})`;
  throw failed(`${what} was refused, for another job was faster: ${taken} (${error.message})`);
}

/** Takes the image that is there, and gives it those of the tags that it does not have yet. */
async function reuse(plan: BuildPlan, image: StoredManifest, images: Images, log: Log): Promise<BuiltImage> {
  const { repository, build } = plan;
  log.info(
    `${repository.uri}:${build.tags[0]} was built from this commit and these inputs before: taking ${image.digest}`,
  );
  for (const tag of build.tags) {
    const present = await images.manifest(repository.name, tag);
    if (present?.digest === image.digest || (present !== undefined && isImmutable(repository, tag))) continue;
    await images.tag(repository.name, image, tag);
  }
  return pushed(plan, image.digest, true);
}

function pushed(plan: BuildPlan, digest: string, reused: boolean): BuiltImage {
  return { reference: `${plan.repository.uri}@${digest}`, digest, tag: plan.build.tags[0] ?? '', reused };
}

function missingRepository(name: RepositoryName): Fault {
  const where = [
    name.region === undefined ? '' : ` in ${name.region}`,
    name.account === undefined ? '' : ` of ${name.account}`,
  ];
  const region = name.region === undefined ? '' : ` --region ${name.region}`;
  return {
    subject: 'repository',
    problem: `${name.name} does not exist in ECR${where.join('')}`,
    fix: `create it with \`aws ecr create-repository --repository-name ${name.name} --image-tag-mutability IMMUTABLE${region}\` (needs ecr:CreateRepository), or correct the name or AWS_REGION`,
  };
}

function tagTaken(
  repository: RepositoryFacts,
  tag: string,
  present: StoredManifest,
  labels: Readonly<Record<string, string>> | undefined,
  revision: string,
): Fault {
  const from = labels?.[revisionLabel];
  const why =
    labels === undefined
      ? 'whose labels cannot be read (ecr:GetDownloadUrlForLayer)'
      : from === undefined
        ? 'which does not say what it was built from'
        : from === revision
          ? 'built from the same commit with other inputs'
          : `built from commit ${from}`;
  return {
    subject: 'tags',
    problem: `${tag} is immutable in ${repository.uri} and names ${present.digest}, ${why}`,
    fix: `use another tag, or deploy that image with \`image: ${repository.uri}@${present.digest}\``,
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
