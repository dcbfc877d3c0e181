/**
 * What stands between the load balancer and a deployment that shifts traffic from one target group to another, or replaces
 * task by task in the one that there is.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
 */
import type { Fault } from './errors.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { NativeStrategy } from './native-ladder.ts';
import type { RuleFacts, ServiceFacts, ServiceLoadBalancer, TargetGroupFacts } from './service.ts';
import { parseArn } from './service-name.ts';

interface Traffic {
  readonly service: ServiceFacts;
  readonly strategy: NativeStrategy;
  readonly isSuperseding: boolean;
  readonly rules: readonly RuleFacts[];
  readonly targetGroups: readonly TargetGroupFacts[];
  readonly taskDefinition: JsonObject;
}

type Advanced = NonNullable<ServiceLoadBalancer['advancedConfiguration']>;

const STRATEGY_NAMES: Readonly<Record<NativeStrategy, string>> = {
  ROLLING: 'rolling',
  BLUE_GREEN: 'blue/green',
  CANARY: 'canary',
  LINEAR: 'linear',
};

export function trafficFaults(traffic: Traffic): readonly Fault[] {
  const { service, strategy } = traffic;
  const subject = `service ${service.serviceName}`;
  if (strategy === 'ROLLING') return service.loadBalancers.flatMap((entry) => rollingFaults(traffic, entry, subject));
  if (service.loadBalancers.length === 0) {
    return [
      {
        subject,
        problem: 'it has no load balancer, so there is no traffic to shift',
        fix: 'give the service a load balancer with an alternate target group and a production listener rule, or write strategy: rolling',
      },
    ];
  }
  return service.loadBalancers.flatMap((entry) => entryFaults(traffic, entry, subject));
}

/** A rolling deployment takes the target group as it is: no second one, no rules, no infrastructure role. */
function rollingFaults(traffic: Traffic, entry: ServiceLoadBalancer, subject: string): readonly Fault[] {
  const named = entry.targetGroupArn === undefined ? [] : [entry.targetGroupArn];
  return [...targetGroupFaults(traffic, named, subject), ...containerFaults(traffic, entry, subject)];
}

function entryFaults(traffic: Traffic, entry: ServiceLoadBalancer, subject: string): readonly Fault[] {
  const container = containerFaults(traffic, entry, subject);
  const advanced = entry.advancedConfiguration;
  if (advanced === undefined) {
    return [
      {
        subject,
        problem: `its load balancer with target group ${entry.targetGroupArn} has no advancedConfiguration, which ${STRATEGY_NAMES[traffic.strategy]} needs`,
        fix: 'set alternateTargetGroupArn, productionListenerRule and roleArn on the service once, or write strategy: rolling',
      },
      ...container,
    ];
  }
  return [
    ...settingsFaults(traffic, entry, advanced, subject),
    ...ruleFaults(traffic, entry, advanced, subject),
    ...targetGroupFaults(traffic, [entry.targetGroupArn, advanced.alternateTargetGroupArn], subject),
    ...container,
  ];
}

