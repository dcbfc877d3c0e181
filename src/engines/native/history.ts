/** What the service's deployments tell: what is under way, and what served before. */
import type { RunningDeployment, ServiceDeploymentFacts, ServiceFacts } from '../../core/service.ts';
import type { Ended } from '../../ports.ts';
import { isRunning, rollingLookAt } from './look.ts';
import { type NativePorts, stableRevision, taskDefinitionOf } from './native-ports.ts';
import { isAbout, readNote } from './note.ts';
import { wayBackLook } from './rolling.ts';
import { isRollingDeployment, type Subject } from './rollout.ts';

/** The deployment that is under way, with the note about it; undefined when there is none. */
export async function underwaySubject(ports: NativePorts, service: ServiceFacts): Promise<Subject | undefined> {
  const { deployments, clock } = ports;
  const known = await deployments.list(service.clusterArn, service.serviceName, undefined);
  const running = known.findIndex(isRunning);
  const note = readNote(service);
  // A rolling deployment that ECS has completed is under way as long as a runner judges it, which its note promises.
  const isHeld =
    running < 0 && note !== undefined && note.memo.until > clock.now() && known[0]?.status === 'SUCCESSFUL';
  const index = isHeld ? 0 : running;
  const brief = known[index];
  if (brief === undefined) return undefined;

  const deployment = (await deployments.describe(brief.serviceDeploymentArn)) ?? notShownYet(brief);
  const isRolling = isRollingDeployment(service, deployment);
  const target = await taskDefinitionOf(ports, deployment.target?.arn ?? brief.targetServiceRevisionArn);
  const ours = note !== undefined && target !== undefined && isAbout(note, target, known[index + 1]) ? note : undefined;
  if (isHeld && (!isRolling || ours === undefined || ours.isWayBack)) return undefined;
  return {
    service,
    deployment,
    isRolling,
    note: ours,
    taskDefinitionArn: await candidateOf(ports, deployment, target, ours?.isWayBack),
  };
}

/** On the way back the candidate is what is being replaced. */
async function candidateOf(
  ports: NativePorts,
  deployment: ServiceDeploymentFacts,
  target: string | undefined,
  isWayBack: boolean | undefined,
): Promise<string | undefined> {
  return isWayBack === true ? taskDefinitionOf(ports, deployment.source[0]?.arn) : target;
}

/** Listed and not described yet: ECS's answers agree after a while. */
function notShownYet(brief: RunningDeployment): ServiceDeploymentFacts {
  return {
    serviceDeploymentArn: brief.serviceDeploymentArn,
    status: brief.status,
    statusReason: undefined,
    lifecycleStage: undefined,
    createdAt: brief.createdAt,
    finishedAt: undefined,
    hooks: [],
    source: [],
    target: undefined,
    rollbackReason: undefined,
    alarms: [],
  };
}

/** How the newest deployment ended; undefined while it is under way. */
export async function lastEnded(ports: NativePorts, service: ServiceFacts): Promise<Ended | undefined> {
  const { deployments } = ports;
  const known = await deployments.list(service.clusterArn, service.serviceName, undefined);
  const [brief] = known;
  if (brief === undefined || isRunning(brief)) return undefined;
  const deployment = await deployments.describe(brief.serviceDeploymentArn);
  const end = deployment === undefined ? undefined : rollingLookAt(deployment).end;
  if (deployment === undefined || end === undefined) return undefined;
  const target = await taskDefinitionOf(ports, deployment.target?.arn);
  const note = readNote(service);
  const isWayBack = note?.isWayBack === true && target !== undefined && isAbout(note, target, known[1]);
  return {
    id: deployment.serviceDeploymentArn,
    taskDefinitionArn: await candidateOf(ports, deployment, target, isWayBack),
    end: isWayBack ? (wayBackLook(deployment).end ?? end) : end,
  };
}

/** So many deployments are looked at, newest first, until one names another definition. */
const LOOKED_AT = 5;

/**
 * What served before, wholly or for a while: the newest deployment brought what serves, and then it is what it replaced; or it was
 * turned back, and then it is what it tried. Whoever goes back from there has to compare the two: after a rollback the other one is newer.
 */
export async function previousTaskDefinition(
  ports: NativePorts,
  service: ServiceFacts,
  serving: string,
): Promise<string | undefined> {
  const { deployments } = ports;
  const known = await deployments.list(service.clusterArn, service.serviceName, undefined);
  for (const brief of known.filter((deployment) => !isRunning(deployment)).slice(0, LOOKED_AT)) {
    const target = await taskDefinitionOf(ports, brief.targetServiceRevisionArn);
    if (target !== undefined && target !== serving) return target;
    const deployment = await deployments.describe(brief.serviceDeploymentArn);
    if (deployment === undefined) continue;
    const source = await taskDefinitionOf(ports, await stableRevision(ports, service, deployment));
    if (source !== undefined && source !== serving) return source;
  }
  return undefined;
}
