/** RegisterScalableTarget, DescribeScalableTargets, DeregisterScalableTarget. */

import { randomUUID } from 'node:crypto';
import type {
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  RegisterScalableTargetRequest,
} from '@aws-sdk/client-application-auto-scaling';
import type { Handler } from '../wire/service.ts';
import { checkNames, DIMENSION, invalid, registered, type Store, type Target } from './model.ts';
import { page } from './page.ts';
import { enforceBounds } from './scale.ts';

const AWAKE = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

export function targetOperations(store: Store): Readonly<Record<string, Handler>> {
  const { place, clock, counts, targets } = store;
  return {
    /** Also updates: what the request leaves out stays (API_RegisterScalableTarget). */
    RegisterScalableTarget(input: RegisterScalableTargetRequest) {
      checkNames(input);
      const ResourceId = input.ResourceId ?? '';
      const before = targets.get(ResourceId);
      // The text is AWS's own, as its users quote it.
      if (counts.desiredCount(ResourceId) === undefined) throw invalid(`ECS service doesn't exist: ${ResourceId}`);
      const MinCapacity = input.MinCapacity ?? before?.MinCapacity;
      const MaxCapacity = input.MaxCapacity ?? before?.MaxCapacity;
      if (MinCapacity === undefined || MaxCapacity === undefined) {
        throw invalid('Minimum capacity and maximum capacity must be specified for a new scalable target');
      }
      if (MinCapacity < 0) throw invalid('Minimum capacity must not be negative');
      if (MinCapacity > MaxCapacity) throw invalid('Maximum capacity cannot be less than minimum capacity');
      const target: Target = {
        ServiceNamespace: 'ecs',
        ResourceId,
        ScalableDimension: DIMENSION,
        MinCapacity,
        MaxCapacity,
        RoleARN: `arn:aws:iam::${place.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
        CreationTime: before?.CreationTime ?? clock.now(),
        SuspendedState: { ...AWAKE, ...before?.SuspendedState, ...given(input.SuspendedState) },
        ScalableTargetARN:
          before?.ScalableTargetARN ??
          `arn:aws:application-autoscaling:${place.region}:${place.account}:scalable-target/0ec5${randomUUID().replaceAll('-', '')}`,
      };
      targets.set(ResourceId, target);
      enforceBounds(store, target);
      return { ScalableTargetARN: target.ScalableTargetARN };
    },

    DescribeScalableTargets(input: DescribeScalableTargetsRequest) {
      checkNames(input);
      const asked = input.ResourceIds ?? [];
      const found = [...targets.values()].filter(({ ResourceId }) => asked.length === 0 || asked.includes(ResourceId));
      const { items, ...next } = page(found, input);
      return { ScalableTargets: items, ...next };
    },

    /** Its policies and scheduled actions go with it (API_DeregisterScalableTarget). */
    DeregisterScalableTarget(input: DeregisterScalableTargetRequest) {
      const { ResourceId } = registered(store, input);
      targets.delete(ResourceId);
      for (const [name, policy] of store.policies) if (policy.ResourceId === ResourceId) store.policies.delete(name);
      for (const [name, { action, cancel }] of store.scheduled) {
        if (action.ResourceId !== ResourceId) continue;
        cancel();
        store.scheduled.delete(name);
      }
      return {};
    },
  };
}

function given(state: RegisterScalableTargetRequest['SuspendedState']): Partial<Target['SuspendedState']> {
  return Object.fromEntries(Object.entries(state ?? {}).filter(([, value]) => typeof value === 'boolean'));
}
