/** What stands between the rules of a load balancer and weights of our own on them. Pure. */
import type { Fault } from './errors.ts';
import { isJsonObject } from './json.ts';
import type { TrafficRule } from './taskset-facts.ts';
import type { TaskSetSituation } from './taskset-preflight.ts';
import { MOST_RULES } from './taskset-tags.ts';
import { othersWithWeight, type Pair, weightsOf } from './taskset-weights.ts';

/**
 * The candidate's target group: the one that was asked for, else the only other one beside stable's on the production rules.
 * `others` are those that may be meant.
 */
export function candidateGroup(
  production: readonly TrafficRule[],
  a: string,
  asked: string | undefined,
): { readonly b: string | undefined; readonly others: readonly string[] } {
  const others = [...new Set(production.flatMap(({ actions }) => [...weightsOf(actions).keys()]))].filter(
    (arn) => arn !== a,
  );
  return { b: asked ?? (others.length === 1 ? others[0] : undefined), others };
}

export function ruleFaults({ production, test, settings, stable, pair }: TaskSetSituation): readonly Fault[] {
  const faults: Fault[] = [];
  for (const arn of settings.productionRules) {
    if (production.some((rule) => isThe(rule, arn))) continue;
    faults.push({
      subject: 'production-rules',
      problem: `there is no rule ${arn}`,
      fix: 'name rules or listeners that exist',
    });
  }
  if (production.length === 0 && settings.productionRules.length === 0) {
    faults.push({
      subject: 'production-rules',
      problem: `no rule of the load balancer sends traffic to the target group of the primary task set, ${stable?.targetGroupArn}`,
      fix: 'put it on the rule that users come through, with a weight, and the target group of the candidate with weight 0',
    });
  }
  if (production.length > MOST_RULES) {
    faults.push({
      subject: 'production-rules',
      problem: `they are ${production.length}, and at most ${MOST_RULES} are moved together`,
      fix: 'name those that users come through',
    });
  }
  if (settings.testRule !== undefined && test === undefined) {
    faults.push({
      subject: 'test-rule',
      problem: `there is no rule ${settings.testRule}`,
      fix: 'name one that exists, or none',
    });
  }
  if (test !== undefined && production.some(({ ruleArn }) => ruleArn === test.ruleArn)) {
    faults.push({
      subject: 'test-rule',
      problem: `${settings.testRule} is a production rule, so test traffic would be users' traffic`,
      fix: 'name another rule, or none',
    });
  }
  for (const { ruleArn } of [...production, ...(test === undefined ? [] : [test])]) {
    if (ruleArn.includes(':listener-rule/app/')) continue;
    faults.push({
      subject: `rule ${ruleArn}`,
      problem: 'it is none of an Application Load Balancer, and only their weights are moved',
      fix: 'name rules or listeners of an Application Load Balancer',
    });
  }
  return pair === undefined ? [...faults, ...noGroupFaults(production, stable?.targetGroupArn)] : faults;
}

function noGroupFaults(production: readonly TrafficRule[], a: string | undefined): readonly Fault[] {
  if (production.length === 0 || a === undefined) return [];
  const { others } = candidateGroup(production, a, undefined);
  if (others.length > 1) {
    return [
      {
        subject: 'target-group',
        problem: `the production rules forward to ${others.length} other target groups, and which one is the candidate's cannot be told`,
        fix: `write target-group: ${others.join(' or ')}`,
      },
    ];
  }
  return [
    {
      subject: 'target-group',
      problem: 'the production rules forward to no other target group, so the candidate has none',
      fix: 'put a second target group on the rule with weight 0: so its targets get health checks before they get users',
    },
  ];
}

export function pairFaults(found: TaskSetSituation, pair: Pair): readonly Fault[] {
  const { production, test, stable, targetGroups, replaced, targets } = found;
  const faults: Fault[] = [];
  if (pair.b === pair.a) {
    return [
      {
        subject: 'target-group',
        problem: `${pair.b} is the one of the primary task set`,
        fix: 'name another one, that is on the production rules with weight 0',
      },
    ];
  }
  for (const { ruleArn, actions } of production) {
    const subject = `rule ${ruleArn}`;
    const weights = weightsOf(actions);
    const [a, b] = [weights.get(pair.a), weights.get(pair.b)];
    for (const [arn, weight] of [
      [pair.a, a],
      [pair.b, b],
    ] as const) {
      if (weight !== undefined) continue;
      faults.push({
        subject,
        problem: `it does not forward to ${arn}`,
        fix: 'put it on the rule, the one of the candidate with weight 0',
      });
    }
    const others = othersWithWeight(actions, pair);
    if (others.length > 0) {
      // Weights are relative: moved between A and B on a finer scale they would change the share of the others too.
      faults.push({
        subject,
        problem: `it also sends traffic to ${others.join(', ')}, so a share of the candidate would be none of all users`,
        fix: 'give weight 0 to all but the target group of the primary task set, or name other production-rules',
      });
    }
    if (replaced === undefined && a !== undefined && b !== undefined && (a === 0 || b > 0)) {
      faults.push({
        subject,
        problem: `while no rollout is under way its weights are ${a} for ${pair.a} and ${b} for ${pair.b}`,
        fix: 'give all of the weight to the target group of the primary task set, and 0 to the other',
      });
    }
  }
  const foreign =
    test === undefined ? [] : [...weightsOf(test.actions).keys()].filter((arn) => arn !== pair.a && arn !== pair.b);
  if (test !== undefined && (foreign.length > 0 || weightsOf(test.actions).size === 0)) {
    faults.push({
      subject: 'test-rule',
      problem:
        foreign.length > 0 ? `it forwards to ${foreign.join(', ')} as well` : 'it does not forward to a target group',
      fix: `let it forward to ${pair.a} and ${pair.b} alone: it is pointed at the candidate and back again`,
    });
  }
  const taken = targets.filter(({ state }) => state !== 'draining');
  if (replaced === undefined && taken.length > 0) {
    faults.push({
      subject: `target group ${pair.b}`,
      problem: `it has ${taken.length} registered ${taken.length === 1 ? 'target' : 'targets'}, which would get the users of the candidate`,
      fix: 'deregister them, or name another target-group',
    });
  }
  const isAwsvpc = isJsonObject(stable?.raw['networkConfiguration']);
  for (const arn of [pair.a, pair.b]) {
    const group = targetGroups.find(({ targetGroupArn }) => targetGroupArn === arn);
    if (group === undefined) {
      faults.push({ subject: 'target-group', problem: `there is no target group ${arn}`, fix: 'name one that exists' });
    } else if (isAwsvpc && group.targetType !== 'ip') {
      faults.push({
        subject: `target group ${arn}`,
        problem: `its targets are of type ${group.targetType}, and tasks with the network mode awsvpc need ip`,
        fix: 'make a target group of target type ip',
      });
    }
  }
  return faults;
}

/** A rule by its ARN, a default action also by that of its listener. */
function isThe(rule: TrafficRule, arn: string): boolean {
  return rule.ruleArn === arn || (rule.isDefault && rule.listenerArn === arn);
}
