import { isIPv4 } from 'node:net';
import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealthDescription,
  TargetHealthReasonEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Target } from '../../contracts.ts';
import { AwsError } from '../../wire/service.ts';
import type { RegisteredTarget, Store, TargetGroup } from '../model.ts';
import { type Targets, targetKey } from '../targets.ts';
import { inRange, invalid, notFound } from './errors.ts';

export function targetOperations(store: Store, targets: Targets) {
  const groupOf = (arn: string | undefined): TargetGroup => {
    const group = store.targetGroups.get(arn ?? '');
    if (!group) throw notFound.targetGroup();
    return group;
  };
  const read = (group: TargetGroup, { Id, Port }: TargetDescription): Target => {
    if (!Id) throw invalid('A target ID must be specified');
    if (group.targetType === 'ip' && !isIPv4(Id)) {
      throw invalid(`The IP address '${Id}' is not a valid IPv4 address`);
    }
    return { id: Id, port: inRange(Port, 'Port', [1, 65_535], group.port) };
  };

  return {
    RegisterTargets(input: RegisterTargetsInput) {
      const group = groupOf(input.TargetGroupArn);
      const all = (input.Targets ?? []).map((target) => read(group, target));
      if (all.length === 0) throw invalid('A target must be specified');
      for (const target of all) targets.register(group, target);
      return {};
    },

    /** Without a port, every registration of the id goes. Answers before the draining is over, as on AWS. */
    DeregisterTargets(input: DeregisterTargetsInput) {
      const group = groupOf(input.TargetGroupArn);
      for (const { Id, Port } of input.Targets ?? []) {
        const leaving = [...group.targets.values()].filter(
          ({ id, port }) => id === Id && (Port === undefined || port === Port),
        );
        if (leaving.length === 0) {
          throw new AwsError(
            'InvalidTarget',
            `The following targets are not registered with the target group: '${Id}${Port === undefined ? '' : `:${Port}`}'`,
          );
        }
        for (const target of leaving) void targets.deregister(group, target);
      }
      return {};
    },

    DescribeTargetHealth(input: DescribeTargetHealthInput) {
      const group = groupOf(input.TargetGroupArn);
      const asked = input.Targets?.map((target) => read(group, target));
      const descriptions = asked
        ? asked.map((target) => {
            const known = group.targets.get(targetKey(target));
            return known ? describe(group, known) : notRegistered(target);
          })
        : [...group.targets.values()].map((target) => describe(group, target));
      return { TargetHealthDescriptions: descriptions };
    },
  };
}

function describe(group: TargetGroup, target: RegisteredTarget): TargetHealthDescription {
  const { port } = group.healthCheck;
  return {
    Target: { Id: target.id, Port: target.port },
    HealthCheckPort: port === 'traffic-port' ? String(target.port) : port,
    TargetHealth: {
      State: target.state,
      ...(target.reason === undefined ? {} : { Reason: target.reason as TargetHealthReasonEnum }),
      ...(target.description === undefined ? {} : { Description: target.description }),
    },
  };
}

function notRegistered(target: Target): TargetHealthDescription {
  return {
    Target: { Id: target.id, Port: target.port },
    TargetHealth: {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    },
  };
}
