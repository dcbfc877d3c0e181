import type { Dimension, MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { MetricBucket, MetricSeries, MetricSource, SandboxClock } from '../contracts.ts';
import { Series } from '../metrics/series.ts';
import { AwsError } from '../wire/service.ts';
import { firstReport } from './first-report.ts';
import { type Merged, merge } from './statistics.ts';

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly unit?: string | undefined;
}

export interface Period {
  /** Real time, milliseconds since 1970. */
  readonly startMs: number;
  readonly values: Merged;
}

/** Everything that CloudWatch knows: what services publish and what PutMetricData brings. */
export interface MetricStore {
  put(namespace: string, datum: MetricDatum): void;
  series(): MetricSeries[];
  /** The periods that have values and start in [from, to), oldest first. An unknown metric has none. */
  periods(metric: MetricName, periodSeconds: number, fromMs: number, toMs: number): Period[];
  /** Real milliseconds of a period. */
  periodMs(periodSeconds: number): number;
  /** When the period that holds this instant begins; real milliseconds. */
  periodStart(instantMs: number, periodSeconds: number): number;
}

/** A series that fits, and how long after a bucket's start there is something of it to see, and all of it. */
interface Found {
  readonly found: MetricSeries;
  readonly seenAfterMs: number;
  readonly wholeAfterMs: number;
}

/** Custom metrics are kept by the second of the sandbox's clock. */
const CUSTOM_BUCKET_SECONDS = 1;
/** Periods begin at whole multiples; this much of a period is taken as rounding. */
const ROUNDING = 1e-4;

export interface Lateness {
  /** Real time from the end of a value's minute until it is seen. */
  readonly delayMs: number;
  /** A service's minute is first seen in part, and whole a minute later. */
  readonly revises: boolean;
}

export function createMetricStore(clock: SandboxClock, source: MetricSource, lateness: Lateness): MetricStore {
  const { delayMs, revises } = lateness;
  const custom = new Map<string, Series>();
  const customBucketMs = Math.max(1, clock.real(CUSTOM_BUCKET_SECONDS * 1_000));
  const periodMs = (seconds: number): number => clock.real(seconds * 1_000);
  const periodStart = (instantMs: number, seconds: number): number =>
    Math.floor(instantMs / periodMs(seconds) + ROUNDING) * periodMs(seconds);

  const find = (metric: MetricName): Found[] => {
    const wanted = keyOf(metric.namespace, metric.name, dimensionRecord(metric.dimensions));
    const matches = (one: MetricSeries): boolean =>
      keyOf(one.namespace, one.name, one.dimensions) === wanted &&
      (metric.unit === undefined || one.unit === metric.unit);
    return [
      // A service sends a minute's metrics when the minute is over.
      ...[...source.series()].filter(matches).map((found) => {
        const seenAfterMs = source.bucketMs + delayMs;
        return { found, seenAfterMs, wholeAfterMs: seenAfterMs + (revises ? source.bucketMs : 0) };
      }),
      ...[...custom.values()].filter(matches).map((found) => ({ found, seenAfterMs: delayMs, wholeAfterMs: delayMs })),
    ];
  };

  return {
    put(namespace, datum) {
      const name = datum.MetricName ?? '';
      const dimensions = dimensionRecord(datum.Dimensions ?? []);
      const unit = datum.Unit ?? 'None';
      const key = `${keyOf(namespace, name, dimensions)} ${unit}`;
      let series = custom.get(key);
      if (!series) {
        series = new Series({ namespace, name, dimensions, unit }, customBucketMs);
        custom.set(key, series);
      }
      addDatum(series, datum, clock.now().getTime());
    },
    series: () => [...source.series(), ...custom.values()],
    periods(metric, seconds, fromMs, toMs) {
      const now = clock.now().getTime();
      const byStart = new Map<number, MetricBucket[]>();
      for (const { found, seenAfterMs, wholeAfterMs } of find(metric)) {
        for (const kept of found.buckets(periodStart(fromMs, seconds) - 1, toMs)) {
          const startMs = periodStart(kept.startMs, seconds);
          if (kept.startMs + seenAfterMs > now || startMs < periodStart(fromMs, seconds)) continue;
          const bucket = kept.startMs + wholeAfterMs > now ? firstReport(kept) : kept;
          if (!bucket) continue;
          const together = byStart.get(startMs);
          if (together) together.push(bucket);
          else byStart.set(startMs, [bucket]);
        }
      }
      return [...byStart].sort(([a], [b]) => a - b).map(([startMs, buckets]) => ({ startMs, values: merge(buckets) }));
    },
    periodMs,
    periodStart,
  };
}

function dimensionRecord(dimensions: readonly Dimension[]): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
}

/** A metric is its name and exactly its dimensions, in any order. */
function keyOf(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function addDatum(series: Series, datum: MetricDatum, nowMs: number): void {
  const bucket = series.at(datum.Timestamp?.getTime() ?? nowMs);
  const set = datum.StatisticValues;
  if (set) {
    bucket.addRange(set.Minimum ?? 0, set.Maximum ?? 0, set.Sum ?? 0, set.SampleCount ?? 0);
  } else if (datum.Values) {
    datum.Values.forEach((value, i) => {
      bucket.add(value, datum.Counts?.[i] ?? 1);
    });
  } else if (datum.Value !== undefined) {
    bucket.add(datum.Value);
  } else {
    throw new AwsError('MissingParameter', 'The parameter MetricData.member.1.Value is required');
  }
}
