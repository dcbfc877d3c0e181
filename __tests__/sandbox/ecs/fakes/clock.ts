import type { SandboxClock } from '../../../../sandbox/contracts.ts';

export interface FakeClock extends SandboxClock {
  /** Lets `awsMs` pass: timers fire in their order, and what they cause is worked in before the next one. */
  advance(awsMs: number): Promise<void>;
}

/** Time stands still until it is advanced; at speed 1 a millisecond of AWS's is one of `now()`. */
export function fakeClock(speed = 1): FakeClock {
  let nowMs = Date.parse('2026-06-01T12:00:00Z');
  let order = 0;
  const timers = new Set<{ readonly at: number; readonly order: number; readonly fn: () => void }>();
  return {
    speed,
    now: () => new Date(nowMs),
    real: (awsMs) => awsMs / speed,
    after(awsMs, fn) {
      const timer = { at: nowMs + Math.max(0, awsMs) / speed, order: order++, fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(awsMs) {
      const end = nowMs + awsMs / speed;
      await settled();
      for (;;) {
        const next = [...timers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (next === undefined || next.at > end) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.at);
        next.fn();
        await settled();
      }
      nowMs = end;
    },
  };
}

/** Every promise that can go on has gone on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
