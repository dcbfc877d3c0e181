import type { MetricMinute } from '../../core/judge/minutes.ts';
import type { Points } from './metric-data.ts';

/** What was counted of one version; several series of a kind are added up. */
export interface VersionPoints {
  readonly requests: readonly Points[];
  /** Undefined: not asked for. */
  readonly errors: readonly Points[] | undefined;
  readonly slow: readonly Points[] | undefined;
}

/**
 * The minutes that begin in [since, until) and have a count of requests, oldest first. In them a missing count of errors is none:
 * the load balancer reports those only where there are some. Without a count of requests there is nothing to compare errors with.
 *
 * Bad requests are never more than requests. Counts may say otherwise: the load balancer may try one request on several connections
 * that all fail, and a request that began in one minute may be answered in the next.
 */
export function minutesOf({ requests, errors, slow }: VersionPoints, since: number, until: number): MetricMinute[] {
  const starts = new Set(requests.flatMap((points) => [...points.keys()]));
  return [...starts]
    .filter((start) => start >= since && start < until)
    .sort((a, b) => a - b)
    .map((start) => {
      const all = countAt(requests, start);
      const atMostAll = (bad: readonly Points[] | undefined) => bad && Math.min(countAt(bad, start), all);
      return { start, requests: all, errors: atMostAll(errors), slow: atMostAll(slow) };
    });
}

/** A whole number: CloudWatch's trimmed count is interpolated, a custom metric may be anything. */
function countAt(series: readonly Points[], start: number): number {
  const sum = series.reduce((total, points) => total + (points.get(start) ?? 0), 0);
  return Math.max(0, Math.round(sum));
}
