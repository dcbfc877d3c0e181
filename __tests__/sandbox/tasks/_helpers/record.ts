import type { ContainerToRun, TaskEvents, TaskToRun } from '../../../../sandbox/contracts.ts';

export interface Recording {
  readonly events: TaskEvents;
  /** One string an event, in order: `exited app 143`. */
  readonly told: string[];
  /** Resolves with the first event that starts like this, also with one of the past; rejects when it cannot come any more. */
  when(start: string): Promise<string>;
  address(): string;
  port(containerPort: number): number;
}

/** Writes down what a task tells. */
export function record(): Recording {
  const told: string[] = [];
  const waiting = new Set<() => void>();
  let address = '';
  let ports: ReadonlyMap<number, number> = new Map();
  const tell = (...parts: readonly unknown[]): void => {
    told.push(parts.filter((part) => part !== undefined).join(' '));
    for (const check of [...waiting]) check();
  };
  return {
    told,
    address: () => address,
    port: (containerPort) => ports.get(containerPort) ?? containerPort,
    when: (start) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = told.find((one) => one.startsWith(start));
          if (found !== undefined) resolve(found);
          else if (told.at(-1)?.startsWith('stopped')) reject(new Error(`no "${start}": ${told.join(', ')}`));
          else return;
          waiting.delete(check);
        };
        waiting.add(check);
        check();
      }),
    events: {
      pulled: (container) => tell('pulled', container),
      started: (container) => tell('started', container),
      running(at, map) {
        address = at;
        ports = map ?? ports;
        tell('running');
      },
      healthChanged: (container, health) => tell('health', container, health),
      exited: (container, exitCode, reason) => tell('exited', container, exitCode, reason),
      stopped: (failure) => tell('stopped', failure),
    },
  };
}

export interface Logged extends ContainerToRun {
  readonly lines: string[];
}

/** A container of the image `app`, with everything at its simplest, whose lines are kept. */
export function container(settings: Partial<ContainerToRun> = {}): Logged {
  const lines: string[] = [];
  return {
    name: 'app',
    image: 'app',
    essential: true,
    environment: {},
    containerPorts: [],
    stopTimeout: 30,
    log: (line) => lines.push(line),
    ...settings,
    lines,
  };
}

export function task(...containers: readonly ContainerToRun[]): TaskToRun {
  return { taskId: 'a1b2', platform: { os: 'linux', architecture: 'amd64' }, containers };
}

const LONGEST_MS = 30_000;

/** Looks again and again; throws when it has not come true long after any machine should be done. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + LONGEST_MS;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not true within ${LONGEST_MS} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
