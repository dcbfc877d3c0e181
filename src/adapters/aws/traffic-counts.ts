import type { RequestBucket } from '../../core/traffic-count.ts';
import type { TrafficCounts } from '../../ports.ts';
import type { CloudWatch, LoadBalancing } from './connections.ts';
import { type Points, type Series, seriesReader } from './metric-data.ts';
import { balancerFinder, isCounted, targetGroupMetric } from './target-group-metrics.ts';

const READ = 'read the request counts of the load balancer';
const PERIOD_SECONDS = 60;

export function trafficCounts(elb: LoadBalancing, cloudWatch: CloudWatch): TrafficCounts {
  const balancersOf = balancerFinder(elb);
  const read = seriesReader(cloudWatch);

  return {
    async requests(targetGroupArns, since, until) {
      const wanted = [...new Set(targetGroupArns)];
      const balancers = await balancersOf(wanted);
      const counted = wanted.filter((arn) => isCounted(balancers.get(arn)));
      const series = counted.map((arn, i) => seriesOf(arn, balancers.get(arn), i));
      const found = await read(READ, series.flat(), { periodSeconds: PERIOD_SECONDS, since, until });
      return new Map(counted.map((arn, i) => [arn, countsOf(series[i] ?? [], found)]));
    },
  };
}

/**
 * `RequestCount` is sent only while requests flow, `HealthyHostCount` every minute in which a target is registered. So a minute
 * that has the second and not the first is one without requests, and not one that CloudWatch has still to hear of.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
function seriesOf(targetGroupArn: string, loadBalancerArn: string | undefined, index: number): readonly Series[] {
  if (loadBalancerArn === undefined) return [];
  const metric = (name: string) => targetGroupMetric(name, targetGroupArn, loadBalancerArn);
  return [
    { id: `requests${index}`, metric: metric('RequestCount'), stat: 'Sum' },
    { id: `hosts${index}`, metric: metric('HealthyHostCount'), stat: 'Maximum' },
  ];
}

function countsOf([requests, hosts]: readonly Series[], found: ReadonlyMap<string, Points>): readonly RequestBucket[] {
  const counts = found.get(requests?.id ?? '') ?? [];
  const silent = [...(found.get(hosts?.id ?? '') ?? [])].map(([start]) => [start, 0] as const);
  return [...new Map([...silent, ...counts])].sort(([a], [b]) => a - b).map(([start, count]) => ({ start, count }));
}
