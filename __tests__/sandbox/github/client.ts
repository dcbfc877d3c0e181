import type { FakeGitHub } from '../../../sandbox/github/index.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever GitHub answers; each test says what it expects of it
  readonly body: any;
}

export const SHA = 'a'.repeat(40);
export const OTHER_SHA = 'b'.repeat(40);
export const SHOP = '/repos/example/shop';

/** Plain fetch with GITHUB_TOKEN unless another token (or none: null) is given. */
export async function ask(
  github: FakeGitHub,
  method: string,
  path: string,
  body?: unknown,
  more: { readonly token?: string | null; readonly headers?: Record<string, string> } = {},
): Promise<Reply> {
  const token = more.token === undefined ? github.token : more.token;
  const response = await fetch(`${github.url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

export const create = (github: FakeGitHub, more: object = {}, token?: string) =>
  ask(github, 'POST', `${SHOP}/check-runs`, { name: 'Greenlight', head_sha: SHA, ...more }, token ? { token } : {});
export const update = (github: FakeGitHub, id: number, change: object, token?: string) =>
  ask(github, 'PATCH', `${SHOP}/check-runs/${id}`, change, token ? { token } : {});
