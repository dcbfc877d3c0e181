/** What a task's life (task.ts) needs from the place where its containers run (process/ and docker/). */

import type { ContainerToRun, ImageConfig, TaskToRun } from '../contracts.ts';
import type { TaskAddress } from './addresses.ts';

/** An image that is ready to be started. */
export interface ReadyImage {
  readonly digest: string;
  readonly config: ImageConfig;
  /** Where it is: the folder of its unpacked layers (process), or the reference that the engine knows (docker). */
  readonly location: string;
}

export interface ContainerEnd {
  /** A signal's number plus 128 when a signal ended it, as a shell and Docker count. */
  readonly exitCode: number;
  readonly reason?: string;
}

export interface LaunchedContainer {
  /** The container's or the process's id. */
  readonly id: string;
  /** Settles when the container has ended and its last line was logged. Never rejects. */
  readonly ended: Promise<ContainerEnd>;
  /** Does nothing once the container has ended. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

export type Health = 'HEALTHY' | 'UNHEALTHY';

/** The containers of one task, which share one address. */
export interface TaskContainers {
  /** Throws ContainerStartError when the container cannot be made or started. */
  launch(container: ContainerToRun, image: ReadyImage, onHealth: (health: Health) => void): Promise<LaunchedContainer>;
}

export interface Driver {
  readonly kind: 'docker' | 'process';
  /** Throws ImagePullError. */
  pull(image: string, platform: TaskToRun['platform']): Promise<ReadyImage>;
  open(task: TaskToRun, address: TaskAddress): TaskContainers;
  /** Removes what is left when every task is over. */
  close(): Promise<void>;
}

/** The message is what ECS shows as the container's reason: `CannotStartContainerError: …`. */
export class ContainerStartError extends Error {
  override readonly name = 'ContainerStartError';
}

/** ECS's words for a container that the kernel killed for its memory.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
export const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

/** PORT and the like: the value of `name` as the container's own environment or else its image sets it. */
export function configuredEnv(container: ContainerToRun, config: ImageConfig): Record<string, string> {
  const fromImage = (config.config?.Env ?? []).map((entry): [string, string] => {
    const at = entry.indexOf('=');
    return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  return { ...Object.fromEntries(fromImage), ...container.environment };
}

/** Entry point and command as Docker joins them: an entry point of the task definition drops the image's command. */
export function commandLine(container: ContainerToRun, config: ImageConfig): readonly string[] {
  const entryPoint = container.entryPoint ?? config.config?.Entrypoint ?? [];
  const command = container.command ?? (container.entryPoint ? [] : (config.config?.Cmd ?? []));
  return [...entryPoint, ...command];
}
