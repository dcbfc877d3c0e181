/** The gate metrics through the front door: inputs in; the course of the rollout, outputs, summary and evidence out. */
import { describe, expect, jest, test } from '@jest/globals';
import type { MetricMinute } from '../src/core/judge/minutes.ts';
import type { Metrics, MetricsAsked } from '../src/ports.ts';
import { command, deploy, type Ended, type Inputs } from './fakes/jobs.ts';
import { createFakeWorld, type FakeWorld, type FakeWorldOptions } from './fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(60_000);

const MINUTE = 60_000;
const REQUESTS_A_MINUTE = 60_000;
const EARLY: Inputs = {
  steps: '20, 100',
  hold: '15m',
  bake: '0m',
  timeout: '3h',
  poll: '30s',
  gates: '- targets\n- metrics: { early: true, warm-up: 0s }',
};
const ROLLING = { strategy: 'rolling', steps: '', bake: '', hold: '30s' };
const QUERY = `'sum(a{revision="{{revision}}"})'`;
const PROMETHEUS = `- metrics: { prometheus: { url: 'http://prometheus:9090', requests: ${QUERY}, errors: ${QUERY} } }`;

/** Of a thousand requests a second each version gets its share; stable fails 0.2 % of its own, the candidate that many. */
function counting(options: FakeWorldOptions & { readonly failing?: number } = {}): {
  readonly world: FakeWorld;
  readonly asked: MetricsAsked[];
} {
  const world = createFakeWorld('native', options);
  const asked: MetricsAsked[] = [];
  const shareAt = (at: number): number => world.ecs?.traffic.findLast((change) => change.at <= at)?.share ?? 0;
  const metrics: Metrics = {
    async counts(one) {
      asked.push(one);
      const from = Math.ceil(one.since / MINUTE) * MINUTE;
      const starts = Array.from(
        { length: Math.max(0, Math.floor((one.until - from) / MINUTE)) },
        (_, i) => from + i * MINUTE,
      );
      const minutes = (partOf: (share: number) => number, failing: number): readonly MetricMinute[] =>
        starts.flatMap((start) => {
          const requests = Math.round(REQUESTS_A_MINUTE * partOf(shareAt(start)));
          return requests === 0 ? [] : [{ start, requests, errors: Math.round(requests * failing), slow: undefined }];
        });
      return {
        candidate: minutes((share) => share / 100, options.failing ?? 0.002),
        stable: minutes((share) => 1 - share / 100, 0.002),
      };
    },
    stablePercentile: async () => undefined,
  };
  return { world: { ...world, ports: { ...world.ports, metrics } }, asked };
}

const linesOf = ({ lines }: Ended, subject: string): readonly string[] =>
  lines.flatMap((line) => (line.includes(`  ${subject} `) ? [line.replace(/^\S+ +/, '')] : []));
const evidenceOf = ({ files }: Ended) =>
  JSON.parse(files.get('greenlight-evidence-web.json') ?? 'null') as {
    readonly looks: readonly { readonly gate: string; readonly share: number; readonly evidence: object }[];
  } | null;

