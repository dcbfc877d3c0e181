import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AskedOfCodeDeploy, chooseConfiguration } from '../../src/core/codedeploy-choice.ts';
import {
  configurationFor,
  type DeploymentConfiguration,
  isPredefined,
  nearestShares,
  routingOf,
  sharesOf,
} from '../../src/core/codedeploy-ladder.ts';

const MINUTE = 60_000;
const canary = (percent: number, minutes: number) => ({ kind: 'canary', percent, minutes }) as const;
const linear = (percent: number, minutes: number) => ({ kind: 'linear', percent, minutes }) as const;
const atOnce: DeploymentConfiguration = {
  name: 'CodeDeployDefault.ECSAllAtOnce',
  routing: { kind: 'all-at-once' },
};

describe('a ladder', () => {
  test.each([
    ['100', [100], 0, 'CodeDeployDefault.ECSAllAtOnce', { kind: 'all-at-once' }],
    ['5, 100', [5, 100], 10, 'greenlight-ecs-canary-5-10m', canary(5, 10)],
    ['10, 100', [10, 100], 5, 'CodeDeployDefault.ECSCanary10Percent5Minutes', canary(10, 5)],
    ['10, 100', [10, 100], 15, 'CodeDeployDefault.ECSCanary10Percent15Minutes', canary(10, 15)],
    ['50, 100', [50, 100], 1, 'greenlight-ecs-canary-50-1m', canary(50, 1)],
    ['25, 50, 75, 100', [25, 50, 75, 100], 3, 'greenlight-ecs-linear-25-3m', linear(25, 3)],
    ['30, 60, 90, 100', [30, 60, 90, 100], 2, 'greenlight-ecs-linear-30-2m', linear(30, 2)],
    [
      'tens',
      [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
      1,
      'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
      linear(10, 1),
    ],
  ])('of %s is done as it is written', (_words, shares, minutes, name, routing) => {
    const found = routingOf(shares, minutes * MINUTE);
    expect(found).toEqual(routing);
    expect(found && configurationFor(found).name).toBe(name);
    expect(found && sharesOf(found)).toEqual(shares);
  });

  test.each([
    ['0.5, 100', [0.5, 100]],
    ['5, 25, 50, 100', [5, 25, 50, 100]],
    ['0.1, 1, 10, 100', [0.1, 1, 10, 100]],
    ['12.5, 25, 37.5, 50, 62.5, 75, 87.5, 100', [12.5, 25, 37.5, 50, 62.5, 75, 87.5, 100]],
    ['30, 60, 100', [30, 60, 100]],
  ])('of %s cannot be done', (_words, shares) => {
    expect(routingOf(shares, MINUTE)).toBeUndefined();
  });

  test('that is nearest to one that cannot be done can always be done itself', () => {
    const ladders = fc
      .uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 8 })
      .map((tenths) => [...tenths.sort((a, b) => a - b).map((tenth) => tenth / 10), 100]);
    fc.assert(
      fc.property(ladders, (shares) => {
        const nearest = nearestShares(shares);
        expect(routingOf(nearest, MINUTE)).toBeDefined();
        if (routingOf(shares, MINUTE) !== undefined) expect(nearest).toEqual(shares);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [
      [0.5, 100],
      [1, 100],
    ],
    [
      [30, 60, 100],
      [30, 60, 90, 100],
    ],
    [
      [5, 25, 50, 100],
      [20, 40, 60, 80, 100],
    ],
  ])('nearest to %p is %p', (shares, nearest) => {
    expect(nearestShares(shares)).toEqual(nearest);
  });

  test('of AWS’s own is known by its name', () => {
    expect(isPredefined('CodeDeployDefault.ECSAllAtOnce')).toBe(true);
    expect(isPredefined('greenlight-ecs-canary-5-10m')).toBe(false);
  });
});

describe('what is asked for', () => {
  const nothing: AskedOfCodeDeploy = {
    strategy: undefined,
    steps: undefined,
    holdMs: undefined,
    approval: 'none',
    deploymentConfig: undefined,
  };
  const own: DeploymentConfiguration = { name: 'ours', routing: canary(20, 7) };
  const chosen = (asked: Partial<AskedOfCodeDeploy>, named?: DeploymentConfiguration, group = own) =>
    chooseConfiguration({ ...nothing, ...asked }, named, group);

  test.each<[string, Partial<AskedOfCodeDeploy>, string, readonly number[], number]>([
    ['nothing: the group’s own', {}, 'ours', [20, 100], 7],
    ['its own strategy: the group’s own', { strategy: 'canary' }, 'ours', [20, 100], 7],
    ['another hold: its shares at that pace', { holdMs: 3 * MINUTE }, 'greenlight-ecs-canary-20-3m', [20, 100], 3],
    ['another strategy', { strategy: 'blue-green' }, 'CodeDeployDefault.ECSAllAtOnce', [100], 5],
    [
      'linear and nothing else',
      { strategy: 'linear' },
      'greenlight-ecs-linear-10-5m',
      [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
      5,
    ],
    ['steps', { steps: [50, 100], holdMs: MINUTE }, 'greenlight-ecs-canary-50-1m', [50, 100], 1],
    [
      'seconds where nothing shifts in steps',
      { steps: [100], holdMs: MINUTE / 2 },
      'CodeDeployDefault.ECSAllAtOnce',
      [100],
      0.5,
    ],
    [
      'a person at every step of one',
      { steps: [100], approval: 'every-step' },
      'CodeDeployDefault.ECSAllAtOnce',
      [100],
      5,
    ],
  ])('is %s', (_words, asked, name, shares, holdMinutes) => {
    expect(chosen(asked)).toMatchObject({ configuration: { name }, shares, holdMs: holdMinutes * MINUTE });
  });

  test('by name is taken with its shares and its pace', () => {
    const named: DeploymentConfiguration = { name: 'theirs', routing: linear(40, 4) };
    expect(chosen({ deploymentConfig: 'theirs' }, named)).toEqual({
      configuration: named,
      shares: [40, 80, 100],
      holdMs: 4 * MINUTE,
    });
  });

  test.each<[string, Partial<AskedOfCodeDeploy>, string, string]>([
    ['rolling', { strategy: 'rolling' }, 'strategy', 'write blue-green, canary or linear'],
    ['a ladder of any shares', { steps: [5, 25, 50, 100] }, 'steps', 'steps: 20, 40, 60, 80, 100'],
    ['a tenth of a percent', { steps: [0.1, 100] }, 'steps', 'steps: 1, 100'],
    ['a hold in seconds', { steps: [10, 100], holdMs: 90_000 }, 'hold', 'write hold: 2m'],
    ['no hold between steps', { steps: [10, 100], holdMs: 0 }, 'hold', 'write hold: 1m'],
    ['a shift of weeks', { strategy: 'linear', holdMs: 24 * 60 * MINUTE }, 'hold', 'write a shorter hold'],
    ['a person at every step', { steps: [10, 100], approval: 'every-step' }, 'approval', 'write approval: manual'],
  ])('cannot be %s, and the fault says what can', (_words, asked, subject, fix) => {
    expect(chosen(asked)).toEqual({
      faults: [expect.objectContaining({ subject, fix: expect.stringContaining(fix) })],
    });
  });

  test('by name does not go with steps, hold and strategy, and all of it is said at once', () => {
    const asked = { deploymentConfig: 'theirs', steps: [100], holdMs: MINUTE, strategy: 'canary' } as const;
    expect(chosen(asked, undefined)).toMatchObject({
      faults: [{ subject: 'strategy' }, { subject: 'steps' }, { subject: 'hold' }, { subject: 'codedeploy-config' }],
    });
  });

  test('cannot be nothing when the group’s own configuration is not one for ECS', () => {
    expect(chooseConfiguration(nothing, undefined, undefined)).toMatchObject({ faults: [{ subject: 'steps' }] });
    expect(chooseConfiguration(nothing, undefined, atOnce)).toMatchObject({ shares: [100] });
  });
});
