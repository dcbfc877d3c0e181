import type { Config, ImageSource, Strategy, TaskDefinitionSource } from './core/config.ts';
import { formatDuration } from './core/duration.ts';
import { type Fault, FaultsFound } from './core/errors.ts';
import { parseImageReference } from './core/image.ts';
import { pairsOf } from './core/lists.ts';
import { nearest } from './core/nearest.ts';
import { type NamedInEcs, parseArn, parseNameInEcs } from './core/service-name.ts';
import { buildOnlyInputs, readBuild } from './inputs-build.ts';
import { hourMs, minuteMs, readBake, readChoice, readDuration, readGates, readSteps } from './inputs-rollout.ts';

/** What the job knows beside the inputs. */
export interface JobFacts {
  /** The commit (GITHUB_SHA); empty when unknown. */
  readonly sha: string;
  /** AWS_REGION, else AWS_DEFAULT_REGION; undefined when neither is set. */
  readonly region: string | undefined;
}

/** Every input of action.yml, in its order. */
export const inputNames = [
  'cluster',
  'service',
  'repository',
  'image',
  'context',
  'dockerfile',
  'target',
  'platforms',
  'build-args',
  'build-secrets',
  'tags',
  'cache',
  'task-definition',
  'container',
  'environment',
  'secrets',
  'strategy',
  'steps',
  'hold',
  'bake',
  'gates',
  'timeout',
  'poll',
  'on-cancel',
  'if-running',
] as const;

export type InputName = (typeof inputNames)[number];

/** What the readers of single inputs work with. */
export interface InputReader {
  /** Without blanks around it; empty when the input was not given. */
  text(name: InputName): string;
  /** Keeps a fault for the end; gives undefined so that a reader can return it. */
  fail(subject: InputName, problem: string, fix: string): undefined;
}

/**
 * The inputs as a Config. `read` gives an input's text by its name in action.yml, empty when it was not given;
 * `names` are the names of the INPUT_* variables of the environment. Rejects with FaultsFound: all faults at once.
 */
export async function readConfig(
  read: (name: string) => string,
  names: readonly string[],
  facts: JobFacts,
): Promise<Config> {
  const faults: Fault[] = unknownInputs(names);
  const reader: InputReader = {
    text: (name) => read(name).trim(),
    fail: (subject, problem, fix) => {
      faults.push({ subject, problem, fix });
      return undefined;
    },
  };
  const pairs = (subject: InputName) => {
    const result = pairsOf(reader.text(subject), { subject, keyWord: 'KEY', isKey: (key) => !/\s/.test(key) });
    faults.push(...result.faults);
    return result.pairs;
  };

  const place = readPlace(reader, facts.region);
  const taskDefinition = readTaskDefinition(reader, place.region);
  const environment = pairs('environment');
  const secrets = checkSecrets(pairs('secrets'), environment, reader);
  const image = readImage(reader, faults, facts, place.region);
  if (image.kind === 'as-is' && !['task-definition', 'environment', 'secrets'].some((name) => read(name).trim())) {
    reader.fail(
      'repository',
      'nothing to deploy: neither repository, image, task-definition, environment nor secrets is given',
      'name an ECR repository to build and push to, or an image',
    );
  }
  const holdMs = readDuration(reader, 'hold', '5m', 0, 24 * hourMs);
  const bakeMs = readBake(reader);
  const timeoutMs = readDuration(reader, 'timeout', '60m', minuteMs, 120 * hourMs);
  const needsMs = (holdMs ?? 0) + (bakeMs ?? 0);
  if (holdMs !== undefined && timeoutMs !== undefined && timeoutMs <= needsMs) {
    reader.fail(
      'timeout',
      `${formatDuration(timeoutMs)} is over before hold and bake are (${formatDuration(needsMs)})`,
      'give the rollout more time, or hold and bake less',
    );
  }
  const strategy = readChoice<Strategy | ''>(reader, 'strategy', ['blue-green'], '');
  const config = {
    ...place,
    image,
    taskDefinition,
    container: optional(reader.text('container')),
    environment,
    secrets,
    strategy: strategy === '' ? undefined : strategy,
    steps: readSteps(reader),
    holdMs,
    bakeMs,
    gates: await readGates(reader, faults),
    timeoutMs,
    pollMs: readDuration(reader, 'poll', '2s', 1_000, minuteMs),
    onCancel: readChoice(reader, 'on-cancel', ['rollback', 'leave'], 'rollback'),
    ifRunning: readChoice(reader, 'if-running', ['refuse', 'supersede'], 'refuse'),
  };
  if (faults.length > 0) throw new FaultsFound(faults);
  const { region: _, ...known } = config;
  // Without a fault every reader has given its value.
  return known as Config;
}

/** The runner hands on whatever stands under `with:`, also what action.yml does not have, with no more than a warning. */
function unknownInputs(names: readonly string[]): Fault[] {
  const given = names.map((name) => name.replace(/^INPUT_/, '').toLowerCase());
  return given
    .filter((name) => !(inputNames as readonly string[]).includes(name))
    .map((name) => {
      const near = nearest(name, inputNames);
      const fix = near === undefined ? `the inputs are ${inputNames.join(', ')}` : `write ${near}`;
      return { subject: name, problem: 'there is no such input', fix };
    });
}

