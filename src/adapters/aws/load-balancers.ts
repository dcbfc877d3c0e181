import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CallError } from '../../core/errors.ts';
import type { RuleFacts } from '../../core/service.ts';
import type { LoadBalancers } from '../../ports.ts';
import { call } from './client.ts';
import type { LoadBalancing } from './connections.ts';

export function loadBalancers(elb: LoadBalancing): LoadBalancers {
  const someRules = (arns: readonly string[]): Promise<readonly RuleFacts[]> =>
    call(`describe listener rules ${arns.join(', ')}`, async () => {
      const { sdk, client } = await elb();
      const answer = await client.send(new sdk.DescribeRulesCommand({ RuleArns: [...arns] }));
      return (answer.Rules ?? []).flatMap(({ RuleArn, Actions }) =>
        RuleArn === undefined ? [] : [{ ruleArn: RuleArn, weights: weightsOf(Actions) }],
      );
    });

  /** For a Network Load Balancer the "rule" in the service is the listener itself. */
  const someListeners = (arns: readonly string[]): Promise<readonly RuleFacts[]> =>
    call(`describe listeners ${arns.join(', ')}`, async () => {
      const { sdk, client } = await elb();
      const answer = await client.send(new sdk.DescribeListenersCommand({ ListenerArns: [...arns] }));
      return (answer.Listeners ?? []).flatMap(({ ListenerArn, DefaultActions }) =>
        ListenerArn === undefined ? [] : [{ ruleArn: ListenerArn, weights: weightsOf(DefaultActions) }],
      );
    });

  return {
    async rules(ruleArns) {
      const rules = await existing(ruleArns.filter(isRule), someRules);
      const listeners = await existing(
        ruleArns.filter((arn) => !isRule(arn)),
        someListeners,
      );
      return [...rules, ...listeners];
    },

    targetGroups: (arns) =>
      existing(arns, (some) =>
        call(`describe target groups ${some.join(', ')}`, async () => {
          const { sdk, client } = await elb();
          const answer = await client.send(new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: [...some] }));
          return (answer.TargetGroups ?? []).map((group) => ({
            targetGroupArn: group.TargetGroupArn ?? '',
            targetType: group.TargetType ?? 'instance',
            healthCheckPath: group.HealthCheckPath,
          }));
        }),
      ),

    targets: (targetGroupArn) =>
      call(`describe the health of targets in ${targetGroupArn}`, async () => {
        const { sdk, client } = await elb();
        const answer = await client.send(new sdk.DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }));
        return (answer.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
          id: Target?.Id ?? '',
          port: Target?.Port,
          state: TargetHealth?.State ?? '',
          reason: TargetHealth?.Reason,
          description: TargetHealth?.Description,
        }));
      }),

    address: (ruleArn) =>
      call(`look for the address of ${ruleArn}`, async () => {
        const { sdk, client } = await elb();
        const listeners = await client.send(new sdk.DescribeListenersCommand({ ListenerArns: [listenerOf(ruleArn)] }));
        const listener = listeners.Listeners?.[0];
        if (listener?.LoadBalancerArn === undefined) return undefined;
        const balancers = await client.send(
          new sdk.DescribeLoadBalancersCommand({ LoadBalancerArns: [listener.LoadBalancerArn] }),
        );
        const name = balancers.LoadBalancers?.[0]?.DNSName;
        if (name === undefined) return undefined;
        const secure = listener.Protocol === 'HTTPS' || listener.Protocol === 'TLS';
        const usual = secure ? 443 : 80;
        const port = listener.Port === undefined || listener.Port === usual ? '' : `:${listener.Port}`;
        return `${secure ? 'https' : 'http'}://${name}${port}`;
      }),
  };
}

/** One call for all; when one of them does not exist AWS refuses the whole call, so then each by itself, and the missing left out. */
async function existing<T>(
  arns: readonly string[],
  describe: (some: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const wanted = [...new Set(arns)];
  if (wanted.length === 0) return [];
  try {
    return await describe(wanted);
  } catch (error) {
    if (!(error instanceof CallError) || error.failure !== 'not-found') throw error;
    if (wanted.length === 1) return [];
    const found: T[] = [];
    for (const arn of wanted) found.push(...(await existing([arn], describe)));
    return found;
  }
}

/** The forward action's target groups. One that is named without a weight gets everything: AWS fills in 1 by itself. */
function weightsOf(actions: readonly Action[] | undefined): ReadonlyMap<string, number> {
  const forward = actions?.find(({ Type }) => Type === 'forward');
  const groups = forward?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: forward?.TargetGroupArn }];
  return new Map(
    groups.flatMap((group): [string, number][] =>
      group.TargetGroupArn === undefined ? [] : [[group.TargetGroupArn, 'Weight' in group ? (group.Weight ?? 1) : 1]],
    ),
  );
}

function isRule(arn: string): boolean {
  return arn.includes(':listener-rule/');
}

/** arn:…:listener-rule/app/name/balancer/listener/rule -> arn:…:listener/app/name/balancer/listener */
function listenerOf(arn: string): string {
  return isRule(arn) ? arn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '') : arn;
}
