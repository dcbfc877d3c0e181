import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withTables } from '../../.ci/readme-tables.ts';
import { trackedFiles } from '../../.ci/tracked.ts';

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

const wordsOf = (message: string): readonly string[] => message.match(/[\w'/.-]+/g) ?? [];

/** Runs of three words of the sources, what is put in at run time cut out. */
function wordingOf(sources: string): ReadonlySet<string> {
  const runs = new Set<string>();
  for (const piece of sources.replaceAll("\\'", "'").split(/\$\{[^}]*\}|[`\n]/)) {
    const words = wordsOf(piece);
    for (let at = 0; at + 3 <= words.length; at += 1) runs.add(words.slice(at, at + 3).join(' '));
  }
  return runs;
}

describe('docs/troubleshooting.md', () => {
  test('quotes what the job really says: each message about inputs and settings shares its words with the sources', () => {
    const sources = trackedFiles().filter((file) => file.startsWith('src/') && file.endsWith('.ts'));
    const said = wordingOf(sources.map(text).join('\n'));
    const about = text('docs/troubleshooting.md')
      .split(/^## /m)
      .filter((section) => section.startsWith('About '));
    const messages = about.flatMap((section) =>
      [...section.matchAll(/^\| (.*?) \| /gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)]),
    );
    const long = messages.map(([, message = '']) => message).filter((message) => wordsOf(message).length >= 7);
    expect(long.length).toBeGreaterThan(20);
    const isSaid = (message: string) => {
      const words = wordsOf(message);
      return words.some((_, at) => said.has(words.slice(at, at + 3).join(' ')));
    };
    expect(long.filter((message) => !isSaid(message))).toEqual([]);
    expect(isSaid('service: this is nothing that any line of ours says')).toBe(false);
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
