import { describe, expect, test } from '@jest/globals';
import type { Row } from '../../../bench/judge/cell.ts';
import { findingsIn, findingText, isBroken, ladderFindings } from '../../../bench/judge/findings.ts';
import type { LadderRow } from '../../../bench/judge/ladder.ts';

const SAME: Row = {
  scenario: 'same version twice',
  isSameVersion: true,
  requestsPerSecond: 100,
  share: 10,
  rule: 'judge, α 0.01',
  alpha: 0.01,
  runs: 4000,
  flagged: 0.005,
  medianMinutes: 9,
  halfFlaggedMinutes: null,
  harmed: 0,
};
const DOUBLED: Row = { ...SAME, scenario: 'errors ×2', isSameVersion: false, flagged: 1, harmed: 18 };

function doubled(judge: number | null, oracle: number | null): Row[] {
  return [
    { ...DOUBLED, halfFlaggedMinutes: judge },
    { ...DOUBLED, rule: 'oracle, α 0.01', halfFlaggedMinutes: oracle },
  ];
}

describe('what the table says', () => {
  test('false alarms exactly at α keep the promise, one more breaks it and names the cell', () => {
    expect(isBroken(findingsIn([{ ...SAME, flagged: 0.01 }], [0.01]))).toBe(false);
    const findings = findingsIn([SAME, { ...SAME, share: 50, flagged: 0.01026 }], [0.01]);
    expect(isBroken(findings)).toBe(true);
    expect(findings.map(findingText).join('\n')).toContain(
      'same version twice, 100 requests a second, share 50 %: 1.03 %',
    );
  });

  test.each([
    [13, 10, 'within 1.3 times', false, 0],
    [15, 10, 'more than 1.3 times and more than a minute later', true, 1],
    [3, 2, 'the next whole minute, which is told but breaks nothing', false, 1],
    [null, 25, 'not half of the runs flagged while the oracle has', true, 1],
    [null, null, 'too small for both', false, 0],
  ])('half flagged after %p minutes, by the oracle after %p: %s', (judge, oracle, _, broken, exceptions) => {
    const findings = findingsIn(doubled(judge, oracle), [0.01]);
    expect(isBroken(findings)).toBe(broken);
    expect(findings.flatMap((finding) => finding.exceptions)).toHaveLength(exceptions);
  });

  test('is close to the limit at ×2, and not at ×25', () => {
    const far = doubled(20, 2).map((row) => ({ ...row, scenario: 'errors ×25' }));
    expect(isBroken(findingsIn(far, [0.01]))).toBe(false);
  });

  test('only a rule that keeps α in every cell of the same version is compared by harm, and where it is better it is told', () => {
    const rows = [
      SAME,
      DOUBLED,
      { ...SAME, rule: 'careful', alpha: null, flagged: 0.002 },
      { ...DOUBLED, rule: 'careful', alpha: null, harmed: 12 },
      { ...SAME, rule: 'hasty', alpha: null, flagged: 0.4 },
      { ...DOUBLED, rule: 'hasty', alpha: null, harmed: 1 },
    ];
    const text = findingsIn(rows, [0.01]).map(findingText).join('\n');
    expect(text).toContain('in all same-version cells: careful\n');
    expect(text).toContain('errors ×2, 100 requests a second, share 10 %: 18 requests, with careful 12');
    expect(text).not.toContain('hasty');
    expect(isBroken(findingsIn(rows, [0.01]))).toBe(false);
  });

  test('a good version that is not sooner at 100 % than by fixed holds of equal power is told', () => {
    const early: LadderRow = {
      requestsPerSecond: 100,
      alpha: 0.01,
      way: 'early',
      holdMinutes: null,
      power: 0.99,
      falseAlarms: 0,
      medianMinutes: 30,
    };
    const fixed: LadderRow = { ...early, way: 'fixed', holdMinutes: 12, medianMinutes: 36 };
    expect(ladderFindings([early, fixed]).map(({ exceptions }) => exceptions)).toEqual([[]]);
    expect(ladderFindings([early, { ...fixed, medianMinutes: 30 }])[0]?.exceptions).toEqual([
      '30 minutes, by fixed holds 30',
    ]);
  });
});
