import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './call.ts';
import type { ApiRequest } from './contract.ts';
import { API_VERSION, type Asked, NO_JSON } from './execute.ts';
import { rateHeaders } from './rate-limit.ts';
import { acceptedPermissions } from './tokens.ts';

export function send(response: ServerResponse, { status, body, headers }: Answer, asked: Asked): void {
  const isPage = typeof body === 'string';
  const payload = isPage ? body : JSON.stringify(body);
  const permissions = acceptedPermissions(asked.operation?.operationId ?? '');
  response.writeHead(status, {
    'Content-Type': isPage ? 'text/html' : 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(payload),
    'X-GitHub-Request-Id': asked.requestId,
    'X-GitHub-Media-Type': 'github.v3; format=json',
    'X-GitHub-Api-Version-Selected': API_VERSION,
    ...(permissions === undefined ? {} : { 'X-Accepted-GitHub-Permissions': permissions }),
    ...rateHeaders(asked.window),
    ...headers,
  });
  response.end(payload);
}

export const requestId = () =>
  [2, 3, 4, 4, 4].map((bytes) => randomBytes(bytes).toString('hex').toUpperCase()).join(':');

/** The description's validator knows no symbols; a body that is no object is told apart before it. */
export function checkable(request: ApiRequest): ApiRequest {
  return {
    ...request,
    body: request.body === NO_JSON ? {} : (request.body ?? (request.method === 'get' ? undefined : {})),
  };
}

export async function read(request: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: (request.method ?? 'GET').toLowerCase(),
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries(headers),
    body: text === '' ? undefined : parsed(text),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NO_JSON;
  }
}
