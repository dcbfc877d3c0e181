/** Between what bounds the truth lies, at every moment at once (confidence sequences). For people; verdicts come from trial.ts. */
import { type Bucket, type Count, logRatioOfRates, logRatioOfRatios } from './likelihood.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Ratios from 1/64 to 64, a seventh of a doubling apart: between them the money is spread, and beyond them nothing is said. */
const DOUBLINGS = 6;
const STEPS_A_DOUBLING = 7;
const RATIOS = Array.from(
  { length: 2 * DOUBLINGS * STEPS_A_DOUBLING + 1 },
  (_, i) => 2 ** (i / STEPS_A_DOUBLING - DOUBLINGS),
);

/**
 * The ratios of the two rates that have not been excluded: a ratio is, once somebody who spreads his money evenly over those above has won
 * 1/alpha against it. The true one is excluded at any time whatsoever with a chance of at most alpha. Infinite, or 0, where nothing bounds it.
 */
export function ratioInterval(buckets: readonly Bucket[], dispersion: number, alpha: number): Interval {
  const likelihood = (ratio: number) =>
    buckets.reduce((sum, bucket) => sum + logRatioOfRatios(bucket, ratio, 1), 0) / dispersion;
  const won = logMean(RATIOS.map(likelihood));
  return bounds(RATIOS, (ratio) => won - likelihood(ratio) - Math.log(1 / alpha));
}

/**
 * A version's own rate of bad requests, the mean over the time that was looked at, whatever it did meanwhile.
 * The bets on it: see logRatioOfRates.
 */
export function rateInterval({ requests, bad }: Count, dispersion: number, alpha: number): Interval {
  if (requests <= 0) return { low: 0, high: 1 };
  const { low, high } = bounds(RATES, (rate) => {
    const bets = TIMES.map((times) => logRatioOfRates({ requests, bad }, times, rate) / dispersion);
    return logMean(bets) - Math.log(1 / alpha);
  });
  return { low, high: Math.min(1, high) };
}

/** A fifth of a decade apart. */
const RATES = Array.from({ length: 31 }, (_, i) => 10 ** (i / 5 - 6));
const TIMES = [0.02, 0.1, 0.25, 0.5, 0.7, 0.85, 0.95, 1.05, 1.2, 1.5, 2, 4, 10, 50];

/**
 * The candidate's rate less what stable's would have been with the candidate's requests, minute by minute: where an incident falls into the
 * time of a large share, the candidate's mean rate is above stable's without being worse in any minute. By the ratio r and the candidate's
 * rate c it is c·(1 - 1/r), -1 where nothing bounds r from below. Each of the two is known with half of alpha, so that both hold together.
 */
export function differenceInterval(buckets: readonly Bucket[], dispersion: number, alpha: number): Interval {
  const half = alpha / 2;
  const ratio = ratioInterval(buckets, dispersion, half);
  const { low, high } = rateInterval(total(buckets.map(({ candidate }) => candidate)), dispersion, half);
  // Plus 0, for -0 is another number than 0 to who compares.
  const difference = (bound: number, rate: number) => (bound === 0 ? -1 : Math.max(-1, rate * (1 - 1 / bound)) + 0);
  return {
    low: difference(ratio.low, ratio.low < 1 ? high : low),
    high: difference(ratio.high, ratio.high > 1 ? high : low),
  };
}

/**
 * The candidate's rate over stable's, minute by minute (Mantel and Haenszel 1959): an incident in the time of a large share, which makes the
 * candidate's mean rate the higher one, leaves it as it is. With the same share in all minutes it is the ratio of the mean rates. NaN for none bad.
 */
export function commonRatio(buckets: readonly Bucket[]): number {
  let over = 0;
  let under = 0;
  for (const { candidate, stable } of buckets) {
    const all = candidate.requests + stable.requests;
    if (all <= 0) continue;
    over += (candidate.bad * stable.requests) / all;
    under += (stable.bad * candidate.requests) / all;
  }
  return over / under;
}

export function total(counts: readonly Count[]): Count {
  return counts.reduce((sum, { requests, bad }) => ({ requests: sum.requests + requests, bad: sum.bad + bad }), {
    requests: 0,
    bad: 0,
  });
}

/**
 * Where `excess`, which falls and then rises, is below 0. The points only show where to look: with many requests all of it may lie between
 * two of them. Nothing is known beyond the first and the last.
 */
function bounds(points: readonly number[], excess: (point: number) => number): Interval {
  const at = points.map(excess);
  const best = at.indexOf(Math.min(...at));
  const [first, last] = [points[0] ?? 0, points.at(-1) ?? Number.POSITIVE_INFINITY];
  const inside = lowest(excess, points[best - 1] ?? first, points[best + 1] ?? last);
  const outside = points.filter((_, i) => (at[i] ?? 0) >= 0);
  const below = outside.findLast((point) => point < inside);
  const above = outside.find((point) => point > inside);
  return {
    low: below === undefined ? 0 : border(excess, inside, below),
    high: above === undefined ? Number.POSITIVE_INFINITY : border(excess, inside, above),
  };
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** By the golden section, to a millionth. */
function lowest(excess: (point: number) => number, low: number, high: number): number {
  let [from, to] = [Math.log(low), Math.log(high)];
  let [left, right] = [to - GOLDEN * (to - from), from + GOLDEN * (to - from)];
  let [atLeft, atRight] = [excess(Math.exp(left)), excess(Math.exp(right))];
  while (to - from > 1e-6) {
    if (atLeft < atRight) {
      [to, right, atRight] = [right, left, atLeft];
      left = to - GOLDEN * (to - from);
      atLeft = excess(Math.exp(left));
    } else {
      [from, left, atLeft] = [left, right, atRight];
      right = from + GOLDEN * (to - from);
      atRight = excess(Math.exp(right));
    }
  }
  return Math.exp((from + to) / 2);
}

/** By halving: the outermost point, to a ten-thousandth, at which `excess` is 0 or more. */
function border(excess: (point: number) => number, inside: number, outside: number): number {
  let [near, far] = [inside, outside];
  while (Math.abs(Math.log(far / near)) > 1e-4) {
    const middle = Math.sqrt(near * far);
    if (excess(middle) < 0) near = middle;
    else far = middle;
  }
  return far;
}

/** The logarithm of the mean of what these are logarithms of. */
function logMean(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length);
}
