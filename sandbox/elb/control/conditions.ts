import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { invalid, unsupported } from './errors.ts';

/** docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html, "Condition values per rule". */
const MAX_VALUES = 5;

/** Checks conditions and fills both forms of host and path conditions, as AWS gives them back. */
export function checkConditions(conditions: readonly RuleCondition[] | undefined): RuleCondition[] {
  if (!conditions || conditions.length === 0) throw invalid('A condition must be specified');
  const values = conditions.reduce((count, condition) => count + valuesOf(condition).length, 0);
  if (values > MAX_VALUES) throw invalid(`A rule can have at most ${MAX_VALUES} condition values`);
  return conditions.map(checkCondition);
}

function valuesOf(condition: RuleCondition): readonly unknown[] {
  const config =
    condition.PathPatternConfig ??
    condition.HostHeaderConfig ??
    condition.HttpHeaderConfig ??
    condition.QueryStringConfig ??
    condition.HttpRequestMethodConfig ??
    condition.SourceIpConfig;
  return config?.Values ?? condition.Values ?? [];
}

function checkCondition(condition: RuleCondition): RuleCondition {
  if (condition.RegexValues || condition.HttpHeaderConfig?.RegexValues) throw unsupported('RegexValues');
  if (condition.HostHeaderConfig?.RegexValues || condition.PathPatternConfig?.RegexValues) {
    throw unsupported('RegexValues');
  }
  if (valuesOf(condition).length === 0) throw invalid('A condition value must be specified');
  switch (condition.Field) {
    case 'path-pattern': {
      const Values = textValues(condition.PathPatternConfig?.Values ?? condition.Values);
      return { Field: 'path-pattern', Values, PathPatternConfig: { Values } };
    }
    case 'host-header': {
      const Values = textValues(condition.HostHeaderConfig?.Values ?? condition.Values);
      return { Field: 'host-header', Values, HostHeaderConfig: { Values } };
    }
    case 'http-header': {
      const name = condition.HttpHeaderConfig?.HttpHeaderName;
      if (!name) throw invalid('A header name must be specified');
      if (name.toLowerCase() === 'host') throw invalid('Use a host-header condition for the host header');
      textValues(condition.HttpHeaderConfig?.Values);
      return condition;
    }
    case 'http-request-method':
      for (const value of condition.HttpRequestMethodConfig?.Values ?? []) {
        if (!/^[A-Z_-]{1,40}$/.test(value)) throw invalid(`The method '${value}' is not valid`);
      }
      return condition;
    case 'query-string':
      return condition;
    case 'source-ip':
      for (const value of condition.SourceIpConfig?.Values ?? []) {
        if (!/^[0-9a-fA-F.:]+\/\d{1,3}$/.test(value)) throw invalid(`The source IP '${value}' is not in CIDR format`);
      }
      return condition;
    default:
      throw invalid(
        `Condition field '${condition.Field}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'`,
      );
  }
}

function textValues(values: readonly string[] | undefined): string[] {
  const all = [...(values ?? [])];
  for (const value of all) {
    if (value.length < 1 || value.length > 128) throw invalid(`Condition value '${value}' must be 1 to 128 characters`);
  }
  return all;
}
