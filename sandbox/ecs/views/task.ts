/** A task as DescribeTasks shows it. */

import type { Container, Tag, Task as TaskView } from '@aws-sdk/client-ecs';
import type { Task, TaskContainer } from '../model.ts';

export function taskView(task: Task, tags?: readonly Tag[]): TaskView {
  const awsvpc = task.taskDefinition.networkMode === 'awsvpc';
  const fargate = task.kept['launchType'] === 'FARGATE';
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: task.taskDefinition.taskDefinitionArn,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    group: task.group,
    startedBy: task.startedBy,
    version: task.version,
    cpu: task.overrides.cpu ?? task.taskDefinition.cpu,
    memory: task.overrides.memory ?? task.taskDefinition.memory,
    launchType: fargate ? 'FARGATE' : 'EC2',
    ...(fargate ? { platformVersion: '1.4.0', platformFamily: 'Linux' } : {}),
    availabilityZone: 'a',
    connectivity: 'CONNECTED',
    connectivityAt: task.createdAt,
    enableExecuteCommand: task.kept['enableExecuteCommand'] === true,
    healthStatus: healthOf(task),
    overrides: task.overrides,
    containers: task.containers.map((container) => containerView(task, container, awsvpc)),
    attachments: awsvpc ? [attachment(task)] : [],
    attributes: [
      {
        name: 'ecs.cpu-architecture',
        value: task.taskDefinition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
      },
    ],
    createdAt: task.createdAt,
    pullStartedAt: task.pullStartedAt,
    pullStoppedAt: task.pullStoppedAt,
    startedAt: task.startedAt,
    stoppingAt: task.stoppingAt,
    stoppedAt: task.stoppedAt,
    executionStoppedAt: task.startedAt === undefined ? undefined : task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    tags: tags === undefined ? [] : [...tags],
  };
}

/** HEALTHY only when every essential container that is checked is (API_Task, healthStatus). */
function healthOf(task: Task): 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' {
  const watched = task.containers.filter(({ essential, watched: checked }) => essential && checked);
  if (watched.length === 0 || watched.some(({ health }) => health === 'UNKNOWN')) return 'UNKNOWN';
  return watched.every(({ health }) => health === 'HEALTHY') ? 'HEALTHY' : 'UNHEALTHY';
}

function containerView(task: Task, container: TaskContainer, awsvpc: boolean): Container {
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: container.imageDigest,
    runtimeId: container.runtimeId,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    healthStatus: container.health,
    cpu: container.cpu,
    memory: container.memory,
    memoryReservation: container.memoryReservation,
    networkBindings: [],
    networkInterfaces: awsvpc
      ? [
          {
            attachmentId: task.attachmentId,
            ...(task.address === undefined ? {} : { privateIpv4Address: task.address }),
          },
        ]
      : [],
  };
}

function attachment(task: Task) {
  const subnet = task.networkConfiguration?.awsvpcConfiguration?.subnets?.[0] ?? '';
  const number = task.attachmentId.replaceAll('-', '').slice(0, 17);
  return {
    id: task.attachmentId,
    type: 'ElasticNetworkInterface',
    status: task.lastStatus === 'STOPPED' ? 'DELETED' : task.address === undefined ? 'PRECREATED' : 'ATTACHED',
    details: [
      { name: 'subnetId', value: subnet },
      { name: 'networkInterfaceId', value: `eni-${number}` },
      { name: 'macAddress', value: `02:${(number.slice(0, 10).match(/../g) ?? []).join(':')}` },
      ...(task.address === undefined ? [] : [{ name: 'privateIPv4Address', value: task.address }]),
    ],
  };
}
