import { expect, test } from '@jest/globals';
import { merge, readStatistic } from '../../../sandbox/cloudwatch/statistics.ts';
import { Bucket } from '../../../sandbox/metrics/series.ts';

function bucketOf(values: readonly number[]): Bucket {
  const bucket = new Bucket(0);
  for (const value of values) bucket.add(value);
  return bucket;
}

const hundred = bucketOf(Array.from({ length: 100 }, (_, i) => i + 1));

test.each<[string, number]>([
  ['SampleCount', 100],
  ['Sum', 5_050],
  ['Average', 50.5],
  ['Minimum', 1],
  ['Maximum', 100],
  ['p50', 50],
  ['p99.9', 100],
  ['p0', 1],
  ['PR(:25)', 25],
  ['PR(75:)', 25],
  ['TC(10:20)', 10],
])('%s of 1 to 100 is %p', (name, value) => {
  expect(readStatistic(name)(hundred)).toBe(value);
});

test.each(['p101', 'avg', 'PR(:)', 'PR(5)', 'tm90', ''])('the statistic %p is refused', (name) => {
  expect(() => readStatistic(name)).toThrow(/not supported/);
});

test('buckets of a longer period are taken together', () => {
  const merged = merge([bucketOf([1, 2]), bucketOf([3, 100])]);
  expect(['SampleCount', 'Sum', 'Minimum', 'Maximum', 'p75'].map((name) => readStatistic(name)(merged))).toEqual([
    4, 106, 1, 100, 3,
  ]);
});

test('a statistic set has no percentiles unless all its values are one', () => {
  const set = new Bucket(0);
  set.addRange(1, 9, 10, 2);
  expect(readStatistic('p50')(set)).toBeUndefined();
  expect(readStatistic('Average')(set)).toBe(5);
  const same = new Bucket(0);
  same.addRange(4, 4, 8, 2);
  expect(readStatistic('p50')(same)).toBe(4);
});
