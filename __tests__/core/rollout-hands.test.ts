/** Where the rules need more than the ladder: persons who decide, gates that cannot, gates that are forgiven, orders in parts. */
import { describe, expect, test } from '@jest/globals';
import type { Gate, Reading, Verdict } from '../../src/core/gate.ts';
import type { Look, Pause } from '../../src/core/observation.ts';
import { ladder, type Plan } from '../../src/core/plan.ts';
import { begin, type Decision, decide, type State } from '../../src/core/rollout.ts';
import { KEEP_MS } from '../../src/core/rollout-state.ts';

const targets: Gate = { kind: 'targets' };
const plan: Plan = {
  steps: ladder([25, 100], 20_000),
  bakeMs: 60_000,
  gates: [targets],
  timeoutMs: 3_600_000,
  onCancel: 'rollback',
  holdLimitMs: 60_000,
  onInconclusive: 'rollback',
  waitForApprovalMs: 0,
  promoteWithinMs: 86_400_000,
};

const at25: Look = {
  stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
  movement: 'waiting',
  pause: { id: 'p1', expiresAt: undefined },
  share: 25,
  candidate: { requested: 2, running: 2, pending: 0 },
  stable: { requested: 2, running: 2, pending: 0 },
  end: undefined,
  note: undefined,
};
const paused = (pause: Partial<Pause>, share = 25): Look => ({
  ...at25,
  share,
  pause: { id: 'p1', expiresAt: undefined, ...pause },
});

