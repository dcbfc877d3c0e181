import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Memo, memoOf, memoText, readMemo } from '../../src/core/memo.ts';
import { ladder, type Plan } from '../../src/core/plan.ts';

const memo: Memo = {
  shares: [0.1, 5, 100],
  holdMs: 300_000,
  bakeMs: 600_000,
  approval: 'manual',
  by: 'example/shop/actions/runs/123 by octocat',
  until: 1_767_225_600_000,
};

/** What a user may write, in the width of a tag's value. */
const shares = fc
  .uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 20 })
  .map((tenths) => [...tenths.sort((a, b) => a - b).map((n) => n / 10), 100]);
const memos = fc.record<Memo>({
  shares,
  holdMs: fc.nat(86_400_000),
  bakeMs: fc.nat(86_400_000),
  approval: fc.constantFrom('none', 'manual', 'every-step'),
  by: fc.string({ unit: 'grapheme', maxLength: 80 }),
  until: fc.nat(Number.MAX_SAFE_INTEGER),
});

describe('a memo', () => {
  test('comes back from its text as it was', () => {
    expect(readMemo(memoText(memo))).toEqual(memo);
  });

  test('is always a text that ECS takes as a tag, and only the name in it may be cut or changed', () => {
    fc.assert(
      fc.property(memos, (some) => {
        const text = memoText(some);
        expect(text.length).toBeLessThanOrEqual(256);
        expect(text).toMatch(/^[\p{L}\p{N} +\-=._:/@]*$/u);
        const { by, ...facts } = some;
        expect(readMemo(text)).toMatchObject(facts);
      }),
    );
  });

  test('is made of a plan, without the look at share 0', () => {
    const plan: Plan = {
      steps: ladder([5, 100], 60_000),
      bakeMs: 120_000,
      gates: [],
      timeoutMs: 1,
      onCancel: 'rollback',
      holdLimitMs: 1,
      onInconclusive: 'rollback',
      waitForApprovalMs: 0,
      promoteWithinMs: 1,
    };
    const made = memoOf(plan, 'none', 'me', 1_000);
    expect(made).toMatchObject({ shares: [5, 100], holdMs: 60_000, bakeMs: 120_000, approval: 'none', by: 'me' });
    expect(made.until).toBeGreaterThan(1_000);
  });

  test.each([
    ['nothing', ''],
    ['somebody else’s words', 'deployed by hand'],
    ['a ladder that does not end', memoText(memo).replace('/100', '')],
    ['a ladder that leaves 0 to 100', memoText(memo).replace('0.1/', '0/')],
    ['a text with something before it', ` ${memoText(memo)}`],
  ])('is not read from %s', (_name, text) => {
    expect(readMemo(text)).toBeUndefined();
  });
});
