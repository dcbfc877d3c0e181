/** What ends a deployment from outside its story: alarms, and a service that was scaled and does not get steady again. */

import type { AlarmConfiguration } from '@aws-sdk/client-codedeploy';
import type { Deployment, Halt } from '../model.ts';
import type { World } from '../world.ts';
import { failed, refresh } from './story.ts';

/** ECS developer guide, deployment-type-bluegreen: "traffic will continue to shift for 5 minutes". */
const SCALING_LIMIT_MS = 5 * 60_000;

export function watchAlarms(world: World, alarms: AlarmConfiguration | undefined): Halt | undefined {
  if (alarms?.enabled !== true) return undefined;
  const names = (alarms.alarms ?? []).map(({ name }) => name ?? '');
  const active = names.filter((name) => world.alarms.state(name) === 'ALARM');
  if (active.length > 0) {
    const list = active.map((name) => `<${name}>`).join(' ');
    return stopped(
      `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${list}`,
    );
  }
  if (alarms.ignorePollAlarmFailure === true) return undefined;
  const unknown = names.filter((name) => world.alarms.state(name) === undefined);
  if (unknown.length === 0) return undefined;
  return stopped(`The state of the alarms could not be retrieved: ${unknown.map((name) => `<${name}>`).join(' ')}`);
}

const stopped = (message: string): Halt => ({
  status: 'Stopped',
  error: { code: 'ALARM_ACTIVE', message },
  rollBack: undefined,
});

/** While traffic shifts, a replacement that is not steady for five minutes after the service was scaled fails it. */
export function createScalingWatch(world: World, deployment: Deployment): () => Halt | undefined {
  let cancel: (() => void) | undefined;
  let late = false;
  let desired: number | undefined;
  return () => {
    const { clusterName, serviceName } = deployment.settings.ecsService;
    const count = world.services.find(clusterName, serviceName)?.desiredCount;
    const shifting = deployment.events.some(
      ({ lifecycleEventName: name, status }) => name === 'AllowTraffic' && status === 'InProgress',
    );
    if (shifting && desired !== undefined && count !== desired) {
      cancel ??= world.clock.after(SCALING_LIMIT_MS, () => {
        late = true;
        world.changed();
      });
    }
    desired = count;
    if (cancel === undefined) return undefined;
    refresh(world, deployment);
    if (!shifting || deployment.replacement?.stability === 'STEADY_STATE') {
      cancel();
      cancel = undefined;
      late = false;
      return undefined;
    }
    return late
      ? failed(
          'TIMEOUT',
          'The replacement task set did not reach a steady state within 5 minutes after the service was scaled.',
        )
      : undefined;
  };
}
