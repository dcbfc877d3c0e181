/** Pages of a list, with an opaque token. */

import { AwsError } from '../wire/service.ts';
import { invalid } from './model.ts';

/** @throws ValidationException, InvalidNextTokenException */
export function page<T>(
  items: readonly T[],
  { MaxResults, NextToken }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: T[]; readonly NextToken?: string } {
  const size = MaxResults ?? 50;
  if (size < 1 || size > 50) throw invalid(`Max results must be between 1 and 50, but was ${size}`);
  const start =
    NextToken === undefined ? 0 : Number(/^from:(\d+)$/.exec(Buffer.from(NextToken, 'base64').toString())?.[1]);
  if (Number.isNaN(start)) throw new AwsError('InvalidNextTokenException', 'The next token is invalid.');
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { NextToken: Buffer.from(`from:${end}`).toString('base64') } : {}),
  };
}
