/** Who tells others of a job while it goes on. It is never waited for: nothing of it rejects, and only `end` takes time. */
import type { History } from './report/history.ts';
import type { EndedLive } from './report/live.ts';

export interface Reporter {
  /** What has happened so far. */
  readonly keep: (history: History) => void;
  /** A rollout of another run was found; `by`: who began it, as its note says. */
  readonly found: (by: string | undefined) => void;
  /** The end, when the job's outputs are written already. Five seconds at most. */
  readonly end: (ended: EndedLive) => Promise<void>;
}

/** Where nobody is told. */
export const NO_REPORTER: Reporter = { keep: () => {}, found: () => {}, end: async () => {} };
