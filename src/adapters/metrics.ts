import type { Metrics } from '../ports.ts';

/** Each source's own adapter; each is loaded when a gate asks for it. */
export function metrics(cloudWatch: Metrics, environment: Readonly<Record<string, string | undefined>>): Metrics {
  let known: Metrics | undefined;
  const of = async (kind: 'load-balancer' | 'cloudwatch' | 'prometheus'): Promise<Metrics> => {
    if (kind !== 'prometheus') return cloudWatch;
    known ??= (await import('./prometheus.ts')).prometheus(environment);
    return known;
  };
  return {
    counts: async (asked) => (await of(asked.gate.source.kind)).counts(asked),
    stablePercentile: async (asked, percent) => (await of(asked.gate.source.kind)).stablePercentile(asked, percent),
  };
}
