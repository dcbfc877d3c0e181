import type { TaskDeath } from '../core/deaths.ts';
import type { Reading } from '../core/gate.ts';

/** What slow looks (gates, deaths, orders) bring back while the loop polls. Each delivery ends the loop's sleep. */
export interface Mailbox {
  reading(reading: Reading): void;
  deaths(deaths: readonly TaskDeath[]): void;
  refused(problem: string): void;
  /** A bug in a background look: thrown by the next `empty`, so that it ends the loop and not the process. */
  bug(error: unknown): void;
  /** Everything since the last call. */
  empty(): {
    readonly readings: readonly Reading[];
    readonly deaths: readonly TaskDeath[] | undefined;
    readonly refused: string | undefined;
  };
  /** Aborted at the next delivery; aborted already when something waits. */
  somethingCame(): AbortSignal;
}

export function createMailbox(): Mailbox {
  let readings: Reading[] = [];
  let deaths: readonly TaskDeath[] | undefined;
  let refused: string | undefined;
  const bugs: unknown[] = [];
  let bell = new AbortController();

  return {
    reading(reading) {
      readings.push(reading);
      bell.abort();
    },
    deaths(found) {
      deaths = found;
      bell.abort();
    },
    refused(problem) {
      refused = problem;
      bell.abort();
    },
    bug(error) {
      bugs.push(error);
      bell.abort();
    },
    empty() {
      if (bugs.length > 0) throw bugs[0];
      const all = { readings, deaths, refused };
      readings = [];
      deaths = undefined;
      refused = undefined;
      bell = new AbortController();
      return all;
    },
    somethingCame: () => bell.signal,
  };
}
