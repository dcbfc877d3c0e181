/** The reducer's laws, over generated worlds: whatever is seen in whatever order, these hold. Stories are in rollout/. */
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Gate, Reading } from '../../src/core/gate.ts';
import type { Look, Observation } from '../../src/core/observation.ts';
import { ladder, type Plan } from '../../src/core/plan.ts';
import { begin, type Decision, decide, type State } from '../../src/core/rollout.ts';

const gates: readonly Gate[] = [{ kind: 'targets' }, { kind: 'run', command: 'npm run smoke', withinMs: 60_000 }];
const plan: Plan = {
  steps: ladder([25, 100], 20_000),
  bakeMs: 60_000,
  gates,
  timeoutMs: 600_000,
  onCancel: 'rollback',
  holdLimitMs: 60_000,
  onInconclusive: 'rollback',
  waitForApprovalMs: 0,
  promoteWithinMs: 3_600_000,
};

const pause = fc.constantFrom('p1', 'p2', 'p3');
const look = fc
  .record({
    movement: fc.constantFrom<Look['movement']>(
      'preparing',
      'waiting',
      'waiting',
      'waiting',
      'shifting',
      'moving',
      'baking',
      'finishing',
    ),
    id: pause,
    share: fc.constantFrom(0, 10, 25, 100),
    running: fc.integer({ min: 0, max: 2 }),
    onTheWay: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  })
  .map(
    ({ movement, id, share, running, onTheWay }): Look => ({
      stage: movement.toUpperCase(),
      movement,
      pause:
        movement === 'waiting' ? { id, expiresAt: undefined, ...(onTheWay ? { onTheWayTo: 100 } : {}) } : undefined,
      share,
      candidate: { requested: 2, running, pending: 2 - running },
      stable: { requested: 2, running: 2, pending: 0 },
      end: undefined,
      note: undefined,
    }),
  );
const reading = fc.record({
  gate: fc.constantFrom(0, 1),
  step: fc.constantFrom(0, 1, 2),
  at: fc.constant(0),
  verdict: fc.constantFrom<Reading['verdict']>('pass', 'pass', 'pass', 'pass', 'pass', 'hold', 'error', 'fail'),
  sentence: fc.constant('seen'),
});
const moment = fc.record({
  waitMs: fc.constantFrom(500, 2_000, 15_000, 15_000, 60_000),
  look: fc.oneof(
    { weight: 12, arbitrary: look },
    { weight: 1, arbitrary: fc.constant({ couldNotLook: 'no answer', forGood: false }) },
  ),
  readings: fc.array(reading, { maxLength: 4 }),
  cancelled: fc.integer({ min: 0, max: 40 }).map((n) => n === 0),
});

interface Moment {
  readonly before: State;
  readonly seen: Observation;
  readonly decision: Decision;
}

/** The pauses in a world are few on purpose, so that the same one is seen again and again. */
function live(
  moments: readonly (Omit<Observation, 'at' | 'deaths' | 'refused'> & { readonly waitMs: number })[],
): Moment[] {
  let state = begin(0);
  let at = 0;
  let cancelled = false;
  const lived: Moment[] = [];
  for (const { waitMs, look: next, readings, cancelled: now } of moments) {
    at += waitMs;
    cancelled ||= now;
    const seen: Observation = deepFreeze({
      at,
      look: next,
      readings: readings.map((one) => ({ ...one, at })),
      deaths: undefined,
      refused: undefined,
      cancelled,
    });
    const decision = decide(plan, deepFreeze(state), seen);
    lived.push({ before: state, seen, decision });
    if (decision.outcome !== undefined) break;
    state = decision.state;
  }
  return lived;
}

const happened = { advance: 0, 'on the way': 0, keep: 0, 'turn-back': 0, evaluate: 0, 'look-for-deaths': 0, blind: 0 };

function always(law: (moment: Moment, earlier: readonly Moment[]) => void): void {
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 30 }), (moments) => {
      const lived = live(moments);
      for (const [index, one] of lived.entries()) {
        for (const { kind } of one.decision.commands) happened[kind] += 1;
        if ('couldNotLook' in one.seen.look) happened.blind += 1;
        law(one, lived.slice(0, index));
      }
    }),
    { numRuns: 300 },
  );
}

