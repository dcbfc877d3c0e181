import type { MetricBucket } from '../contracts.ts';
import { AwsError } from '../wire/service.ts';

/** What one statistic makes of the values of a period; undefined when they cannot tell. */
export type Statistic = (values: Merged) => number | undefined;

/** The values of one period. */
export interface Merged {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  values(): readonly (readonly [value: number, count: number])[];
}

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ sampleCount }) => sampleCount,
  Sum: ({ sum }) => sum,
  Average: ({ sum, sampleCount }) => sum / sampleCount,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/**
 * Reads a statistic's name: SampleCount, Sum, Average, Minimum, Maximum, `p99.9`, `PR(:0.5)`, `TC(0.1:0.5)`.
 * docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html: a range's lower bound is exclusive,
 * its upper bound inclusive; PR is a percentage, TC a number of values. Throws for other names.
 */
export function readStatistic(name: string): Statistic {
  const simple = SIMPLE[name];
  if (simple) return simple;
  const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name);
  if (percentile) return (values) => percentileOf(values, Number(percentile[1]));
  const range = /^(PR|TC)\((\d*\.?\d*):(\d*\.?\d*)\)$/.exec(name);
  if (range && (range[2] !== '' || range[3] !== '')) {
    const above = range[2] === '' ? Number.NEGATIVE_INFINITY : Number(range[2]);
    const upTo = range[3] === '' ? Number.POSITIVE_INFINITY : Number(range[3]);
    return (values) => countIn(values, above, upTo, range[1] === 'PR');
  }
  throw new AwsError(
    'InvalidParameterValue',
    `The value ${name} for parameter Stat is not supported: use SampleCount, Sum, Average, Minimum, Maximum, pNN.N, PR(a:b) or TC(a:b)`,
  );
}

/** Values that came as a statistic set have no places of their own. */
function known(values: Merged): readonly (readonly [number, number])[] | undefined {
  const places = values.values();
  const counted = places.reduce((sum, [, count]) => sum + count, 0);
  if (counted === values.sampleCount) return places;
  return values.minimum === values.maximum ? [[values.minimum, values.sampleCount]] : undefined;
}

function percentileOf(values: Merged, percent: number): number | undefined {
  const places = known(values);
  if (!places) return undefined;
  const rank = Math.max(1, Math.ceil((percent / 100) * values.sampleCount));
  let seen = 0;
  for (const [value, count] of places) {
    seen += count;
    if (seen >= rank) return Math.min(Math.max(value, values.minimum), values.maximum);
  }
  return values.maximum;
}

function countIn(values: Merged, above: number, upTo: number, asPercent: boolean): number | undefined {
  const places = known(values);
  if (!places) return undefined;
  let inside = 0;
  for (const [value, count] of places) if (value > above && value <= upTo) inside += count;
  return asPercent ? (inside / values.sampleCount) * 100 : inside;
}

/** Joins buckets into one. */
export function merge(buckets: readonly MetricBucket[]): Merged {
  const [first] = buckets;
  if (first && buckets.length === 1) return first;
  return {
    sampleCount: buckets.reduce((sum, bucket) => sum + bucket.sampleCount, 0),
    sum: buckets.reduce((sum, bucket) => sum + bucket.sum, 0),
    minimum: Math.min(...buckets.map(({ minimum }) => minimum)),
    maximum: Math.max(...buckets.map(({ maximum }) => maximum)),
    values: () => buckets.flatMap((bucket) => bucket.values()).sort(([a], [b]) => a - b),
  };
}
