import { describe, expect, test } from '@jest/globals';
import { pageOf } from '../../src/report/html/page.ts';
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
    expect(summary).toContain('| Time | Version | Requests | Failed |\n');
    expect(summary).toContain('| 03:00 | candidate | 60 | 3 |');
    expect(summary).toContain('| 02:00 | `BAKE_TIME` | 10 % | 2/2 | 2 |');
    expect(summary).toContain('| **Traffic\u00a0now** | 0 % (10 % at most) | 100 % |');
    // Both over the same time: stable's minutes before there was a candidate are not counted.
    expect(summary).toContain('| **Requests\u00a0counted** | 300 | 2,700 |');
    expect(summary).toContain('| **Failed** | 15 (5 %) | none |');
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

  test('calls this action by the name that the workflow calls it by, in the summary and in the report', () => {
    const job = jobOf(turnedBack().history, 9, {
      end: { status: 'succeeded', reason: 'it serves' },
      uses: 'example/greenlight@v1',
    });
    for (const text of [summaryOf(job), pageOf(job)]) {
      expect(text).toContain('- uses: example/greenlight@v1\n');
      expect(text).not.toContain('OWNER/');
    }
  });

  test('is no larger than GitHub takes, whatever happened, and still says the end', () => {
    const endings = [endless(), jobOf(endless().history, 720, { service: 'x'.repeat(2_000_000) })];
    for (const job of endings) {
      const summary = summaryOf(job);
      expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576);
      expect(summary).toContain('## ↩️ Rolled back: ');
    }
  });

  test('shows the last lines of the first dead task’s log, and folds the others', () => {
    const summary = summaryOf(
      jobOf(historyOf(planOf([100]), look(0, 0), death(1, ['boom', '```']), death(2, ['again'])), 3),
    );
    expect(summary).toContain(
      '<details open><summary>Last lines of its log</summary>\n\n````text\nboom\n```\n````\n\n</details>',
    );
  });

  test('tells in the order in which it is asked: the end, the facts, the picture, the dead, the gates, the way on', () => {
    const { history } = turnedBack();
    const story = jobOf({ ...history, deaths: historyOf(planOf([100]), death(1, ['boom'])).deaths }, 9);
    const heads = (text: string) =>
      text.match(/^(##|###) .*$|^<details>.*(?=<\/summary>)/gm)?.map((line) => line.replace(/^.*[>#] ?/, ''));
    expect(heads(summaryOf(story))).toEqual([
      '↩️ Rolled back: web',
      'How it went',
      'Share of the traffic in percent, as a line',
      'Requests and failures as numbers',
      'Tasks that died',
      'Gates',
      'Candidate against stable',
      'What the judge has proven',
      'What to do now',
      'Traffic, look by look',
      'Names in full, to copy',
    ]);
    const waiting = {
      ...story,
      result: { ...story.result, outcome: { status: 'awaiting-promotion', reason: 'x' } as const },
    };
    expect(heads(summaryOf(waiting))?.slice(0, 3)).toEqual([
      '✋ Waiting for a person: web',
      'What to do now',
      'How it went',
    ]);
  });

  test('has no name in a table that would make it wider than a screen, and every name whole besides', () => {
    const long = { service: 'checkout-'.repeat(28), cluster: 'production-'.repeat(23) };
    const image = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:${'0123456789abcdef'.repeat(4)}`;
    const deploymentArn = `arn:aws:ecs:eu-west-1:111122223333:service-deployment/${long.cluster}/${long.service}/x`;
    const job = jobOf(turnedBack().history, 9, long);
    const summary = summaryOf({ ...job, result: { ...job.result, image, deploymentArn } });
    const cells = summary
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => line.split('|'));
    for (const cell of cells) for (const word of cell.split(/\s+/)) expect(word.length).toBeLessThanOrEqual(50);
    expect(summary).toContain('| `web@0123456789ab` |');
    for (const whole of [long.service, long.cluster, image, deploymentArn]) expect(summary).toContain(`: \`${whole}\``);
  });

  test('says how to keep the files that go with the runner, and no path of the runner', () => {
    const { result, ...job } = turnedBack();
    const files = { report: '/home/runner/work/_temp/r.html', evidence: '/home/runner/work/_temp/e.json' };
    const both = summaryOf({ ...job, result: { ...result, ...files } });
    expect(both).not.toContain('/home/runner');
    expect(both).toContain(
      `    path: |\n      \${{ steps.deploy.outputs.report }}\n      \${{ steps.deploy.outputs.evidence }}\n`,
    );
    expect(summaryOf({ ...job, result: { ...result, report: files.report } })).toContain(
      `    path: \${{ steps.deploy.outputs.report }}\n`,
    );
    expect(summaryOf({ ...job, result })).not.toContain('upload-artifact');
  });

  test('names the gate that ended it apart from what it said', () => {
    const reason = 'gate metrics errors failed at 10 %: 5 % of the candidate’s requests failed';
    const summary = summaryOf(jobOf(turnedBack().history, 9, { end: { status: 'rolled-back', reason } }));
    expect(summary.split('\n\n')[1]).toBe(
      'The gate `metrics errors` failed at 10 % of the traffic: 5 % of the candidate’s requests failed.',
    );
  });

  test('makes no markup, link or diagram of what others wrote', () => {
    const summary = summaryOf(hostile());
    const read = prose(summary);
    // Only our own tags are left outside of code, and each is whole.
    const tags = read.match(/(?<!\\)<[^\s>][^>]*>/g) ?? [];
    expect([...new Set(tags)].sort()).toEqual(['</details>', '</summary>', '<details open>', '<details>', '<summary>']);
    expect(read).not.toMatch(/(?<!\\)\]\(|(?<!\\)!\[|https?:\/\/|(?<!\\)www\.|@octocat/);
    expect(read.match(/^#+ .*$/gm)?.slice(1)).toEqual([
      '### What to do now',
      '### How it went',
      '### Tasks that died',
      '### Gates',
    ]);
    // Each row of a table has the cells of its head, whatever borders stand in the texts.
    for (const block of summary.split('\n\n').filter((one) => one.startsWith('| Verdict |'))) {
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
