import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withTables } from '../../.ci/readme-tables.ts';
import { trackedFiles } from '../../.ci/tracked.ts';
import { memoText, readMemo } from '../../src/core/memo.ts';
import type { Look } from '../../src/core/observation.ts';
import { begin, decide } from '../../src/core/rollout.ts';
import { howToGoOn, unattended } from '../../src/core/unattended.ts';
import { describeUnderway } from '../../src/core/underway.ts';

const text = (file: string) => readFileSync(file, 'utf8');
const pages = trackedFiles().filter((file) => file.endsWith('.md') && !file.startsWith('dist/'));

/** Links and pictures of a page, without those in code. */
function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  return [
    ...[...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map(([, target = '']) => target),
    ...[...prose.matchAll(/\b(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target),
  ];
}

/** A heading's anchor as GitHub makes it. */
function anchorsOf(markdown: string): readonly string[] {
  const headings = markdown.replace(/^```[\s\S]*?^```$/gm, '').match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Links of `page` that lead nowhere in this repository. */
function brokenIn(page: string, markdown: string): readonly string[] {
  return linksOf(markdown).filter((link) => {
    if (/^[a-z]+:/i.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(file === page ? markdown : text(file)).includes(anchor);
  });
}

describe('the pages', () => {
  test.each(pages)('%s links only to what is there', (page) => {
    expect(brokenIn(page, text(page))).toEqual([]);
  });

  test('with a broken link are found out', () => {
    const page = '# A title\n[a](#a-title) [b](#another) [c](README.md) [d](missing.md) ![e](no.svg)\n`[f](code.md)`';
    expect(brokenIn('CHANGELOG.md', page)).toEqual(['#another', 'missing.md', 'no.svg']);
  });

  test('use no other words for statuses than those that there are', () => {
    const statuses = statusesOf();
    expect(statuses).toContain('rolled-back');
    const told = [
      ...text('docs/troubleshooting.md').matchAll(/^\| `([a-z]+(?:-[a-z]+)+|stopped|failed|superseded): /gm),
    ];
    const known = [...statuses, ...inputNames()];
    expect(told.map(([, word = '']) => word).filter((word) => !known.includes(word))).toEqual([]);
  });
});

function statusesOf(): readonly string[] {
  const [, union = ''] = /export type Status =([\s\S]*?);/.exec(text('src/core/outcome.ts')) ?? [];
  return [...union.matchAll(/'([a-z-]+)'/g)].map(([, status = '']) => status);
}

function inputNames(): readonly string[] {
  const [, list = ''] = /export const inputNames = \[([\s\S]*?)\]/.exec(text('src/inputs.ts')) ?? [];
  return [...list.matchAll(/'([a-z-]+)'/g)].map(([, name = '']) => name);
}

const wordsOf = (message: string): readonly string[] => message.match(/\w(?:[\w'/.-]*\w)?/g) ?? [];

/** Runs of three words of the sources, what is put in at run time cut out. */
function wordingOf(sources: string): ReadonlySet<string> {
  const runs = new Set<string>();
  for (const piece of sources.replaceAll("\\'", "'").split(/\$\{[^}]*\}|[`\n]/)) {
    const words = wordsOf(piece);
    for (let at = 0; at + 3 <= words.length; at += 1) runs.add(words.slice(at, at + 3).join(' '));
  }
  return runs;
}

/** At least half of what a message says stands in the sources; the rest is what is put in at run time. */
function isSaidBy(said: ReadonlySet<string>): (message: string) => boolean {
  return (message) => {
    const runs = message.split('…').flatMap((piece) => {
      const words = wordsOf(piece);
      return words.slice(2).map((_, at) => words.slice(at, at + 3).join(' '));
    });
    return runs.length > 0 && runs.filter((run) => said.has(run)).length >= runs.length / 2;
  };
}

describe('what a page quotes of the job', () => {
  const sources = trackedFiles().filter((file) => file.startsWith('src/') && file.endsWith('.ts'));
  const isSaid = isSaidBy(wordingOf(sources.map(text).join('\n')));

  test('in docs/troubleshooting.md is what it really says: its words are those of the sources', () => {
    const about = text('docs/troubleshooting.md')
      .split(/^## /m)
      .filter((section) => /^(?:About |By what you see)/.test(section));
    const messages = about.flatMap((section) =>
      [...section.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^\| (.*?) \| /gm)].flatMap(([, cell = '']) => [
        ...cell.matchAll(/`([^`]+)`/g),
      ]),
    );
    const long = messages.map(([, message = '']) => message).filter((message) => wordsOf(message).length >= 7);
    expect(long.length).toBeGreaterThan(60);
    expect(long.filter((message) => !isSaid(message))).toEqual([]);
    expect(isSaid('service: this is nothing that any line of ours says')).toBe(false);
  });
});

describe('docs/steering.md', () => {
  const page = text('docs/steering.md');
  const look: Look = {
    stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
    movement: 'waiting',
    pause: { id: 'pause', expiresAt: Date.parse('2026-05-04T12:00:00.000Z') },
    share: 25,
    candidate: { requested: 2, running: 2, pending: 0 },
    stable: { requested: 2, running: 2, pending: 0 },
    end: undefined,
    note: undefined,
  };

  test('has the two ways to go on as the job prints them', () => {
    const lines = howToGoOn({ cluster: 'demo', service: 'web' });
    expect(lines).toHaveLength(2);
    expect(lines.filter((line) => !page.includes(`\n${line}\n`))).toEqual([]);
  });

  test('has what is under way in the words of the job', () => {
    const memo = readMemo(
      'steps=5/25/50/100 hold=600000 bake=600000 approval=manual until=1793620800000 by=example/shop/actions/runs/123 of octocat',
    );
    const taskDefinitionArn = 'arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7';
    const under = { id: 'arn:aws:ecs:…', taskDefinitionArn, startedAt: 0, memo, look };
    expect(memo).toBeDefined();
    expect(page.split(describeUnderway(under, 12 * 60_000))).toHaveLength(3);
  });

  test('has what becomes of a rollout that nobody looks after', () => {
    const engines = ['native', 'taskset', 'codedeploy'] as const;
    const sentences = [
      ...engines.map((engine) => unattended(engine, look)),
      unattended('native', { ...look, share: 100, movement: 'baking' }),
    ];
    expect(sentences.filter((sentence) => !page.includes(`\`${sentence}\``))).toEqual([]);
  });

  test('has the end of a job that waits for a person', () => {
    const at: Look = { ...look, share: 5 };
    const seen = { at: 0, readings: [], deaths: undefined, cancelled: false, refused: undefined };
    const asks = {
      steps: [
        { share: 5, holdMs: 0, approval: true as const },
        { share: 100, holdMs: 0 },
      ],
      gates: [],
    };
    const limits = {
      bakeMs: 0,
      timeoutMs: 60_000,
      onCancel: 'rollback',
      holdLimitMs: 0,
      onInconclusive: 'wait',
    } as const;
    const plan = { ...asks, ...limits, waitForApprovalMs: 0, promoteWithinMs: 0 };
    const { outcome } = decide(plan, begin(0), { ...seen, look: at });
    const until = new Date(outcome?.until ?? 0).toISOString();
    expect(page).toContain(`\nweb: ${outcome?.status}: ${outcome?.reason} until ${until}\n`);
  });
});

describe('docs/how-it-works.md', () => {
  test('has a memo that is one', () => {
    const page = text('docs/how-it-works.md');
    const line = /^steps=.*$/m.exec(page)?.[0] ?? '';
    const memo = readMemo(line);
    expect(memo).toMatchObject({ shares: [5, 25, 50, 100], approval: 'manual' });
    expect(memo && memoText(memo)).toBe(line);
  });
});

describe('README.md', () => {
  test('has its tables from action.yml and its quick start from examples: npx tsx .ci/readme-tables.ts writes them', () => {
    const readme = text('README.md');
    expect(withTables(readme, text('action.yml'), text('examples/workflows/deploy.yml'))).toBe(readme);
  });

  test('says of every status what happened, with its exit code', () => {
    const rows = new Map(
      [...text('README.md').matchAll(/^\| `([a-z-]+)` \| (\d) \|/gm)].map((row) => [row[1], row[2]]),
    );
    const codes = [...text('src/core/outcome.ts').matchAll(/^ {2}'?([a-z-]+)'?: (\d),$/gm)].map((row) => [
      row[1],
      row[2],
    ]);
    expect(codes).toHaveLength(statusesOf().length);
    expect([...rows].sort()).toEqual(codes.sort());
  });
});

test('sandbox/BEHAVIOUR.md leads to every page of rules', () => {
  const rules = trackedFiles().filter((file) => /^sandbox\/behaviour\/.+\.md$/.test(file));
  expect(rules.length).toBeGreaterThan(3);
  expect(rules.filter((file) => !linksOf(text('sandbox/BEHAVIOUR.md')).includes(file.replace('sandbox/', '')))).toEqual(
    [],
  );
});
