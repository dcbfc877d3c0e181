/** What Application Auto Scaling remembers, and how its requests name a target. */

import type {
  ScalableTarget,
  ScalingActivity,
  ScalingPolicy,
  ScheduledAction,
} from '@aws-sdk/client-application-auto-scaling';
import type { Place, SandboxClock, ServiceCounts } from '../contracts.ts';
import { AwsError } from '../wire/service.ts';

export interface AutoScalingDeps {
  readonly clock: SandboxClock;
  readonly place: Place;
  readonly counts: ServiceCounts;
}

/** The only dimension here: the task count of an ECS service. */
export const DIMENSION = 'ecs:service:DesiredCount';

export interface Target extends ScalableTarget {
  readonly ResourceId: string;
  readonly ScalableTargetARN: string;
  MinCapacity: number;
  MaxCapacity: number;
  SuspendedState: {
    DynamicScalingInSuspended: boolean;
    DynamicScalingOutSuspended: boolean;
    ScheduledScalingSuspended: boolean;
  };
}

export interface Scheduled {
  readonly action: ScheduledAction & { readonly ScheduledActionName: string; readonly ResourceId: string };
  /** Takes it off the clock. */
  readonly cancel: () => void;
}

export interface Store extends AutoScalingDeps {
  /** By resource id. */
  readonly targets: Map<string, Target>;
  /** By resource id and name. */
  readonly policies: Map<string, ScalingPolicy & { readonly ResourceId: string }>;
  readonly scheduled: Map<string, Scheduled>;
  /** Newest first. */
  readonly activities: ScalingActivity[];
}

export const key = (resourceId: string, name: string): string => `${resourceId} ${name}`;

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

interface Named {
  readonly ServiceNamespace?: string | undefined;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}

/** @throws ValidationException for what is no ECS service's count: the sandbox has nothing else that scales */
export function checkNames({ ServiceNamespace, ResourceId, ScalableDimension }: Named): void {
  if (ServiceNamespace !== 'ecs')
    throw invalid(`Service namespace ${ServiceNamespace} is not supported by the sandbox`);
  if (ScalableDimension !== undefined && ScalableDimension !== DIMENSION) {
    throw invalid(`Unsupported service namespace, resource type or scalable dimension: ${ScalableDimension}`);
  }
  if (ResourceId !== undefined && !/^service\/[^/]+\/[^/]+$/.test(ResourceId)) {
    throw invalid(`Unsupported service namespace, resource type or scalable dimension: ${ResourceId}`);
  }
}

/** @throws ObjectNotFoundException */
export function registered(store: Store, input: Named): Target {
  checkNames(input);
  const target = store.targets.get(input.ResourceId ?? '');
  if (target !== undefined) return target;
  throw new AwsError(
    'ObjectNotFoundException',
    `No scalable target registered for service namespace: ecs, resource ID: ${input.ResourceId}, scalable dimension: ${DIMENSION}`,
  );
}
