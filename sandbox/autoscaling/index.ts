/** Application Auto Scaling for the desired counts of ECS services: as much of it as a rollout meets. */

import * as schemas from '@aws-sdk/client-application-auto-scaling';
import type { AwsService } from '../wire/service.ts';
import { type AutoScalingDeps, DIMENSION, registered, type Store } from './model.ts';
import { policyOperations } from './policies.ts';
import { scaleByPolicy } from './scale.ts';
import { scheduledActionOperations } from './scheduled-actions.ts';
import { targetOperations } from './targets.ts';

export type { AutoScalingDeps } from './model.ts';

export interface AutoScaling {
  readonly service: AwsService;
  /**
   * On order, as if the alarm of a policy had gone off: within the target's bounds, not at all where that direction is
   * suspended. Gives the count that is wanted now. Throws ObjectNotFoundException for what is not registered.
   */
  scale(resourceId: string, count: number, policy?: string): number;
  /** Takes every scheduled action off the clock. */
  close(): void;
}

export function createAutoScaling(deps: AutoScalingDeps): AutoScaling {
  const store: Store = { ...deps, targets: new Map(), policies: new Map(), scheduled: new Map(), activities: [] };
  return {
    service: {
      name: 'application-autoscaling',
      protocol: 'json-1.1',
      target: 'AnyScaleFrontendService',
      schemas,
      operations: { ...targetOperations(store), ...policyOperations(store), ...scheduledActionOperations(store) },
    },
    scale(resourceId, count, policy = 'scaling-policy') {
      const names = { ServiceNamespace: 'ecs', ResourceId: resourceId, ScalableDimension: DIMENSION };
      return scaleByPolicy(store, registered(store, names), count, policy);
    },
    close() {
      for (const { cancel } of store.scheduled.values()) cancel();
    },
  };
}
