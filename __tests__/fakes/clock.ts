import type { Clock } from '../../src/ports.ts';

/**
 * Time that passes only while somebody sleeps. What is scheduled with `at` happens on the way, in order,
 * and a signal that is aborted by it ends the sleep at that moment. When several sleep, whoever has to wake first does, and time
 * never goes back.
 */
export interface FakeClock extends Clock {
  at(when: number, happen: () => void): void;
  after(ms: number, happen: () => void): void;
}

export function createFakeClock(start = 1_000_000_000_000): FakeClock {
  let now = start;
  let agenda: { readonly when: number; readonly happen: () => void }[] = [];
  const sleepers = new Set<{ readonly until: number; readonly signal: AbortSignal | undefined }>();

  const clock: FakeClock = {
    now: () => now,
    at(when, happen) {
      agenda = [...agenda, { when, happen }].sort((a, b) => a.when - b.when);
    },
    after(ms, happen) {
      clock.at(now + ms, happen);
    },
    async sleep(ms, signal) {
      const until = now + ms;
      const me = { until, signal };
      sleepers.add(me);
      await settled();
      while (signal?.aborted !== true) {
        const next = agenda[0];
        const moment = Math.min(next?.when ?? until, until);
        if ([...sleepers].some((other) => other.until < moment || other.signal?.aborted === true)) {
          // Somebody else has to wake before that, or has been woken and goes on first.
          await settled();
          continue;
        }
        if (next === undefined || next.when > until) {
          now = Math.max(now, until);
          break;
        }
        agenda = agenda.slice(1);
        now = Math.max(now, next.when);
        next.happen();
        await settled();
      }
      sleepers.delete(me);
    },
  };
  return clock;
}

/** Everything that was waiting for a promise has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
