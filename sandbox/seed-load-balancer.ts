import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Sandbox } from './sandbox.ts';

/** Of both target groups; seconds of AWS's time. The shortest that AWS takes, unless given. */
export interface HealthCheck {
  readonly path?: string;
  readonly interval?: number;
  readonly timeout?: number;
  readonly healthyThreshold?: number;
  readonly unhealthyThreshold?: number;
  /** Deregistration delay. */
  readonly drain?: number;
}

export interface SeededLoadBalancer {
  readonly loadBalancerArn: string;
  readonly listenerArn: string;
  /** With CodeDeploy the listeners' default rules. */
  readonly productionRuleArn: string;
  readonly testListenerArn: string;
  readonly testRuleArn: string;
  /** The one that serves at first, then the alternate one. */
  readonly targetGroupArns: readonly [string, string];
  /** Where users' requests go: `http://127.0.0.1:PORT`. */
  readonly productionUrl: string;
  /** Where the candidate is reached before it has users. */
  readonly testUrl: string;
}

/**
 * A load balancer as a blue/green service needs it: a production and a test listener, each with a rule that forwards to
 * two target groups, 100 to the first and 0 to the second. With `byListener` the default actions do it, and there is no other rule.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
 */
export async function seedLoadBalancer(
  sandbox: Sandbox,
  name: string,
  options: {
    readonly port: number;
    readonly containerPort: number;
    readonly healthCheck?: HealthCheck;
    /** The listeners' default actions forward, and no rule: CodeDeploy is told of listeners. */
    readonly byListener?: boolean;
  },
): Promise<SeededLoadBalancer> {
  const elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig);
  const check = options.healthCheck ?? {};

  const createTargetGroup = async (suffix: string): Promise<string> => {
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: `${name}-${suffix}`,
        TargetType: 'ip',
        Protocol: 'HTTP',
        Port: options.containerPort,
        VpcId: 'vpc-0a1b2c3d',
        HealthCheckPath: check.path ?? '/healthz',
        HealthCheckIntervalSeconds: check.interval ?? 5,
        HealthCheckTimeoutSeconds: check.timeout ?? 2,
        HealthyThresholdCount: check.healthyThreshold ?? 2,
        UnhealthyThresholdCount: check.unhealthyThreshold ?? 2,
      }),
    );
    const arn = existing(TargetGroups?.[0]?.TargetGroupArn);
    await elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: arn,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(check.drain ?? 10) }],
      }),
    );
    return arn;
  };

  try {
    const { LoadBalancers } = await elb.send(
      new CreateLoadBalancerCommand({
        Name: name,
        Type: 'application',
        Subnets: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'],
      }),
    );
    const loadBalancerArn = existing(LoadBalancers?.[0]?.LoadBalancerArn);
    const targetGroupArns = [await createTargetGroup('blue'), await createTargetGroup('green')] as const;
    const forward: Action = {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: targetGroupArns.map((TargetGroupArn, i) => ({ TargetGroupArn, Weight: i === 0 ? 100 : 0 })),
      },
    };
    const createListener = async (port: number) => {
      const { Listeners } = await elb.send(
        new CreateListenerCommand({
          LoadBalancerArn: loadBalancerArn,
          Protocol: 'HTTP',
          Port: port,
          DefaultActions: options.byListener
            ? [forward]
            : [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
        }),
      );
      const listenerArn = existing(Listeners?.[0]?.ListenerArn);
      const url = sandbox.loadBalancing.url(listenerArn);
      if (options.byListener) {
        const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
        return { listenerArn, ruleArn: existing(Rules?.[0]?.RuleArn), url };
      }
      const { Rules } = await elb.send(
        new CreateRuleCommand({
          ListenerArn: listenerArn,
          Priority: 1,
          Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
          Actions: [forward],
        }),
      );
      return { listenerArn, ruleArn: existing(Rules?.[0]?.RuleArn), url };
    };
    const production = await createListener(options.port);
    const test = await createListener(0);
    return {
      loadBalancerArn,
      listenerArn: production.listenerArn,
      productionRuleArn: production.ruleArn,
      testListenerArn: test.listenerArn,
      testRuleArn: test.ruleArn,
      targetGroupArns,
      productionUrl: production.url,
      testUrl: test.url,
    };
  } finally {
    elb.destroy();
  }
}

function existing(arn: string | undefined): string {
  if (arn === undefined) throw new Error('the load balancer answered without an ARN');
  return arn;
}
