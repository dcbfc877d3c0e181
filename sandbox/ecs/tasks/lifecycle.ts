/** A task from its start to its end: the runtime's events, the target groups, the stop. */

import type { TaskStopCode } from '@aws-sdk/client-ecs';
import type { Target, TaskEvents } from '../../contracts.ts';
import type { Service, Task, TaskContainer, TaskStatus } from '../model.ts';
import { tell, type World } from '../world.ts';
import { SETTLING_MS } from './health.ts';
import { newTask, type TaskRequest, toRun } from './launch.ts';

/** Stopped tasks stay describable for one hour (API_DescribeTasks), and at least ten real minutes at a fast clock. */
const KEPT_MS = 3_600_000;
const KEPT_REAL_MS = 600_000;

export interface StopCause {
  readonly code: TaskStopCode;
  readonly reason: string;
  /** Something was wrong with the task, so it counts against its deployment. */
  readonly failed: boolean;
}

export function startTask(world: World, request: TaskRequest): Task {
  const task = newTask(world, request);
  world.store.tasks.set(task.arn, task);
  turn(world, task, 'PENDING');
  task.pullStartedAt = world.clock.now();
  const events = eventsOf(world, task);
  try {
    task.running = world.runtime.start(toRun(world, task), events);
  } catch (error) {
    events.stopped(`CannotStartContainerError: ${error instanceof Error ? error.message : String(error)}`);
  }
  return task;
}

function eventsOf(world: World, task: Task): TaskEvents {
  const containerOf = (name: string): TaskContainer | undefined =>
    task.containers.find((container) => container.name === name);
  return {
    pulled(name, digest) {
      const container = containerOf(name);
      if (container !== undefined) container.imageDigest = digest;
      task.owner?.revision.imageDigests.set(name, digest);
      task.pullStoppedAt = world.clock.now();
      world.changed();
    },
    started(name, runtimeId) {
      const container = containerOf(name);
      if (container === undefined) return;
      container.lastStatus = 'RUNNING';
      container.runtimeId = runtimeId;
      world.changed();
    },
    running(address, ports) {
      task.address = address;
      task.startedAt = world.clock.now();
      if (task.desiredStatus === 'RUNNING') {
        turn(world, task, 'RUNNING');
        registerTargets(world, task, ports);
        world.wakeAfter(SETTLING_MS);
        world.wakeAfter((task.owner?.service.healthCheckGracePeriodSeconds ?? 0) * 1000);
      }
      world.changed();
    },
    healthChanged(name, health) {
      const container = containerOf(name);
      if (container !== undefined) container.health = health;
      world.changed();
    },
    exited(name, exitCode, reason) {
      const container = containerOf(name);
      if (container === undefined) return;
      container.lastStatus = 'STOPPED';
      container.exitCode = exitCode;
      if (reason !== undefined) container.reason = reason;
      if (container.essential && task.desiredStatus === 'RUNNING') essentialExited(world, task);
      world.changed();
    },
    stopped(failure) {
      ended(world, task, failure);
      world.changed();
    },
  };
}

/** The death of one essential container stops the others (API_ContainerDefinition, essential). */
function essentialExited(world: World, task: Task): void {
  mark(world, task, {
    code: 'EssentialContainerExited',
    reason: 'Essential container in task exited',
    failed: true,
  });
  turn(world, task, 'DEACTIVATING');
  void deregisterTargets(world, [task]);
  queueMicrotask(() => void task.running?.stop());
}

function registerTargets(world: World, task: Task, ports: ReadonlyMap<number, number> | undefined): void {
  const owner = task.owner;
  if (owner === undefined || task.address === undefined) return;
  for (const { targetGroupArn, containerPort } of owner.revision.targets) {
    const target: Target = { id: task.address, port: ports?.get(containerPort) ?? containerPort };
    task.registered.push({ targetGroupArn, target });
    world.loadBalancing.register(targetGroupArn, target);
    tell(world, owner.service, `registered 1 targets in (target-group ${targetGroupArn})`, owner.revision);
  }
}

/** Takes tasks out of their target groups and waits until the last request in flight is over. */
async function deregisterTargets(world: World, tasks: readonly Task[]): Promise<void> {
  const groups = new Map<string, Target[]>();
  const services = new Map<Service, { readonly deploymentId: string; count: number }>();
  for (const task of tasks) {
    for (const { targetGroupArn, target } of task.registered) {
      groups.set(targetGroupArn, [...(groups.get(targetGroupArn) ?? []), target]);
    }
    if (task.owner !== undefined && task.registered.length > 0) {
      const { service, revision } = task.owner;
      const drained = services.get(service) ?? { deploymentId: revision.deploymentId, count: 0 };
      drained.count += 1;
      services.set(service, drained);
    }
    task.registered = [];
  }
  for (const [service, { deploymentId, count }] of services) {
    for (const [arn, targets] of groups) {
      tell(world, service, `deregistered ${targets.length} targets in (target-group ${arn})`);
    }
    // ECS names the task set inside the parentheses here, unlike in its other events.
    tell(
      world,
      { ...service, name: `${service.name}, taskSet ${deploymentId}` },
      `has begun draining connections on ${count} tasks.`,
    );
  }
  await Promise.all(
    [...groups].flatMap(([arn, targets]) => targets.map((target) => world.loadBalancing.deregister(arn, target))),
  );
}

/**
 * Stops tasks as ECS does: DEACTIVATING while they drain behind the load balancer, then STOPPING with SIGTERM
 * (developer guide, task-lifecycle-explanation). Resolves when all have stopped. Safe to repeat.
 */
export async function stopTasks(world: World, tasks: readonly Task[], cause: StopCause): Promise<void> {
  const fresh = tasks.filter((task) => task.desiredStatus === 'RUNNING');
  for (const task of fresh) {
    mark(world, task, cause);
    turn(world, task, task.registered.length > 0 ? 'DEACTIVATING' : 'STOPPING');
  }
  world.changed();
  if (fresh.some((task) => task.registered.length > 0)) await deregisterTargets(world, fresh);
  await Promise.all(
    fresh.map(async (task) => {
      if (task.lastStatus === 'STOPPED') return;
      turn(world, task, 'STOPPING');
      await task.running?.stop();
    }),
  );
}

function mark(world: World, task: Task, cause: StopCause): void {
  task.desiredStatus = 'STOPPED';
  task.stopCode = cause.code;
  task.stoppedReason = cause.reason;
  task.stoppingAt = world.clock.now();
  if (cause.failed) task.failed = true;
}

function ended(world: World, task: Task, failure: string | undefined): void {
  if (task.lastStatus === 'STOPPED') return;
  if (failure !== undefined && task.desiredStatus === 'RUNNING') {
    mark(world, task, { code: 'TaskFailedToStart', reason: failure, failed: true });
  } else if (task.desiredStatus === 'RUNNING') {
    mark(world, task, {
      code: 'EssentialContainerExited',
      reason: 'Essential container in task exited',
      failed: true,
    });
  }
  void deregisterTargets(world, [task]);
  for (const container of task.containers) container.lastStatus = 'STOPPED';
  turn(world, task, 'STOPPED');
  task.stoppedAt = world.clock.now();
  const forget = Math.max(KEPT_MS, KEPT_REAL_MS * world.clock.speed);
  world.clock.after(forget, () => world.store.tasks.delete(task.arn));
}

function turn(world: World, task: Task, status: TaskStatus): void {
  if (task.lastStatus === 'STOPPED' || task.lastStatus === status) return;
  task.lastStatus = status;
  task.version += 1;
  world.changed();
}
