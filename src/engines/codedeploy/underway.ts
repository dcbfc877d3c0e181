/** What is there already: the deployment that goes on, the last one, the ones before. */
import { taskDefinitionIn } from '../../core/codedeploy-appspec.ts';
import { type DeploymentFacts, ONGOING } from '../../core/codedeploy-facts.ts';
import { sharesOf } from '../../core/codedeploy-ladder.ts';
import { readNote } from '../../core/codedeploy-note.ts';
import type { Memo } from '../../core/memo.ts';
import type { Plan } from '../../core/plan.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { Ended, Rollout, Underway } from '../../ports.ts';
import type { CodeDeployPorts, Place } from './place.ts';
import { codeDeployRollout, JUST_ENDED_MS } from './rollout.ts';

/** Enough to find one with another task definition; each costs two calls. */
const SUCCEEDED_LOOKED_AT = 10;

/** For looking alone: what is in it decides nothing before somebody takes the rollout over. */
const LOOKING: Plan = {
  steps: [],
  bakeMs: 0,
  gates: [],
  timeoutMs: 0,
  onCancel: 'leave',
  holdLimitMs: 0,
  onInconclusive: 'wait',
  waitForApprovalMs: 0,
  promoteWithinMs: 0,
};

export async function underway(
  ports: CodeDeployPorts,
  place: Place,
  service: ServiceFacts,
): Promise<Underway | undefined> {
  const { loadBalancers } = ports;
  const deployment = await ongoing(ports, place);
  if (deployment === undefined) return undefined;
  const taskDefinitionArn = await taskDefinitionOf(ports, service, deployment);
  const take = (plan: Plan): Rollout => takeOver(ports, place, service, deployment, taskDefinitionArn, plan);
  const look = await take(LOOKING).look();
  if (look.end !== undefined) return undefined;
  const { testListener } = deployment.routes;
  return {
    id: deployment.deploymentId,
    taskDefinitionArn,
    startedAt: deployment.createTime,
    memo: await memoOf(ports, deployment),
    look,
    candidateUrl: testListener === undefined ? undefined : await loadBalancers.address(testListener),
    rollout: take,
  };
}

export async function last(ports: CodeDeployPorts, place: Place, service: ServiceFacts): Promise<Ended | undefined> {
  const { codeDeploy } = ports;
  const [newest] = await codeDeploy.list(place, [...ONGOING, 'Succeeded', 'Failed', 'Stopped']);
  const deployment = newest === undefined ? undefined : await turnedBackBy(ports, newest);
  if (deployment === undefined) return undefined;
  const taskDefinitionArn = await taskDefinitionOf(ports, service, deployment);
  const { end } = await takeOver(ports, place, service, deployment, taskDefinitionArn, LOOKING).look();
  return end === undefined ? undefined : { id: deployment.deploymentId, taskDefinitionArn, end };
}

/**
 * What the deployment that brought the serving task definition says of the one before; when it says nothing, the task definition of
 * the newest deployment that succeeded with another one.
 */
export async function previous(ports: CodeDeployPorts, place: Place, serving: string): Promise<string | undefined> {
  const { codeDeploy } = ports;
  const ids = await codeDeploy.list(place, ['Succeeded']);
  for (const id of ids.slice(0, SUCCEEDED_LOOKED_AT)) {
    const deployment = await codeDeploy.deployment(id);
    // A rollback is listed as one that succeeded, with the task definition that it went back to.
    if (deployment === undefined || deployment.creator === 'codeDeployRollback') continue;
    const taskDefinition = await deployedBy(ports, deployment);
    const was = readNote(deployment.description)?.was;
    if (taskDefinition === serving && was !== undefined) return serving.replace(/[^/]+$/, was);
    if (taskDefinition !== undefined && taskDefinition !== serving) return taskDefinition;
  }
  return undefined;
}

function takeOver(
  ports: CodeDeployPorts,
  place: Place,
  service: ServiceFacts,
  { deploymentId, createTime }: DeploymentFacts,
  taskDefinitionArn: string | undefined,
  plan: Plan,
): Rollout {
  const begun = { place, service, deploymentId, createTime, taskDefinitionArn: taskDefinitionArn ?? '' };
  return codeDeployRollout(ports, begun, plan);
}

/** The one that goes on, or that is being turned back, or that ended a moment ago and may still be turned back. */
async function ongoing(ports: CodeDeployPorts, place: Place): Promise<DeploymentFacts | undefined> {
  const { codeDeploy, clock } = ports;
  const [id] = await codeDeploy.list(place, ONGOING);
  if (id !== undefined) return turnedBackBy(ports, id);
  const group = await codeDeploy.group(place);
  const attempted = typeof group === 'string' ? undefined : group.lastAttempted;
  if (attempted === undefined || !['Stopped', 'Failed'].includes(attempted.status)) return undefined;
  return clock.now() - attempted.endTime < JUST_ENDED_MS ? turnedBackBy(ports, attempted.deploymentId) : undefined;
}

/** A rollback is a deployment of its own: what is meant is the one that it turns back. */
async function turnedBackBy({ codeDeploy }: CodeDeployPorts, id: string): Promise<DeploymentFacts | undefined> {
  const deployment = await codeDeploy.deployment(id);
  const of = deployment?.rollback.of;
  return of === undefined ? deployment : ((await codeDeploy.deployment(of)) ?? deployment);
}

async function taskDefinitionOf(
  ports: CodeDeployPorts,
  service: ServiceFacts,
  deployment: DeploymentFacts,
): Promise<string | undefined> {
  const made = service.taskSets?.find(({ externalId }) => externalId === deployment.deploymentId);
  return made?.taskDefinition ?? deployedBy(ports, deployment);
}

async function deployedBy({ codeDeploy }: CodeDeployPorts, deployment: DeploymentFacts): Promise<string | undefined> {
  if (deployment.sha256 === undefined) return undefined;
  const appSpec = await codeDeploy.appSpec(deployment.application, deployment.sha256);
  return appSpec === undefined ? undefined : taskDefinitionIn(appSpec);
}

/** The description says it; a ladder that was too long for it is the deployment configuration's. */
async function memoOf({ codeDeploy }: CodeDeployPorts, deployment: DeploymentFacts): Promise<Memo | undefined> {
  const memo = readNote(deployment.description)?.memo;
  if (memo === undefined || memo.shares.length > 1) return memo;
  const configuration = await codeDeploy.configuration(deployment.deploymentConfigName);
  return configuration === undefined ? memo : { ...memo, shares: sharesOf(configuration.routing) };
}
