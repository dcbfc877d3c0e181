/** The gate metrics from its counts to its verdict: what is asked, when, and what is done where nothing can be compared. */
import { describe, expect, test } from '@jest/globals';
import { CallError } from '../../src/core/errors.ts';
import type { MetricsGate } from '../../src/core/gate.ts';
import type { MetricMinute, ShareChange } from '../../src/core/judge/minutes.ts';
import type { Metrics, MetricsAsked } from '../../src/ports.ts';
import { type MetricsOf, metricsGate } from '../../src/rollout/gates/metrics.ts';
import type { Evaluated } from '../../src/rollout/world.ts';
import { METRICS_GATE } from '../fakes/metrics-gate.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** When the candidate was begun. */
const BEGUN = 20_000 * 24 * HOUR;
const arnOf = (revision: number) => `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:${revision}`;

const { errors } = METRICS_GATE.judges;
const gate: MetricsGate = { ...METRICS_GATE, early: true, coldStartMs: 0 };
const withLatency = (overMs: number | undefined): MetricsGate => ({
  ...gate,
  judges: { errors, latency: { tolerate: 1, floor: 0.01, overMs } },
});
const prometheus: MetricsGate = {
  ...gate,
  source: {
    kind: 'prometheus',
    url: 'http://prometheus:9090',
    requests: '{{revision}}',
    errors: '{{revision}}',
    slow: undefined,
    tokenFrom: undefined,
  },
};

interface Given {
  /** Share of the candidate's requests that fail; stable's is 0.2 %. */
  readonly failing?: number;
  readonly learntMs?: number | undefined;
  readonly fails?: CallError;
  readonly candidate?: Partial<MetricsOf>;
}

/** 6,000 requests a minute, a tenth of them to the candidate from its first users on, two minutes after it was begun. */
function world(of: MetricsGate, given: Given = {}) {
  let now = BEGUN + 2 * MINUTE;
  const changes: ShareChange[] = [
    { at: BEGUN, share: 0, tasks: 2 },
    { at: now, share: 10, tasks: 2 },
  ];
  const asked: MetricsAsked[] = [];
  const learning: (readonly [Omit<MetricsAsked, 'slowerThanMs'>, number])[] = [];
  const state = { ...given };
  const minutes = (from: number, requests: number, part: number): MetricMinute[] =>
    Array.from({ length: Math.max(0, Math.floor((now - from) / MINUTE)) }, (_, i) => ({
      start: from + i * MINUTE,
      requests,
      errors: Math.round(requests * part),
      slow: undefined,
    }));
  const metrics: Metrics = {
    async counts(one) {
      asked.push(one);
      if (state.fails) throw state.fails;
      return {
        candidate: minutes(BEGUN + 2 * MINUTE, 600, state.failing ?? 0.002),
        stable: minutes(one.since, 5_400, 0.002),
      };
    },
    async stablePercentile(...one) {
      learning.push(one);
      return state.learntMs;
    },
  };
  const look = metricsGate(
    of,
    { metrics, clock: { now: () => now } },
    {
      taskDefinitionArn: arnOf(2),
      stableTaskDefinitionArn: async () => arnOf(1),
      targetGroupArns: async () => ['tg-green'],
      stableTargetGroupArns: async () => ['tg-blue'],
      since: BEGUN,
      changes: () => changes,
      mixed: false,
      ...given.candidate,
    },
  );
  return {
    asked,
    learning,
    state,
    changes,
    now: () => now,
    /** Looks `ms` later, in a hold that ends half an hour after the beginning. */
    lookAfter(ms: number, share = 10, ownRequests: readonly number[] = []): Promise<Evaluated> {
      now += ms;
      return look({ step: { share }, holdEndsAt: BEGUN + 30 * MINUTE, ownRequests });
    },
  };
}

describe('what is asked', () => {
  test('is one call for both versions, from an hour before the rollout until now', async () => {
    const { lookAfter, asked } = world(gate);
    await lookAfter(5 * MINUTE);
    expect(asked).toEqual([
      {
        gate,
        candidate: { taskDefinitionArn: arnOf(2), targetGroupArns: ['tg-green'] },
        stable: { taskDefinitionArn: arnOf(1), targetGroupArns: ['tg-blue'] },
        since: BEGUN - HOUR,
        until: BEGUN + 7 * MINUTE,
        slowerThanMs: undefined,
      },
    ]);
  });

  test('is asked again when there can be another minute, and not before', async () => {
    const { lookAfter, asked, now } = world(gate);
    const seen = await lookAfter(5 * MINUTE);
    expect(seen.sameUntil).toBeGreaterThan(now());
    await lookAfter(10);
    expect(asked).toHaveLength(1);
    await lookAfter((seen.sameUntil ?? 0) - now());
    expect(asked).toHaveLength(2);
  });

  test('is asked again at once when it could not be answered', async () => {
    const { lookAfter, asked, state } = world(gate, {
      fails: new CallError('throttled', 'Throttling', 'Rate exceeded'),
    });
    await expect(lookAfter(5 * MINUTE)).rejects.toThrow('Rate exceeded');
    delete (state as { fails?: CallError }).fails;
    await lookAfter(10);
    expect(asked).toHaveLength(2);
  });

  test('is nothing while no user is there', async () => {
    const { lookAfter, asked, changes } = world(gate);
    changes.pop();
    expect(await lookAfter(MINUTE, 0)).toEqual({
      verdict: 'pass',
      sentence: 'no user is there yet, nothing to compare',
    });
    // An engine that shifts by itself is between two steps of the plan.
    changes.push({ at: BEGUN + 2 * MINUTE, share: 10, tasks: 2 });
    expect((await lookAfter(MINUTE, 0)).verdict).toBe('hold');
    expect(asked).toHaveLength(1);
  });
});

