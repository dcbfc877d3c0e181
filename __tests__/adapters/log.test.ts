import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { tookText } from '../../src/adapters/log/fold.ts';
import { log } from '../../src/adapters/log.ts';

const ON_RUNNER = { GITHUB_ACTIONS: 'true' };

interface Settings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly quietMs?: number;
  readonly isTerminal?: boolean;
}

/** By its clock a second passes at each look. */
function recording({ environment = ON_RUNNER, quietMs = 60_000, isTerminal = false }: Settings = {}) {
  const written: string[] = [];
  let seconds = 0;
  const now = () => {
    seconds += 1;
    return seconds * 1_000;
  };
  const write = (text: string) => written.push(text);
  const job = log({ environment, title: 'Greenlight: web', write, quietMs, isTerminal, now });
  return { job, lines: () => written.map((line) => line.replace(/\n$/, '')) };
}

describe('the log of a runner', () => {
  test('prints lines as they are, each a line of its own', () => {
    const { lines, job } = recording();
    job.info('25 % of traffic');
    job.info('two\r\nlines');
    expect(lines()).toEqual(['25 % of traffic', 'two', 'lines']);
  });

  test('keeps an annotation one command, also with line feeds and percent signs, and says whose it is', () => {
    const { lines, job } = recording();
    job.notice('done');
    job.warning('50 %\nleft');
    job.error('no', { title: 'web, input "a:b"', path: 'deploy/task, old.json', line: 7 });
    expect(lines()).toEqual([
      '::notice title=Greenlight%3A web::done',
      '::warning title=Greenlight%3A web::50 %25%0Aleft',
      '::error file=deploy/task%2C old.json,line=7,title=web%2C input "a%3Ab"::no',
    ]);
  });

  test.each([
    '::error::made up',
    '  ::stop-commands::x',
    'before ##[add-mask]e',
    // .NET's ReadLine ends a line at a lone \r, and its TrimStart takes U+0085 for a blank.
    '50 %\r::error::made up',
    '\u0085::error::made up',
    '\x1b[31m::error::made up',
    '\x1b]0;title\x07::error::made up',
  ])('lets nothing that others printed be a command: %j', (line) => {
    const { lines, job } = recording();
    job.info(line);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour may stand before the command.
    expect(lines().join('\n')).not.toMatch(/^(\s|\x1b\[\d*m)*::|##\[|\r|\u0085/m);
  });

  test('shows of a line that was written over what was last to be seen', () => {
    const { lines, job } = recording();
    job.info('10 %\r50 %\r100 %\r');
    expect(lines()).toEqual(['100 %']);
  });

  test('masks every line of a secret, but no blank one', () => {
    const { lines, job } = recording();
    job.mask('first\n\nsec%ond');
    expect(lines()).toEqual(['::add-mask::first', '::add-mask::sec%25ond']);
  });
});

describe('colours of what others printed', () => {
  const red = '\x1b[31mFAIL\x1b[39m two\x1b[2K tests';
  test.each([
    [
      'are kept on a runner, for its viewer shows them, and end with the line',
      ON_RUNNER,
      false,
      '\x1b[31mFAIL\x1b[39m two tests\x1b[0m',
    ],
    ['are taken away where NO_COLOR says so', { ...ON_RUNNER, NO_COLOR: '1' }, false, 'FAIL two tests'],
    ['are kept on a terminal', {}, true, '\x1b[31mFAIL\x1b[39m two tests\x1b[0m'],
    ['are taken away in a file', {}, false, 'FAIL two tests'],
    ['are taken away on a terminal where NO_COLOR says so', { NO_COLOR: '1' }, true, 'FAIL two tests'],
  ] as const)('%s', (_rule, environment, isTerminal, expected) => {
    const { lines, job } = recording({ environment, isTerminal });
    job.info(red);
    expect(lines()).toEqual([expected]);
  });

  test('are never in an annotation, which is read outside of the log', () => {
    const { lines, job } = recording();
    job.warning(red);
    expect(lines()).toEqual(['::warning title=Greenlight%3A web::FAIL two tests']);
  });
});

describe('a fold', () => {
  test('is printed when it is done, and says how long it took; a fold within is a line of it', async () => {
    const { lines, job } = recording();
    await job.group('outer', async () => {
      job.info('first');
      await job.group('inner', async () => job.info('::error::second'));
      expect(lines()).toEqual([]);
    });
    job.info('after');
    expect(lines()).toEqual(['::group::outer (1.0 s)', 'first', 'inner', ': :error::second', '::endgroup::', 'after']);
  });

  test('of nothing is a line', async () => {
    const { lines, job } = recording();
    await job.group('outer', async () => {});
    expect(lines()).toEqual(['outer (1.0 s)']);
  });

  test('that failed without a line is none either: the error says all', async () => {
    const { lines, job } = recording();
    await expect(job.group('outer', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(lines()).toEqual([]);
  });

  test('stays open when it failed', async () => {
    const { lines, job } = recording();
    const failing = job.group('outer', async () => {
      job.info('why');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    job.info('after');
    expect(lines()).toEqual(['outer: failed after 1.0 s', 'why', 'after']);
  });

  test('of many lines that failed leaves its last ones open, and none is there twice', async () => {
    const { lines, job } = recording();
    const failing = job.group('outer', async () => {
      for (let line = 1; line <= 100; line += 1) job.info(String(line));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const all = lines();
    expect([all[0], all[41], all[42], all[43], all.at(-1)]).toEqual([
      '::group::outer: its first 40 lines',
      '::endgroup::',
      'outer: failed after 1.0 s',
      '41',
      '100',
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  test('lets masks and annotations through at once', async () => {
    const { lines, job } = recording();
    await job.group('outer', async () => {
      job.mask('secret');
      job.info('line');
      job.warning('mind');
      expect(lines()).toEqual(['::add-mask::secret', '::warning title=Greenlight%3A web::mind']);
    });
  });

  test('that is left behind stays open, and what comes then is no part of it', async () => {
    const { lines, job } = recording();
    const cancelled = new AbortController();
    let finish: () => void = () => {};
    const left = job.group(
      'outer',
      () => {
        job.info('first');
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
      { leftWhen: cancelled.signal },
    );
    cancelled.abort();
    job.info('web: cancelled');
    finish();
    await left;
    expect(lines()).toEqual(['outer: left after 1.0 s', 'first', 'web: cancelled']);
  });

  test('that lasts says so now and then: for how long, for how long at most, and what was last', async () => {
    const { lines, job } = recording({ quietMs: 5 });
    await job.group(
      'outer',
      async () => {
        job.info('#7 [3/6] RUN npm ci');
        // The first comes after 5 ms: this waits for it, not for a time.
        while (lines().length === 0) await sleep(1);
      },
      { atMostMs: 3_600_000 },
    );
    expect(lines()[0]).toBe('outer: 00:01 of at most 1:00:00; #7 [3/6] RUN npm ci');
    expect(lines().slice(-3)).toEqual([
      expect.stringMatching(/^::group::outer \(/),
      '#7 [3/6] RUN npm ci',
      '::endgroup::',
    ]);
  });

  test('is printed line by line for whoever has asked the runner for more', async () => {
    const { lines, job } = recording({ environment: { ...ON_RUNNER, RUNNER_DEBUG: '1' } });
    await job.group('outer', async () => {
      job.info('first');
      expect(lines()).toEqual(['::group::outer', 'first']);
    });
    expect(lines()).toEqual(['::group::outer', 'first', '::endgroup::']);
  });
});

test.each([
  [40, '0.0 s'],
  [840, '0.8 s'],
  [9_960, '10 s'],
  [59_400, '59 s'],
  [133_000, '02:13'],
])('a fold that took %d ms says %s', (ms, text) => {
  expect(tookText(ms)).toBe(text);
});

describe('the log without a runner', () => {
  test('has no commands, and a secret never stands in it', async () => {
    const { lines, job } = recording({ environment: {} });
    job.mask('hush');
    await job.group('Look around', async () => {
      job.info('says hush');
      job.warning('mind');
    });
    job.notice('a person decides');
    job.error('no', { title: 'web', path: 'task.json', line: 7 });
    expect(lines()).toEqual([
      'Look around',
      '  says ***',
      '  warning: mind',
      '  done in 1.0 s',
      'a person decides',
      'error: task.json:7: no',
    ]);
  });

  test('says of a group that it failed', async () => {
    const { lines, job } = recording({ environment: {} });
    await expect(job.group('Build', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(lines()).toEqual(['Build', '  failed after 1.0 s']);
  });
});
