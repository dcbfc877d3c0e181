/** Whose containers they are: a label tells the sandbox that made them, so that those of dead sandboxes can be removed. */

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Engine, filters } from './engine.ts';

export const OWNER_LABEL = 'greenlight.sandbox';

/** host/pid/start: the start tells a process from a later one with the same number. */
export function ownerId(): string {
  return [hostname(), process.pid, startOf(process.pid)].join('/');
}

/** A sandbox of another host (or container) is not judged: its processes cannot be seen from here. */
export function isDead(owner: string): boolean {
  const [host, pid, start] = owner.split('/');
  return host === hostname() && startOf(Number(pid)) !== start;
}

/** Removes the containers of sandboxes on this host that are no more. */
export async function removeStale(engine: Engine): Promise<void> {
  const containers = await listContainers(engine, OWNER_LABEL);
  await Promise.all(
    containers
      .filter((container) => isDead(container.Labels[OWNER_LABEL] ?? ''))
      .map((container) => removeContainer(engine, container.Id)),
  );
}

/** Removes the containers with this owner. */
export async function removeOwned(engine: Engine, owner: string): Promise<void> {
  const containers = await listContainers(engine, `${OWNER_LABEL}=${owner}`);
  await Promise.all(containers.map((container) => removeContainer(engine, container.Id)));
}

/** Kills it first when it runs. A container that is already gone, or going, is fine. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  await engine.call('DELETE', `/containers/${id}?force=1&v=1`).catch(() => {});
}

interface Listed {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
}

function listContainers(engine: Engine, label: string): Promise<Listed[]> {
  return engine.call('GET', `/containers/json?all=1&${filters({ label: [label] })}`);
}

/** Clock ticks after boot at which the process started, field 22 of /proc/PID/stat; undefined when there is none. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
