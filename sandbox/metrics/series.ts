import type { MetricBucket, MetricSeries } from '../contracts.ts';

/** As many different values are kept exactly; beyond them values that differ by less than 1 % share a place. */
const EXACT_VALUES = 256;
const BIN_GROWTH = Math.log(1.01);

/** Buckets kept for each series, the oldest go first: a day of minutes. */
const MAX_BUCKETS = 1_500;

/** Gathers values; at most some 2,000 places for values between 1e-4 and 1e4. */
export class Bucket implements MetricBucket {
  readonly startMs: number;
  sampleCount = 0;
  sum = 0;
  minimum = Number.POSITIVE_INFINITY;
  maximum = Number.NEGATIVE_INFINITY;
  private places = new Map<number, number>();
  private exact = true;

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  add(value: number, count = 1): void {
    this.addRange(value, value, value * count, count);
    const place = this.exact ? value : binOf(value);
    this.places.set(place, (this.places.get(place) ?? 0) + count);
    if (this.exact && this.places.size > EXACT_VALUES) this.coarsen();
  }

  /** Adds values of which only this is known. They count in everything but percentiles. */
  addRange(minimum: number, maximum: number, sum: number, count: number): void {
    this.sampleCount += count;
    this.sum += sum;
    if (minimum < this.minimum) this.minimum = minimum;
    if (maximum > this.maximum) this.maximum = maximum;
  }

  values(): (readonly [number, number])[] {
    return [...this.places].sort(([a], [b]) => a - b);
  }

  private coarsen(): void {
    const binned = new Map<number, number>();
    for (const [value, count] of this.places) {
      const bin = binOf(value);
      binned.set(bin, (binned.get(bin) ?? 0) + count);
    }
    this.places = binned;
    this.exact = false;
  }
}

/** The middle of the bin that the value falls into. */
function binOf(value: number): number {
  if (value === 0) return 0;
  return Math.sign(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / BIN_GROWTH) * BIN_GROWTH);
}

/** One metric's history, a bucket every `bucketMs`, bounded. */
export class Series implements MetricSeries {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  private readonly bucketMs: number;
  private readonly kept: Bucket[] = [];

  constructor(of: Omit<MetricSeries, 'buckets'>, bucketMs: number) {
    this.namespace = of.namespace;
    this.name = of.name;
    this.dimensions = of.dimensions;
    this.unit = of.unit;
    this.bucketMs = bucketMs;
  }

  /** The bucket of an instant. Values may come late, as PutMetricData allows. */
  at(instantMs: number): Bucket {
    const startMs = Math.floor(instantMs / this.bucketMs) * this.bucketMs;
    const last = this.kept.at(-1);
    if (last?.startMs === startMs) return last;
    if (last && last.startMs > startMs) return this.earlier(startMs);
    const bucket = new Bucket(startMs);
    this.kept.push(bucket);
    if (this.kept.length > MAX_BUCKETS) this.kept.shift();
    return bucket;
  }

  private earlier(startMs: number): Bucket {
    const at = this.kept.findIndex((bucket) => bucket.startMs >= startMs);
    const found = this.kept[at];
    if (found?.startMs === startMs) return found;
    const bucket = new Bucket(startMs);
    this.kept.splice(at, 0, bucket);
    if (this.kept.length > MAX_BUCKETS) this.kept.shift();
    return bucket;
  }

  buckets(fromMs: number, toMs: number): Bucket[] {
    return this.kept.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  }
}
