import type { Place } from '../contracts.ts';
import { AwsError } from '../wire/service.ts';
import { type BlobStore, digestOf } from './blobs.ts';
import { type Manifest, readManifest } from './manifest.ts';

export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';

export interface StoredImage {
  readonly digest: string;
  readonly content: Buffer;
  readonly manifest: Manifest;
  readonly pushedAt: Date;
  lastPulledAt: Date | undefined;
}

export interface Repository {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  mutability: TagMutability;
  /** Wildcards of the tags for which the opposite of `mutability` holds. */
  exclusions: readonly string[];
  scanOnPush: boolean;
  readonly images: Map<string, StoredImage>;
  readonly tags: Map<string, string>;
  /** Layers and configs that were uploaded to (or mounted into) this repository. */
  readonly blobs: Set<string>;
}

export interface PutImage {
  readonly content: Buffer;
  readonly mediaType?: string | undefined;
  readonly tag?: string | undefined;
}

/** The state of ECR: what its API and the registry's own protocol both stand on. */
export interface Repositories {
  readonly all: ReadonlyMap<string, Repository>;
  /** Throws RepositoryNotFoundException, also for another account's registry. */
  get(name: string, registryId?: string): Repository;
  create(name: string, settings?: Partial<Pick<Repository, 'mutability' | 'exclusions' | 'scanOnPush'>>): Repository;
  remove(name: string, force: boolean): Repository;
  /** `unchanged`: this digest was already there under this tag (or untagged, where no tag was given). */
  put(repository: Repository, image: PutImage): { readonly image: StoredImage; readonly unchanged: boolean };
  find(
    repository: Repository,
    reference: { digest?: string | undefined; tag?: string | undefined },
  ): StoredImage | undefined;
  tagsOf(repository: Repository, digest: string): string[];
  isImmutable(repository: Repository, tag: string): boolean;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const namePattern = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*';
const isRepositoryName = (name: string) =>
  name.length >= 2 && name.length <= 256 && new RegExp(`^${namePattern}$`).test(name);

export function createRepositories(place: Place, blobs: BlobStore): Repositories {
  const all = new Map<string, Repository>();
  const id = place.account;
  const described = (name: string) => `repository with name '${name}' in the registry with id '${id}'`;

  const get = (name: string, registryId = id): Repository => {
    const repository = registryId === id ? all.get(name) : undefined;
    if (!repository)
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
      );
    return repository;
  };

  /** Everything a manifest names must have been pushed to the repository before. */
  const checkParts = (repository: Repository, manifest: Manifest): void => {
    if (manifest.kind === 'index') {
      const missing = manifest.manifests
        .map((entry) => entry.digest)
        .filter((digest) => !repository.images.has(digest));
      if (missing.length > 0)
        throw new AwsError(
          'ReferencedImagesNotFoundException',
          `Images with digests '[${missing.join(', ')}]' required for pushing image into ${described(repository.name)} do not exist`,
        );
      return;
    }
    const parts = [manifest.config, ...manifest.layers].map((part) => part.digest);
    const missing = parts.filter((digest) => !repository.blobs.has(digest) || blobs.size(digest) === undefined);
    if (missing.length > 0)
      throw new AwsError(
        'LayersNotFoundException',
        `Layers with digests '[${missing.join(', ')}]' required for pushing image into ${described(repository.name)} do not exist`,
      );
  };

  return {
    all,
    get,
    create(name, settings = {}) {
      if (!isRepositoryName(name))
        throw new AwsError(
          'InvalidParameterException',
          `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${namePattern}''`,
        );
      if (all.has(name))
        throw new AwsError(
          'RepositoryAlreadyExistsException',
          `The repository with name '${name}' already exists in the registry with id '${id}'`,
        );
      const repository: Repository = {
        name,
        arn: `arn:aws:ecr:${place.region}:${id}:repository/${name}`,
        createdAt: new Date(),
        mutability: settings.mutability ?? 'MUTABLE',
        exclusions: settings.exclusions ?? [],
        scanOnPush: settings.scanOnPush ?? false,
        images: new Map(),
        tags: new Map(),
        blobs: new Set(),
      };
      all.set(name, repository);
      return repository;
    },
    remove(name, force) {
      const repository = get(name);
      if (repository.images.size > 0 && !force)
        throw new AwsError(
          'RepositoryNotEmptyException',
          `The repository with name '${name}' in registry with id '${id}' cannot be deleted because it still contains images`,
        );
      all.delete(name);
      return repository;
    },
    put(repository, { content, mediaType, tag }) {
      const manifest = readManifest(content, mediaType);
      if (!manifest)
        throw new AwsError(
          'InvalidParameterException',
          "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
        );
      const digest = digestOf(content);
      const known = repository.images.get(digest);
      const tagged = tag === undefined ? undefined : repository.tags.get(tag);
      if (known && (tag === undefined || tagged === digest)) return { image: known, unchanged: true };
      if (tag !== undefined && tagged !== undefined && isImmutable(repository, tag))
        throw tagExists(repository.name, tag);
      checkParts(repository, manifest);
      const image = known ?? { digest, content, manifest, pushedAt: new Date(), lastPulledAt: undefined };
      repository.images.set(digest, image);
      if (tag !== undefined) repository.tags.set(tag, digest);
      return { image, unchanged: false };
    },
    find(repository, { digest, tag }) {
      const byTag = tag === undefined ? undefined : repository.tags.get(tag);
      if (tag !== undefined && (byTag === undefined || (digest !== undefined && byTag !== digest))) return undefined;
      return repository.images.get(digest ?? byTag ?? '');
    },
    tagsOf: (repository, digest) => [...repository.tags].filter(([, d]) => d === digest).map(([tag]) => tag),
    isImmutable,
  };
}

/** What ECR says on a tag that must not move; `docker push` shows it behind "tag invalid: ". */
export const tagExists = (repository: string, tag: string) =>
  new AwsError(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`,
  );

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html */
function isImmutable(repository: Repository, tag: string): boolean {
  const excluded = repository.exclusions.some((wildcard) =>
    new RegExp(
      `^${wildcard
        .split('*')
        .map((part) => part.replace(/[^\w-]/g, '\\$&'))
        .join('.*')}$`,
    ).test(tag),
  );
  return repository.mutability.startsWith('IMMUTABLE') !== (repository.mutability.endsWith('_EXCLUSION') && excluded);
}
