/**
 * Everything that can be known to go wrong before anything is changed. ECS itself finds most of this out only after the
 * deployment has begun: it starts tasks, waits, gives up and rolls back.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
import type { Strategy } from './config.ts';
import type { Fault } from './errors.ts';
import type { JsonObject } from './json.ts';
import { stagesOf } from './lifecycle-hook.ts';
import { taskFaults } from './preflight-tasks.ts';
import { trafficFaults } from './preflight-traffic.ts';
import type {
  RuleFacts,
  RunningDeployment,
  ServiceDeploymentStatus,
  ServiceFacts,
  TargetGroupFacts,
} from './service.ts';

/** What was found by looking, and what is wanted. */
export interface Situation {
  /** Epoch milliseconds of the look. */
  readonly now: number;
  readonly service: ServiceFacts;
  /** As asked for; undefined: as the service is configured. */
  readonly strategy: Strategy | undefined;
  /** The production and test rules that the service names, as far as they exist. */
  readonly rules: readonly RuleFacts[];
  /** The target groups that the service names, as far as they exist. */
  readonly targetGroups: readonly TargetGroupFacts[];
  /** Of this service, ended ones may be among them. */
  readonly deployments: readonly RunningDeployment[];
  readonly ifRunning: 'refuse' | 'supersede';
  /** The definition that will be registered, or that is registered and will be used as it is. */
  readonly taskDefinition: JsonObject;
  readonly image: ImageFacts | undefined;
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

/** All faults at once, in the order in which one would set them right; empty: nothing stands against it. */
export function preflight(situation: Situation): readonly Fault[] {
  const { service } = situation;
  const controller = controllerFault(service);
  // A service that ECS does not deploy by itself has none of the settings that the other rules are about.
  if (controller !== undefined) return [controller];
  return [
    ...serviceFaults(situation),
    ...strategyFaults(situation),
    ...runningFaults(situation),
    ...trafficFaults(situation),
    ...pauseFaults(situation),
    ...taskFaults(situation),
  ];
}

function controllerFault(service: ServiceFacts): Fault | undefined {
  const subject = subjectOf(service);
  switch (service.deploymentController) {
    case 'ECS':
      return undefined;
    case 'CODE_DEPLOY':
      return {
        subject,
        problem: 'its deployment controller is CODE_DEPLOY, so CodeDeploy deploys it and not ECS',
        fix: 'change the controller to ECS with UpdateService, or leave the deployment to CodeDeploy',
      };
    case 'EXTERNAL':
      return {
        subject,
        problem: 'its deployment controller is EXTERNAL, so task sets deploy it and not ECS',
        fix: 'create the service anew with the deployment controller ECS',
      };
  }
}

function serviceFaults({ service }: Situation): readonly Fault[] {
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

/**
 * A service is never switched to another strategy without a word. ECS says ROLLING by saying nothing.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
function strategyFaults({ service, strategy }: Situation): readonly Fault[] {
  const configured = service.deploymentConfiguration['strategy'] ?? 'ROLLING';
  if (strategy !== undefined || configured === 'BLUE_GREEN') return [];
  return [
    {
      subject: 'strategy',
      problem: `${subjectOf(service)} is configured for ${String(configured)}, and only blue-green is known`,
      fix: 'write strategy: blue-green to switch the service to it',
    },
  ];
}

const RUNNING: readonly ServiceDeploymentStatus[] = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
];

function runningFaults({ service, deployments, ifRunning, now }: Situation): readonly Fault[] {
  if (ifRunning === 'supersede') return [];
  return deployments
    .filter(({ status }) => RUNNING.includes(status))
    .map(({ serviceDeploymentArn, status, createdAt }) => ({
      subject: subjectOf(service),
      problem: `deployment ${serviceDeploymentArn} is ${status} since ${age(now - createdAt)}`,
      fix: 'wait for its end, or set if-running: supersede to replace it on purpose',
    }));
}

function pauseFaults({ service, ownersHooks, pauseStages }: Situation): readonly Fault[] {
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

/** "service web": the subject of what is wrong with the service itself. */
export function subjectOf(service: Pick<ServiceFacts, 'serviceName'>): string {
  return `service ${service.serviceName}`;
}

/** "40 s", "12 min", "3 h": how long ago, for people. */
function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
