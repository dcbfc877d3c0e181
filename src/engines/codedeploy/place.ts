/** Where a service's deployments are made: its application and deployment group. */
import { shortArn } from '../../core/arn.ts';
import type { DeploymentGroupName } from '../../core/codedeploy-facts.ts';
import type { CodeDeploySettings } from '../../core/config.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { Clock, CodeDeploy, LoadBalancers, Services } from '../../ports.ts';

export interface CodeDeployPorts {
  readonly codeDeploy: CodeDeploy;
  readonly services: Services;
  readonly loadBalancers: LoadBalancers;
  readonly clock: Clock;
}

export type Place = DeploymentGroupName;

export function clusterName(service: ServiceFacts): string {
  return shortArn(service.clusterArn);
}

/**
 * As the user names them; else as the newest task set tells, which carries the id of the deployment that made it; else as the
 * console of ECS names them: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/create-blue-green.html
 */
export async function placeOf(
  { codeDeploy }: Pick<CodeDeployPorts, 'codeDeploy'>,
  service: ServiceFacts,
  settings: Pick<CodeDeploySettings, 'application' | 'deploymentGroup'> | undefined,
): Promise<Place> {
  const usual = `${clusterName(service)}-${service.serviceName}`;
  const { application, deploymentGroup } = settings ?? {};
  const newest = [...(service.taskSets ?? [])].sort((a, b) => b.createdAt - a.createdAt);
  const deploymentId = newest.find(({ externalId }) => externalId?.startsWith('d-'))?.externalId;
  const isSaid = application !== undefined && deploymentGroup !== undefined;
  const told = isSaid || deploymentId === undefined ? undefined : await codeDeploy.deployment(deploymentId);
  return {
    application: application ?? told?.application ?? `AppECS-${usual}`,
    group: deploymentGroup ?? told?.group ?? `DgpECS-${usual}`,
  };
}
