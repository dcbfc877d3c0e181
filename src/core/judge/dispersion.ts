/**
 * How bad requests come: one by one, or in bunches (retries, one broken client, a task that stumbles). Learnt from stable against
 * itself, minute against the next minute, in the time before the candidate had users.
 */
import type { Count } from './likelihood.ts';

export interface Dispersion {
  /** 1: one by one. 20: as if they came in twenties, and twenty count as one. Never below 1. */
  readonly factor: number;
  /** Pairs of minutes with a bad request in them; below 10 little is known. */
  readonly pairs: number;
}

/**
 * Two minutes of the same version share their bad requests as their requests: each is binomial given their sum, as candidate and stable
 * are. The factor is the squared distance from that, over what chance explains, summed over all pairs of neighbours: Pearson's statistic
 * as a ratio of sums, so that minutes count by their bad requests. For bunches of random size K it is E[K²] / E[K], the mean bunch
 * as its members see it. A trend or an incident shifts neighbours alike and shows at its edges only.
 * (McCullagh and Nelder, Generalized Linear Models, 1989, section 4.5.)
 */
export function dispersionOf(minutes: readonly Count[]): Dispersion {
  const pairs = minutes.flatMap((now, i) => {
    const before = minutes[i - 1];
    const bad = now.bad + (before?.bad ?? 0);
    if (before === undefined || bad === 0 || now.requests <= 0 || before.requests <= 0) return [];
    const part = now.requests / (now.requests + before.requests);
    return [{ seen: (now.bad - bad * part) ** 2, expected: bad * part * (1 - part) }];
  });
  // An incident before the rollout is no bunch: where without its two edges nothing speaks for bunches, nothing does.
  const calm = [...pairs].sort((a, b) => b.seen - b.expected - (a.seen - a.expected)).slice(EDGES);
  const isIncident = pairs.length >= ENOUGH && factorOf(calm) === 1;
  return { factor: isIncident ? 1 : factorOf(pairs), pairs: pairs.length };
}

/** An incident has a beginning and an end. */
const EDGES = 2;
/** With fewer pairs two of them may be all that is known. */
const ENOUGH = 12;

function factorOf(pairs: readonly { readonly seen: number; readonly expected: number }[]): number {
  if (pairs.length === 0) return 1;
  const sum = (of: 'seen' | 'expected') => pairs.reduce((all, pair) => all + pair[of], 0);
  const found = sum('seen') / sum('expected');
  // Of the statistic for bad requests that come one by one; neighbours share minutes, so half as much again.
  const standardError = Math.sqrt(3 / pairs.length);
  // Within it nothing speaks for bunches. Beyond it their size is known no better, and half of it is put on top.
  return found > 1 + standardError ? found * (1 + standardError / 2) : 1;
}

/** The rate of bad requests in the middle one of these minutes: a short incident does not move it. 0 without any. */
export function usualRate(minutes: readonly Count[]): number {
  const rates = minutes
    .filter(({ requests }) => requests > 0)
    .map(({ requests, bad }) => bad / requests)
    .sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)] ?? 0;
}

/** More than twice what is usual, and more than chance explains (three standard errors). */
export function isUnusual({ requests, bad }: Count, rate: number, factor: number): boolean {
  const expected = requests * rate;
  return bad > 2 * expected + 3 * Math.sqrt(factor * expected);
}
