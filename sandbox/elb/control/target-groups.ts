import type {
  CreateTargetGroupInput,
  TargetGroup as Described,
  DescribeTargetGroupsInput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupInput,
  TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Place } from '../../contracts.ts';
import { AwsError } from '../../wire/service.ts';
import type { HealthCheck, Store, TargetGroup } from '../model.ts';
import type { Targets } from '../targets.ts';
import { inRange, invalid, notFound, unsupported } from './errors.ts';
import { checkName, newId } from './load-balancers.ts';
import { page } from './page.ts';
import { readTags } from './tags.ts';

/** docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html, with the values that pass. */
const ATTRIBUTES: Readonly<Record<string, { readonly initial: string; readonly valid: RegExp }>> = {
  'deregistration_delay.timeout_seconds': { initial: '300', valid: /^(?:[0-2]?\d{1,3}|3[0-5]\d\d|3600)$/ },
  'stickiness.enabled': { initial: 'false', valid: /^(?:true|false)$/ },
  'stickiness.type': { initial: 'lb_cookie', valid: /^lb_cookie$/ },
  'stickiness.lb_cookie.duration_seconds': { initial: '86400', valid: /^[1-9]\d{0,5}$/ },
  'load_balancing.algorithm.type': { initial: 'round_robin', valid: /^(?:round_robin|least_outstanding_requests)$/ },
  // Kept and given back; a target of the sandbox needs no warming up.
  'slow_start.duration_seconds': { initial: '0', valid: /^(?:0|[3-9]\d|[1-8]\d\d|900)$/ },
};

export function targetGroupOperations(store: Store, place: Place, targets: Targets) {
  const withArn = (arn: string | undefined): TargetGroup => {
    const found = store.targetGroups.get(arn ?? '');
    if (!found) throw notFound.targetGroup();
    return found;
  };
  const named = (name: string): TargetGroup | undefined =>
    [...store.targetGroups.values()].find((group) => group.name === name);
  const attributes = (group: TargetGroup): TargetGroupAttribute[] =>
    [...group.attributes].map(([Key, Value]) => ({ Key, Value }));

  return {
    CreateTargetGroup(input: CreateTargetGroupInput) {
      const created = readGroup(input, place);
      const known = named(created.name);
      if (known) {
        if (!isDeepEqual(settingsOf(known), settingsOf(created))) {
          throw new AwsError(
            'DuplicateTargetGroupName',
            `A target group with the same name '${created.name}' exists, but with different settings`,
          );
        }
        return { TargetGroups: [describeGroup(known)] };
      }
      store.targetGroups.set(created.arn, created);
      return { TargetGroups: [describeGroup(created)] };
    },

    DescribeTargetGroups(input: DescribeTargetGroupsInput) {
      let found = [...store.targetGroups.values()];
      if (input.TargetGroupArns?.length) found = input.TargetGroupArns.map(withArn);
      if (input.Names?.length) {
        found = input.Names.map((name) => {
          const group = named(name);
          if (!group) throw notFound.targetGroup();
          return group;
        });
      }
      if (input.LoadBalancerArn !== undefined) {
        if (!store.loadBalancers.has(input.LoadBalancerArn)) throw notFound.loadBalancer();
        found = found.filter(({ usedBy }) => usedBy?.arn === input.LoadBalancerArn);
      }
      const { items, ...next } = page(found, input);
      return { TargetGroups: items.map(describeGroup), ...next };
    },

    /** Deleting what is not there succeeds, as on AWS. */
    DeleteTargetGroup(input: { TargetGroupArn?: string }) {
      const group = store.targetGroups.get(input.TargetGroupArn ?? '');
      if (!group) return {};
      if (group.usedBy) {
        throw new AwsError('ResourceInUse', `Target group '${group.arn}' is currently in use by a listener or a rule`);
      }
      store.targetGroups.delete(group.arn);
      return {};
    },

    ModifyTargetGroup(input: ModifyTargetGroupInput) {
      const group = withArn(input.TargetGroupArn);
      Object.assign(group.healthCheck, readHealthCheck(input, group.healthCheck));
      targets.restartChecks(group);
      return { TargetGroups: [describeGroup(group)] };
    },

    DescribeTargetGroupAttributes(input: { TargetGroupArn?: string }) {
      return { Attributes: attributes(withArn(input.TargetGroupArn)) };
    },

    ModifyTargetGroupAttributes(input: ModifyTargetGroupAttributesInput) {
      const group = withArn(input.TargetGroupArn);
      const changes = (input.Attributes ?? []).map(({ Key = '', Value = '' }) => {
        const attribute = ATTRIBUTES[Key];
        if (!attribute) throw unsupported(`the target group attribute '${Key}'`);
        if (!attribute.valid.test(Value)) throw invalid(`'${Value}' is not a valid value of '${Key}'`);
        return [Key, Value] as const;
      });
      for (const [key, value] of changes) group.attributes.set(key, value);
      return { Attributes: attributes(group) };
    },
  };
}

