import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ladderOf } from '../../src/core/taskset-ladder.ts';
import { owedTags, type RolloutRecord, readOwed, readRecord, tagsOf } from '../../src/core/taskset-tags.ts';
import { shareOf, weightsFor, weightsOf, withShare } from '../../src/core/taskset-weights.ts';

const pair = { a: 'tg-a', b: 'tg-b' };
const tenths = fc.integer({ min: 0, max: 1_000 }).map((n) => n / 10);

describe('weights for a share', () => {
  test.each([
    [0, [999, 0]],
    [0.1, [999, 1]],
    [1, [990, 10]],
    [5, [950, 50]],
    [33.3, [667, 333]],
    [99.9, [1, 999]],
    [100, [0, 999]],
  ] as const)('%d %% is %j', (share, weights) => {
    expect(weightsFor(share)).toEqual(weights);
  });

  test('are whole, at most 999, and read as the share that was asked for', () => {
    fc.assert(
      fc.property(tenths, (share) => {
        const [a, b] = weightsFor(share);
        expect([a, b].every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= 999)).toBe(true);
        const actions = withShare([{ Type: 'forward', TargetGroupArn: 'tg-a' }], pair, share, undefined);
        expect(shareOf(actions, pair)).toBe(share);
      }),
    );
  });

  test('change nothing else on the actions', () => {
    const json = fc.dictionary(fc.constantFrom('x', 'y', 'Order', 'Later'), fc.oneof(fc.string(), fc.integer()));
    fc.assert(
      fc.property(tenths, json, json, fc.integer({ min: 0, max: 999 }), (share, ofAction, ofConfig, foreign) => {
        const forward = {
          ...ofAction,
          Type: 'forward',
          ForwardConfig: {
            ...ofConfig,
            TargetGroups: [
              { TargetGroupArn: 'tg-c', Weight: foreign, More: 1 },
              { TargetGroupArn: 'tg-b', Weight: 3 },
              { TargetGroupArn: 'tg-a', Weight: 4 },
            ],
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
          },
        };
        const [a, b] = weightsFor(share);
        const other = { Type: 'authenticate-cognito', Order: 1, AuthenticateCognitoConfig: { UserPoolArn: 'p' } };
        expect(withShare([other, forward], pair, share, undefined)).toEqual([
          other,
          {
            ...forward,
            ForwardConfig: {
              ...forward.ForwardConfig,
              TargetGroups: [
                { TargetGroupArn: 'tg-c', Weight: foreign, More: 1 },
                { TargetGroupArn: 'tg-b', Weight: b },
                { TargetGroupArn: 'tg-a', Weight: a },
              ],
            },
          },
        ]);
      }),
    );
  });

  test('of a group that is named alone are everything, and nobody is added who gets nothing', () => {
    const alone = [{ Type: 'forward', TargetGroupArn: 'tg-a' }];
    expect(weightsOf(alone)).toEqual(new Map([['tg-a', 1]]));
    expect(weightsOf(withShare(alone, pair, 0, undefined))).toEqual(new Map([['tg-a', 999]]));
    expect(withShare(alone, pair, 5, undefined)[0]).not.toHaveProperty('TargetGroupArn');
  });

  test('of actions that forward nowhere are none', () => {
    expect(shareOf([{ Type: 'fixed-response' }], pair)).toBe(0);
    expect(weightsOf([])).toEqual(new Map());
  });
});

describe('the ladder', () => {
  test('names the nearest shares, each once, for those that are too fine', () => {
    const { faults } = ladderOf({ strategy: undefined, steps: [0.04, 0.11, 5, 99.99, 100] });
    expect(faults[0]?.fix).toBe('write steps: 0.1, 5, 100');
  });

  test('takes every share in tenths', () => {
    fc.assert(
      fc.property(
        fc.array(
          tenths.filter((share) => share > 0),
          { minLength: 1 },
        ),
        (steps) => {
          expect(ladderOf({ strategy: 'canary', steps })).toEqual({ shares: steps, faults: [] });
        },
      ),
    );
  });
});

describe('tags of a rollout', () => {
  const arn = `arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:listener-rule/app/${'a'.repeat(32)}/${'b'.repeat(16)}/${'c'.repeat(16)}/${'d'.repeat(16)}`;
  const count = fc.option(fc.integer({ min: 0, max: 999 }), { nil: undefined });
  const record: fc.Arbitrary<RolloutRecord> = fc.record({
    previous: fc.constant('arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1'),
    stableId: fc.constant('ecs-svc/1234567890123456789'),
    fromGroup: fc.constant('arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/blue/1111111111111111'),
    settings: fc.record({
      capacity: fc.constantFrom('proportional' as const, 'full' as const),
      drainMs: fc.nat(),
      stickinessMs: fc.option(fc.nat(), { nil: undefined }),
    }),
    rules: fc.array(
      fc.record({
        ruleArn: fc.constant(arn),
        role: fc.constantFrom('production' as const, 'test' as const),
        weightA: count,
        weightB: count,
        stickySeconds: fc.option(fc.integer({ min: 1, max: 604_800 }), { nil: undefined }),
      }),
      { maxLength: 20 },
    ),
  });
  const memo = { shares: [0.1, 100], holdMs: 1, bakeMs: 1, approval: 'none', by: 'me', until: 1 } as const;

  test('are read as they were written, whatever the order, and each fits', () => {
    fc.assert(
      fc.property(record, (written) => {
        const tags = tagsOf(written, memo);
        for (const value of Object.values(tags)) expect(value).toMatch(/^[\p{L}\p{N} +\-=._:/@]{1,256}$/u);
        expect(Object.keys(tags).length).toBeLessThanOrEqual(30);
        expect(readRecord(new Map(Object.entries(tags).reverse()))).toEqual(written);
      }),
    );
  });

  test('of stickiness that is owed are read as they were written', () => {
    fc.assert(
      fc.property(record, fc.nat(), ({ rules }, since) => {
        const owed = readOwed(new Map(Object.entries(owedTags(rules, since))));
        const own = rules.flatMap(({ stickySeconds }) => stickySeconds ?? []);
        expect(owed.map(({ seconds }) => seconds)).toEqual(own);
        expect(owed.every((one) => one.since === since && one.ruleArn === arn)).toBe(true);
      }),
    );
  });

  test.each([[new Map<string, string>()], [new Map([['greenlight:settings', 'capacity=some']])]])(
    'that are none of ours are no record',
    (tags) => {
      expect(readRecord(tags)).toBeUndefined();
    },
  );
});
