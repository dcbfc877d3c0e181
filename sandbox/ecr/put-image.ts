import { gzipSync } from 'node:zlib';
import type { ImageConfig } from '../contracts.ts';
import { type BlobStore, digestOf } from './blobs.ts';
import { mediaTypes } from './manifest.ts';
import type { Repositories } from './repositories.ts';
import { type LayerFile, writeTar } from './tar.ts';

export interface ImageToPut {
  /** Created when it is not there. */
  readonly repository: string;
  readonly tag: string;
  readonly files: readonly LayerFile[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly workingDir?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `amd64` or `arm64`; the machine's own unless given. */
  readonly architecture?: string;
}

/** The part of ECR that takes an image; createEcr's result has it. */
export interface ImageTarget {
  readonly blobs: BlobStore;
  readonly repositories: Repositories;
  readonly host: () => string;
}

const machineArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;

/**
 * Builds an image of one layer in this process, with no Docker, and stores it as a push would have.
 * Equal content gives an equal digest. `reference` is `host/repository@digest`.
 * Throws as PutImage does (ImageTagAlreadyExistsException); the same image under its own tag is no error.
 */
export async function putImage(
  target: ImageTarget,
  image: ImageToPut,
): Promise<{ readonly digest: string; readonly reference: string }> {
  const { blobs, repositories } = target;
  const repository = repositories.all.get(image.repository) ?? repositories.create(image.repository);
  const tar = writeTar(image.files);
  const layer = gzipSync(tar, { level: 6 });
  const config: ImageConfig & Record<string, unknown> = {
    created: '1970-01-01T00:00:00Z',
    architecture: image.architecture ?? machineArchitecture,
    os: 'linux',
    config: {
      Env: Object.entries(image.env ?? {}).map(([name, value]) => `${name}=${value}`),
      ...(image.cmd && { Cmd: image.cmd }),
      ...(image.entrypoint && { Entrypoint: image.entrypoint }),
      ...(image.workingDir !== undefined && { WorkingDir: image.workingDir }),
      ...(image.labels && { Labels: image.labels }),
    },
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'greenlight sandbox' }],
  };
  const store = async (mediaType: string, content: Buffer) => {
    const digest = await blobs.write(content);
    repository.blobs.add(digest);
    return { mediaType, digest, size: content.length };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: await store(mediaTypes.ociConfig, Buffer.from(JSON.stringify(config))),
    layers: [await store(mediaTypes.ociLayer, layer)],
  };
  const stored = repositories.put(repository, { content: Buffer.from(JSON.stringify(manifest)), tag: image.tag });
  const { digest } = stored.image;
  return { digest, reference: `${target.host()}/${image.repository}@${digest}` };
}
