/** GitHub's runner reads files; what stands in them is read here as the runner reads it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { githubRunner } from '../../src/adapters/runner.ts';

const NAMES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'] as const;
const before = new Map(NAMES.map((name) => [name, process.env[name]]));
let folder: string;
const file = (name: (typeof NAMES)[number]): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-'));
});
beforeEach(() => {
  for (const name of NAMES) {
    writeFileSync(file(name), '');
    process.env[name] = file(name);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** `name<<delimiter`, the value's lines, `delimiter`. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings */
function entriesOf(text: string): readonly (readonly [name: string, value: string])[] {
  const lines = text.split('\n');
  const entries: [string, string][] = [];
  while (lines.length > 0) {
    const [name = '', delimiter] = (lines.shift() ?? '').split('<<');
    if (delimiter === undefined) continue;
    const end = lines.indexOf(delimiter);
    entries.push([name, lines.splice(0, end).join('\n')]);
    lines.shift();
  }
  return entries;
}
const read = (name: (typeof NAMES)[number]): string => readFileSync(file(name), 'utf8');

describe('the runner', () => {
  test('is given each output by its name, whatever is in it', async () => {
    const outputs = {
      status: 'rolled-back',
      reason: 'gate run "a=b" failed:\nreason<<EOF\nexit 1\nEOF\n::error::made up; 50 %',
      'promote-until': '',
    };
    await githubRunner(process.env).report(outputs, '');
    expect(entriesOf(read('GITHUB_OUTPUT'))).toEqual(Object.entries(outputs));
  });

  test('is given the summary once, as it is', async () => {
    const runner = githubRunner(process.env);
    await runner.report({}, '# web\n\n| a | b |\n');
    expect(read('GITHUB_STEP_SUMMARY')).toBe('# web\n\n| a | b |\n');
  });

  test('is given no summary where nobody reads one', async () => {
    const { GITHUB_STEP_SUMMARY: _, ...elsewhere } = process.env;
    await githubRunner(elsewhere).report({ status: 'succeeded' }, '# web');
    expect([read('GITHUB_STEP_SUMMARY'), entriesOf(read('GITHUB_OUTPUT'))]).toEqual(['', [['status', 'succeeded']]]);
  });

  test('keeps a value for the post step', async () => {
    const value = JSON.stringify({ cluster: 'demo', service: 'web', id: 'arn:aws:ecs:1' });
    await githubRunner(process.env).save('rollout', value);
    expect(entriesOf(read('GITHUB_STATE'))).toEqual([['rollout', value]]);
  });

  test('has no post step outside of a workflow, and nothing is kept', async () => {
    const { GITHUB_STATE: _, ...elsewhere } = process.env;
    await githubRunner(elsewhere).save('rollout', 'x');
    expect(read('GITHUB_STATE')).toBe('');
  });

  test('that cannot keep a value does not stop a rollout', async () => {
    process.env['GITHUB_STATE'] = join(folder, 'gone', 'state');
    await expect(githubRunner(process.env).save('rollout', 'x')).resolves.toBeUndefined();
  });
});
