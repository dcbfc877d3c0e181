import { describe, expect, test } from '@jest/globals';
import { readWaits, waitsFor, waitsText } from '../../src/core/codedeploy-waits.ts';
import type { Plan } from '../../src/core/plan.ts';

const MINUTE = 60_000;
const plan: Plan = {
  steps: [
    { share: 0, holdMs: 0 },
    { share: 100, holdMs: 5 * MINUTE },
  ],
  bakeMs: 10 * MINUTE,
  gates: [{ kind: 'targets' }],
  timeoutMs: 60 * MINUTE,
  onCancel: 'rollback',
  holdLimitMs: 2 * MINUTE,
  onInconclusive: 'rollback',
  waitForApprovalMs: 10 * MINUTE,
  promoteWithinMs: 60 * MINUTE,
};
const none = { readyMinutes: undefined, terminationMinutes: 0 };

describe('the waits of a rollout', () => {
  test.each<[string, Partial<Plan>, number]>([
    ['time to notice and for what prolongs a hold', {}, 7],
    ['every command’s time', { gates: [{ kind: 'run', command: 'x', withinMs: 10 * MINUTE }] }, 17],
    ['a gate’s warm-up', { gates: [{ kind: 'targets', warmUpMs: 3 * MINUTE }] }, 10],
    ['a person’s time', { steps: [{ share: 0, holdMs: 0, approval: true }] }, 77],
    ['at most two days', { holdLimitMs: 5_000 * MINUTE }, 2_880],
  ])('before the shift have %s', (_words, change, minutes) => {
    expect(waitsFor({ ...plan, ...change }, none).readyMinutes).toBe(minutes);
  });

  test('before the shift are never shorter than the group’s own', () => {
    expect(waitsFor(plan, { ...none, readyMinutes: 45 }).readyMinutes).toBe(45);
  });

  test('after the shift are hold and bake, in whole minutes', () => {
    expect(waitsFor(plan, none).terminationMinutes).toBe(15);
    expect(waitsFor({ ...plan, bakeMs: 90_000 }, none).terminationMinutes).toBe(7);
  });

  test('after the shift are longer than a hold that no bake follows, so that the hold can end first', () => {
    expect(waitsFor({ ...plan, bakeMs: 0 }, none).terminationMinutes).toBe(12);
  });

  test('after the shift are left out where the group keeps the original task set for good', () => {
    expect(waitsFor(plan, { ...none, terminationMinutes: undefined }).terminationMinutes).toBeUndefined();
  });
});

describe('the group’s own waits in a tag', () => {
  test.each([
    { readyMinutes: undefined, terminationMinutes: 60 },
    { readyMinutes: 30, terminationMinutes: 0 },
    { readyMinutes: 1, terminationMinutes: undefined },
  ])('come back as %p', (waits) => {
    expect(readWaits(waitsText(waits))).toEqual(waits);
    expect(waitsText(waits)).toMatch(/^[\p{L}\p{N} +\-=._:/@]*$/u);
  });

  test.each(['', 'ready=soon termination=5', 'termination=5'])('are not read from %p', (text) => {
    expect(readWaits(text)).toBeUndefined();
  });
});
