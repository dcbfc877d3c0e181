import type { Metrics } from '../ports.ts';

/** Counts that a Prometheus server keeps. */
export function prometheus(_environment: Readonly<Record<string, string | undefined>>): Metrics {
  return {
    counts: () => Promise.resolve({ candidate: [], stable: [] }),
    stablePercentile: () => Promise.resolve(undefined),
  };
}
