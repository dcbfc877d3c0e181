import type {
  Datapoint,
  GetMetricDataInput,
  GetMetricStatisticsInput,
  ListMetricsInput,
  MetricDataQuery,
  MetricDataResult,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../wire/service.ts';
import { checkPeriod } from './alarms.ts';
import type { MetricStore } from './metric-store.ts';
import { readStatistic } from './statistics.ts';

function checkWindow(start: Date | undefined, end: Date | undefined): { fromMs: number; toMs: number } {
  const fromMs = start?.getTime() ?? Number.NaN;
  const toMs = end?.getTime() ?? Number.NaN;
  if (!(fromMs < toMs)) throw new AwsError('ValidationError', 'The parameter StartTime must be less than EndTime');
  return { fromMs, toMs };
}

/** The operations that bring metrics in and out. */
export function metricOperations(store: MetricStore) {
  const answerQuery = (query: MetricDataQuery, input: GetMetricDataInput): MetricDataResult => {
    const { MetricStat: stat } = query;
    if (!stat || query.Expression !== undefined) {
      throw new AwsError('ValidationError', `Query '${query.Id}': math expressions are not supported by the sandbox`);
    }
    const statistic = readStatistic(stat.Stat ?? '');
    const { fromMs, toMs } = checkWindow(input.StartTime, input.EndTime);
    const { Namespace = '', MetricName = '', Dimensions = [] } = stat.Metric ?? {};
    const metric = { namespace: Namespace, name: MetricName, dimensions: Dimensions, unit: stat.Unit };
    const points = store.periods(metric, checkPeriod(stat.Period), fromMs, toMs).flatMap(({ startMs, values }) => {
      const value = statistic(values);
      return value === undefined ? [] : [{ at: new Date(Math.round(startMs)), value }];
    });
    if (input.ScanBy !== 'TimestampAscending') points.reverse();
    return {
      Id: query.Id,
      Label: query.Label ?? MetricName,
      Timestamps: points.map(({ at }) => at),
      Values: points.map(({ value }) => value),
      StatusCode: 'Complete',
    };
  };

  return {
    PutMetricData(input: PutMetricDataInput) {
      const namespace = input.Namespace ?? '';
      if (namespace === '' || namespace.startsWith('AWS/')) {
        throw new AwsError('InvalidParameterValue', 'The value for parameter Namespace is invalid.');
      }
      for (const datum of input.MetricData ?? []) store.put(namespace, datum);
      return {};
    },

    GetMetricData(input: GetMetricDataInput) {
      const queries = input.MetricDataQueries ?? [];
      const ids = new Set(queries.map(({ Id }) => Id));
      if (ids.size < queries.length) throw new AwsError('ValidationError', 'The Ids of the queries must be unique');
      const results = queries.map((query) => answerQuery(query, input));
      return {
        MetricDataResults: results.filter((_, i) => queries[i]?.ReturnData !== false),
        Messages: [],
      };
    },

    GetMetricStatistics(input: GetMetricStatisticsInput) {
      const { fromMs, toMs } = checkWindow(input.StartTime, input.EndTime);
      const simple = (input.Statistics ?? []).map((name) => [name, readStatistic(name)] as const);
      const extended = (input.ExtendedStatistics ?? []).map((name) => [name, readStatistic(name)] as const);
      if (simple.length + extended.length === 0) {
        throw new AwsError('ValidationError', 'At least one of Statistics and ExtendedStatistics must be specified');
      }
      const metric = {
        namespace: input.Namespace ?? '',
        name: input.MetricName ?? '',
        dimensions: input.Dimensions ?? [],
        unit: input.Unit,
      };
      const unit = store.series().find(({ namespace, name }) => namespace === metric.namespace && name === metric.name);
      const Datapoints = store.periods(metric, checkPeriod(input.Period), fromMs, toMs).map(({ startMs, values }) => {
        const more = extended.flatMap(([name, statistic]) => {
          const value = statistic(values);
          return value === undefined ? [] : [[name, value] as const];
        });
        return {
          Timestamp: new Date(Math.round(startMs)),
          ...Object.fromEntries(simple.map(([name, statistic]) => [name, statistic(values)])),
          ...(more.length > 0 ? { ExtendedStatistics: Object.fromEntries(more) } : {}),
          Unit: (unit?.unit ?? 'None') as 'None',
        } satisfies Datapoint;
      });
      return { Label: metric.name, Datapoints };
    },

    ListMetrics(input: ListMetricsInput) {
      const matches = store
        .series()
        .filter(
          ({ namespace, name, dimensions }) =>
            (input.Namespace === undefined || input.Namespace === namespace) &&
            (input.MetricName === undefined || input.MetricName === name) &&
            (input.Dimensions ?? []).every(
              ({ Name = '', Value }) => Name in dimensions && (Value === undefined || dimensions[Name] === Value),
            ),
        );
      return {
        Metrics: matches.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
      };
    },
  };
}
