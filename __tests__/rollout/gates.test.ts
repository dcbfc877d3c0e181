import { describe, expect, test } from '@jest/globals';
import { CallError } from '../../src/core/errors.ts';
import type { Gate } from '../../src/core/gate.ts';
import type { TargetFacts } from '../../src/core/service.ts';
import type { RequestBucket } from '../../src/core/traffic-count.ts';
import type { Shell } from '../../src/ports.ts';
import { type Candidate, type GatePorts, gateEvaluator } from '../../src/rollout/gates.ts';

const candidate: Candidate = {
  targetGroupArns: async () => ['tg-green'],
  stableTargetGroupArns: async () => ['tg-blue'],
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
  stableTaskDefinitionArn: async () => 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
  since: 0,
  changes: () => [],
  mixed: false,
  sticky: false,
  wantedTasks: () => 2,
  url: 'http://lb.example.com:9001',
  environment: { SERVICE: 'web' },
};
const before = { share: 0, holdMs: 0 };

interface Given {
  readonly targets?: readonly TargetFacts[];
  readonly alarms?: Readonly<Record<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>>;
  readonly answers?: readonly ({ readonly status: number; readonly ms: number } | { readonly problem: string })[];
  readonly exitCode?: number | undefined;
  readonly candidate?: Partial<Candidate>;
  readonly failing?: CallError;
  readonly requests?: ReadonlyMap<string, readonly RequestBucket[]>;
  readonly share?: number;
  /** Gates that were looked through two and a half minutes ago. */
  readonly earlier?: readonly Gate[];
  /** What was there then, where it was something else. */
  readonly earlierTargets?: readonly TargetFacts[];
}

const NOW = 1_700_000_040_000;
const SINCE = NOW - 10 * 60_000;
const STANDING = { since: SINCE, holdEndsAt: NOW };

async function lookThrough(
  gate: Gate,
  given: Given,
): Promise<{
  verdict: string;
  sentence: string;
  asked: string[];
  ran: Parameters<Shell['run']>[];
  counted: (readonly [readonly string[], number, number])[];
}> {
  const asked: string[] = [];
  const ran: Parameters<Shell['run']>[] = [];
  let now = NOW - 150_000;
  const counted: (readonly [readonly string[], number, number])[] = [];
  const answers = [...(given.answers ?? [])];
  const ports: GatePorts = {
    loadBalancers: {
      rules: async () => [],
      targetGroups: async () => [],
      address: async () => undefined,
      targets: async () => {
        if (given.failing) throw given.failing;
        return (now === NOW ? undefined : given.earlierTargets) ?? given.targets ?? [];
      },
    },
    alarms: { states: async () => new Map(Object.entries(given.alarms ?? {})) },
    probe: {
      get: async (url) => {
        asked.push(url);
        return answers.shift() ?? { status: 200, ms: 5 };
      },
    },
    shell: {
      run: async (...args) => {
        ran.push(args);
        return given.exitCode;
      },
    },
    trafficCounts: {
      requests: async (...args) => {
        counted.push(args);
        return given.requests ?? new Map();
      },
    },
    metrics: { counts: async () => ({ candidate: [], stable: [] }), stablePercentile: async () => undefined },
    clock: { now: () => now },
  };
  const step = given.share === undefined ? before : { share: given.share, holdMs: 0 };
  const evaluate = gateEvaluator(ports, { ...candidate, ...given.candidate });
  const { signal } = new AbortController();
  for (const earlier of given.earlier ?? []) await evaluate(earlier, step, signal, STANDING);
  now = NOW;
  const seen = await evaluate(gate, step, signal, STANDING);
  return { ...seen, asked, ran, counted };
}

const target = (state: string, reason?: string, description?: string): TargetFacts => ({
  id: '10.0.0.1',
  port: 8080,
  state,
  reason,
  description,
});
const http: Gate = { kind: 'http', url: 'https://test.example.com/healthz', status: 200, withinMs: 2_000, times: 3 };

