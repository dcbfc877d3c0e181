import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../sandbox/ecr/blobs.ts';
import { parseReference } from '../../../sandbox/ecr/image-store.ts';
import { putImage } from '../../../sandbox/ecr/put-image.ts';
import { writeTar } from '../../../sandbox/ecr/tar.ts';
import { type Lab, push, putManifest, startLab } from './_lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.close());

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };

describe('an image made in process', () => {
  const image = {
    repository: 'web',
    tag: 'v1',
    files: [
      { path: 'app/server.js', content: 'console.log(1)\n' },
      { path: `deep/${'folder/'.repeat(15)}run.sh`, content: '#!/bin/sh\n', mode: 0o755 },
    ],
    env: { PORT: '8080' },
    cmd: ['node', 'server.js'],
    workingDir: '/app',
    architecture: 'amd64',
  };

  test('is pulled with its config and its files', async () => {
    const { digest, reference } = await putImage(lab.ecr, image);
    expect(reference).toBe(`${lab.wire.host}/web@${digest}`);
    for (const name of [reference, `${lab.wire.host}/web:v1`]) {
      const pulled = await lab.ecr.images.pull(name, amd64);
      expect(pulled.digest).toBe(digest);
      expect(pulled.config).toMatchObject({
        architecture: 'amd64',
        os: 'linux',
        config: { Env: ['PORT=8080'], Cmd: ['node', 'server.js'], WorkingDir: '/app' },
      });
      const [layer = Buffer.alloc(0)] = pulled.layers;
      const listing = execFileSync('tar', ['-tvf', '-'], { input: gunzipSync(layer), encoding: 'utf8' });
      expect(listing).toMatch(/-rw-r--r-- \S+\s+15 .*app\/server\.js/);
      expect(listing).toMatch(/-rwxr-xr-x .*deep\/(folder\/){15}run\.sh/);
    }
  });

  test('has the same digest whenever it is made', async () => {
    const first = await putImage(lab.ecr, image);
    const again = await putImage(lab.ecr, image);
    const changed = await putImage(lab.ecr, { ...image, env: { PORT: '8081' } });
    expect(again.digest).toBe(first.digest);
    expect(changed.digest).not.toBe(first.digest);
  });

  test('is read back by a registry client that checks every digest', async () => {
    const { digest } = await putImage(lab.ecr, image);
    const response = await lab.http('GET', `/v2/web/manifests/${digest}`);
    const manifest = (await response.json()) as { config: { digest: string }; layers: { digest: string }[] };
    for (const part of [manifest.config, ...manifest.layers]) {
      const blob = await lab.http('GET', `/v2/web/blobs/${part.digest}`);
      expect(digestOf(Buffer.from(await blob.arrayBuffer()))).toBe(part.digest);
    }
  });

  test('refuses a path that a layer cannot hold', () => {
    expect(() => writeTar([{ path: 'x'.repeat(101), content: '' }])).toThrow('path is too long for a layer');
  });
});

describe('a pull', () => {
  test.each([
    ['web:gone', 'not found'],
    [`web@${digestOf('gone')}`, 'not found'],
    ['nowhere:v1', 'not found'],
  ])('of %s fails in the words of ECS', async (name, end) => {
    await putImage(lab.ecr, { repository: 'web', tag: 'v1', files: [] });
    const reference = `${lab.wire.host}/${name}`;
    await expect(lab.ecr.images.pull(reference, amd64)).rejects.toMatchObject({
      name: 'ImagePullError',
      message: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: ${end}`,
    });
  });

  test('from a registry that is not there fails with its host', async () => {
    await expect(lab.ecr.images.pull('nginx:latest', amd64)).rejects.toThrow('lookup docker.io: no such host');
  });

  test('of an index takes the image of the platform, and fails when there is none', async () => {
    lab.ecr.repositories.create('web');
    const type = 'application/vnd.oci.image.index.v1+json';
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const mine = await push(lab, 'web', '@', { mediaType });
    const attestation = await push(lab, 'web', '@', { mediaType, config: { architecture: 'unknown' } });
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      manifests: [
        { mediaType, size: 1, digest: attestation.digest, platform: { os: 'unknown', architecture: 'unknown' } },
        { mediaType, size: 1, digest: mine.digest, platform: amd64 },
      ],
    });
    await putManifest(lab, 'web', 'multi', index, type);
    const pulled = await lab.ecr.images.pull(`${lab.wire.host}/web:multi`, amd64);
    expect(pulled.digest).toBe(digestOf(index));
    expect(pulled.layers).toEqual([mine.layer]);
    await expect(lab.ecr.images.pull(`${lab.wire.host}/web:multi`, arm64)).rejects.toThrow(
      "image Manifest does not contain descriptor matching platform 'linux/arm64'",
    );
  });
});

test.each([
  ['nginx', { host: 'docker.io', name: 'library/nginx', tag: 'latest', digest: undefined }],
  ['a/b:1', { host: 'docker.io', name: 'a/b', tag: '1', digest: undefined }],
  ['127.0.0.1:5000/team/web:v1', { host: '127.0.0.1:5000', name: 'team/web', tag: 'v1', digest: undefined }],
  ['h.example/web@sha256:ab', { host: 'h.example', name: 'web', tag: undefined, digest: 'sha256:ab' }],
  ['h.example/web:v1@sha256:ab', { host: 'h.example', name: 'web', tag: 'v1', digest: 'sha256:ab' }],
])('the reference %s is taken apart', (reference, parts) => {
  expect(parseReference(reference)).toEqual(parts);
});
