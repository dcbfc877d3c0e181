/** One deployment of CodeDeploy's: orders in, looks out. */
import type { DeploymentFacts, TargetFacts } from '../../core/codedeploy-facts.ts';
import { ONGOING } from '../../core/codedeploy-facts.ts';
import { CallError } from '../../core/errors.ts';
import type { End, Look } from '../../core/observation.ts';
import type { Plan } from '../../core/plan.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { TaskSetFacts } from '../../core/taskset-facts.ts';
import type { Rollout } from '../../ports.ts';
import { ended, type Farewell, greenOf, lookAt, TERMINATION, trafficOf, turningBack, whyHalted } from './look.ts';
import { type CodeDeployPorts, clusterName, type Place } from './place.ts';
import { restoreWaits } from './waits.ts';

/** A halted deployment names the one that turns it back only some seconds later. */
export const ROLLBACK_SHOWN_WITHIN_MS = 20_000;
/** A deployment that was halted so short ago may still be turned back; one that was halted before has been, or never will be. */
export const JUST_ENDED_MS = 60_000;

export interface Begun {
  readonly place: Place;
  readonly service: ServiceFacts;
  readonly deploymentId: string;
  readonly taskDefinitionArn: string;
  /** Epoch milliseconds, by CodeDeploy's clock. */
  readonly createTime: number;
}

