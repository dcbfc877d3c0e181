/** What the demo shows of one moment. */

/** One of the two target groups between which the traffic moves. */
export interface Side {
  readonly group: 'blue' | 'green';
  /** The last one there; undefined when there was none yet. */
  readonly version: number | undefined;
  /** It had tasks, and has none any more. */
  readonly gone: boolean;
  /** Of the users' requests, in percent, as the listener's rule says. */
  readonly share: number;
  /** Users' requests a second, as the load balancer has seen them. */
  readonly usersPerS: number;
  readonly userErrors: number;
  /** Requests that came by the test listener: the gates'. */
  readonly tests: number;
  readonly testErrors: number;
  readonly healthy: number;
  readonly targets: number;
}

export interface Moment {
  readonly title: string;
  /** Since the demo began. */
  readonly elapsedMs: number;
  readonly sides: readonly [Side, Side];
  /** As the users count themselves. */
  readonly requests: number;
  readonly failed: number;
  /** What a version has answered wrongly itself, as the load balancer counts it: no failure of the shift. */
  readonly ownErrors: number;
}
