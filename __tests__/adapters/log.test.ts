import { expect, test } from '@jest/globals';
import { log } from '../../src/adapters/log.ts';

function recording() {
  const lines: string[] = [];
  return { lines, job: log((text) => lines.push(text)) };
}

test('lines are printed as they are', () => {
  const { lines, job } = recording();
  job.info('25 % of traffic');
  job.info('two\nlines');
  expect(lines).toEqual(['25 % of traffic\n', 'two\n', 'lines\n']);
});

test('annotations stay one command, also with line feeds and percent signs', () => {
  const { lines, job } = recording();
  job.notice('done');
  job.warning('50 %\nleft');
  job.error('no');
  expect(lines).toEqual(['::notice::done\n', '::warning::50 %25%0Aleft\n', '::error::no\n']);
});

test.each(['::error::made up', '  ::stop-commands::x', 'before ##[add-mask]e'])(
  'what others printed is no command to the runner: %s',
  (line) => {
    const { lines, job } = recording();
    job.info(line);
    expect(lines.join('')).not.toMatch(/^\s*::|##\[/);
  },
);

test('a fold is closed also when what is in it fails, and folds within are lines', async () => {
  const { lines, job } = recording();
  const failing = job.group('outer', () =>
    job.group('inner', async () => {
      throw new Error('no');
    }),
  );
  await expect(failing).rejects.toThrow('no');
  expect(lines).toEqual(['::group::outer\n', 'inner\n', '::endgroup::\n']);
});

test('every line of a secret is masked, blank ones are not', () => {
  const { lines, job } = recording();
  job.mask('first\n\nsec%ond');
  expect(lines).toEqual(['::add-mask::first\n', '::add-mask::sec%25ond\n']);
});
