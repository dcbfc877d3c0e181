import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { AwsError, type AwsService } from './service.ts';

/** AWS's front ends take no larger bodies for these services. */
const largestBody = 16 * 1024 * 1024;

/** What the signature says about the caller. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** A call, told apart but not yet read. */
export interface Envelope {
  readonly protocol: 'json' | 'query';
  readonly signature: Signature | undefined;
  readonly service: AwsService | undefined;
  readonly operation: string;
  /** The client also understands the query protocol's error codes and asks for them. */
  readonly queryMode: boolean;
  /** The form of a query call; empty for JSON. */
  readonly params: URLSearchParams;
  /** The text of a JSON call; empty for query. */
  readonly text: string;
}

/** The whole body, unzipped. Throws AwsError RequestEntityTooLargeException. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > largestBody) throw new AwsError('RequestEntityTooLargeException', 'Request is too large.', 413);
    chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body, { maxOutputLength: largestBody }) : body;
}

/** `AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/ecs/aws4_request, SignedHeaders=…` */
export function readSignature(header: string | undefined): Signature | undefined {
  const scope = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/.exec(
    header ?? '',
  );
  const [, accessKeyId, region, service] = scope ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service };
}

/**
 * Tells service and operation: by X-Amz-Target in the JSON protocols, by the credential scope and `Action` in query.
 * An unknown service or operation gives an envelope without one; the server words the error.
 */
export function openEnvelope(request: IncomingMessage, body: Buffer, services: readonly AwsService[]): Envelope {
  const signature = readSignature(request.headers.authorization);
  const target = request.headers['x-amz-target'];
  const queryMode = request.headers['x-amzn-query-mode'] === 'true';
  if (typeof target === 'string') {
    const dot = target.lastIndexOf('.');
    const service = services.find((candidate) => candidate.target === target.slice(0, Math.max(dot, 0)));
    const operation = target.slice(dot + 1);
    return {
      protocol: 'json',
      signature,
      service,
      operation,
      queryMode,
      params: new URLSearchParams(),
      text: body.toString('utf8'),
    };
  }
  const params = new URLSearchParams(body.toString('utf8'));
  for (const [name, value] of new URL(request.url ?? '/', 'http://sandbox').searchParams) params.append(name, value);
  // A service without an XML namespace does not speak query.
  const service = services.find((candidate) => candidate.namespace && candidate.name === signature?.service);
  return { protocol: 'query', signature, service, operation: params.get('Action') ?? '', queryMode, params, text: '' };
}
