import type { SandboxClock } from './contracts.ts';

/** Longest delay that setTimeout keeps; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

/**
 * A clock whose timestamps are the wall's, and on which AWS's durations pass `speed` times faster.
 * Its timers never keep the process alive: what is running (the endpoint's socket, the tasks) does that.
 * Throws a RangeError when `speed` is not a positive number.
 */
export function createClock(speed = 1): SandboxClock {
  if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError(`speed must be a positive number, got ${speed}`);
  const real = (awsMs: number) => awsMs / speed;
  return {
    speed,
    now: () => new Date(),
    real,
    after(awsMs, fn) {
      let timer: NodeJS.Timeout;
      const wait = (leftMs: number) => {
        const sliceMs = Math.min(leftMs, longestDelayMs);
        timer = setTimeout(() => (leftMs > sliceMs ? wait(leftMs - sliceMs) : fn()), sliceMs);
        timer.unref();
      };
      wait(Math.max(0, real(awsMs)));
      return () => clearTimeout(timer);
    },
  };
}
