import * as schemas from '@aws-sdk/client-cloudwatch';
import type { Alarms, MetricSource, Place, SandboxClock } from '../contracts.ts';
import type { AwsService } from '../wire/service.ts';
import { createAlarms } from './alarms.ts';
import { createMetricStore } from './metric-store.ts';
import { metricOperations } from './queries.ts';

export interface CloudWatchOptions {
  readonly clock: SandboxClock;
  readonly place: Place;
  /** Whose metrics are seen beside those of PutMetricData. */
  readonly metrics: MetricSource;
  /** AWS milliseconds from the end of a metric's minute until it can be read; 0 unless given. */
  readonly metricDelayMs?: number;
  /** A service's newest minute is published in part, and whole a minute later: half of its values are missing at first. */
  readonly revisesMetrics?: boolean;
}

export interface CloudWatchParts {
  readonly service: AwsService;
  readonly port: Alarms;
  close(): void;
}

/** CloudWatch: metrics and the alarms that watch them. */
export function createCloudWatch(options: CloudWatchOptions): CloudWatchParts {
  const { clock, place, metrics, metricDelayMs = 0, revisesMetrics = false } = options;
  const delayMs = clock.real(metricDelayMs);
  const store = createMetricStore(clock, metrics, { delayMs, revises: revisesMetrics });
  const alarms = createAlarms({ clock, place, store, delayMs });
  return {
    service: {
      name: 'monitoring',
      protocol: 'json-1.0',
      target: 'GraniteServiceVersion20100801',
      schemas,
      operations: { ...alarms.operations, ...metricOperations(store) },
    },
    port: alarms.port,
    close: alarms.close,
  };
}
