/** CloudWatch Logs, as far as it takes to read what tasks wrote. The rules are in ../behaviour/tasks.md. */

import * as schemas from '@aws-sdk/client-cloudwatch-logs';
import type { LogSink, Place, SandboxClock } from '../contracts.ts';
import type { AwsService } from '../wire/service.ts';
import { describeOperations } from './describe.ts';
import { readOperations } from './read.ts';
import { createLogStore, type Limits } from './store.ts';

export interface LogsOptions {
  readonly clock: SandboxClock;
  readonly place: Place;
  readonly limits?: Limits;
}

export function createLogs({ clock, place, limits }: LogsOptions): { service: AwsService; sink: LogSink } {
  const store = createLogStore(clock.now, limits);
  return {
    service: {
      name: 'logs',
      protocol: 'json-1.1',
      target: 'Logs_20140328',
      schemas,
      operations: { ...describeOperations(store, place), ...readOperations(store) },
    },
    sink: { write: store.write },
  };
}
