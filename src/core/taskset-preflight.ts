/** Everything that can be known to go wrong with task sets and weights before anything is changed. Pure. */
import type { TaskSetSettings } from './config.ts';
import type { Fault } from './errors.ts';
import { type JsonObject, objectsIn } from './json.ts';
import type { ServiceFacts, TargetFacts, TargetGroupFacts } from './service.ts';
import type { TaskSetFacts, TrafficRule } from './taskset-facts.ts';
import { pairFaults, ruleFaults } from './taskset-preflight-rules.ts';
import type { Pair } from './taskset-weights.ts';

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
  const [entry] = objectsIn(stable.raw['loadBalancers']);
  const [name, port] = [entry?.['containerName'], entry?.['containerPort']];
  if (typeof name !== 'string') return [];
  const subject = 'task definition';
  const containers = objectsIn(definition['containerDefinitions']);
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
  const ports = objectsIn(container['portMappings']).map((mapping) => mapping['containerPort']);
  if (typeof port !== 'number' || ports.includes(port)) return [];
  return [
    {
      subject,
      problem: `its container ${name} has no port ${port}, to which the load balancer of the primary task set leads`,
      fix: `map port ${port} (it maps ${ports.length === 0 ? 'none' : ports.join(', ')})`,
    },
  ];
}