/** Cluster and service, and the region that they or the job name. */
function readPlace(reader: InputReader, jobRegion: string | undefined) {
  const cluster = readName(reader, 'cluster', jobRegion);
  const service = readName(reader, 'service', jobRegion);
  if (reader.text('service') === '') {
    reader.fail('service', 'is missing', 'write the name or the ARN of the ECS service to deploy to');
  }
  const region = jobRegion ?? service?.region ?? cluster?.region;
  if (service?.cluster !== undefined && cluster !== undefined && cluster.name !== service.cluster) {
    const problem = `${cluster.name} is not the cluster in the service's ARN (${service.cluster})`;
    reader.fail('cluster', problem, 'leave cluster out, or give the service by its name');
  } else if (service?.region !== undefined && cluster?.region !== undefined && service.region !== cluster.region) {
    reader.fail('cluster', `is in ${cluster.region}, the service in ${service.region}`, 'name two of the same region');
  }
  const given = reader.text('cluster');
  return { cluster: given === '' ? (service?.cluster ?? 'default') : given, service: service?.name ?? '', region };
}

function readName(
  reader: InputReader,
  kind: 'cluster' | 'service',
  region: string | undefined,
): NamedInEcs | undefined {
  const text = reader.text(kind);
  if (text === '') return undefined;
  const named = parseNameInEcs(kind, text);
  if (named === undefined) return reader.fail(kind, `"${text}" is no name of a ${kind}`, 'write its name or its ARN');
  checkRegion(reader, kind, text, named.region, region);
  return named;
}

function checkRegion(reader: InputReader, name: InputName, value: string, has?: string, region?: string): void {
  if (has === undefined || region === undefined || has === region) return;
  reader.fail(
    name,
    `${value} is in ${has}, the job works in ${region}`,
    `set AWS_REGION to ${has}, or name one of ${region}`,
  );
}

function readImage(reader: InputReader, faults: Fault[], facts: JobFacts, region: string | undefined): ImageSource {
  const image = reader.text('image');
  const repository = reader.text('repository');
  if (image !== '' && repository !== '') {
    const fix = 'give repository to build and push an image, or image to deploy one that is there';
    reader.fail('image', `${image} is given together with repository ${repository}`, fix);
  }
  if (repository !== '') {
    const build = readBuild(reader, facts.sha, faults);
    if (build.region !== undefined) checkRegion(reader, 'repository', repository, build.region, region);
    return { kind: 'build', build: build.build };
  }
  for (const name of buildOnlyInputs) {
    if (reader.text(name) === '') continue;
    reader.fail(name, 'is for the build, and nothing is built', 'give repository, or leave it out');
  }
  if (image === '') return { kind: 'as-is' };
  if (parseImageReference(image) === undefined) {
    reader.fail(
      'image',
      `"${image}" is no image`,
      'write registry/name:tag or registry/name@sha256:…, the name in lower case',
    );
  }
  return { kind: 'existing', reference: image };
}

function readTaskDefinition(reader: InputReader, region: string | undefined): TaskDefinitionSource {
  const text = reader.text('task-definition');
  if (text === '') return { kind: 'service' };
  const arn = parseArn(text);
  if (arn !== undefined) {
    if (arn.service !== 'ecs' || !/^task-definition\/[A-Za-z0-9_-]{1,255}(:\d+)?$/.test(arn.resource)) {
      reader.fail(
        'task-definition',
        `${text} is no task definition`,
        'write arn:aws:ecs:…:task-definition/family:revision',
      );
    }
    checkRegion(reader, 'task-definition', text, arn.region, region);
    return { kind: 'registered', reference: text };
  }
  if (/\.(json|ya?ml)$/i.test(text) || text.includes('/') || text.includes('\\')) return { kind: 'file', path: text };
  if (!/^[A-Za-z0-9_-]{1,255}(:\d+)?$/.test(text)) {
    reader.fail(
      'task-definition',
      `"${text}" is neither a file nor a family`,
      'write the path of a JSON or YAML file, a family, family:revision or an ARN',
    );
  }
  return { kind: 'registered', reference: text };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html: an ARN, or a parameter's name in the same region. */
function checkSecrets(
  secrets: ReadonlyMap<string, string>,
  environment: ReadonlyMap<string, string>,
  reader: InputReader,
): ReadonlyMap<string, string> {
  for (const [name, source] of secrets) {
    if (environment.has(name)) {
      reader.fail('secrets', `${name} is in environment too`, 'keep it in one of the two');
    }
    const arn = parseArn(source);
    const isArn =
      (arn?.service === 'secretsmanager' && arn.resource.startsWith('secret:')) ||
      (arn?.service === 'ssm' && arn.resource.startsWith('parameter/'));
    if (isArn || (arn === undefined && /^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(source))) continue;
    // Somebody may have put the secret itself here: its text stays out of the log.
    const fix = 'write the ARN of a Secrets Manager secret or SSM parameter, or the name of a parameter';
    reader.fail('secrets', `${name} does not name where the secret is kept`, fix);
  }
  return secrets;
}

function optional(text: string): string | undefined {
  return text === '' ? undefined : text;
}
