import { AwsError } from '../wire/service.ts';
import type { LogGroup, LogStore, LogStream } from './store.ts';

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** The group named by either of the two members that may name it. Throws as AWS does. */
export function findGroup(
  store: LogStore,
  named: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
): LogGroup {
  if ((named.logGroupName === undefined) === (named.logGroupIdentifier === undefined)) {
    throw invalid('Exactly one of the parameters logGroupName and logGroupIdentifier must be specified');
  }
  // An ARN ends with the name, which may hold slashes but no colon: arn:aws:logs:REGION:ACCOUNT:log-group:NAME
  const name = named.logGroupName ?? named.logGroupIdentifier?.replace(/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:/, '');
  const group = store.group(name ?? '');
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

export function findStream(group: LogGroup, name: string): LogStream {
  const stream = group.streams.get(name);
  if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

/** One page of a list; the token is where the next one begins. Throws when the token is not one of ours. */
export function page<T>(
  items: readonly T[],
  limit: number,
  token: string | undefined,
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isSafeInteger(from) || from < 0) throw invalid('The specified nextToken is invalid.');
  const to = from + limit;
  return { items: items.slice(from, to), ...(to < items.length ? { nextToken: String(to) } : {}) };
}

/** Throws unless `limit` is within AWS's bounds. */
export function limitOf(limit: number | undefined, otherwise: number, most: number): number {
  if (limit === undefined) return otherwise;
  if (limit >= 1 && limit <= most) return limit;
  const bound = limit < 1 ? 'greater than or equal to 1' : `less than or equal to ${most}`;
  throw invalid(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ${bound}`,
  );
}
