import type {
  BatchCheckLayerAvailabilityRequest,
  BatchCheckLayerAvailabilityResponse,
  BatchDeleteImageRequest,
  BatchDeleteImageResponse,
  BatchGetImageRequest,
  BatchGetImageResponse,
  DescribeImagesRequest,
  DescribeImagesResponse,
  GetDownloadUrlForLayerRequest,
  GetDownloadUrlForLayerResponse,
  Image,
  ImageDetail,
  ImageFailure,
  ImageFailureCode,
  ImageIdentifier,
  ListImagesRequest,
  ListImagesResponse,
  PutImageRequest,
  PutImageResponse,
} from '@aws-sdk/client-ecr';
import type { Place } from '../contracts.ts';
import { AwsError, type Handler } from '../wire/service.ts';
import { type BlobStore, digestOf, isDigest } from './blobs.ts';
import type { Repositories, Repository, StoredImage } from './repositories.ts';
import { invalidParameter, page } from './repository-operations.ts';

interface Parts {
  readonly place: Place;
  readonly blobs: BlobStore;
  readonly repositories: Repositories;
  /** A download address for a path of the registry that needs no login. */
  readonly sign: (path: string) => string;
}

interface OfRepository {
  readonly repositoryName?: string | undefined;
  readonly registryId?: string | undefined;
}

