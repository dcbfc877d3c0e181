/** Where tasks run: as containers of a Docker engine, or as child processes. */

import type { ImageStore, SandboxClock, TaskRuntime } from '../contracts.ts';
import { createAddresses } from './addresses.ts';
import type { Driver } from './container.ts';
import { createDockerDriver } from './docker/driver.ts';
import { findEngine } from './docker/engine.ts';
import { createProcessDriver } from './process/driver.ts';
import { runTask, type TaskHandle } from './task.ts';

export interface TaskRuntimeOptions {
  /** `auto` takes Docker when an engine answers that can give each task its own address, else processes. */
  readonly kind: 'docker' | 'process' | 'auto';
  readonly images: ImageStore;
  readonly clock: SandboxClock;
}

/** Throws, with what to do, when `docker` is asked for and no usable engine answers. */
export async function createTaskRuntime({ kind, images, clock }: TaskRuntimeOptions): Promise<TaskRuntime> {
  const driver = await createDriver(kind, images, clock);
  const addresses = await createAddresses();
  const world = { driver, addresses, clock };
  const tasks = new Set<TaskHandle>();
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    await Promise.all([...tasks].map((task) => task.kill()));
    await driver.close();
    addresses.close();
  };
  return {
    kind: driver.kind,
    start(task, events) {
      if (closing !== undefined) throw new Error(`start task ${task.taskId}: the task runtime is closed`);
      const running = runTask(world, task, events);
      tasks.add(running);
      void running.over.then(() => tasks.delete(running));
      return running;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

async function createDriver(
  kind: TaskRuntimeOptions['kind'],
  images: ImageStore,
  clock: SandboxClock,
): Promise<Driver> {
  if (kind === 'process') return createProcessDriver(images, clock);
  const found = await findEngine();
  if ('engine' in found) return createDockerDriver(found.engine, images, clock);
  if (kind === 'auto') return createProcessDriver(images, clock);
  throw new Error(`tasks cannot run in Docker: ${found.reason}; start an engine or choose the process runtime`);
}
