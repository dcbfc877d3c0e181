/** Everything that has to be known before a deployment of CodeDeploy's is begun. Read-only. */
import { shortArn } from '../../core/arn.ts';
import { chooseConfiguration } from '../../core/codedeploy-choice.ts';
import { routingText } from '../../core/codedeploy-ladder.ts';
import { groupFaults, groupMissing, taskFaults, timeFaults } from '../../core/codedeploy-preflight.ts';
import { sameWaits, waitsFor } from '../../core/codedeploy-waits.ts';
import type { RolloutConfig } from '../../core/config.ts';
import { FaultsFound } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { planOf } from '../../core/plan-of.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { Survey, Wanted } from '../../ports.ts';
import { begin } from './begin.ts';
import type { CodeDeployPorts, Place } from './place.ts';
import { ownWaits } from './waits.ts';

export async function survey(
  ports: CodeDeployPorts,
  place: Place,
  service: ServiceFacts,
  { config, taskDefinition }: Wanted,
): Promise<Survey> {
  const { codeDeploy, loadBalancers } = ports;
  const group = await codeDeploy.group(place);
  if (typeof group === 'string') {
    return refused(config, [groupMissing(group, place, service.serviceName), ...taskFaults(service, taskDefinition)]);
  }
  const { deploymentConfig } = config.codedeploy;
  const { testListener } = group.routes;
  const [named, ownConfiguration, candidateUrl] = await Promise.all([
    deploymentConfig === undefined ? undefined : codeDeploy.configuration(deploymentConfig),
    codeDeploy.configuration(group.deploymentConfigName),
    testListener === undefined ? undefined : loadBalancers.address(testListener),
  ]);
  const own = ownWaits(service, group.waits);
  const chosen = chooseConfiguration({ ...config, deploymentConfig }, named, ownConfiguration);
  const faults = [
    ...groupFaults(group, place, { clusterName: shortArn(service.clusterArn), service }),
    ...taskFaults(service, taskDefinition),
  ];
  if ('faults' in chosen) return refused(config, [...faults, ...chosen.faults]);

  const plan = planFor(config, chosen, own.terminationMinutes);
  faults.push(...timeFaults(plan, own, config, place));
  const { configuration } = chosen;
  const isMade = configuration.name !== deploymentConfig && configuration.name !== group.deploymentConfigName;
  const needed = waitsFor(plan, own);
  const kept = needed.terminationMinutes === undefined ? 'for good' : `${needed.terminationMinutes} min`;
  const waits = `waits ${needed.readyMinutes} min before the shift and keeps the original task set ${kept} after it`;
  const until = sameWaits(needed, group.waits) ? '' : ', until the rollout is over';
  return {
    faults,
    plan,
    manner: `${configuration.name} (${routingText(configuration.routing)}); ${place.group} ${waits}${until}`,
    candidateUrl,
    begin: (candidate) => begin(ports, { place, service, group, own, configuration, isMade, plan }, candidate),
  };
}

/** CodeDeploy asks a person before the shift, whatever the ladder; what the group keeps stable for is the hold at 100 % and the bake. */
function planFor(
  config: RolloutConfig,
  { shares, holdMs }: { readonly shares: readonly number[]; readonly holdMs: number },
  terminationMinutes: number | undefined,
): Plan {
  const bakeMs = terminationMinutes === undefined ? 0 : Math.max(0, terminationMinutes * 60_000 - holdMs);
  const plan = planOf({ ...config, holdMs, approval: 'none' }, shares, { bakeMs });
  const asks = config.approval !== 'none';
  return { ...plan, steps: plan.steps.map((step) => (asks && step.share === 0 ? { ...step, approval: true } : step)) };
}

/** What stands against it, and nothing that could be begun. */
function refused(config: RolloutConfig, faults: Survey['faults']): Survey {
  return {
    faults,
    plan: planOf(config, [100], {}),
    manner: '',
    candidateUrl: undefined,
    begin: () => Promise.reject(new FaultsFound(faults)),
  };
}
