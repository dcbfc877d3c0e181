import { describe, expect, test } from '@jest/globals';
import { shell } from '../../src/adapters/shell.ts';

const never = new AbortController().signal;
/** Far above what a slow machine needs: no test waits for it. */
const LONG_MS = 60_000;

function recording() {
  const lines: string[] = [];
  return { lines, run: shell((line) => lines.push(line)).run };
}

test.each([
  ['exit 0', 0],
  ['exit 7', 7],
  ['false; echo not reached', 1],
  ['false | cat', 1],
  ['kill -9 $$', 137],
])('%s ends with %i', async (command, exitCode) => {
  const { lines, run } = recording();
  expect(await run(command, {}, LONG_MS, never)).toBe(exitCode);
  expect(lines).toEqual([]);
});

test('the output comes line by line from both streams, the last without a line feed too', async () => {
  const { lines, run } = recording();
  await run('echo one; echo two >&2; printf three', {}, LONG_MS, never);
  expect([...lines].sort()).toEqual(['one', 'three', 'two']);
});

test('the command sees what it is given and what the job has, but not the inputs of the action', async () => {
  process.env['INPUT_SECRET'] = 'hidden';
  try {
    const { lines, run } = recording();
    await run('echo "$CANDIDATE_URL|$HOME|$INPUT_SECRET"', { CANDIDATE_URL: 'http://lb' }, LONG_MS, never);
    expect(lines).toEqual([`http://lb|${process.env['HOME']}|`]);
  } finally {
    delete process.env['INPUT_SECRET'];
  }
});

describe('a command that is stopped gives no exit code, and nothing of it lives on', () => {
  const alive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  test('at the time limit', async () => {
    const { lines, run } = recording();
    expect(await run('sleep 300 & echo $!; wait', {}, 1_000, never)).toBeUndefined();
    const pid = Number(lines[0]);
    expect(pid).toBeGreaterThan(0);
    for (let look = 0; look < 100 && alive(pid); look++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(alive(pid)).toBe(false);
  });

  test('when the job is cancelled', async () => {
    const cancelled = new AbortController();
    const { run } = { run: shell(() => cancelled.abort()).run };
    expect(await run('echo ready; exec sleep 300', {}, LONG_MS, cancelled.signal)).toBeUndefined();
  });

  test('when the job was cancelled before', async () => {
    const { lines, run } = recording();
    expect(await run('echo ran', {}, LONG_MS, AbortSignal.abort())).toBeUndefined();
    expect(lines).toEqual([]);
  });
});

test('what a command leaves in the background does not hold up its end', async () => {
  const { lines, run } = recording();
  expect(await run('sleep 20 & echo $!', {}, 15_000, never)).toBe(0);
  process.kill(Number(lines[0]));
});
