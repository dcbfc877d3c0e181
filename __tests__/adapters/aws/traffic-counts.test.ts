import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Aws, aws } from '../../../src/adapters/aws/aws.ts';
import { FakeEndpoint } from './_fake-endpoint.ts';

const ELB = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333';
const BLUE = `${ELB}:targetgroup/web-blue/aaa`;
const GREEN = `${ELB}:targetgroup/web-green/bbb`;
const BALANCER = `${ELB}:loadbalancer/app/web/ccc`;
const NOON = 1_699_963_200_000;
const seconds = (minute: number) => NOON / 1000 + minute * 60;

let endpoint: FakeEndpoint;
let adapters: Aws;

beforeEach(async () => {
  endpoint = new FakeEndpoint();
  await endpoint.start();
  adapters = aws();
});

afterEach(() => endpoint.stop());

/** The target groups as DescribeTargetGroups knows them, each with its load balancer. */
function targetGroups(...groups: readonly (readonly [arn: string, balancer?: string])[]): { body: string } {
  const members = groups.map(
    ([arn, balancer]) =>
      `<member><TargetGroupArn>${arn}</TargetGroupArn><LoadBalancerArns>${balancer === undefined ? '' : `<member>${balancer}</member>`}</LoadBalancerArns></member>`,
  );
  return {
    body: `<DescribeTargetGroupsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetGroupsResult><TargetGroups>${members.join('')}</TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>`,
  };
}

function series(id: string, ...points: readonly (readonly [minute: number, value: number])[]) {
  return {
    Id: id,
    StatusCode: 'Complete',
    Timestamps: points.map(([minute]) => seconds(minute)),
    Values: points.map(([, value]) => value),
  };
}

describe('requests by target group', () => {
  test('are asked for in one call, by target group and load balancer, a minute at a time', async () => {
    endpoint.answer('DescribeTargetGroups', targetGroups([BLUE, BALANCER], [GREEN, BALANCER]));
    endpoint.answer('GetMetricData', { body: { MetricDataResults: [] } });
    await adapters.trafficCounts.requests([GREEN, BLUE, GREEN], NOON, NOON + 600_000);
    const [asked, ...more] = endpoint.bodies('GetMetricData') as readonly {
      readonly MetricDataQueries: readonly unknown[];
    }[];
    expect(more).toEqual([]);
    expect(asked).toMatchObject({ StartTime: seconds(0), EndTime: seconds(10) });
    expect(asked?.MetricDataQueries).toHaveLength(4);
    expect(asked?.MetricDataQueries).toContainEqual({
      Id: 'requests0',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName: 'RequestCount',
          Dimensions: [
            { Name: 'TargetGroup', Value: 'targetgroup/web-green/bbb' },
            { Name: 'LoadBalancer', Value: 'app/web/ccc' },
          ],
        },
        Period: 60,
        Stat: 'Sum',
      },
    });
  });

  test('come in order, over all pages; a minute in which targets were counted and no requests had none', async () => {
    endpoint.answer('DescribeTargetGroups', targetGroups([BLUE, BALANCER], [GREEN, BALANCER]));
    endpoint.answer(
      'GetMetricData',
      {
        body: {
          MetricDataResults: [series('requests0', [2, 12], [1, 5]), series('hosts0', [1, 2], [2, 2], [3, 2])],
          NextToken: 'more',
        },
      },
      { body: { MetricDataResults: [series('requests0', [4, 7]), series('requests1', [2, 100])] } },
    );
    const counts = await adapters.trafficCounts.requests([GREEN, BLUE], NOON, NOON + 600_000);
    const minutes = (arn: string) => counts.get(arn)?.map(({ start, count }) => [(start - NOON) / 60_000, count]);
    expect(minutes(GREEN)).toEqual([
      [1, 5],
      [2, 12],
      [3, 0],
      [4, 7],
    ]);
    expect(minutes(BLUE)).toEqual([[2, 100]]);
    expect(endpoint.bodies('GetMetricData')[1]).toMatchObject({ NextToken: 'more' });
  });

  test('need the load balancer of a target group once', async () => {
    endpoint.answer('DescribeTargetGroups', targetGroups([BLUE, BALANCER]));
    endpoint.answer('GetMetricData', { body: { MetricDataResults: [] } });
    await adapters.trafficCounts.requests([BLUE], NOON, NOON + 60_000);
    await adapters.trafficCounts.requests([BLUE], NOON, NOON + 60_000);
    expect(endpoint.requests('DescribeTargetGroups')).toHaveLength(1);
  });

  test('are none where no load balancer forwards to it, and unknown behind a network load balancer', async () => {
    endpoint.answer('DescribeTargetGroups', targetGroups([BLUE, `${ELB}:loadbalancer/net/web/ddd`], [GREEN]));
    expect(await adapters.trafficCounts.requests([GREEN, BLUE], NOON, NOON + 60_000)).toEqual(new Map([[GREEN, []]]));
    expect(endpoint.requests('GetMetricData')).toEqual([]);
  });

  test('that CloudWatch could not read are an error, never a zero', async () => {
    endpoint.answer('DescribeTargetGroups', targetGroups([BLUE, BALANCER]));
    const failed = {
      Id: 'requests0',
      StatusCode: 'Forbidden',
      Messages: [{ Code: 'Forbidden', Value: 'not for you' }],
    };
    endpoint.answer('GetMetricData', { body: { MetricDataResults: [failed] } });
    await expect(adapters.trafficCounts.requests([BLUE], NOON, NOON + 60_000)).rejects.toMatchObject({
      name: 'CallError',
      failure: 'denied',
      message: 'read the request counts of the load balancer: Forbidden: not for you',
    });
  });
});
