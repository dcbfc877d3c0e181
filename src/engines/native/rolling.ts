/**
 * Following a rolling deployment. ECS replaces task by task and knows neither weights nor pauses; while it does, it can be stopped
 * with a rollback. When ECS says SUCCESSFUL the gates have not seen the candidate alone yet, so a pause of our own making follows,
 * at 100 %, in which it is judged. ECS knows nothing of that pause: a runner that dies in it leaves the candidate serving alone, which
 * is stable, and what its gates had said until then had passed. Turning back from there is a new rolling deployment to the
 * definition that served before.
 */
import { shortArn } from '../../core/arn.ts';
import type { End, Look } from '../../core/observation.ts';
import type { ServiceDeploymentFacts, ServiceFacts } from '../../core/service.ts';
import { countOf, rollingLookAt, taskShare } from './look.ts';
import {
  describeDeployment,
  type Followed,
  type NativePorts,
  newerThan,
  stableRevision,
  supersededBy,
  taskDefinitionOf,
  withSuperseder,
} from './native-ports.ts';

/** The pause of our own making: it never expires, and no call of ECS answers it. */
export const AFTER_ROLLING = 'after-rolling';
/** An update that ECS accepted shows a new deployment within this time; when it does not, it is ordered again. */
const SHOWN_WITHIN_MS = 30_000;

interface Rolling {
  readonly service: ServiceFacts;
  readonly deploymentArn: string;
  readonly taskDefinitionArn: string | undefined;
  /** The deployment is itself the way back from another one. */
  readonly isWayBack: boolean;
  /** Before the service is updated to go back; must not reject. */
  readonly markWayBack: (stableArn: string) => Promise<void>;
}

export function followRolling(ports: NativePorts, rolling: Rolling): Followed {
  const { service, deploymentArn } = rolling;
  const { services, deployments, clock } = ports;
  /** Set once ECS has said SUCCESSFUL, which is for ever. */
  let done: ServiceDeploymentFacts | undefined;
  let isPassed = false;
  let wayBack = rolling.isWayBack ? deploymentArn : undefined;
  let orderedBackAt: number | undefined;
  let noWayBack: string | undefined;

  /** What served before the candidate. */
  const stableArn = async (deployment: ServiceDeploymentFacts): Promise<string | undefined> =>
    taskDefinitionOf(ports, await stableRevision(ports, service, deployment));

  async function afterRolling(deployment: ServiceDeploymentFacts): Promise<Look> {
    const now = await services.describe(service.clusterArn, service.serviceName);
    const running = now?.runningCount ?? 0;
    const requested = now?.desiredCount ?? 0;
    const alone: Look = {
      ...rollingLookAt(deployment),
      movement: 'waiting',
      pause: { id: AFTER_ROLLING, expiresAt: undefined },
      candidate: { requested, running, pending: Math.max(0, requested - running) },
      stable: { requested: 0, running: 0, pending: 0 },
      end: undefined,
    };
    if (now?.currentServiceDeployment !== deploymentArn) {
      const newer = await newerThan(ports, service, deployment);
      if (newer !== undefined) {
        const to = await taskDefinitionOf(ports, newer.targetServiceRevisionArn);
        if (to === undefined || to !== (await stableArn(deployment))) return ended(alone, supersededBy(newer));
        // Whoever ordered it, another run perhaps: it takes the service back.
        wayBack = newer.serviceDeploymentArn;
        return lookAtWayBack(wayBack);
      }
    }
    if (orderedBackAt !== undefined && clock.now() - orderedBackAt < SHOWN_WITHIN_MS) {
      return { ...alone, movement: 'turning-back', pause: undefined };
    }
    return alone;
  }

  async function lookAtWayBack(arn: string): Promise<Look> {
    const deployment = await describeDeployment(ports, arn);
    const look = wayBackLook(deployment);
    if (deployment.status !== 'STOPPED') return look;
    const newer = await newerThan(ports, service, deployment);
    return newer === undefined ? look : { ...look, end: supersededBy(newer) };
  }

  return {
    async look() {
      if (wayBack !== undefined) return lookAtWayBack(wayBack);
      const deployment = done ?? (await describeDeployment(ports, deploymentArn));
      const look = rollingLookAt(deployment);
      if (deployment.status !== 'SUCCESSFUL') return withSuperseder(look, deployment, ports, service);
      done = deployment;
      if (isPassed) return look;
      if (noWayBack !== undefined) return ended(look, { kind: 'rollback-failed', reason: noWayBack });
      return afterRolling(deployment);
    },

    async advance(pauseId) {
      if (pauseId === AFTER_ROLLING) isPassed = true;
      else await deployments.answer(deploymentArn, pauseId, 'CONTINUE');
    },

    async turnBack() {
      if (wayBack !== undefined) return;
      if (done === undefined) return deployments.stop(deploymentArn);
      const stable = await stableArn(done);
      if (stable === undefined || stable === rolling.taskDefinitionArn) {
        noWayBack =
          stable === undefined
            ? 'the rolling deployment is complete, and no other version served before it'
            : `the rolling deployment is complete, and ${shortArn(stable)} served before it too`;
        return;
      }
      await rolling.markWayBack(stable);
      await services.update(service.clusterArn, service.serviceName, { taskDefinition: stable });
      orderedBackAt = clock.now();
    },
  };
}

/** The candidate of the rollout is what this deployment replaces. */
export function wayBackLook(deployment: ServiceDeploymentFacts): Look {
  const candidate = countOf(deployment.source);
  const stable = countOf(deployment.target === undefined ? [] : [deployment.target]);
  const end = endOfWayBack(deployment);
  return {
    stage: `back: ${deployment.status}`,
    movement: end === undefined ? 'turning-back' : 'ended',
    pause: undefined,
    share: end?.kind === 'rolled-back' ? 0 : stable.running === 0 ? 100 : taskShare(candidate, stable),
    candidate,
    stable,
    end,
    note:
      end === undefined ? `a rolling deployment takes the service back: ${deployment.serviceDeploymentArn}` : undefined,
  };
}

function endOfWayBack(deployment: ServiceDeploymentFacts): End | undefined {
  const reason = deployment.rollbackReason ?? deployment.statusReason;
  const because = reason === undefined ? '' : `: ${reason}`;
  const back = `the deployment that was to take the service back, ${deployment.serviceDeploymentArn},`;
  switch (deployment.status) {
    case 'SUCCESSFUL':
      return { kind: 'rolled-back', reason: `${deployment.serviceDeploymentArn} took the service back` };
    case 'ROLLBACK_SUCCESSFUL':
      return { kind: 'rollback-failed', reason: `${back} was itself rolled back, and the candidate serves${because}` };
    case 'ROLLBACK_FAILED':
    case 'STOPPED':
      return { kind: 'rollback-failed', reason: `${back} ended as ${deployment.status}${because}` };
    default:
      return undefined;
  }
}

function ended(look: Look, end: End): Look {
  return { ...look, movement: 'ended', pause: undefined, end };
}
