/** Which shares weights can give: any, in steps of a tenth of a percent. */
import type { RolloutConfig } from './config.ts';
import type { Fault } from './errors.ts';

const DEFAULTS = {
  'blue-green': [100],
  canary: [5, 100],
  linear: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
} as const satisfies Readonly<Record<string, readonly number[]>>;

/** The shares of the rollout, or why they cannot be; then those are given that come nearest. */
export function ladderOf({ strategy, steps }: Pick<RolloutConfig, 'strategy' | 'steps'>): {
  readonly shares: readonly number[];
  readonly faults: readonly Fault[];
} {
  if (strategy === 'rolling') {
    return {
      shares: DEFAULTS['blue-green'],
      faults: [
        {
          subject: 'strategy',
          problem: 'rolling replaces task by task, and task sets (deployment controller EXTERNAL) have no such thing',
          fix: 'write strategy: blue-green, or canary with the steps that you want',
        },
      ],
    };
  }
  const wanted = steps ?? DEFAULTS[strategy ?? 'blue-green'];
  const nearest = [...new Set(wanted.map((share) => Math.min(100, Math.max(1, Math.round(share * 10)) / 10)))];
  const finer = wanted.filter((share) => Math.abs(share * 10 - Math.round(share * 10)) > 1e-6);
  if (finer.length === 0) return { shares: wanted, faults: [] };
  return {
    shares: nearest,
    faults: [
      {
        subject: 'steps',
        problem: `the weights of a load balancer give shares to a tenth of a percent, and ${finer.join(', ')} ${finer.length === 1 ? 'is' : 'are'} finer`,
        fix: `write steps: ${nearest.join(', ')}`,
      },
    ],
  };
}
