/** PutScheduledAction and what is to do when its time has come. */

import { randomUUID } from 'node:crypto';
import type {
  DeleteScheduledActionRequest,
  DescribeScheduledActionsRequest,
  PutScheduledActionRequest,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError, type Handler } from '../wire/service.ts';
import { checkNames, DIMENSION, invalid, key, registered, type Scheduled, type Store } from './model.ts';
import { page } from './page.ts';
import { enforceBounds } from './scale.ts';

export function scheduledActionOperations(store: Store): Readonly<Record<string, Handler>> {
  const { place, clock, scheduled } = store;
  return {
    PutScheduledAction(input: PutScheduledActionRequest) {
      const { ResourceId } = registered(store, input);
      const ScheduledActionName = input.ScheduledActionName ?? '';
      const known = scheduled.get(key(ResourceId, ScheduledActionName));
      const Schedule = input.Schedule ?? known?.action.Schedule;
      const at = instantOf(Schedule, input.Timezone);
      const change = { ...known?.action.ScalableTargetAction, ...input.ScalableTargetAction };
      if (change.MinCapacity === undefined && change.MaxCapacity === undefined) {
        throw invalid('A scalable target action must specify a minimum capacity, a maximum capacity, or both');
      }
      if (at <= clock.now().getTime()) throw invalid('The time of an at expression must be in the future');
      known?.cancel();
      const action: Scheduled['action'] = {
        ScheduledActionName,
        ScheduledActionARN:
          known?.action.ScheduledActionARN ??
          `arn:aws:autoscaling:${place.region}:${place.account}:scheduledAction:${randomUUID()}:resource/ecs/${ResourceId}:scheduledActionName/${ScheduledActionName}`,
        ServiceNamespace: 'ecs',
        Schedule,
        ResourceId,
        ScalableDimension: DIMENSION,
        ScalableTargetAction: change,
        CreationTime: known?.action.CreationTime ?? clock.now(),
      };
      // Moments are the wall's, durations are the sandbox's clock's.
      const cancel = clock.after((at - clock.now().getTime()) * clock.speed, () => act(store, action));
      scheduled.set(key(ResourceId, ScheduledActionName), { action, cancel });
      return {};
    },

    DescribeScheduledActions(input: DescribeScheduledActionsRequest) {
      checkNames(input);
      const names = input.ScheduledActionNames ?? [];
      const found = [...scheduled.values()]
        .map(({ action }) => action)
        .filter(
          ({ ResourceId, ScheduledActionName }) =>
            (input.ResourceId === undefined || ResourceId === input.ResourceId) &&
            (names.length === 0 || names.includes(ScheduledActionName)),
        );
      const { items, ...next } = page(found, input);
      return { ScheduledActions: items, ...next };
    },

    DeleteScheduledAction(input: DeleteScheduledActionRequest) {
      checkNames(input);
      const name = key(input.ResourceId ?? '', input.ScheduledActionName ?? '');
      const known = scheduled.get(name);
      if (known === undefined) {
        throw new AwsError(
          'ObjectNotFoundException',
          `No scheduled action found for service namespace: ecs, resource ID: ${input.ResourceId}, scalable dimension: ${DIMENSION}, scheduled action name: ${input.ScheduledActionName}`,
        );
      }
      known.cancel();
      scheduled.delete(name);
      return {};
    },
  };
}

/** New bounds; a count outside them follows at once (API_PutScheduledAction, ScalableTargetAction). */
function act(store: Store, action: Scheduled['action']): void {
  const target = store.targets.get(action.ResourceId);
  if (target === undefined || target.SuspendedState.ScheduledScalingSuspended) return;
  const { MinCapacity: min, MaxCapacity: max } = action.ScalableTargetAction ?? {};
  target.MinCapacity = min ?? Math.min(target.MinCapacity, max ?? target.MinCapacity);
  target.MaxCapacity = max ?? Math.max(target.MaxCapacity, min ?? target.MaxCapacity);
  enforceBounds(store, target);
}

/** Milliseconds since 1970 of `at(yyyy-mm-ddThh:mm:ss)`, in UTC (API_PutScheduledAction, Schedule). */
function instantOf(schedule: string | undefined, timezone: string | undefined): number {
  if (timezone !== undefined && timezone !== 'UTC' && timezone !== 'Etc/UTC') {
    throw invalid(`The time zone ${timezone} is not supported by the sandbox`);
  }
  const moment = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(schedule ?? '')?.[1];
  const ms = moment === undefined ? Number.NaN : Date.parse(`${moment}Z`);
  if (Number.isNaN(ms)) {
    if (/^(cron|rate)\(/.test(schedule ?? ''))
      throw invalid(`The schedule ${schedule} is not supported by the sandbox`);
    throw invalid(`Invalid schedule expression: ${schedule}`);
  }
  return ms;
}
