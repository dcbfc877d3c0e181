/** What ECS fills in when a task definition is registered. */

import type { Compatibility, ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { StoredTaskDefinition } from '../model.ts';

export interface Registration {
  readonly arn: string;
  readonly revision: number;
  readonly registeredAt: Date;
  readonly registeredBy: string;
}

/** The stored form: every field as it came, the read-only ones added, the defaults of ECS filled in. */
export function registered(input: RegisterTaskDefinitionRequest, registration: Registration): StoredTaskDefinition {
  const { tags: _tags, cpu, memory, ...rest } = input;
  const awsvpc = input.networkMode === 'awsvpc';
  return {
    ...rest,
    family: input.family ?? '',
    containerDefinitions: (input.containerDefinitions ?? []).map((container) => filled(container, awsvpc)),
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    ...(cpu === undefined ? {} : { cpu: units(cpu) }),
    ...(memory === undefined ? {} : { memory: units(memory) }),
    taskDefinitionArn: registration.arn,
    revision: registration.revision,
    status: 'ACTIVE',
    requiresAttributes: requiredAttributes(input),
    compatibilities: compatibilities(input),
    registeredAt: registration.registeredAt,
    registeredBy: registration.registeredBy,
  };
}

function filled(container: ContainerDefinition, awsvpc: boolean): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      ...(awsvpc ? { hostPort: mapping.hostPort ?? mapping.containerPort } : { hostPort: mapping.hostPort ?? 0 }),
      protocol: mapping.protocol ?? 'tcp',
    })),
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
  };
}

/** `1 vCPU` is 1024 units, `2 GB` is 2048 MiB; plain numbers stay (API_RegisterTaskDefinition, cpu and memory). */
export function units(text: string): string {
  const match = /^([\d.]+)\s*(vcpu|gb)$/i.exec(text.trim());
  return match === null ? text : String(Math.round(Number(match[1]) * 1024));
}

function compatibilities(input: RegisterTaskDefinitionRequest): Compatibility[] {
  const fargate = input.networkMode === 'awsvpc' && input.cpu !== undefined && input.memory !== undefined;
  return fargate ? ['EC2', 'FARGATE'] : ['EC2'];
}

/** The attributes that the agent must have, for the features in use. */
function requiredAttributes(input: RegisterTaskDefinitionRequest): { name: string }[] {
  const names = new Set<string>();
  for (const container of input.containerDefinitions ?? []) {
    names.add('com.amazonaws.ecs.capability.docker-remote-api.1.18');
    const driver = container.logConfiguration?.logDriver;
    if (driver !== undefined) {
      names.add(`com.amazonaws.ecs.capability.logging-driver.${driver}`);
      names.add('com.amazonaws.ecs.capability.docker-remote-api.1.19');
    }
    if (/\.dkr\.ecr\./.test(container.image ?? '')) {
      names.add('com.amazonaws.ecs.capability.ecr-auth');
      if (input.executionRoleArn !== undefined) names.add('ecs.capability.execution-role-ecr-pull');
    }
    if (driver === 'awslogs' && input.executionRoleArn !== undefined)
      names.add('ecs.capability.execution-role-awslogs');
    if (container.healthCheck !== undefined) names.add('ecs.capability.container-health-check');
    if ((container.secrets ?? []).length > 0) names.add('ecs.capability.secrets.ssm.environment-variables');
  }
  if (input.taskRoleArn !== undefined) names.add('com.amazonaws.ecs.capability.task-iam-role');
  if (input.networkMode === 'awsvpc') names.add('ecs.capability.task-eni');
  return [...names].map((name) => ({ name }));
}
