import { describe, expect, test } from '@jest/globals';
import { type BuilderFacts, buildCommands, buildInputs } from '../../src/core/build-args.ts';
import type { Build } from '../../src/core/config.ts';

const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web';
const container: BuilderFacts = {
  kind: 'buildx',
  version: '0.13.1',
  driver: 'docker-container',
  containerdStore: false,
};
const plain: BuilderFacts = { kind: 'buildx', version: '0.13.1', driver: 'docker', containerdStore: false };
const legacy: BuilderFacts = { kind: 'legacy', version: '20.10.24' };

const smallest: Build = {
  repository: 'web',
  context: '.',
  dockerfile: undefined,
  target: undefined,
  platforms: [],
  buildContexts: new Map(),
  buildArgs: [],
  buildSecrets: new Map(),
  tags: ['c0ffee'],
  cache: 'none',
  revision: 'c0ffee',
};
const labels = ['--label', 'org.opencontainers.image.revision=c0ffee', '--label', 'greenlight.build-inputs=h4sh'];
const buildx = ['buildx', 'build', '--push', '--progress', 'plain', '--metadata-file', '/tmp/meta.json'];
const commandsFor = (build: Partial<Build>, builder: BuilderFacts) =>
  buildCommands({ ...smallest, ...build }, uri, builder, '/tmp/meta.json', 'h4sh');

