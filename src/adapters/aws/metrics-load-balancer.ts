/**
 * The load balancer's own counts, by target group. What they mean:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
import { CallError } from '../../core/errors.ts';
import type { MetricMinute, VersionMinutes } from '../../core/judge/minutes.ts';
import type { MetricsAsked } from '../../ports.ts';
import { type Points, pointsOf, type ReadSeries, type Series } from './metric-data.ts';
import { minutesOf } from './metric-minutes.ts';
import { type FindBalancers, isCounted, targetGroupMetric } from './target-group-metrics.ts';

const READ = 'read the metrics of the load balancer';
const MINUTE_SECONDS = 60;
/** CloudWatch's longest period is a day. */
const DAY_SECONDS = 86_400;

interface TargetGroup {
  readonly arn: string;
  readonly balancerArn: string;
}

/** What is asked for one target group. */
interface GroupSeries {
  readonly requests: Series;
  /** None: errors are not judged. */
  readonly errors: readonly Series[];
  /** None: latency is not judged. */
  readonly slow: readonly SlowSeries[];
}

interface SlowSeries {
  readonly overSeconds: string;
  readonly count: Series;
  readonly slowest: Series;
}

/** Counts of both versions, in one call. A target group that no Application Load Balancer forwards to has none. */
export async function loadBalancerCounts(
  balancersOf: FindBalancers,
  read: ReadSeries,
  asked: MetricsAsked,
): Promise<VersionMinutes> {
  const { since, until } = asked;
  const { errors: judgesErrors, latency } = asked.gate.judges;
  const judgesSlow = latency !== undefined && asked.slowerThanMs !== undefined;
  const groups = await countedGroups(balancersOf, [asked.candidate.targetGroupArns, asked.stable.targetGroupArns]);
  const [candidate = [], stable = []] = groups.map((ofVersion, version) =>
    ofVersion.map((group, i) => seriesOf(group, asked, `${version === 0 ? 'candidate' : 'stable'}${i}`)),
  );
  const series = [...candidate, ...stable].flatMap(({ requests, errors, slow }) => [
    requests,
    ...errors,
    ...slow.flatMap(({ count, slowest }) => [count, slowest]),
  ]);
  const found = await read(READ, series, { periodSeconds: MINUTE_SECONDS, since, until });

  const points = (one: Series) => pointsOf(READ, found, one);
  const minutes = (ofVersion: readonly GroupSeries[]): MetricMinute[] =>
    minutesOf(
      {
        requests: ofVersion.map(({ requests }) => points(requests)),
        errors: judgesErrors && ofVersion.flatMap(({ errors }) => errors.map(points)),
        slow: judgesSlow ? ofVersion.flatMap(({ slow }) => slow.map((one) => slowPoints(one, points))) : undefined,
      },
      since,
      until,
    );
  return { candidate: minutes(candidate), stable: minutes(stable) };
}

/**
 * What `percent` of every hundred requests to these target groups were not slower than, in milliseconds; undefined without any.
 *
 * The time is asked for as one period. CloudWatch begins periods where it likes, so that the answer may have two of them or more,
 * as it has for several target groups, and percentiles cannot be added up. So it is the middle one, each weighing as much as it has
 * requests: that of the part with most of them where there is one, and never that of a few requests aside.
 */
export async function loadBalancerPercentile(
  balancersOf: FindBalancers,
  read: ReadSeries,
  { stable, since, until }: Omit<MetricsAsked, 'slowerThanMs'>,
  percent: number,
): Promise<number | undefined> {
  const [groups = []] = await countedGroups(balancersOf, [stable.targetGroupArns]);
  const minutes = Math.max(1, Math.ceil((until - since) / 1000 / MINUTE_SECONDS));
  const periodSeconds = Math.min(minutes * MINUTE_SECONDS, DAY_SECONDS);
  const series = groups.map((group, i) => ({
    time: timeSeries(group, `time${i}`, `p${percent}`),
    weight: timeSeries(group, `weight${i}`, 'SampleCount'),
  }));
  const asked = series.flatMap(({ time, weight }) => [time, weight]);
  const found = await read(READ, asked, { periodSeconds, since, until });
  const parts = series.flatMap(({ time, weight }) => {
    const weights = pointsOf(READ, found, weight);
    return [...pointsOf(READ, found, time)].map(([start, seconds]) => ({ seconds, weight: weights.get(start) ?? 0 }));
  });
  const seconds = middleOf(parts);
  // To a thousandth: 0.1235 · 1000 would be 123.50000000000001 or so.
  return seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1000;
}

