/** What a judge of two versions asks CloudWatch: each target group's own counts, by the minute and by the hour, while time runs fast. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCloudWatch } from '../../../sandbox/cloudwatch/index.ts';
import { call, type Lab, type RunningServer, send, serve, startLab } from '../elb/lab.ts';

/** A minute takes 200 ms, an hour 12 s. */
const speed = 300;
const minuteMs = 60_000 / speed;
const FAST = 40;
const ERRORS = 4;
const SLOW = 3;
const REFUSED = 2;
const SLOW_MS = 400;
const LIMIT_S = 0.3;

let lab: Lab;
let server: RunningServer;
let cloudWatch: ReturnType<typeof createCloudWatch>;
let lastAtMs = 0;
/** Answers that were no slow ones but came late, as the client saw them: the machine was busy. */
let late = 0;

interface Series {
  readonly at: readonly number[];
  readonly values: readonly number[];
}

/** The series of one target group in all the time there was. */
async function ask(group: string, name: string, stat: string, period: number): Promise<Series> {
  const getMetricData = cloudWatch.service.operations['GetMetricData'];
  if (!getMetricData) throw new Error('no operation GetMetricData');
  // biome-ignore lint/suspicious/noExplicitAny: the wire types the operations; here they are called directly.
  const answer: any = await getMetricData(
    {
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(Date.now() + 60_000),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [
        {
          Id: 'm1',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/ApplicationELB',
              MetricName: name,
              Dimensions: [
                { Name: 'TargetGroup', Value: group.split(':').at(-1) },
                { Name: 'LoadBalancer', Value: lab.loadBalancerArn.split(':loadbalancer/')[1] },
              ],
            },
            Period: period,
            Stat: stat,
          },
        },
      ],
    },
    call,
  );
  const [{ Timestamps, Values }] = answer.MetricDataResults;
  return { at: Timestamps.map((date: Date) => date.getTime()), values: Values };
}

const sum = ({ values }: Series): number => values.reduce((total, value) => total + value, 0);

beforeAll(async () => {
  lab = await startLab({ speed });
  cloudWatch = createCloudWatch({
    clock: lab.clock,
    place: { account: '123456789012', region: 'eu-west-1' },
    metrics: lab.lb.metrics,
  });
  server = await serve((asked, answer) => {
    if (asked.url === '/slow') setTimeout(() => answer.end(), SLOW_MS);
    else answer.writeHead(asked.url === '/error' ? 500 : 200).end();
  });
  await lab.addHealthy(lab.one, server.target);
  const timed = async (path: string): Promise<void> => {
    const before = performance.now();
    await send(lab, path);
    if (path !== '/slow' && performance.now() - before > LIMIT_S * 1_000) late += 1;
  };
  for (let i = 0; i < FAST; i += 1) await timed('/');
  for (let i = 0; i < ERRORS; i += 1) await timed('/error');
  await Promise.all(Array.from({ length: SLOW }, () => timed('/slow')));
  // The other target group: its only target does not listen.
  const gone = await serve(() => undefined);
  await gone.close();
  lab.lb.port.register(lab.two, gone.target);
  lab.lb.port.setForward(lab.ruleArn, new Map([[lab.two, 1]]));
  for (let i = 0; i < REFUSED; i += 1) expect((await send(lab)).status).toBe(502);
  lastAtMs = Date.now();
  // The last minute is published when it is over.
  await new Promise((resolve) => setTimeout(resolve, 2 * minuteMs));
}, 60_000);

afterAll(async () => {
  cloudWatch?.close();
  await lab?.close();
  await server?.close();
});

describe.each([60, 3_600])('over %p seconds of the sandbox’s time', (period) => {
  const periodMs = (period * 1_000) / speed;

  test.each<[string, string, () => number | undefined, () => number | undefined]>([
    ['RequestCount', 'Sum', () => FAST + ERRORS + SLOW, () => REFUSED],
    ['HTTPCode_Target_5XX_Count', 'Sum', () => ERRORS, () => undefined],
    ['TargetConnectionErrorCount', 'Sum', () => undefined, () => REFUSED],
    ['TargetResponseTime', 'SampleCount', () => FAST + ERRORS + SLOW, () => undefined],
  ])('%s is each target group’s own', async (name, stat, ofOne, ofTwo) => {
    for (const [group, count] of [
      [lab.one, ofOne()],
      [lab.two, ofTwo()],
    ] as const) {
      const series = await ask(group, name, stat, period);
      // What never happened has no points at all, not points of 0.
      if (count === undefined) expect(series.values).toEqual([]);
      else expect(sum(series)).toBe(count);
    }
  });

  test('points begin at whole periods, none in the future, one a period', async () => {
    const { at } = await ask(lab.one, 'RequestCount', 'Sum', period);
    expect(at.length).toBeGreaterThan(0);
    expect(new Set(at).size).toBe(at.length);
    for (const start of at) {
      expect(start % periodMs).toBe(0);
      expect(start).toBeLessThanOrEqual(lastAtMs);
    }
  });

  test('TC counts the answers that were slower than the limit, 0 where there were only faster ones', async () => {
    const slow = await ask(lab.one, 'TargetResponseTime', `TC(${LIMIT_S}:)`, period);
    const fast = await ask(lab.one, 'TargetResponseTime', `TC(:${LIMIT_S})`, period);
    expect(sum(slow)).toBeGreaterThanOrEqual(SLOW);
    expect(sum(slow)).toBeLessThanOrEqual(SLOW + late);
    expect(sum(slow) + sum(fast)).toBe(FAST + ERRORS + SLOW);
    // A point wherever there were answers.
    expect(slow.at).toEqual((await ask(lab.one, 'TargetResponseTime', 'SampleCount', period)).at);
  });

  test('p99 is the slowest of so few, in real seconds', async () => {
    const { values } = await ask(lab.one, 'TargetResponseTime', 'p99', period);
    const slowest = await ask(lab.one, 'TargetResponseTime', 'Maximum', period);
    expect(values).toEqual(slowest.values);
    // Timers may fire a millisecond early.
    expect(Math.max(...values)).toBeGreaterThanOrEqual((SLOW_MS - 1) / 1_000);
    expect(Math.max(...values)).toBeLessThan(30);
  });

  test('the 502 in a target’s place is in no target group’s series', async () => {
    for (const name of ['HTTPCode_ELB_5XX_Count', 'HTTPCode_ELB_502_Count']) {
      expect((await ask(lab.two, name, 'Sum', period)).values).toEqual([]);
    }
  });
});
