/** The life of one task: pull, start, watch, stop. The same for processes and for Docker's containers. */

import {
  type ContainerToRun,
  ImagePullError,
  type RunningTask,
  type SandboxClock,
  type TaskEvents,
  type TaskToRun,
} from '../contracts.ts';
import type { Addresses, TaskAddress } from './addresses.ts';
import { ContainerStartError, type Driver, type LaunchedContainer, type ReadyImage } from './container.ts';

/** A program needs real time to finish its requests, however fast the sandbox's clock runs. */
const LEAST_STOP_MS = 1_000;

interface World {
  readonly driver: Driver;
  readonly addresses: Addresses;
  readonly clock: SandboxClock;
}

export interface TaskHandle extends RunningTask {
  /** SIGKILL to every container at once. Resolves after `stopped` was told. */
  kill(): Promise<void>;
  /** Resolves after `stopped` was told. */
  readonly over: Promise<void>;
}

interface Live {
  readonly container: ContainerToRun;
  readonly launched: LaunchedContainer;
}

/** Nothing is told in the same turn as the call. */
export function runTask(world: World, task: TaskToRun, events: TaskEvents): TaskHandle {
  const live = new Set<Live>();
  const ends: Promise<void>[] = [];
  let wanted: 'running' | 'stopped' | 'killed' = 'running';
  const goesOn = (): boolean => wanted === 'running';

  const stopContainer = ({ container, launched }: Live): void => {
    if (wanted === 'killed') {
      launched.signal('SIGKILL');
      return;
    }
    launched.signal('SIGTERM');
    const awsMs = container.stopTimeout * 1_000;
    const timer = setTimeout(
      () => launched.signal('SIGKILL'),
      Math.max(world.clock.real(awsMs), Math.min(awsMs, LEAST_STOP_MS)),
    );
    void launched.ended.then(() => clearTimeout(timer));
  };

  const end = (how: 'stopped' | 'killed'): void => {
    if (wanted === how || wanted === 'killed') return;
    wanted = how;
    for (const one of live) stopContainer(one);
  };

  const watch = async (one: Live): Promise<void> => {
    const { exitCode, reason } = await one.launched.ended;
    live.delete(one);
    events.exited(one.container.name, exitCode, reason);
    // "If the essential parameter of a container is marked as true, and that container fails or stops for any
    // reason, all other containers that are part of the task are stopped." (API reference, ContainerDefinition)
    if (one.container.essential) end('stopped');
  };

  const launchAll = async (address: TaskAddress, images: ReadonlyMap<string, ReadyImage>): Promise<void> => {
    const containers = world.driver.open(task, address);
    for (const container of essentialFirst(task.containers)) {
      if (!goesOn()) return;
      const image = images.get(container.name) as ReadyImage;
      const launched = await containers.launch(container, image, (health) => {
        if (goesOn()) events.healthChanged(container.name, health);
      });
      const one = { container, launched };
      live.add(one);
      events.started(container.name, launched.id);
      ends.push(watch(one));
      if (!goesOn()) stopContainer(one);
    }
    if (goesOn()) events.running(address.ip, portMap(task, address));
  };

  const life = async (): Promise<void> => {
    let address: TaskAddress | undefined;
    let failure: string | undefined;
    try {
      address = await world.addresses.acquire(containerPorts(task));
      const images = await pullAll(world.driver, task, events);
      if (goesOn()) await launchAll(address, images);
    } catch (error) {
      failure = failureText(error);
      end('stopped');
    }
    await Promise.all(ends);
    address?.release();
    events.stopped(failure);
  };

  const over = Promise.resolve().then(life);
  return {
    over,
    stop() {
      end('stopped');
      return over;
    },
    kill() {
      end('killed');
      return over;
    },
  };
}

async function pullAll(driver: Driver, task: TaskToRun, events: TaskEvents): Promise<Map<string, ReadyImage>> {
  const pulls = task.containers.map(async (container): Promise<[string, ReadyImage]> => {
    const image = await driver.pull(container.image, task.platform);
    events.pulled(container.name, image.digest);
    return [container.name, image];
  });
  // All are waited for before the first failure is thrown, so that nothing is told after `stopped`.
  await Promise.allSettled(pulls);
  return new Map(await Promise.all(pulls));
}

/** The first one started owns the network of the task under Docker, so it must not be one that may leave early. */
function essentialFirst(containers: readonly ContainerToRun[]): ContainerToRun[] {
  return [...containers].sort((a, b) => Number(b.essential) - Number(a.essential));
}

function containerPorts(task: TaskToRun): number[] {
  return [...new Set(task.containers.flatMap((container) => container.containerPorts))];
}

function portMap(task: TaskToRun, address: TaskAddress): ReadonlyMap<number, number> {
  return new Map(containerPorts(task).map((port) => [port, address.portOf(port)]));
}

function failureText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ImagePullError || error instanceof ContainerStartError) return message;
  return `CannotStartContainerError: ${message}`;
}
