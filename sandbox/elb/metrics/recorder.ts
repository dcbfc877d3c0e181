import type { MetricSeries, MetricSource, SandboxClock } from '../../contracts.ts';
import { Series } from '../../metrics/series.ts';
import type { ClientParts } from '../data-plane/client.ts';
import type { LoadBalancer, TargetGroup } from '../model.ts';

/** What a target group has answered since the start. Health checks are not in it. */
export interface GroupTotals {
  readonly requests: number;
  readonly target2xx: number;
  readonly target3xx: number;
  readonly target4xx: number;
  readonly target5xx: number;
  /** 502 and 504 in the target's place. */
  readonly elb5xx: number;
  readonly connectionErrors: number;
}

export interface RequestSeen {
  /** The listener that took it: a test listener's requests are not users'. */
  readonly listenerArn: string;
  readonly targetGroupArn: string;
  /** What the client got. */
  readonly status: number;
  /** The target answered, not the load balancer in its place. */
  readonly fromTarget: boolean;
}

/** The load balancer's metrics: by the minute for CloudWatch, and live for whoever runs in this process. */
export interface LoadBalancerMetrics extends MetricSource {
  /** Totals since the start by target group ARN, without any delay. */
  live(): ReadonlyMap<string, GroupTotals>;
  /** Calls `fn` after every request that was given to a target. Returns the unsubscribe function. */
  onRequest(fn: (seen: RequestSeen) => void): () => void;
}

export interface MetricRecorder extends LoadBalancerMetrics {
  /** The meter of one listener. */
  meterFor(loadBalancer: LoadBalancer, listenerArn: string): ClientParts['meter'];
  /** Numbers of healthy and unhealthy targets now. */
  hosts(group: TargetGroup): void;
}

const NAMESPACE = 'AWS/ApplicationELB';
const CLASSES = [undefined, undefined, '2XX', '3XX', '4XX', '5XX'] as const;

type Totals = { -readonly [K in keyof GroupTotals]: number };

function newTotals(): Totals {
  return {
    requests: 0,
    target2xx: 0,
    target3xx: 0,
    target4xx: 0,
    target5xx: 0,
    elb5xx: 0,
    connectionErrors: 0,
  };
}

/**
 * Records as docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html says: by
 * target group and load balancer, and by load balancer; the 502, 503 and 504 of the load balancer by load balancer only.
 * A series begins with its first value, so an error count that never happened does not exist ("reported if nonzero").
 */
export function createRecorder(clock: SandboxClock): MetricRecorder {
  const bucketMs = Math.max(1, clock.real(60_000));
  const bySeries = new Map<string, Series>();
  const totals = new Map<string, Totals>();
  const listeners = new Set<(seen: RequestSeen) => void>();

  const series = (name: string, dimensions: Record<string, string>, unit: string): Series => {
    const key = `${name} ${dimensions['LoadBalancer'] ?? ''} ${dimensions['TargetGroup'] ?? ''}`;
    let found = bySeries.get(key);
    if (!found) {
      found = new Series({ namespace: NAMESPACE, name, dimensions, unit }, bucketMs);
      bySeries.set(key, found);
    }
    return found;
  };

  /** Looks series up by a short key: string building for every request would cost more than the counting. */
  const remember = (dimensions: Record<string, string>) => {
    const known = new Map<string, Series>();
    return (name: string, unit: string): Series => {
      let found = known.get(name);
      if (!found) {
        found = series(name, dimensions, unit);
        known.set(name, found);
      }
      return found;
    };
  };

  const totalsOf = (group: TargetGroup): Totals => {
    let found = totals.get(group.arn);
    if (!found) {
      found = newTotals();
      totals.set(group.arn, found);
    }
    return found;
  };

  const meterFor = (loadBalancer: LoadBalancer, listenerArn: string): ClientParts['meter'] => {
    const tell = (targetGroupArn: string, status: number, fromTarget: boolean): void => {
      for (const fn of listeners) fn({ listenerArn, targetGroupArn, status, fromTarget });
    };
    const ofAll = remember({ LoadBalancer: loadBalancer.dimension });
    const groups = new Map<string, ReturnType<typeof remember>>();
    const ofGroup = (group: TargetGroup): ReturnType<typeof remember> => {
      let found = groups.get(group.arn);
      if (!found) {
        found = remember({ TargetGroup: group.dimension, LoadBalancer: loadBalancer.dimension });
        groups.set(group.arn, found);
      }
      return found;
    };
    const both = (group: TargetGroup, name: string, value: number, unit: string, now: number): void => {
      ofAll(name, unit).at(now).add(value);
      ofGroup(group)(name, unit).at(now).add(value);
    };
    const request = (group: TargetGroup, now: number): Totals => {
      both(group, 'RequestCount', 1, 'Count', now);
      ofGroup(group)('RequestCountPerTarget', 'Count')
        .at(now)
        .add(1 / Math.max(1, countHosts(group).healthy));
      const sums = totalsOf(group);
      sums.requests += 1;
      return sums;
    };
    const elbError = (status: number, now: number): void => {
      if (status < 500) {
        ofAll('HTTPCode_ELB_4XX_Count', 'Count').at(now).add(1);
        return;
      }
      ofAll('HTTPCode_ELB_5XX_Count', 'Count').at(now).add(1);
      ofAll(`HTTPCode_ELB_${status}_Count`, 'Count').at(now).add(1);
    };

    return {
      answered(group, status, seconds) {
        const now = Date.now();
        const sums = request(group, now);
        const kind = CLASSES[Math.floor(status / 100)];
        if (kind) {
          both(group, `HTTPCode_Target_${kind}_Count`, 1, 'Count', now);
          sums[`target${kind.toLowerCase()}` as 'target2xx'] += 1;
        }
        both(group, 'TargetResponseTime', seconds, 'Seconds', now);
        tell(group.arn, status, true);
      },
      failed(group, status, connecting) {
        const now = Date.now();
        const sums = request(group, now);
        sums.elb5xx += 1;
        elbError(status, now);
        if (connecting) {
          both(group, 'TargetConnectionErrorCount', 1, 'Count', now);
          sums.connectionErrors += 1;
        }
        tell(group.arn, status, false);
      },
      abandoned(group) {
        const now = Date.now();
        request(group, now);
        // 460: the client closed the connection before the answer.
        elbError(460, now);
        tell(group.arn, 460, false);
      },
      refused(status) {
        elbError(status, Date.now());
      },
    };
  };

  return {
    bucketMs,
    series: (): Iterable<MetricSeries> => bySeries.values(),
    live: () => totals,
    onRequest(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    meterFor,
    hosts(group) {
      if (!group.usedBy) return;
      const now = Date.now();
      const { healthy, unhealthy } = countHosts(group);
      const dimensions = { TargetGroup: group.dimension, LoadBalancer: group.usedBy.dimension };
      series('HealthyHostCount', dimensions, 'Count').at(now).add(healthy);
      series('UnHealthyHostCount', dimensions, 'Count').at(now).add(unhealthy);
    },
  };
}

function countHosts(group: TargetGroup): { healthy: number; unhealthy: number } {
  let healthy = 0;
  let unhealthy = 0;
  for (const { state } of group.targets.values()) {
    if (state === 'healthy') healthy += 1;
    else if (state === 'unhealthy') unhealthy += 1;
  }
  return { healthy, unhealthy };
}
