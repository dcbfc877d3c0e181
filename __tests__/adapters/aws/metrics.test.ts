import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Aws, aws } from '../../../src/adapters/aws/aws.ts';
import type { JudgedMetrics, MetricsSource } from '../../../src/core/gate.ts';
import type { MetricsAsked } from '../../../src/ports.ts';
import { FakeEndpoint } from './_fake-endpoint.ts';

const ELB = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333';
const BLUE = `${ELB}:targetgroup/web-blue/aaa`;
const GREEN = `${ELB}:targetgroup/web-green/bbb`;
const ADMIN = `${ELB}:targetgroup/admin-blue/ddd`;
const BALANCER = `${ELB}:loadbalancer/app/web/ccc`;
const NETWORK_BALANCER = `${ELB}:loadbalancer/net/web/eee`;
const WEB = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web';
const NOON = 1_699_963_200_000;
const MINUTE = 60_000;
const seconds = (minute: number) => NOON / 1000 + minute * 60;

const limits = { tolerate: 1, floor: 0 };
const ERRORS: JudgedMetrics = { errors: limits, latency: undefined };
const LATENCY: JudgedMetrics = { errors: undefined, latency: { ...limits, overMs: 500 } };
const BOTH: JudgedMetrics = { ...LATENCY, errors: limits };

let endpoint: FakeEndpoint;
let adapters: Aws;

beforeEach(async () => {
  endpoint = new FakeEndpoint();
  await endpoint.start();
  adapters = aws();
  endpoint.answer('DescribeTargetGroups', targetGroups([BLUE, BALANCER], [GREEN, BALANCER], [ADMIN, BALANCER]));
});

afterEach(() => endpoint.stop());

/** Ten minutes from noon, on the load balancer's counts of errors, unless said otherwise. */
function asked(
  more: Omit<Partial<MetricsAsked>, 'gate'> & { readonly source?: MetricsSource; readonly judges?: JudgedMetrics } = {},
): MetricsAsked {
  const { source = { kind: 'load-balancer' }, judges = ERRORS, ...rest } = more;
  return {
    gate: { source, judges },
    candidate: { taskDefinitionArn: `${WEB}:8`, targetGroupArns: [GREEN] },
    stable: { taskDefinitionArn: `${WEB}:7`, targetGroupArns: [BLUE] },
    since: NOON,
    until: NOON + 10 * MINUTE,
    slowerThanMs: undefined,
    ...rest,
  };
}

function targetGroups(...groups: readonly (readonly [arn: string, balancer?: string])[]): { body: string } {
  const members = groups.map(
    ([arn, balancer]) =>
      `<member><TargetGroupArn>${arn}</TargetGroupArn><LoadBalancerArns>${balancer === undefined ? '' : `<member>${balancer}</member>`}</LoadBalancerArns></member>`,
  );
  return {
    body: `<DescribeTargetGroupsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetGroupsResult><TargetGroups>${members.join('')}</TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>`,
  };
}

type Point = readonly [minute: number, value: number];

/** Values by the id of their query. A series without data has an answer as well. */
function answer(series: Readonly<Record<string, readonly Point[]>>, more: Readonly<Record<string, unknown>> = {}) {
  const results = Object.entries(series).map(([Id, points]) => ({
    Id,
    StatusCode: 'Complete',
    Timestamps: points.map(([minute]) => seconds(minute)),
    Values: points.map(([, value]) => value),
  }));
  return { body: { MetricDataResults: results, ...more } };
}

interface Query {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: { readonly MetricName: string };
    readonly Stat: string;
    readonly Period: number;
  };
}

/** What is sent for it, whatever comes of the answer. */
async function ask(what: MetricsAsked): Promise<void> {
  endpoint.answer('GetMetricData', answer({}));
  await adapters.metrics.counts(what).catch(() => undefined);
}

const bodies = () => endpoint.bodies('GetMetricData') as readonly { readonly MetricDataQueries: readonly Query[] }[];
const statsOf = (queries: readonly Query[] = []) =>
  queries.map(({ Id, MetricStat }) => `${Id}: ${MetricStat.Stat} of ${MetricStat.Metric.MetricName}`);

