import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { recompute, report } from '../../../bench/judge/recompute.ts';
import type { MetricsGate } from '../../../src/core/gate.ts';
import { judge } from '../../../src/core/judge/judge.ts';
import type { Evidence, JudgeSeen } from '../../../src/core/judge/judgement.ts';
import { evidenceText } from '../../../src/report/evidence.ts';
import { METRICS_GATE } from '../../fakes/metrics-gate.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 4, 4, 12);
const ERRORS: MetricsGate = { ...METRICS_GATE, coldStartMs: 0 };
const BOTH: MetricsGate = {
  ...ERRORS,
  judges: { ...ERRORS.judges, latency: { tolerate: 1, floor: 0.01, overMs: undefined } },
};

/** An hour of stable, then ten minutes with both; the candidate fails `bad` of 60 requests a minute. */
function seenWith(bad: number, holdEndsAt: number): JudgeSeen {
  const minute = (index: number, requests: number, errors: number) => ({
    start: START + index * MINUTE,
    requests,
    errors,
    slow: errors * 2,
  });
  const stable = Array.from({ length: 70 }, (_, i) => minute(i - 60, i < 60 ? 600 : 540, i % 3));
  const candidate = Array.from({ length: 10 }, (_, i) => minute(i, 60, bad));
  return {
    minutes: { candidate, stable },
    changes: [
      { at: START - 2, share: 0, tasks: 2 },
      { at: START - 1, share: 10, tasks: 2 },
    ],
    ownRequests: [START + 5 * MINUTE + 1],
    now: START + 11 * MINUTE,
    holdEndsAt,
    slowerThanMs: undefined,
  };
}

/** The file as a job writes it. */
function fileOf(...evidences: readonly Evidence[]): string {
  const gates = evidences.map((evidence) => ({
    gate: evidence.gate,
    step: { share: 10, holdMs: 0 },
    looks: 3,
    verdict: evidence.verdict,
    sentence: evidence.sentence,
    evidence,
  }));
  const history = { changes: [], gates, deaths: [] };
  return evidenceText(history, { service: 'web', cluster: 'demo', deployment: 'arn:aws:ecs:…' }) ?? '';
}

const guilty = judge(ERRORS, seenWith(6, Number.POSITIVE_INFINITY)).evidence;
const good = judge(BOTH, seenWith(0, START)).evidence;

describe('the evidence that a job has left', () => {
  test('gives the same verdicts, sentences and numbers again, what JSON cannot write included', () => {
    expect([guilty.verdict, good.verdict]).toEqual(['fail', 'pass']);
    const text = fileOf(guilty, good);
    expect(text).toContain('"holdEndsAt": null');
    const found = recompute(text);
    expect(found).toEqual([
      { name: 'metrics errors at 10 %', verdict: 'fail', sentence: guilty.sentence, differences: [] },
      { name: 'metrics errors and latency at 10 %', verdict: 'pass', sentence: good.sentence, differences: [] },
    ]);
    expect(report(found)).toEqual({
      exitCode: 0,
      lines: [
        `same: metrics errors at 10 %: fail: ${guilty.sentence}`,
        `same: metrics errors and latency at 10 %: pass: ${good.sentence}`,
      ],
    });
  });

  test('with other counts than those that it was judged by is found out, by what does not follow from them', () => {
    const candidate = guilty.seen.minutes.candidate.map((minute) => ({ ...minute, errors: 0 }));
    const forged = { ...guilty, seen: { ...guilty.seen, minutes: { ...guilty.seen.minutes, candidate } } };
    const { exitCode, lines } = report(recompute(fileOf(good, forged)));
    expect(exitCode).toBe(1);
    expect(lines[1]).toMatch(/^DIFFERENT: metrics errors at 10 %: hold: /);
    expect(lines).toContain('  verdict: "fail" in the file, "hold" computed');
    expect(lines.some((line) => /^ {2}metrics\.0\.evidence\.harm: \S+ in the file, \S+ computed$/.test(line))).toBe(
      true,
    );
  });

  test.each([
    ['another sentence', { ...guilty, sentence: 'all is well' }, 'sentence: "all is well" in the file'],
    ['a metric left out', { ...good, metrics: good.metrics.slice(1) }, 'metrics.1: nothing in the file'],
    ['a number that is a little off', nudged(guilty), 'metrics.0.evidence.harm: '],
  ])('with %s is not the same', (_, forged, difference) => {
    const [found] = recompute(fileOf(forged));
    expect(found?.differences.some((line) => line.startsWith(difference))).toBe(true);
  });

  test.each([
    ['no JSON', '{', 'it is not JSON: '],
    ['another JSON', '[]', 'it has no looks; '],
    ['empty', '{"looks":[]}', 'it has no looks; '],
    [
      'without evidence',
      '{"looks":[{"gate":"metrics errors","share":5}]}',
      'metrics errors at 5 %: it has no evidence',
    ],
    [
      'of a later form',
      fileOf({ ...guilty, version: 2 as 1 }),
      'metrics errors at 10 %: its form is 2, this computes 1; ',
    ],
    [
      'incomplete',
      fileOf({ ...guilty, seen: {} as JudgeSeen }),
      'metrics errors at 10 %: it cannot be computed, something is missing: ',
    ],
  ])('that is %s cannot be used, and it is told why', (_, text, why) => {
    expect(() => recompute(text)).toThrow(why);
  });
});

function nudged(evidence: Evidence): Evidence {
  const [first, ...others] = evidence.metrics as readonly (Evidence['metrics'][number] & {
    readonly evidence: { readonly harm: number };
  })[];
  if (first === undefined) throw new Error('no metric was judged');
  return {
    ...evidence,
    metrics: [{ ...first, evidence: { ...first.evidence, harm: first.evidence.harm * 1.001 } }, ...others],
  };
}

describe('as a command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenlight-recompute-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'bench/judge/recompute.ts', ...args], { encoding: 'utf8' });

  test('it prints a line a gate, and ends with 1 where something is not the same and with 2 where there is no file', () => {
    const file = join(folder, 'evidence.json');
    writeFileSync(file, fileOf(guilty));
    const same = run(file);
    expect([same.status, same.stdout]).toEqual([0, `same: metrics errors at 10 %: fail: ${guilty.sentence}\n`]);

    writeFileSync(file, fileOf({ ...guilty, verdict: 'pass' }));
    expect(run(file).status).toBe(1);

    const missing = run(join(folder, 'none.json'));
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('ENOENT')]);
  });
});
