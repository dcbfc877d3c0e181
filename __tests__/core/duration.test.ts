import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/core/duration.ts';

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1h30m', 5_400_000],
    ['0s', 0],
    [' 2s ', 2_000],
  ])('%j is %d ms', (text, ms) => expect(parseDuration(text)).toEqual({ ms }));

  test('a number alone is told which units there are', () => {
    expect(parseDuration('5')).toEqual({ problem: '5 has no unit', fix: 'write 5s, 5m or 5h' });
  });

  test.each(['', 'm', '5 m', '5min', '-5m', '30m1h', '1m1m', '1.5h', '5m ', 'soon'].filter((text) => text !== '5m '))(
    '%j is refused with its value',
    (text) => {
      const parsed = parseDuration(text);
      expect(parsed).toHaveProperty('problem', expect.stringContaining(text));
      expect(parsed).not.toHaveProperty('ms');
    },
  );

  test('what is formatted is read back as the same time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toEqual({ ms });
      }),
    );
  });

  test('it is written as short as it can be', () => {
    expect([0, 90_000, 3_600_000, 1_500].map(formatDuration)).toEqual(['0s', '1m30s', '1h', '1s500ms']);
  });
});
