/** How a job ends. Only the first four are green; `planned`: a deployment could work and would change something. */
export type Status =
  | 'succeeded'
  | 'unchanged'
  | 'awaiting-promotion'
  | 'planned'
  | 'rolled-back'
  | 'superseded'
  | 'stopped'
  | 'timed-out'
  | 'could-not-look'
  | 'cancelled'
  | 'failed';

export interface Outcome {
  readonly status: Status;
  readonly reason: string;
  /** Awaiting a promotion: when it turns back by itself, in epoch milliseconds. */
  readonly until?: number;
}

/** The first four are green; each of the others has its own exit code, so that a script can tell them apart. */
const EXIT_CODES: Readonly<Record<Status, number>> = {
  succeeded: 0,
  unchanged: 0,
  'awaiting-promotion': 0,
  planned: 0,
  failed: 1,
  'rolled-back': 2,
  superseded: 3,
  stopped: 4,
  'timed-out': 5,
  'could-not-look': 6,
  cancelled: 7,
};

export function exitCode(status: Status): number {
  return EXIT_CODES[status];
}
