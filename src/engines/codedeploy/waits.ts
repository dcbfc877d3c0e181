/**
 * The waits of the deployment group while a rollout needs its own: what the group had is written to a tag of the service before
 * anything is changed, so that whoever finds it can put it back. docs/decisions/0011.
 */
import { type DeploymentWaits, readWaits, sameWaits, WAITS_KEY, waitsText } from '../../core/codedeploy-waits.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { CodeDeployPorts, Place } from './place.ts';

/** What the group has when no rollout has changed it. */
export function ownWaits(service: ServiceFacts, now: DeploymentWaits): DeploymentWaits {
  const kept = service.tags?.get(WAITS_KEY);
  return (kept === undefined ? undefined : readWaits(kept)) ?? now;
}

export async function changeWaits(
  { services, codeDeploy }: CodeDeployPorts,
  place: Place,
  service: ServiceFacts,
  waits: { readonly now: DeploymentWaits; readonly own: DeploymentWaits; readonly needed: DeploymentWaits },
): Promise<void> {
  if (sameWaits(waits.now, waits.needed)) return;
  await services.tag(service.serviceArn, { [WAITS_KEY]: waitsText(waits.own) });
  await codeDeploy.setWaits(place, waits.needed);
}

/** Gives a sentence for what was done. `service` as it is now. */
export async function restoreWaits(
  { services, codeDeploy }: CodeDeployPorts,
  place: Place,
  service: ServiceFacts,
): Promise<readonly string[]> {
  const kept = service.tags?.get(WAITS_KEY);
  if (kept === undefined) return [];
  const own = readWaits(kept);
  if (own !== undefined) await codeDeploy.setWaits(place, own);
  await services.untag(service.serviceArn, [WAITS_KEY]);
  return [`deployment group ${place.group} has its own waits back (${kept})`];
}
