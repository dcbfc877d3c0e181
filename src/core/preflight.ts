/**
 * Everything that can be known to go wrong before anything is changed. ECS itself finds most of this out only after the
 * deployment has begun: it starts tasks, waits, gives up and rolls back.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
import type { Fault } from './errors.ts';
import { type Gate, gateName } from './gate.ts';
import type { JsonObject } from './json.ts';
import { stagesOf } from './lifecycle-hook.ts';
import type { NativeStrategy } from './native-ladder.ts';
import { taskFaults } from './preflight-tasks.ts';
import { trafficFaults } from './preflight-traffic.ts';
import type { RuleFacts, ServiceFacts, TargetGroupFacts } from './service.ts';

/** What was found by looking, and what is wanted; the same for every engine. */
export interface CommonSituation {
  readonly service: ServiceFacts;
  /** The definition that will be registered, or that is registered and will be used as it is. */
  readonly taskDefinition: JsonObject;
  readonly image: ImageFacts | undefined;
}

/** What matters when ECS itself moves the traffic. */
export interface NativeSituation {
  readonly service: ServiceFacts;
  readonly taskDefinition: JsonObject;
  /** The one that will be used. */
  readonly strategy: NativeStrategy;
  /** Another deployment runs and is to be superseded: ECS gives its traffic back first (stage RECONCILE_SERVICE). */
  readonly isSuperseding: boolean;
  /** The production and test rules that the service names, as far as they exist. */
  readonly rules: readonly RuleFacts[];
  /** The target groups that the service names, as far as they exist. */
  readonly targetGroups: readonly TargetGroupFacts[];
  readonly gates: readonly Gate[];
  /** Lifecycle hooks that the service has for itself: without those that this action set and takes away again. */
  readonly ownersHooks: readonly JsonObject[];
  /** The lifecycle stages at which this action pauses. */
  readonly pauseStages: readonly string[];
}

/** The container's image, as far as it can be looked at. Undefined in the situation: in a registry that was not asked. */
export type ImageFacts =
  /** To be built. `architectures`: of the platforms asked for, else of the builder (`amd64`, `arm64`). */
  | { readonly kind: 'to-build'; readonly architectures: readonly string[] }
  /** `architectures` undefined: there, but its manifest does not tell. */
  | { readonly kind: 'existing'; readonly reference: string; readonly architectures: readonly string[] | undefined }
  | { readonly kind: 'missing'; readonly reference: string };

/** ECS takes so many PAUSE hooks a service. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html */
const MOST_PAUSES = 10;

/** What stands against a deployment by whatever engine, in the order in which one would set it right; empty: nothing. */
export function commonFaults(situation: CommonSituation): readonly Fault[] {
  return [...serviceFaults(situation), ...taskFaults(situation)];
}

/** What stands against ECS moving the traffic itself. */
export function nativeFaults(situation: NativeSituation): readonly Fault[] {
  const isRolling = situation.strategy === 'ROLLING';
  return [
    ...trafficFaults(situation),
    ...(isRolling ? [] : pauseFaults(situation)),
    ...(isRolling ? [...batchFaults(situation), ...rollingGateFaults(situation)] : []),
  ];
}

function serviceFaults({ service }: CommonSituation): readonly Fault[] {
  const faults: Fault[] = [];
  const subject = subjectOf(service);
  if (service.status !== 'ACTIVE') {
    faults.push({ subject, problem: `its status is ${service.status}`, fix: 'deploy to a service that is ACTIVE' });
  }
  if (service.schedulingStrategy === 'DAEMON') {
    faults.push({
      subject,
      problem: 'its scheduling strategy is DAEMON, and ECS shifts no traffic for daemons',
      fix: 'deploy to a service with the scheduling strategy REPLICA',
    });
  } else if (service.desiredCount === 0) {
    // Not a matter of ECS, which would call it a success at once: of a candidate without a task nothing can be judged.
    faults.push({
      subject,
      problem: 'its desired count is 0, so no task of the candidate would run and no gate could judge it',
      fix: 'set the desired count to 1 or more',
    });
  }
  return faults;
}

function pauseFaults({ service, ownersHooks, pauseStages }: NativeSituation): readonly Fault[] {
  const pauses = ownersHooks.filter((hook) => hook['targetType'] === 'PAUSE');
  const faults: Fault[] = [];
  for (const stage of pauseStages) {
    const count = pauses.filter((hook) => stagesOf(hook).includes(stage)).length;
    if (count === 0) continue;
    // All hooks of a stage wait at the same time and each needs its own answer: whose verdict it is could not be told.
    faults.push({
      subject: subjectOf(service),
      problem: `it has ${count === 1 ? 'a PAUSE hook' : `${count} PAUSE hooks`} of its own at ${stage}, where the gates are judged`,
      fix: 'remove it from the service, or move it to another stage such as POST_TEST_TRAFFIC_SHIFT',
    });
  }
  if (pauses.length + 1 > MOST_PAUSES) {
    faults.push({
      subject: subjectOf(service),
      problem: `it has ${pauses.length} PAUSE hooks of its own, and with the one that is added ECS's limit of ${MOST_PAUSES} is passed`,
      fix: `keep at most ${MOST_PAUSES - 1}`,
    });
  }
  return faults;
}

/** UpdateService refuses it. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html */
function batchFaults({ service }: NativeSituation): readonly Fault[] {
  const { minimumHealthyPercent: least, maximumPercent: most } = service.deploymentConfiguration;
  if (least !== 100 || most !== 100) return [];
  return [
    {
      subject: subjectOf(service),
      problem: 'its minimumHealthyPercent and its maximumPercent are 100, so no task can be replaced',
      fix: 'set maximumPercent to more, 200 for example, or minimumHealthyPercent to less',
    },
  ];
}

/** Tasks of both versions are behind the same target group, or behind none. */
function rollingGateFaults({ gates }: NativeSituation): readonly Fault[] {
  const faults: Fault[] = [];
  for (const gate of gates) {
    if (gate.kind === 'traffic') {
      faults.push({
        subject: 'gates',
        problem: `${gateName(gate)} compares two target groups, and a rolling deployment has both versions in one`,
        fix: 'take it out of the gates, or write strategy: canary, linear or blue-green',
      });
    }
  }
  return faults;
}

/** "service web": the subject of what is wrong with the service itself. */
export function subjectOf(service: Pick<ServiceFacts, 'serviceName'>): string {
  return `service ${service.serviceName}`;
}
