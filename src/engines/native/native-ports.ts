/** What this engine needs of the world, and what its files share. */
import { CallError } from '../../core/errors.ts';
import type { End, Look } from '../../core/observation.ts';
import type { RunningDeployment, ServiceDeploymentFacts, ServiceFacts } from '../../core/service.ts';
import type { Clock, Deployments, LoadBalancers, Log, Services } from '../../ports.ts';

export interface NativePorts {
  readonly services: Services;
  readonly deployments: Deployments;
  readonly loadBalancers: LoadBalancers;
  readonly clock: Clock;
  /** For what a job may go on without. */
  readonly log: Pick<Log, 'warning'>;
}

/** One deployment, in whatever way it moves traffic. Each as in ports.ts, Rollout. */
export interface Followed {
  look(): Promise<Look>;
  advance(pauseId: string, to: number): Promise<void>;
  turnBack(pauseId: string | undefined): Promise<void>;
}

/** Rejects with CallError when ECS does not show it. */
export async function describeDeployment(
  { deployments }: Pick<NativePorts, 'deployments'>,
  deploymentArn: string,
): Promise<ServiceDeploymentFacts> {
  const deployment = await deployments.describe(deploymentArn);
  if (deployment === undefined) throw new CallError('not-found', '', `deployment ${deploymentArn} is not visible`);
  return deployment;
}

/** The newest that was begun after this one. */
export async function newerThan(
  { deployments }: Pick<NativePorts, 'deployments'>,
  service: ServiceFacts,
  deployment: ServiceDeploymentFacts,
): Promise<RunningDeployment | undefined> {
  const since = await deployments.list(service.clusterArn, service.serviceName, deployment.createdAt);
  return since.find(
    (other) => other.createdAt > deployment.createdAt && other.serviceDeploymentArn !== deployment.serviceDeploymentArn,
  );
}

export function supersededBy(newer: RunningDeployment): End {
  const since = new Date(newer.createdAt).toISOString();
  return { kind: 'superseded', reason: `a newer deployment took over at ${since}: ${newer.serviceDeploymentArn}` };
}

/**
 * A newer deployment makes ECS end this one. ECS says STOPPED (or rolls back) and gives no machine-readable cause,
 * so the one extra call of the rollout asks whether a newer one was begun before this one ended.
 */
export async function withSuperseder(
  look: Look,
  deployment: ServiceDeploymentFacts,
  ports: Pick<NativePorts, 'deployments'>,
  service: ServiceFacts,
): Promise<Look> {
  if (look.end?.kind !== 'stopped') return look;
  const newer = await newerThan(ports, service, deployment);
  return newer === undefined ? look : { ...look, end: supersededBy(newer) };
}

/** The task definition of a revision; undefined when ECS has forgotten it. */
export async function taskDefinitionOf(
  { deployments }: Pick<NativePorts, 'deployments'>,
  revisionArn: string | undefined,
): Promise<string | undefined> {
  const revision = revisionArn === undefined ? undefined : await deployments.revision(revisionArn);
  return revision?.taskDefinition || undefined;
}

/** ARN of the revision that served before the deployment; undefined for a first deployment. */
export async function stableRevision(
  { deployments }: Pick<NativePorts, 'deployments'>,
  service: ServiceFacts,
  deployment: ServiceDeploymentFacts,
): Promise<string | undefined> {
  const [first, ...others] = deployment.source;
  if (others.length === 0) return first?.arn;
  // An unfinished deployment had left tasks of its own: what serves is what was deployed last with success.
  const known = await deployments.list(service.clusterArn, service.serviceName, undefined);
  const completed = known.filter(
    ({ status, createdAt }) => status === 'SUCCESSFUL' && createdAt < deployment.createdAt,
  );
  const arns = deployment.source.map(({ arn }) => arn);
  const last = completed.find(({ targetServiceRevisionArn: arn }) => arn !== undefined && arns.includes(arn));
  return last?.targetServiceRevisionArn ?? first?.arn;
}
