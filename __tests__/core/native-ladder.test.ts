import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Strategy } from '../../src/core/config.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { type Asked, equalSteps, nativeLadder, nearestEqualSteps } from '../../src/core/native-ladder.ts';

const BLUE_GREEN: JsonObject = { strategy: 'BLUE_GREEN' };

function ask(strategy: Strategy | undefined, steps: readonly number[] | undefined, own: JsonObject = BLUE_GREEN) {
  const asked: Asked = { strategy, steps, approval: 'none' };
  return nativeLadder(asked, { serviceName: 'web', deploymentConfiguration: own });
}

const canary = (canaryPercent: number): JsonObject => ({
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent, canaryBakeTimeInMinutes: 0 },
});
const linear = (stepPercent: number): JsonObject => ({
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent, stepBakeTimeInMinutes: 0 },
});

describe('what ECS can do', () => {
  test.each<[string, Strategy | undefined, readonly number[] | undefined, JsonObject, readonly number[], JsonObject]>([
    ['as it is configured', undefined, undefined, BLUE_GREEN, [100], BLUE_GREEN],
    [
      'its own canary',
      undefined,
      undefined,
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 9 } },
      [20, 100],
      canary(20),
    ],
    ['a canary that says no share', undefined, undefined, { strategy: 'CANARY' }, [5, 100], canary(5)],
    [
      'its own linear',
      undefined,
      undefined,
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 40 } },
      [40, 80, 100],
      linear(40),
    ],
    ['steps of a third', undefined, undefined, { ...linear(33.3) }, [33.3, 66.6, 99.9, 100], linear(33.3)],
    ['canary for a rolling service that says so', 'canary', undefined, {}, [5, 100], canary(5)],
    ['blue-green for a rolling service that says so', 'blue-green', undefined, {}, [100], BLUE_GREEN],
    ['linear without steps', 'linear', undefined, {}, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], linear(10)],
    ['one step', undefined, [100], BLUE_GREEN, [100], BLUE_GREEN],
    ['two steps', undefined, [1, 100], BLUE_GREEN, [1, 100], canary(1)],
    ['the smallest canary', undefined, [0.1, 100], BLUE_GREEN, [0.1, 100], canary(0.1)],
    ['two steps called linear', 'linear', [50, 100], BLUE_GREEN, [50, 100], linear(50)],
    ['one step called linear', 'linear', [100], BLUE_GREEN, [100], linear(100)],
    ['a ladder of multiples', undefined, [5, 25, 50, 100], BLUE_GREEN, [5, 25, 50, 100], linear(5)],
    ['the largest step that fits', undefined, [20, 60, 100], BLUE_GREEN, [20, 60, 100], linear(20)],
    ['a step with a decimal', undefined, [12.5, 25, 50, 100], BLUE_GREEN, [12.5, 25, 50, 100], linear(12.5)],
    ['the smallest step', undefined, [3, 9, 100], BLUE_GREEN, [3, 9, 100], linear(3)],
  ])('%s', (_name, strategy, steps, own, shares, settings) => {
    expect(ask(strategy, steps, own)).toMatchObject({ shares, settings });
  });

  test('rolling sets a circuit breaker where there is none, and keeps one that is on', () => {
    const breaker = (own: JsonObject) => {
      const found = ask(undefined, undefined, own);
      return 'settings' in found ? found.settings['deploymentCircuitBreaker'] : found;
    };
    expect(breaker({})).toEqual({ enable: true, rollback: true });
    expect(breaker({ deploymentCircuitBreaker: { enable: false, rollback: false, resetOnHealthyTask: true } })).toEqual(
      {
        enable: true,
        rollback: true,
        resetOnHealthyTask: true,
      },
    );
    expect(breaker({ deploymentCircuitBreaker: { enable: true, rollback: false } })).toEqual({
      enable: true,
      rollback: false,
    });
  });
});

