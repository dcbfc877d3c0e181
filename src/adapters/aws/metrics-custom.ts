import type { Metric } from '@aws-sdk/client-cloudwatch';
import type { MetricsSource } from '../../core/gate.ts';
import type { MetricMinute, VersionMinutes } from '../../core/judge/minutes.ts';
import { versionText } from '../../core/version-text.ts';
import type { CountedVersion, MetricsAsked } from '../../ports.ts';
import { pointsOf, type ReadSeries, type Series } from './metric-data.ts';
import { minutesOf } from './metric-minutes.ts';

type CustomSource = Extract<MetricsSource, { kind: 'cloudwatch' }>;

interface VersionSeries {
  readonly requests: Series;
  readonly errors: Series | undefined;
  readonly slow: Series | undefined;
}

const PERIOD_SECONDS = 60;

/** Counts of both versions from custom metrics, each the sum of a minute, in one call. */
export async function customCounts(
  read: ReadSeries,
  source: CustomSource,
  asked: MetricsAsked,
): Promise<VersionMinutes> {
  const thing = `read the metrics of ${source.namespace}`;
  const { since, until } = asked;
  const candidate = seriesOf(source, asked, 'candidate');
  const stable = seriesOf(source, asked, 'stable');
  const series = [candidate, stable].flatMap(({ requests, errors, slow }) =>
    [requests, errors ?? [], slow ?? []].flat(),
  );
  const found = await read(thing, series, { periodSeconds: PERIOD_SECONDS, since, until });
  const minutes = ({ requests, errors, slow }: VersionSeries): MetricMinute[] => {
    const points = (one: Series | undefined) => one && [pointsOf(thing, found, one)];
    const all = pointsOf(thing, found, requests);
    return minutesOf({ requests: [all], errors: points(errors), slow: points(slow) }, since, until);
  };
  return { candidate: minutes(candidate), stable: minutes(stable) };
}

/** Throws CallError where a placeholder needs a task definition that is not known. */
function seriesOf(
  source: CustomSource,
  { gate, ...versions }: MetricsAsked,
  name: 'candidate' | 'stable',
): VersionSeries {
  const { judges } = gate;
  const series = (what: string, metricName: string): Series => ({
    id: `${name}_${what}`,
    metric: metricOf(source, metricName, versions[name]),
    stat: 'Sum',
  });
  return {
    requests: series('requests', source.requests),
    errors: judges.errors && source.errors !== undefined ? series('errors', source.errors) : undefined,
    slow: judges.latency && source.slow !== undefined ? series('slow', source.slow) : undefined,
  };
}

function metricOf({ namespace, dimensions }: CustomSource, name: string, version: CountedVersion): Metric {
  const text = (template: string) => versionText(template, version.taskDefinitionArn);
  return {
    Namespace: text(namespace),
    MetricName: text(name),
    Dimensions: Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: text(value) })),
  };
}