/** Of each version those that an Application Load Balancer forwards to; all load balancers are asked for in one call. */
async function countedGroups(
  balancersOf: FindBalancers,
  versions: readonly (readonly string[])[],
): Promise<readonly (readonly TargetGroup[])[]> {
  const balancers = await balancersOf([...new Set(versions.flat())]);
  return versions.map((arns) =>
    [...new Set(arns)].flatMap((arn) => {
      const balancerArn = balancers.get(arn);
      return balancerArn !== undefined && isCounted(balancerArn) ? [{ arn, balancerArn }] : [];
    }),
  );
}

/**
 * A crashing task is no 5xx of the target's: the load balancer could not connect and answered 502 itself. Its own 5xx are counted for
 * the load balancer as a whole, its failed connections by target group. So what nobody counts by target group is a request that was
 * sent and not answered: a connection that broke (502), a target that took longer than the idle timeout (504).
 */
function seriesOf(group: TargetGroup, { gate, slowerThanMs }: MetricsAsked, prefix: string): GroupSeries {
  const sum = (what: string, name: string): Series => ({
    id: `${prefix}_${what}`,
    metric: targetGroupMetric(name, group.arn, group.balancerArn),
    stat: 'Sum',
  });
  const { errors, latency } = gate.judges;
  return {
    requests: sum('requests', 'RequestCount'),
    errors: errors ? [sum('failures', 'HTTPCode_Target_5XX_Count'), sum('refusals', 'TargetConnectionErrorCount')] : [],
    slow: latency && slowerThanMs !== undefined ? [slowSeries(group, slowerThanMs, prefix)] : [],
  };
}

/**
 * `TC(0.5:)` counts the values above 0.5: a range's lower bound is exclusive. CloudWatch interpolates, so that it need not be whole.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 *
 * Assumed, for it is written nowhere: `TargetResponseTime` has one value for each request that was answered, and carries what a
 * trimmed count needs. The second is likely: its own documentation recommends percentiles, which need the same. It is checked as
 * well, by the slowest request of each minute, which every metric tells.
 */
function slowSeries(group: TargetGroup, slowerThanMs: number, prefix: string): SlowSeries {
  const overSeconds = decimal(slowerThanMs / 1000);
  return {
    overSeconds,
    count: timeSeries(group, `${prefix}_slow`, `TC(${overSeconds}:)`),
    slowest: timeSeries(group, `${prefix}_slowest`, 'Maximum'),
  };
}

/** A minute without a count had no slow request, unless its slowest one says otherwise: then nobody knows how many there were. */
function slowPoints({ overSeconds, count, slowest }: SlowSeries, points: (series: Series) => Points): Points {
  const counts = points(count);
  for (const [start, seconds] of points(slowest)) {
    if (seconds <= Number(overSeconds) || counts.has(start)) continue;
    throw new CallError(
      'invalid',
      '',
      `${READ}: a request took ${seconds} s, and CloudWatch does not count those above ${overSeconds} s (no ${count.stat} of TargetResponseTime); leave latency out of the gate`,
    );
  }
  return counts;
}

function timeSeries({ arn, balancerArn }: TargetGroup, id: string, stat: string): Series {
  return { id, metric: targetGroupMetric('TargetResponseTime', arn, balancerArn), stat };
}

/** decimal(0.5) is "0.5", decimal(2) is "2", decimal(0.1234567) is "0.123457": bounds have at most ten decimal places, and no exponent. */
function decimal(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '');
}

function middleOf(parts: readonly { readonly seconds: number; readonly weight: number }[]): number | undefined {
  const sorted = [...parts].sort((a, b) => a.seconds - b.seconds);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  return sorted.find(({ weight }) => {
    below += weight;
    return below >= half;
  })?.seconds;
}
