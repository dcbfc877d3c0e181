import { describe, expect, test } from '@jest/globals';
import { ecrRepository, isImmutable, isTag, parseImageReference, parseRepository } from '../../src/core/image.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('an image reference', () => {
  test.each([
    ['nginx', undefined, 'nginx', undefined, undefined],
    ['library/nginx:1.27', undefined, 'library/nginx', '1.27', undefined],
    ['localhost:5000/web:v1', 'localhost:5000', 'web', 'v1', undefined],
    ['localhost/web', 'localhost', 'web', undefined, undefined],
    [`ghcr.io/a/b__c/d-e:v1@${digest}`, 'ghcr.io', 'a/b__c/d-e', 'v1', digest],
    [`web@${digest}`, undefined, 'web', undefined, digest],
  ])('%s', (text, registry, repository, tag, itsDigest) => {
    expect(parseImageReference(text)).toEqual({ registry, repository, tag, digest: itsDigest });
  });

  test.each([
    '',
    'Web',
    'web:',
    'web:-x',
    'web@sha256:12',
    'https://ghcr.io/web',
    'web web',
    'a//b',
    `web:${'t'.repeat(129)}`,
  ])('%j is none', (text) => expect(parseImageReference(text)).toBeUndefined());
});

describe('a repository of ECR', () => {
  test.each([
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['123456789012.dkr-ecr.eu-central-1.on.aws', 'eu-central-1'],
  ])('%s tells account and region', (registry, region) => {
    const name = { account: '123456789012', region, name: 'team/web' };
    expect(ecrRepository({ registry, repository: 'team/web', tag: undefined, digest: undefined })).toEqual(name);
    expect(parseRepository(`${registry}/team/web`)).toEqual({ name });
  });

  test.each(['web', 'team/web', 'a/b.c/d_e-f'])('%s is a name in the own registry', (text) => {
    expect(parseRepository(text)).toEqual({ name: { account: undefined, region: undefined, name: text } });
  });

  test('one on loopback is where a local AWS keeps its repositories', () => {
    expect(parseRepository('127.0.0.1:4566/web')).toEqual({
      name: { account: undefined, region: undefined, name: 'web' },
    });
  });

  test.each([
    ['ghcr.io/team/web', 'is not in ECR'],
    ['docker.io.evil.example/web', 'is not in ECR'],
    ['Web', 'is not a repository'],
    ['w', 'is not a repository'],
    ['https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/web', 'is not a repository'],
    ['web:v1', 'names an image'],
    [`123456789012.dkr.ecr.eu-west-1.amazonaws.com/web@${digest}`, 'names an image'],
  ])('%s: %s', (text, problem) => {
    expect(parseRepository(text)).toHaveProperty('problem', expect.stringContaining(problem));
    expect(parseRepository(text)).toHaveProperty('problem', expect.stringContaining(text));
  });

  test('who adds a tag is told the repository without it', () => {
    expect(parseRepository('127.0.0.1:4566/web:v1')).toHaveProperty(
      'fix',
      'write 127.0.0.1:4566/web and put the tag into tags',
    );
    expect(parseRepository(`127.0.0.1:4566/web:v1@${digest}`)).toHaveProperty(
      'fix',
      'write 127.0.0.1:4566/web and put the tag into tags',
    );
  });
});

test.each([
  ['MUTABLE', [], 'v1', false],
  ['IMMUTABLE', [], 'v1', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'v1', true],
  ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'dev-*'], 'dev-1', false],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], 'v1', true],
  ['MUTABLE_WITH_EXCLUSION', ['v.1'], 'vx1', false],
] as const)('with %s %j the tag %s is immutable: %s', (tagMutability, exclusions, tag, expected) => {
  expect(isImmutable({ tagMutability, exclusions }, tag)).toBe(expected);
});

test('a tag begins with a letter, a figure or an underscore and has at most 128 characters', () => {
  expect(['v1.2.3', '_x', 'A-b_c.d', 'x'.repeat(128)].every(isTag)).toBe(true);
  expect(['', '.x', '-x', 'a/b', 'a:b', 'x'.repeat(129)].some(isTag)).toBe(false);
});
