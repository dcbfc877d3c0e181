/** What a container's command line and environment become when the container is a process of this machine. */

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve, sep } from 'node:path';
import type { ContainerToRun } from '../../contracts.ts';
import type { TaskAddress } from '../addresses.ts';
import { ContainerStartError, commandLine, configuredEnv, type ReadyImage } from '../container.ts';

export interface ProcessCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Throws ContainerStartError, worded as Docker and ECS do, when the program is not there. */
export function processCommand(container: ContainerToRun, image: ReadyImage, address: TaskAddress): ProcessCommand {
  const [name, ...rest] = commandLine(container, image.config);
  if (name === undefined) {
    throw new ContainerStartError('CannotCreateContainerError: Error response from daemon: no command specified');
  }
  const root = image.location;
  const cwd = inside(root, image.config.config?.WorkingDir || '/');
  const env = environment(container, image, address);
  return {
    program: findProgram(name, root, cwd, env['PATH'] as string),
    args: rest.map((arg) => pathInImage(root, arg) ?? arg),
    cwd,
    env,
  };
}

/** The check's argv; undefined for NONE. `localhost` means the task itself under `awsvpc`, so it becomes its address. */
export function healthCommand(
  command: readonly string[],
  running: ProcessCommand,
  root: string,
  ip: string,
): readonly [string, ...string[]] | undefined {
  const [kind, ...rest] = command.map((part) => part.replace(/\b(?:localhost|127\.0\.0\.1)\b/g, ip));
  if (kind === 'NONE' || kind === undefined || rest[0] === undefined) return undefined;
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', rest[0]];
  const [name, ...args] = kind === 'CMD' ? rest : [kind, ...rest];
  try {
    return [findProgram(name as string, root, running.cwd, running.env['PATH'] as string), ...args];
  } catch {
    return [name as string, ...args];
  }
}

function environment(container: ContainerToRun, image: ReadyImage, address: TaskAddress): Record<string, string> {
  const set = configuredEnv(container, image.config);
  const firstPort = container.containerPorts[0];
  const shared = firstPort !== undefined && address.portOf(firstPort) !== firstPort;
  return {
    HOME: image.location,
    HOSTNAME: `ip-${address.ip.replaceAll('.', '-')}`,
    ...set,
    // The Node that runs the sandbox stands in for the image's own.
    PATH: [dirname(process.execPath), set['PATH'] ?? DEFAULT_PATH].join(delimiter),
    // A process shares the machine's network, so "all interfaces" would clash with the task beside it.
    HOST: address.ip,
    ...(firstPort !== undefined && (shared || set['PORT'] === undefined)
      ? { PORT: String(address.portOf(firstPort)) }
      : {}),
  };
}

function findProgram(name: string, root: string, cwd: string, path: string): string {
  if (name === 'node' || /^(\/usr(\/local)?)?\/bin\/node$/.test(name)) return process.execPath;
  if (name.includes('/')) {
    const candidates = name.startsWith('/') ? [inside(root, name), name] : [resolve(cwd, name)];
    const found = candidates.find((candidate) => existsSync(candidate));
    if (!found) throw cannotStart(`exec: "${name}": stat ${name}: no such file or directory`);
    if (!isExecutable(found)) throw cannotStart(`exec: "${name}": permission denied`);
    return found;
  }
  const folders = path.split(delimiter).flatMap((folder) => [inside(root, folder), folder]);
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (!found) throw cannotStart(`exec: "${name}": executable file not found in $PATH`);
  return found;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html (CannotStartContainerError) */
function cannotStart(cause: string): ContainerStartError {
  return new ContainerStartError(
    `CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${cause}: unknown`,
  );
}

/** An argument that names a file of the image by its absolute path, where that file lies now. */
function pathInImage(root: string, arg: string): string | undefined {
  if (!arg.startsWith('/')) return undefined;
  const path = inside(root, arg);
  return path !== root && existsSync(path) ? path : undefined;
}

/** `path` of the image below `root`, never above it. */
function inside(root: string, path: string): string {
  return join(root, resolve(sep, path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
