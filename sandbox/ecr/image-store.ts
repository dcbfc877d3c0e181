import { type ImageConfig, ImagePullError, type ImageStore } from '../contracts.ts';
import type { BlobStore } from './blobs.ts';
import { isDigest } from './blobs.ts';
import type { Manifest } from './manifest.ts';
import type { Repositories, Repository, StoredImage } from './repositories.ts';
import type { Tokens } from './tokens.ts';

interface Parts {
  readonly blobs: BlobStore;
  readonly repositories: Repositories;
  readonly tokens: Tokens;
  /** `127.0.0.1:PORT`, known once the endpoint listens. */
  readonly host: () => string;
}

/** A reference taken apart: `host/name:tag@digest`, tag and digest each optional. */
export function parseReference(reference: string) {
  const [, before = '', digest] = /^(.*?)(?:@(.+))?$/.exec(reference) ?? [];
  const slash = before.indexOf('/');
  const first = slash < 0 ? '' : before.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const host = hasHost ? first : 'docker.io';
  const path = hasHost ? before.slice(slash + 1) : slash < 0 ? `library/${before}` : before;
  const colon = path.lastIndexOf(':');
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  return { host, name: colon < 0 ? path : path.slice(0, colon), tag: tag ?? (digest ? undefined : 'latest'), digest };
}

const pullError = (detail: string, retries: number) =>
  new ImagePullError(`CannotPullContainerError: pull image manifest has been retried ${retries} time(s): ${detail}`);

/**
 * Pulls for the task runtime straight from the store, with the errors worded as ECS words them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
 */
export function createImageStore(parts: Parts): ImageStore {
  const { blobs, repositories, tokens } = parts;

  const resolve = (reference: string): { repository: Repository; image: StoredImage } => {
    const { host, name, tag, digest } = parseReference(reference);
    if (host !== parts.host())
      throw pullError(
        `failed to resolve ref ${reference}: failed to do request: Head "https://${host}/v2/${name}/manifests/${digest ?? tag}": ` +
          `dial tcp: lookup ${host}: no such host`,
        5,
      );
    const repository = repositories.all.get(name);
    // A tag beside a digest is not looked at, as in containerd.
    const image = repository && repositories.find(repository, digest === undefined ? { tag } : { digest });
    if (!repository || !image || (digest !== undefined && !isDigest(digest)))
      throw pullError(`failed to resolve ref ${reference}: not found`, 1);
    return { repository, image };
  };

  return {
    async pull(reference, platform) {
      const { repository, image } = resolve(reference);
      image.lastPulledAt = new Date();
      const single = choose(repository, image.manifest, platform);
      if (!single)
        throw pullError(
          `image Manifest does not contain descriptor matching platform '${platform.os}/${platform.architecture}'`,
          7,
        );
      const config = JSON.parse((await blobs.read(single.config.digest)).toString('utf8')) as ImageConfig;
      const layers = await Promise.all(single.layers.map((layer) => blobs.read(layer.digest)));
      return { digest: image.digest, config, layers };
    },
    credentials: () => ({ username: 'AWS', password: tokens.runtimePassword }),
  };
}

type ImageManifest = Extract<Manifest, { kind: 'image' }>;

/** The platform's image of an index; an image that is not in an index fits every platform, as far as a pull goes. */
function choose(
  repository: Repository,
  manifest: Manifest,
  platform: { readonly os: string; readonly architecture: string },
): ImageManifest | undefined {
  if (manifest.kind === 'image') return manifest;
  const entry = manifest.manifests.find(
    ({ platform: own }) => own?.os === platform.os && own.architecture === platform.architecture,
  );
  const chosen = entry && repository.images.get(entry.digest)?.manifest;
  return chosen && choose(repository, chosen, platform);
}
