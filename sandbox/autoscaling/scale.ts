/** The one thing that scaling does: it sets a service's desired count, and notes that it did. */

import { randomUUID } from 'node:crypto';
import { DIMENSION, type Store, type Target } from './model.ts';

/** Sets the count and notes the activity in AWS's words (DescribeScalingActivities, its example). */
function setCount(store: Store, target: Target, count: number, cause: string): void {
  const { clock, counts, activities } = store;
  const isThere = counts.desiredCount(target.ResourceId) !== undefined;
  if (isThere) counts.setDesiredCount(target.ResourceId, count);
  const now = clock.now();
  activities.unshift({
    ActivityId: randomUUID(),
    ServiceNamespace: 'ecs',
    ResourceId: target.ResourceId,
    ScalableDimension: DIMENSION,
    Description: `Setting desired count to ${count}.`,
    Cause: cause,
    StartTime: now,
    EndTime: now,
    StatusCode: isThere ? 'Successful' : 'Failed',
    StatusMessage: isThere
      ? `Successfully set desired count to ${count}. Change successfully fulfilled by ecs.`
      : `Failed to set desired count to ${count}. Reason: Service not found.`,
  });
}

/** Brings a count that is out of the target's bounds back into them, as new bounds do. */
export function enforceBounds(store: Store, target: Target): void {
  const { ResourceId, MinCapacity: min, MaxCapacity: max } = target;
  const current = store.counts.desiredCount(ResourceId);
  if (current === undefined) return;
  if (current < min) setCount(store, target, min, `minimum capacity was set to ${min}`);
  else if (current > max) setCount(store, target, max, `maximum capacity was set to ${max}`);
}

/**
 * What a scaling policy does when its alarm goes off: within the bounds, and not at all where that direction is suspended
 * (API_SuspendedState). Gives the count that is wanted now.
 */
export function scaleByPolicy(store: Store, target: Target, wanted: number, policy: string): number {
  const current = store.counts.desiredCount(target.ResourceId) ?? 0;
  const count = Math.min(Math.max(wanted, target.MinCapacity), target.MaxCapacity);
  const { DynamicScalingInSuspended, DynamicScalingOutSuspended } = target.SuspendedState;
  const isSuspended = count > current ? DynamicScalingOutSuspended : DynamicScalingInSuspended;
  if (count === current || isSuspended) return current;
  setCount(store, target, count, `monitor alarm ${policy} in state ALARM triggered policy ${policy}`);
  return count;
}