describe('what is asked of the load balancer', () => {
  test('is one call for both versions, a minute at a time, by target group and load balancer', async () => {
    await ask(asked());
    const [body, ...more] = bodies();
    expect(more).toEqual([]);
    expect(body).toMatchObject({ StartTime: seconds(0), EndTime: seconds(10), ScanBy: 'TimestampAscending' });
    expect(body?.MetricDataQueries).toContainEqual({
      Id: 'candidate0_failures',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName: 'HTTPCode_Target_5XX_Count',
          Dimensions: [
            { Name: 'TargetGroup', Value: 'targetgroup/web-green/bbb' },
            { Name: 'LoadBalancer', Value: 'app/web/ccc' },
          ],
        },
        Period: 60,
        Stat: 'Sum',
      },
    });
    expect(statsOf(body?.MetricDataQueries)).toEqual(
      ['candidate0', 'stable0'].flatMap((group) => [
        `${group}_requests: Sum of RequestCount`,
        `${group}_failures: Sum of HTTPCode_Target_5XX_Count`,
        `${group}_refusals: Sum of TargetConnectionErrorCount`,
      ]),
    );
  });

  test.each([
    [500, 'TC(0.5:)'],
    [2_000, 'TC(2:)'],
    [10_000, 'TC(10:)'],
    [123.4567, 'TC(0.123457:)'],
    [0.25, 'TC(0.00025:)'],
  ])('is of latency alone how many took longer than %d ms, and the slowest of all', async (slowerThanMs, stat) => {
    await ask(asked({ judges: LATENCY, slowerThanMs }));
    expect(statsOf(bodies()[0]?.MetricDataQueries).slice(0, 3)).toEqual([
      'candidate0_requests: Sum of RequestCount',
      `candidate0_slow: ${stat} of TargetResponseTime`,
      'candidate0_slowest: Maximum of TargetResponseTime',
    ]);
  });

  test('is nothing about latency as long as nobody knows what is slow', async () => {
    endpoint.answer('GetMetricData', answer({ candidate0_requests: [[1, 5]], stable0_requests: [] }));
    const counts = await adapters.metrics.counts(asked({ judges: LATENCY }));
    expect(statsOf(bodies()[0]?.MetricDataQueries)).toHaveLength(2);
    expect(counts.candidate).toEqual([{ start: NOON + MINUTE, requests: 5, errors: undefined, slow: undefined }]);
  });

  test('is nothing where no Application Load Balancer counts', async () => {
    endpoint.answer('DescribeTargetGroups', targetGroups([BLUE, NETWORK_BALANCER], [GREEN]));
    expect(await adapters.metrics.counts(asked())).toEqual({ candidate: [], stable: [] });
    expect(bodies()).toEqual([]);
  });

  test('is split in calls of 500 series', async () => {
    const groups = Array.from({ length: 200 }, (_, i) => `${ELB}:targetgroup/g/${i}`);
    endpoint.answer('DescribeTargetGroups', targetGroups(...groups.map((arn) => [arn, BALANCER] as const)));
    const names = groups.flatMap((_, i) => [
      `candidate${i}_requests`,
      `candidate${i}_failures`,
      `candidate${i}_refusals`,
    ]);
    const answers = [names.slice(0, 500), names.slice(500)].map((part) =>
      answer(Object.fromEntries(part.map((name) => [name, name.endsWith('requests') ? [[1, 2]] : [[1, 1]]]))),
    );
    endpoint.answer('GetMetricData', ...answers);
    const candidate = { taskDefinitionArn: undefined, targetGroupArns: groups };
    const counts = await adapters.metrics.counts(asked({ candidate, stable: { ...candidate, targetGroupArns: [] } }));
    expect(bodies().map(({ MetricDataQueries }) => MetricDataQueries.length)).toEqual([500, 100]);
    expect(counts.candidate).toEqual([{ start: NOON + MINUTE, requests: 400, errors: 400, slow: undefined }]);
  });

  test('needs the load balancer of a target group once', async () => {
    for (let look = 0; look < 2; look += 1) await ask(asked());
    expect(endpoint.requests('DescribeTargetGroups')).toHaveLength(1);
  });
});

