import type { Metrics } from '../ports.ts';

/** Each source's own adapter. */
export function metrics(cloudWatch: Metrics, prometheus: Metrics): Metrics {
  const of = (kind: 'load-balancer' | 'cloudwatch' | 'prometheus') => (kind === 'prometheus' ? prometheus : cloudWatch);
  return {
    counts: (asked) => of(asked.gate.source.kind).counts(asked),
    stablePercentile: (asked, percent) => of(asked.gate.source.kind).stablePercentile(asked, percent),
  };
}
