import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { PathHandler } from '../wire/server.ts';
import { AwsError } from '../wire/service.ts';
import { type BlobStore, digestOf, isDigest, type Upload } from './blobs.ts';
import { mediaTypes } from './manifest.ts';
import { type Repositories, type Repository, tagExists } from './repositories.ts';
import type { Tokens } from './tokens.ts';

/** ECR takes manifests of up to 4 MiB. https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const largestManifest = 4 * 1024 * 1024;

/** A refusal in the form of the OCI distribution spec. */
class RegistryError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** How the errors of ECR's API look to a registry client: `name unknown: The repository with name …`. */
const fromAws: Readonly<Record<string, readonly [status: number, code: string]>> = {
  RepositoryNotFoundException: [404, 'NAME_UNKNOWN'],
  ImageTagAlreadyExistsException: [400, 'TAG_INVALID'],
  LayersNotFoundException: [404, 'MANIFEST_BLOB_UNKNOWN'],
  ReferencedImagesNotFoundException: [404, 'MANIFEST_BLOB_UNKNOWN'],
  InvalidParameterException: [400, 'MANIFEST_INVALID'],
};

interface Parts {
  readonly blobs: BlobStore;
  readonly repositories: Repositories;
  readonly tokens: Tokens;
  /** Signatures of download addresses that the API gave out, by the path they are good for. */
  readonly signedPaths: ReadonlyMap<string, string>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly url: URL;
}

/**
 * The registry that `docker push` and `docker pull` speak to, with ECR's rules.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export function createRegistry(parts: Parts): PathHandler {
  const { repositories } = parts;
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    const exchange: Exchange = { request, response, method: request.method ?? 'GET', url };
    response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
    try {
      authorize(parts, exchange);
      if (url.pathname === '/v2/' || url.pathname === '/v2') return send(response, 200, {}, '');
      const [, name, kind, reference] =
        /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags|referrers)(?:\/([^/]*))?$/.exec(url.pathname) ?? [];
      if (name === undefined) throw new RegistryError(404, 'NOT_FOUND', 'page not found');
      const repository = repositories.get(name);
      if (kind === 'blobs/uploads') return await serveUpload(parts, repository, exchange, reference ?? '');
      if (kind === 'blobs') return await serveBlob(parts, repository, exchange, reference ?? '');
      if (kind === 'manifests') return await serveManifest(parts, repository, exchange, reference ?? '');
      if (kind === 'tags' && reference === 'list') return serveTags(repository, exchange);
      if (kind === 'referrers') return serveReferrers(repository, exchange, reference ?? '');
      throw new RegistryError(404, 'NOT_FOUND', 'page not found');
    } catch (error) {
      const refusal = asRefusal(error);
      if (!refusal) throw error;
      // What is left of the body is read off, else the client would see a broken connection in place of the answer.
      request.resume();
      const body = JSON.stringify({ errors: [{ code: refusal.code, message: refusal.message }] });
      send(response, refusal.status, { 'Content-Type': 'application/json; charset=utf-8' }, body);
    }
  };
}

function asRefusal(error: unknown): RegistryError | undefined {
  if (error instanceof RegistryError) return error;
  if (!(error instanceof AwsError)) return undefined;
  const [status, code] = fromAws[error.code] ?? [400, 'UNSUPPORTED'];
  return new RegistryError(status, code, error.message);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html, the refusals in BEHAVIOUR.md. */
function authorize(parts: Parts, { request, response, url }: Exchange): void {
  const signature = url.searchParams.get('X-Amz-Signature');
  if (signature !== null && parts.signedPaths.get(url.pathname) === signature) return;
  const state = parts.tokens.check(request.headers.authorization);
  if (state === 'valid') return;
  if (state === 'expired')
    throw new RegistryError(403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
  if (state === 'unknown') throw new RegistryError(400, 'DENIED', 'Your Authorization Token is invalid.');
  response.setHeader('WWW-Authenticate', `Basic realm="http://${request.headers.host}/",service="ecr.amazonaws.com"`);
  throw new RegistryError(401, 'UNAUTHORIZED', 'Not Authorized');
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
  body: string | Buffer,
): void {
  response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...headers });
  // A HEAD answer keeps the length of what a GET would bring; Node leaves the body out by itself.
  response.end(body);
}

const notAllowed = (method: string) => new RegistryError(405, 'UNSUPPORTED', `${method} is not supported here`);

