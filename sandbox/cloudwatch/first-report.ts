import type { MetricBucket } from '../contracts.ts';

/** What the first of two nodes of a load balancer reports of a minute: every second value. Undefined when it has none. */
export function firstReport(bucket: MetricBucket): MetricBucket | undefined {
  const places: (readonly [value: number, count: number])[] = [];
  let index = 0;
  for (const [value, count] of bucket.values()) {
    // Of the values in their order the 2nd, 4th and so on: a lone error is in the other node's report.
    const taken = Math.floor((index + count) / 2) - Math.floor(index / 2);
    index += count;
    if (taken > 0) places.push([value, taken]);
  }
  const [lowest] = places;
  const highest = places.at(-1);
  if (!lowest || !highest) return undefined;
  return {
    startMs: bucket.startMs,
    sampleCount: places.reduce((sum, [, count]) => sum + count, 0),
    sum: places.reduce((sum, [value, count]) => sum + value * count, 0),
    minimum: Math.max(lowest[0], bucket.minimum),
    maximum: Math.min(highest[0], bucket.maximum),
    values: () => places,
  };
}
