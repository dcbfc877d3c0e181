import type { Metric } from '@aws-sdk/client-cloudwatch';
import { call } from './client.ts';
import type { LoadBalancing } from './connections.ts';

/** By ARN of a target group, the ARN of its load balancer; one without a load balancer is missing. */
export type FindBalancers = (targetGroupArns: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** Gives the load balancer of each target group that has one. It is asked once: a target group stays with its load balancer. */
export function balancerFinder(elb: LoadBalancing): FindBalancers {
  const known = new Map<string, string>();
  return (arns) =>
    call(`describe target groups ${arns.join(', ')}`, async () => {
      const unknown = arns.filter((arn) => !known.has(arn));
      if (unknown.length === 0) return known;
      const { sdk, client } = await elb();
      const { TargetGroups } = await client.send(new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: unknown }));
      for (const { TargetGroupArn, LoadBalancerArns } of TargetGroups ?? []) {
        const balancer = LoadBalancerArns?.[0];
        if (TargetGroupArn !== undefined && balancer !== undefined) known.set(TargetGroupArn, balancer);
      }
      return known;
    });
}

/**
 * Only an Application Load Balancer counts requests: behind a Network Load Balancer there are some that nobody counts, and without
 * any load balancer there are none, which is known as well.
 */
export function isCounted(loadBalancerArn: string | undefined): boolean {
  return loadBalancerArn === undefined || loadBalancerArn.includes(':loadbalancer/app/');
}

/** With the dimensions as CloudWatch has them: "targetgroup/web/0123" and "app/web/4567". */
export function targetGroupMetric(name: string, targetGroupArn: string, loadBalancerArn: string): Metric {
  return {
    Namespace: 'AWS/ApplicationELB',
    MetricName: name,
    Dimensions: [
      { Name: 'TargetGroup', Value: afterLastColon(targetGroupArn) },
      { Name: 'LoadBalancer', Value: afterLastColon(loadBalancerArn).replace(/^loadbalancer\//, '') },
    ],
  };
}

function afterLastColon(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
