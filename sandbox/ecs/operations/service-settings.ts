/** Which parameters of CreateService and UpdateService belong to the revision, and which only to the service. */

import type { CreateServiceRequest, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { client, invalid } from '../exceptions.ts';
import type { RevisionSettings, StoredTaskDefinition } from '../model.ts';
import { findTaskDefinition } from '../store.ts';
import type { World } from '../world.ts';

/** "This parameter triggers a new service deployment" (API_UpdateService), beside the ones with fields of their own. */
const REVISION_KEPT = [
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;

/** "This parameter doesn't trigger a new service deployment". */
const SERVICE_KEPT = [
  'availabilityZoneRebalancing',
  'capacityProviderStrategy',
  'enableECSManagedTags',
  'enableExecuteCommand',
  'placementConstraints',
  'placementStrategy',
  'propagateTags',
  'schedulingStrategy',
] as const;

type Request = Partial<CreateServiceRequest & UpdateServiceRequest>;

/** Settings of the next revision: what the request says, else what the current revision has. */
export function nextSettings(request: Request, current: RevisionSettings | undefined): RevisionSettings {
  const networkConfiguration = request.networkConfiguration ?? current?.networkConfiguration;
  const platformVersion = request.platformVersion ?? current?.platformVersion;
  return {
    loadBalancers: request.loadBalancers ?? current?.loadBalancers ?? [],
    ...(networkConfiguration === undefined ? {} : { networkConfiguration: withDefaults(networkConfiguration) }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    kept: { ...current?.kept, ...picked(request, REVISION_KEPT) },
  };
}

/** ECS shows assignPublicIp and securityGroups also where they were not given. */
function withDefaults(network: NonNullable<RevisionSettings['networkConfiguration']>) {
  const vpc = network.awsvpcConfiguration;
  if (vpc === undefined) return network;
  return {
    ...network,
    awsvpcConfiguration: {
      ...vpc,
      securityGroups: vpc.securityGroups ?? [],
      assignPublicIp: vpc.assignPublicIp ?? ('DISABLED' as const),
    },
  };
}

export const serviceKept = (request: Request): Record<string, unknown> => picked(request, SERVICE_KEPT);

function picked(request: Request, names: readonly (keyof Request)[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => (request[name] === undefined || request[name] === null ? [] : [[name, request[name]]])),
  );
}

/** @throws ClientException when there is no such task definition or it is no longer ACTIVE */
export function usableTaskDefinition(world: World, reference: string): StoredTaskDefinition {
  let found: StoredTaskDefinition;
  try {
    found = findTaskDefinition(world.store, reference);
  } catch {
    throw client('TaskDefinition not found.');
  }
  if (found.status !== 'ACTIVE') throw client('TaskDefinition is inactive');
  return found;
}

/** @throws InvalidParameterException */
export function checkNetwork(
  taskDefinition: StoredTaskDefinition,
  settings: Pick<RevisionSettings, 'networkConfiguration'>,
): void {
  const awsvpc = taskDefinition.networkMode === 'awsvpc';
  const given = settings.networkConfiguration?.awsvpcConfiguration;
  if (awsvpc && given === undefined) {
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (!awsvpc && given !== undefined) {
    throw invalid('Network Configuration is not valid for the given networkMode of this task definition.');
  }
  if (awsvpc && (given?.subnets ?? []).length === 0) throw invalid('subnets can not be empty.');
}

export const strategyOf = (configuration: { readonly strategy?: string | undefined }): string =>
  configuration.strategy ?? 'ROLLING';

/** Without a launch type: there are no container instances here, so what can run on Fargate does. */
export const usualLaunchType = ({ requiresCompatibilities }: StoredTaskDefinition): 'FARGATE' | 'EC2' =>
  requiresCompatibilities?.includes('FARGATE') === true ? 'FARGATE' : 'EC2';
