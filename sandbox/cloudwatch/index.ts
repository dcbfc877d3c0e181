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
}

export interface CloudWatchParts {
  readonly service: AwsService;
  readonly port: Alarms;
  close(): void;
}

/** CloudWatch: metrics and the alarms that watch them. */
export function createCloudWatch({ clock, place, metrics, metricDelayMs = 0 }: CloudWatchOptions): CloudWatchParts {
  const delayMs = clock.real(metricDelayMs);
  const store = createMetricStore(clock, metrics, delayMs);
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
