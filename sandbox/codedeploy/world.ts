/** What every part of CodeDeploy works in: the records, the neighbours, the clock, and the waits of its stories. */

import type { Alarms, CodeDeployServices, LoadBalancing, Place, SandboxClock, TrafficRoutes } from '../contracts.ts';
import type { Store } from './model.ts';

export interface CodeDeployDeps {
  readonly clock: SandboxClock;
  readonly place: Place;
  readonly loadBalancing: Pick<LoadBalancing, 'forward' | 'setForward'>;
  readonly routes: TrafficRoutes;
  readonly alarms: Alarms;
  readonly services: CodeDeployServices;
}

/** Faults on order; may be changed at any time. */
export interface CodeDeployOptions {
  /** Lambda functions (as the appspec names them) whose validation fails. */
  readonly failingFunctions: Set<string>;
}

export interface World extends CodeDeployDeps {
  readonly store: Store;
  readonly options: CodeDeployOptions;
  /** Something changed: look again at what is awaited, once, soon. */
  changed(): void;
  /** Resolves when `met` is true at some look; rejects with what `met` throws. */
  until(met: () => boolean): Promise<void>;
  /** Resolves after so much of AWS's time, or earlier when `met` is true; rejects with what `met` throws. */
  pause(awsMs: number, met: () => boolean): Promise<void>;
  /** No story goes on after it. */
  close(): void;
}

/** ECS tells CodeDeploy nothing by itself: it is asked so often. */
const POLL_MS = 1_000;
const MIN_REAL_POLL_MS = 10;

export function createWorld(deps: CodeDeployDeps, store: Store): World {
  const { clock } = deps;
  const waiters = new Set<() => void>();
  let scheduled = false;
  let closed = false;
  let cancelPoll: (() => void) | undefined;

  const look = (): void => {
    scheduled = false;
    if (closed) return;
    for (const waiter of [...waiters]) waiter();
    poll();
  };
  const poll = (): void => {
    if (cancelPoll !== undefined || waiters.size === 0) return;
    cancelPoll = clock.after(Math.max(POLL_MS, MIN_REAL_POLL_MS * clock.speed), () => {
      cancelPoll = undefined;
      look();
    });
  };
  const unsubscribe = deps.alarms.onAlarm(() => world.changed());

  const world: World = {
    ...deps,
    store,
    options: { failingFunctions: new Set() },
    changed() {
      if (scheduled || closed) return;
      scheduled = true;
      queueMicrotask(look);
    },
    until: (met) =>
      new Promise((resolve, reject) => {
        const waiter = (): void => {
          try {
            if (!met()) return;
            waiters.delete(waiter);
            resolve();
          } catch (error) {
            waiters.delete(waiter);
            reject(error);
          }
        };
        waiters.add(waiter);
        waiter();
        poll();
      }),
    async pause(awsMs, met) {
      let over = false;
      const cancel = clock.after(awsMs, () => {
        over = true;
        world.changed();
      });
      try {
        await world.until(() => met() || over);
      } finally {
        cancel();
      }
    },
    close() {
      closed = true;
      waiters.clear();
      cancelPoll?.();
      unsubscribe();
    },
  };
  return world;
}
