import { randomBytes } from 'node:crypto';
import { ECRClient } from '@aws-sdk/client-ecr';
import { createClock } from '../../../sandbox/clock.ts';
import { digestOf } from '../../../sandbox/ecr/blobs.ts';
import { createEcr } from '../../../sandbox/ecr/index.ts';
import { createFaults } from '../../../sandbox/faults.ts';
import { startWire } from '../../../sandbox/wire/server.ts';

export const place = { account: '123456789012', region: 'eu-west-1' };

/** ECR on an endpoint of its own, with a client of the SDK and a bare registry client. */
export async function startLab() {
  const wire = await startWire({ place, faults: createFaults() });
  const ecr = createEcr({ place, clock: createClock(), host: () => wire.host });
  wire.add(ecr.service);
  wire.mount('/v2', ecr.registry);
  const client = new ECRClient({
    endpoint: wire.endpoint,
    region: place.region,
    credentials: { accessKeyId: 'K', secretAccessKey: 'S' },
    maxAttempts: 1,
  });
  const { username, password } = ecr.images.credentials();
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const http = (method: string, path: string, body?: Buffer | string, headers: Record<string, string> = {}) =>
    fetch(`${wire.endpoint}${path}`, {
      method,
      headers: { authorization, ...headers },
      ...(body !== undefined && { body }),
    });
  return {
    wire,
    ecr,
    client,
    http,
    async close() {
      client.destroy();
      await wire.close();
      await ecr.close();
    },
  };
}

export type Lab = Awaited<ReturnType<typeof startLab>>;

/** Pushes as docker does: POST, PATCH, PUT for each blob, then the manifest. Gives the manifest's digest. */
export async function push(lab: Lab, repository: string, reference: string, parts: PushParts = {}) {
  const layer = parts.layer ?? randomBytes(2000);
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, ...parts.config }));
  for (const content of [config, layer]) await pushBlob(lab, repository, content);
  const type = parts.mediaType ?? 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: type,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: digestOf(config),
    },
    layers: [
      { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: layer.length, digest: digestOf(layer) },
    ],
  });
  const response = await putManifest(
    lab,
    repository,
    reference === '@' ? digestOf(manifest) : reference,
    manifest,
    type,
  );
  return { response, manifest, digest: digestOf(manifest), layer, config };
}

interface PushParts {
  readonly layer?: Buffer;
  readonly config?: object;
  readonly mediaType?: string;
}

export const putManifest = (lab: Lab, repository: string, reference: string, manifest: string, type: string) =>
  lab.http('PUT', `/v2/${repository}/manifests/${reference}`, manifest, { 'content-type': type });

export async function pushBlob(lab: Lab, repository: string, content: Buffer): Promise<string> {
  const digest = digestOf(content);
  const started = await lab.http('POST', `/v2/${repository}/blobs/uploads/`);
  const patched = await lab.http('PATCH', started.headers.get('location') ?? '', content);
  const done = await lab.http('PUT', `${patched.headers.get('location')}?digest=${digest}`);
  if (done.status !== 201) throw new Error(`upload ended with ${done.status}: ${await done.text()}`);
  return digest;
}
