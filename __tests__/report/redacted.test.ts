import { describe, expect, test } from '@jest/globals';
import { keepReport, summaryText } from '../../src/report/keep-report.ts';
import { redacted } from '../../src/report/redacted.ts';
import { rememberingLog } from '../fakes/ports.ts';
import { death, endless, HOSTILE, historyOf, hostile, jobOf, look, planOf, reading } from './_stories.ts';

const SECRET = 'pa<ss>"&\'`|word*1';

const leaking = jobOf(
  historyOf(
    planOf([10, 100]),
    look(0, 0, { note: `note ${SECRET}` }),
    reading(1, 'fail', 0, { sentence: `answered ${SECRET}`, evidence: { seen: [SECRET] } }),
    { kind: 'blind', at: 0, problem: `denied ${SECRET}` },
    { kind: 'decision', at: 0, reason: `because ${SECRET}`, orders: ['turn-back'] },
    death(2, [`DATABASE_URL=postgres://app:${SECRET}@db`], `stopped ${SECRET}`),
  ),
  5,
  { end: { status: 'rolled-back', reason: `it said ${SECRET}` } },
);

describe('what the job has masked', () => {
  test('is in neither the summary nor the report, wherever it came from and whatever it is made of', async () => {
    const pages: string[] = [];
    const runner = {
      file: async (_: string, text: string) => {
        pages.push(text);
        return '/report.html';
      },
      report: async () => {},
      save: async () => {},
    };
    const both = async (secrets: readonly string[]): Promise<string> => {
      const log = { ...rememberingLog([]), masked: () => secrets };
      await keepReport(leaking, { runner, log });
      return `${pages.pop()}${await summaryText(leaking, { log })}`;
    };
    // Letters and digits look the same in HTML, in Markdown and in a fence.
    expect(await both([])).toContain('word');
    const text = await both([SECRET]);
    expect(text).not.toContain('word');
    expect(text).toContain('DATABASE_URL=postgres://app:***@db');
    expect(text).toContain('answered ***');
  });

  test('is left out as a whole where one secret is a part of another', () => {
    const { reason } = redacted(
      jobOf(historyOf(planOf([100])), 1, { end: { status: 'failed', reason: 'abc and abcdef' } }),
      ['abc', 'abcdef'],
    ).result.outcome;
    expect(reason).toBe('*** and ***');
  });

  test('never changes what the pages are made by, even where it is one of our words', () => {
    const job = redacted(leaking, ['targets', 'fail', 'rolled-back', 'turn-back']);
    expect(job.result.outcome.status).toBe('rolled-back');
    expect(job.history.gates.map(({ gate, verdict }) => [gate.kind, verdict])).toEqual([['targets', 'fail']]);
    expect(job.history.decisions[0]?.orders).toEqual(['turn-back']);
  });

  test('is nothing where nothing was masked, and an empty one hides nothing', () => {
    expect(redacted(leaking, [])).toBe(leaking);
    expect(redacted(leaking, ['', '  '])).toBe(leaking);
    for (const job of [hostile(), endless()]) expect(redacted(job, ['not in it at all'])).toEqual(job);
    expect(JSON.stringify(redacted(hostile(), HOSTILE))).not.toContain('evil.example/x.png');
  });
});
