/** Reads what a rollout would move, and says what stands against it. */
import { type Gate, withOwn } from '../../core/gate.ts';
import { planOf } from '../../core/plan-of.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { TrafficRule } from '../../core/taskset-facts.ts';
import { ladderOf } from '../../core/taskset-ladder.ts';
import type { Terms } from '../../core/taskset-look.ts';
import { tasksetFaults } from '../../core/taskset-preflight.ts';
import { candidateGroup } from '../../core/taskset-preflight-rules.ts';
import { type RuleRecord, readOwed } from '../../core/taskset-tags.ts';
import { findRollout, primaryOf } from '../../core/taskset-underway.ts';
import { type Pair, stickinessOf, weightsOf } from '../../core/taskset-weights.ts';
import type { Survey, Wanted } from '../../ports.ts';
import { beginRollout } from './begin.ts';
import type { TaskSetPorts } from './rollout.ts';

/** A weight that was written is not yet a share that users see. */
export const OWN_GATES: readonly Gate[] = [{ kind: 'traffic' }];

export async function surveyTaskSets(
  ports: TaskSetPorts,
  service: ServiceFacts,
  { config, taskDefinition }: Wanted,
): Promise<Survey> {
  const { taskSets, loadBalancers, trafficRules } = ports;
  const settings = config.taskset;
  const sets = await taskSets.list(service.clusterArn, service.serviceName);
  const running = findRollout(sets);
  const stable = running?.stable ?? primaryOf(sets);
  const a = stable?.targetGroupArn;

  const [test] = settings.testRule === undefined ? [] : await trafficRules.describe([settings.testRule]);
  const production = a === undefined ? [] : await productionOf(ports, settings.productionRules, a, test, running?.pair);
  const { b } = a === undefined ? { b: undefined } : candidateGroup(production, a, settings.targetGroup);
  const pair: Pair | undefined = a === undefined || b === undefined ? undefined : { a, b };
  const [targetGroups, targets, candidateUrl] = await Promise.all([
    pair === undefined ? [] : loadBalancers.targetGroups([pair.a, pair.b]),
    pair === undefined || pair.a === pair.b ? [] : targetsOf(ports, pair.b),
    test === undefined ? undefined : loadBalancers.address(test.ruleArn),
  ]);

  const ladder = ladderOf(config);
  const plan = planOf(config, ladder.shares, {
    gates: withOwn(config.gates, OWN_GATES),
  });
  const found = {
    service,
    settings,
    taskDefinition,
    sets,
    stable,
    replaced: running?.candidate,
    production,
    test,
    pair,
    targetGroups,
    targets,
  };
  return {
    faults: [...ladder.faults, ...tasksetFaults(found)],
    plan,
    manner: `task sets and weights on ${production.length === 1 ? 'one rule' : `${production.length} rules`}, tasks ${settings.capacity === 'full' ? 'all from the beginning' : 'as the share asks for'}`,
    candidateUrl,
    begin(beginning) {
      if (stable === undefined || pair === undefined) throw new RangeError('a survey with faults begins nothing');
      const owed = readOwed(stable.tags);
      const recordOf = (role: RuleRecord['role']) => (rule: TrafficRule) => ({
        ruleArn: rule.ruleArn,
        role,
        weightA: weightsOf(rule.actions).get(pair.a),
        weightB: weightsOf(rule.actions).get(pair.b),
        // Off since an earlier rollout, and owed to it still: that one is its own.
        stickySeconds:
          stickinessOf(rule.actions).seconds ?? owed.find(({ ruleArn }) => ruleArn === rule.ruleArn)?.seconds,
      });
      const terms: Terms = {
        pair,
        plan,
        record: {
          previous: stable.taskDefinition,
          stableId: stable.id,
          fromGroup: pair.a,
          settings,
          rules: [...production.map(recordOf('production')), ...(test === undefined ? [] : [recordOf('test')(test)])],
        },
      };
      return beginRollout(ports, service, stable, terms, beginning);
    },
  };
}

/** Those that were named; else all that send traffic to stable, but for the test rule. */
async function productionOf(
  { trafficRules }: TaskSetPorts,
  named: readonly string[],
  a: string,
  test: TrafficRule | undefined,
  running: Pair | undefined,
): Promise<readonly TrafficRule[]> {
  if (named.length > 0) return trafficRules.describe(named);
  const around = await trafficRules.around(a);
  return around.filter(({ ruleArn, actions }) => {
    const weights = weightsOf(actions);
    const hasTraffic = (arn: string | undefined): boolean => arn !== undefined && (weights.get(arn) ?? 0) > 0;
    return ruleArn !== test?.ruleArn && (hasTraffic(a) || hasTraffic(running?.b));
  });
}

/** A target group that does not exist is a fault of its own. */
async function targetsOf({ loadBalancers }: TaskSetPorts, arn: string) {
  const [group] = await loadBalancers.targetGroups([arn]);
  return group === undefined ? [] : loadBalancers.targets(arn);
}
