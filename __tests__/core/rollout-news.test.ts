/** Gates that know when there is news, and when a hold has shown what it is there to show. */
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Gate, MetricsGate, Reading, Verdict } from '../../src/core/gate.ts';
import type { Look } from '../../src/core/observation.ts';
import { ladder, type Plan } from '../../src/core/plan.ts';
import { begin, type Decision, decide, type State } from '../../src/core/rollout.ts';

const targets: Gate = { kind: 'targets' };
const metrics: MetricsGate = {
  kind: 'metrics',
  source: { kind: 'load-balancer' },
  judges: { errors: { tolerate: 1, floor: 0.001 }, latency: undefined },
  alpha: 0.01,
  early: true,
  conclusive: false,
  exclude: 2,
  coldStartMs: 60_000,
};
const late: MetricsGate = { ...metrics, early: false };
const HOLD_MS = 300_000;
const planWith = (gates: readonly Gate[], approval: 'none' | 'manual' = 'none'): Plan => ({
  steps: ladder([25, 100], HOLD_MS, approval),
  bakeMs: 60_000,
  gates,
  timeoutMs: 3_600_000,
  onCancel: 'rollback',
  holdLimitMs: 60_000,
  onInconclusive: 'rollback',
  waitForApprovalMs: 0,
  promoteWithinMs: 86_400_000,
});

const lookAt = (share: number, id: string | undefined, movement: Look['movement'] = 'waiting'): Look => ({
  stage: movement.toUpperCase(),
  movement,
  pause: id === undefined ? undefined : { id, expiresAt: undefined },
  share,
  candidate: { requested: 2, running: 2, pending: 0 },
  stable: { requested: 2, running: 2, pending: 0 },
  end: undefined,
  note: undefined,
});
const at25 = lookAt(25, 'p1');

type Said = readonly [gate: number, verdict: Verdict, more?: Pick<Reading, 'sameUntil' | 'settles'>];
const settled = (sameUntil: number): Said => [1, 'pass', { sameUntil, settles: true }];

/** Lets a rollout live: each moment is a time, what the gates say then, and what is seen. */
function live(
  plan: Plan,
  moments: readonly (readonly [at: number, says?: readonly Said[], seen?: Look])[],
): Decision[] {
  let state: State = begin(0);
  return moments.map(([at, says = [], look = at25]) => {
    const step = plan.steps.findLastIndex(({ share }) => share <= look.share);
    const readings = says.map(
      ([gate, verdict, more]): Reading => ({ gate, step, at, verdict, sentence: 'seen', ...more }),
    );
    const decision = decide(plan, state, {
      at,
      look,
      readings,
      deaths: undefined,
      refused: undefined,
      cancelled: false,
    });
    state = decision.state;
    return decision;
  });
}
const lastOf = (decisions: readonly Decision[]): Decision => decisions.at(-1) as Decision;
const asked = ({ commands }: Decision): readonly number[] =>
  commands.flatMap((command) => (command.kind === 'evaluate' ? [command.gate] : []));
const advances = ({ commands }: Decision): boolean => commands.some(({ kind }) => kind === 'advance');

