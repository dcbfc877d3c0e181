import type { Action, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CallError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { TrafficRule } from '../../core/taskset-facts.ts';
import type { TrafficRules } from '../../ports.ts';
import { call } from './client.ts';
import type { LoadBalancing } from './connections.ts';

/**
 * The default action of a listener is shown among its rules, with an ARN of its own, and is read like them: so one call reads
 * all. It is written through the listener (OperationNotPermitted otherwise).
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html
 */
export function trafficRules(elb: LoadBalancing): TrafficRules {
  const byArn = async (arns: readonly string[]): Promise<readonly TrafficRule[]> => {
    try {
      return await call(`describe listener rules ${arns.join(', ')}`, () => pages({ RuleArns: [...arns] }));
    } catch (error) {
      // When one of them does not exist AWS refuses the whole call.
      if (!(error instanceof CallError) || error.failure !== 'not-found') throw error;
      if (arns.length === 1) return [];
      const found: TrafficRule[] = [];
      for (const arn of arns) found.push(...(await byArn([arn])));
      return found;
    }
  };

  const ofListener = async (listenerArn: string): Promise<readonly TrafficRule[]> => {
    try {
      return await call(`describe the rules of listener ${listenerArn}`, () => pages({ ListenerArn: listenerArn }));
    } catch (error) {
      if (error instanceof CallError && error.failure === 'not-found') return [];
      throw error;
    }
  };

  async function pages(
    which: { readonly RuleArns: string[] } | { readonly ListenerArn: string },
  ): Promise<readonly TrafficRule[]> {
    const { sdk, client } = await elb();
    const found: TrafficRule[] = [];
    let marker: string | undefined;
    do {
      const answer = await client.send(
        new sdk.DescribeRulesCommand({ ...which, ...(marker === undefined ? {} : { Marker: marker }) }),
      );
      found.push(...(answer.Rules ?? []).flatMap(trafficRule));
      marker = answer.NextMarker;
    } while (marker !== undefined && marker !== '');
    return found;
  }

  return {
    async describe(arns) {
      const wanted = [...new Set(arns)];
      const rules = wanted.filter(isRule);
      const found = rules.length === 0 ? [] : [...(await byArn(rules))];
      for (const listener of wanted.filter((arn) => !isRule(arn))) {
        found.push(...(await ofListener(listener)).filter(({ isDefault }) => isDefault));
      }
      return found;
    },

    around: (targetGroupArn) =>
      call(`look for the rules that lead to target group ${targetGroupArn}`, async () => {
        const { sdk, client } = await elb();
        const groups = await client.send(new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroupArn] }));
        const found: TrafficRule[] = [];
        for (const LoadBalancerArn of groups.TargetGroups?.[0]?.LoadBalancerArns ?? []) {
          let marker: string | undefined;
          do {
            const listeners = await client.send(
              new sdk.DescribeListenersCommand({
                LoadBalancerArn,
                ...(marker === undefined ? {} : { Marker: marker }),
              }),
            );
            for (const { ListenerArn } of listeners.Listeners ?? []) {
              if (ListenerArn !== undefined) found.push(...(await ofListener(ListenerArn)));
            }
            marker = listeners.NextMarker;
          } while (marker !== undefined && marker !== '');
        }
        return found;
      }),

    write: (rule, actions) =>
      call(`write weights on ${rule.ruleArn}`, async () => {
        const { sdk, client } = await elb();
        const own = actions as unknown as Action[];
        if (rule.isDefault) {
          await client.send(new sdk.ModifyListenerCommand({ ListenerArn: rule.listenerArn, DefaultActions: own }));
        } else {
          await client.send(new sdk.ModifyRuleCommand({ RuleArn: rule.ruleArn, Actions: own }));
        }
      }),
  };
}

function trafficRule({ RuleArn, IsDefault, Actions }: Rule): readonly TrafficRule[] {
  if (RuleArn === undefined) return [];
  return [
    {
      ruleArn: RuleArn,
      listenerArn: listenerOf(RuleArn),
      isDefault: IsDefault === true,
      // Through JSON: members that the SDK leaves undefined are not there.
      actions: JSON.parse(JSON.stringify(Actions ?? [])) as JsonObject[],
    },
  ];
}

function isRule(arn: string): boolean {
  return arn.includes(':listener-rule/');
}

/** arn:…:listener-rule/app/name/balancer/listener/rule -> arn:…:listener/app/name/balancer/listener */
function listenerOf(ruleArn: string): string {
  return ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
}
