/** From a task definition to a task record, and to what the runtime is asked to run. */

import type { ContainerDefinition, ContainerOverride, NetworkConfiguration, TaskOverride } from '@aws-sdk/client-ecs';
import type { ContainerToRun, TaskToRun } from '../../contracts.ts';
import type { Cluster, Revision, Service, StoredTaskDefinition, Task, TaskContainer } from '../model.ts';
import { ecsArn, taskId, uuid } from '../names.ts';
import type { World } from '../world.ts';

export interface TaskRequest {
  readonly cluster: Cluster;
  readonly taskDefinition: StoredTaskDefinition;
  readonly group: string;
  readonly startedBy?: string;
  readonly owner?: { readonly service: Service; readonly revision: Revision };
  readonly overrides?: TaskOverride;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly kept?: Readonly<Record<string, unknown>>;
}

/** ECS's own defaults of a container health check, in seconds (API_HealthCheck). */
const HEALTH_CHECK_DEFAULTS = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };

/** Seconds between SIGTERM and SIGKILL when the definition says nothing (API_ContainerDefinition, stopTimeout). */
const STOP_TIMEOUT_SECONDS = 30;

export function newTask(world: World, request: TaskRequest): Task {
  const id = taskId();
  const definitions = request.taskDefinition.containerDefinitions ?? [];
  return {
    id,
    arn: ecsArn(world.place, `task/${request.cluster.name}/${id}`),
    cluster: request.cluster,
    taskDefinition: request.taskDefinition,
    group: request.group,
    ...(request.startedBy === undefined ? {} : { startedBy: request.startedBy }),
    ...(request.owner === undefined ? {} : { owner: request.owner }),
    containers: definitions.map((definition) => newContainer(world, request.cluster, id, definition)),
    overrides: request.overrides ?? {
      containerOverrides: definitions.map(({ name }) => ({ name })),
      inferenceAcceleratorOverrides: [],
    },
    ...(request.networkConfiguration === undefined ? {} : { networkConfiguration: request.networkConfiguration }),
    attachmentId: uuid(),
    createdAt: world.clock.now(),
    kept: request.kept ?? {},
    version: 1,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    registered: [],
    wasHealthy: false,
    failed: false,
  };
}

function newContainer(world: World, cluster: Cluster, id: string, definition: ContainerDefinition): TaskContainer {
  return {
    name: definition.name ?? '',
    arn: ecsArn(world.place, `container/${cluster.name}/${id}/${uuid()}`),
    image: definition.image ?? '',
    essential: definition.essential ?? true,
    watched: definition.healthCheck !== undefined,
    cpu: String(definition.cpu ?? 0),
    ...(definition.memory === undefined ? {} : { memory: String(definition.memory) }),
    ...(definition.memoryReservation === undefined ? {} : { memoryReservation: String(definition.memoryReservation) }),
    lastStatus: 'PENDING',
    health: 'UNKNOWN',
  };
}

export function toRun(world: World, task: Task): TaskToRun {
  const platform = task.taskDefinition.runtimePlatform;
  return {
    taskId: task.id,
    platform: {
      os: (platform?.operatingSystemFamily ?? 'LINUX').startsWith('WINDOWS') ? 'windows' : 'linux',
      architecture: platform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64',
    },
    containers: (task.taskDefinition.containerDefinitions ?? []).map((definition) =>
      containerToRun(world, task, definition),
    ),
  };
}

function containerToRun(world: World, task: Task, definition: ContainerDefinition): ContainerToRun {
  const override = task.overrides.containerOverrides?.find(({ name }) => name === definition.name);
  const command = override?.command ?? definition.command;
  const check = definition.healthCheck;
  const memory = override?.memory ?? definition.memory ?? numeric(task.taskDefinition.memory);
  return {
    name: definition.name ?? '',
    image: definition.image ?? '',
    essential: definition.essential ?? true,
    ...(command === undefined || command.length === 0 ? {} : { command }),
    ...(definition.entryPoint === undefined || definition.entryPoint.length === 0
      ? {}
      : { entryPoint: definition.entryPoint }),
    environment: environment(definition, override),
    containerPorts: (definition.portMappings ?? []).flatMap(({ containerPort }) =>
      containerPort === undefined ? [] : [containerPort],
    ),
    ...(check === undefined
      ? {}
      : {
          healthCheck: {
            command: check.command ?? [],
            interval: check.interval ?? HEALTH_CHECK_DEFAULTS.interval,
            timeout: check.timeout ?? HEALTH_CHECK_DEFAULTS.timeout,
            retries: check.retries ?? HEALTH_CHECK_DEFAULTS.retries,
            startPeriod: check.startPeriod ?? HEALTH_CHECK_DEFAULTS.startPeriod,
          },
        }),
    stopTimeout: definition.stopTimeout ?? STOP_TIMEOUT_SECONDS,
    ...(memory === undefined ? {} : { memory }),
    mounts: mounts(task, definition),
    log: logOf(world, task, definition),
  };
}

/** Overrides win over the definition; a secret resolves to `secret:<valueFrom>`, since the sandbox has no secret store. */
function environment(
  definition: ContainerDefinition,
  override: ContainerOverride | undefined,
): Readonly<Record<string, string>> {
  const pairs = [
    ...(definition.secrets ?? []).map(({ name, valueFrom }) => [name, `secret:${valueFrom}`] as const),
    ...(definition.environment ?? []).map(({ name, value }) => [name, value] as const),
    ...(override?.environment ?? []).map(({ name, value }) => [name, value] as const),
  ];
  return Object.fromEntries(pairs.map(([name, value]) => [name ?? '', value ?? '']));
}

/** Volumes in EFS. Others begin empty with each task and end with it, and are left out. */
function mounts(task: Task, definition: ContainerDefinition): NonNullable<ContainerToRun['mounts']> {
  return (definition.mountPoints ?? []).flatMap(({ sourceVolume, containerPath, readOnly = false }) => {
    const volume = task.taskDefinition.volumes?.find(({ name }) => name === sourceVolume);
    const fileSystemId = volume?.efsVolumeConfiguration?.fileSystemId;
    return fileSystemId === undefined || containerPath === undefined ? [] : [{ fileSystemId, containerPath, readOnly }];
  });
}

/** The awslogs driver names its streams `prefix/container/task-id` (developer guide, using_awslogs). */
function logOf(world: World, task: Task, definition: ContainerDefinition): (line: string) => void {
  const logs = definition.logConfiguration;
  const group = logs?.options?.['awslogs-group'];
  if (logs?.logDriver !== 'awslogs' || group === undefined) return () => {};
  const prefix = logs.options?.['awslogs-stream-prefix'];
  const stream = prefix === undefined ? task.id : `${prefix}/${definition.name}/${task.id}`;
  return (line) => world.logs.write(group, stream, line);
}

function numeric(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) ? undefined : value;
}
