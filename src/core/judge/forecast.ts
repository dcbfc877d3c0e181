/** How long it takes until a harm would show, at the traffic of the last minutes. */
import { total } from './interval.ts';
import type { Bucket } from './likelihood.ts';
import type { Rules } from './trial.ts';

export interface Forecast {
  /** Requests of both versions in a minute. */
  readonly requestsAMinute: number;
  /** The rate of bad requests (0 to 1) that the candidate would have to have. */
  readonly rate: number;
  /** That rate over stable's. */
  readonly ratio: number;
  /** Until it would be found guilty, counted from the begin of the harm; Infinity without traffic. */
  readonly minutes: number;
}

const RECENT = 10;
/** What the wager gives away by spreading its money and keeping a reserve: log(1 / (0.9 · 0.54)), and the limit of a minute. */
const SPREAD = 1;

/**
 * The mean time of a sequential test is what has to be won over what is won in a mean minute (Wald 1945): the Kullback-Leibler
 * divergence between the harm and the null hypothesis. Both bets have to win, so the slower of the two counts.
 */
export function forecast(buckets: readonly Bucket[], rules: Rules, dispersion: number): Forecast {
  const recent = buckets.slice(-RECENT);
  const stable = total(buckets.map((bucket) => bucket.stable));
  // Without a single bad request the ratio to stable's rate says nothing; then it is the floor that a harm has to pass.
  const stableRate = Math.max(
    stable.requests === 0 ? 0 : stable.bad / stable.requests,
    rules.floor / rules.exclude / 2,
  );
  const ratio = Math.max(rules.exclude, (2 * rules.floor) / stableRate);
  const minutes = Math.max(1, recent.length);
  const n = total(recent.map((bucket) => bucket.candidate)).requests / minutes;
  const m = total(recent.map((bucket) => bucket.stable)).requests / minutes;
  const rate = Math.min(1, stableRate * ratio);

  const part = (times: number) => (times * n) / (times * n + m);
  const perBad = n === 0 || m === 0 ? 0 : divergence(part(ratio), part(rules.tolerate));
  const byRatio = (n * rate + m * stableRate) * perBad;
  const byRate = n * (rate * Math.log(rate / rules.floor) - rate + rules.floor);
  const won = Math.min(byRatio, byRate) / dispersion;
  return {
    requestsAMinute: n + m,
    rate,
    ratio: rate / stableRate,
    minutes: won > 0 ? (Math.log(1 / rules.alpha) + SPREAD) / won : Number.POSITIVE_INFINITY,
  };
}

function divergence(p: number, q: number): number {
  return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
}
