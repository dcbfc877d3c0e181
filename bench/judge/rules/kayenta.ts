/**
 * Mann-Whitney as Kayenta's judge applies it, once, at the end: the minutes' shares of bad requests are two samples;
 * the candidate is "High" when the 98 % confidence interval of the shift lies above a quarter of the shift's own
 * estimate (Hodges-Lehmann). Interval as R's wilcox.test gives it: normal approximation, correction for ties and
 * continuity. https://spinnaker.io/docs/guides/user/canary/judge/ and, for the numbers, NetflixACAJudge and
 * MannWhitneyClassifier in https://github.com/spinnaker/kayenta
 */
import type { Rule } from '../rule.ts';
import type { Counts } from '../traffic.ts';

const TOLERANCE = 0.25;
/** The normal quantile that leaves 1 % on either side. */
const Z_98 = 2.3263478740408408;

export const kayenta: Rule = {
  name: 'Kayenta, at the end',
  alpha: undefined,
  minutesToFlag({ candidate, stable }) {
    const experiment = minuteShares(candidate);
    const control = minuteShares(stable);
    if (experiment.length === 0 || control.length === 0) return 0;
    return isHigh(experiment, control) ? candidate.requests.length : 0;
  },
};

/** Sorted. A minute without requests is NaN to Kayenta and left out. */
function minuteShares({ requests, bad }: Counts): Float64Array {
  const shares = new Float64Array(requests.length);
  let used = 0;
  for (let minute = 0; minute < requests.length; minute++) {
    const all = requests[minute] ?? 0;
    if (all > 0) shares[used++] = (bad[minute] ?? 0) / all;
  }
  return shares.subarray(0, used).sort();
}

/** Both samples sorted. */
function isHigh(experiment: Float64Array, control: Float64Array): boolean {
  const rank = lowerRank(experiment, control);
  // The interval's lower end is the difference of that rank; it has to be above 0 at the very least.
  if (rank < 1 || differencesUpTo(experiment, control, 0) >= rank) return false;
  const differences = sortedDifferences(experiment, control);
  const estimate = median(differences);
  return (differences[rank - 1] ?? 0) > TOLERANCE * Math.abs(estimate);
}

/**
 * The lower end of the shift's confidence interval: 98 % two-sided. Both samples sorted; undefined where the samples
 * are too small for one.
 */
export function shiftInterval(
  experiment: Float64Array,
  control: Float64Array,
): { readonly lower: number; readonly estimate: number } | undefined {
  const differences = sortedDifferences(experiment, control);
  const lower = differences[lowerRank(experiment, control) - 1];
  return lower === undefined ? undefined : { lower, estimate: median(differences) };
}

/**
 * Which of the sorted differences is the interval's lower end: the first at which (W - nm/2 - 1/2) / σ falls to z.
 * A shift by no difference at all has only the ties within each sample.
 */
function lowerRank(experiment: Float64Array, control: Float64Array): number {
  const n = experiment.length;
  const m = control.length;
  const ties = tieSum(experiment) + tieSum(control);
  const sigma = Math.sqrt(((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1))));
  return Math.ceil((n * m) / 2 - 0.5 - Z_98 * sigma);
}

/** Σ (t³ - t) over groups of equal values. */
function tieSum(sorted: Float64Array): number {
  let sum = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (to < sorted.length && sorted[to] === sorted[from]) to += 1;
    const size = to - from;
    sum += size ** 3 - size;
    from = to;
  }
  return sum;
}

/** How many of the differences experiment - control are at most `shift`. */
function differencesUpTo(experiment: Float64Array, control: Float64Array, shift: number): number {
  let count = 0;
  let below = 0;
  for (const value of experiment) {
    while (below < control.length && (control[below] ?? 0) < value - shift) below += 1;
    count += control.length - below;
  }
  return count;
}

function sortedDifferences(experiment: Float64Array, control: Float64Array): Float64Array {
  const differences = new Float64Array(experiment.length * control.length);
  let at = 0;
  for (const value of experiment) for (const other of control) differences[at++] = value - other;
  return differences.sort();
}

function median(sorted: Float64Array): number {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
