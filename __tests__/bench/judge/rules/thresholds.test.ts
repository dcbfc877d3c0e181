import { describe, expect, test } from '@jest/globals';
import { alarm, argoRollouts, flagger } from '../../../../bench/judge/rules/thresholds.ts';
import { type Minutes, scenarioNamed, trafficOf } from './by-hand.ts';

const errors = scenarioNamed('errors ×2');
const latency = scenarioNamed('latency tail ×2');

const GOOD = [1000, 10] as const;
const BAD = [1000, 11] as const;
const EMPTY = [0, 0] as const;

describe('Argo Rollouts', () => {
  const minutesOf = (limit: number, minutes: Minutes, from?: number) =>
    argoRollouts(limit, from).minutesToFlag(trafficOf(minutes), errors);

  test('fails when the failed measurements are more than the limit, in all and not in a row', () => {
    expect(minutesOf(0, [GOOD, GOOD, BAD, GOOD])).toBe(3);
    expect(minutesOf(3, [BAD, GOOD, BAD, GOOD, BAD, GOOD, GOOD, BAD, GOOD])).toBe(8);
    expect(minutesOf(3, [BAD, GOOD, BAD, GOOD, BAD, GOOD])).toBe(0);
  });

  test('exactly at the limit is well, and a minute without requests measures nothing', () => {
    expect(minutesOf(0, [GOOD])).toBe(0);
    expect(minutesOf(0, [EMPTY, EMPTY, BAD])).toBe(3);
  });

  test('with a minimum of requests, a minute with fewer measures nothing', () => {
    expect(
      minutesOf(
        0,
        [
          [99, 99],
          [100, 2],
        ],
        100,
      ),
    ).toBe(2);
  });
});

describe('Flagger', () => {
  const minutesOf = (threshold: number, minutes: Minutes) =>
    flagger(threshold).minutesToFlag(trafficOf(minutes), errors);

  test('turns back at the tick after the one at which the failed checks reached the threshold', () => {
    expect(minutesOf(1, [GOOD, BAD, GOOD])).toBe(3);
    expect(minutesOf(3, [BAD, GOOD, BAD, GOOD, BAD, GOOD])).toBe(6);
    expect(minutesOf(3, [BAD, BAD, GOOD])).toBe(0);
  });

  test('fails the check in a minute without requests', () => {
    expect(minutesOf(1, [GOOD, EMPTY, GOOD])).toBe(3);
  });
});

describe('an ECS alarm, 2 of 3 minutes', () => {
  const minutesOf = (minutes: Minutes) => alarm(2, 3).minutesToFlag(trafficOf(minutes), errors);

  test('alarms when two of the last three minutes breach', () => {
    expect(minutesOf([GOOD, BAD, BAD])).toBe(3);
    expect(minutesOf([BAD, GOOD, BAD])).toBe(3);
    expect(minutesOf([BAD, GOOD, GOOD, BAD, GOOD])).toBe(0);
    expect(minutesOf([BAD, EMPTY, EMPTY, BAD, GOOD])).toBe(0);
  });
});

test('slow requests are held against a limit as far from stable: 5 %', () => {
  const rules = [argoRollouts(0), alarm(2, 3)];
  expect(rules.map((rule) => rule.minutesToFlag(trafficOf([[1000, 50]]), latency))).toEqual([0, 0]);
  expect(rules.map((rule) => rule.minutesToFlag(trafficOf([[1000, 51]]), latency))).toEqual([1, 2]);
});
