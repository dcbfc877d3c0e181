import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const good = { story: 'good.test.ts', requests: 300, failed: 0 };
const bad = { story: 'bad.test.ts', requests: 300, failed: 2 };
const onPurpose = { story: 'seen.test.ts', requests: 900, failed: 70, failuresBecause: 'to see that it is counted' };

describe("CI's count of users' requests", () => {
  test.each([
    ['nobody was lost', [good, good], ["users' requests over all stories: 600, failed: 0"], 0],
    [
      'somebody was lost',
      [good, bad],
      ['bad.test.ts: 2 of 300 requests failed', "users' requests over all stories: 600, failed: 2"],
      1,
    ],
    ['too few were there', [good], ["users' requests over all stories: 300, failed: 0", 'that is fewer than 500'], 1],
    [
      'a story makes them fail on purpose, which counts neither way',
      [good, onPurpose],
      [
        'not counted: 70 of 900 requests of seen.test.ts: to see that it is counted',
        "users' requests over all stories: 300, failed: 0",
        'that is fewer than 500',
      ],
      1,
    ],
    ['no story was told', undefined, ["users' requests over all stories: 0, failed: 0", 'that is fewer than 500'], 1],
  ])('is right when %s', (_case, totals, lines, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'greenlight-totals-'));
    try {
      const file = join(folder, 'users.jsonl');
      if (totals !== undefined) writeFileSync(file, totals.map((total) => `${JSON.stringify(total)}\n`).join(''));
      const run = spawnSync(process.execPath, ['.ci/users-total.mjs', file, '500'], { encoding: 'utf8' });
      expect([run.stdout.trim().split('\n'), run.status]).toEqual([lines, code]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
