import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClock } from '../../../sandbox/clock.ts';
import { digestOf } from '../../../sandbox/ecr/blobs.ts';
import { createEcr, type Ecr } from '../../../sandbox/ecr/index.ts';
import { createFaults } from '../../../sandbox/faults.ts';
import { startWire } from '../../../sandbox/wire/server.ts';
import { images } from '../../../src/adapters/aws/ecr.ts';
import { CallError } from '../../../src/core/errors.ts';
import { imageFacts, imageLabels } from '../../../src/images.ts';
import type { Images } from '../../../src/ports.ts';

const place = { account: '123456789012', region: 'eu-west-1' };
const variables = {
  AWS_REGION: place.region,
  AWS_ACCESS_KEY_ID: 'K',
  AWS_SECRET_ACCESS_KEY: 'S',
  AWS_MAX_ATTEMPTS: '1',
  AWS_ENDPOINT_URL: '',
};
const before = { ...process.env };
const web = { account: undefined, region: undefined, name: 'web' };
const types = {
  image: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
};

let wire: Awaited<ReturnType<typeof startWire>>;
let ecr: Ecr;
let port: Images;
const masked: string[] = [];

beforeAll(async () => {
  wire = await startWire({ place, faults: createFaults() });
  ecr = createEcr({ place, clock: createClock(), host: () => wire.host });
  wire.add(ecr.service);
  wire.mount('/v2', ecr.registry);
  Object.assign(process.env, variables, { AWS_ENDPOINT_URL: wire.endpoint });
  port = images({ mask: (secret) => void masked.push(secret) });
});

afterAll(async () => {
  process.env = before;
  await wire.close();
  await ecr.close();
});

beforeEach(() => {
  for (const name of [...ecr.repositories.all.keys()]) ecr.repositories.remove(name, true);
  ecr.repositories.create('web', { mutability: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['dev-*'] });
});

/** Puts an image into the registry as a push would leave it. */
async function put(tag: string, labels: Record<string, string>, shape: 'image' | 'index' = 'image'): Promise<string> {
  const repository = ecr.repositories.get('web');
  const blob = async (content: string) => {
    const { username, password } = ecr.images.credentials();
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const start = await fetch(`${wire.endpoint}/v2/web/blobs/uploads/`, { method: 'POST', headers: { authorization } });
    const digest = digestOf(content);
    const upload = new URL(start.headers.get('location') ?? '', wire.endpoint);
    upload.searchParams.set('digest', digest);
    await fetch(upload, { method: 'PUT', headers: { authorization }, body: content });
    return { digest, size: content.length };
  };
  const config = await blob(JSON.stringify({ os: 'linux', architecture: 'arm64', config: { Labels: labels } }));
  const layer = await blob(`layer of ${tag}`);
  const single = JSON.stringify({
    schemaVersion: 2,
    mediaType: types.image,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
  });
  if (shape === 'image') return ecr.repositories.put(repository, { content: Buffer.from(single), tag }).image.digest;
  const inner = ecr.repositories.put(repository, { content: Buffer.from(single) }).image;
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [
      {
        mediaType: types.image,
        digest: inner.digest,
        size: single.length,
        platform: { os: 'linux', architecture: 'arm64' },
      },
    ],
  });
  return ecr.repositories.put(repository, { content: Buffer.from(index), tag }).image.digest;
}

describe('ECR', () => {
  test('a repository tells where to push to and which tags stay', async () => {
    expect(await port.repository(web)).toEqual({
      name: web,
      uri: `${wire.host}/web`,
      tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      exclusions: ['dev-*'],
    });
  });

  test('a repository that is not there, also in another account, is undefined and no error', async () => {
    expect(await port.repository({ ...web, name: 'other' })).toBeUndefined();
    expect(await port.repository({ ...web, account: '999999999999' })).toBeUndefined();
  });

  test.each(['image', 'index'] as const)('an %s is found by tag and by digest, byte for byte', async (shape) => {
    const digest = await put('v1', { a: 'b' }, shape);
    const manifest = await port.manifest(web, 'v1');
    expect(manifest).toMatchObject({ digest, mediaType: types[shape] });
    expect(await port.manifest(web, digest)).toEqual(manifest);
    expect(manifest === undefined ? undefined : await imageLabels(port, web, manifest)).toEqual({ a: 'b' });
    expect(await imageFacts(port, `${wire.host}/web:v1`)).toMatchObject({
      kind: 'found',
      pinned: `${wire.host}/web@${digest}`,
      platforms: [{ os: 'linux', architecture: 'arm64' }],
    });
  });

  test('an image that is not there is undefined', async () => {
    expect(await port.manifest(web, 'nope')).toBeUndefined();
    expect(await port.manifest(web, `sha256:${'0'.repeat(64)}`)).toBeUndefined();
    expect(await port.manifest({ ...web, name: 'other' }, 'v1')).toBeUndefined();
  });

  test('one more tag names the same digest; the same tag again is no error, an immutable one that is taken is', async () => {
    const digest = await put('v1', {});
    const manifest = await port.manifest(web, 'v1');
    if (manifest === undefined) throw new Error('v1 is not there');
    await port.tag(web, manifest, 'v2');
    await port.tag(web, manifest, 'v2');
    expect((await port.manifest(web, 'v2'))?.digest).toBe(digest);
    await put('v3', {});
    await expect(port.tag(web, manifest, 'v3')).rejects.toMatchObject({
      code: 'ImageTagAlreadyExistsException',
      message: expect.stringContaining(`tag ${digest} as v3 in repository web`),
    });
  });

  test('a login works, and its token and password are masked before anyone has them', async () => {
    const login = await port.login(undefined);
    expect(login.username).toBe('AWS');
    expect(login.expiresAt).toBeGreaterThan(Date.now());
    const token = Buffer.from(`AWS:${login.password}`).toString('base64');
    expect(masked).toEqual(expect.arrayContaining([login.password, token]));
    const answer = await fetch(`${wire.endpoint}/v2/`, { headers: { authorization: `Basic ${token}` } });
    expect(answer.status).toBe(200);
  });

  test('a configuration that is not there is a CallError that names it', async () => {
    const error = await port.config(web, `sha256:${'0'.repeat(64)}`).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CallError);
    expect((error as CallError).message).toMatch(
      /^read the configuration sha256:0{64} of an image in repository web: /,
    );
  });
});
