/** The demo's world, made as a user would make it: through AWS's API alone. */

import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  type DeploymentConfiguration,
  ECSClient,
  type KeyValuePair,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { type DemoImage, demoImage } from './app/image.ts';
import { putImage } from './ecr/put-image.ts';
import { ecsArn } from './ecs/names.ts';
import type { Sandbox } from './sandbox.ts';
import { type HealthCheck, type SeededLoadBalancer, seedLoadBalancer } from './seed-load-balancer.ts';
import { type SeededTaskSet, seedTaskSet } from './seed-task-set.ts';
import { waitForDeployment } from './seed-wait.ts';

export interface SeedOptions {
  readonly cluster?: string;
  readonly service?: string;
  /** 2 unless given. */
  readonly desiredCount?: number;
  /** Who moves the service; ECS unless given. With the others `strategy` and what belongs to it mean nothing. */
  readonly controller?: 'ECS' | 'EXTERNAL' | 'CODE_DEPLOY';
  /** BLUE_GREEN unless given. */
  readonly strategy?: 'BLUE_GREEN' | 'LINEAR' | 'CANARY' | 'ROLLING';
  /** ROLLING, but with the alternate target group and the rules already named, so that it can be switched in place. */
  readonly shiftable?: boolean;
  /** Minutes at 100 %; 0 unless given. */
  readonly bakeMinutes?: number;
  /** Joined into the service's deploymentConfiguration: hooks, alarms, circuit breaker and so on. */
  readonly deploymentConfiguration?: DeploymentConfiguration;
  readonly alarmNames?: readonly string[];
  readonly circuitBreaker?: { readonly enable: boolean; readonly rollback: boolean };
  readonly hooks?: DeploymentConfiguration['lifecycleHooks'];
  readonly healthCheck?: HealthCheck;
  /** Environment of the container. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The first version; version 1 of the demo app unless given. */
  readonly image?: Omit<DemoImage, 'repository'>;
  /** Of the repository. */
  readonly imageTagMutability?: 'MUTABLE' | 'IMMUTABLE';
  /** Port of the production listener; 0 (the default) picks a free one. */
  readonly loadBalancerPort?: number;
  /** Joined into the input of CreateService. */
  readonly serviceInput?: Partial<CreateServiceCommandInput>;
  /** Real milliseconds until the service must be stable; two minutes unless given. */
  readonly timeoutMs?: number;
}

export interface Seeded extends SeededLoadBalancer {
  readonly cluster: string;
  readonly service: string;
  readonly serviceArn: string;
  readonly taskDefinitionArn: string;
  readonly repository: string;
  /** `127.0.0.1:PORT/web` */
  readonly repositoryUri: string;
  /** `repositoryUri@sha256:…` of the first version. */
  readonly image: string;
}

export const containerName = 'web';
export const containerPort = 8080;

/** Puts a version of the demo app into the repository, as a push would. Gives `uri@digest`. */
export async function pushDemoImage(sandbox: Sandbox, image: DemoImage): Promise<string> {
  const { reference } = await putImage(sandbox.ecr, demoImage(image));
  return reference;
}

