/** The desired count of services, for Application Auto Scaling. */

import type { ServiceCounts } from '../../contracts.ts';
import type { Service } from '../model.ts';
import { lookUpService } from '../store.ts';
import type { World } from '../world.ts';

export function serviceCounts(world: World): ServiceCounts {
  const find = (resourceId: string): Service | undefined => {
    const [, clusterName = '', name = ''] = /^service\/([^/]+)\/([^/]+)$/.exec(resourceId) ?? [];
    const cluster = world.store.clusters.get(clusterName);
    const service = cluster === undefined ? undefined : lookUpService(world.store, cluster, name);
    return service?.status === 'ACTIVE' ? service : undefined;
  };
  return {
    desiredCount: (resourceId) => find(resourceId)?.desiredCount,
    setDesiredCount(resourceId, count) {
      const service = find(resourceId);
      if (service === undefined) return;
      service.desiredCount = count;
      service.settled = false;
      world.changed();
    },
  };
}
