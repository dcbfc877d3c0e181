import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';

const page = readFileSync('docs/strategies.md', 'utf8');

/** Names of tests that the page quotes, each with its file. */
const quoted = [...page.matchAll(/\[([^\]]+)\]\((\.\.\/__tests__\/[^)]+\.test\.ts)\)/g)].map(
  ([, name = '', link = '']) => ({ name, file: normalize(join('docs', link)) }),
);

/** Names of a file's tests, as they are written in its source. */
function testsOf(file: string): readonly string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/^\s*test\(\s*(?:'([^'\n]+)'|"([^"\n]+)")/gm)].map(([, one, other]) => one ?? other ?? '');
}

test('every test that the table of strategies names is in the file that it names', () => {
  expect(quoted.length).toBeGreaterThan(20);
  expect(quoted.filter(({ name, file }) => !testsOf(file).includes(name))).toEqual([]);
});

test.each(['native', 'taskset', 'codedeploy'])('the table leaves out no test of the strategies on %s', (engine) => {
  const file = `__tests__/e2e/strategies-${engine}.test.ts`;
  const named = quoted.filter((one) => one.file === file).map(({ name }) => name);
  expect(testsOf(file).length).toBeGreaterThan(5);
  expect(testsOf(file).filter((name) => !named.includes(name))).toEqual([]);
});

test('every strategy has a cell for every engine, with a test or the reason why there is none', () => {
  const rows = page
    .split('\n')
    .filter((line) => /^\| (rolling|blue-green|canary|linear|a ladder) \| (\[|no)/.test(line));
  const cells = rows.map((line) => line.split(' | ').slice(1));
  expect(cells.map((row) => row.length)).toEqual([3, 3, 3, 3, 3]);
  expect(cells.flat().filter((cell) => !/^(\[.+\]\(.+\)|no: .+)/.test(cell))).toEqual([]);
});
