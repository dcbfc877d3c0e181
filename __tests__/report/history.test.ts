import { describe, expect, test } from '@jest/globals';
import { shareChanges } from '../../src/report/history.ts';
import { BEGAN, decision, endless, historyOf, look, METRICS, MINUTE, planOf, reading, TARGETS } from './_stories.ts';

const plan = planOf([10, 100]);

describe('what is remembered of a rollout', () => {
  test('is each change of a gate’s verdict with its time, and how often it was looked through', () => {
    const { gates } = historyOf(
      plan,
      reading(1, 'hold', 10, { sentence: 'first' }),
      reading(2, 'hold', 10, { sentence: 'second' }),
      reading(3, 'pass', 10, { sentence: 'third' }),
      reading(4, 'pass', 10, { sentence: 'fourth' }),
      reading(5, 'fail', 100, { sentence: 'elsewhere' }),
    );
    expect(gates.map(({ step, verdict, looks, lastAt }) => [step.share, verdict, looks, lastAt - BEGAN])).toEqual([
      [10, 'pass', 4, 4 * MINUTE],
      [100, 'fail', 1, 5 * MINUTE],
    ]);
    expect(gates[0]).toMatchObject({
      sentence: 'fourth',
      verdicts: [
        { at: BEGAN + MINUTE, verdict: 'hold', sentence: 'first' },
        { at: BEGAN + 3 * MINUTE, verdict: 'pass', sentence: 'third' },
      ],
    });
  });

  test('is who was asked and until when, what was decided and what went wrong, the same trouble once', () => {
    const step = { share: 10, holdMs: 0 };
    const blind = (minute: number, problem: string) =>
      ({ kind: 'blind', at: BEGAN + minute * MINUTE, problem }) as const;
    const history = historyOf(
      plan,
      { kind: 'asked', at: BEGAN, step, until: BEGAN + MINUTE },
      decision(1, 'advance', 'every gate passed'),
      blind(1, 'Rate exceeded'),
      blind(2, 'Rate exceeded'),
      blind(3, 'no route to host'),
      { kind: 'order-failed', at: BEGAN, problem: 'no route to host' },
    );
    expect(history.questions).toEqual([{ at: BEGAN, step, until: BEGAN + MINUTE }]);
    expect(history.decisions).toEqual([{ at: BEGAN + MINUTE, reason: 'every gate passed', orders: ['advance'] }]);
    expect(history.troubles.map(({ kind, problem, times }) => [kind, problem, times])).toEqual([
      ['blind', 'Rate exceeded', 2],
      ['blind', 'no route to host', 1],
      ['order-failed', 'no route to host', 1],
    ]);
    expect(history.troubles[0]).toMatchObject({ at: BEGAN + MINUTE, lastAt: BEGAN + 2 * MINUTE });
  });

  test('stays within its bounds however long it takes, and keeps the beginning and the end', () => {
    const { history } = endless();
    expect(history.changes.length).toBeLessThanOrEqual(2_000);
    expect(history.decisions.length).toBe(300);
    expect(history.troubles.length).toBe(100);
    expect(history.deaths.length).toBe(200);
    expect(Math.max(...history.gates.map(({ verdicts }) => verdicts.length))).toBeLessThanOrEqual(300);
    expect(history.decisions.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['decision 0', 'decision 74', 'decision 719']),
    );
    expect(history.forgotten).toBeGreaterThan(1_000);
  });

  test('has every change of the share, for the judge goes by it', () => {
    const shares = Array.from({ length: 2_500 }, (_, i) => i % 101);
    const only = historyOf(plan, ...shares.map((share, i) => look(i, share)));
    expect(shareChanges(only).map(({ share }) => share)).toEqual(shares);
    const between = historyOf(
      plan,
      ...shares.slice(0, 1_500).flatMap((share, i) => [look(i, share), look(i + 0.5, share, { stage: 'ANOTHER' })]),
    );
    expect(shareChanges(between).map(({ share }) => share)).toEqual(shares.slice(0, 1_500));
    expect(between.changes.length).toBe(2_000);
  });

  test('keeps a gate’s evidence when a later look gives none', () => {
    const { gates } = historyOf(
      plan,
      reading(1, 'hold', 10, { gate: METRICS, evidence: { seen: 1 } }),
      reading(2, 'error', 10, { gate: METRICS }),
      reading(2, 'pass', 10, { gate: TARGETS }),
    );
    expect(gates[0]).toMatchObject({ verdict: 'error', evidence: { seen: 1 } });
    expect(gates[1]).not.toHaveProperty('evidence');
  });

  test('keeps the pass by which a step was left, whatever is not known yet on the way to the next one; a fail there is told', () => {
    const onTheWay = { gate: METRICS, isOnTheWay: true, evidence: { seen: 2 } };
    const passed = reading(1, 'pass', 10, { gate: METRICS, evidence: { seen: 1 } });
    const held = historyOf(plan, passed, reading(2, 'hold', 10, onTheWay));
    expect(held.gates).toMatchObject([{ verdict: 'pass', evidence: { seen: 1 } }]);
    const failed = historyOf(plan, passed, reading(2, 'hold', 10, onTheWay), reading(3, 'fail', 10, onTheWay));
    expect(failed.gates).toMatchObject([{ verdict: 'fail', evidence: { seen: 2 } }]);
  });

  test('takes what is seen on the way for the step where an engine stands at none', () => {
    const { gates } = historyOf(plan, reading(1, 'hold', 10, { isOnTheWay: true }));
    expect(gates).toMatchObject([{ verdict: 'hold' }]);
  });
});
