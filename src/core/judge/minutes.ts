/** What the judge is given: both versions' counts by the minute, and what is known of the share in that time. */

/** One minute of one version, all its target groups together. */
export interface MetricMinute {
  /** Epoch milliseconds of the minute's beginning. */
  readonly start: number;
  /** A minute without requests is missing or has 0 here: it says nothing. */
  readonly requests: number;
  /** Requests that failed; 0 where requests were counted and no error was. Undefined: errors were not asked for. */
  readonly errors: number | undefined;
  /** Requests that took longer than the limit; undefined: not asked for. */
  readonly slow: number | undefined;
}

export interface VersionMinutes {
  /** Oldest first, each minute once. */
  readonly candidate: readonly MetricMinute[];
  readonly stable: readonly MetricMinute[];
}

/** The candidate's share as it was seen to change, oldest first. */
export interface ShareChange {
  /** When it was seen, in epoch milliseconds; the traffic moved at most a poll before. */
  readonly at: number;
  /** Percent, 0 to 100. */
  readonly share: number;
  /** Tasks of the candidate that ran then: new ones start cold. */
  readonly tasks: number;
}
