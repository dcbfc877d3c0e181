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

/** Names of an owner's volumes begin like this: its file systems are nobody else's. */
export function volumePrefix(owner: string): string {
  return `greenlight-sandbox-${owner.replaceAll(/[^\w.-]/g, '-')}-`;
}

/** Removes the containers and volumes of sandboxes on this host that are no more. */
export async function removeStale(engine: Engine): Promise<void> {
  const containers = await listContainers(engine, OWNER_LABEL);
  await Promise.all(
    containers
      .filter((container) => isDead(container.Labels[OWNER_LABEL] ?? ''))
      .map((container) => removeContainer(engine, container.Id)),
  );
  const volumes = await listVolumes(engine, OWNER_LABEL);
  await Promise.all(
    volumes.filter((volume) => isDead(volume.Labels[OWNER_LABEL] ?? '')).map(({ Name }) => removeVolume(engine, Name)),
  );
}

/** Removes the containers with this owner, and then the volumes that they had. */
export async function removeOwned(engine: Engine, owner: string): Promise<void> {
  const label = `${OWNER_LABEL}=${owner}`;
  const containers = await listContainers(engine, label);
  await Promise.all(containers.map((container) => removeContainer(engine, container.Id)));
  const volumes = await listVolumes(engine, label);
  await Promise.all(volumes.map(({ Name }) => removeVolume(engine, Name)));
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

interface ListedVolume {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
}

async function listVolumes(engine: Engine, label: string): Promise<ListedVolume[]> {
  const { Volumes } = await engine.call<{ Volumes: ListedVolume[] | null }>(
    'GET',
    `/volumes?${filters({ label: [label] })}`,
  );
  return Volumes ?? [];
}

async function removeVolume(engine: Engine, name: string): Promise<void> {
  await engine.call('DELETE', `/volumes/${encodeURIComponent(name)}`).catch(() => {});
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
