import type { Metric, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { CallError } from '../../core/errors.ts';
import { call } from './client.ts';
import type { CloudWatch } from './connections.ts';

/** A statistic of a metric, asked for under a name of one's own: lower case first, then letters, digits and _. */
export interface Series {
  readonly id: string;
  readonly metric: Metric;
  /** As in Statistics-definitions: "Sum", "p99", "TC(0.5:)". */
  readonly stat: string;
}

/** Values by the beginning of their period, in epoch milliseconds. A period without data is missing. */
export type Points = ReadonlyMap<number, number>;

export interface Span {
  /** A multiple of 60. */
  readonly periodSeconds: number;
  /** Epoch milliseconds; CloudWatch rounds it down to a period's beginning, so that older points may come as well. */
  readonly since: number;
  readonly until: number;
}

/**
 * Reads all series, in one call for each 500 of them. CloudWatch answers each, a series that does not exist with no points.
 * Rejects with CallError about `thing` ("read the metrics of …"), also when a single series could not be read, or not to its end.
 */
export type ReadSeries = (thing: string, series: readonly Series[], span: Span) => Promise<ReadonlyMap<string, Points>>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const QUERIES_OF_A_CALL = 500;

export function seriesReader(cloudWatch: CloudWatch): ReadSeries {
  return async (thing, series, span) => {
    const found = new Map<string, Map<number, number>>();
    for (let from = 0; from < series.length; from += QUERIES_OF_A_CALL) {
      const results = await resultsOf(cloudWatch, thing, series.slice(from, from + QUERIES_OF_A_CALL), span);
      for (const { Id: id = '', Timestamps = [], Values = [] } of results) {
        const points = found.get(id) ?? new Map<number, number>();
        found.set(id, points);
        for (const [i, timestamp] of Timestamps.entries()) points.set(timestamp.getTime(), Values[i] ?? 0);
      }
    }
    return found;
  };
}

/** The points of a series that was asked for: without an answer it is unknown, which is not the same as empty. */
export function pointsOf(thing: string, found: ReadonlyMap<string, Points>, { id, metric }: Series): Points {
  const points = found.get(id);
  if (points !== undefined) return points;
  throw new CallError('server', '', `${thing}: CloudWatch gave no answer for ${metric.MetricName ?? id}`);
}

function resultsOf(
  cloudWatch: CloudWatch,
  thing: string,
  series: readonly Series[],
  { periodSeconds, since, until }: Span,
): Promise<readonly MetricDataResult[]> {
  return call(thing, async () => {
    const { sdk, client } = await cloudWatch();
    const results: MetricDataResult[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await client.send(
        new sdk.GetMetricDataCommand({
          MetricDataQueries: series.map(({ id, metric, stat }) => ({
            Id: id,
            MetricStat: { Metric: metric, Period: periodSeconds, Stat: stat },
          })),
          StartTime: new Date(since),
          EndTime: new Date(until),
          ScanBy: 'TimestampAscending',
          ...(nextToken === undefined ? {} : { NextToken: nextToken }),
        }),
      );
      results.push(...(answer.MetricDataResults ?? []));
      nextToken = answer.NextToken;
    } while (nextToken !== undefined);
    refuseFailed(thing, results);
    return results;
  });
}

/** One series may fail in an answer that is otherwise good. `PartialData` is what pages before the last one say. */
function refuseFailed(thing: string, results: readonly MetricDataResult[]): void {
  const last = new Map(results.map((result) => [result.Id, result]));
  const failed =
    results.find(({ StatusCode }) => StatusCode === 'InternalError' || StatusCode === 'Forbidden') ??
    [...last.values()].find(({ StatusCode }) => StatusCode === 'PartialData');
  if (failed?.StatusCode === undefined) return;
  const { StatusCode, Messages } = failed;
  const why = Messages?.[0]?.Value;
  throw new CallError(
    StatusCode === 'Forbidden' ? 'denied' : 'server',
    StatusCode,
    `${thing}: ${StatusCode}${why === undefined ? '' : `: ${why}`}`,
  );
}
