/** A new revision of a service and the deployment that brings it out. */

import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type {
  Revision,
  RevisionSettings,
  RevisionTarget,
  Service,
  ServiceDeployment,
  StoredTaskDefinition,
} from '../model.ts';
import { deploymentId, ecsArn, revisionId } from '../names.ts';
import { liveTasks } from '../store.ts';
import { ongoing, type World } from '../world.ts';
import { runDeployment } from './run.ts';
import { interrupt } from './story.ts';
import { hasTestRule } from './traffic.ts';
import { monitorsAtStart } from './watch.ts';

export function newRevision(
  world: World,
  service: { readonly name: string; readonly cluster: { readonly name: string } },
  taskDefinition: StoredTaskDefinition,
  settings: RevisionSettings,
  strategy: string,
  source: Revision | undefined,
): Revision {
  const id = revisionId();
  const now = world.clock.now();
  return {
    id,
    arn: ecsArn(world.place, `service-revision/${service.cluster.name}/${service.name}/${id}`),
    deploymentId: `ecs-svc/${id}`,
    taskDefinition,
    settings,
    targets: settings.loadBalancers.map((entry) => resolveTarget(entry, strategy, source)),
    createdAt: now,
    updatedAt: now,
    scale: 'none',
    frozen: false,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ecs-svc/${id} in progress.`,
    failedTasks: 0,
    failedStarts: 0,
    launchNotBefore: 0,
    imageDigests: new Map(),
  };
}

/** The target groups alternate: a candidate takes the one of the pair that the last revision does not use. */
function resolveTarget(entry: LoadBalancer, strategy: string, source: Revision | undefined): RevisionTarget {
  const primary = entry.targetGroupArn ?? '';
  const { alternateTargetGroupArn: alternate, productionListenerRule } = entry.advancedConfiguration ?? {};
  const used = source?.targets.find(({ targetGroupArn: arn }) => arn === primary || arn === alternate)?.targetGroupArn;
  let targetGroupArn = primary;
  if (alternate !== undefined && used !== undefined) {
    const other = used === primary ? alternate : primary;
    targetGroupArn = strategy === 'ROLLING' ? used : other;
  }
  return {
    targetGroupArn,
    containerName: entry.containerName ?? '',
    containerPort: entry.containerPort ?? 0,
    ...(productionListenerRule === undefined ? {} : { productionListenerRule }),
  };
}

/** Stops the deployment that is under way, if any, and starts the new one. Returns at once. */
export function startDeployment(world: World, service: Service, target: Revision): ServiceDeployment {
  const before = ongoing(service);
  if (before !== undefined) interrupt(world, before, { kind: 'superseded' });

  const live = new Set(liveTasks(world.store, service).map((task) => task.owner?.revision));
  const sources = service.revisions.filter(
    (revision) => revision === service.steady || live.has(revision) || revision.scale === 'all',
  );
  const previous = service.steady;
  const configuration = service.deploymentConfiguration;
  const id = deploymentId();
  const now = world.clock.now();
  const test = hasTestRule(target);
  const deployment: ServiceDeployment = {
    id,
    arn: ecsArn(world.place, `service-deployment/${service.cluster.name}/${service.name}/${id}`),
    service,
    sources,
    target,
    previous,
    configuration: structuredClone(configuration),
    createdAt: now,
    visibleAt: now.getTime() + world.options.visibleAfterMs,
    status: 'PENDING',
    updatedAt: now,
    hooks: [],
    ...monitorsAtStart(world, configuration, service.desiredCount),
    production: new Map(previous === undefined ? [] : [[previous.arn, 100]]),
    test: new Map(previous === undefined || !test ? [] : [[previous.arn, 100]]),
    interruption: undefined,
    cancels: new Set(),
  };
  deployment.production.set(target.arn, 0);
  deployment.test.set(target.arn, 0);
  service.rolling = undefined;
  service.revisions.push(target);
  service.primary = target;
  service.deployments.unshift(deployment);
  service.settled = false;
  void runDeployment(world, deployment);
  world.changed();
  return deployment;
}
