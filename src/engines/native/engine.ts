/** The engine of services with deployment controller ECS: ECS moves the traffic, we answer its pauses. */
import { CallError, JobFailed } from '../../core/errors.ts';
import type { Look } from '../../core/observation.ts';
import type { Plan } from '../../core/plan.ts';
import type { RunningDeployment, ServiceDeploymentFacts, ServiceFacts } from '../../core/service.ts';
import type { Clock, Deployments, Engine, Services } from '../../ports.ts';
import { lookAt } from './look.ts';
import { ownersPauseStages, withoutPause, withPause } from './pause.ts';

export interface NativePorts {
  readonly services: Services;
  readonly deployments: Deployments;
  readonly clock: Clock;
}

export interface Started {
  readonly deploymentArn: string;
  /** The candidate's revision. */
  readonly revisionArn: string;
  /** By ECS's own clock, in epoch milliseconds. */
  readonly createdAt: number;
}

/** ECS shows a new deployment within seconds; when it does not for this long, none was begun. */
const SHOWN_WITHIN_MS = 60_000;

/**
 * Begins the deployment: UpdateService with the strategy and the pauses.
 * `known` are the deployments that were there before, so that ours is told from them.
 */
export async function startNative(
  ports: NativePorts,
  service: ServiceFacts,
  taskDefinitionArn: string,
  plan: Plan,
  known: readonly RunningDeployment[],
  pollMs: number,
): Promise<Started> {
  const { services, deployments, clock } = ports;
  const { deploymentArn } = await services.update(service.clusterArn, service.serviceName, {
    taskDefinition: taskDefinitionArn,
    deploymentConfiguration: withPause(service.deploymentConfiguration, plan),
    // Named by the service and yet not what serves: without force ECS would see nothing to do.
    ...(taskDefinitionArn === service.taskDefinition ? { forceNewDeployment: true as const } : {}),
  });
  const before = new Set([
    ...known.map((deployment) => deployment.serviceDeploymentArn),
    service.currentServiceDeployment,
  ]);
  const since = Math.max(0, ...known.map((deployment) => deployment.createdAt));
  // The answer of UpdateService may still name the deployment before ours; a new ARN may not be visible yet.
  const named = deploymentArn !== undefined && !before.has(deploymentArn) ? deploymentArn : undefined;
  const newest = async (): Promise<string | undefined> =>
    (await deployments.list(service.clusterArn, service.serviceName, since)).find(
      (deployment) => !before.has(deployment.serviceDeploymentArn),
    )?.serviceDeploymentArn;

  const deadline = clock.now() + SHOWN_WITHIN_MS;
  let problem = 'shows no new deployment';
  while (clock.now() < deadline) {
    try {
      const arn = named ?? (await newest());
      const shown = arn === undefined ? undefined : await deployments.describe(arn);
      if (shown?.target !== undefined) {
        return { deploymentArn: shown.serviceDeploymentArn, revisionArn: shown.target.arn, createdAt: shown.createdAt };
      }
    } catch (error) {
      // The deployment is on its way: what passes by itself is no reason to leave it alone.
      if (!(error instanceof CallError) || !error.isPassing) throw error;
      problem = error.message;
    }
    await clock.sleep(pollMs);
  }
  throw new JobFailed(
    `ECS accepted the update of service ${service.serviceName}, and ${SHOWN_WITHIN_MS / 1000} s later: ${problem}; look at the service's deployments in ECS, an unanswered pause turns back by itself`,
  );
}

export function nativeEngine(ports: NativePorts, service: ServiceFacts, deploymentArn: string): Engine {
  const { deployments } = ports;
  const ownersStages = ownersPauseStages(service.deploymentConfiguration);
  return {
    async look(): Promise<Look> {
      const deployment = await deployments.describe(deploymentArn);
      if (deployment === undefined) {
        throw new CallError('not-found', '', `deployment ${deploymentArn} is not visible`);
      }
      return withSuperseder(lookAt(deployment, ownersStages), deployment, ports, service);
    },
    advance: (pauseId) => deployments.answer(deploymentArn, pauseId, 'CONTINUE'),
    async turnBack(pauseId) {
      if (pauseId === undefined) return deployments.stop(deploymentArn);
      try {
        await deployments.answer(deploymentArn, pauseId, 'ROLLBACK');
      } catch (error) {
        if (!(error instanceof CallError) || error.isPassing || error.failure === 'credentials') throw error;
        // Not allowed to answer, perhaps allowed to stop: traffic first, permissions later.
        await deployments.stop(deploymentArn);
      }
    },
  };
}

/**
 * A newer deployment makes ECS end this one. ECS says STOPPED (or rolls back) and gives no machine-readable cause,
 * so the one extra call of the rollout asks whether a newer one was begun before this one ended.
 */
async function withSuperseder(
  look: Look,
  deployment: ServiceDeploymentFacts,
  { deployments }: NativePorts,
  service: ServiceFacts,
): Promise<Look> {
  if (look.end?.kind !== 'stopped') return look;
  const newer = (await deployments.list(service.clusterArn, service.serviceName, deployment.createdAt)).find(
    (other) => other.createdAt > deployment.createdAt && other.serviceDeploymentArn !== deployment.serviceDeploymentArn,
  );
  if (newer === undefined) return look;
  const since = new Date(newer.createdAt).toISOString();
  return {
    ...look,
    end: { kind: 'superseded', reason: `a newer deployment took over at ${since}: ${newer.serviceDeploymentArn}` },
  };
}

/**
 * Takes our pause away again, once the deployment is over. UpdateService with a deploymentConfiguration alone begins no deployment
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html).
 */
export async function takePauseAway(ports: NativePorts, service: ServiceFacts, plan: Plan): Promise<void> {
  await ports.services.update(service.clusterArn, service.serviceName, {
    deploymentConfiguration: withoutPause(withPause(service.deploymentConfiguration, plan)),
  });
}