/** Images and layers. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/ */
export function imageOperations({ place, blobs, repositories, sign }: Parts): Record<string, Handler> {
  const repositoryOf = (input: OfRepository) => repositories.get(input.repositoryName ?? '', input.registryId);
  const find = (repository: Repository, id: ImageIdentifier) =>
    repositories.find(repository, { digest: id.imageDigest, tag: id.imageTag });

  /** Why an image cannot be had, in the form of the batch calls. */
  const failure = (repository: Repository, id: ImageIdentifier): ImageFailure => {
    const byTag = id.imageTag === undefined ? undefined : repository.tags.get(id.imageTag);
    const [failureCode, failureReason]: [ImageFailureCode, string] =
      id.imageDigest === undefined && id.imageTag === undefined
        ? ['MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null']
        : id.imageDigest !== undefined && !isDigest(id.imageDigest)
          ? [
              'InvalidImageDigest',
              'Invalid request parameters: image digest should satisfy the regex [a-zA-Z0-9-_+.]+:[a-fA-F0-9]+',
            ]
          : byTag !== undefined && id.imageDigest !== undefined
            ? ['ImageTagDoesNotMatchDigest', 'Requested tag does not match the requested digest']
            : ['ImageNotFound', 'Requested image not found'];
    return { imageId: id, failureCode, failureReason };
  };

  /** Of an index: the largest of its images, as the model's comment on imageSizeInBytes says. */
  const sizeOf = (repository: Repository, image: StoredImage): number =>
    image.manifest.kind === 'image'
      ? image.manifest.layers.reduce((total, layer) => total + layer.size, image.manifest.config.size)
      : Math.max(
          0,
          ...image.manifest.manifests.map((entry) => {
            const member = repository.images.get(entry.digest);
            return member ? sizeOf(repository, member) : 0;
          }),
        );

  const detail = (repository: Repository, image: StoredImage): ImageDetail => {
    const imageTags = repositories.tagsOf(repository, image.digest);
    const { manifest } = image;
    return {
      registryId: place.account,
      repositoryName: repository.name,
      imageDigest: image.digest,
      ...(imageTags.length > 0 && { imageTags }),
      imageSizeInBytes: sizeOf(repository, image),
      imagePushedAt: image.pushedAt,
      imageManifestMediaType: manifest.mediaType,
      ...(manifest.kind === 'image' && { artifactMediaType: manifest.artifactType ?? manifest.config.mediaType }),
      ...(image.lastPulledAt && { lastRecordedPullTime: image.lastPulledAt }),
      ...(manifest.subject !== undefined && { subjectManifestDigest: manifest.subject }),
      imageStatus: 'ACTIVE',
    };
  };

  const asImage = (repository: Repository, image: StoredImage, imageTag: string | undefined): Image => ({
    registryId: place.account,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, ...(imageTag !== undefined && { imageTag }) },
    imageManifest: image.content.toString('utf8'),
    imageManifestMediaType: image.manifest.mediaType,
  });

  const notFound = (repository: Repository, id: ImageIdentifier) =>
    new AwsError(
      'ImageNotFoundException',
      `The image with imageId {imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'} does not exist ` +
        `within the repository with name '${repository.name}' in the registry with id '${place.account}'`,
    );

  const isTagged = (repository: Repository, image: StoredImage) =>
    repositories.tagsOf(repository, image.digest).length > 0;
  const withStatus = (repository: Repository, status: string | undefined) =>
    [...repository.images.values()].filter(
      (image) => status === undefined || status === 'ANY' || isTagged(repository, image) === (status === 'TAGGED'),
    );

  return {
    DescribeImages: (input: DescribeImagesRequest): DescribeImagesResponse => {
      const repository = repositoryOf(input);
      if (input.imageIds) {
        const found = input.imageIds.map((id) => {
          const image = find(repository, id);
          if (!image) throw notFound(repository, id);
          return image;
        });
        return { imageDetails: [...new Set(found)].map((image) => detail(repository, image)) };
      }
      const { items, ...more } = page(withStatus(repository, input.filter?.tagStatus), input);
      return { imageDetails: items.map((image) => detail(repository, image)), ...more };
    },
    ListImages: (input: ListImagesRequest): ListImagesResponse => {
      const repository = repositoryOf(input);
      const ids = withStatus(repository, input.filter?.tagStatus).flatMap((image): ImageIdentifier[] => {
        const imageDigest = image.digest;
        const tags = repositories.tagsOf(repository, imageDigest);
        return tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag }));
      });
      const { items, ...more } = page(ids, input);
      return { imageIds: items, ...more };
    },
    BatchGetImage: (input: BatchGetImageRequest): BatchGetImageResponse => {
      const repository = repositoryOf(input);
      const images: Image[] = [];
      const failures: ImageFailure[] = [];
      for (const id of input.imageIds ?? []) {
        const image = find(repository, id);
        const accepted = image && (input.acceptedMediaTypes?.includes(image.manifest.mediaType) ?? true);
        if (image && accepted) images.push(asImage(repository, image, id.imageTag));
        else failures.push(failure(repository, id));
      }
      return { images, failures };
    },
    BatchCheckLayerAvailability: (input: BatchCheckLayerAvailabilityRequest): BatchCheckLayerAvailabilityResponse => {
      const repository = repositoryOf(input);
      const layers: BatchCheckLayerAvailabilityResponse['layers'] = [];
      const failures: BatchCheckLayerAvailabilityResponse['failures'] = [];
      for (const layerDigest of input.layerDigests ?? []) {
        const layerSize = repository.blobs.has(layerDigest) ? blobs.size(layerDigest) : undefined;
        if (!isDigest(layerDigest))
          failures.push({
            layerDigest,
            failureCode: 'InvalidLayerDigest',
            failureReason: `Invalid request parameters: layer digest '${layerDigest}' is not valid`,
          });
        else if (layerSize === undefined) layers.push({ layerDigest, layerAvailability: 'UNAVAILABLE' });
        else layers.push({ layerDigest, layerAvailability: 'AVAILABLE', layerSize });
      }
      return { layers, failures };
    },
    GetDownloadUrlForLayer: (input: GetDownloadUrlForLayerRequest): GetDownloadUrlForLayerResponse => {
      const repository = repositoryOf(input);
      const layerDigest = input.layerDigest ?? '';
      if (!repository.blobs.has(layerDigest))
        throw new AwsError(
          'LayersNotFoundException',
          `The layer with digest '${layerDigest}' does not exist within the repository with name '${repository.name}' ` +
            `in the registry with id '${place.account}'`,
        );
      return { downloadUrl: sign(`/v2/${repository.name}/blobs/${layerDigest}`), layerDigest };
    },
    PutImage: (input: PutImageRequest): PutImageResponse => {
      const repository = repositoryOf(input);
      const content = Buffer.from(input.imageManifest ?? '', 'utf8');
      if (input.imageDigest !== undefined && input.imageDigest !== digestOf(content))
        throw new AwsError(
          'ImageDigestDoesNotMatchException',
          `Image digest '${input.imageDigest}' does not match the digest '${digestOf(content)}' of the image manifest`,
        );
      if (input.imageTag !== undefined && !/^[A-Za-z0-9_.-]{1,300}$/.test(input.imageTag))
        throw invalidParameter('imageTag', "must satisfy regular expression '[a-zA-Z0-9-_.]+'");
      const stored = repositories.put(repository, {
        content,
        tag: input.imageTag,
        mediaType: input.imageManifestMediaType,
      });
      if (stored.unchanged)
        throw new AwsError(
          'ImageAlreadyExistsException',
          `Image with digest '${stored.image.digest}' and tag '${input.imageTag ?? 'null'}' already exists in the repository ` +
            `with name '${repository.name}' in registry with id '${place.account}'`,
        );
      return { image: asImage(repository, stored.image, input.imageTag) };
    },
    BatchDeleteImage: (input: BatchDeleteImageRequest): BatchDeleteImageResponse => {
      const repository = repositoryOf(input);
      const imageIds: ImageIdentifier[] = [];
      const failures: ImageFailure[] = [];
      for (const id of input.imageIds ?? []) {
        const image = find(repository, id);
        if (!image) {
          failures.push(failure(repository, id));
          continue;
        }
        const tags = repositories.tagsOf(repository, image.digest);
        // By tag only the tag goes; the image goes with its last one, or when it was named by its digest.
        const going = id.imageTag === undefined ? tags : [id.imageTag];
        const imageGoes = going.length === tags.length;
        const parent = [...repository.images.values()].find(
          ({ manifest }) =>
            manifest.kind === 'index' && manifest.manifests.some((entry) => entry.digest === image.digest),
        );
        if (imageGoes && parent) {
          failures.push({
            imageId: id,
            failureCode: 'ImageReferencedByManifestList',
            failureReason: `Requested image referenced by manifest list: [${parent.digest}]`,
          });
          continue;
        }
        for (const tag of going) repository.tags.delete(tag);
        if (imageGoes) repository.images.delete(image.digest);
        const imageDigest = image.digest;
        imageIds.push(
          ...(going.length === 0 ? [{ imageDigest }] : going.map((imageTag) => ({ imageDigest, imageTag }))),
        );
      }
      return { imageIds, failures };
    },
  };
}