/** Lets a rollout live: each moment is a time, what the gate (the first) says then, and what is seen. */
function live(
  given: Plan,
  moments: readonly (readonly [at: number, says?: Verdict | undefined, seen?: Look])[],
): Decision[] {
  let state: State = begin(0);
  return moments.map(([at, says, look = at25]) => {
    const step = given.steps.findIndex(({ share }) => share === look.share);
    const readings: Reading[] =
      says === undefined ? [] : [{ gate: 0, step, at, verdict: says, sentence: `it is a ${says}` }];
    const decision = decide(given, state, {
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
const orders = (decision: Decision): readonly string[] => decision.commands.map(({ kind }) => kind);

describe('a step that waits for a person', () => {
  const approved: Plan = { ...plan, steps: ladder([25, 100], 20_000, 'manual') };

  test('ends the job, with the deadline, once every gate has passed and the hold is over', () => {
    const decisions = live(approved, [[1_000], [2_000, 'pass'], [21_000], [21_100, 'pass']]);
    expect(decisions.slice(0, 3).map(({ outcome }) => outcome)).toEqual([undefined, undefined, undefined]);
    expect(lastOf(decisions)).toMatchObject({
      commands: [],
      outcome: { status: 'awaiting-promotion', until: 21_100 + 86_400_000 },
    });
    expect(lastOf(decisions).outcome?.reason).toContain('25 % of the traffic');
  });

  test('tells the pause’s own deadline where it has one', () => {
    const pause = paused({ expiresAt: 7_000_000 });
    const decisions = live(approved, [
      [1_000, undefined, pause],
      [2_000, 'pass', pause],
      [21_000, undefined, pause],
      [21_100, 'pass', pause],
    ]);
    expect(lastOf(decisions).outcome?.until).toBe(7_000_000);
  });

  test('keeps the job for as long as was asked for, and a breach meanwhile turns back', () => {
    const waits: Plan = { ...approved, waitForApprovalMs: 600_000 };
    const calm = live(waits, [
      [1_000],
      [2_000, 'pass'],
      [21_000],
      [21_100, 'pass'],
      [40_000],
      [40_100, 'pass'],
      [622_000],
    ]);
    expect(calm[3]).toMatchObject({ reason: 'a person decides at 25 %', outcome: undefined, wakeAt: 621_100 });
    expect(orders(calm[4] as Decision)).toEqual(['evaluate']);
    expect(lastOf(calm).outcome?.status).toBe('awaiting-promotion');

    const breach = live(waits, [[1_000], [2_000, 'pass'], [21_000], [21_100, 'pass'], [40_000], [40_100, 'fail']]);
    expect(orders(lastOf(breach))).toEqual(['turn-back']);
  });

  test('goes on with the plan when somebody else has answered meanwhile', () => {
    const waits: Plan = { ...approved, waitForApprovalMs: 600_000 };
    const moving: Look = { ...at25, movement: 'moving', pause: undefined };
    const at100 = paused({ id: 'p2' }, 100);
    const decisions = live(waits, [
      [1_000],
      [2_000, 'pass'],
      [21_000],
      [21_100, 'pass'],
      [30_000, undefined, moving],
      [31_000, undefined, at100],
      [31_100, 'pass', at100],
      [51_100, undefined, at100],
      [51_200, 'pass', at100],
    ]);
    expect(lastOf(decisions).commands).toEqual([{ kind: 'advance', pauseId: 'p2', to: 100 }]);
  });

  test('asks also where the engine has gone beyond the last step of a plan that ends below 100 %', () => {
    const upTo25: Plan = {
      ...plan,
      steps: [...ladder([25], 0)].map((step) => (step.share === 25 ? { ...step, approval: true } : step)),
    };
    const beyond = paused({ id: 'p3' }, 30);
    let state = begin(0);
    const see = (at: number, readings: readonly Reading[] = []): Decision => {
      const decision = decide(upTo25, state, {
        at,
        look: beyond,
        readings,
        deaths: undefined,
        refused: undefined,
        cancelled: false,
      });
      state = decision.state;
      return decision;
    };
    see(1_000);
    const decision = see(2_000, [{ gate: 0, step: 1, at: 2_000, verdict: 'pass', sentence: 'well' }]);
    expect(decision.commands).toEqual([]);
    expect(decision.outcome?.status).toBe('awaiting-promotion');
  });

  test.each([
    ['none', [25, 50, 100], []],
    ['manual', [25, 50, 100], [25]],
    ['manual', [100], [0]],
    ['every-step', [25, 50, 100], [0, 25, 50]],
  ] as const)('approval %s on the ladder %j asks at %j', (approval, shares, asked) => {
    const steps = ladder(shares, 1_000, approval);
    expect(steps.filter((step) => step.approval).map(({ share }) => share)).toEqual(asked);
  });
});

describe('a gate that says hold', () => {
  const unsure: readonly (readonly [number, Verdict?])[] = [
    [1_000],
    [2_000, 'hold'],
    [30_000, 'hold'],
    [80_000, 'hold'],
  ];

  test('prolongs the hold up to the limit', () => {
    const decisions = live(plan, [...unsure, [80_900, 'pass']]);
    expect(
      decisions
        .slice(0, -1)
        .flatMap(orders)
        .filter((order) => order !== 'evaluate'),
    ).toEqual([]);
    expect(orders(lastOf(decisions))).toEqual(['advance']);
  });

  test.each([
    ['rollback', ['turn-back'], undefined],
    ['promote', ['advance'], undefined],
    ['wait', [], 'awaiting-promotion'],
  ] as const)('for longer than that with on-inconclusive %s gives the orders %j', (onInconclusive, ordered, status) => {
    const last = lastOf(live({ ...plan, onInconclusive }, [...unsure, [81_001]]));
    expect(orders(last)).toEqual(ordered);
    expect(last.outcome?.status).toBe(status);
    expect(last.reason).toContain('not conclusive at 25 % within the hold and 1m more: targets (it is a hold)');
  });

  test('has its whole limit again when it was sure in between, also after the hold is over', () => {
    const waits: Plan = { ...plan, steps: ladder([25, 100], 20_000, 'manual'), waitForApprovalMs: 600_000 };
    const decisions = live(waits, [
      [1_000],
      [2_000, 'pass'],
      [21_000],
      [21_100, 'pass'],
      [200_000, 'hold'],
      [259_000],
      [260_001],
    ]);
    expect(decisions[5]?.outcome).toBeUndefined();
    expect(orders(lastOf(decisions))).toEqual(['turn-back']);
  });

  test('is not concluded about before it has given any answer', () => {
    expect(lastOf(live(plan, [[1_000], [250_000]])).commands).toEqual([]);
  });
});

describe('a gate with patience', () => {
  test('fails after so many bad looks in a row, and a good one between begins the count anew', () => {
    const patient: Plan = { ...plan, gates: [{ ...targets, failures: 3 }] };
    const bad = live(patient, [[1_000], [2_000, 'fail'], [4_000, 'fail'], [6_000, 'fail']]);
    expect(bad.slice(0, 3).flatMap(orders)).not.toContain('turn-back');
    expect(orders(lastOf(bad))).toEqual(['turn-back']);
    expect(lastOf(bad).reason).toBe('gate targets failed 3 times in a row at 25 %: it is a fail');
    const better = live(patient, [
      [1_000],
      [2_000, 'fail'],
      [4_000, 'fail'],
      [6_000, 'pass'],
      [16_000, 'fail'],
      [18_000, 'fail'],
    ]);
    expect(better.flatMap(orders)).not.toContain('turn-back');
  });

  test('ends as could-not-look after so many looks in a row that failed to look', () => {
    const patient: Plan = { ...plan, gates: [{ ...targets, errors: 5 }] };
    const blind = live(patient, [
      [1_000],
      [2_000, 'error'],
      [4_000, 'error'],
      [6_000, 'error'],
      [8_000, 'error'],
      [10_000, 'error'],
    ]);
    expect(blind.slice(0, 5).flatMap(orders)).not.toContain('turn-back');
    expect(lastOf(blind).state.turningBack?.outcome.status).toBe('could-not-look');
  });

  test('is not asked before its warm-up at the step is over', () => {
    const cold: Plan = { ...plan, gates: [{ ...targets, warmUpMs: 10_000 }] };
    const decisions = live(cold, [[1_000], [10_999], [11_000]]);
    expect(decisions.map(orders)).toEqual([[], [], ['evaluate']]);
  });
});

describe('an order in parts', () => {
  test('is given again, part by part, without asking the gates again', () => {
    const scaled = paused({ id: 'at-0', onTheWayTo: 25 }, 0);
    const moving: Look = { ...at25, movement: 'moving', pause: undefined, share: 0 };
    const at0 = paused({ id: 'at-0' }, 0);
    const decisions = live(plan, [
      [1_000, undefined, at0],
      [1_100, 'pass', at0],
      [3_000, undefined, moving],
      [5_000, undefined, scaled],
      [6_000, undefined, scaled],
      [15_100, undefined, scaled],
    ]);
    expect(decisions.map((one) => one.commands)).toEqual([
      [{ kind: 'evaluate', gate: 0, step: 0, since: 1_000, holdEndsAt: 1_000 }],
      [{ kind: 'advance', pauseId: 'at-0', to: 25 }],
      [],
      [{ kind: 'advance', pauseId: 'at-0', to: 25 }],
      [],
      [{ kind: 'advance', pauseId: 'at-0', to: 25 }],
    ]);
  });

  test('is not gone on with after a cancellation', () => {
    const scaled = paused({ id: 'at-0', onTheWayTo: 25 }, 0);
    const decision = decide(plan, begin(0), {
      at: 1_000,
      look: scaled,
      readings: [],
      deaths: undefined,
      refused: undefined,
      cancelled: true,
    });
    expect(orders(decision)).toEqual(['turn-back']);
  });
});

describe('traffic that shifts by itself', () => {
  const shifting: Look = { ...at25, movement: 'shifting', pause: undefined, share: 40 };

  test('is watched through the gates, and a breach turns back', () => {
    const decisions = live({ ...plan, steps: ladder([40, 100], 0) }, [
      [1_000, undefined, shifting],
      [2_000, 'fail', shifting],
    ]);
    expect(decisions.map(orders)).toEqual([['evaluate'], ['turn-back']]);
    expect(lastOf(decisions).reason).toContain('during the shift, at 40 %');
  });
});

test('whoever finds the rollout is told, again and again, until when somebody is at the wheel', () => {
  const moving: Look = { ...at25, movement: 'moving', pause: undefined };
  const decisions = live(plan, [
    [1_000, undefined, moving],
    [KEEP_MS / 3, undefined, moving],
    [KEEP_MS / 3 + 1_000, undefined, moving],
    [(2 * KEEP_MS) / 3, undefined, moving],
  ]);
  expect(decisions.map((one) => one.commands)).toEqual([
    [],
    [{ kind: 'keep', until: KEEP_MS / 3 + KEEP_MS }],
    [],
    [{ kind: 'keep', until: (2 * KEEP_MS) / 3 + KEEP_MS }],
  ]);
});
