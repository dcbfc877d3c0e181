/** Begins a deployment. Every call may be the last one: what another run needs is in AWS before the next is made. */
import { appSpecOf, primaryOf } from '../../core/codedeploy-appspec.ts';
import { type DeploymentGroupFacts, type NewDeployment, ONGOING } from '../../core/codedeploy-facts.ts';
import { type DeploymentConfiguration, isPredefined } from '../../core/codedeploy-ladder.ts';
import { noteText } from '../../core/codedeploy-note.ts';
import { type DeploymentWaits, waitsFor } from '../../core/codedeploy-waits.ts';
import { CallError, JobFailed } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { Beginning, Rollout } from '../../ports.ts';
import type { CodeDeployPorts, Place } from './place.ts';
import { codeDeployRollout } from './rollout.ts';
import { changeWaits, restoreWaits } from './waits.ts';

/** A new deployment is visible within seconds; when none is for this long, none was begun. */
const SHOWN_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 2_000;

export interface ToBegin {
  readonly place: Place;
  readonly service: ServiceFacts;
  readonly group: DeploymentGroupFacts;
  readonly own: DeploymentWaits;
  readonly configuration: DeploymentConfiguration;
  /** It is not CodeDeploy's nor the user's: it has to be there first. */
  readonly isMade: boolean;
  readonly plan: Plan;
}

export async function begin(ports: CodeDeployPorts, what: ToBegin, candidate: Beginning): Promise<Rollout> {
  const { codeDeploy } = ports;
  const { place, service, group, own, configuration, plan } = what;
  const { name, routing } = configuration;
  if (what.isMade && !isPredefined(name) && routing.kind !== 'all-at-once') {
    await codeDeploy.createConfiguration({ name, routing });
  }
  await changeWaits(ports, place, service, { now: group.waits, own, needed: waitsFor(plan, own) });
  const wanted = {
    ...place,
    deploymentConfigName: name,
    description: noteText(candidate.memo, primaryOf(service)?.taskDefinition ?? service.taskDefinition),
    appSpec: appSpecOf(service, candidate.taskDefinitionArn),
    onAlarm: group.watchesAlarms,
  };
  const deploymentId = await orAsItWas(ports, what, () => createOnce(ports, wanted));
  const createTime = await shown(ports, deploymentId);
  const { taskDefinitionArn } = candidate;
  return codeDeployRollout(ports, { place, service, deploymentId, taskDefinitionArn, createTime }, plan);
}

/** What CodeDeploy refuses for good has begun nothing: the group gets its own waits back. When that fails too, the tag is still there. */
async function orAsItWas<T>(
  ports: CodeDeployPorts,
  { place, service }: ToBegin,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof CallError) || error.isPassing) throw error;
    try {
      const now = await ports.services.describe(service.clusterArn, service.serviceName);
      if (now !== undefined) await restoreWaits(ports, place, now);
    } catch (second) {
      if (!(second instanceof CallError)) throw second;
    }
    throw error;
  }
}

/**
 * CreateDeployment knows no token. When its answer is lost, the SDK's own second try is refused because there is a deployment
 * already, and the description tells whether it is ours: it names the run and the moment.
 */
async function createOnce({ codeDeploy, clock }: CodeDeployPorts, wanted: NewDeployment): Promise<string> {
  try {
    return await codeDeploy.create(wanted);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const isTaken = error.code === 'DeploymentLimitExceededException';
    if (!isTaken && !error.isPassing) throw error;
    for (const deadline = clock.now() + SHOWN_WITHIN_MS / 3; clock.now() < deadline; await clock.sleep(LOOK_AGAIN_MS)) {
      try {
        for (const id of await codeDeploy.list(wanted, ONGOING)) {
          const found = await codeDeploy.deployment(id);
          if (found?.description === wanted.description) return id;
          if (found !== undefined && isTaken) throw error;
        }
      } catch (again) {
        if (again === error || !(again instanceof CallError) || !again.isPassing) throw again;
      }
    }
    throw error;
  }
}

/** By CodeDeploy's own clock, as the deaths of tasks are by ECS's. */
async function shown({ codeDeploy, clock }: CodeDeployPorts, deploymentId: string): Promise<number> {
  let problem = 'does not show it';
  for (const deadline = clock.now() + SHOWN_WITHIN_MS; clock.now() < deadline; await clock.sleep(LOOK_AGAIN_MS)) {
    try {
      const found = await codeDeploy.deployment(deploymentId);
      if (found !== undefined) return found.createTime;
    } catch (error) {
      // The deployment is on its way: what passes by itself is no reason to leave it alone.
      if (!(error instanceof CallError) || !error.isPassing) throw error;
      problem = error.message;
    }
  }
  throw new JobFailed(
    `CodeDeploy has begun deployment ${deploymentId}, and ${SHOWN_WITHIN_MS / 1000} s later: ${problem}; look at it in CodeDeploy: without an answer it stops before it shifts traffic`,
  );
}
