import { existsSync } from 'node:fs';
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../sandbox/ecr/blobs.ts';
import { type Lab, push, pushBlob, putManifest, startLab } from './_lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
  lab.ecr.repositories.create('web');
});
afterEach(async () => {
  expect(lab.wire.recorder.violations).toEqual([]);
  await lab.close();
});

const refusal = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { errors: { code: string; message: string }[] }).errors[0],
});

describe('login', () => {
  const ping = (authorization?: string) =>
    fetch(`${lab.wire.endpoint}/v2/`, { headers: authorization === undefined ? {} : { authorization } });
  const basic = (token: string | undefined) => `Basic ${token}`;

  test('is asked for with a Basic challenge', async () => {
    const response = await ping();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      `Basic realm="http://${lab.wire.host}/",service="ecr.amazonaws.com"`,
    );
  });

  test('works with the token of GetAuthorizationToken, which is good for twelve hours', async () => {
    const { authorizationData } = await lab.client.send(new GetAuthorizationTokenCommand({}));
    const [data] = authorizationData ?? [];
    expect(data?.proxyEndpoint).toBe(lab.wire.endpoint);
    const hours = ((data?.expiresAt?.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(12);
    expect(Buffer.from(data?.authorizationToken ?? '', 'base64').toString()).toMatch(/^AWS:.{100,}/);
    expect((await ping(basic(data?.authorizationToken))).status).toBe(200);
  });

  test('is refused as ECR does when the token has run out or was never given out', async () => {
    const { authorizationData } = await lab.client.send(new GetAuthorizationTokenCommand({}));
    lab.ecr.tokens.expireAll();
    expect(await refusal(await ping(basic(authorizationData?.[0]?.authorizationToken)))).toEqual({
      status: 403,
      code: 'DENIED',
      message: 'Your authorization token has expired. Reauthenticate and try again.',
    });
    expect((await ping(basic(Buffer.from('AWS:guess').toString('base64')))).status).toBe(400);
  });
});

describe('blobs', () => {
  test('arrive in chunks, and a chunk out of order is told where to go on', async () => {
    const content = Buffer.from('0123456789');
    const start = await lab.http('POST', '/v2/web/blobs/uploads/');
    expect(start.status).toBe(202);
    const location = start.headers.get('location') ?? '';
    const first = await lab.http('PATCH', location, content.subarray(0, 4), { 'content-range': '0-3' });
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-3']);
    const gap = await lab.http('PATCH', location, content.subarray(6), { 'content-range': '6-9' });
    expect([gap.status, gap.headers.get('range')]).toEqual([416, '0-3']);
    const status = await lab.http('GET', location);
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-3']);
    const done = await lab.http('PUT', `${location}?digest=${digestOf(content)}`, content.subarray(4));
    expect(done.status).toBe(201);
    const back = await lab.http('GET', done.headers.get('location') ?? '');
    expect(await back.text()).toBe('0123456789');
  });

  test('arrive in one request, and are then known by HEAD with their size', async () => {
    const content = Buffer.from('whole');
    const digest = digestOf(content);
    expect((await lab.http('HEAD', `/v2/web/blobs/${digest}`)).status).toBe(404);
    expect((await lab.http('POST', `/v2/web/blobs/uploads/?digest=${digest}`, content)).status).toBe(201);
    const head = await lab.http('HEAD', `/v2/web/blobs/${digest}`);
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '5']);
  });

  test('with another content than their digest says are refused and not kept', async () => {
    const digest = digestOf('promised');
    const response = await lab.http('POST', `/v2/web/blobs/uploads/?digest=${digest}`, 'delivered');
    expect(await refusal(response)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
    expect((await lab.http('HEAD', `/v2/web/blobs/${digest}`)).status).toBe(404);
  });

  test('are mounted from another repository, and belong to the repository they were pushed to', async () => {
    lab.ecr.repositories.create('other');
    const digest = await pushBlob(lab, 'web', Buffer.from('shared'));
    expect((await lab.http('HEAD', `/v2/other/blobs/${digest}`)).status).toBe(404);
    const mounted = await lab.http('POST', `/v2/other/blobs/uploads/?mount=${digest}&from=web`);
    expect(mounted.status).toBe(201);
    expect((await lab.http('HEAD', `/v2/other/blobs/${digest}`)).status).toBe(200);
    const unknown = await lab.http('POST', `/v2/other/blobs/uploads/?mount=${digestOf('x')}&from=web`);
    expect(unknown.status).toBe(202);
  });

  test('of 100 MB are taken in a stream and given back whole', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const start = await lab.http('POST', '/v2/web/blobs/uploads/');
    const location = start.headers.get('location') ?? '';
    for (let i = 0; i < 4; i += 1) await lab.http('PATCH', location, Buffer.concat(Array(25).fill(chunk)));
    const digest = digestOf(Buffer.concat(Array(100).fill(chunk)));
    expect((await lab.http('PUT', `${location}?digest=${digest}`)).status).toBe(201);
    const back = await lab.http('GET', `/v2/web/blobs/${digest}`);
    let size = 0;
    for await (const part of back.body ?? []) size += part.length;
    expect(size).toBe(100 * 1024 * 1024);
  }, 60_000);
});

