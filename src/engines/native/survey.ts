/** Everything that ECS's own way of moving traffic needs to know before it begins. Read-only. */

import type { RolloutConfig } from '../../core/config.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Fault } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { distinct } from '../../core/lists.ts';
import { configuredStrategy, type NativeLadder, nativeLadder } from '../../core/native-ladder.ts';
import { expectedMs, type Plan } from '../../core/plan.ts';
import { planOf } from '../../core/plan-of.ts';
import { nativeFaults } from '../../core/preflight.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { Survey, Wanted } from '../../ports.ts';
import { beginDeployment } from './begin.ts';
import { configurationDuring } from './configuration.ts';
import type { NativePorts } from './native-ports.ts';
import { ownersHooks, PAUSE_STAGES } from './pause.ts';
import { follow, isRollingDeployment, rolloutOf, type Subject } from './rollout.ts';

export async function survey(ports: NativePorts, service: ServiceFacts, wanted: Wanted): Promise<Survey> {
  const { config, taskDefinition, replaces } = wanted;
  const own = service.deploymentConfiguration;
  const found = nativeLadder(config, service);
  const ladder = 'faults' in found ? undefined : found;
  // Without a ladder the rest is looked at all the same: all that is wrong is told at once.
  const strategy = ladder?.strategy ?? strategyMeant(config, own);
  const isRolling = strategy === 'ROLLING';
  const shifting = isRolling ? [] : service.loadBalancers.flatMap((entry) => entry.advancedConfiguration ?? []);
  const ruleArns = distinct(shifting.flatMap((one) => [one.productionListenerRule, one.testListenerRule]));
  const groupArns = distinct([
    ...service.loadBalancers.map((entry) => entry.targetGroupArn),
    ...shifting.map((one) => one.alternateTargetGroupArn),
  ]);
  const [rules, targetGroups, url] = await Promise.all([
    ruleArns.length === 0 ? [] : ports.loadBalancers.rules(ruleArns),
    groupArns.length === 0 ? [] : ports.loadBalancers.targetGroups(groupArns),
    isRolling ? undefined : candidateUrl(ports, service),
  ]);

  const plan = planFor(config, service, ladder);
  return {
    faults: [
      ...('faults' in found ? found.faults : []),
      ...timeFaults(config, plan, isRolling),
      ...nativeFaults({
        service,
        taskDefinition,
        strategy,
        isSuperseding: replaces !== undefined,
        rules,
        targetGroups,
        gates: config.gates,
        ownersHooks: ownersHooks(own),
        pauseStages: PAUSE_STAGES,
      }),
    ],
    plan,
    manner: `${ladder?.manner ?? strategy}${plan.gates.length < config.gates.length ? NO_TARGETS : ''}`,
    candidateUrl: url,
    ...(isRolling ? { mixed: true } : {}),
    async begin(candidate) {
      if (ladder === undefined) throw new RangeError('a rollout that nothing can carry out was begun');
      const configuration = configurationDuring(own, ladder, plan);
      const { deployment, note } = await beginDeployment(ports, service, candidate, configuration, config.pollMs);
      const subject: Subject = {
        // The owner's hooks as they were; ours is in the deployment.
        service,
        deployment,
        taskDefinitionArn: candidate.taskDefinitionArn,
        isRolling: isRollingDeployment({ ...service, deploymentConfiguration: configuration }, deployment),
        note,
      };
      return rolloutOf(ports, subject, follow(ports, subject), plan);
    },
  };
}

/** Where the candidate is reached before it has users. */
export async function candidateUrl(ports: NativePorts, service: ServiceFacts): Promise<string | undefined> {
  const rules = service.loadBalancers.flatMap((entry) => entry.advancedConfiguration?.testListenerRule ?? []);
  const [rule] = rules;
  return rule === undefined ? undefined : ports.loadBalancers.address(rule);
}

/** A worker without users is deployed all the same. */
const NO_TARGETS =
  ' (there is no load balancer, so the gate targets has nothing to look at: ECS itself says when the tasks are well)';

function planFor(config: RolloutConfig, service: ServiceFacts, ladder: NativeLadder | undefined): Plan {
  const own = service.deploymentConfiguration;
  const shares = ladder?.shares ?? [100];
  if (ladder?.strategy === 'ROLLING') {
    const hasTargets = service.loadBalancers.some(({ targetGroupArn }) => targetGroupArn !== undefined);
    const gates = config.gates.filter(({ kind }) => hasTargets || kind !== 'targets');
    // Nothing of stable is kept by a rolling deployment, so there is nothing to bake against.
    return planOf({ ...config, bakeMs: 0 }, shares, { gates });
  }
  const minutes = own['bakeTimeInMinutes'];
  const configured = configuredStrategy(own) !== 'ROLLING' && typeof minutes === 'number' ? minutes : undefined;
  return planOf(config, shares, { bakeMs: configured === undefined ? undefined : configured * 60_000 });
}

function strategyMeant({ strategy }: RolloutConfig, own: JsonObject): NativeLadder['strategy'] {
  if (strategy === undefined) return configuredStrategy(own);
  return strategy === 'rolling'
    ? 'ROLLING'
    : strategy === 'canary'
      ? 'CANARY'
      : strategy === 'linear'
        ? 'LINEAR'
        : 'BLUE_GREEN';
}

function timeFaults(config: RolloutConfig, plan: Plan, isRolling: boolean): readonly Fault[] {
  const faults: Fault[] = [];
  if (isRolling && config.bakeMs !== undefined && config.bakeMs > 0) {
    faults.push({
      subject: 'bake',
      problem: `it is ${formatDuration(config.bakeMs)}, but after a rolling deployment no task of stable is kept`,
      fix: 'leave bake out; hold is how long the candidate is watched at 100 %',
    });
  }
  const needsMs = expectedMs(plan);
  if (needsMs >= plan.timeoutMs) {
    const steps = plan.steps.length - 1;
    faults.push({
      subject: 'timeout',
      problem: `${formatDuration(plan.timeoutMs)} is over before ${steps === 1 ? 'hold' : `${steps} holds`} and bake are (${formatDuration(needsMs)})`,
      fix: 'set a longer timeout, a shorter hold or fewer steps',
    });
  }
  return faults;
}
