import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createClock } from '../../../sandbox/clock.ts';
import { type CloudWatchOptions, createCloudWatch } from '../../../sandbox/cloudwatch/index.ts';
import type { MetricSource } from '../../../sandbox/contracts.ts';
import { Series } from '../../../sandbox/metrics/series.ts';
import type { AwsService } from '../../../sandbox/wire/service.ts';

/** A minute takes 200 ms. */
const speed = 300;
const minuteMs = 60_000 / speed;
const clock = createClock(speed);
const place = { account: '123456789012', region: 'eu-west-1' };
const errors = { Namespace: 'AWS/ApplicationELB', MetricName: 'HTTPCode_Target_5XX_Count' };
const dimensions = [{ Name: 'LoadBalancer', Value: 'app/web/1' }];

let published: Series;
let cloudWatch: ReturnType<typeof createCloudWatch>;

function start(more: Partial<CloudWatchOptions> = {}): void {
  const source: MetricSource = { bucketMs: minuteMs, series: () => [published] };
  cloudWatch = createCloudWatch({ clock, place, metrics: source, ...more });
}

beforeEach(() => {
  published = new Series(
    { namespace: errors.Namespace, name: errors.MetricName, dimensions: { LoadBalancer: 'app/web/1' }, unit: 'Count' },
    minuteMs,
  );
  start();
});

afterEach(() => cloudWatch.close());

