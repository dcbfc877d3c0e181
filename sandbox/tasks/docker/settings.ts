/** The engine's description of a container (POST /containers/create), from a task definition's. */

import type { ContainerToRun, SandboxClock } from '../../contracts.ts';
import type { TaskAddress } from '../addresses.ts';
import { configuredEnv, type ReadyImage } from '../container.ts';
import { OWNER_LABEL, volumePrefix } from './owner.ts';

/** `bridge`: ports are published on the task's address. `host`: the engine has no bridge; the program binds HOST:PORT itself. */
export type Network = 'bridge' | 'host';

/** The engine refuses less than a millisecond. */
const LEAST_INTERVAL_MS = 10;
/** A check is a process that needs real time to start, however fast the sandbox's clock runs. */
const LEAST_TIMEOUT_MS = 2_000;

export interface Wanted {
  readonly container: ContainerToRun;
  readonly image: ReadyImage;
  readonly address: TaskAddress;
  /** All ports of the task: its containers share one network. */
  readonly taskPorts: readonly number[];
  readonly network: Network;
  /** The container of the task that was started first; undefined for that one itself. */
  readonly networkOwner: string | undefined;
  readonly owner: string;
  readonly taskId: string;
  readonly binds: readonly string[];
}

export function containerSettings(wanted: Wanted, clock: SandboxClock): Readonly<Record<string, unknown>> {
  const { container, image, address, network, networkOwner } = wanted;
  const published = network === 'bridge' && !networkOwner ? wanted.taskPorts : [];
  const memoryBytes = container.memory && container.memory * 1024 * 1024;
  return {
    Image: image.location,
    Env: Object.entries(environment(wanted)).map(([name, value]) => `${name}=${value}`),
    ...(container.command || container.entryPoint ? { Cmd: container.command ?? [] } : {}),
    ...(container.entryPoint ? { Entrypoint: container.entryPoint } : {}),
    Labels: { [OWNER_LABEL]: wanted.owner, 'greenlight.sandbox.task': wanted.taskId },
    ExposedPorts: Object.fromEntries(published.map((port) => [`${port}/tcp`, {}])),
    ...(network === 'bridge' && !networkOwner ? { Hostname: `ip-${address.ip.replaceAll('.', '-')}` } : {}),
    // Without this an image's own HEALTHCHECK would run; ECS does not look at it.
    Healthcheck: container.healthCheck ? healthCheck(container.healthCheck, clock) : { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: network === 'host' ? 'host' : networkOwner ? `container:${networkOwner}` : 'bridge',
      PortBindings: Object.fromEntries(
        published.map((port) => [`${port}/tcp`, [{ HostIp: address.ip, HostPort: String(address.portOf(port)) }]]),
      ),
      // No swap beside the memory, so that the limit is hard.
      ...(memoryBytes ? { Memory: memoryBytes, MemorySwap: memoryBytes } : {}),
      LogConfig: { Type: 'json-file', Config: { 'max-size': '16m' } },
      RestartPolicy: { Name: 'no' },
      Binds: wanted.binds,
      // The first container that names a volume makes it.
      Mounts: (container.mounts ?? []).map(({ fileSystemId, containerPath, readOnly }) => ({
        Type: 'volume',
        Source: `${volumePrefix(wanted.owner)}${fileSystemId}`,
        Target: containerPath,
        ReadOnly: readOnly,
        VolumeOptions: { NoCopy: true, Labels: { [OWNER_LABEL]: wanted.owner } },
      })),
    },
  };
}

/** HOST and PORT, unless set: what a program needs to know that takes its address from the environment. */
function environment({ container, image, address, network }: Wanted): Record<string, string> {
  const set = configuredEnv(container, image.config);
  const port = container.containerPorts[0];
  return {
    ...container.environment,
    ...(network === 'host' ? { HOST: address.ip } : set['HOST'] === undefined ? { HOST: '0.0.0.0' } : {}),
    ...(port !== undefined && set['PORT'] === undefined ? { PORT: String(port) } : {}),
  };
}

function healthCheck(check: NonNullable<ContainerToRun['healthCheck']>, clock: SandboxClock): Record<string, unknown> {
  const first = check.command[0] ?? 'NONE';
  return {
    Test: ['CMD', 'CMD-SHELL', 'NONE'].includes(first) ? check.command : ['CMD', ...check.command],
    Interval: nanoseconds(Math.max(clock.real(check.interval * 1_000), LEAST_INTERVAL_MS)),
    Timeout: nanoseconds(
      Math.max(clock.real(check.timeout * 1_000), Math.min(check.timeout * 1_000, LEAST_TIMEOUT_MS)),
    ),
    StartPeriod: nanoseconds(check.startPeriod === 0 ? 0 : Math.max(clock.real(check.startPeriod * 1_000), 1)),
    Retries: check.retries,
  };
}

function nanoseconds(ms: number): number {
  return Math.round(ms * 1_000_000);
}
