/**
 * A registry like ECR, in memory. It keeps manifests by digest and tags by name, refuses to move an immutable tag, and knows
 * configurations by digest. `push` stands for docker. What may not be done is denied as IAM would.
 */
import { createHash } from 'node:crypto';
import { CallError } from '../../src/core/errors.ts';
import { isDigest, isImmutable, type RepositoryFacts } from '../../src/core/image.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Images, StoredManifest } from '../../src/ports.ts';

export const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

export interface FakeImages extends Images {
  readonly tags: Map<string, string>;
  readonly logins: number[];
  /** As docker's push: rejects with ECR's words when the tag is immutable and names something else. */
  push(tag: string, manifest: StoredManifest): void;
  deny(method: keyof Images): void;
  /** Makes a manifest (and its configuration) of an image that was built from these labels. */
  build(labels: Readonly<Record<string, string>>, shape?: 'image' | 'index', seed?: string): StoredManifest;
}

export interface FakeSettings {
  readonly tagMutability?: RepositoryFacts['tagMutability'];
  readonly exclusions?: readonly string[];
  /** Undefined: the repository `web` is there. */
  readonly missing?: boolean;
  /** Epoch milliseconds, by the number of logins before. */
  readonly expiresAt?: (login: number) => number;
}

export const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const manifestTypes = {
  image: 'application/vnd.docker.distribution.manifest.v2+json',
  index: 'application/vnd.oci.image.index.v1+json',
};

export function fakeImages(settings: FakeSettings = {}): FakeImages {
  const repository: RepositoryFacts = {
    name: { account: undefined, region: undefined, name: 'web' },
    uri: `${host}/web`,
    tagMutability: settings.tagMutability ?? 'MUTABLE',
    exclusions: settings.exclusions ?? [],
  };
  const manifests = new Map<string, StoredManifest>();
  const configs = new Map<string, JsonObject>();
  const tags = new Map<string, string>();
  const denied = new Set<keyof Images>();
  const logins: number[] = [];
  const check = (method: keyof Images) => {
    if (denied.has(method)) throw new CallError('denied', 'AccessDeniedException', `${method} is not allowed`);
  };
  const keep = (text: string, mediaType: string): StoredManifest => {
    const manifest = { digest: digestOf(text), mediaType, text };
    manifests.set(manifest.digest, manifest);
    return manifest;
  };

  return {
    tags,
    logins,
    deny: (method) => denied.add(method),
    build(labels, shape = 'image', seed = '') {
      const config = { os: 'linux', architecture: 'amd64', config: { Labels: labels }, seed };
      const configDigest = digestOf(JSON.stringify(config));
      configs.set(configDigest, config);
      const image = keep(JSON.stringify({ schemaVersion: 2, config: { digest: configDigest } }), manifestTypes.image);
      if (shape === 'image') return image;
      const entry = { digest: image.digest, platform: { os: 'linux', architecture: 'amd64' } };
      const attested = {
        digest: digestOf(`attestation of ${image.digest}`),
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      };
      return keep(JSON.stringify({ schemaVersion: 2, manifests: [attested, entry] }), manifestTypes.index);
    },
    push(tag, manifest) {
      const before = tags.get(tag);
      if (before !== undefined && before !== manifest.digest && isImmutable(repository, tag)) {
        throw new Error(
          `tag invalid: The image tag '${tag}' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.`,
        );
      }
      manifests.set(manifest.digest, manifest);
      tags.set(tag, manifest.digest);
    },
    async repository(name) {
      check('repository');
      return settings.missing || name.name !== 'web' ? undefined : { ...repository, name };
    },
    async manifest(_, reference) {
      check('manifest');
      return manifests.get(isDigest(reference) ? reference : (tags.get(reference) ?? ''));
    },
    async config(_, digest) {
      check('config');
      const config = configs.get(digest);
      if (config === undefined) throw new CallError('not-found', 'LayersNotFoundException', `no layer ${digest}`);
      return config;
    },
    async tag(_, manifest, tag) {
      check('tag');
      this.push(tag, manifest);
    },
    async login() {
      check('login');
      const expiresAt = settings.expiresAt?.(logins.length) ?? Number.POSITIVE_INFINITY;
      logins.push(expiresAt);
      return { username: 'AWS', password: `password-${logins.length}`, expiresAt };
    },
  };
}
