/**
 * Six equally spaced looks with O'Brien and Fleming's limits, one-sided, on the pooled two-proportion z: what a
 * statistician plans when the number of looks is known in advance.
 * P. C. O'Brien, T. R. Fleming, A Multiple Testing Procedure for Clinical Trials, Biometrics 35 (1979).
 */
import { oBrienFlemingConstant } from '../o-brien-fleming.ts';
import { COLD_MINUTES, type Rule } from '../rule.ts';

const LOOKS = 6;

export function groupSequential(alpha: number): Rule {
  const constant = oBrienFlemingConstant(LOOKS, alpha);
  return {
    name: `six looks, α ${alpha}`,
    alpha,
    minutesToFlag({ candidate, stable }) {
      const minutes = candidate.requests.length;
      let own = 0;
      let ownBad = 0;
      let others = 0;
      let othersBad = 0;
      for (let minute = 0; minute < minutes; minute++) {
        if (minute >= COLD_MINUTES) {
          own += candidate.requests[minute] ?? 0;
          ownBad += candidate.bad[minute] ?? 0;
          others += stable.requests[minute] ?? 0;
          othersBad += stable.bad[minute] ?? 0;
        }
        const look = ((minute + 1) * LOOKS) / minutes;
        if (Number.isInteger(look) && pooledZ(own, ownBad, others, othersBad) >= constant * Math.sqrt(LOOKS / look)) {
          return minute + 1;
        }
      }
      return 0;
    },
  };
}

/** How far the first share lies above the second, in standard errors if both were the same. 0 where it says nothing. */
export function pooledZ(first: number, firstBad: number, second: number, secondBad: number): number {
  if (first === 0 || second === 0) return 0;
  const pooled = (firstBad + secondBad) / (first + second);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / first + 1 / second));
  return deviation > 0 ? (firstBad / first - secondBad / second) / deviation : 0;
}
