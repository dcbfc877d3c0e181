/** Which minutes say something about the candidate, and why the others do not. */
import { lengthOfMinutes, SETTLED_AFTER } from '../minute-length.ts';
import { agrees } from '../traffic-count.ts';
import type { JudgeSeen } from './judgement.ts';
import type { MetricMinute, ShareChange } from './minutes.ts';

export interface JudgedMinute {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly candidate: MetricMinute;
  readonly stable: MetricMinute;
  /** New tasks have just come to their first users. */
  readonly isCold: boolean;
}

export interface Window {
  readonly judged: readonly JudgedMinute[];
  /** Stable alone, in the time before: how its bad requests come. */
  readonly before: readonly MetricMinute[];
  /** Minutes in which the share changed: nobody can say which version had which part of them. */
  readonly shifting: number;
  /** How long a minute is: 60,000, less where time runs faster (the sandbox). */
  readonly minuteMs: number;
  /** Beginning of the newest minute that is counted to its end; undefined: there is none. */
  readonly newest: number | undefined;
}

/** A change is seen up to a poll late, and the load balancer's nodes take it up one after the other: so much of a minute around it. */
const BLURRED = 0.25;

export function windowOf(seen: JudgeSeen, coldStartMs: number): Window {
  const { minutes, changes, now, ownRequests } = seen;
  const minuteMs = lengthOfMinutes([...minutes.candidate, ...minutes.stable].map(({ start }) => start));
  const isSettled = ({ start }: MetricMinute) => start + SETTLED_AFTER * minuteMs <= now;
  const stable = minutes.stable.filter(isSettled);
  const candidates = new Map(
    minutes.candidate.filter(isSettled).map((minute) => [minute.start, withoutOwn(minute, ownRequests, minuteMs)]),
  );

  const firstUsers = changes.find(({ share }) => share > 0);
  const from =
    firstUsers === undefined ? Number.POSITIVE_INFINITY : usersSince(firstUsers, changes, stable, candidates);
  const both = stable.flatMap((one) => {
    const candidate = candidates.get(one.start);
    const isBoth = candidate !== undefined && candidate.requests > 0 && one.requests > 0 && one.start >= from;
    return isBoth ? [{ start: one.start, candidate, stable: one }] : [];
  });
  const isShifting = ({ start }: { readonly start: number }) =>
    changes.some(
      ({ at }) => at >= from && start < at + BLURRED * minuteMs && start + minuteMs > at - BLURRED * minuteMs,
    );
  const cold = changes.filter(({ tasks, share }, i) => share > 0 && tasks > tasksWithUsers(changes, i));
  return {
    judged: both
      .filter((minute) => !isShifting(minute))
      .map((minute) => ({
        ...minute,
        isCold: cold.some(({ at }) => minute.start < at + coldStartMs && minute.start + minuteMs > at),
      })),
    before: stable.filter(({ start }) => start + minuteMs <= from),
    shifting: both.filter(isShifting).length,
    minuteMs,
    newest: newestOf([...stable, ...candidates.values()]),
  };
}

function newestOf(minutes: readonly MetricMinute[]): number | undefined {
  return minutes.length === 0 ? undefined : Math.max(...minutes.map(({ start }) => start));
}

/** When another look may show more. */
export function nextMinuteAt({ newest, minuteMs }: Window, now: number): number {
  const settled = newest === undefined ? now : newest + (SETTLED_AFTER + 1) * minuteMs;
  // A minute that is late is looked for again soon, but not at once.
  return settled > now ? settled : now + minuteMs / 4;
}

/** Tasks that have had users before the change `i`. */
function tasksWithUsers(changes: readonly ShareChange[], i: number): number {
  return changes.slice(0, i).reduce((most, { share, tasks }) => (share > 0 ? Math.max(most, tasks) : most), 0);
}

/**
 * Since when the candidate has had users. Who has seen it from the beginning knows; who came later goes back as far as the counts agree with
 * the share that he found, less the oldest such minute, in which it may have changed.
 */
function usersSince(
  first: ShareChange,
  changes: readonly ShareChange[],
  stable: readonly MetricMinute[],
  candidates: ReadonlyMap<number, MetricMinute>,
): number {
  if (changes[0] !== first) return first.at;
  const earlier = stable.filter(({ start }) => start < first.at).reverse();
  const other = earlier.findIndex(
    (one) => !agreesWith(first.share, candidates.get(one.start)?.requests ?? 0, one.requests),
  );
  const agreeing = earlier.slice(0, other < 0 ? earlier.length : other);
  return agreeing.at(-2)?.start ?? first.at;
}

/** A minute in which the candidate had nobody tells nothing of its share. */
function agreesWith(share: number, candidate: number, stable: number): boolean {
  return candidate > 0 && agrees({ candidate, all: candidate + stable }, share / 100);
}

/** Requests that gates have sent are no users'. They went well, or their gate has said so. */
function withoutOwn(minute: MetricMinute, own: readonly number[], minuteMs: number): MetricMinute {
  const count = own.filter((at) => at >= minute.start && at < minute.start + minuteMs).length;
  const bad = Math.max(minute.errors ?? 0, minute.slow ?? 0);
  return count === 0 ? minute : { ...minute, requests: Math.max(bad, minute.requests - count) };
}
