import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cellRows, type Row } from '../../../bench/judge/cell.ts';
import { ladderRows } from '../../../bench/judge/ladder.ts';
import { allRules } from '../../../bench/judge/rules/all.ts';
import { scenarioNamed } from './rules/by-hand.ts';

const RUNS = 200;
/** Processes that start on a machine with others. */
const PATIENCE_MS = 60_000;

describe('a small run of the bench', () => {
  const rules = allRules();
  /** Of these rules alone: that other rules look at the same runs changes nothing. */
  const cell = (name: string, requestsPerSecond: number, share: number, wanted: readonly string[]) =>
    cellRows(
      { scenario: scenarioNamed(name), requestsPerSecond, share },
      rules.filter((rule) => wanted.includes(rule.name)),
      RUNS,
      1,
    );
  const of = (rows: readonly Row[], rule: string): Row => {
    const found = rows.find((row) => row.rule === rule);
    if (found === undefined) throw new Error(`no row of ${rule}`);
    return found;
  };

  const JUDGES = ['judge, α 0.01', 'judge, α 0.05'];

  test('an upstream incident turns back a good version by fixed thresholds, and not by the judge', () => {
    const fixed = [
      'Argo Rollouts, limit 0',
      'Argo Rollouts, limit 3',
      'Flagger, threshold 3',
      'ECS alarm, 2 of 3 minutes',
    ];
    const rows = cell('upstream incident hits both', 100, 10, [...JUDGES, ...fixed]);
    for (const rule of fixed) {
      expect(of(rows, rule).flagged).toBeGreaterThan(0.95);
    }
    expect(of(rows, 'judge, α 0.01').flagged).toBeLessThanOrEqual(0.01);
    expect(of(rows, 'judge, α 0.05').flagged).toBeLessThanOrEqual(0.05);
  });

  test('one bad user convicts by a test that counts his tries as if they were independent, and not by the judge', () => {
    const rows = cell('one bad user', 5, 50, [...JUDGES, 'plain mixture, α 0.01']);
    expect(of(rows, 'plain mixture, α 0.01').flagged).toBeGreaterThan(0.3);
    expect(of(rows, 'judge, α 0.01').flagged).toBeLessThanOrEqual(0.01);
  });

  test('who looks at every interval at 0.05 flags the same version far more often than that', () => {
    const rule = 'PipeCD, every 5 minutes';
    expect(of(cell('same version twice', 100, 50, [rule]), rule).flagged).toBeGreaterThan(0.1);
  });

  test('the judge is never before the oracle by half of the runs, and finds every doubling that it finds', () => {
    const rows = cell('errors ×2', 100, 50, [...JUDGES, 'oracle, α 0.01', 'oracle, α 0.05', 'Kayenta, at the end']);
    for (const alpha of [0.01, 0.05]) {
      const [judge, oracle] = [of(rows, `judge, α ${alpha}`), of(rows, `oracle, α ${alpha}`)];
      expect(judge.halfFlaggedMinutes).toBeGreaterThanOrEqual(oracle.halfFlaggedMinutes ?? 30);
      expect(judge.flagged).toBeGreaterThan(0.95);
      expect(judge.harmed).toBeLessThan(of(rows, 'Kayenta, at the end').harmed / 3);
    }
  });

  test('a ladder with early is at 100 % sooner than by fixed holds that catch a doubling as often', () => {
    const [early, fixed] = ladderRows(100, 0.01, 150, 1);
    expect(early?.power).toBeGreaterThan(0.95);
    expect(fixed?.power).toBeGreaterThanOrEqual(early?.power ?? 1);
    expect(fixed?.medianMinutes).toBe(3 * (fixed?.holdMinutes ?? 0));
    expect(early?.medianMinutes).toBeLessThan(fixed?.medianMinutes ?? 0);
  });
});

describe('npm run bench:judge', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-judge-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test(
    'prints one object a cell with --json, the same for the same seed, and draws the picture where it is told to',
    async () => {
      const picture = join(folder, 'judge.svg');
      const args = ['--runs', '40', '--scenario', 'outage', '--json'];
      const first = await ran([...args, '--picture', picture]);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      const rows = JSON.parse(first.stdout) as Row[];
      expect(rows.find(({ rule, requestsPerSecond }) => rule === 'judge, α 0.01' && requestsPerSecond === 100)).toEqual(
        {
          scenario: 'outage at 1 %',
          isSameVersion: false,
          requestsPerSecond: 100,
          share: 1,
          rule: 'judge, α 0.01',
          alpha: 0.01,
          runs: 40,
          flagged: 1,
          medianMinutes: 2,
          halfFlaggedMinutes: 2,
          harmed: expect.any(Number),
        },
      );
      expect(new Set(rows.map(({ rule, requestsPerSecond }) => `${rule} ${requestsPerSecond}`)).size).toBe(rows.length);
      expect(await readFile(picture, 'utf8')).toContain('outage at');
      expect((await ran(args)).stdout).toBe(first.stdout);
    },
    PATIENCE_MS,
  );

  test(
    'refuses what it does not understand with a sentence and 2',
    async () => {
      const { code, stdout, stderr } = await ran(['--runs', 'many']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain("--runs: a whole number from 1 to 1000000 is needed, got 'many'");
    },
    PATIENCE_MS,
  );
});

function ran(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bench/judge/main.ts', ...args]);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
