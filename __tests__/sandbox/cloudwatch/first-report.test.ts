import { expect, test } from '@jest/globals';
import { firstReport } from '../../../sandbox/cloudwatch/first-report.ts';
import { Bucket } from '../../../sandbox/metrics/series.ts';

function bucketOf(values: readonly number[]): Bucket {
  const bucket = new Bucket(7);
  for (const value of values) bucket.add(value);
  return bucket;
}

test('it has half of a minute’s requests', () => {
  expect(firstReport(bucketOf(Array(101).fill(1)))).toMatchObject({ startMs: 7, sampleCount: 50, sum: 50 });
});

test('a lone error is not in it, as if there had been none', () => {
  expect(firstReport(bucketOf([1]))).toBeUndefined();
});

test('it has every second of different values, and its edges are its own', () => {
  const report = firstReport(bucketOf([5, 1, 3, 4, 2, 4]));
  expect(report?.values()).toEqual([
    [2, 1],
    [4, 1],
    [5, 1],
  ]);
  expect(report).toMatchObject({ sampleCount: 3, sum: 11, minimum: 2, maximum: 5 });
});
