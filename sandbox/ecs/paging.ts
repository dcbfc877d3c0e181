/** Pages of a list, with an opaque token, as every List call of ECS has them. */

import { invalid } from './exceptions.ts';

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** @throws InvalidParameterException for a page size or a token that ECS would not take */
export function page<T>(
  items: readonly T[],
  request: PageRequest,
  usual = 100,
): { readonly items: T[]; readonly nextToken?: string } {
  const size = request.maxResults ?? usual;
  if (size < 1 || size > 100) throw invalid('maxResults must be between 1 and 100.');
  const start = request.nextToken === undefined ? 0 : offset(request.nextToken);
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: token(end) } : {}) };
}

const token = (at: number): string => Buffer.from(`from:${at}`).toString('base64url');

function offset(text: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(text, 'base64url').toString());
  if (match === null) throw invalid('Invalid token');
  return Number(match[1]);
}
