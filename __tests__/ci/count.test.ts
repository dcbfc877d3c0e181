import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

describe("CI's last line", () => {
  test.each([
    ['all is well', { numPassedTests: 5 }, [], '5 passed, 0 failed', 0],
    ['tests failed', { numPassedTests: 5, numFailedTests: 2 }, ['tests'], '5 passed, 2 failed', 1],
    [
      'tests failed, and another stage',
      { numPassedTests: 5, numFailedTests: 2 },
      ['lint', 'tests'],
      '5 passed, 3 failed',
      1,
    ],
    ['only another stage failed', { numPassedTests: 5 }, ['lint', 'dist'], '5 passed, 2 failed', 1],
    [
      'a file could not be loaded',
      { numPassedTests: 5, numRuntimeErrorTestSuites: 1 },
      ['tests'],
      '5 passed, 1 failed',
      1,
    ],
    ['the runner broke after its last test', { numPassedTests: 5 }, ['tests'], '5 passed, 1 failed', 1],
    ['there are no results', undefined, ['dependencies'], '0 passed, 1 failed', 1],
    ['nothing was tested', { numPassedTests: 0 }, [], '0 passed, 1 failed', 1],
    ['some were skipped', { numPassedTests: 5, numPendingTests: 3 }, [], '5 passed, 0 failed, 3 skipped', 0],
  ])('counts right when %s', (_case, results, stages, line, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'greenlight-count-'));
    try {
      const file = join(folder, 'jest.json');
      if (results !== undefined) writeFileSync(file, JSON.stringify(results));
      const run = spawnSync(process.execPath, ['.ci/count.mjs', file, ...stages], { encoding: 'utf8' });
      expect([run.stdout.trim(), run.status]).toEqual([line, code]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
