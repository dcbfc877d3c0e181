/** The sandbox's Amazon ECS: the control plane behind the wire, over real tasks and a real load balancer. */

import * as schemas from '@aws-sdk/client-ecs';
import type { CodeDeployServices, ServiceCounts } from '../contracts.ts';
import { blankParameter } from '../wire/missing.ts';
import type { AwsService } from '../wire/service.ts';
import { interrupt } from './deployments/story.ts';
import { clusterOperations } from './operations/clusters.ts';
import { serviceDeploymentOperations } from './operations/service-deployments.ts';
import { serviceOperations } from './operations/services.ts';
import { tagOperations } from './operations/tags.ts';
import { taskDefinitionOperations } from './operations/task-definitions.ts';
import { taskOperations } from './operations/tasks.ts';
import { reconcile } from './scheduler/reconcile.ts';
import { codeDeployServices } from './task-sets/code-deploy.ts';
import { serviceCounts } from './task-sets/counts.ts';
import { taskSetOperations } from './task-sets/operations.ts';
import { createWorld, type EcsDeps, type EcsOptions, ongoing } from './world.ts';

export type { EcsDeps, EcsOptions } from './world.ts';

export interface Ecs {
  readonly service: AwsService;
  /** Faults on order; set its members at any time. */
  readonly options: EcsOptions;
  /** For CodeDeploy: the services it looks after, and their task sets. */
  readonly codeDeploy: CodeDeployServices;
  /** For Application Auto Scaling. */
  readonly counts: ServiceCounts;
  /** Called after every change of any record. Returns the unsubscribe function. */
  onChange(fn: () => void): () => void;
  /** Stops every deployment where it stands and every task. Safe to repeat. */
  close(): Promise<void>;
}

export function createEcs(deps: EcsDeps): Ecs {
  const world = createWorld(deps, reconcile);
  const unsubscribe = [
    deps.loadBalancing.onTargetState(() => world.changed()),
    deps.alarms.onAlarm(() => world.changed()),
  ];
  return {
    service: {
      name: 'ecs',
      protocol: 'json-1.1',
      target: 'AmazonEC2ContainerServiceV20141113',
      schemas,
      missing: blankParameter,
      open: ['RegisterTaskDefinition', 'DescribeTaskDefinition', 'DeregisterTaskDefinition'],
      operations: {
        ...clusterOperations(world),
        ...taskDefinitionOperations(world),
        ...serviceOperations(world),
        ...serviceDeploymentOperations(world),
        ...taskSetOperations(world),
        ...taskOperations(world),
        ...tagOperations(world),
      },
    },
    codeDeploy: codeDeployServices(world),
    counts: serviceCounts(world),
    options: world.options,
    onChange: world.onChange,
    async close() {
      if (world.closed) return;
      world.closed = true;
      for (const stop of unsubscribe) stop();
      for (const service of world.store.services.values()) {
        const deployment = ongoing(service);
        if (deployment === undefined) continue;
        interrupt(world, deployment, { kind: 'closed' });
        for (const cancel of [...deployment.cancels]) cancel();
      }
      await Promise.all([...world.store.tasks.values()].map((task) => task.running?.stop()));
    },
  };
}
