import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Bucket, Series } from '../../../sandbox/metrics/series.ts';
import { type Lab, type RunningServer, send, serve, startLab } from './lab.ts';

let lab: Lab;
let server: RunningServer;

beforeEach(async () => {
  lab = await startLab();
  server = await serve((asked, answer) => answer.writeHead(Number(asked.url?.slice(1)) || 200).end());
  await lab.addHealthy(lab.one, server.target);
});

afterEach(async () => {
  await lab.close();
  await server.close();
});

/** Sum over all time of a metric of the first target group, or of the load balancer; undefined when it does not exist. */
function sum(name: string, level: 'group' | 'load balancer'): number | undefined {
  const found = [...lab.lb.metrics.series()].find(
    (series) => series.name === name && 'TargetGroup' in series.dimensions === (level === 'group'),
  );
  return found?.buckets(0, Number.POSITIVE_INFINITY).reduce((total, bucket) => total + bucket.sum, 0);
}

test('requests are counted by status class, by target group and by load balancer', async () => {
  for (const path of ['/200', '/201', '/302', '/404', '/500', '/500']) await send(lab, path);
  for (const level of ['group', 'load balancer'] as const) {
    expect(sum('RequestCount', level)).toBe(6);
    expect(sum('HTTPCode_Target_2XX_Count', level)).toBe(2);
    expect(sum('HTTPCode_Target_3XX_Count', level)).toBe(1);
    expect(sum('HTTPCode_Target_4XX_Count', level)).toBe(1);
    expect(sum('HTTPCode_Target_5XX_Count', level)).toBe(2);
  }
  expect(sum('TargetResponseTime', 'group')).toBeGreaterThan(0);
  expect(sum('RequestCountPerTarget', 'group')).toBe(6);
  expect(lab.lb.metrics.live().get(lab.one)).toEqual({
    requests: 6,
    target2xx: 2,
    target3xx: 1,
    target4xx: 1,
    target5xx: 2,
    elb5xx: 0,
    connectionErrors: 0,
  });
});

test('an error that never happened is not reported as 0', async () => {
  await send(lab);
  expect(sum('HTTPCode_Target_5XX_Count', 'group')).toBeUndefined();
  expect(sum('HTTPCode_ELB_5XX_Count', 'load balancer')).toBeUndefined();
});

test('a target that cannot be reached is the load balancer’s 502, never a target’s 5XX', async () => {
  await server.close();
  await send(lab);
  expect(sum('HTTPCode_ELB_502_Count', 'load balancer')).toBe(1);
  expect(sum('HTTPCode_ELB_5XX_Count', 'load balancer')).toBe(1);
  expect(sum('HTTPCode_ELB_502_Count', 'group')).toBeUndefined();
  expect(sum('TargetConnectionErrorCount', 'group')).toBe(1);
  expect(sum('HTTPCode_Target_5XX_Count', 'group')).toBeUndefined();
});

test('a request without a target counts as 503 and not as a request', async () => {
  await lab.lb.port.deregister(lab.one, server.target);
  await send(lab);
  expect(sum('HTTPCode_ELB_503_Count', 'load balancer')).toBe(1);
  expect(sum('RequestCount', 'load balancer')).toBeUndefined();
});

test('healthy and unhealthy hosts are gauges', () => {
  const hosts = [...lab.lb.metrics.series()].find(
    ({ name, dimensions }) => name === 'HealthyHostCount' && dimensions['TargetGroup']?.startsWith('targetgroup/one/'),
  );
  expect(hosts?.buckets(0, Number.POSITIVE_INFINITY).at(-1)?.maximum).toBe(1);
});

test('whoever listens hears of every request', async () => {
  const heard: unknown[] = [];
  const stop = lab.lb.metrics.onRequest((seen) => heard.push(seen));
  await send(lab, '/404');
  stop();
  await send(lab, '/200');
  expect(heard).toEqual([{ listenerArn: lab.listenerArn, targetGroupArn: lab.one, status: 404, fromTarget: true }]);
});

test('a bucket keeps many values in little room, each within 1 %', () => {
  const bucket = new Bucket(0);
  for (let i = 1; i <= 50_000; i++) bucket.add(i / 1_000);
  expect(bucket.values().length).toBeLessThan(2_500);
  expect(bucket.sampleCount).toBe(50_000);
  let seen = 0;
  for (const [value, count] of bucket.values()) {
    seen += count;
    expect(Math.abs(value - seen / 1_000)).toBeLessThanOrEqual(value * 0.011 + 0.001);
  }
});

test('a series keeps a bounded number of buckets and takes late values', () => {
  const series = new Series({ namespace: 'N', name: 'm', dimensions: {}, unit: 'Count' }, 10);
  for (let i = 0; i < 5_000; i++) series.at(i * 10).add(1);
  const kept = series.buckets(0, Number.POSITIVE_INFINITY);
  expect(kept).toHaveLength(1_500);
  expect(kept[0]?.startMs).toBe(35_000);
  series.at(40_005).add(1);
  expect(series.buckets(40_000, 40_001)[0]?.sampleCount).toBe(2);
});
