import { expect, jest, test } from '@jest/globals';
import { createClock } from '../../sandbox/clock.ts';

test("AWS's durations pass speed times faster", () => {
  expect(createClock(60).real(60_000)).toBe(1000);
});

test('a timer fires once its time has passed, and never when cancelled', () => {
  jest.useFakeTimers();
  try {
    const clock = createClock(10);
    const fired: string[] = [];
    clock.after(1000, () => fired.push('kept'));
    clock.after(1000, () => fired.push('cancelled'))();
    jest.advanceTimersByTime(99);
    expect(fired).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(fired).toEqual(['kept']);
  } finally {
    jest.useRealTimers();
  }
});

test('a wait longer than a timer of Node can hold does not fire at once', () => {
  jest.useFakeTimers();
  try {
    const days30 = 30 * 24 * 3600 * 1000;
    let fired = false;
    createClock(1).after(days30, () => {
      fired = true;
    });
    jest.advanceTimersByTime(days30 - 1);
    expect(fired).toBe(false);
    jest.advanceTimersByTime(1);
    expect(fired).toBe(true);
  } finally {
    jest.useRealTimers();
  }
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('speed %p is refused', (speed) => {
  expect(() => createClock(speed)).toThrow(`speed must be a positive number, got ${speed}`);
});
