/** Pages of a list: CodeDeploy's callers give a token and never a size. */

import { refuse } from './exceptions.ts';

const PAGE_SIZE = 100;

/** @throws InvalidNextTokenException */
export function page<T>(
  items: readonly T[],
  nextToken: string | undefined,
): { readonly items: T[]; readonly nextToken?: string } {
  const start = nextToken === undefined ? 0 : offset(nextToken);
  const end = start + PAGE_SIZE;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: Buffer.from(`from:${end}`).toString('base64url') }),
  };
}

function offset(text: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(text, 'base64url').toString());
  if (match === null) throw refuse('InvalidNextTokenException', 'The next token is invalid');
  return Number(match[1]);
}
