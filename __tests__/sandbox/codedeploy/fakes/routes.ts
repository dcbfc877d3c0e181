import type { LoadBalancing, TrafficRoutes } from '../../../../sandbox/contracts.ts';
import { AwsError } from '../../../../sandbox/wire/service.ts';

export interface FakeRoutes extends TrafficRoutes, Pick<LoadBalancing, 'forward' | 'setForward'> {
  /** Every order: `<rule> blue=90 green=10`. */
  readonly journal: string[];
  putListener(arn: string, rules: Readonly<Record<string, Readonly<Record<string, number>>>>): void;
  dropRule(arn: string): void;
}

/** Listeners with rules that forward to target groups; the groups are known by the name inside their ARN. */
export function fakeRoutes(groups: readonly string[]): FakeRoutes {
  const rules = new Map<string, ReadonlyMap<string, number>>();
  const listeners = new Map<string, readonly string[]>();
  const journal: string[] = [];
  const name = (arn: string): string => arn.split('/').at(-2) ?? arn;
  return {
    journal,
    targetGroupNamed: (wanted) => groups.find((arn) => name(arn) === wanted),
    rulesOf: (listener) => listeners.get(listener),
    forward: (rule) => rules.get(rule),
    setForward(rule, weights) {
      if (!rules.has(rule)) throw new AwsError('RuleNotFound', 'One or more rules not found');
      const order = `${rule} ${[...weights].map(([arn, weight]) => `${name(arn)}=${weight}`).join(' ')}`;
      journal.push(order);
      rules.set(rule, new Map(weights));
    },
    putListener(arn, its) {
      listeners.set(arn, Object.keys(its));
      for (const [rule, weights] of Object.entries(its)) rules.set(rule, new Map(Object.entries(weights)));
    },
    dropRule: (arn) => void rules.delete(arn),
  };
}
