import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitLines } from '../../../sandbox/tasks/lines.ts';

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

test('however the bytes are cut into chunks, the lines are the same', () => {
  const line = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ''));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''));
      const ends = [...cuts, bytes.length].sort((a, b) => a - b);
      const chunks = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
      expect(linesOf(chunks)).toEqual(bytes.toString().split('\n').slice(0, -1));
    }),
  );
});

test('what comes after the last line break is a line, a carriage return before one is not part of it', () => {
  expect(linesOf([Buffer.from('a\r\n\nb')])).toEqual(['a', '', 'b']);
  expect(linesOf([])).toEqual([]);
});

test('a line without an end is told in pieces, so that it does not fill the memory', () => {
  const lines = linesOf([Buffer.alloc(40 * 1024, 'x'), Buffer.from('\n')]);
  expect(lines.map((line) => line.length)).toEqual([16 * 1024, 16 * 1024, 8 * 1024]);
});
