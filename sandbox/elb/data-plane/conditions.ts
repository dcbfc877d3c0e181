import { BlockList, isIPv6 } from 'node:net';
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RequestHead } from './message.ts';

export type Condition = (head: RequestHead, clientAddress: string) => boolean;

/** `*` is any number of characters, `?` exactly one; the whole value must match. */
function wildcard(pattern: string, caseSensitive: boolean): (value: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`, caseSensitive ? 's' : 'is');
  return (value) => expression.test(value);
}

function anyOf(patterns: readonly string[], caseSensitive: boolean): (value: string) => boolean {
  const tests = patterns.map((pattern) => wildcard(pattern, caseSensitive));
  return (value) => tests.some((test) => test(value));
}

/** The path without the query. */
export function pathOf(target: string): string {
  const question = target.indexOf('?');
  return question === -1 ? target : target.slice(0, question);
}

export function queryOf(target: string): string {
  const question = target.indexOf('?');
  return question === -1 ? '' : target.slice(question + 1);
}

/** The host without the port. */
export function hostOf(head: RequestHead): string {
  return head.host.replace(/:\d+$/, '');
}

/**
 * What a condition asks of a request. The control plane has checked that the condition is complete.
 * docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html: paths are case-sensitive, hosts,
 * header values and query strings are not, methods match exactly.
 */
export function compileCondition(condition: RuleCondition): Condition {
  switch (condition.Field) {
    case 'path-pattern': {
      const test = anyOf(condition.PathPatternConfig?.Values ?? condition.Values ?? [], true);
      return (head) => test(pathOf(head.target));
    }
    case 'host-header': {
      const test = anyOf(condition.HostHeaderConfig?.Values ?? condition.Values ?? [], false);
      return (head) => test(hostOf(head));
    }
    case 'http-header': {
      const key = condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase();
      const test = anyOf(condition.HttpHeaderConfig?.Values ?? [], false);
      return (head) => head.headers.some((header) => header.key === key && test(header.value));
    }
    case 'http-request-method': {
      const methods = new Set(condition.HttpRequestMethodConfig?.Values);
      return (head) => methods.has(head.method);
    }
    case 'query-string':
      return queryCondition(condition);
    case 'source-ip':
      return sourceCondition(condition.SourceIpConfig?.Values ?? []);
    default:
      throw new TypeError(`condition field ${condition.Field}`);
  }
}

function queryCondition(condition: RuleCondition): Condition {
  const tests = (condition.QueryStringConfig?.Values ?? []).map((pair) => ({
    key: pair.Key === undefined ? undefined : wildcard(pair.Key, false),
    value: wildcard(pair.Value ?? '', false),
  }));
  return (head) => {
    const pairs = [...new URLSearchParams(queryOf(head.target))];
    return tests.some((test) => pairs.some(([key, value]) => (test.key?.(key) ?? true) && test.value(value)));
  };
}

function sourceCondition(ranges: readonly string[]): Condition {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return (_, clientAddress) => list.check(clientAddress, isIPv6(clientAddress) ? 'ipv6' : 'ipv4');
}