describe('the minutes of a version', () => {
  const none = { stable0_requests: [], stable0_failures: [], stable0_refusals: [] };

  test('are those with a count of requests, in order; errors that are not told are none', async () => {
    endpoint.answer(
      'GetMetricData',
      answer({
        candidate0_requests: [
          [5, 40],
          [1, 10],
          [2, 20],
          [4, 0],
        ],
        candidate0_failures: [
          [2, 3],
          [3, 7],
        ],
        candidate0_refusals: [
          [2, 1],
          [5, 2],
        ],
        stable0_requests: [[1, 90]],
        stable0_failures: [],
        stable0_refusals: [],
      }),
    );
    const counts = await adapters.metrics.counts(asked());
    const rows = counts.candidate.map(({ start, requests, errors }) => [(start - NOON) / MINUTE, requests, errors]);
    expect(rows).toEqual([
      [1, 10, 0],
      [2, 20, 4],
      [4, 0, 0],
      [5, 40, 2],
    ]);
    expect(counts.stable).toEqual([{ start: NOON + MINUTE, requests: 90, errors: 0, slow: undefined }]);
  });

  test('have never more errors than requests, in each minute by itself', async () => {
    endpoint.answer(
      'GetMetricData',
      answer({
        ...none,
        candidate0_requests: [
          [1, 10],
          [2, 10],
        ],
        candidate0_failures: [[1, 4]],
        candidate0_refusals: [
          [1, 25],
          [2, 3],
        ],
      }),
    );
    const { candidate } = await adapters.metrics.counts(asked());
    expect(candidate.map(({ errors }) => errors)).toEqual([10, 3]);
  });

  test('are of all its target groups together', async () => {
    endpoint.answer(
      'GetMetricData',
      answer({
        candidate0_requests: [[1, 1]],
        candidate0_failures: [],
        candidate0_refusals: [],
        stable0_requests: [[1, 100]],
        stable0_failures: [[1, 2]],
        stable0_refusals: [],
        stable1_requests: [
          [1, 50],
          [2, 60],
        ],
        stable1_failures: [],
        stable1_refusals: [[1, 5]],
      }),
    );
    const stable = { taskDefinitionArn: undefined, targetGroupArns: [BLUE, ADMIN, BLUE] };
    const counts = await adapters.metrics.counts(asked({ stable }));
    expect(counts.stable).toEqual([
      { start: NOON + MINUTE, requests: 150, errors: 7, slow: undefined },
      { start: NOON + 2 * MINUTE, requests: 60, errors: 0, slow: undefined },
    ]);
  });

  test('begin in the time that was asked for, though CloudWatch begins with the whole minute before', async () => {
    endpoint.answer(
      'GetMetricData',
      answer({
        ...none,
        candidate0_requests: [
          [0, 1],
          [1, 2],
          [2, 3],
        ],
        candidate0_failures: [],
        candidate0_refusals: [],
      }),
    );
    const { candidate } = await adapters.metrics.counts(asked({ since: NOON + 30_000, until: NOON + 2 * MINUTE }));
    expect(candidate.map(({ requests }) => requests)).toEqual([2]);
  });

  test('may be shorter than 60 seconds, as they come', async () => {
    const half = (id: string, value: number) => ({
      Id: id,
      StatusCode: 'Complete',
      Timestamps: [NOON / 1000, NOON / 1000 + 0.5],
      Values: [value, value + 1],
    });
    const results = ['candidate0', 'stable0'].flatMap((group) => [
      half(`${group}_requests`, 10),
      half(`${group}_failures`, 1),
      half(`${group}_refusals`, 0),
    ]);
    endpoint.answer('GetMetricData', { body: { MetricDataResults: results } });
    const { stable } = await adapters.metrics.counts(asked());
    expect(stable).toEqual([
      { start: NOON, requests: 10, errors: 1, slow: undefined },
      { start: NOON + 500, requests: 11, errors: 3, slow: undefined },
    ]);
  });

  test('are read over all pages', async () => {
    const first = answer({ candidate0_requests: [[1, 10]], candidate0_failures: [[1, 1]] }, { NextToken: 'more' });
    for (const result of first.body.MetricDataResults) result.StatusCode = 'PartialData';
    endpoint.answer(
      'GetMetricData',
      first,
      answer({ candidate0_requests: [[2, 20]], candidate0_failures: [[2, 2]], candidate0_refusals: [], ...none }),
    );
    const { candidate } = await adapters.metrics.counts(asked());
    expect(candidate.map(({ requests, errors }) => [requests, errors])).toEqual([
      [10, 1],
      [20, 2],
    ]);
    expect(bodies()[1]).toMatchObject({ NextToken: 'more' });
  });
});

