/** The demo's service for those who move the traffic themselves: its tasks belong to a task set. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateServiceCommand,
  CreateTaskSetCommand,
  DescribeServicesCommand,
  type ECSClient,
  type LoadBalancer,
  type NetworkConfiguration,
  UpdateServicePrimaryTaskSetCommand,
} from '@aws-sdk/client-ecs';
import type { Sandbox } from './sandbox.ts';
import type { Seeded, SeedOptions } from './seed.ts';

export interface SeededTaskSet {
  /** Of the primary task set, at 100 % in the first target group. */
  readonly taskSetArn: string;
}

const pollMs = 100;
const networkConfiguration: NetworkConfiguration = {
  awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'], assignPublicIp: 'DISABLED' },
};

/**
 * EXTERNAL: a service, a task set, and that one made primary. CODE_DEPLOY: a service, which makes its first task set itself.
 * Rejects with the service's latest event when the task set is not stable in time.
 */
export async function seedTaskSet(
  sandbox: Sandbox,
  ecs: ECSClient,
  options: SeedOptions & { readonly controller: 'EXTERNAL' | 'CODE_DEPLOY' },
  seeded: Seeded & { readonly containerName: string; readonly containerPort: number },
): Promise<SeededTaskSet> {
  const { controller, desiredCount = 2, serviceInput, timeoutMs = 120_000 } = options;
  const { cluster, service, taskDefinitionArn, containerName, containerPort } = seeded;
  const loadBalancers: LoadBalancer[] = [{ targetGroupArn: seeded.targetGroupArns[0], containerName, containerPort }];
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: service,
      desiredCount,
      // AWS's seconds, which pass faster here: a busy machine needs its own twenty to start a task.
      healthCheckGracePeriodSeconds: Math.ceil(20 * sandbox.clock.speed),
      deploymentController: { type: controller },
      ...(controller === 'CODE_DEPLOY' && {
        taskDefinition: taskDefinitionArn,
        launchType: 'FARGATE' as const,
        loadBalancers,
        networkConfiguration,
      }),
      ...serviceInput,
    }),
  );
  if (controller === 'EXTERNAL') {
    const { taskSet } = await ecs.send(
      new CreateTaskSetCommand({
        cluster,
        service,
        taskDefinition: taskDefinitionArn,
        launchType: 'FARGATE',
        loadBalancers,
        networkConfiguration,
        scale: { value: 100, unit: 'PERCENT' },
      }),
    );
    await ecs.send(new UpdateServicePrimaryTaskSetCommand({ cluster, service, primaryTaskSet: taskSet?.id }));
  }
  const end = Date.now() + timeoutMs;
  for (;;) {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const set = services?.[0]?.taskSets?.find(({ status }) => status === 'PRIMARY');
    if (set?.stabilityStatus === 'STEADY_STATE') return { taskSetArn: set.taskSetArn ?? '' };
    if (Date.now() > end) {
      throw new Error(
        `the task set of service ${service} is not stable; last event: ${services?.[0]?.events?.[0]?.message}`,
      );
    }
    await sleep(pollMs);
  }
}
