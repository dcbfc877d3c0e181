/** From "nothing has changed" to a deployment that ECS shows. */
import { CallError, JobFailed } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ServiceDeploymentFacts, ServiceFacts } from '../../core/service.ts';
import type { Beginning } from '../../ports.ts';
import { type NativePorts, taskDefinitionOf } from './native-ports.ts';
import { leaveNote, type Note, noteOf } from './note.ts';

export interface Begun {
  readonly deployment: ServiceDeploymentFacts;
  /** Undefined: could not be left. */
  readonly note: Note | undefined;
}

/** ECS shows a new deployment within seconds; when it does not for this long, none was begun. */
const SHOWN_WITHIN_MS = 60_000;

/**
 * Leaves the note, then begins the deployment: UpdateService with the strategy and the pauses. A second try of UpdateService after
 * a lost answer begins nothing twice: the service is then as it is asked to be. (With force it does, and the second one is followed.)
 */
export async function beginDeployment(
  ports: NativePorts,
  service: ServiceFacts,
  candidate: Beginning,
  deploymentConfiguration: JsonObject,
  pollMs: number,
): Promise<Begun> {
  const { services, deployments, clock } = ports;
  const { clusterArn, serviceName } = service;
  const { taskDefinitionArn, memo } = candidate;
  // So that ours is told from those before.
  const known = await deployments.list(clusterArn, serviceName, undefined);
  const note = noteOf(memo, taskDefinitionArn, known[0]);
  const isLeft = await leaveNote(ports, service, note);
  const { deploymentArn } = await services.update(clusterArn, serviceName, {
    taskDefinition: taskDefinitionArn,
    deploymentConfiguration,
    // Named by the service and yet not what serves: without force ECS would see nothing to do.
    ...(taskDefinitionArn === service.taskDefinition ? { forceNewDeployment: true as const } : {}),
  });
  const others = new Set([
    ...known.map((deployment) => deployment.serviceDeploymentArn),
    service.currentServiceDeployment,
  ]);
  const since = Math.max(0, ...known.map((deployment) => deployment.createdAt));
  const newest = async (): Promise<string | undefined> =>
    (await deployments.list(clusterArn, serviceName, since)).find(
      (deployment) => !others.has(deployment.serviceDeploymentArn),
    )?.serviceDeploymentArn;

  const deadline = clock.now() + SHOWN_WITHIN_MS;
  let problem = 'shows no new deployment';
  while (clock.now() < deadline) {
    try {
      const named = deploymentArn !== undefined && !others.has(deploymentArn) ? deploymentArn : undefined;
      const arn = named ?? (await newest());
      const shown = arn === undefined ? undefined : await deployments.describe(arn);
      // The answer of UpdateService may still name the one before ours, and the list may have been late with it.
      if (shown?.target !== undefined) {
        const deploys = await taskDefinitionOf(ports, shown.target.arn);
        if (deploys === taskDefinitionArn) return { deployment: shown, note: isLeft ? note : undefined };
        if (deploys !== undefined) others.add(arn);
      }
    } catch (error) {
      // The deployment is on its way: what passes by itself is no reason to leave it alone.
      if (!(error instanceof CallError) || !error.isPassing) throw error;
      problem = error.message;
    }
    await clock.sleep(pollMs);
  }
  throw new JobFailed(
    `ECS accepted the update of service ${serviceName}, and ${SHOWN_WITHIN_MS / 1000} s later: ${problem}; look at the service's deployments in ECS, an unanswered pause turns back by itself`,
  );
}