describe('slow requests', () => {
  const silent = { stable0_requests: [], stable0_slow: [], stable0_slowest: [] };
  const slow = asked({ judges: LATENCY, slowerThanMs: 500 });

  test('are counted to the nearest whole one, for CloudWatch interpolates, and are never more than requests', async () => {
    endpoint.answer(
      'GetMetricData',
      answer({
        ...silent,
        candidate0_requests: [
          [1, 100],
          [2, 100],
          [3, 2],
        ],
        candidate0_slow: [
          [1, 4.4],
          [2, 4.6],
          [3, 5],
        ],
        candidate0_slowest: [
          [1, 0.9],
          [2, 0.9],
          [3, 0.9],
        ],
      }),
    );
    const { candidate } = await adapters.metrics.counts(slow);
    expect(candidate.map((minute) => minute.slow)).toEqual([4, 5, 2]);
    expect(candidate.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
  });

  test('are none where they are not counted and the slowest was not slow, or nothing was answered', async () => {
    endpoint.answer(
      'GetMetricData',
      answer({
        ...silent,
        candidate0_requests: [
          [1, 100],
          [2, 100],
        ],
        candidate0_slow: [],
        candidate0_slowest: [[1, 0.5]],
      }),
    );
    const { candidate } = await adapters.metrics.counts(slow);
    expect(candidate.map((minute) => minute.slow)).toEqual([0, 0]);
  });

  test('that are there and not counted are an error, never a zero', async () => {
    endpoint.answer(
      'GetMetricData',
      answer({
        ...silent,
        candidate0_requests: [[1, 100]],
        candidate0_slow: [],
        candidate0_slowest: [[1, 0.75]],
      }),
    );
    await expect(adapters.metrics.counts(slow)).rejects.toMatchObject({
      name: 'CallError',
      failure: 'invalid',
      message: expect.stringContaining('a request took 0.75 s, and CloudWatch does not count those above 0.5 s'),
    });
  });
});

describe('an answer that cannot be trusted', () => {
  const complete = {
    candidate0_requests: [[1, 10]],
    candidate0_failures: [],
    candidate0_refusals: [],
    stable0_requests: [],
    stable0_failures: [],
    stable0_refusals: [],
  } as const;

  test.each([
    ['Forbidden', 'denied', 'read the metrics of the load balancer: Forbidden: not for you'],
    ['InternalError', 'server', 'read the metrics of the load balancer: InternalError: not for you'],
    ['PartialData', 'server', 'read the metrics of the load balancer: PartialData: not for you'],
  ])('with a series that is %s is an error, never a zero', async (StatusCode, failure, message) => {
    const { body } = answer(complete);
    const results = body.MetricDataResults.map((result) =>
      result.Id === 'candidate0_failures'
        ? { ...result, StatusCode, Messages: [{ Code: StatusCode, Value: 'not for you' }] }
        : result,
    );
    endpoint.answer('GetMetricData', { body: { MetricDataResults: results } });
    await expect(adapters.metrics.counts(asked())).rejects.toMatchObject({ name: 'CallError', failure, message });
  });

  test('without one of the series is an error, never a zero', async () => {
    const { candidate0_failures: _, ...rest } = complete;
    endpoint.answer('GetMetricData', answer(rest));
    await expect(adapters.metrics.counts(asked())).rejects.toMatchObject({
      name: 'CallError',
      failure: 'server',
      message: expect.stringContaining('no answer for HTTPCode_Target_5XX_Count'),
    });
  });
});

describe('custom metrics', () => {
  const source: MetricsSource = {
    kind: 'cloudwatch',
    namespace: 'MyApp',
    dimensions: { Service: 'web', Revision: '{{revision}}' },
    requests: 'Requests',
    errors: 'Failures-{{family}}',
    slow: 'SlowRequests',
  };
  const empty = { candidate_requests: [], stable_requests: [] };

  test('are asked for by name, each version with its own dimensions, and no target group is', async () => {
    await ask(asked({ source, judges: BOTH }));
    const [body] = bodies();
    expect(statsOf(body?.MetricDataQueries)).toEqual([
      'candidate_requests: Sum of Requests',
      'candidate_errors: Sum of Failures-web',
      'candidate_slow: Sum of SlowRequests',
      'stable_requests: Sum of Requests',
      'stable_errors: Sum of Failures-web',
      'stable_slow: Sum of SlowRequests',
    ]);
    const dimensions = (revision: string) => [
      { Name: 'Service', Value: 'web' },
      { Name: 'Revision', Value: revision },
    ];
    expect(body?.MetricDataQueries[0]).toMatchObject({
      MetricStat: { Metric: { Namespace: 'MyApp', Dimensions: dimensions('8') }, Period: 60 },
    });
    expect(body?.MetricDataQueries[3]).toMatchObject({
      MetricStat: { Metric: { Namespace: 'MyApp', Dimensions: dimensions('7') } },
    });
    expect(endpoint.requests('DescribeTargetGroups')).toEqual([]);
  });

  test('are only those that are judged and that the user has named', async () => {
    endpoint.answer('GetMetricData', answer(empty));
    const named = { ...source, errors: undefined };
    const counts = await adapters.metrics.counts(asked({ source: named, judges: ERRORS }));
    expect(statsOf(bodies()[0]?.MetricDataQueries)).toEqual([
      'candidate_requests: Sum of Requests',
      'stable_requests: Sum of Requests',
    ]);
    expect(counts).toEqual({ candidate: [], stable: [] });
  });

  test('are counts by the minute, as the load balancer’s are', async () => {
    endpoint.answer(
      'GetMetricData',
      answer({
        candidate_requests: [
          [1, 10],
          [2, 4],
        ],
        candidate_errors: [
          [2, 9],
          [3, 1],
        ],
        candidate_slow: [[1, 2]],
        stable_requests: [[1, 99.6]],
        stable_errors: [[1, -3]],
        stable_slow: [],
      }),
    );
    expect(await adapters.metrics.counts(asked({ source, judges: BOTH }))).toEqual({
      candidate: [
        { start: NOON + MINUTE, requests: 10, errors: 0, slow: 2 },
        { start: NOON + 2 * MINUTE, requests: 4, errors: 4, slow: 0 },
      ],
      stable: [{ start: NOON + MINUTE, requests: 100, errors: 0, slow: 0 }],
    });
  });

  test('that need a revision which nobody knows are an error, and nothing is asked', async () => {
    const stable = { taskDefinitionArn: undefined, targetGroupArns: [BLUE] };
    await expect(adapters.metrics.counts(asked({ source, stable }))).rejects.toMatchObject({
      name: 'CallError',
      failure: 'invalid',
      message: expect.stringContaining('"{{revision}}"'),
    });
    expect(bodies()).toEqual([]);
  });

  test('tell no percentile', async () => {
    expect(await adapters.metrics.stablePercentile(asked({ source, judges: LATENCY }), 99)).toBeUndefined();
    expect(endpoint.sent).toEqual([]);
  });

  test('that CloudWatch refuses are told by their namespace', async () => {
    endpoint.answer('GetMetricData', { status: 400, body: { __type: 'ValidationError', message: 'bad name' } });
    await expect(adapters.metrics.counts(asked({ source }))).rejects.toThrow('read the metrics of MyApp: bad name');
  });
});

describe('what stable’s requests take', () => {
  const hour = { since: NOON, until: NOON + 60 * MINUTE, judges: LATENCY };

  test('is asked of stable’s target groups alone, for the whole time as one period', async () => {
    endpoint.answer('GetMetricData', answer({ time0: [[0, 0.1235]], weight0: [[0, 1000]] }));
    expect(await adapters.metrics.stablePercentile(asked(hour), 99)).toBe(123.5);
    const [body, ...more] = bodies();
    expect(more).toEqual([]);
    expect(statsOf(body?.MetricDataQueries)).toEqual([
      'time0: p99 of TargetResponseTime',
      'weight0: SampleCount of TargetResponseTime',
    ]);
    expect(body).toMatchObject({ StartTime: seconds(0), EndTime: seconds(60) });
    expect(body?.MetricDataQueries[0]).toMatchObject({ MetricStat: { Period: 3600 } });
  });

  test.each([
    [61_000, 120],
    [59_999, 60],
    [3 * 24 * 60 * MINUTE, 86_400],
  ])('of a time of %d ms is asked for with a period of %d s', async (ms, period) => {
    endpoint.answer('GetMetricData', answer({ time0: [], weight0: [] }));
    expect(await adapters.metrics.stablePercentile(asked({ ...hour, until: NOON + ms }), 99)).toBeUndefined();
    expect(bodies()[0]?.MetricDataQueries[0]).toMatchObject({ MetricStat: { Period: period } });
  });

  test('is that of the part with most of the requests, where CloudWatch gives more than one', async () => {
    endpoint.answer(
      'GetMetricData',
      answer({
        time0: [
          [0, 0.2],
          [60, 9],
        ],
        weight0: [
          [0, 700],
          [60, 300],
        ],
        time1: [[0, 0.1]],
        weight1: [[0, 5]],
      }),
    );
    const stable = { taskDefinitionArn: undefined, targetGroupArns: [BLUE, ADMIN] };
    expect(await adapters.metrics.stablePercentile(asked({ ...hour, stable }), 99)).toBe(200);
  });

  test('is unknown where nobody counts', async () => {
    endpoint.answer('DescribeTargetGroups', targetGroups([BLUE, NETWORK_BALANCER]));
    expect(await adapters.metrics.stablePercentile(asked(hour), 99)).toBeUndefined();
    expect(bodies()).toEqual([]);
  });
});
