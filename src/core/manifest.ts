import { isJsonObject, type Json, type JsonObject } from './json.ts';

export interface Platform {
  /** As image builders name them: `linux`, `windows`. */
  readonly os: string;
  /** `amd64`, `arm64`. */
  readonly architecture: string;
}

/**
 * A registry's manifest: one image (Docker schema 2 or OCI), or an index of images for several platforms. BuildKit puts what it
 * attests (provenance) beside the images of an index; those entries are left out here, nobody runs them.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * https://docs.docker.com/build/metadata/attestations/attestation-storage/
 */
export type Manifest =
  | { readonly kind: 'image'; readonly configDigest: string }
  | {
      readonly kind: 'index';
      readonly images: readonly { readonly digest: string; readonly platform: Platform | undefined }[];
    };

/** Undefined when the text is neither. */
export function parseManifest(text: string): Manifest | undefined {
  let data: Json;
  try {
    data = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(data)) return undefined;
  if (Array.isArray(data['manifests'])) {
    const entries = (data['manifests'] as readonly Json[])
      .filter(isJsonObject)
      .filter((entry) => !isAttestation(entry));
    return {
      kind: 'index',
      images: entries.flatMap((entry) =>
        typeof entry['digest'] === 'string'
          ? [{ digest: entry['digest'], platform: platformOf(entry['platform']) }]
          : [],
      ),
    };
  }
  const config = data['config'];
  return isJsonObject(config) && typeof config['digest'] === 'string'
    ? { kind: 'image', configDigest: config['digest'] }
    : undefined;
}

/** The platform that an image's configuration (or an entry of an index) says. */
export function platformOf(from: Json | undefined): Platform | undefined {
  if (!isJsonObject(from)) return undefined;
  const { os, architecture } = from;
  return typeof os === 'string' && typeof architecture === 'string' ? { os, architecture } : undefined;
}

/** The labels in an image's configuration. */
export function labelsOf(imageConfig: JsonObject): Readonly<Record<string, string>> {
  const config = imageConfig['config'];
  const labels = isJsonObject(config) ? config['Labels'] : undefined;
  if (!isJsonObject(labels)) return {};
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function isAttestation(entry: JsonObject): boolean {
  const annotations = entry['annotations'];
  if (isJsonObject(annotations) && annotations['vnd.docker.reference.type'] === 'attestation-manifest') return true;
  const platform = platformOf(entry['platform']);
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}