// biome-ignore lint/suspicious/noExplicitAny: the wire types the operations; here they are called directly.
async function run(operation: string, input: object, service: AwsService = cloudWatch.service): Promise<any> {
  const handler = service.operations[operation];
  if (!handler) throw new Error(`no operation ${operation}`);
  return handler(input, { operation, requestId: 'test', accessKeyId: undefined });
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`waited too long for ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function putAlarm(more: object = {}) {
  return run('PutMetricAlarm', {
    AlarmName: 'web-5xx',
    ...errors,
    Dimensions: dimensions,
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    ...more,
  });
}

function query(stat: string, more: object = {}, metric: object = { ...errors, Dimensions: dimensions }) {
  return run('GetMetricData', {
    StartTime: new Date(Date.now() - 3_600_000),
    EndTime: new Date(Date.now() + 60_000),
    MetricDataQueries: [{ Id: 'm1', MetricStat: { Metric: metric, Period: 60, Stat: stat } }],
    ...more,
  }).then(({ MetricDataResults }) => MetricDataResults[0]);
}

describe('alarms', () => {
  test('go to ALARM when the metric breaches, tell so, and go back to OK', async () => {
    const told: string[] = [];
    cloudWatch.port.onAlarm((name, state) => told.push(`${name} ${state}`));
    await putAlarm();
    expect(cloudWatch.port.state('web-5xx')).toBe('INSUFFICIENT_DATA');
    await until(() => cloudWatch.port.state('web-5xx') === 'OK');
    published.at(Date.now()).add(5);
    await until(() => cloudWatch.port.state('web-5xx') === 'ALARM');
    const { MetricAlarms } = await run('DescribeAlarms', { AlarmNames: ['web-5xx', 'none'], StateValue: 'ALARM' });
    expect(MetricAlarms).toHaveLength(1);
    expect(MetricAlarms[0]).toMatchObject({
      AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:web-5xx',
      StateValue: 'ALARM',
      StateReason: expect.stringMatching(/greater than or equal to the threshold \(5\)$/),
    });
    await until(() => cloudWatch.port.state('web-5xx') === 'OK');
    expect(told).toEqual(['web-5xx OK', 'web-5xx ALARM', 'web-5xx OK']);
  });

  test('below the threshold stay OK', async () => {
    await putAlarm();
    published.at(Date.now()).add(4);
    const put = Date.now();
    await until(() => cloudWatch.port.state('web-5xx') === 'OK');
    await until(() => Date.now() > put + 3 * minuteMs);
    expect(cloudWatch.port.state('web-5xx')).toBe('OK');
  });

  test('on custom metrics act too', async () => {
    await putAlarm({
      Namespace: 'Shop',
      MetricName: 'Orders',
      Dimensions: [],
      Threshold: 1,
      TreatMissingData: 'missing',
    });
    await run('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'Orders', Value: 3 }] });
    await until(() => cloudWatch.port.state('web-5xx') === 'ALARM');
  });

  test('that are set by hand keep the state until the next look', async () => {
    await putAlarm();
    await until(() => cloudWatch.port.state('web-5xx') === 'OK');
    await run('SetAlarmState', { AlarmName: 'web-5xx', StateValue: 'ALARM', StateReason: 'test' });
    expect(cloudWatch.port.state('web-5xx')).toBe('ALARM');
    await until(() => cloudWatch.port.state('web-5xx') === 'OK');
  });

  test('that are gone have no state, and those that never were cannot be deleted', async () => {
    await putAlarm();
    await run('DeleteAlarms', { AlarmNames: ['web-5xx'] });
    expect(cloudWatch.port.state('web-5xx')).toBeUndefined();
    await expect(run('DeleteAlarms', { AlarmNames: ['web-5xx'] })).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(run('SetAlarmState', { AlarmName: 'none', StateValue: 'OK', StateReason: '' })).rejects.toMatchObject({
      code: 'ResourceNotFound',
    });
  });

  test.each<[string, object]>([
    ['a math expression', { Metrics: [{ Id: 'e', Expression: 'm1+m2' }] }],
    ['both kinds of statistic', { ExtendedStatistic: 'p99' }],
    ['a crooked period', { Period: 45 }],
    ['more datapoints than periods', { DatapointsToAlarm: 2 }],
    ['an unknown treatment of missing data', { TreatMissingData: 'hope' }],
  ])('with %s are refused', async (_, more) => {
    await expect(putAlarm(more)).rejects.toMatchObject({ code: 'ValidationError' });
    expect(cloudWatch.port.state('web-5xx')).toBeUndefined();
  });

  test('are not composite', async () => {
    await putAlarm();
    expect(await run('DescribeAlarms', { AlarmTypes: ['CompositeAlarm'] })).toEqual({
      MetricAlarms: [],
      CompositeAlarms: [],
    });
    expect((await run('DescribeAlarms', {})).MetricAlarms).toHaveLength(1);
  });
});

describe('GetMetricData', () => {
  test('shows a service’s minute when it is over', async () => {
    const bucket = published.at(Date.now());
    bucket.add(1);
    bucket.add(1);
    let first = await query('Sum');
    if (Date.now() < bucket.startMs + minuteMs) expect(first.Values).toEqual([]);
    await until(() => Date.now() >= bucket.startMs + minuteMs);
    first = await query('Sum');
    expect(first).toMatchObject({ Id: 'm1', Label: errors.MetricName, Values: [2], StatusCode: 'Complete' });
    expect(first.Timestamps).toEqual([new Date(Math.round(bucket.startMs))]);
  });

  test('shows it later when metrics are delayed', async () => {
    cloudWatch.close();
    start({ metricDelayMs: 600_000 });
    const over = Date.now() - minuteMs;
    published.at(over - minuteMs).add(1);
    expect((await query('Sum')).Values).toEqual([]);
    published.at(over - 12 * minuteMs).add(7);
    expect((await query('Sum')).Values).toEqual([7]);
  });

  test('shows half of the newest minute first and the rest a minute later, when metrics are revised', async () => {
    cloudWatch.close();
    start({ revisesMetrics: true });
    const bucket = published.at(Date.now());
    for (let i = 0; i < 9; i += 1) bucket.add(1);
    const wholeAtMs = bucket.startMs + 2 * minuteMs;
    const seen: [value: number, atMs: number][] = [];
    await until(() => Date.now() >= bucket.startMs + minuteMs);
    while (seen.at(-1)?.[0] !== 9) {
      const askedAtMs = Date.now();
      const { Values, Timestamps } = await query('Sum');
      expect(Timestamps).toEqual([new Date(Math.round(bucket.startMs))]);
      seen.push([Values[0], askedAtMs]);
      // Whatever the machine was busy with: what was asked when the minute had settled is whole.
      if (askedAtMs >= wholeAtMs) expect(Values).toEqual([9]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(seen.slice(0, -1).every(([value, atMs]) => value === 4 && atMs < wholeAtMs)).toBe(true);
  });

  test('takes only the metric with exactly these dimensions', async () => {
    published.at(Date.now() - 3 * minuteMs).add(1);
    expect((await query('Sum')).Values).toEqual([1]);
    expect((await query('Sum', {}, errors)).Values).toEqual([]);
  });

  test('gives the newest first unless told otherwise, and joins minutes into longer periods', async () => {
    const now = Date.now();
    for (const [back, value] of [
      [9, 1],
      [6, 2],
      [3, 3],
    ] as const)
      published.at(now - back * minuteMs).add(value);
    expect((await query('Sum')).Values).toEqual([3, 2, 1]);
    expect((await query('Sum', { ScanBy: 'TimestampAscending' })).Values).toEqual([1, 2, 3]);
    const hour = await run('GetMetricStatistics', {
      ...errors,
      Dimensions: dimensions,
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(now + 60_000),
      Period: 86_400,
      Statistics: ['Sum', 'Maximum'],
      ExtendedStatistics: ['p50'],
    });
    const total = hour.Datapoints.reduce((sum: number, { Sum }: { Sum: number }) => sum + Sum, 0);
    expect(total).toBe(6);
    expect(hour.Datapoints.at(-1)).toMatchObject({ Maximum: 3, Unit: 'Count' });
  });

  test('refuses math with a clear message', async () => {
    const asked = query('Sum', { MetricDataQueries: [{ Id: 'e1', Expression: 'm1 * 100' }] });
    await expect(asked).rejects.toThrow("Query 'e1': math expressions are not supported");
  });
});

describe('custom metrics', () => {
  test('come with single values, counted values and statistic sets', async () => {
    const Timestamp = new Date(Date.now() - 5 * minuteMs);
    await run('PutMetricData', {
      Namespace: 'Shop',
      MetricData: [
        { MetricName: 'Orders', Timestamp, Value: 1 },
        { MetricName: 'Orders', Timestamp, Values: [2, 3], Counts: [2, 1] },
        { MetricName: 'Orders', Timestamp, StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 } },
      ],
    });
    const of = { Namespace: 'Shop', MetricName: 'Orders', Dimensions: [] };
    expect((await query('Sum', {}, of)).Values).toEqual([18]);
    expect((await query('SampleCount', {}, of)).Values).toEqual([6]);
    expect((await run('ListMetrics', { Namespace: 'Shop' })).Metrics).toEqual([of]);
  });

  test('cannot use AWS’s namespaces', async () => {
    await expect(
      run('PutMetricData', { Namespace: 'AWS/ECS', MetricData: [{ MetricName: 'x', Value: 1 }] }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });
});
