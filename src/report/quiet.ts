/** When a log that is quiet says that it still goes on: after a minute, and then ever more rarely. */

const FIRST_MS = 60_000;
const LONGEST_MS = 600_000;

export interface Quiet {
  /** Something was said: the minute begins anew. Epoch milliseconds. */
  said(at: number): void;
  /** Whether it has lasted long enough. True once; the next time takes twice as long, ten minutes at most. */
  isOver(at: number): boolean;
}

export function quietSince(at: number): Quiet {
  let since = at;
  let waitMs = FIRST_MS;
  return {
    said(now) {
      since = now;
      waitMs = FIRST_MS;
    },
    isOver(now) {
      if (now - since < waitMs) return false;
      since = now;
      waitMs = Math.min(2 * waitMs, LONGEST_MS);
      return true;
    },
  };
}
