/** Everything that can be known to go wrong with task sets and weights before anything is changed. Pure. */
import type { TaskSetSettings } from './config.ts';
import type { Fault } from './errors.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { ServiceFacts, TargetFacts, TargetGroupFacts } from './service.ts';
import type { TaskSetFacts, TrafficRule } from './taskset-facts.ts';
import { MOST_RULES } from './taskset-tags.ts';
import { othersWithWeight, type Pair, weightsOf } from './taskset-weights.ts';

/** What was found. */
export interface TaskSetSituation {
  readonly service: ServiceFacts;
  readonly settings: TaskSetSettings;
  readonly taskDefinition: JsonObject;
  readonly sets: readonly TaskSetFacts[];
  /** The task set whose place the candidate takes. */
  readonly stable: TaskSetFacts | undefined;
  /** A rollout under way that goes back before this one begins: what it has changed speaks against nothing. */
  readonly replaced: TaskSetFacts | undefined;
  readonly production: readonly TrafficRule[];
  readonly test: TrafficRule | undefined;
  readonly pair: Pair | undefined;
  readonly targetGroups: readonly TargetGroupFacts[];
  /** Registered in the candidate's target group. */
  readonly targets: readonly TargetFacts[];
}

/** ALB's cookie lives from one second to seven days. */
const LONGEST_STICKINESS_MS = 604_800_000;

export function tasksetFaults(found: TaskSetSituation): readonly Fault[] {
  const { service, stable } = found;
  const subject = `service ${service.serviceName}`;
  if (stable === undefined) {
    return [
      {
        subject,
        problem: 'it has no PRIMARY task set, so nothing serves that a candidate could take the place of',
        fix: 'create the first task set with CreateTaskSet and make it the primary one with UpdateServicePrimaryTaskSet',
      },
    ];
  }
  if (stable.targetGroupArn === undefined) {
    return [
      {
        subject,
        problem: `its task set ${stable.id} has no target group, so there is no traffic to shift`,
        fix: 'create a task set with a load balancer once, and make it the primary one',
      },
    ];
  }
  return [
    ...serviceFaults(found, subject),
    ...stickinessFaults(found.settings),
    ...containerFaults(stable, found.taskDefinition),
    ...ruleFaults(found),
    ...(found.pair === undefined ? [] : pairFaults(found, found.pair)),
  ];
}

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

function serviceFaults({ service, sets, stable, replaced }: TaskSetSituation, subject: string): readonly Fault[] {
  const faults: Fault[] = [];
  if (service.status !== 'ACTIVE') {
    faults.push({ subject, problem: `its status is ${service.status}`, fix: 'deploy to a service that is ACTIVE' });
  }
  if (service.desiredCount === 0) {
    faults.push({
      subject,
      problem: 'its desired count is 0, so no task of the candidate would run and no gate could judge it',
      fix: 'set the desired count to 1 or more',
    });
  }
  for (const set of sets) {
    if (set.id === stable?.id || set.id === replaced?.id || set.status === 'DRAINING') continue;
    faults.push({
      subject,
      problem: `beside the primary task set there is ${set.id}, and no rollout of this action is under way`,
      fix: 'delete it with DeleteTaskSet, or command: status with fix: true where this action has left it',
    });
  }
  return faults;
}

function stickinessFaults({ stickinessMs }: TaskSetSettings): readonly Fault[] {
  if (stickinessMs === undefined || (stickinessMs >= 1_000 && stickinessMs <= LONGEST_STICKINESS_MS)) return [];
  return [
    {
      subject: 'stickiness',
      problem: `${stickinessMs / 1_000} s is not a duration that a load balancer takes`,
      fix: 'write one from 1s to 168h',
    },
  ];
}

function containerFaults(stable: TaskSetFacts, definition: JsonObject): readonly Fault[] {
  const [entry] = objects(stable.raw['loadBalancers']);
  const [name, port] = [entry?.['containerName'], entry?.['containerPort']];
  if (typeof name !== 'string') return [];
  const subject = 'task definition';
  const containers = objects(definition['containerDefinitions']);
  const container = containers.find((one) => one['name'] === name);
  if (container === undefined) {
    return [
      {
        subject,
        problem: `it has no container ${name}, to which the load balancer of the primary task set leads`,
        fix: `name one of its containers ${name} (${containers.map((one) => String(one['name'])).join(', ')})`,
      },
    ];
  }
  const ports = objects(container['portMappings']).map((mapping) => mapping['containerPort']);
  if (typeof port !== 'number' || ports.includes(port)) return [];
  return [
    {
      subject,
      problem: `its container ${name} has no port ${port}, to which the load balancer of the primary task set leads`,
      fix: `map port ${port} (it maps ${ports.length === 0 ? 'none' : ports.join(', ')})`,
    },
  ];
}

function ruleFaults({ production, test, settings, stable, pair }: TaskSetSituation): readonly Fault[] {
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

function pairFaults(found: TaskSetSituation, pair: Pair): readonly Fault[] {
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

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isJsonObject) : [];
}
