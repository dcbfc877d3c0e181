/** What each version has answered to users, counted at the load balancer. Pure. */

export interface Answers {
  readonly requests: number;
  /** Answers of 400 and above that the version gave itself. */
  readonly failed: number;
  /** All users' requests, to whatever version, from this one's first to its last: those that it would have had without a share. */
  readonly meanwhile: number;
}

export interface Tally {
  /** One user's request. `fromVersion`: the version answered, not the load balancer in its place. */
  add(version: number, seen: { readonly status: number; readonly fromVersion: boolean }): void;
  of(version: number): Answers;
}

export function createTally(): Tally {
  const byVersion = new Map<number, { requests: number; failed: number; readonly before: number; last: number }>();
  let all = 0;
  return {
    add(version, { status, fromVersion }) {
      const mine = byVersion.get(version) ?? { requests: 0, failed: 0, before: all, last: all };
      all += 1;
      mine.requests += 1;
      if (status >= 400 && fromVersion) mine.failed += 1;
      mine.last = all;
      byVersion.set(version, mine);
    },
    of(version) {
      const mine = byVersion.get(version);
      if (mine === undefined) return { requests: 0, failed: 0, meanwhile: 0 };
      return { requests: mine.requests, failed: mine.failed, meanwhile: mine.last - mine.before };
    },
  };
}
