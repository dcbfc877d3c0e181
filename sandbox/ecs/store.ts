/** All records of one sandbox's ECS, and how names and ARNs of requests find them. */

import type { Tag } from '@aws-sdk/client-ecs';
import { client, clusterNotFound, serviceNotFound } from './exceptions.ts';
import type { Cluster, Service, ServiceDeployment, StoredTaskDefinition, Task } from './model.ts';
import { lastPart } from './names.ts';

export interface Store {
  readonly clusters: Map<string, Cluster>;
  /** Revisions by family, oldest first. */
  readonly families: Map<string, StoredTaskDefinition[]>;
  /** By ARN. A deleted service stays as INACTIVE until its name is used again. */
  readonly services: Map<string, Service>;
  readonly tasks: Map<string, Task>;
  readonly tags: Map<string, Tag[]>;
  /** RunTask's clientToken to the tasks it started. */
  readonly tokens: Map<string, { readonly request: string; readonly taskArns: readonly string[] }>;
}

export function createStore(): Store {
  return {
    clusters: new Map(),
    families: new Map(),
    services: new Map(),
    tasks: new Map(),
    tags: new Map(),
    tokens: new Map(),
  };
}

/** @throws ClusterNotFoundException */
export function findCluster(store: Store, nameOrArn: string | undefined): Cluster {
  const cluster = store.clusters.get(lastPart(nameOrArn ?? 'default'));
  if (cluster === undefined || cluster.status !== 'ACTIVE') throw clusterNotFound();
  return cluster;
}

export function lookUpService(store: Store, cluster: Cluster, nameOrArn: string): Service | undefined {
  const name = lastPart(nameOrArn);
  for (const service of store.services.values()) {
    if (service.cluster === cluster && service.name === name) return service;
  }
  return undefined;
}

/** @throws ServiceNotFoundException */
export function findService(store: Store, cluster: Cluster, nameOrArn: string): Service {
  const service = lookUpService(store, cluster, nameOrArn);
  if (service === undefined) throw serviceNotFound();
  return service;
}

/**
 * `family` (its latest ACTIVE revision), `family:revision` or an ARN of either form.
 * @throws ClientException "Unable to describe task definition."
 */
export function findTaskDefinition(store: Store, reference: string): StoredTaskDefinition {
  const [family = '', revision] = lastPart(reference).split(':');
  const revisions = store.families.get(family) ?? [];
  const found =
    revision === undefined
      ? revisions.findLast((candidate) => candidate.status === 'ACTIVE')
      : revisions.find((candidate) => String(candidate.revision) === revision);
  if (found === undefined) throw client('Unable to describe task definition.');
  return found;
}

export function findDeployment(store: Store, arn: string): ServiceDeployment | undefined {
  for (const service of store.services.values()) {
    for (const deployment of service.deployments) if (deployment.arn === arn) return deployment;
  }
  return undefined;
}

/** The tasks of a service that have not stopped. */
export function liveTasks(store: Store, service: Service): Task[] {
  return [...store.tasks.values()].filter((task) => task.owner?.service === service && task.lastStatus !== 'STOPPED');
}
