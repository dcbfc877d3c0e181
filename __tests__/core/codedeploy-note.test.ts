import { expect, test } from '@jest/globals';
import { noteText, readNote } from '../../src/core/codedeploy-note.ts';
import type { Memo } from '../../src/core/memo.ts';

const memo: Memo = {
  shares: [5, 100],
  holdMs: 300_000,
  bakeMs: 600_000,
  approval: 'manual',
  by: 'example/shop/actions/runs/123 by octocat',
  until: 1_767_225_600_000,
};
const serving = (family: string): string => `arn:aws:ecs:eu-west-1:111122223333:task-definition/${family}:41`;

test('a deployment says what served before, beside the memo', () => {
  expect(readNote(noteText(memo, serving('web')))).toEqual({ memo, was: 'web:41' });
});

test('a ladder that is too long is left out, and nothing else', () => {
  const shares = Array.from({ length: 100 }, (_, index) => index + 1);
  const text = noteText({ ...memo, shares }, serving('web'));
  expect(readNote(text)).toEqual({ memo: { ...memo, shares: [100] }, was: 'web:41' });
  expect(text.length).toBeLessThanOrEqual(256);
});

test('a long author is cut, and never what served before', () => {
  const text = noteText({ ...memo, by: 'x'.repeat(300) }, serving('web'));
  expect(text).toHaveLength(256);
  expect(readNote(text)).toMatchObject({ memo: { holdMs: 300_000 }, was: 'web:41' });
});

test('a family that would take all the room is left out', () => {
  expect(readNote(noteText(memo, serving('w'.repeat(200))))).toEqual({ memo, was: undefined });
});

test('what somebody else wrote is not a memo', () => {
  expect(readNote('release 7 was=web:41')).toBeUndefined();
});