describe('a gate that would show the same until some time', () => {
  const plan = planWith([targets, late]);

  test('is left alone until then, while the others are looked through again', () => {
    const decisions = live(plan, [
      [1_000],
      [
        2_000,
        [
          [0, 'pass'],
          [1, 'hold', { sameUntil: 61_000 }],
        ],
      ],
      [12_000],
      [13_000, [[0, 'pass']]],
      [60_999],
      [61_000, [[0, 'pass']]],
    ]);
    expect(decisions.map(asked)).toEqual([[0, 1], [], [0], [], [0], [1]]);
  });

  test('wakes the loop then, or at the end of the hold if that comes first', () => {
    const at = (sameUntil: number, verdict: Verdict) =>
      lastOf(
        live(plan, [
          [1_000],
          [
            2_000,
            [
              [0, 'pass'],
              [1, verdict, { sameUntil }],
            ],
          ],
        ]),
      ).wakeAt;
    expect(at(61_000, 'hold')).toBe(61_000);
    expect(at(61_000, 'pass')).toBe(61_000);
    expect(at(900_000, 'pass')).toBe(1_000 + HOLD_MS);
    expect(at(900_000, 'hold')).toBe(900_000);
  });

  test('wakes the loop also where the engine goes on by itself', () => {
    const shifting = lookAt(40, undefined, 'shifting');
    const decisions = live(plan, [
      [1_000, [], shifting],
      [
        2_000,
        [
          [0, 'pass'],
          [1, 'hold', { sameUntil: 61_000 }],
        ],
        shifting,
      ],
    ]);
    expect(lastOf(decisions).wakeAt).toBe(61_000);
  });

  test('does not wake it again and again once that time is over and it is being looked through', () => {
    const decisions = live(plan, [
      [1_000],
      [
        2_000,
        [
          [0, 'pass'],
          [1, 'hold', { sameUntil: 61_000 }],
        ],
      ],
      [61_000],
      [61_500],
    ]);
    expect(decisions.slice(2).map(({ wakeAt }) => wakeAt)).toEqual([undefined, undefined]);
    expect(decisions.slice(2).map(asked)).toEqual([[0, 1], []]);
  });

  test('is not asked for a last look at the end of the hold: it would say what it has said', () => {
    const end = 1_000 + HOLD_MS;
    const decisions = live(plan, [
      [1_000],
      [
        2_000,
        [
          [0, 'pass'],
          [1, 'pass', { sameUntil: end + 30_000 }],
        ],
      ],
      [end - 500],
      [end - 400, [[0, 'pass']]],
      [end],
      [end + 100, [[0, 'pass']]],
    ]);
    expect(decisions.map(asked)).toEqual([[0, 1], [], [0], [], [0], []]);
    expect(decisions.map(advances)).toEqual([false, false, false, false, false, true]);
    expect(lastOf(decisions).reason).toBe('every gate passed at 25 %');
  });

  test('is not asked without a break when it says that there is news at once', () => {
    const decisions = live(plan, [[1_000], [2_000, [[1, 'hold', { sameUntil: 2_001 }]]], [2_002], [4_000]]);
    expect(decisions.map(asked)).toEqual([[0, 1], [], [], [1]]);
  });

  test('is asked at once at the next step: what is known there is another question', () => {
    const decisions = live(plan, [
      [1_000],
      [2_000, [[1, 'pass', { sameUntil: 900_000 }]]],
      [3_000, [], lookAt(100, 'p2')],
    ]);
    expect(asked(lastOf(decisions))).toEqual([0, 1]);
  });

  test('is told when the hold is over; where the engine goes on by itself it never is', () => {
    const endsOf = (look: Look) =>
      lastOf(live(plan, [[1_000, [], look]])).commands.map((command) => 'holdEndsAt' in command && command.holdEndsAt);
    expect(endsOf(at25)).toEqual([1_000 + HOLD_MS, 1_000 + HOLD_MS]);
    expect(endsOf(lookAt(40, undefined, 'shifting'))).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(endsOf(lookAt(100, undefined, 'baking'))).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  test('that could not look is tried again no sooner than one that passed: a minute may be all that is missing', () => {
    const decisions = live(plan, [
      [1_000],
      [
        2_000,
        [
          [0, 'error'],
          [1, 'error'],
        ],
      ],
      [4_000],
      [12_000],
    ]);
    expect(decisions.map(asked)).toEqual([[0, 1], [], [0], [1]]);
  });
});

describe('a hold', () => {
  const plan = planWith([targets, metrics]);

  test('is over when all that may end it know enough and every gate has passed, after one last look', () => {
    const decisions = live(plan, [
      [1_000],
      [
        2_000,
        [
          [0, 'pass'],
          [1, 'hold', { sameUntil: 61_000 }],
        ],
      ],
      [61_000],
      [61_100, [[0, 'pass'], settled(121_000)]],
      [71_000],
    ]);
    // The targets were looked at in this very moment, so no more is needed.
    expect(decisions.map(advances)).toEqual([false, false, false, true, false]);
    expect(decisions[3]?.commands[0]).toEqual({ kind: 'advance', pauseId: 'p1', to: 100 });
    expect(decisions[3]?.reason).toBe(
      'every gate passed at 25 %, and the metrics exclude twice the errors: going on 4m before the hold is over',
    );
  });

  test('that is over sooner has its last look as well, at everything that may have changed', () => {
    const decisions = live(plan, [
      [1_000],
      [2_000, [[0, 'pass']]],
      [3_000, [settled(121_000)]],
      [3_100, [[0, 'pass']]],
    ]);
    expect(decisions.map(asked)).toEqual([[0, 1], [], [0], []]);
    expect(decisions[2]?.reason).toBe('the last look at 25 %');
    expect(decisions.map(advances)).toEqual([false, false, false, true]);
  });

  test.each<readonly [why: string, gates: readonly Gate[], says: readonly Said[]]>([
    ['another gate has not passed', [targets, metrics], [[0, 'hold'], settled(900_000)]],
    ['another gate has not been looked through', [targets, metrics], [settled(900_000)]],
    [
      'the metrics pass without knowing enough',
      [targets, metrics],
      [
        [0, 'pass'],
        [1, 'pass', { sameUntil: 900_000 }],
      ],
    ],
    ['nobody has said that it may be', [targets, late], [[0, 'pass'], settled(900_000)]],
    [
      'one of two that may end it does not know enough',
      [targets, metrics, { ...metrics, exclude: 3 }],
      [[0, 'pass'], settled(900_000), [2, 'pass', { sameUntil: 900_000 }]],
    ],
  ])('is not over when %s', (_why, gates, says) => {
    const decisions = live(planWith(gates), [[1_000], [2_000, says], [2_100]]);
    expect(decisions.map(advances)).toEqual([false, false, false]);
    expect(lastOf(decisions).reason).toMatch(/^holding at 25 %$|gates open at 25 %$/);
  });

  test('is over though a gate that may not end it has only passed', () => {
    const decisions = live(planWith([targets, metrics, late]), [
      [1_000],
      [2_000, [[0, 'pass'], settled(900_000), [2, 'pass', { sameUntil: 900_000 }]]],
    ]);
    expect(advances(lastOf(decisions))).toBe(true);
    expect(lastOf(decisions).reason).toContain('exclude twice the errors:');
  });

  test('goes on when what was known is known no more', () => {
    const decisions = live(plan, [
      [1_000],
      [2_000, [[0, 'pass']]],
      [3_000, [settled(4_000)]],
      [3_050, [[1, 'pass', { sameUntil: 900_000 }]]],
      [3_100, [[0, 'pass']]],
    ]);
    expect(decisions.map(advances)).toEqual([false, false, false, false, false]);
    expect(lastOf(decisions).reason).toBe('holding at 25 %');
  });

  test('that is over sooner asks the person sooner', () => {
    const decisions = live(planWith([targets, metrics], 'manual'), [[1_000], [2_000, [[0, 'pass'], settled(900_000)]]]);
    expect(lastOf(decisions).outcome?.status).toBe('awaiting-promotion');
  });

  test('says nothing of being early when it is over by the plan', () => {
    const end = 1_000 + HOLD_MS;
    const decisions = live(plan, [[1_000], [2_000, [[0, 'hold'], settled(900_000)]], [end], [end + 10, [[0, 'pass']]]]);
    expect(advances(lastOf(decisions))).toBe(true);
    expect(lastOf(decisions).reason).toBe('every gate passed at 25 %');
  });
});

describe('whatever is seen, in whatever order', () => {
  const plan = planWith([targets, metrics, { ...metrics, exclude: 3 }, late]);
  const happened = { early: 0, 'in time': 0, 'looked again': 0, 'left alone': 0 };
  afterAll(() => {
    for (const [kind, times] of Object.entries(happened)) expect([kind, times > 20]).toEqual([kind, true]);
  });

  const saidBy = (gate: number, isWell: boolean) =>
    fc.record({
      gate: fc.constant(gate),
      verdict: isWell
        ? fc.constant<Verdict>('pass')
        : fc.constantFrom<Verdict>('pass', 'pass', 'pass', 'hold', 'error'),
      sameForMs: fc.constantFrom(undefined, 0, 5_000, 60_000),
      settles: isWell ? fc.constantFrom(true, true, true, false) : fc.boolean(),
    });
  const says = fc.oneof(
    fc.array(
      fc.constantFrom(0, 1, 2, 3).chain((gate) => saidBy(gate, false)),
      { maxLength: 4 },
    ),
    fc.tuple(...[0, 1, 2, 3].map((gate) => saidBy(gate, true))),
  );
  const moment = fc.record({
    waitMs: fc.constantFrom(500, 2_000, 10_000, 60_000, 300_000),
    share: fc.constantFrom(0, 25, 25, 25, 100),
    says,
  });

  test('no gate is asked before it has news, and no step is left before its hold is over or has shown all', () => {
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 25 }), (moments) => {
        let state = begin(0);
        let at = 0;
        for (const { waitMs, share, says: spoken } of moments) {
          at += waitMs;
          const now = at;
          const readings = spoken.map(({ gate, verdict, sameForMs, settles }): Reading => {
            const isMetrics = gate > 0;
            return {
              gate,
              step: plan.steps.findIndex((step) => step.share === share),
              at: now,
              verdict,
              sentence: 'seen',
              ...(isMetrics && sameForMs !== undefined ? { sameUntil: now + sameForMs } : {}),
              ...(isMetrics && settles && verdict === 'pass' ? { settles } : {}),
            };
          });
          const look = lookAt(share, `p${share}`);
          const decision = decide(plan, state, {
            at: now,
            look,
            readings,
            deaths: undefined,
            refused: undefined,
            cancelled: false,
          });
          state = decision.state;
          const { stand } = state;
          for (const gate of asked(decision)) {
            const last = stand?.gates[gate]?.last;
            expect(last?.sameUntil ?? 0).toBeLessThanOrEqual(now);
            if (last !== undefined) happened['looked again'] += 1;
          }
          for (const gate of stand?.gates ?? []) if ((gate.last?.sameUntil ?? 0) > now) happened['left alone'] += 1;
          if (advances(decision) && share === 25 && stand !== undefined) {
            expect(stand.gates.map(({ last }) => last?.verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
            const isEarly = now < stand.since + HOLD_MS;
            happened[isEarly ? 'early' : 'in time'] += 1;
            if (isEarly) expect(stand.gates.slice(1, 3).map(({ last }) => last?.settles)).toEqual([true, true]);
            // An order that is not seen is given again, whatever is known by then.
            break;
          }
          if (decision.wakeAt !== undefined) expect(decision.wakeAt).toBeGreaterThan(now);
          if (decision.outcome !== undefined) break;
        }
      }),
      { numRuns: 500 },
    );
  });
});