function readGroup(input: CreateTargetGroupInput, place: Place): TargetGroup {
  const name = checkName(input.Name, 'Target group');
  const targetType = input.TargetType ?? 'instance';
  if (targetType !== 'ip' && targetType !== 'instance') throw unsupported(`the target type '${targetType}'`);
  if (input.Protocol === undefined) throw invalid('A protocol must be specified');
  if (input.Protocol !== 'HTTP') throw unsupported(`the protocol '${input.Protocol}'`);
  if (input.ProtocolVersion !== undefined && input.ProtocolVersion !== 'HTTP1') {
    throw unsupported(`the protocol version '${input.ProtocolVersion}'`);
  }
  if (input.Port === undefined) throw invalid('A port must be specified');
  if (input.VpcId === undefined) throw invalid('A VPC ID must be specified');
  const dimension = `targetgroup/${name}/${newId()}`;
  return {
    arn: `arn:aws:elasticloadbalancing:${place.region}:${place.account}:${dimension}`,
    dimension,
    name,
    protocol: 'HTTP',
    protocolVersion: 'HTTP1',
    port: inRange(input.Port, 'Port', [1, 65_535], 80),
    vpcId: input.VpcId,
    targetType,
    healthCheck: readHealthCheck(input, {
      enabled: true,
      protocol: 'HTTP',
      port: 'traffic-port',
      path: '/',
      intervalSeconds: 30,
      timeoutSeconds: 5,
      healthyThreshold: 5,
      unhealthyThreshold: 2,
      matcher: '200',
    }),
    attributes: new Map(Object.entries(ATTRIBUTES).map(([key, { initial }]) => [key, initial])),
    tags: readTags(input.Tags),
    targets: new Map(),
    usedBy: undefined,
    turn: 0,
  };
}

/** The ranges are those of docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html. */
function readHealthCheck(input: CreateTargetGroupInput | ModifyTargetGroupInput, before: HealthCheck): HealthCheck {
  const protocol = input.HealthCheckProtocol ?? before.protocol;
  if (protocol !== 'HTTP') throw unsupported(`the health check protocol '${protocol}'`);
  const port = input.HealthCheckPort ?? before.port;
  if (port !== 'traffic-port') inRange(Number(port), 'Health check port', [1, 65_535], 80);
  const path = input.HealthCheckPath ?? before.path;
  if (!/^\/[!-~]{0,1023}$/.test(path)) throw invalid(`Health check path '${path}' must begin with a '/' character`);
  const matcher = input.Matcher?.HttpCode ?? before.matcher;
  if (!/^[2-4]\d\d(?:-[2-4]\d\d)?(?:,[2-4]\d\d(?:-[2-4]\d\d)?)*$/.test(matcher)) {
    throw invalid(`Health check matcher HTTP code '${matcher}' must be within '200-499' inclusive`);
  }
  const check: HealthCheck = {
    enabled: input.HealthCheckEnabled ?? before.enabled,
    protocol,
    port,
    path,
    matcher,
    intervalSeconds: inRange(
      input.HealthCheckIntervalSeconds,
      'Health check interval',
      [5, 300],
      before.intervalSeconds,
    ),
    timeoutSeconds: inRange(input.HealthCheckTimeoutSeconds, 'Health check timeout', [2, 120], before.timeoutSeconds),
    healthyThreshold: inRange(input.HealthyThresholdCount, 'Healthy threshold count', [2, 10], before.healthyThreshold),
    unhealthyThreshold: inRange(
      input.UnhealthyThresholdCount,
      'Unhealthy threshold count',
      [2, 10],
      before.unhealthyThreshold,
    ),
  };
  if (check.timeoutSeconds >= check.intervalSeconds) {
    throw invalid(
      `Health check timeout '${check.timeoutSeconds}' must be smaller than the interval '${check.intervalSeconds}'`,
    );
  }
  return check;
}

function settingsOf(group: TargetGroup): unknown {
  const { protocol, port, vpcId, targetType, healthCheck } = group;
  return { protocol, port, vpcId, targetType, healthCheck };
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function describeGroup(group: TargetGroup): Described {
  const check = group.healthCheck;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    ...(group.vpcId === undefined ? {} : { VpcId: group.vpcId }),
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckEnabled: check.enabled,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: check.path,
    Matcher: { HttpCode: check.matcher },
    LoadBalancerArns: group.usedBy ? [group.usedBy.arn] : [],
    TargetType: group.targetType,
    ProtocolVersion: group.protocolVersion,
    IpAddressType: 'ipv4',
  };
}
