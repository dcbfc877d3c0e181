import type { RepositoryName } from './core/config.ts';
import { CallError } from './core/errors.ts';
import { ecrRepository, isLoopback, parseImageReference } from './core/image.ts';
import { labelsOf, type Platform, parseManifest, platformOf } from './core/manifest.ts';
import type { Images, StoredManifest } from './ports.ts';

/** What is known of an image before it is deployed. */
export type ImageFacts =
  /** Not in ECR (or by a name that is no reference): nobody has looked. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'missing'; readonly repository: RepositoryName; readonly isRepositoryMissing: boolean }
  | {
      readonly kind: 'found';
      /** `registry/name@digest`: the same image whatever becomes of its tags. */
      readonly pinned: string;
      readonly digest: string;
      /** What it can run on; undefined when the image does not say or its configuration may not be read. */
      readonly platforms: readonly Platform[] | undefined;
    };

/**
 * Looks an image up by its reference. Needs ecr:BatchGetImage, for the platform of a single image ecr:GetDownloadUrlForLayer
 * too; without the latter the platforms are undefined. Rejects with CallError.
 */
export async function imageFacts(images: Images, reference: string): Promise<ImageFacts> {
  const parsed = parseImageReference(reference);
  const repository = parsed === undefined ? undefined : ecrRepository(parsed);
  if (parsed === undefined || repository === undefined) return { kind: 'elsewhere' };
  const uri = `${parsed.registry}/${parsed.repository}`;
  if (parsed.registry !== undefined && isLoopback(parsed.registry)) {
    // A local AWS, or simply a registry on this machine that ECR knows nothing of.
    const known = await images.repository(repository);
    if (known?.uri !== uri) return { kind: 'elsewhere' };
  }
  const manifest = await images.manifest(repository, parsed.digest ?? parsed.tag ?? 'latest');
  if (manifest === undefined) {
    return { kind: 'missing', repository, isRepositoryMissing: (await images.repository(repository)) === undefined };
  }
  const platforms = await platformsOf(images, repository, manifest);
  return { kind: 'found', pinned: `${uri}@${manifest.digest}`, digest: manifest.digest, platforms };
}

async function platformsOf(
  images: Images,
  repository: RepositoryName,
  manifest: StoredManifest,
): Promise<readonly Platform[] | undefined> {
  const parsed = parseManifest(manifest.text);
  const config = parsed?.kind === 'image' ? await readableConfig(images, repository, parsed.configDigest) : undefined;
  const platforms = parsed?.kind === 'index' ? parsed.images.map(({ platform }) => platform) : [platformOf(config)];
  const known = platforms.filter((platform) => platform !== undefined);
  return known.length === 0 ? undefined : known;
}

/** The labels of an image; of an index those of its first image. Undefined when they may not or cannot be read. */
export async function imageLabels(
  images: Images,
  repository: RepositoryName,
  manifest: StoredManifest,
): Promise<Readonly<Record<string, string>> | undefined> {
  const parsed = parseManifest(manifest.text);
  if (parsed?.kind === 'index') {
    const [first] = parsed.images;
    const inner = first === undefined ? undefined : await images.manifest(repository, first.digest);
    return inner === undefined || parseManifest(inner.text)?.kind !== 'image'
      ? undefined
      : imageLabels(images, repository, inner);
  }
  const config = await readableConfig(images, repository, parsed?.configDigest);
  return config === undefined ? undefined : labelsOf(config);
}

async function readableConfig(images: Images, repository: RepositoryName, digest: string | undefined) {
  if (digest === undefined) return undefined;
  try {
    return await images.config(repository, digest);
  } catch (error) {
    // Who may push need not be allowed to pull; what hangs on it is a better message or a build saved, not the deployment.
    if (error instanceof CallError && error.failure === 'denied') return undefined;
    throw error;
  }
}