/** Rejects with the deployment's own reason when the service does not become stable in time. */
export function seedDemo(
  sandbox: Sandbox,
  options: SeedOptions & { readonly controller: 'EXTERNAL' | 'CODE_DEPLOY' },
): Promise<Seeded & SeededTaskSet>;
export function seedDemo(sandbox: Sandbox, options?: SeedOptions): Promise<Seeded>;
export async function seedDemo(sandbox: Sandbox, options: SeedOptions = {}): Promise<Seeded> {
  const { cluster = 'demo', service = 'web', strategy = 'BLUE_GREEN', controller = 'ECS' } = options;
  const { account, region } = sandbox.place;
  const ecs = new ECSClient(sandbox.clientConfig);
  const ecr = new ECRClient(sandbox.clientConfig);
  try {
    const { repository } = await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: service,
        imageTagMutability: options.imageTagMutability ?? 'MUTABLE',
      }),
    );
    const image = await pushDemoImage(sandbox, { version: 1, ...options.image, repository: service });
    const balancer = await seedLoadBalancer(sandbox, service, {
      port: options.loadBalancerPort ?? 0,
      containerPort,
      byListener: controller === 'CODE_DEPLOY',
      ...(options.healthCheck && { healthCheck: options.healthCheck }),
    });

    await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: service,
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        executionRoleArn: `arn:aws:iam::${account}:role/ecsTaskExecutionRole`,
        runtimePlatform: {
          cpuArchitecture: process.arch === 'arm64' ? 'ARM64' : 'X86_64',
          operatingSystemFamily: 'LINUX',
        },
        containerDefinitions: [
          {
            name: containerName,
            image,
            essential: true,
            portMappings: [{ containerPort, protocol: 'tcp' }],
            environment: toPairs({ PORT: String(containerPort), ...options.environment }),
            stopTimeout: 10,
            logConfiguration: {
              logDriver: 'awslogs',
              options: {
                'awslogs-group': `/ecs/${service}`,
                'awslogs-region': region,
                'awslogs-stream-prefix': service,
              },
            },
          },
        ],
      }),
    );

    const seeded = {
      cluster,
      service,
      serviceArn: ecsArn(sandbox.place, `service/${cluster}/${service}`),
      taskDefinitionArn: taskDefinition?.taskDefinitionArn ?? '',
      repository: service,
      repositoryUri: repository?.repositoryUri ?? '',
      image,
      ...balancer,
    };
    if (controller !== 'ECS') {
      const parts = { ...seeded, containerName, containerPort };
      return { ...seeded, ...(await seedTaskSet(sandbox, ecs, { ...options, controller }, parts)) };
    }

    const isRolling = strategy === 'ROLLING';
    const [primary, alternate] = balancer.targetGroupArns;
    await ecs.send(
      new CreateServiceCommand({
        cluster,
        serviceName: service,
        taskDefinition: taskDefinition?.taskDefinitionArn,
        desiredCount: options.desiredCount ?? 2,
        launchType: 'FARGATE',
        // AWS's seconds, which pass faster here: a busy machine needs its own twenty to start a task.
        healthCheckGracePeriodSeconds: Math.ceil(20 * sandbox.clock.speed),
        deploymentController: { type: 'ECS' },
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'], assignPublicIp: 'DISABLED' } },
        loadBalancers: [
          {
            targetGroupArn: primary,
            containerName,
            containerPort,
            ...((!isRolling || options.shiftable) && {
              advancedConfiguration: {
                alternateTargetGroupArn: alternate,
                productionListenerRule: balancer.productionRuleArn,
                testListenerRule: balancer.testRuleArn,
                roleArn: `arn:aws:iam::${account}:role/ecsInfrastructureRole`,
              },
            }),
          },
        ],
        deploymentConfiguration: {
          strategy,
          maximumPercent: 200,
          minimumHealthyPercent: 100,
          ...(!isRolling && { bakeTimeInMinutes: options.bakeMinutes ?? 0 }),
          ...(options.circuitBreaker && { deploymentCircuitBreaker: options.circuitBreaker }),
          ...(options.hooks && { lifecycleHooks: options.hooks }),
          ...(options.alarmNames && {
            alarms: { alarmNames: [...options.alarmNames], enable: true, rollback: true },
          }),
          ...options.deploymentConfiguration,
        },
        ...options.serviceInput,
      }),
    );
    await waitForDeployment(ecs, cluster, service, options.timeoutMs ?? 120_000);
    return seeded;
  } finally {
    ecs.destroy();
    ecr.destroy();
  }
}

const toPairs = (environment: Readonly<Record<string, string>>): KeyValuePair[] =>
  Object.entries(environment).map(([name, value]) => ({ name, value }));
