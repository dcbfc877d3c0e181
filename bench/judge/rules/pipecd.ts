/**
 * Mann-Whitney as PipeCD's ADA applies it: at every interval the points of that interval alone, canary against primary,
 * two-sided (deviation EITHER), failed when p is at most 0.05, no failure allowed. Interval 5 minutes, a point a minute,
 * as in its example. With so few points its p is exact, ties included; equal samples are accepted.
 * https://pipecd.dev/docs/user-guide/managing-application/customizing-deployment/automated-deployment-analysis/ and, for
 * the numbers, the piped's analysis executor in https://github.com/pipe-cd/pipecd
 */
import type { Rule } from '../rule.ts';
import type { Counts } from '../traffic.ts';

const INTERVAL = 5;
const ALPHA = 0.05;

export const pipeCd: Rule = {
  name: 'PipeCD, every 5 minutes',
  alpha: ALPHA,
  minutesToFlag({ candidate, stable }) {
    for (let end = INTERVAL; end <= candidate.requests.length; end += INTERVAL) {
      const experiment = points(candidate, end, FIRST);
      const control = points(stable, end, SECOND);
      if (experiment + control === 0) continue;
      // Points of one side alone are an error to PipeCD, and an error is a failure.
      if (experiment === 0 || control === 0 || pOf(FIRST, experiment, SECOND, control) <= ALPHA) return end;
    }
    return 0;
  },
};

const FIRST = new Float64Array(INTERVAL);
const SECOND = new Float64Array(INTERVAL);

/** The interval's shares of bad requests into `into`, a minute without requests left out; how many there are. */
function points({ requests, bad }: Counts, end: number, into: Float64Array): number {
  let used = 0;
  for (let minute = end - INTERVAL; minute < end; minute++) {
    const all = requests[minute] ?? 0;
    if (all > 0) into[used++] = (bad[minute] ?? 0) / all;
  }
  return used;
}

/** Two-sided and exact: of all ways to deal these ranks, how many are as far from the middle. 1 for equal samples. */
export function exactP(first: readonly number[], second: readonly number[]): number {
  return pOf(Float64Array.from(first), first.length, Float64Array.from(second), second.length);
}

const MERGED = new Float64Array(2 * INTERVAL);

/** Into the first `used` values, which are sorted. */
function placeInto(sorted: Float64Array, used: number, value: number): void {
  let at = used;
  for (; at > 0 && (sorted[at - 1] ?? 0) > value; at--) sorted[at] = sorted[at - 1] ?? 0;
  sorted[at] = value;
}

/** By sizes, pattern of ties and U: there are few, and each is met thousands of times. */
const KNOWN = new Map<number, number>();

function pOf(first: Float64Array, firsts: number, second: Float64Array, seconds: number): number {
  const all = firsts + seconds;
  for (let one = 0; one < firsts; one++) placeInto(MERGED, one, first[one] ?? 0);
  for (let other = 0; other < seconds; other++) placeInto(MERGED, firsts + other, second[other] ?? 0);
  let ties = 0;
  for (let at = 1; at < all; at++) if (MERGED[at] === MERGED[at - 1]) ties |= 1 << at;

  // Twice U: pairs in which the first is greater count 2, equal ones 1.
  let twiceU = 0;
  for (let one = 0; one < firsts; one++) {
    for (let other = 0; other < seconds; other++) twiceU += 1 + Math.sign((first[one] ?? 0) - (second[other] ?? 0));
  }
  const smaller = Math.min(twiceU, 2 * firsts * seconds - twiceU);
  const key = (((ties << 8) | smaller) << 6) | (firsts << 3) | seconds;
  let p = KNOWN.get(key);
  if (p === undefined) {
    p = twiceU === firsts * seconds ? 1 : 2 * portionUpTo(smaller, firsts, ties, all);
    KNOWN.set(key, p);
  }
  return p;
}

/** The part of all choices of `firsts` of the ranks whose U is at most half of `twiceU`. Bit k of `ties`: k ties with k-1. */
function portionUpTo(twiceU: number, firsts: number, ties: number, all: number): number {
  const ranks = twiceMidRanks(ties, all);
  const least = firsts * (firsts + 1);
  let ways = 0;
  let upTo = 0;
  for (let choice = 0; choice < 1 << all; choice++) {
    let chosen = 0;
    let sum = 0;
    for (let at = 0; at < all; at++) {
      if ((choice >> at) & 1) {
        chosen += 1;
        sum += ranks[at] ?? 0;
      }
    }
    if (chosen !== firsts) continue;
    ways += 1;
    if (sum - least <= twiceU) upTo += 1;
  }
  return upTo / ways;
}

/** Twice the rank of each place, equal ones sharing the middle of theirs. */
function twiceMidRanks(ties: number, all: number): number[] {
  const ranks: number[] = [];
  for (let from = 0; from < all; ) {
    let to = from + 1;
    while (to < all && (ties >> to) & 1) to += 1;
    for (let at = from; at < to; at++) ranks.push(from + 1 + to);
    from = to;
  }
  return ranks;
}
