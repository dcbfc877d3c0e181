/** How much more likely a minute is under one hypothesis than under another. Logarithms throughout. */

/** What one version was counted to do in a minute: `bad` of `requests`. */
export interface Count {
  readonly requests: number;
  readonly bad: number;
}

export interface Bucket {
  readonly candidate: Count;
  readonly stable: Count;
}

/**
 * Given how many bad requests both had together, how they fall on the two depends on the ratio of the two rates alone: the candidate's
 * are binomial with p = ratio·n / (ratio·n + m), n and m being both versions' requests. What hurts both alike, an upstream that
 * is down, leaves p as it is. (Lindon and Malek, NeurIPS 2022, https://arxiv.org/abs/2011.03567, for two cells.)
 *
 * For requests that fail independently the exact law is hypergeometric; bets of this form, convex in the count, gain no more
 * under it than under the binomial (Hoeffding 1963), so they stay fair.
 */
export function logRatioOfRatios({ candidate, stable }: Bucket, ratio: number, nullRatio: number): number {
  if (candidate.requests <= 0 || stable.requests <= 0) return 0;
  const n = candidate.requests;
  const m = stable.requests;
  const both = Math.log((nullRatio * n + m) / (ratio * n + m));
  return candidate.bad * (Math.log(ratio / nullRatio) + both) + stable.bad * both;
}

/**
 * The candidate's rate is `times` the `nullRate`, against the null rate itself, as for Poisson counts. Fair for a rate below the null one
 * when `times` > 1, and above it when `times` < 1: E[times^bad] = (1 + p(times - 1))^n <= e^(np(times - 1)).
 */
export function logRatioOfRates({ requests, bad }: Count, times: number, nullRate: number): number {
  return bad * Math.log(times) - requests * nullRate * (times - 1);
}
