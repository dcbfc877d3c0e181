/** The counts of requests that were really made, through the sandbox's load balancer and CloudWatch. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { type Seeded, seedDemo } from '../../../sandbox/seed.ts';
import { aws } from '../../../src/adapters/aws/aws.ts';
import type { MetricMinute } from '../../../src/core/judge/minutes.ts';
import type { Metrics, MetricsAsked } from '../../../src/ports.ts';

/** Real tasks need real time, on a machine that others may be using. */
const patienceMs = 120_000;
const REQUESTS = 40;

let sandbox: Sandbox;
let seeded: Seeded;
let metrics: Metrics;
let since: number;
const limits = { tolerate: 1, floor: 0 };

beforeAll(async () => {
  sandbox = await startSandbox({ runtime: 'process', speed: 120 });
  // Every fourth request to a task fails, and all are slow.
  seeded = await seedDemo(sandbox, { image: { version: 1, failPercent: 25, slowMs: 60 } });
  const { endpoint, region, credentials } = sandbox.clientConfig;
  process.env['AWS_ENDPOINT_URL'] = endpoint;
  process.env['AWS_REGION'] = region;
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
  metrics = aws().metrics;
  since = Date.now();
}, patienceMs);

afterAll(() => sandbox.close(), patienceMs);

const asked = (slowerThanMs: number): MetricsAsked => ({
  gate: { source: { kind: 'load-balancer' }, judges: { errors: limits, latency: { ...limits, overMs: slowerThanMs } } },
  candidate: { taskDefinitionArn: undefined, targetGroupArns: [seeded.targetGroupArns[1]] },
  stable: { taskDefinitionArn: undefined, targetGroupArns: [seeded.targetGroupArns[0]] },
  since: since - 1_000,
  until: Date.now() + 1_000,
  slowerThanMs,
});

const sumOf = (minutes: readonly MetricMinute[], what: 'requests' | 'errors' | 'slow') =>
  minutes.reduce((sum, minute) => sum + (minute[what] ?? 0), 0);

test(
  'every request, failure and slow answer is counted for the version that had it, and for no other',
  async () => {
    let failed = 0;
    for (let sent = 0; sent < REQUESTS; sent += 1) {
      const answer = await fetch(seeded.productionUrl);
      await answer.arrayBuffer();
      failed += answer.status === 500 ? 1 : 0;
    }
    expect(failed).toBeGreaterThan(0);
    let counts = await metrics.counts(asked(30));
    // A minute is seen when it is over.
    for (const until = Date.now() + 30_000; sumOf(counts.stable, 'requests') < REQUESTS && Date.now() < until; ) {
      await sleep(250);
      counts = await metrics.counts(asked(30));
    }
    expect(counts.candidate).toEqual([]);
    expect(sumOf(counts.stable, 'requests')).toBe(REQUESTS);
    expect(sumOf(counts.stable, 'errors')).toBe(failed);
    expect(sumOf(counts.stable, 'slow')).toBe(REQUESTS);
    expect(sumOf((await metrics.counts(asked(60_000))).stable, 'slow')).toBe(0);
    expect(await metrics.stablePercentile(asked(30), 50)).toBeGreaterThanOrEqual(50);
  },
  patienceMs,
);
