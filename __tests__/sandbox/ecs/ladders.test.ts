import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rest, shiftsTraffic, trafficSteps, weights } from '../../../sandbox/ecs/deployments/traffic-steps.ts';

const linear = (stepPercent: number) =>
  trafficSteps({ strategy: 'LINEAR', linearConfiguration: { stepPercent, stepBakeTimeInMinutes: 0 } });
const canary = (canaryPercent: number) =>
  trafficSteps({ strategy: 'CANARY', canaryConfiguration: { canaryPercent, canaryBakeTimeInMinutes: 0 } });
const percents = (steps: ReturnType<typeof trafficSteps>) => steps.map(({ percent }) => percent);

describe('the shares of a deployment', () => {
  test.each([
    ['BLUE_GREEN goes over at once', trafficSteps({ strategy: 'BLUE_GREEN' }), [100]],
    ['LINEAR moves in equal steps', linear(25), [25, 50, 75, 100]],
    ['LINEAR that does not divide a hundred ends at a hundred', linear(30), [30, 60, 90, 100]],
    ['LINEAR keeps its tenths', linear(33.3), [33.3, 66.6, 99.9, 100]],
    ['LINEAR of more than half has two steps', linear(60), [60, 100]],
    ['LINEAR of a hundred has one', linear(100), [100]],
    ['CANARY has two', canary(0.1), [0.1, 100]],
    ['CANARY of a hundred has one', canary(100), [100]],
  ])('%s', (_rule, steps, expected) => {
    expect(percents(steps)).toEqual(expected);
  });

  test('are baked as long as AWS says unless told otherwise, and never at a hundred', () => {
    const linearSteps = trafficSteps({ strategy: 'LINEAR' });
    expect(percents(linearSteps)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(linearSteps.map(({ bakeMinutes }) => bakeMinutes)).toEqual([...Array(9).fill(6), 0]);
    expect(trafficSteps({ strategy: 'CANARY' })).toEqual([
      { percent: 5, bakeMinutes: 10 },
      { percent: 100, bakeMinutes: 0 },
    ]);
  });

  test('only grow, by no more than a step, up to a hundred', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 1000 }), (tenths) => {
        const steps = percents(linear(tenths / 10));
        const grown = steps.map((percent, i) => Math.round((percent - (steps[i - 1] ?? 0)) * 10));
        expect(steps.at(-1)).toBe(100);
        expect(grown.slice(0, -1).every((growth) => growth === tenths)).toBe(true);
        expect(grown.at(-1)).toBeGreaterThan(0);
        expect(grown.at(-1)).toBeLessThanOrEqual(tenths);
      }),
    );
  });
});

describe('listener weights', () => {
  test.each([
    [100, [100, 0]],
    [25, [25, 75]],
    [0.1, [1, 999]],
    [99.9, [999, 1]],
    [33.3, [333, 667]],
  ])('of %d %%', (percent, pair) => {
    expect(weights(percent)).toEqual(pair);
  });

  test('say every tenth of a percent exactly, in numbers that a listener takes', () => {
    for (let tenths = 1; tenths <= 1000; tenths += 1) {
      const [to, from] = weights(tenths / 10);
      expect([to, from].every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= 999)).toBe(true);
      expect(to * 1000).toBe(tenths * (to + from));
      expect(rest(tenths / 10)).toBe((1000 - tenths) / 10);
    }
  });
});

test('only a rolling update leaves the listener rules alone', () => {
  expect([{}, { strategy: 'ROLLING' as const }].map(shiftsTraffic)).toEqual([false, false]);
  expect((['BLUE_GREEN', 'LINEAR', 'CANARY'] as const).map((strategy) => shiftsTraffic({ strategy }))).toEqual([
    true,
    true,
    true,
  ]);
});