describe('the gate targets', () => {
  test.each([
    [
      'pass when as many are healthy as tasks are wanted',
      [target('healthy'), target('healthy')],
      'pass',
      '2 of 2 targets healthy',
    ],
    ['hold while one is still missing', [target('healthy')], 'hold', '1 of 2 targets healthy'],
    ['hold while one has its first checks', [target('healthy'), target('initial')], 'hold', '1 of 2 targets healthy'],
    [
      'fail when one is unhealthy, and name it',
      [
        target('healthy'),
        target('unhealthy', 'Target.ResponseCodeMismatch', 'Health checks failed with these codes: [503]'),
      ],
      'fail',
      '1 of 2 targets healthy; 10.0.0.1:8080 is unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [503])',
    ],
    [
      'not mind one that drains',
      [target('healthy'), target('healthy'), target('draining')],
      'pass',
      '2 of 2 targets healthy',
    ],
    ['hold when there is none at all', [], 'hold', '0 of 2 targets healthy'],
  ])('says %s', async (_name, targets, verdict, sentence) => {
    expect(await lookThrough({ kind: 'targets' }, { targets })).toMatchObject({ verdict, sentence });
  });

  test('never passes on nothing, also for a service of no tasks', async () => {
    expect(await lookThrough({ kind: 'targets' }, { targets: [], candidate: { wantedTasks: () => 0 } })).toMatchObject({
      verdict: 'hold',
    });
  });

  test('waits for an unhealthy one where it may be stable’s, or one that ECS is replacing', async () => {
    const targets = [target('healthy'), target('healthy'), target('unhealthy', 'Target.Timeout', 'Request timed out')];
    expect(await lookThrough({ kind: 'targets' }, { targets, candidate: { mixed: true } })).toMatchObject({
      verdict: 'hold',
      sentence: '2 of 3 targets healthy; 10.0.0.1:8080 is unhealthy (Target.Timeout: Request timed out)',
    });
  });

  describe('that have passed once', () => {
    const gate: Gate = { kind: 'targets' };
    const [first, second] = ['10.0.0.1', '10.0.0.2'].map((id) => ({ ...target('healthy'), id }));
    const sick = { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };

    test('wait for one that came later and never was healthy: more tasks take their time to start', async () => {
      const targets = [first, { ...second, ...sick }] as TargetFacts[];
      const given = { targets, earlier: [gate], earlierTargets: [first] as TargetFacts[] };
      expect(await lookThrough(gate, given)).toMatchObject({
        verdict: 'hold',
        sentence:
          '1 of 2 targets healthy; 10.0.0.2:8080 is unhealthy (Target.FailedHealthChecks: Health checks failed)',
      });
    });

    test('fail when one that was healthy is not any more, whatever starts beside it', async () => {
      const targets = [
        { ...second, ...sick },
        { ...first, ...sick },
      ] as TargetFacts[];
      const given = { targets, earlier: [gate], earlierTargets: [first] as TargetFacts[] };
      expect(await lookThrough(gate, given)).toMatchObject({
        verdict: 'fail',
        sentence:
          '0 of 2 targets healthy; 10.0.0.1:8080 is unhealthy (Target.FailedHealthChecks: Health checks failed)',
      });
    });
  });

  test('says what it means that a target is unused', async () => {
    const targets = [
      target('unused', 'Target.NotInUse', 'Target group is not configured to receive traffic from the load balancer'),
    ];
    expect(await lookThrough({ kind: 'targets' }, { targets })).toMatchObject({
      verdict: 'hold',
      sentence:
        '0 of 2 targets healthy; 10.0.0.1:8080 is unused: no listener rule names its target group, so the load balancer does not check its health (Target.NotInUse)',
    });
  });

  test('asks for as many as the candidate is meant to have now', async () => {
    const given = { targets: [target('healthy')], candidate: { wantedTasks: () => 1 } };
    expect(await lookThrough({ kind: 'targets' }, given)).toMatchObject({ verdict: 'pass' });
  });

  test('says error, not fail, when AWS could not be asked', async () => {
    const failing = new CallError('throttled', 'Throttling', 'describe targets: Rate exceeded');
    expect(await lookThrough({ kind: 'targets' }, { failing })).toMatchObject({
      verdict: 'error',
      sentence: 'describe targets: Rate exceeded',
    });
  });
});

describe('the gate alarms', () => {
  const gate: Gate = { kind: 'alarms', names: ['web-5xx', 'web-p99'] };
  test.each([
    ['pass when all are OK', { 'web-5xx': 'OK', 'web-p99': 'OK' }, 'pass', '2 of 2 OK'],
    ['fail when one rings', { 'web-5xx': 'ALARM', 'web-p99': 'OK' }, 'fail', 'web-5xx in ALARM'],
    [
      'pass and say so when one has no data: ECS does not wait for it either',
      { 'web-5xx': 'OK', 'web-p99': 'INSUFFICIENT_DATA' },
      'pass',
      'none in ALARM; no data yet for web-p99',
    ],
    ['error when one does not exist: nothing was looked at', { 'web-5xx': 'OK' }, 'error', 'there is no alarm web-p99'],
  ] as const)('says %s', async (_name, alarms, verdict, sentence) => {
    expect(await lookThrough(gate, { alarms })).toMatchObject({ verdict, sentence });
  });
});

