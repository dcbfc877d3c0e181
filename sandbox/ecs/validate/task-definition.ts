/** What RegisterTaskDefinition refuses. ECS answers with ClientException for all of these. */

import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { client } from '../exceptions.ts';
import { units } from '../views/task-definition.ts';

/** Memory in MiB by CPU units: least, most and step (developer guide, fargate-tasks-services, task size). */
const FARGATE_SIZES: Readonly<Record<string, readonly [least: number, most: number, step: number]>> = {
  '512': [1024, 4096, 1024],
  '1024': [2048, 8192, 1024],
  '2048': [4096, 16384, 1024],
  '4096': [8192, 30720, 1024],
  '8192': [16384, 61440, 4096],
  '16384': [32768, 122880, 8192],
};

/** @throws ClientException */
export function checkTaskDefinition(input: RegisterTaskDefinitionRequest): void {
  const { family = '', containerDefinitions: containers = [] } = input;
  if (family === '') throw client('Family should not be null or empty.');
  if (!/^[\w-]{1,255}$/.test(family)) throw client('Family contains invalid characters.');
  if (containers.length === 0) throw client('Container list cannot be empty.');
  const names = new Set<string>();
  for (const container of containers) {
    checkContainer(input, container);
    if (names.has(container.name ?? ''))
      throw client(`Container.name contains duplicate container name: ${container.name}.`);
    names.add(container.name ?? '');
  }
  if (containers.every(({ essential }) => essential === false)) {
    throw client('Invalid task definition. At least one container must be essential.');
  }
  if (input.requiresCompatibilities?.includes('FARGATE') === true) checkFargate(input);
}

function checkContainer(input: RegisterTaskDefinitionRequest, container: ContainerDefinition): void {
  const { name = '', image = '' } = container;
  if (name === '') throw client('Container.name should not be null or empty.');
  if (!/^[\w-]{1,255}$/.test(name)) throw client('Container.name contains invalid characters.');
  if (image === '') throw client('Container.image should not be null or empty.');
  if (input.memory === undefined && container.memory === undefined && container.memoryReservation === undefined) {
    throw client(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  if (input.networkMode === 'awsvpc') {
    const moved = container.portMappings?.find(
      ({ hostPort, containerPort }) => hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort,
    );
    if (moved !== undefined) {
      throw client('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
    }
  }
}

function checkFargate(input: RegisterTaskDefinitionRequest): void {
  if (input.networkMode !== 'awsvpc') throw client("Fargate only supports network mode 'awsvpc'.");
  if (input.cpu === undefined) throw client("Fargate requires that 'cpu' be defined at the task level.");
  if (input.memory === undefined) throw client("Fargate requires that 'memory' be defined at the task level.");
  if (!isFargateSize(units(input.cpu), Number(units(input.memory)))) {
    throw client('No Fargate configuration exists for given values.');
  }
  if (input.executionRoleArn !== undefined) return;
  for (const { image = '', logConfiguration } of input.containerDefinitions ?? []) {
    if (logConfiguration?.logDriver === 'awslogs') {
      throw client('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
    }
    if (/\.dkr\.ecr\./.test(image)) {
      throw client('Fargate requires task definition to have execution role ARN to support ECR images.');
    }
  }
}

function isFargateSize(cpu: string, memory: number): boolean {
  if (cpu === '256') return [512, 1024, 2048].includes(memory);
  const size = FARGATE_SIZES[cpu];
  if (size === undefined) return false;
  const [least, most, step] = size;
  return memory >= least && memory <= most && (memory - least) % step === 0;
}