describe('with buildx', () => {
  test.each<[string, Partial<Build>, string[]]>([
    ['nothing but a repository', {}, [...labels, '--tag', `${uri}:c0ffee`, '.']],
    [
      'dockerfile, target and another context',
      { dockerfile: 'docker/Dockerfile', target: 'prod', context: 'app' },
      ['--file', 'docker/Dockerfile', '--target', 'prod', ...labels, '--tag', `${uri}:c0ffee`, 'app'],
    ],
    [
      'two platforms',
      { platforms: ['linux/amd64', 'linux/arm64'] },
      ['--platform', 'linux/amd64,linux/arm64', ...labels, '--tag', `${uri}:c0ffee`, '.'],
    ],
    [
      'build args, one taken from the environment',
      { buildArgs: ['A=1 2', 'B'] },
      ['--build-arg', 'A=1 2', '--build-arg', 'B', ...labels, '--tag', `${uri}:c0ffee`, '.'],
    ],
    [
      'named contexts',
      { buildContexts: new Map([['python:3.9', 'docker-image://base:1']]) },
      ['--build-context', 'python:3.9=docker-image://base:1', ...labels, '--tag', `${uri}:c0ffee`, '.'],
    ],
    ['two tags, of which ECR adds the second', { tags: ['v1', 'latest'] }, [...labels, '--tag', `${uri}:v1`, '.']],
    [
      'registry cache',
      { cache: 'registry' },
      [
        ...labels,
        ...['--tag', `${uri}:c0ffee`, '--cache-from', `type=registry,ref=${uri}:buildcache`, '--cache-to'],
        `type=registry,ref=${uri}:buildcache,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
        '.',
      ],
    ],
  ])('%s', (_, build, expected) => {
    expect(commandsFor(build, container)).toEqual({
      build: [...buildx, ...expected],
      environment: {},
      defaults: {},
      push: undefined,
      warnings: [],
    });
  });

  test('the value of a secret is in the environment of the build and in no argument', () => {
    const commands = commandsFor({ buildSecrets: new Map([['npm', 's3cr3t']]) }, container);
    if ('faults' in commands) throw new Error('unexpected');
    expect(commands.build).toContain('id=npm,env=GREENLIGHT_SECRET_1');
    expect(commands.environment).toEqual({ GREENLIGHT_SECRET_1: 's3cr3t' });
    expect(commands.build.join(' ')).not.toContain('s3cr3t');
  });

  test('the driver docker keeps no cache in a registry: it builds without, and says so', () => {
    const commands = commandsFor({ cache: 'registry' }, plain);
    if ('faults' in commands) throw new Error('unexpected');
    expect(commands.build).not.toContain('--cache-to');
    expect(commands.warnings).toEqual([
      expect.stringMatching(/^cache: the buildx driver docker .*setup-buildx-action/),
    ]);
  });

  test("the driver docker on containerd's image store does all of it", () => {
    const commands = commandsFor(
      { cache: 'registry', platforms: ['linux/amd64', 'linux/arm64'] },
      { ...plain, containerdStore: true },
    );
    expect(commands).toMatchObject({ warnings: [], build: expect.arrayContaining(['--cache-to']) });
  });

  test('the driver docker, which would push an index and its image under one tag, makes no index', () => {
    const attested = { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };
    expect(commandsFor({}, plain)).toMatchObject({ defaults: attested });
    expect(commandsFor({}, { ...plain, containerdStore: true })).toMatchObject({ defaults: attested });
  });

  test('several platforms need more than the plain driver docker', () => {
    const commands = commandsFor({ platforms: ['linux/amd64', 'linux/arm64'] }, plain);
    expect(commands).toMatchObject({ faults: [{ subject: 'platforms', fix: expect.stringContaining('buildx') }] });
  });
});

describe('without buildx', () => {
  test('build and push are commands of their own', () => {
    expect(commandsFor({ target: 'prod', platforms: ['linux/arm64'], tags: ['v1', 'latest'] }, legacy)).toEqual({
      build: [...['build', '--target', 'prod', '--platform', 'linux/arm64', ...labels], ...['--tag', `${uri}:v1`, '.']],
      environment: { DOCKER_BUILDKIT: '0' },
      defaults: {},
      push: ['push', `${uri}:v1`],
      warnings: [],
    });
  });

  test('what it cannot do is named by its input, all at once', () => {
    const commands = commandsFor(
      {
        buildContexts: new Map([['base', '../base']]),
        buildSecrets: new Map([['npm', 's3cr3t']]),
        platforms: ['linux/amd64', 'linux/arm64'],
      },
      legacy,
    );
    expect(commands).toMatchObject({
      faults: [{ subject: 'build-contexts' }, { subject: 'build-secrets' }, { subject: 'platforms' }],
    });
    expect(JSON.stringify(commands)).not.toContain('s3cr3t');
  });

  test('a cache in the registry is done without, with a warning', () => {
    expect(commandsFor({ cache: 'registry' }, legacy)).toMatchObject({ warnings: [expect.stringMatching(/^cache: /)] });
  });
});

describe('the inputs of a build as one line', () => {
  const line = (build: Partial<Build>, environment = {}) => buildInputs({ ...smallest, ...build }, environment);

  test.each<[string, Partial<Build>]>([
    ['dockerfile', { dockerfile: 'x' }],
    ['context', { context: 'x' }],
    ['target', { target: 'x' }],
    ['platforms', { platforms: ['linux/arm64'] }],
    ['build-contexts', { buildContexts: new Map([['base', 'x']]) }],
    ['build-args', { buildArgs: ['A=1'] }],
    ['the ids of build-secrets', { buildSecrets: new Map([['npm', 'x']]) }],
  ])('%s changes it', (_, build) => expect(line(build)).not.toBe(line({})));

  test('tags, commit and the order of platforms do not', () => {
    expect(line({ tags: ['x'], revision: 'x', repository: 'x' })).toBe(line({}));
    expect(line({ platforms: ['linux/arm64', 'linux/amd64'] })).toBe(
      line({ platforms: ['linux/amd64', 'linux/arm64'] }),
    );
  });

  test('a build arg given by its name counts with the value that the environment has', () => {
    expect(line({ buildArgs: ['A'] }, { A: '1' })).toBe(line({ buildArgs: ['A=1'] }));
    expect(line({ buildArgs: ['A'] }, { A: '2' })).not.toBe(line({ buildArgs: ['A=1'] }));
  });

  test('the value of a secret is not in it', () => {
    expect(line({ buildSecrets: new Map([['npm', 's3cr3t']]) })).not.toContain('s3cr3t');
  });
});