describe('whatever is seen, in whatever order', () => {
  afterAll(() => {
    // A law over cases that never came up would be no law.
    for (const [kind, times] of Object.entries(happened)) expect([kind, times > 20]).toEqual([kind, true]);
  });

  test('traffic goes on only from a pause that is open now, and at a step only when every gate’s last look there passed', () => {
    always(({ seen, decision }) => {
      for (const command of decision.commands) {
        if (command.kind !== 'advance') continue;
        const seenLook = seen.look as Look;
        // A part of an order that was given before: it went on when the gates had passed.
        if (seenLook.pause?.onTheWayTo !== undefined) {
          happened['on the way'] += 1;
          expect(command.to).toBe(seenLook.pause.onTheWayTo);
          continue;
        }
        expect(seenLook.pause?.id).toBe(command.pauseId);
        if (plan.steps.some((step) => step.share === seenLook.share)) {
          expect(decision.state.stand?.gates.map((gate) => gate.last?.verdict)).toEqual(['pass', 'pass']);
        }
      }
    });
  });

  test('nothing goes on once a rollback was ordered', () => {
    always(({ decision }, earlier) => {
      if (!earlier.some((moment) => moment.decision.commands.some(({ kind }) => kind === 'turn-back'))) return;
      expect(decision.commands.filter(({ kind }) => kind === 'advance' || kind === 'evaluate')).toEqual([]);
    });
  });

  test('a gate that failed where we stand orders the rollback in that same decision', () => {
    always(({ before, decision }) => {
      const failed = decision.state.stand?.gates.some((gate) => gate.last?.verdict === 'fail');
      if (failed && before.turningBack === undefined) {
        expect(decision.commands.map(({ kind }) => kind)).toContain('turn-back');
      }
    });
  });

  test('a cancellation orders the rollback at once, seen or unseen', () => {
    always(({ before, seen, decision }) => {
      if (seen.cancelled && before.turningBack === undefined) {
        expect(decision.commands.map(({ kind }) => kind)).toContain('turn-back');
      }
    });
  });

  test('no job is green without ECS saying that the deployment succeeded', () => {
    always(({ decision }) => {
      expect(decision.outcome?.status).not.toBe('succeeded');
    });
  });

  test('no gate is looked through twice at the same time', () => {
    always(({ before, seen, decision }) => {
      const now = decision.state.stand;
      if (before.stand === undefined || before.stand.id !== now?.id || before.stand.step !== now.step) return;
      for (const command of decision.commands) {
        if (command.kind !== 'evaluate') continue;
        const was = before.stand.gates[command.gate];
        const came = seen.readings.some(({ gate, step }) => gate === command.gate && step === before.stand?.step);
        expect(was?.evaluating === true && !came).toBe(false);
      }
    });
  });

  test('every decision has a reason', () => {
    always(({ decision }) => expect(decision.reason).not.toBe(''));
  });
});

describe('a ladder', () => {
  const waiting = (share: number, id: string): Look => ({
    stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
    movement: 'waiting',
    pause: { id, expiresAt: undefined },
    share,
    candidate: { requested: 2, running: 2, pending: 0 },
    stable: { requested: 2, running: 2, pending: 0 },
    end: undefined,
    note: undefined,
  });
  const passed = (step: number, at: number): Reading[] =>
    gates.map((_, gate) => ({ gate, step, at, verdict: 'pass', sentence: 'seen' }));
  const see = (state: State, at: number, seen: Look, readings: Reading[] = []): Decision =>
    decide(plan, state, { at, look: seen, readings, deaths: undefined, refused: undefined, cancelled: false });

  test('passes at once through an engine’s step that is none of its own', () => {
    const { commands } = see(begin(0), 1_000, waiting(10, 'p1'));
    expect(commands).toContainEqual({ kind: 'advance', pauseId: 'p1', to: 25 });
  });

  test('is held at a step of its own for the step’s time from when the pause was seen, and then goes on after one last look', () => {
    const entered = see(begin(0), 1_000, waiting(25, 'p1'));
    expect(entered.commands).toEqual([
      { kind: 'evaluate', gate: 0, step: 1, since: 1_000, holdEndsAt: 21_000 },
      { kind: 'evaluate', gate: 1, step: 1, since: 1_000, holdEndsAt: 21_000 },
    ]);
    const held = see(entered.state, 15_000, waiting(25, 'p1'), passed(1, 15_000));
    expect(held).toMatchObject({ commands: [], reason: 'holding at 25 %', wakeAt: 21_000 });
    // One last look, at everything but the command that has had its say.
    const last = see(held.state, 21_000, waiting(25, 'p1'));
    expect(last.commands).toEqual([{ kind: 'evaluate', gate: 0, step: 1, since: 1_000, holdEndsAt: 21_000 }]);
    const reading: Reading = { gate: 0, step: 1, at: 21_100, verdict: 'pass', sentence: 'seen' };
    expect(see(last.state, 21_100, waiting(25, 'p1'), [reading]).commands).toContainEqual({
      kind: 'advance',
      pauseId: 'p1',
      to: 100,
    });
  });

  test('is not held before the shift', () => {
    const entered = see(begin(0), 1_000, waiting(0, 'p1'));
    expect(see(entered.state, 1_100, waiting(0, 'p1'), passed(0, 1_100)).commands).toContainEqual({
      kind: 'advance',
      pauseId: 'p1',
      to: 25,
    });
  });

  test('answers a pause again only when the first answer shows no effect for ten seconds', () => {
    const entered = see(begin(0), 0, waiting(0, 'p1'));
    const answered = see(entered.state, 1_000, waiting(0, 'p1'), passed(0, 1_000));
    expect(see(answered.state, 9_000, waiting(0, 'p1')).commands).not.toContainEqual({
      kind: 'advance',
      pauseId: 'p1',
      to: 25,
    });
    expect(see(answered.state, 11_000, waiting(0, 'p1')).commands).toContainEqual({
      kind: 'advance',
      pauseId: 'p1',
      to: 25,
    });
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
