import { describe, expect, test } from '@jest/globals';
import { code, fence, folded, plain, table } from '../../src/report/markdown.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { death, endless, HOSTILE, historyOf, hostile, jobOf, look, planOf, turnedBack, UNFIT } from './_stories.ts';

/** Without what stands in fences and in code: what GitHub reads as Markdown and HTML. */
function prose(markdown: string): string {
  return markdown.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '').replace(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
}

describe('the job summary', () => {
  test('draws traffic, verdicts, requests and failures, and has them in tables as well', () => {
    const summary = summaryOf(turnedBack());
    expect(summary.match(/^(gantt|xychart-beta)$/gm)).toEqual([
      'gantt',
      'xychart-beta',
      'xychart-beta',
      'xychart-beta',
    ]);
    expect(summary).toContain('| 03:00 | candidate | 60 | 3 | – |');
    expect(summary).toContain('| 02:00 | `BAKE_TIME` | 10 % | 2/2 | 2 |');
    expect(summary).toContain('| **Counted\u00a0on\u00a0the\u00a0candidate** | `300 requests, 15 failed` |');
  });

  test('says that there are no counts where no gate has counted', () => {
    const summary = summaryOf(jobOf(historyOf(planOf([100]), look(0, 0), look(1, 100)), 2));
    expect(summary).toContain('no gate `metrics` counted them');
  });

  test('says how to turn back what has succeeded, as lines of a workflow', () => {
    const summary = summaryOf(jobOf(turnedBack().history, 9, { end: { status: 'succeeded', reason: 'it serves' } }));
    expect(summary).toContain(
      '```yaml\n- uses: OWNER/greenlight@v0\n  with:\n    command: rollback\n    cluster: demo\n    service: web\n```',
    );
  });

  test('is no larger than GitHub takes, whatever happened, and still says the end', () => {
    const endings = [endless(), jobOf(endless().history, 720, { service: 'x'.repeat(2_000_000) })];
    for (const job of endings) {
      const summary = summaryOf(job);
      expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576);
      expect(summary).toContain('## ↩️ Rolled back: ');
    }
  });

  test('folds the last lines of a dead task’s log', () => {
    const summary = summaryOf(jobOf(historyOf(planOf([100]), look(0, 0), death(1, ['boom', '```'])), 2));
    expect(summary).toContain(
      '<details><summary>Last lines of its log</summary>\n\n````text\nboom\n```\n````\n\n</details>',
    );
  });

  test('makes no markup, link or diagram of what others wrote', () => {
    const summary = summaryOf(hostile());
    const read = prose(summary);
    // Only our own tags are left outside of code, and each is whole.
    const tags = read.match(/(?<!\\)<[^\s>][^>]*>/g) ?? [];
    expect([...new Set(tags)].sort()).toEqual(['</details>', '</summary>', '<details>', '<summary>']);
    expect(read).not.toMatch(/(?<!\\)\]\(|(?<!\\)!\[|https?:\/\/|(?<!\\)www\.|@octocat/);
    expect(read.match(/^#+ .*$/gm)?.slice(1)).toEqual([
      '### How it went',
      '### Tasks that died',
      '### Gates',
      '### What to do now',
    ]);
    // Each row of a table has the cells of its head, whatever borders stand in the texts.
    for (const block of summary.split('\n\n').filter((one) => one.startsWith('| Gate |'))) {
      const cells = (line: string) => line.split(/(?<!\\)\|/).length;
      const [head = '', ...rows] = block.split('\n');
      expect(rows.map(cells)).toEqual(rows.map(() => cells(head)));
      expect(rows.length).toBe(HOSTILE.length + 1);
    }
    for (const character of UNFIT) expect(summary).not.toContain(character);
  });
});

test.each([
  ['<b> & *x* _y_ `z` [a](b) | ~~c~~ #1', '\\<b\\> \\& \\*x\\* \\_y\\_ \\`z\\` \\[a\\](b) \\| \\~\\~c\\~\\~ \\#1'],
  ['see https://x.example and www.x.example, @me', 'see https:\\/\\/x.example and www\\.x.example, &#64;me'],
  ['two\nlines', 'two lines'],
])('%j is plain text as %j', (text, markdown) => expect(plain(text)).toBe(markdown));

test.each([
  ['web', '`web`'],
  ['a`b', '``a`b``'],
  ['`', '`` ` ``'],
  ['', ''],
])('%j is code as %j', (text, markdown) => expect(code(text)).toBe(markdown));

test('a fence is longer than any in it, a cell has no border in it, a fold no tag in its title', () => {
  expect(fence(['````', 'x'])).toBe('`````text\n````\nx\n`````');
  expect(table(['a'], [['`x|y`'], [plain('x|y')]])).toBe('| a |\n| --- |\n| `x\\|y` |\n| x\\|y |');
  expect(folded('<b>', 'x')).toBe('<details><summary>&lt;b&gt;</summary>\n\nx\n\n</details>');
});
