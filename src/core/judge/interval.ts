/** Between what bounds the truth lies, at every moment at once (confidence sequences). For people; verdicts come from trial.ts. */
import { type Bucket, type Count, logRatioOfRates, logRatioOfRatios } from './likelihood.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Ratios from 1/64 to 64, a seventh of a doubling apart; beyond them nothing is said. */
const DOUBLINGS = 6;
const STEPS_A_DOUBLING = 7;
const RATIOS = Array.from(
  { length: 2 * DOUBLINGS * STEPS_A_DOUBLING + 1 },
  (_, i) => 2 ** (i / STEPS_A_DOUBLING - DOUBLINGS),
);

/**
 * The ratios of the two rates that have not been excluded: a ratio is, once somebody who spreads his money evenly over all others has won
 * 1/alpha against it. The true one is excluded at any time whatsoever with a chance of at most alpha. Infinite, or 0, where nothing bounds it.
 */
export function ratioInterval(buckets: readonly Bucket[], dispersion: number, alpha: number): Interval {
  const likelihoods = RATIOS.map(
    (ratio) => buckets.reduce((sum, bucket) => sum + logRatioOfRatios(bucket, ratio, 1), 0) / dispersion,
  );
  const left = likelihoods.map((likelihood) => logMean(likelihoods) - likelihood - Math.log(1 / alpha));
  return bounds(RATIOS, left);
}

/**
 * A version's own rate of bad requests, the mean over the time that was looked at, whatever it did meanwhile.
 * The bets on it: see logRatioOfRates.
 */
export function rateInterval({ requests, bad }: Count, dispersion: number, alpha: number): Interval {
  if (requests <= 0) return { low: 0, high: 1 };
  const rates = RATES.map((rate) => {
    const bets = TIMES.map((times) => logRatioOfRates({ requests, bad }, times, rate) / dispersion);
    return logMean(bets) - Math.log(1 / alpha);
  });
  const { low, high } = bounds(RATES, rates);
  return { low: low === RATES[0] ? 0 : low, high: Math.min(1, high) };
}

/** A twentieth of a decade apart. */
const RATES = Array.from({ length: 121 }, (_, i) => 10 ** (i / 20 - 6));
const TIMES = [0.02, 0.1, 0.25, 0.5, 0.7, 0.85, 0.95, 1.05, 1.2, 1.5, 2, 4, 10, 50];

/**
 * The candidate's rate less stable's, from three bounds that hold together with a third of alpha each: the ratio, and each version's
 * own rate. Where errors are few the rates bound it, where both are hurt alike the ratio does.
 */
export function differenceInterval(buckets: readonly Bucket[], dispersion: number, alpha: number): Interval {
  const third = alpha / 3;
  const ratio = ratioInterval(buckets, dispersion, third);
  const stable = rateInterval(total(buckets.map((bucket) => bucket.stable)), dispersion, third);
  const candidate = rateInterval(total(buckets.map((bucket) => bucket.candidate)), dispersion, third);
  const byRatio = (bound: number, rate: number) => (bound === Number.POSITIVE_INFINITY ? 1 : rate * (bound - 1));
  return {
    low: Math.max(byRatio(ratio.low, ratio.low < 1 ? stable.high : stable.low), candidate.low - stable.high, -1),
    high: Math.min(byRatio(ratio.high, ratio.high > 1 ? stable.high : stable.low), candidate.high - stable.low, 1),
  };
}

export function total(counts: readonly Count[]): Count {
  return counts.reduce((sum, { requests, bad }) => ({ requests: sum.requests + requests, bad: sum.bad + bad }), {
    requests: 0,
    bad: 0,
  });
}

/** Where `excess` changes its sign, between the points that stay (excess below 0), by a straight line. */
function bounds(points: readonly number[], excess: readonly number[]): Interval {
  const first = excess.findIndex((value) => value < 0);
  const last = excess.findLastIndex((value) => value < 0);
  if (first < 0) return { low: 0, high: Number.POSITIVE_INFINITY };
  return {
    low: first === 0 ? 0 : between(points, excess, first - 1, first),
    high: last === points.length - 1 ? Number.POSITIVE_INFINITY : between(points, excess, last, last + 1),
  };
}

function between(points: readonly number[], excess: readonly number[], one: number, other: number): number {
  const [a = 0, b = 0, x = 1, y = 1] = [excess[one], excess[other], points[one], points[other]];
  const part = a === b ? 0.5 : a / (a - b);
  return x * (y / x) ** part;
}

/** The logarithm of the mean of what these are logarithms of. */
function logMean(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length);
}
