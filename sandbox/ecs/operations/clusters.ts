/** CreateCluster, DescribeClusters, ListClusters, DeleteCluster. */

import type {
  Cluster as ClusterView,
  CreateClusterRequest,
  DeleteClusterRequest,
  DescribeClustersRequest,
  ListClustersRequest,
} from '@aws-sdk/client-ecs';
import type { Handler } from '../../wire/service.ts';
import { AwsError } from '../../wire/service.ts';
import { invalid } from '../exceptions.ts';
import type { Cluster } from '../model.ts';
import { ecsArn, lastPart } from '../names.ts';
import { page } from '../paging.ts';
import { findCluster } from '../store.ts';
import { checkTags } from '../validate/tags.ts';
import { tasksOf, type World } from '../world.ts';

export function clusterOperations(world: World): Readonly<Record<string, Handler>> {
  const { store } = world;
  return {
    CreateCluster(input: CreateClusterRequest) {
      const name = input.clusterName ?? 'default';
      if (!/^[A-Za-z0-9][\w-]{0,254}$/.test(name)) throw invalid(`Invalid identifier: ${name}`);
      const { clusterName: _name, tags, ...kept } = input;
      checkTags(tags);
      const known = store.clusters.get(name);
      const cluster: Cluster =
        known?.status === 'ACTIVE'
          ? known
          : { name, arn: ecsArn(world.place, `cluster/${name}`), status: 'ACTIVE', kept };
      store.clusters.set(name, cluster);
      if (tags !== undefined) store.tags.set(cluster.arn, tags);
      return { cluster: view(world, cluster, true) };
    },

    DescribeClusters(input: DescribeClustersRequest) {
      const clusters: ClusterView[] = [];
      const failures: { arn: string; reason: string }[] = [];
      for (const reference of input.clusters ?? ['default']) {
        const cluster = store.clusters.get(lastPart(reference));
        if (cluster === undefined) {
          failures.push({ arn: ecsArn(world.place, `cluster/${lastPart(reference)}`), reason: 'MISSING' });
        } else clusters.push(view(world, cluster, input.include?.includes('TAGS') === true));
      }
      return { clusters, failures };
    },

    ListClusters(input: ListClustersRequest) {
      const arns = [...store.clusters.values()].filter(({ status }) => status === 'ACTIVE').map(({ arn }) => arn);
      const { items, nextToken } = page(arns, input);
      return { clusterArns: items, nextToken };
    },

    DeleteCluster(input: DeleteClusterRequest) {
      const cluster = findCluster(store, input.cluster);
      if (services(world, cluster).length > 0) {
        throw new AwsError(
          'ClusterContainsServicesException',
          'The Cluster cannot be deleted while Services are active.',
        );
      }
      if (tasksOf(world, (task) => task.cluster === cluster && task.lastStatus !== 'STOPPED').length > 0) {
        throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
      }
      cluster.status = 'INACTIVE';
      return { cluster: view(world, cluster, false) };
    },
  };
}

const services = (world: World, cluster: Cluster) =>
  [...world.store.services.values()].filter((service) => service.cluster === cluster && service.status !== 'INACTIVE');

function view(world: World, cluster: Cluster, withTags: boolean): ClusterView {
  const tasks = tasksOf(world, (task) => task.cluster === cluster);
  const kept = cluster.kept as Partial<ClusterView>;
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => ['PROVISIONING', 'PENDING'].includes(lastStatus)).length,
    activeServicesCount: services(world, cluster).length,
    statistics: [],
    settings: kept.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
    ...(kept.configuration === undefined ? {} : { configuration: kept.configuration }),
    capacityProviders: kept.capacityProviders ?? [],
    defaultCapacityProviderStrategy: kept.defaultCapacityProviderStrategy ?? [],
    tags: withTags ? [...(world.store.tags.get(cluster.arn) ?? [])] : [],
  };
}
