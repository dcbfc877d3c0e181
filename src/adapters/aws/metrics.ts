import type { Metrics } from '../../ports.ts';
import type { CloudWatch, LoadBalancing } from './connections.ts';

/** Counts that CloudWatch keeps: the load balancer's own, or custom metrics. */
export function cloudWatchMetrics(_elb: LoadBalancing, _cloudWatch: CloudWatch): Metrics {
  return {
    counts: () => Promise.resolve({ candidate: [], stable: [] }),
    stablePercentile: () => Promise.resolve(undefined),
  };
}
