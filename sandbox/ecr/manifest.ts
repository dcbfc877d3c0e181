/** Media types of manifests that ECR stores. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html */
export const mediaTypes = {
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One image, or an index over several; told apart by `kind`. */
export type Manifest =
  | {
      readonly kind: 'image';
      readonly mediaType: string;
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
      readonly subject: string | undefined;
      readonly artifactType: string | undefined;
    }
  | {
      readonly kind: 'index';
      readonly mediaType: string;
      readonly manifests: readonly Descriptor[];
      readonly subject: string | undefined;
      readonly artifactType: string | undefined;
    };

const isDescriptor = (value: unknown): value is Descriptor => {
  const { digest, size } = (value ?? {}) as Partial<Descriptor>;
  return typeof digest === 'string' && typeof size === 'number';
};

/**
 * Reads a manifest of schema 2, OCI or an index of either. `mediaType` is what the client called it, if it did.
 * Undefined when it is none of these (schema 1 among them: ECR deprecates it and no builder in use writes it).
 */
export function readManifest(content: Buffer, mediaType?: string): Manifest | undefined {
  let raw: Record<string, unknown>;
  try {
    raw = JSON.parse(content.toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof raw !== 'object' || raw === null || raw['schemaVersion'] !== 2) return undefined;
  const { config, layers, manifests } = raw;
  const isIndex = Array.isArray(manifests);
  const type =
    (typeof raw['mediaType'] === 'string' ? raw['mediaType'] : undefined) ??
    mediaType ??
    (isIndex ? mediaTypes.ociIndex : mediaTypes.ociManifest);
  const common = {
    mediaType: type,
    subject: isDescriptor(raw['subject']) ? raw['subject'].digest : undefined,
    artifactType: typeof raw['artifactType'] === 'string' ? raw['artifactType'] : undefined,
  };
  if (isIndex && (type === mediaTypes.ociIndex || type === mediaTypes.dockerList) && manifests.every(isDescriptor))
    return { kind: 'index', manifests, ...common };
  const isImage = type === mediaTypes.ociManifest || type === mediaTypes.dockerManifest;
  if (isImage && isDescriptor(config) && Array.isArray(layers) && layers.every(isDescriptor))
    return { kind: 'image', config, layers, ...common };
  return undefined;
}
