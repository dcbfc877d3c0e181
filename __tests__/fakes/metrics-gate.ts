import type { MetricsGate } from '../../src/core/gate.ts';

/** The gate `metrics` with nothing written beside it. __tests__/core/gate-metrics.test.ts holds the parser to these defaults. */
export const METRICS_GATE: MetricsGate = {
  kind: 'metrics',
  source: { kind: 'load-balancer' },
  judges: { errors: { tolerate: 1, floor: 0.001 }, latency: undefined },
  alpha: 0.01,
  early: false,
  conclusive: false,
  exclude: 2,
  coldStartMs: 60_000,
};
