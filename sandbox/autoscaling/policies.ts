/** Scaling policies, kept and described: no policy acts here, since tasks have no CPU that anybody measures. */

import { randomUUID } from 'node:crypto';
import type {
  DeleteScalingPolicyRequest,
  DescribeScalingActivitiesRequest,
  DescribeScalingPoliciesRequest,
  PutScalingPolicyRequest,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError, type Handler } from '../wire/service.ts';
import { checkNames, DIMENSION, invalid, key, registered, type Store } from './model.ts';
import { page } from './page.ts';

export function policyOperations(store: Store): Readonly<Record<string, Handler>> {
  const { place, clock, policies, activities } = store;
  return {
    PutScalingPolicy(input: PutScalingPolicyRequest) {
      const { ResourceId } = registered(store, input);
      const name = input.PolicyName ?? '';
      const before = policies.get(key(ResourceId, name));
      const PolicyType = input.PolicyType ?? before?.PolicyType;
      const step = input.StepScalingPolicyConfiguration;
      const tracking = input.TargetTrackingScalingPolicyConfiguration;
      if (PolicyType !== 'StepScaling' && PolicyType !== 'TargetTrackingScaling') {
        throw invalid(`Policy type ${PolicyType} is not supported by the sandbox`);
      }
      if ((PolicyType === 'StepScaling' ? step : tracking) === undefined) {
        throw invalid(
          `${PolicyType} policies need a ${PolicyType}PolicyConfiguration`.replace('ScalingScaling', 'Scaling'),
        );
      }
      const policy = {
        PolicyARN:
          before?.PolicyARN ??
          `arn:aws:autoscaling:${place.region}:${place.account}:scalingPolicy:${randomUUID()}:resource/ecs/${ResourceId}:policyName/${name}`,
        PolicyName: name,
        ServiceNamespace: 'ecs' as const,
        ResourceId,
        ScalableDimension: DIMENSION as 'ecs:service:DesiredCount',
        PolicyType,
        ...(step === undefined ? {} : { StepScalingPolicyConfiguration: step }),
        ...(tracking === undefined ? {} : { TargetTrackingScalingPolicyConfiguration: tracking }),
        Alarms: [],
        CreationTime: before?.CreationTime ?? clock.now(),
      };
      policies.set(key(ResourceId, name), policy);
      return { PolicyARN: policy.PolicyARN, Alarms: [] };
    },

    DescribeScalingPolicies(input: DescribeScalingPoliciesRequest) {
      checkNames(input);
      const names = input.PolicyNames ?? [];
      const found = [...policies.values()].filter(
        ({ ResourceId, PolicyName }) =>
          (input.ResourceId === undefined || ResourceId === input.ResourceId) &&
          (names.length === 0 || names.includes(PolicyName ?? '')),
      );
      const { items, ...next } = page(found, input);
      return { ScalingPolicies: items, ...next };
    },

    DeleteScalingPolicy(input: DeleteScalingPolicyRequest) {
      checkNames(input);
      if (!policies.delete(key(input.ResourceId ?? '', input.PolicyName ?? ''))) {
        throw new AwsError(
          'ObjectNotFoundException',
          `No scaling policy found for service namespace: ecs, resource ID: ${input.ResourceId}, scalable dimension: ${DIMENSION}, policy name: ${input.PolicyName}`,
        );
      }
      return {};
    },

    DescribeScalingActivities(input: DescribeScalingActivitiesRequest) {
      checkNames(input);
      const found = activities.filter(
        ({ ResourceId }) => input.ResourceId === undefined || ResourceId === input.ResourceId,
      );
      const { items, ...next } = page(found, input);
      return { ScalingActivities: items, ...next };
    },
  };
}