describe('what it cannot names the nearest that it can', () => {
  test.each<[string, Strategy | undefined, readonly number[], string, RegExp, RegExp]>([
    [
      'too fine',
      undefined,
      [0.1, 1, 10, 100],
      'steps',
      /^0\.1, 1, 10, 100 is none of ECS's own ladders: .* multiples of one number that is 3 or more$/,
      /^write steps: 3, 6, 9, 100 \(the nearest that ECS can do\), or steps: 0\.1, 100; .* EXTERNAL can do it as it is written$/,
    ],
    [
      'one rung too fine',
      undefined,
      [1, 5, 100],
      'steps',
      /1, 5, 100/,
      /write steps: 3, 6, 100 .*steps: 1, 100; .*EXTERNAL/,
    ],
    [
      'no common step',
      undefined,
      [10, 25, 33, 100],
      'steps',
      /multiples/,
      /write steps: 11, 22, 33, 100|write steps: \d/,
    ],
    [
      'three decimals',
      undefined,
      [0.125, 100],
      'steps',
      /0\.125 has more than one decimal/,
      /write steps: 0\.1, 100; .*EXTERNAL/,
    ],
    [
      'decimals in a ladder',
      undefined,
      [33.333, 66.666, 100],
      'steps',
      /33\.333 has more/,
      /write steps: 33, 66, 100 /,
    ],
    [
      'canary of three',
      'canary',
      [5, 50, 100],
      'steps',
      /is not canary: one share/,
      /write steps: 5, 100; strategy: linear can/,
    ],
    ['canary of one', 'canary', [100], 'steps', /is not canary/, /write steps: 5, 100; strategy: blue-green can/],
    [
      'blue-green in steps',
      'blue-green',
      [5, 100],
      'steps',
      /not blue-green: all at once/,
      /write steps: 100; strategy: canary can/,
    ],
    ['linear too fine', 'linear', [1, 100], 'steps', /not linear/, /write steps: 3, 100; strategy: canary can/],
  ])('%s', (_name, strategy, steps, subject, problem, fix) => {
    const found = ask(strategy, steps);
    const [fault, ...more] = 'faults' in found ? found.faults : [];
    expect(more).toEqual([]);
    expect(fault?.subject).toBe(subject);
    expect(fault?.problem).toMatch(problem);
    expect(fault?.fix).toMatch(fix);
  });

  test('a rolling service is not switched by steps alone: the strategy has to be written', () => {
    for (const own of [{}, { strategy: 'ROLLING' }]) {
      expect(ask(undefined, [5, 100], own)).toEqual({
        faults: [
          {
            subject: 'strategy',
            problem: 'service web is configured for ROLLING, which knows no steps, and steps are 5, 100',
            fix: 'write strategy: canary to switch the service to it, or leave steps out',
          },
        ],
      });
    }
  });

  test('rolling takes neither steps nor a person', () => {
    const asked: Asked = { strategy: 'rolling', steps: [50, 100], approval: 'manual' };
    const found = nativeLadder(asked, { serviceName: 'web', deploymentConfiguration: {} });
    expect('faults' in found ? found.faults.map(({ subject }) => subject) : []).toEqual(['steps', 'approval']);
  });
});

// ------------------------------------------------------------------ for every ladder

/** Rising shares in tenths or hundredths of a percent, the last one 100. */
const steps = fc
  .tuple(fc.constantFrom(1, 10, 100), fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: 40 }))
  .map(([grain, list]) => [...new Set(list.map((n) => Math.ceil(n / grain) * grain).filter((n) => n < 10_000))])
  .map((list) => [...list.sort((a, b) => a - b).map((n) => n / 100), 100]);
const strategies = fc.constantFrom<Strategy | undefined>(undefined, 'blue-green', 'canary', 'linear');

describe('of every ladder', () => {
  test('either every rung is one that ECS stops at, in settings that ECS takes, or it is a fault about steps', () => {
    fc.assert(
      fc.property(strategies, steps, (strategy, wanted) => {
        const found = ask(strategy, wanted);
        if ('faults' in found) {
          expect(found.faults.map(({ subject }) => subject)).toEqual(['steps']);
          return;
        }
        expect(found.shares).toEqual(wanted);
        const stops = stopsOf(found.settings);
        for (const share of wanted) expect(stops).toContain(share);
      }),
    );
  });

  test('the nearest that a fault names is taken when it is copied', () => {
    fc.assert(
      fc.property(strategies, steps, (strategy, wanted) => {
        const found = ask(strategy, wanted);
        if (!('faults' in found)) return;
        for (const [, written = ''] of found.faults[0]?.fix.matchAll(/steps: ([\d., ]*100)/g) ?? []) {
          expect(ask(strategy, written.split(', ').map(Number))).toHaveProperty('shares');
        }
      }),
    );
  });

  test('the nearest equal steps rise, end with 100, and are the ladder itself where that is possible', () => {
    fc.assert(
      fc.property(steps, (wanted) => {
        const nearest = nearestEqualSteps(wanted);
        expect(nearest.at(-1)).toBe(100);
        expect([...nearest].sort((a, b) => a - b)).toEqual([...new Set(nearest)]);
        expect(nearestEqualSteps(nearest)).toEqual(nearest);
      }),
    );
  });

  test('equal steps are as many as fit, without the dust of doubles', () => {
    expect(equalSteps(33.3)).toEqual([33.3, 66.6, 99.9, 100]);
    expect(equalSteps(0.1)).toHaveLength(1000);
    expect(equalSteps(100)).toEqual([100]);
    expect(equalSteps(7)).toHaveLength(15);
  });
});

/** ECS's own shares, and its limits: LINEAR 3.0 to 100.0 and CANARY 0.1 to 100.0, each in tenths. */
function stopsOf(settings: JsonObject): readonly number[] {
  const linearStep = (settings['linearConfiguration'] as JsonObject | undefined)?.['stepPercent'];
  const canaryShare = (settings['canaryConfiguration'] as JsonObject | undefined)?.['canaryPercent'];
  for (const [value, least] of [
    [linearStep, 3],
    [canaryShare, 0.1],
  ] as const) {
    if (value === undefined) continue;
    expect(value).toBeGreaterThanOrEqual(least);
    expect(Math.abs(Number(value) * 10 - Math.round(Number(value) * 10))).toBeLessThan(1e-6);
  }
  if (typeof linearStep === 'number') return equalSteps(linearStep);
  return typeof canaryShare === 'number' ? [canaryShare, 100] : [100];
}