export function codeDeployRollout(ports: CodeDeployPorts, begun: Begun, plan: Plan): Rollout {
  const { codeDeploy, clock } = ports;
  const { deploymentId, service, place } = begun;
  let farewell: Farewell = 'none';
  let wasOrderedBack = false;
  let haltedSince: number | undefined;
  let candidateId: string | undefined;
  let stableTaskDefinition: string | undefined;

  const targetOf = async (id: string): Promise<TargetFacts | undefined> => {
    const target = await codeDeploy.target(id, clusterName(service), service.serviceName);
    if (id === deploymentId) candidateId = greenOf(target) ?? candidateId;
    return target;
  };

  /** Stopped or failed: the way back is a deployment of its own. */
  const halted = async (deployment: DeploymentFacts): Promise<Look> => {
    const by = deployment.rollback.by;
    const target = by === undefined || candidateId === undefined ? await targetOf(deploymentId) : undefined;
    const why = whyHalted(deployment, target);
    if (by !== undefined) return back(by, why);

    const traffic = trafficOf(target, candidateId);
    haltedSince ??= clock.now();
    const isAnswered = deployment.rollback.message !== undefined;
    const isLongAgo = clock.now() - (deployment.completeTime ?? clock.now()) > JUST_ENDED_MS;
    if (!isAnswered && !isLongAgo && clock.now() - haltedSince < ROLLBACK_SHOWN_WITHIN_MS) {
      return turningBack(deployment.status, why, traffic);
    }
    const end = withoutRollback(deployment, why, traffic.share);
    return ended(deployment.status, end.kind === 'stopped' ? await orSuperseded(deployment, end) : end, traffic);
  };

  const withoutRollback = (deployment: DeploymentFacts, why: string, share: number): End => {
    const said = deployment.rollback.message;
    const reason = said === undefined ? why : `${why}; ${said.trim().replace(/\.$/, '')}`;
    if (share > 0) {
      const left = `${share} % of the traffic is still on the candidate, and CodeDeploy began no rollback`;
      return { kind: wasOrderedBack ? 'rollback-failed' : 'stopped', reason: `${reason}; ${left}` };
    }
    const isSomebodysStop = deployment.error?.code === 'MANUAL_STOP' && !wasOrderedBack && said === undefined;
    return { kind: isSomebodysStop ? 'stopped' : 'rolled-back', reason };
  };

  const back = async (by: string, why: string): Promise<Look> => {
    const rollback = await codeDeploy.deployment(by);
    const target = rollback === undefined ? undefined : await targetOf(by);
    const traffic = trafficOf(target, candidateId);
    switch (rollback?.status) {
      case 'Succeeded':
        return ended('Succeeded', { kind: 'rolled-back', reason: why }, { ...traffic, share: 0 });
      case 'Failed':
      case 'Stopped': {
        const reason = `${why}; and its rollback ${by}: ${whyHalted(rollback, target)}`;
        return ended(rollback.status, { kind: 'rollback-failed', reason }, traffic);
      }
      default:
        return turningBack(`rollback ${by}`, why, traffic);
    }
  };

  /** There is one deployment at a time: a newer one begins after ours was stopped. */
  const orSuperseded = async (deployment: DeploymentFacts, end: End): Promise<End> => {
    const [newest] = await codeDeploy.list(place, [...ONGOING, 'Succeeded', 'Failed', 'Stopped']);
    if (newest === undefined || newest === deploymentId) return end;
    const newer = await codeDeploy.deployment(newest);
    if (newer === undefined || newer.createTime <= deployment.createTime) return end;
    return { kind: 'superseded', reason: `${end.reason}; a newer deployment took over: ${newest}` };
  };

  return {
    id: deploymentId,
    candidate: {
      taskDefinitionArn: begun.taskDefinitionArn,
      since: begun.createTime,
      targetGroupArns: async () => targetGroups(await taskSetsOf(ports, begun, 'candidate')),
      stableTargetGroupArns: async () => targetGroups(await taskSetsOf(ports, begun, 'stable')),
      async stableTaskDefinitionArn() {
        stableTaskDefinition ??= (await taskSetsOf(ports, begun, 'stable'))[0]?.taskDefinition || undefined;
        return stableTaskDefinition;
      },
      mixed: false,
    },

    async look() {
      const deployment = await codeDeploy.deployment(deploymentId);
      if (deployment === undefined) throw new CallError('not-found', '', `deployment ${deploymentId} is not visible`);
      switch (deployment.status) {
        case 'Stopped':
        case 'Failed':
          return halted(deployment);
        case 'Created':
        case 'Queued':
          return lookAt(deployment, undefined, farewell);
        case 'Succeeded': {
          const reason = 'CodeDeploy reports the deployment as Succeeded';
          return ended(
            'Succeeded',
            { kind: 'succeeded', reason },
            {
              ...trafficOf(await targetOf(deploymentId), candidateId),
              share: 100,
            },
          );
        }
        default:
          return lookAt(deployment, await targetOf(deploymentId), farewell);
      }
    },

    async advance(pauseId) {
      if (pauseId !== TERMINATION) return codeDeploy.goOn(deploymentId, 'READY_WAIT');
      // The rest of this wait is the bake: CodeDeploy itself ends it.
      if (plan.bakeMs > 0) {
        farewell = 'baking';
        return;
      }
      await codeDeploy.goOn(deploymentId, 'TERMINATION_WAIT');
      farewell = 'released';
    },

    async turnBack() {
      wasOrderedBack = true;
      await codeDeploy.stop(deploymentId);
    },

    // Each of CodeDeploy's waits has a clock of its own, and a deployment's description cannot be changed.
    async keepUntil() {},

    async tidy() {
      const now = await ports.services.describe(service.clusterArn, service.serviceName);
      if (now !== undefined) await restoreWaits(ports, place, now);
    },
  };
}

/** The task sets tell: CodeDeploy gives each the id of the deployment that made it. */
async function taskSetsOf(
  { services }: CodeDeployPorts,
  { service, deploymentId }: Begun,
  version: 'candidate' | 'stable',
): Promise<readonly TaskSetFacts[]> {
  const now = await services.describe(service.clusterArn, service.serviceName);
  const isOfCandidate = ({ externalId }: TaskSetFacts): boolean => externalId === deploymentId;
  return (now?.taskSets ?? [])
    .filter(({ status }) => status !== 'DRAINING')
    .filter((taskSet) => isOfCandidate(taskSet) === (version === 'candidate'));
}

function targetGroups(taskSets: readonly TaskSetFacts[]): readonly string[] {
  return taskSets.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
}
