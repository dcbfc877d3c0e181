import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { CallError } from '../../core/errors.ts';
import type { TrafficCounts } from '../../ports.ts';
import { call } from './client.ts';
import type { CloudWatch, LoadBalancing } from './connections.ts';

/**
 * `RequestCount` is sent only while requests flow, `HealthyHostCount` every minute in which a target is registered. So a minute
 * that has the second and not the first is one without requests, and not one that CloudWatch has still to hear of.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
const METRICS = [
  { name: 'RequestCount', stat: 'Sum' },
  { name: 'HealthyHostCount', stat: 'Maximum' },
] as const;
const PERIOD_SECONDS = 60;
const READ = 'read the request counts of the load balancer';

/** Which target group and which metric a query is about. */
interface Asked {
  readonly targetGroupArn: string;
  readonly metric: (typeof METRICS)[number]['name'];
  readonly query: MetricDataQuery;
}

export function trafficCounts(elb: LoadBalancing, cloudWatch: CloudWatch): TrafficCounts {
  const balancersOf = balancerFinder(elb);

  const read = (queries: readonly Asked[], since: number, until: number): Promise<readonly MetricDataResult[]> =>
    call(READ, async () => {
      if (queries.length === 0) return [];
      const { sdk, client } = await cloudWatch();
      const results: MetricDataResult[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await client.send(
          new sdk.GetMetricDataCommand({
            MetricDataQueries: queries.map(({ query }) => query),
            StartTime: new Date(since),
            EndTime: new Date(until),
            ScanBy: 'TimestampAscending',
            ...(nextToken === undefined ? {} : { NextToken: nextToken }),
          }),
        );
        results.push(...(answer.MetricDataResults ?? []));
        nextToken = answer.NextToken;
      } while (nextToken !== undefined);
      return results;
    });

  return {
    async requests(targetGroupArns, since, until) {
      const wanted = [...new Set(targetGroupArns)];
      const balancers = await balancersOf(wanted);
      // One without a load balancer has had no requests; one behind a Network Load Balancer has some that nobody counts.
      const counted = wanted.filter((arn) => isCounted(balancers.get(arn)));
      const asked = counted.flatMap((arn, i) => queriesOf(arn, balancers.get(arn), i));

      const minutes = new Map(counted.map((arn) => [arn, new Map<number, number>()]));
      for (const result of await read(asked, since, until)) {
        refuse(result);
        const about = asked.find(({ query }) => query.Id === result.Id);
        const counts = minutes.get(about?.targetGroupArn ?? '');
        for (const [i, timestamp] of (result.Timestamps ?? []).entries()) {
          const start = timestamp.getTime();
          const requests = about?.metric === 'RequestCount' ? (result.Values?.[i] ?? 0) : 0;
          counts?.set(start, (counts.get(start) ?? 0) + requests);
        }
      }
      return new Map(
        [...minutes].map(([arn, counts]) => [
          arn,
          [...counts].sort(([a], [b]) => a - b).map(([start, count]) => ({ start, count })),
        ]),
      );
    },
  };
}

/** Gives the load balancer of each target group that has one. It is asked once: a target group stays with its load balancer. */
function balancerFinder(elb: LoadBalancing): (arns: readonly string[]) => Promise<ReadonlyMap<string, string>> {
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

function isCounted(loadBalancerArn: string | undefined): boolean {
  return loadBalancerArn === undefined || loadBalancerArn.includes(':loadbalancer/app/');
}

function queriesOf(targetGroupArn: string, loadBalancerArn: string | undefined, index: number): readonly Asked[] {
  if (loadBalancerArn === undefined) return [];
  return METRICS.map(({ name, stat }) => ({
    targetGroupArn,
    metric: name,
    query: {
      Id: `${name === 'RequestCount' ? 'requests' : 'hosts'}${index}`,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName: name,
          // As CloudWatch has them: "targetgroup/web/0123" and "app/web/4567".
          Dimensions: [
            { Name: 'TargetGroup', Value: afterLastColon(targetGroupArn) },
            { Name: 'LoadBalancer', Value: afterLastColon(loadBalancerArn).replace(/^loadbalancer\//, '') },
          ],
        },
        Period: PERIOD_SECONDS,
        Stat: stat,
      },
    },
  }));
}

/** One series may fail in an answer that is otherwise good. */
function refuse({ StatusCode, Messages }: MetricDataResult): void {
  if (StatusCode !== 'InternalError' && StatusCode !== 'Forbidden') return;
  const why = Messages?.[0]?.Value;
  throw new CallError(
    StatusCode === 'Forbidden' ? 'denied' : 'server',
    StatusCode,
    `${READ}: ${StatusCode}${why === undefined ? '' : `: ${why}`}`,
  );
}

function afterLastColon(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
