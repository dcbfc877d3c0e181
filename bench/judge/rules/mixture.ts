/** The plainest test that needs no ratio: the oracle's for several ratios at once, each with the same weight. */
import { COLD_MINUTES, type Rule } from '../rule.ts';

const RATIOS = [1.5, 2, 3, 5, 10, 25, 100];

/** Counts requests as if they were independent: what the judge adds to it is to know when they are not. */
export function plainMixture(alpha: number): Rule {
  return {
    name: `plain mixture, α ${alpha}`,
    alpha,
    minutesToFlag({ candidate, stable }) {
      const evidence = new Float64Array(RATIOS.length);
      for (let minute = COLD_MINUTES; minute < candidate.requests.length; minute++) {
        const own = candidate.requests[minute] ?? 0;
        const all = own + (stable.requests[minute] ?? 0);
        const candidates = candidate.bad[minute] ?? 0;
        const total = candidates + (stable.bad[minute] ?? 0);
        if (total === 0) continue;
        let mixed = 0;
        for (let index = 0; index < RATIOS.length; index++) {
          const ratio = RATIOS[index] ?? 1;
          evidence[index] =
            (evidence[index] ?? 0) + candidates * Math.log(ratio) - total * Math.log(1 + ((ratio - 1) * own) / all);
          mixed += Math.exp(Math.min(700, evidence[index] ?? 0)) / RATIOS.length;
        }
        if (mixed >= 1 / alpha) return minute + 1;
      }
      return 0;
    },
  };
}
