import { describe, expect, test } from '@jest/globals';
import { unpainted } from '../../../sandbox/demo/paint.ts';
import type { Moment, Side } from '../../../sandbox/demo/state.ts';
import { table, tableKey, tableLine } from '../../../sandbox/demo/table.ts';

const side: Side = {
  group: 'blue',
  version: 2,
  gone: false,
  share: 90,
  usersPerS: 360,
  userErrors: 0,
  tests: 24,
  testErrors: 0,
  healthy: 2,
  targets: 2,
};
const bad: Side = { ...side, group: 'green', version: 3, share: 10, usersPerS: 40, userErrors: 1_234, tests: 24 };
const moment: Moment = {
  title: 'Act 3 of 4: version 3 passes its tests, but fails users',
  elapsedMs: 75_000,
  sides: [side, bad],
  requests: 123_456,
  failed: 1_234,
  ownErrors: 1_234,
};

describe('the live table', () => {
  test.each([50, 60, 72, 80, 100, 200])('never fills a line of a terminal of %d columns', (columns) => {
    const lines = table(moment, columns, unpainted);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
  });

  test("tells failures that are the bad version's own answers from requests that were lost", () => {
    expect(tableLine({ ...moment, failed: 0, ownErrors: 0 })).toMatch(/ requests, 0 failed$/);
    expect(tableLine(moment)).toMatch(/ 1,234 failed, all in the bad version$/);
    expect(tableLine({ ...moment, failed: 1_237 })).toMatch(/ 1,237 failed, 3 of them lost$/);
    // The users' count comes a little later than the load balancer's.
    expect(tableLine({ ...moment, failed: 1_200 })).toMatch(/ 1,200 failed, all in the bad version$/);
  });

  test('is news in a log when a share changes or a first request fails, not at each one that fails', () => {
    expect(tableKey({ ...moment, failed: 1_300, ownErrors: 1_300 })).toBe(tableKey(moment));
    expect(tableKey({ ...moment, failed: 0, ownErrors: 0 })).not.toBe(tableKey(moment));
    expect(tableKey({ ...moment, failed: 1_235 })).not.toBe(tableKey(moment));
    expect(tableKey({ ...moment, sides: [side, { ...bad, share: 20 }] })).not.toBe(tableKey(moment));
    // That a version is expected is in no line yet.
    expect(tableKey({ ...moment, sides: [side, { ...bad, version: 4, targets: 0 }] })).toBe(
      tableKey({ ...moment, sides: [side, { ...bad, targets: 0 }] }),
    );
  });
});
