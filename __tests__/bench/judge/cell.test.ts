import { describe, expect, test } from '@jest/globals';
import { cellRows } from '../../../bench/judge/cell.ts';
import type { Rule } from '../../../bench/judge/rule.ts';
import { scenarioNamed } from './rules/by-hand.ts';

/** Flags the runs at these minutes in turn, 0 for never. */
function inTurn(name: string, minutes: readonly number[], alpha?: number): Rule {
  let run = 0;
  return { name, alpha, minutesToFlag: () => minutes[run++ % minutes.length] ?? 0 };
}

const LOAD = { scenario: scenarioNamed('errors ×2'), requestsPerSecond: 100, share: 10 };

describe('a cell of the table', () => {
  test('counts how often a rule flagged, the median of those, and when half of all were', () => {
    const [often, seldom, never] = cellRows(
      LOAD,
      [inTurn('often', [4, 0, 10, 6], 0.01), inTurn('seldom', [0, 0, 0, 7]), inTurn('never', [0])],
      100,
      1,
    );
    expect(often).toMatchObject({ rule: 'often', alpha: 0.01, runs: 100, flagged: 0.75, medianMinutes: 6 });
    expect(often).toMatchObject({ halfFlaggedMinutes: 6, scenario: 'errors ×2', isSameVersion: false, share: 10 });
    expect(seldom).toMatchObject({ alpha: null, flagged: 0.25, medianMinutes: 7, halfFlaggedMinutes: null });
    expect(never).toMatchObject({ flagged: 0, medianMinutes: null, halfFlaggedMinutes: null });
  });

  test('harm is counted until the verdict, and to the end without one: 600 requests a minute, 0.2 % too many', () => {
    const rows = cellRows(LOAD, [inTurn('at once', [1]), inTurn('late', [20]), inTurn('never', [0])], 200, 1);
    const [atOnce, late, never] = rows.map(({ harmed }) => harmed);
    expect(atOnce).toBeCloseTo(1.2, 0);
    expect(late).toBeCloseTo(24, 0);
    expect(never).toBeCloseTo(36, 0);
  });

  test('a rule that has no meaning in a scenario has no row', () => {
    const rules = [{ ...inTurn('elsewhere', [1]), judges: () => false }, inTurn('here', [1])];
    expect(cellRows(LOAD, rules, 10, 1).map(({ rule }) => rule)).toEqual(['here']);
  });

  test('the same seed gives the same row, whatever other rules look at the same runs', () => {
    const looking: Rule = {
      name: 'looking',
      alpha: undefined,
      minutesToFlag: ({ candidate }) => 1 + candidate.bad.findIndex((bad) => bad > 5),
    };
    const alone = cellRows(LOAD, [looking], 200, 7);
    expect(cellRows(LOAD, [inTurn('other', [3]), looking], 200, 7)[1]).toEqual(alone[0]);
    expect(cellRows(LOAD, [looking], 200, 8)).not.toEqual(alone);
    expect(alone[0]?.medianMinutes).toBeGreaterThan(1);
  });
});
