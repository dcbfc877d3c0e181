import type { RunningTask, TaskEvents, TaskRuntime, TaskToRun } from '../../../../sandbox/contracts.ts';
import type { FakeClock } from './clock.ts';

export interface FakeTask {
  readonly task: TaskToRun;
  readonly address: string;
  state: 'starting' | 'running' | 'over';
  /** A container ends by itself, and with it the task. */
  exit(code: number, reason?: string): void;
  /** Only this container ends; the others go on until the task is stopped. */
  containerExits(name: string, code: number): void;
  health(state: 'HEALTHY' | 'UNHEALTHY'): void;
}

export interface FakeRuntime extends TaskRuntime {
  readonly tasks: FakeTask[];
  running(image: string): FakeTask[];
}

/**
 * Tasks run after `startMs` and behave as the tag of their first image says:
 * `good…`, `sick…` (runs, the load balancer finds it unhealthy), `crash…` (exits with 1 right after it runs),
 * `dead…` (exits with 1 before it runs), `gone…` (the image cannot be pulled), `slow…` (runs after 60 s).
 */
export function fakeRuntime(clock: FakeClock, startMs = 1_000): FakeRuntime {
  const tasks: FakeTask[] = [];
  const start = (task: TaskToRun, events: TaskEvents): RunningTask => {
    const container = task.containers[0];
    const tag = container?.image.split(':').at(-1) ?? '';
    const name = container?.name ?? '';
    const address = `127.1.${Math.floor(tasks.length / 250)}.${(tasks.length % 250) + 1}`;
    const over = (code?: number, reason?: string, failure?: string): void => {
      if (fake.state === 'over') return;
      fake.state = 'over';
      if (code !== undefined) events.exited(name, code, reason);
      events.stopped(failure);
    };
    const fake: FakeTask = {
      task,
      address,
      state: 'starting',
      exit: over,
      containerExits: (each, code) => events.exited(each, code),
      health: (state) => events.healthChanged(name, state),
    };
    tasks.push(fake);
    clock.after(tag.startsWith('slow') ? 60_000 : startMs, () => {
      if (fake.state === 'over') return;
      if (tag.startsWith('gone')) {
        return over(
          undefined,
          undefined,
          'CannotPullContainerError: pull image manifest has been retried 5 time(s): not found',
        );
      }
      events.pulled(name, `sha256:${tag.padEnd(64, '0').slice(0, 64)}`);
      if (tag.startsWith('dead')) return over(1);
      for (const { name: each } of task.containers) events.started(each, `${task.taskId}-${each}`);
      fake.state = 'running';
      events.running(address);
      container?.log(`${tag} listens`);
      if (tag.startsWith('crash')) clock.after(500, () => over(1));
    });
    return {
      async stop() {
        await new Promise<void>((resolve) => clock.after(200, resolve));
        over(143);
      },
    };
  };
  return {
    kind: 'process',
    tasks,
    running: (image) => tasks.filter((fake) => fake.state === 'running' && fake.task.containers[0]?.image === image),
    start,
    async close() {},
  };
}