function settingsFaults(
  { service }: Traffic,
  entry: ServiceLoadBalancer,
  advanced: Advanced,
  subject: string,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (entry.targetGroupArn === undefined) {
    faults.push({
      subject,
      problem: 'its load balancer names no targetGroupArn',
      fix: 'set the target group on the service',
    });
  }
  if (advanced.alternateTargetGroupArn === undefined) {
    faults.push({
      subject,
      problem: 'its load balancer names no alternateTargetGroupArn, so the candidate has no target group',
      fix: 'set a second target group in advancedConfiguration',
    });
  } else if (advanced.alternateTargetGroupArn === entry.targetGroupArn) {
    faults.push({
      subject,
      problem: `its target group and its alternate target group are the same, ${entry.targetGroupArn}`,
      fix: 'set a second target group as the alternate one',
    });
  }
  if (advanced.productionListenerRule === undefined) {
    faults.push({
      subject,
      problem: 'its load balancer names no productionListenerRule',
      fix: 'set the rule that users come through in advancedConfiguration',
    });
  }
  if (advanced.testListenerRule !== undefined && advanced.testListenerRule === advanced.productionListenerRule) {
    faults.push({
      subject,
      problem: `its test rule is its production rule, ${advanced.testListenerRule}, so test traffic would be users' traffic`,
      fix: 'set another rule as testListenerRule, or none',
    });
  }
  faults.push(...infrastructureRoleFaults(service, advanced.roleArn, subject));
  return faults;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html */
function infrastructureRoleFaults(
  service: ServiceFacts,
  roleArn: string | undefined,
  subject: string,
): readonly Fault[] {
  if (roleArn === undefined) {
    return [
      {
        subject,
        problem: 'its load balancer names no roleArn, and without an infrastructure role ECS cannot change the rules',
        fix: 'set a role that trusts ecs.amazonaws.com and has AmazonECSInfrastructureRolePolicyForLoadBalancers',
      },
    ];
  }
  const arn = parseArn(roleArn);
  if (arn?.service !== 'iam' || !arn.resource.startsWith('role/')) {
    return [
      {
        subject,
        problem: `its infrastructure role '${roleArn}' is not the ARN of a role`,
        fix: 'write it as arn:aws:iam::<account>:role/<name>',
      },
    ];
  }
  const account = parseArn(service.serviceArn)?.account;
  if (account !== undefined && arn.account !== account) {
    return [
      {
        subject,
        problem: `its infrastructure role ${roleArn} is of account ${arn.account}, the service of ${account}`,
        fix: "set a role of the service's own account",
      },
    ];
  }
  return [];
}

function ruleFaults(
  { rules, isSuperseding }: Traffic,
  entry: ServiceLoadBalancer,
  advanced: Advanced,
  subject: string,
): readonly Fault[] {
  const faults: Fault[] = [];
  const ours = [entry.targetGroupArn, advanced.alternateTargetGroupArn].filter((arn) => arn !== undefined);
  const find = (arn: string | undefined, role: string): RuleFacts | undefined => {
    const found = rules.find(({ ruleArn }) => ruleArn === arn);
    if (arn !== undefined && found === undefined) {
      faults.push({
        subject,
        problem: `its ${role} rule ${arn} does not exist`,
        fix: `set a rule that exists as its ${role} rule`,
      });
    }
    return found;
  };
  const production = find(advanced.productionListenerRule, 'production');
  const isSame = advanced.testListenerRule === advanced.productionListenerRule;
  const test = isSame ? undefined : find(advanced.testListenerRule, 'test');

  for (const [rule, role] of [
    [production, 'production'],
    [test, 'test'],
  ] as const) {
    const foreign = [...(rule?.weights.keys() ?? [])].filter((arn) => !ours.includes(arn));
    if (rule !== undefined && foreign.length > 0) {
      faults.push({
        subject: `rule ${rule.ruleArn}`,
        problem: `the ${role} rule also forwards to ${foreign.join(', ')}, which is none of the service's target groups`,
        fix: `leave only ${ours.join(' and ')} on it`,
      });
    }
  }
  if (production !== undefined) faults.push(...weightFaults(production, test, ours, isSuperseding));
  return faults;
}

/** Both target groups on the production rule, or one of them on the test rule; one alone carries the users. */
function weightFaults(
  production: RuleFacts,
  test: RuleFacts | undefined,
  ours: readonly string[],
  isSuperseding: boolean,
): readonly Fault[] {
  const subject = `rule ${production.ruleArn}`;
  const here = ours.filter((arn) => production.weights.has(arn));
  const absent = ours.filter((arn) => !production.weights.has(arn) && !(here.length > 0 && test?.weights.has(arn)));
  const faults: Fault[] = [];
  if (absent.length > 0) {
    faults.push({
      subject,
      problem: `the production rule does not forward to ${absent.join(', ')}`,
      fix: 'put both target groups of the service on it, the alternate one with weight 0',
    });
  }
  const weighted = here.filter((arn) => (production.weights.get(arn) ?? 0) > 0);
  if (!isSuperseding && here.length > 0 && weighted.length !== 1) {
    const weights = here.map((arn) => `${arn} has ${production.weights.get(arn)}`).join(', ');
    faults.push({
      subject,
      problem: `exactly one target group must have weight, but ${weights}`,
      fix: 'give the one that serves 100 and the other 0',
    });
  }
  return faults;
}

function targetGroupFaults(
  { targetGroups, taskDefinition }: Traffic,
  arns: readonly (string | undefined)[],
  subject: string,
): readonly Fault[] {
  const mode = taskDefinition['networkMode'];
  // awsvpc gives each task an address of its own; in bridge and host mode it is the instance's.
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html
  const wanted = mode === 'awsvpc' ? 'ip' : mode === 'host' || mode === 'bridge' ? 'instance' : undefined;
  const named = new Set(arns.filter((arn) => arn !== undefined));
  return [...named].flatMap((arn): Fault[] => {
    const group = targetGroups.find(({ targetGroupArn }) => targetGroupArn === arn);
    if (group === undefined) {
      return [{ subject, problem: `its target group ${arn} does not exist`, fix: 'set a target group that exists' }];
    }
    if (wanted === undefined || group.targetType === wanted) return [];
    return [
      {
        subject: `target group ${arn}`,
        problem: `its target type is ${group.targetType}, but tasks with networkMode ${String(mode)} need ${wanted}`,
        fix: `create the target group with the target type ${wanted}; it cannot be changed`,
      },
    ];
  });
}

function containerFaults({ taskDefinition }: Traffic, entry: ServiceLoadBalancer, subject: string): readonly Fault[] {
  const { containerName, containerPort } = entry;
  if (containerName === undefined) return [];
  const listed = taskDefinition['containerDefinitions'];
  const containers = Array.isArray(listed) ? listed.filter(isJsonObject) : [];
  const container = containers.find((one) => one['name'] === containerName);
  if (container === undefined) {
    return [
      {
        subject: 'task-definition',
        problem: `it has no container '${containerName}', to which the load balancer of ${subject} sends its traffic`,
        fix: `name a container ${containerName} (there ${containers.length === 1 ? 'is' : 'are'} ${containers.map((one) => String(one['name'])).join(', ') || 'none'})`,
      },
    ];
  }
  const mappings = container['portMappings'];
  const ports = Array.isArray(mappings) ? mappings.filter(isJsonObject).map((mapping) => mapping['containerPort']) : [];
  if (containerPort === undefined || ports.includes(containerPort)) return [];
  return [
    {
      subject: 'task-definition',
      problem: `container ${containerName} does not map port ${containerPort}, to which the load balancer of ${subject} sends its traffic`,
      fix: `add containerPort ${containerPort} to its portMappings (there ${ports.length === 0 ? 'are none' : `is ${ports.join(', ')}`})`,
    },
  ];
}
