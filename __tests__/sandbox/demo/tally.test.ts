import { expect, test } from '@jest/globals';
import { createTally } from '../../../sandbox/demo/tally.ts';

const good = { status: 200, fromVersion: true };

test('counts as meanwhile what all versions were asked between the first and the last request of one', () => {
  const tally = createTally();
  for (const version of [2, 2, 2, 3, 2, 2, 3, 2, 2]) tally.add(version, good);
  expect(tally.of(3)).toEqual({ requests: 2, failed: 0, meanwhile: 4 });
  expect(tally.of(2)).toEqual({ requests: 7, failed: 0, meanwhile: 9 });
});

test("calls failed only what the version itself has answered, not the load balancer's answers in its place", () => {
  const tally = createTally();
  tally.add(3, { status: 500, fromVersion: true });
  tally.add(3, { status: 502, fromVersion: false });
  tally.add(3, good);
  expect(tally.of(3)).toMatchObject({ requests: 3, failed: 1 });
});

test('a version without users has met nobody', () => {
  expect(createTally().of(4)).toEqual({ requests: 0, failed: 0, meanwhile: 0 });
});
