/** Whether the users go where the weights say, by the load balancer's own counts. */
import { grouped } from './figures.ts';
import type { Verdict } from './gate.ts';
import { lengthOfMinutes, SETTLED_AFTER } from './minute-length.ts';

/** Requests of one minute of CloudWatch's. */
export interface RequestBucket {
  /** Epoch milliseconds of the minute's beginning. */
  readonly start: number;
  readonly count: number;
}

export interface TrafficSeen {
  readonly candidate: readonly RequestBucket[];
  readonly stable: readonly RequestBucket[];
  /** When requests were sent to the candidate that are no users': they are not counted. Epoch milliseconds. */
  readonly ownRequests: readonly number[];
  /** When the candidate came to stand at the step. What is in the counts from before only shows how long their minutes are. */
  readonly since: number;
  readonly until: number;
}

export interface TrafficAsked {
  /** Percent, 0 to 100. */
  readonly share: number;
  /** A user stays with the version that he met first, so that the share comes late. */
  readonly sticky: boolean;
}

/** How far chance alone leads away from the share; beyond it, once in 16,000 times. */
const STANDARD_ERRORS = 4;
/** A minute says something by itself when the rarer version should have had so many requests in it. */
const TELLING_REQUESTS = 10;
/** A whole minute without any request is one only when the clock shows three. */
const SILENT_AFTER = 3;

interface Judged {
  readonly verdict: Verdict;
  readonly sentence: string;
}

/**
 * Never fails: connections that are kept, users that stick and weights that spread slowly all make a share late, not wrong.
 * It is right when the whole time at the step agrees with it, or the newest minute by itself: the first minutes may have seen
 * the old weights. At 100 % stable has to have none at all in the newest minute; at 0 % nothing is judged, for testers come
 * through the candidate's target group as well.
 */
export function judgeTraffic(seen: TrafficSeen, asked: TrafficAsked): Judged {
  if (asked.share <= 0) return { verdict: 'pass', sentence: 'no user is to be there yet, nothing to compare' };
  const minuteMs = lengthOfMinutes([...seen.candidate, ...seen.stable].map(({ start }) => start));
  const here = [...byMinute(seen, minuteMs)].filter(([start]) => start >= seen.since).sort(([a], [b]) => a - b);
  const settled = here.filter(([start]) => start + SETTLED_AFTER * minuteMs <= seen.until);
  const [at, newest] = settled.at(-1) ?? [seen.since, undefined];
  if (newest === undefined || newest.all === 0) {
    // Requests that have come since have still to settle.
    const silent = settled.length === here.length && at + SILENT_AFTER * minuteMs <= seen.until;
    return silent || newest?.all === 0
      ? NOTHING
      : { verdict: 'hold', sentence: 'not a whole minute has been counted yet at this step' };
  }
  // Stopped: the load balancer reports nothing at all while no request comes.
  if (settled.length === here.length && at + SILENT_AFTER * minuteMs <= seen.until) return NOTHING;
  if (asked.share >= 100) return judgeEnd(newest);
  const whole = settled.reduce((sum, [, one]) => add(sum, one), NONE);
  return judgeShare(whole, newest, asked);
}

const NOTHING: Judged = { verdict: 'pass', sentence: 'no requests in the last minute, nothing to compare' };

export interface Counts {
  readonly candidate: number;
  readonly all: number;
}

const NONE: Counts = { candidate: 0, all: 0 };

function add(a: Counts, b: Counts): Counts {
  return { candidate: a.candidate + b.candidate, all: a.all + b.all };
}

function judgeEnd(newest: Counts): Judged {
  const stable = newest.all - newest.candidate;
  return stable === 0
    ? { verdict: 'pass', sentence: `all ${grouped(newest.all)} requests of the last minute went to the candidate` }
    : {
        verdict: 'hold',
        sentence: `${grouped(stable)} of ${requests(newest.all)} of the last minute still went to stable`,
      };
}

function judgeShare(whole: Counts, newest: Counts, { share, sticky }: TrafficAsked): Judged {
  const part = share / 100;
  const isTelling = newest.all * Math.min(part, 1 - part) >= TELLING_REQUESTS;
  const right = agrees(whole, part) ? whole : isTelling && agrees(newest, part) ? newest : undefined;
  if (right !== undefined) return { verdict: 'pass', sentence: `${shareSentence(right)}, ${share} % asked for` };
  if (sticky && whole.candidate > 0) {
    return { verdict: 'pass', sentence: `${shareSentence(whole)}, ${share} % of new users asked for` };
  }
  const told = isTelling ? newest : whole;
  return { verdict: 'hold', sentence: `${shareSentence(told)} instead of ${share} %` };
}

/** agrees({ candidate: 512, all: 10_000 }, 0.05): one standard error is √(0.05 · 0.95 / 10,000) = 0.0022, so 0.0512 does. */
export function agrees({ candidate, all }: Counts, part: number): boolean {
  const standardError = Math.sqrt((part * (1 - part)) / all);
  return Math.abs(candidate / all - part) <= STANDARD_ERRORS * standardError;
}

/** Both versions' requests by the beginning of the minute. A service may have several target groups, a minute then several counts. */
function byMinute({ candidate, stable, ownRequests }: TrafficSeen, minuteMs: number): ReadonlyMap<number, Counts> {
  const minutes = new Map<number, Counts>();
  const put = (start: number, counts: Counts) => minutes.set(start, add(minutes.get(start) ?? NONE, counts));
  for (const { start, count } of candidate) put(start, { candidate: count, all: count });
  for (const { start, count } of stable) put(start, { candidate: 0, all: count });
  for (const [start, counts] of minutes) {
    const own = ownRequests.filter((at) => at >= start && at < start + minuteMs).length;
    // At the borders a request may be counted in the minute beside.
    const less = Math.min(own, counts.candidate);
    minutes.set(start, { candidate: counts.candidate - less, all: counts.all - less });
  }
  return minutes;
}

function shareSentence({ candidate, all }: Counts): string {
  return `the candidate got ${grouped(candidate)} of ${requests(all)} (${percent(candidate / all)})`;
}

function requests(count: number): string {
  return `${grouped(count)} request${count === 1 ? '' : 's'}`;
}

/** Three digits say enough: 0.0005 is "0.05 %", 0.5004 is "50 %". */
function percent(part: number): string {
  return `${Number((part * 100).toPrecision(3))} %`;
}
