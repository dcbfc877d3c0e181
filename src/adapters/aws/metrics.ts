import type { Metrics } from '../../ports.ts';
import type { CloudWatch, LoadBalancing } from './connections.ts';
import { seriesReader } from './metric-data.ts';
import { balancerFinder } from './target-group-metrics.ts';

/** Counts that CloudWatch keeps: the load balancer's own, or custom metrics. Of another source it has none. */
export function cloudWatchMetrics(elb: LoadBalancing, cloudWatch: CloudWatch): Metrics {
  const balancersOf = balancerFinder(elb);
  const read = seriesReader(cloudWatch);
  return {
    async counts(asked) {
      const { source } = asked.gate;
      switch (source.kind) {
        case 'load-balancer':
          return (await import('./metrics-load-balancer.ts')).loadBalancerCounts(balancersOf, read, asked);
        case 'cloudwatch':
          return (await import('./metrics-custom.ts')).customCounts(read, source, asked);
        case 'prometheus':
          return { candidate: [], stable: [] };
      }
    },
    async stablePercentile(asked, percent) {
      if (asked.gate.source.kind !== 'load-balancer') return undefined;
      return (await import('./metrics-load-balancer.ts')).loadBalancerPercentile(balancersOf, read, asked, percent);
    },
  };
}