describe('manifests', () => {
  test('come back byte for byte, by tag and by digest', async () => {
    const pushed = await push(lab, 'web', 'v1');
    expect(pushed.response.headers.get('docker-content-digest')).toBe(pushed.digest);
    for (const reference of ['v1', pushed.digest]) {
      const response = await lab.http('GET', `/v2/web/manifests/${reference}`);
      expect(await response.text()).toBe(pushed.manifest);
      expect(response.headers.get('content-type')).toBe('application/vnd.docker.distribution.manifest.v2+json');
      const head = await lab.http('HEAD', `/v2/web/manifests/${reference}`);
      expect(head.headers.get('docker-content-digest')).toBe(pushed.digest);
    }
    const tags = await lab.http('GET', '/v2/web/tags/list');
    expect(await tags.json()).toEqual({ name: 'web', tags: ['v1'] });
  });

  test('of a repository that does not exist are refused in the words of ECR', async () => {
    const response = await lab.http('POST', '/v2/nowhere/blobs/uploads/');
    expect(await refusal(response)).toEqual({
      status: 404,
      code: 'NAME_UNKNOWN',
      message: "The repository with name 'nowhere' does not exist in the registry with id '123456789012'",
    });
  });

  test('that name a layer which was never pushed are refused', async () => {
    const type = 'application/vnd.oci.image.manifest.v1+json';
    const missing = { mediaType: 'x', size: 1, digest: digestOf('missing') };
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: type, config: missing, layers: [] });
    expect(await refusal(await putManifest(lab, 'web', 'v1', manifest, type))).toMatchObject({
      code: 'MANIFEST_BLOB_UNKNOWN',
    });
    expect(await refusal(await putManifest(lab, 'web', 'v1', '{}', type))).toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  test('a mutable tag moves, and the image before it stays without a tag', async () => {
    const first = await push(lab, 'web', 'latest');
    const second = await push(lab, 'web', 'latest');
    const now = await lab.http('HEAD', '/v2/web/manifests/latest');
    expect(now.headers.get('docker-content-digest')).toBe(second.digest);
    expect((await lab.http('HEAD', `/v2/web/manifests/${first.digest}`)).status).toBe(200);
  });

  test('an immutable tag refuses another image and the same one again, in the words of ECR', async () => {
    lab.ecr.repositories.create('frozen', { mutability: 'IMMUTABLE' });
    const first = await push(lab, 'frozen', 'v1');
    const text =
      "The image tag 'v1' already exists in the 'frozen' repository and cannot be overwritten because the tag is immutable.";
    const expected = { status: 400, code: 'TAG_INVALID', message: text };
    expect(await refusal((await push(lab, 'frozen', 'v1')).response)).toEqual(expected);
    expect(await refusal((await push(lab, 'frozen', 'v1', first)).response)).toMatchObject(expected);
    expect((await push(lab, 'frozen', 'v2')).response.status).toBe(201);
  });

  test('an index needs its images first, and points to them', async () => {
    const image = await push(lab, 'web', '@', { mediaType: 'application/vnd.oci.image.manifest.v1+json' });
    expect(image.response.status).toBe(201);
    const type = 'application/vnd.oci.image.index.v1+json';
    const entry = { mediaType: 'application/vnd.oci.image.manifest.v1+json', size: 1, digest: image.digest };
    const index = JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [entry] });
    const orphan = JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      manifests: [{ ...entry, digest: digestOf('?') }],
    });
    expect((await putManifest(lab, 'web', 'multi', index, type)).status).toBe(201);
    expect((await putManifest(lab, 'web', 'bad', orphan, type)).status).toBe(404);
  });
});

test('nothing is left of the images once it is closed', async () => {
  const own = await startLab();
  own.ecr.repositories.create('web');
  await push(own, 'web', 'v1');
  await own.http('POST', '/v2/web/blobs/uploads/');
  const folder = own.ecr.blobs.folder;
  expect(existsSync(folder)).toBe(true);
  await own.close();
  expect(existsSync(folder)).toBe(false);
});
