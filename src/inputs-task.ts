/** What is deployed: the image, the task definition, and what is set on its container. Only `deploy` and `plan` read it. */
import type { Config, ImageSource, RolloutConfig, TaskDefinitionSource } from './core/config.ts';
import type { Fault } from './core/errors.ts';
import { parseImageReference } from './core/image.ts';
import { pairsOf, shorten } from './core/lists.ts';
import { isSecretSource } from './core/secret-source.ts';
import { parseArn } from './core/service-name.ts';
import type { InputReader, JobFacts } from './inputs.ts';
import { buildOnlyInputs, readBuild } from './inputs-build.ts';
import { checkRegion, optional, readChoice } from './inputs-values.ts';

export function readTask(
  reader: InputReader,
  facts: JobFacts,
  region: string | undefined,
  faults: Fault[],
): Omit<Config, keyof RolloutConfig> {
  const pairs = (subject: 'environment' | 'secrets') => {
    const result = pairsOf(reader.text(subject), {
      subject,
      keyWord: 'KEY',
      isKey: (key) => !/\s/.test(key),
      isSecret: subject === 'secrets',
    });
    faults.push(...result.faults);
    return result.pairs;
  };
  const image = readImage(reader, faults, facts, region);
  const taskDefinition = readTaskDefinition(reader, region);
  const environment = pairs('environment');
  const secrets = pairs('secrets');
  checkSecrets(reader, secrets, environment);
  const isNew = (['task-definition', 'environment', 'secrets'] as const).some((name) => reader.text(name) !== '');
  if (image.kind === 'as-is' && !isNew) {
    reader.fail(
      'repository',
      'nothing to deploy: neither repository, image, task-definition, environment nor secrets is given',
      'name an ECR repository to build and push to, or an image',
    );
  }
  return {
    image,
    taskDefinition,
    container: optional(reader, 'container'),
    environment,
    secrets,
    migrate: readMigrate(reader),
    ifRunning: readChoice(reader, 'if-running', ['refuse', 'wait', 'supersede']),
  };
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

function checkSecrets(
  reader: InputReader,
  secrets: ReadonlyMap<string, string>,
  environment: ReadonlyMap<string, string>,
): void {
  for (const [name, source] of secrets) {
    if (environment.has(name)) {
      reader.fail('secrets', `${name} is in environment too`, 'keep it in one of the two');
    }
    if (isSecretSource(source)) continue;
    // Somebody may have put the secret itself here: its text stays out of the log.
    const fix = 'write the ARN of a Secrets Manager secret or SSM parameter, or the name of a parameter';
    reader.fail('secrets', `${name} does not name where the secret is kept`, fix);
  }
}

const asList = 'write it as a JSON list, as in ["python", "manage.py", "migrate"]; there is no shell';

/** ECS hands the words to the image's entry point one by one: what only a shell understands would reach the program as it is. */
function readMigrate(reader: InputReader): readonly string[] | undefined {
  const text = reader.text('migrate');
  if (text === '') return undefined;
  const shown = shorten(text);
  if (text.startsWith('[')) {
    const words = parsedJson(text);
    const isList = Array.isArray(words) && words.every((word) => typeof word === 'string') && words.join('') !== '';
    return isList ? (words as string[]) : reader.fail('migrate', `${shown} is not a list of words`, asList);
  }
  if (text.includes('\n')) return reader.fail('migrate', `"${shown}" is more than one line`, asList);
  const sign = /["'`$|;&<>\\]/.exec(text)?.[0];
  if (sign !== undefined)
    return reader.fail('migrate', `"${shown}" has ${sign}, which only a shell understands`, asList);
  return text.split(/\s+/);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