describe('a version as good as stable', () => {
  test('goes on before the hold is over, and says why', async () => {
    const { world, asked } = counting();
    const ended = await deploy(world, EARLY);
    expect([ended.status, ended.errors, ended.warnings]).toEqual(['succeeded', [], []]);
    expect(linesOf(ended, 'continue').join('\n')).toMatch(
      /every gate passed at 20 %, and the metrics exclude twice the errors: going on \d+m\S* before the hold is over/,
    );
    // At 100 % nobody is left to compare with, so that hold takes its time.
    expect(ended.tookMs).toBeLessThan(25 * MINUTE);
    expect(ended.tookMs).toBeGreaterThan(15 * MINUTE);
    // CloudWatch counts by the minute: more calls would show the same.
    const [first = 0, last = 0] = (world.ecs?.traffic ?? []).map(({ at }) => at);
    const while20 = asked.filter(({ until }) => until < last).length;
    expect(while20).toBeGreaterThan(1);
    expect(while20).toBeLessThanOrEqual((last - first) / MINUTE + 2);
  });

  test('takes the whole hold where nobody has said that it may be shorter', async () => {
    const { world } = counting();
    const ended = await deploy(world, { ...EARLY, gates: '- metrics: { warm-up: 0s }' });
    expect(ended.status).toBe('succeeded');
    expect(ended.tookMs).toBeGreaterThan(30 * MINUTE);
  });

  test('leaves the numbers behind: a table in the summary, a file, its path', async () => {
    const { world } = counting();
    const ended = await deploy(world, EARLY);
    expect(ended.outputs['evidence']).toBe('/runner/temp/greenlight-evidence-web.json');
    expect(ended.lines).toContain('evidence: /runner/temp/greenlight-evidence-web.json');
    expect(evidenceOf(ended)?.looks.map(({ gate, share }) => [gate, share])).toEqual([
      ['metrics errors', 20],
      ['metrics errors', 100],
    ]);
    expect(evidenceOf(ended)?.looks[0]?.evidence).toMatchObject({ version: 1, verdict: 'pass' });
    expect(ended.summary).toContain('### Candidate against stable');
    expect(ended.summary).toMatch(
      /\| errors at 20 % \| [\d,]+ of [\d,]+ \(0\.2 %\) \| [\d,]+ of [\d,]+ \(0\.2 %\) \| 1 \(/,
    );
    // However often it was looked at.
    expect(linesOf(ended, 'gate metrics').length).toBeLessThan(6);
  });
});

test('a version that fails 5 % of its requests is turned back at its first step, with the numbers', async () => {
  const { world } = counting({ failing: 0.05 });
  const ended = await deploy(world, EARLY);
  expect([ended.status, ended.exitCode, world.share()]).toEqual(['rolled-back', 2, 0]);
  expect(ended.reason).toMatch(/^gate metrics errors failed at 20 %: 5 % of the candidate's /);
  expect(ended.tookMs).toBeLessThan(10 * MINUTE);
  expect(evidenceOf(ended)?.looks).toMatchObject([{ share: 20, evidence: { verdict: 'fail' } }]);
});

test('nobody can be compared where nobody comes: the user has said beforehand what that means', async () => {
  const world = createFakeWorld('native');
  const ended = await deploy(world, { ...EARLY, hold: '5m', 'on-inconclusive': 'rollback' });
  expect(ended.status).toBe('rolled-back');
  expect(ended.reason).toMatch(/^not conclusive at 20 % within the hold and 10m more: metrics errors \(/);
});

test('a job that compared nothing leaves no evidence', async () => {
  const ended = await deploy(createFakeWorld('native'));
  expect([ended.outputs['evidence'], [...ended.files.keys()]]).toEqual(['', ['greenlight-report-web.html']]);
  expect(ended.summary).not.toContain('Candidate against stable');
});

describe('a comparison that cannot be made is refused before anything changes', () => {
  test.each<readonly [what: string, options: FakeWorldOptions, inputs: Inputs, message: RegExp]>([
    [
      'all traffic moves at once',
      {},
      { strategy: 'blue-green', steps: '' },
      /and all traffic moves at once; write strategy/,
    ],
    [
      'both are in one target group',
      {},
      ROLLING,
      /a rolling deployment has both versions in one; write strategy: canary/,
    ],
    [
      'nobody counts',
      { ecs: { hasLoadBalancer: false } },
      ROLLING,
      /service web has no load balancer; take the counts from/,
    ],
  ])('%s', async (_what, options, inputs, message) => {
    const world = createFakeWorld('native', options);
    const ended = await deploy(world, { ...inputs, gates: '- metrics' });
    expect([ended.status, ended.exitCode]).toEqual(['failed', 1]);
    expect(ended.errors).toEqual([expect.stringMatching(/^gates: metrics errors compares/)]);
    expect(ended.errors[0]).toMatch(message);
    expect(ended.calls.filter((call) => /^(Update|Tag)/.test(call))).toEqual([]);
  });

  test('nor does a ladder that cannot be done hide behind it', async () => {
    const ended = await deploy(createFakeWorld('native'), { steps: '0.1, 1, 10, 100', gates: '- metrics' });
    expect(ended.status).toBe('failed');
    expect(ended.errors.join('\n')).not.toContain('metrics');
  });

  test('but a rolling deployment whose versions can be told apart begins', async () => {
    const world = createFakeWorld('native');
    const ended = await deploy(world, { ...ROLLING, gates: PROMETHEUS });
    expect(ended.errors.join('\n')).not.toContain('gates:');
    expect(ended.calls).toContain('UpdateService');
  });

  test('by promote as well, of a rollout that another job began', async () => {
    const world = createFakeWorld('native');
    let midway = false;
    await deploy(
      world,
      { ...ROLLING, gates: '- targets', hold: '10m', 'on-cancel': 'leave' },
      { cancelledWhen: () => (midway ||= world.ecs?.status(2) === 'IN_PROGRESS') },
    );
    const ended = await command(world, 'promote', { gates: '- metrics' });
    expect(ended.errors).toEqual([expect.stringContaining('a rolling deployment has both versions in one')]);
    expect(ended.calls.filter((call) => /^(Update|Continue|Stop|Tag)/.test(call))).toEqual([]);
  });
});

describe('the other commands, with the same gates', () => {
  const gates = '- targets\n- metrics';

  test('promote goes on from where only 100 % is left', async () => {
    const { world } = counting();
    const began = await deploy(world, { ...EARLY, approval: 'manual' });
    expect(began.status).toBe('awaiting-promotion');
    const ended = await command(world, 'promote', { gates, hold: '1m', to: '100' });
    expect([ended.status, ended.errors]).toEqual(['succeeded', []]);
  });

  test('rollback of what is finished is not held up by a comparison with what it replaces', async () => {
    const world = createFakeWorld('native');
    expect((await deploy(world)).status).toBe('succeeded');
    const ended = await command(world, 'rollback', { gates, strategy: 'canary', steps: '20, 100' });
    expect([ended.status, ended.exitCode, ended.errors]).toEqual(['rolled-back', 0, []]);
    expect(ended.lines.join('\n')).not.toContain('gate metrics');
  });
});
