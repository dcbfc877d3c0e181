/**
 * Wald's sequential probability ratio test, told the true ratio in advance: nobody can know it, so no rule that has to
 * find it out can be expected to be as soon. A. Wald, Sequential Tests of Statistical Hypotheses (1945).
 */
import { COLD_MINUTES, type Rule } from '../rule.ts';

/**
 * Of all bad requests of a minute, each is the candidate's with odds `ratio` × (its requests / stable's). The product
 * of the likelihood ratios flags at 1/α: by Ville's inequality equal versions pass it with at most probability α.
 */
export function oracle(alpha: number): Rule {
  const limit = Math.log(1 / alpha);
  return {
    name: `oracle, α ${alpha}`,
    alpha,
    judges: ({ isSameVersion, ratio }) => !isSameVersion && ratio !== undefined,
    minutesToFlag({ candidate, stable }, { ratio = 1 }) {
      let evidence = 0;
      for (let minute = COLD_MINUTES; minute < candidate.requests.length; minute++) {
        const own = candidate.requests[minute] ?? 0;
        const all = own + (stable.requests[minute] ?? 0);
        if (all === 0) continue;
        const candidates = candidate.bad[minute] ?? 0;
        const total = candidates + (stable.bad[minute] ?? 0);
        evidence += candidates * Math.log(ratio) - total * Math.log(1 + ((ratio - 1) * own) / all);
        if (evidence >= limit) return minute + 1;
      }
      return 0;
    },
  };
}