async function serveUpload(parts: Parts, repository: Repository, exchange: Exchange, id: string): Promise<void> {
  const { blobs, repositories } = parts;
  const { request, response, method, url } = exchange;
  const digest = url.searchParams.get('digest') ?? undefined;
  const progress = (upload: Upload) => ({
    Location: `/v2/${repository.name}/blobs/uploads/${upload.id}`,
    Range: `0-${Math.max(upload.size - 1, 0)}`,
    'Docker-Upload-UUID': upload.id,
  });
  const complete = async (upload: Upload, wanted: string) => {
    await upload.append(request as AsyncIterable<Buffer>);
    if (!(await upload.finish(wanted)))
      throw new RegistryError(400, 'DIGEST_INVALID', `provided digest did not match uploaded content: ${wanted}`);
    repository.blobs.add(wanted);
    const headers = { Location: `/v2/${repository.name}/blobs/${wanted}`, 'Docker-Content-Digest': wanted };
    send(response, 201, headers, '');
  };

  if (method === 'POST' && id === '') {
    const mount = url.searchParams.get('mount');
    const from = url.searchParams.get('from');
    if (mount !== null && from !== null && repositories.all.get(from)?.blobs.has(mount)) {
      repository.blobs.add(mount);
      return send(
        response,
        201,
        { Location: `/v2/${repository.name}/blobs/${mount}`, 'Docker-Content-Digest': mount },
        '',
      );
    }
    const upload = await blobs.startUpload(repository.name);
    if (digest !== undefined) return complete(upload, digest);
    request.resume();
    return send(response, 202, progress(upload), '');
  }
  const upload = blobs.upload(id);
  if (upload?.repository !== repository.name)
    throw new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', `upload ${id} is not known to the registry`);
  if (method === 'GET') return send(response, 204, progress(upload), '');
  if (method === 'DELETE') {
    await upload.abort();
    return send(response, 204, {}, '');
  }
  const [, start] = /^(?:bytes )?(\d+)-\d+/.exec(request.headers['content-range'] ?? '') ?? [];
  if (start !== undefined && Number(start) !== upload.size) {
    request.resume();
    return send(response, 416, progress(upload), '');
  }
  if (method === 'PATCH') {
    await upload.append(request as AsyncIterable<Buffer>);
    return send(response, 202, progress(upload), '');
  }
  if (method !== 'PUT') throw notAllowed(method);
  if (digest === undefined || !isDigest(digest))
    throw new RegistryError(400, 'DIGEST_INVALID', `digest of the upload is missing or not sha256: ${digest}`);
  return complete(upload, digest);
}

async function serveBlob(parts: Parts, repository: Repository, exchange: Exchange, digest: string): Promise<void> {
  const { response, method } = exchange;
  if (method !== 'GET' && method !== 'HEAD') throw notAllowed(method);
  const size = repository.blobs.has(digest) ? parts.blobs.size(digest) : undefined;
  if (size === undefined)
    throw new RegistryError(404, 'BLOB_UNKNOWN', `blob ${digest} is not known to the repository ${repository.name}`);
  response.writeHead(200, {
    'Content-Length': size,
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    ETag: `"${digest}"`,
  });
  if (method === 'HEAD') response.end();
  else await pipeline(parts.blobs.stream(digest), response).catch(() => response.destroy());
}

async function serveManifest(
  parts: Parts,
  repository: Repository,
  exchange: Exchange,
  reference: string,
): Promise<void> {
  const { repositories } = parts;
  const { request, response, method } = exchange;
  const byDigest = reference.includes(':');
  if (method === 'GET' || method === 'HEAD') {
    const image = repositories.find(repository, byDigest ? { digest: reference } : { tag: reference });
    if (!image) throw new RegistryError(404, 'MANIFEST_UNKNOWN', 'Requested image not found');
    if (method === 'GET') image.lastPulledAt = new Date();
    const headers = { 'Content-Type': image.manifest.mediaType, 'Docker-Content-Digest': image.digest };
    return send(response, 200, headers, image.content);
  }
  if (method !== 'PUT') throw notAllowed(method);
  const content = await readManifestBody(request);
  if (byDigest && reference !== digestOf(content))
    throw new RegistryError(400, 'DIGEST_INVALID', `manifest does not have the digest ${reference}`);
  const tag = byDigest ? undefined : reference;
  if (tag !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,299}$/.test(tag))
    throw new RegistryError(400, 'TAG_INVALID', `tag '${tag}' has characters that ECR does not take or is too long`);
  // Unlike PutImage, a push does not learn that nothing would change: an immutable tag refuses the same digest too.
  if (tag !== undefined && repository.tags.has(tag) && repositories.isImmutable(repository, tag))
    throw tagExists(repository.name, tag);
  const { image } = repositories.put(repository, { content, tag, mediaType: request.headers['content-type'] });
  const headers: Record<string, string> = {
    Location: `/v2/${repository.name}/manifests/${image.digest}`,
    'Docker-Content-Digest': image.digest,
  };
  if (image.manifest.subject !== undefined) headers['OCI-Subject'] = image.manifest.subject;
  send(response, 201, headers, '');
}

async function readManifestBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestManifest) throw new RegistryError(413, 'MANIFEST_INVALID', 'manifest is larger than 4 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function serveTags(repository: Repository, { response, url }: Exchange): void {
  const last = url.searchParams.get('last');
  const limit = Number(url.searchParams.get('n') ?? Number.POSITIVE_INFINITY);
  const after = [...repository.tags.keys()].sort().filter((tag) => last === null || tag > last);
  const tags = after.slice(0, limit);
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (tags.length < after.length)
    headers['Link'] = `</v2/${repository.name}/tags/list?n=${limit}&last=${tags.at(-1) ?? ''}>; rel="next"`;
  send(response, 200, headers, JSON.stringify({ name: repository.name, tags }));
}

function serveReferrers(repository: Repository, { response }: Exchange, digest: string): void {
  const manifests = [...repository.images.values()]
    .filter((image) => image.manifest.subject === digest)
    .map(({ manifest, content, digest: own }) => ({
      mediaType: manifest.mediaType,
      digest: own,
      size: content.length,
      artifactType: manifest.artifactType ?? (manifest.kind === 'image' ? manifest.config.mediaType : undefined),
    }));
  const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
  send(response, 200, { 'Content-Type': mediaTypes.ociIndex }, body);
}

/** A signature for the address of a blob, as GetDownloadUrlForLayer gives it. */
export const newSignature = (): string => randomUUID().replaceAll('-', '');
