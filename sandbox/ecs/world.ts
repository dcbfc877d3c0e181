/** What every part of the control plane works in: the records, the neighbours, the clock, and one signal of change. */

import type { Alarms, LoadBalancing, LogSink, Place, SandboxClock, TaskRuntime } from '../contracts.ts';
import type { Revision, Service, ServiceDeployment, Task } from './model.ts';
import { uuid } from './names.ts';
import { createStore, type Store } from './store.ts';

export interface EcsDeps {
  readonly clock: SandboxClock;
  readonly place: Place;
  readonly runtime: TaskRuntime;
  readonly loadBalancing: LoadBalancing;
  readonly alarms: Alarms;
  readonly logs: LogSink;
}

/** Faults on order; may be changed at any time, and holds for deployments started afterwards. */
export interface EcsOptions {
  /** Real milliseconds after which reads see a new service deployment (eventual consistency). */
  visibleAfterMs: number;
  /** Leaves `currentServiceDeployment` out of the answers of CreateService and UpdateService. */
  hideDeploymentInAnswer: boolean;
}

interface Waiter {
  readonly met: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface World extends EcsDeps {
  readonly store: Store;
  readonly options: EcsOptions;
  closed: boolean;
  /** Something changed: reconcile the services and look again at what is awaited, once, soon. */
  changed(): void;
  /** Resolves when `met` is true after some change; rejects with what `met` throws. */
  until(met: () => boolean): Promise<void>;
  /** Calls `changed` after `awsMs` of AWS's time; returns the cancel. */
  wakeAfter(awsMs: number): () => void;
  /** Called after every change has been worked in. */
  onChange(fn: () => void): () => void;
}

export function createWorld(deps: EcsDeps, reconcile: (world: World) => void): World {
  const waiters = new Set<Waiter>();
  const observers = new Set<() => void>();
  let scheduled = false;

  const flush = (): void => {
    scheduled = false;
    if (!world.closed) reconcile(world);
    for (const waiter of [...waiters]) settle(waiter);
    for (const observer of observers) observer();
  };
  const settle = (waiter: Waiter): void => {
    try {
      if (!waiter.met()) return;
      waiters.delete(waiter);
      waiter.resolve();
    } catch (error) {
      waiters.delete(waiter);
      waiter.reject(error);
    }
  };

  const world: World = {
    ...deps,
    store: createStore(),
    options: { visibleAfterMs: 0, hideDeploymentInAnswer: false },
    closed: false,
    changed() {
      if (scheduled) return;
      scheduled = true;
      queueMicrotask(flush);
    },
    until: (met) =>
      new Promise((resolve, reject) => {
        const waiter: Waiter = { met, resolve, reject };
        waiters.add(waiter);
        settle(waiter);
      }),
    // Two real milliseconds late on purpose: a timer may fire a little before the wall clock says so.
    wakeAfter: (awsMs) => deps.clock.after(awsMs + 2 * deps.clock.speed, () => world.changed()),
    onChange(fn) {
      observers.add(fn);
      return () => observers.delete(fn);
    },
  };
  return world;
}

/** Adds a service event, newest first; ECS shows the latest hundred. Of a task set's tasks it says so. */
export function tell(world: World, service: Service, message: string, revision?: Revision): void {
  const isOfTaskSet = service.taskSets.some((set) => set.revision === revision);
  const who = isOfTaskSet ? `${service.name}, taskSet ${revision?.deploymentId}` : service.name;
  service.events.unshift({ id: uuid(), createdAt: world.clock.now(), message: `(service ${who}) ${message}` });
  service.events.length = Math.min(service.events.length, 100);
}

export const isVisible = (world: World, deployment: ServiceDeployment): boolean =>
  world.clock.now().getTime() >= deployment.visibleAt;

/** The deployment that is neither finished nor stopped; there is at most one. */
export const ongoing = (service: Service): ServiceDeployment | undefined =>
  service.deployments.find((deployment) => deployment.finishedAt === undefined && deployment.stoppedAt === undefined);

export const tasksOf = (world: World, filter: (task: Task) => boolean): Task[] =>
  [...world.store.tasks.values()].filter(filter);