describe('what is slow', () => {
  test('is what the user says, without a question', async () => {
    const { lookAfter, asked, learning } = world(withLatency(500));
    await lookAfter(5 * MINUTE);
    expect([learning.length, asked[0]?.slowerThanMs]).toEqual([0, 500]);
  });

  test('is learnt once, from stable in the hour before the rollout', async () => {
    const { lookAfter, asked, learning } = world(withLatency(undefined), { learntMs: 320 });
    await lookAfter(5 * MINUTE);
    await lookAfter(5 * MINUTE);
    expect(asked.map(({ slowerThanMs }) => slowerThanMs)).toEqual([320, 320]);
    expect(learning).toEqual([
      [expect.objectContaining({ since: BEGUN - HOUR, until: BEGUN, stable: asked[0]?.stable }), 99],
    ]);
  });

  test('is known to other sources themselves', async () => {
    const latency = { tolerate: 1, floor: 0.01, overMs: undefined };
    const { lookAfter, asked, learning } = world({ ...prometheus, judges: { errors, latency } });
    await lookAfter(5 * MINUTE);
    expect([learning.length, asked[0]?.slowerThanMs]).toEqual([0, undefined]);
  });

  test('holds where nothing tells it, and is asked for again a minute later', async () => {
    const of: MetricsGate = {
      ...withLatency(undefined),
      judges: { ...withLatency(undefined).judges, errors: undefined },
    };
    const { lookAfter, asked, now } = world(of);
    const seen = await lookAfter(5 * MINUTE);
    expect(seen).toMatchObject({ verdict: 'hold', sameUntil: now() + MINUTE });
    expect(seen.sentence).toMatch(/^nothing tells what is slow: .*500ms/);
    expect(asked).toEqual([]);
  });

  test('that nothing tells lets errors turn back all the same, and pass nothing', async () => {
    const bad = world(withLatency(undefined), { failing: 0.5 });
    expect((await bad.lookAfter(5 * MINUTE)).verdict).toBe('fail');
    const good = world(withLatency(undefined));
    const seen = await good.lookAfter(30 * MINUTE);
    expect([seen.verdict, seen.settles]).toEqual(['hold', undefined]);
    expect(seen.sentence).toMatch(/^nothing tells what is slow/);
    expect(seen.evidence).toMatchObject({ gate: { judges: { latency: undefined } }, verdict: 'pass' });
  });

  test('that is learnt in the end is counted anew: what was counted before does not tell it', async () => {
    const { lookAfter, asked, state } = world(withLatency(undefined));
    await lookAfter(5 * MINUTE);
    state.learntMs = 320;
    await lookAfter(10);
    expect(asked.map(({ slowerThanMs, gate: { judges } }) => [slowerThanMs, judges.latency !== undefined])).toEqual([
      [undefined, false],
      [320, true],
    ]);
  });
});

describe('the verdict', () => {
  test('is the judge’s, with everything that it was made of', async () => {
    const { lookAfter, changes, now } = world(gate, { failing: 0.1 });
    const own = [BEGUN + 3 * MINUTE];
    const seen = await lookAfter(8 * MINUTE, 10, own);
    expect(seen.verdict).toBe('fail');
    const { seen: made } = seen.evidence as { seen: object };
    expect(made).toMatchObject({ changes, ownRequests: own, now: now(), holdEndsAt: BEGUN + 30 * MINUTE });
    expect(JSON.parse(JSON.stringify(seen.evidence))).toMatchObject({ version: 1, verdict: 'fail' });
  });

  test('settles the step when as much as the user cares for is excluded, where he has said that it may', async () => {
    const soon = await world(gate).lookAfter(20 * MINUTE);
    expect([soon.verdict, soon.settles]).toEqual(['pass', true]);
    const late = await world({ ...gate, early: false }).lookAfter(20 * MINUTE);
    expect([late.verdict, late.settles]).toEqual(['pass', undefined]);
  });

  test('settles nothing while there is not enough evidence', async () => {
    const seen = await world(gate).lookAfter(MINUTE);
    expect([seen.verdict, seen.settles]).toEqual(['hold', undefined]);
  });
});

describe('what nobody can compare never passes silently', () => {
  test('two versions behind the same target groups, by the load balancer’s counts', async () => {
    const { lookAfter, asked } = world(gate, { candidate: { mixed: true } });
    expect(await lookAfter(5 * MINUTE)).toEqual({
      verdict: 'error',
      sentence:
        'both versions are behind the same target groups, so the load balancer cannot tell their requests apart',
    });
    expect(asked).toEqual([]);
  });

  test('but by counts that tell them apart they are compared', async () => {
    const of = { candidate: { mixed: true, targetGroupArns: async () => [], stableTargetGroupArns: async () => [] } };
    const { lookAfter, asked } = world(prometheus, { ...of, failing: 0.1 });
    expect((await lookAfter(8 * MINUTE)).verdict).toBe('fail');
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['the candidate', { targetGroupArns: async () => [] }],
    ['stable', { stableTargetGroupArns: async () => [] }],
    ['the candidate and stable', { targetGroupArns: async () => [], stableTargetGroupArns: async () => [] }],
  ])('%s without a target group', async (who, candidate) => {
    const seen = await world(gate, { candidate }).lookAfter(5 * MINUTE);
    expect(seen).toEqual({
      verdict: 'error',
      sentence: `the load balancer counts requests by target group, and ${who} has none that is known`,
    });
  });
});