describe('the gate http', () => {
  test('passes after so many right answers in a row, and tells the slowest', async () => {
    const seen = await lookThrough(http, {
      answers: [
        { status: 200, ms: 5 },
        { status: 200, ms: 41.6 },
        { status: 200, ms: 7 },
      ],
    });
    expect(seen).toMatchObject({ verdict: 'pass', sentence: '3 of 3 answered 200, the slowest in 42 ms' });
    expect(seen.asked).toHaveLength(3);
  });

  test('fails at the first wrong status and asks no further', async () => {
    const seen = await lookThrough(http, {
      answers: [
        { status: 200, ms: 5 },
        { status: 503, ms: 5 },
      ],
    });
    expect(seen).toMatchObject({ verdict: 'fail', sentence: 'answered 503 instead of 200 (request 2 of 3)' });
    expect(seen.asked).toHaveLength(2);
  });

  test('fails when nothing answers, in the probe’s own words', async () => {
    expect(await lookThrough(http, { answers: [{ problem: 'no answer within 2 s' }] })).toMatchObject({
      verdict: 'fail',
      sentence: 'no answer within 2 s (request 1 of 3)',
    });
  });

  test('asks the candidate where the URL says so', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the very text that users write
    const { asked } = await lookThrough({ ...http, url: '${CANDIDATE_URL}/healthz', times: 1 }, {});
    expect(asked).toEqual(['http://lb.example.com:9001/healthz']);
  });
});

describe('the gate run', () => {
  const gate: Gate = { kind: 'run', command: 'npm run smoke', withinMs: 600_000 };
  test.each([
    ['pass on exit 0', 0, 'pass', 'exit 0'],
    ['fail on another exit', 3, 'fail', 'exit 3'],
    ['fail when it was stopped for taking too long', undefined, 'fail', 'did not end within 600 s and was stopped'],
  ])('says %s', async (_name, exitCode, verdict, sentence) => {
    expect(await lookThrough(gate, { exitCode })).toMatchObject({ verdict, sentence });
  });

  test('gives the command the candidate’s address, share and service', async () => {
    const { ran } = await lookThrough(gate, { exitCode: 0 });
    expect(ran[0]?.slice(0, 3)).toEqual([
      'npm run smoke',
      { SERVICE: 'web', CANDIDATE_SHARE: '0', CANDIDATE_URL: 'http://lb.example.com:9001' },
      600_000,
    ]);
  });
});

describe('the gate traffic', () => {
  const gate: Gate = { kind: 'traffic' };
  /** One count for each of the ten minutes since the step was reached. */
  const minutes = (count: number) =>
    Array.from({ length: 11 }, (_, i) => ({ start: Math.ceil(SINCE / 60_000) * 60_000 + i * 60_000, count }));
  const counts = (green: number, blue: number) =>
    new Map([
      ['tg-green', minutes(green)],
      ['tg-blue', minutes(blue)],
    ]);

  test('passes when the users are where the step wants them', async () => {
    expect(await lookThrough(gate, { share: 5, requests: counts(50, 950) })).toMatchObject({ verdict: 'pass' });
  });

  test('holds, and never fails, when they are not', async () => {
    expect(await lookThrough(gate, { share: 5, requests: counts(0, 1_000) })).toMatchObject({ verdict: 'hold' });
  });

  test('asks once for the target groups of both versions, from a little before the step on', async () => {
    const { counted } = await lookThrough(gate, { share: 5, requests: counts(50, 950) });
    expect(counted).toEqual([[['tg-green', 'tg-blue'], SINCE - 180_000, NOW]]);
  });

  test('does not count what the http gates have asked the candidate', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the very text that users write
    const own: Gate = { ...http, url: '${CANDIDATE_URL}/healthz', times: 80 };
    const requests = new Map([
      [
        'tg-green',
        [
          { start: NOW - 180_000, count: 50 + 80 },
          { start: NOW - 60_000, count: 0 },
        ],
      ],
      ['tg-blue', [{ start: NOW - 180_000, count: 950 }]],
    ]);
    expect(await lookThrough(gate, { share: 5, requests })).toMatchObject({ verdict: 'hold' });
    expect(await lookThrough(gate, { share: 5, requests, earlier: [own] })).toMatchObject({
      verdict: 'pass',
      sentence: 'the candidate got 50 of 1,000 requests (5 %), 5 % asked for',
    });
  });

  test.each([
    [
      'one version has no target group',
      { stableTargetGroupArns: async () => [] },
      'only one version has a target group',
    ],
    ['both are behind the same one', { mixed: true }, 'both versions are behind the same target groups'],
    ['the load balancer does not count requests', {}, 'the load balancer counts no requests'],
  ])('has nothing to compare when %s', async (_name, some, words) => {
    const seen = await lookThrough(gate, { share: 5, candidate: some });
    expect(seen).toMatchObject({ verdict: 'pass', sentence: expect.stringContaining(words) });
  });

  test('asks nobody before the shift', async () => {
    const { verdict, counted } = await lookThrough(gate, { share: 0 });
    expect([verdict, counted]).toEqual(['pass', []]);
  });
});
