import { describe, expect, test } from '@jest/globals';
import { CallError } from '../../src/core/errors.ts';
import type { Gate } from '../../src/core/gate.ts';
import type { TargetFacts } from '../../src/core/service.ts';
import type { Shell } from '../../src/ports.ts';
import { type Candidate, type GatePorts, gateEvaluator } from '../../src/rollout/gates.ts';

const candidate: Candidate = {
  targetGroupArns: async () => ['tg-green'],
  desiredCount: 2,
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
}

async function lookThrough(
  gate: Gate,
  given: Given,
): Promise<{ verdict: string; sentence: string; asked: string[]; ran: Parameters<Shell['run']>[] }> {
  const asked: string[] = [];
  const ran: Parameters<Shell['run']>[] = [];
  const answers = [...(given.answers ?? [])];
  const ports: GatePorts = {
    loadBalancers: {
      rules: async () => [],
      targetGroups: async () => [],
      address: async () => undefined,
      targets: async () => {
        if (given.failing) throw given.failing;
        return given.targets ?? [];
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
  };
  const seen = await gateEvaluator(ports, { ...candidate, ...given.candidate })(
    gate,
    before,
    new AbortController().signal,
  );
  return { ...seen, asked, ran };
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
    expect(await lookThrough({ kind: 'targets' }, { targets: [], candidate: { desiredCount: 0 } })).toMatchObject({
      verdict: 'hold',
    });
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
