import { expect, test } from '@jest/globals';
import { tableText } from '../../bench/table.ts';

test('a table stands in columns, names to the left and numbers to the right, notes below', () => {
  const text = tableText({
    columns: ['what', 'ms'],
    rows: [
      ['bare node', 60],
      ['bundle', 1240.5],
    ],
    notes: ['median of 5'],
  });
  expect(text).toBe(
    ['what           ms', '-----------------', 'bare node      60', 'bundle     1240.5', 'median of 5'].join('\n'),
  );
});
