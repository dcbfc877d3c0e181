/** Containers as child processes: the runtime that needs nothing installed. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerToRun, ImageConfig, ImageStore, SandboxClock, TaskToRun } from '../../contracts.ts';
import type { TaskAddress } from '../addresses.ts';
import {
  type ContainerEnd,
  ContainerStartError,
  type Driver,
  type Health,
  type LaunchedContainer,
  OUT_OF_MEMORY,
  type ReadyImage,
} from '../container.ts';
import { splitLines } from '../lines.ts';
import { startWatchdog, type Watchdog } from '../watchdog.ts';
import { healthCommand, type ProcessCommand, processCommand } from './command.ts';
import { checkHealth, killGroup } from './health.ts';
import { watchMemory } from './memory.ts';
import { unpackLayers } from './unpack.ts';

/** How long the output of an ended process may be held open by what it left behind. */
const OUTPUT_GRACE_MS = 1_000;

export async function createProcessDriver(images: ImageStore, clock: SandboxClock): Promise<Driver> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sandbox-tasks-')));
  const watchdog = startWatchdog({ folder });
  const unpacked = new Map<string, Promise<string>>();

  const unpackOnce = (digest: string, layers: readonly Buffer[]): Promise<string> => {
    const known = unpacked.get(digest);
    if (known !== undefined) return known;
    const root = join(folder, digest.replace(/[^a-z0-9]/gi, '-'));
    const unpacking = unpackLayers(layers, root).then(() => root);
    unpacked.set(digest, unpacking);
    return unpacking;
  };

  return {
    kind: 'process',
    async pull(reference, platform) {
      const { digest, config, layers } = await images.pull(reference, platform);
      return { digest, config, location: await unpackOnce(digest, layers) };
    },
    open: (task, address) => ({
      launch: (container, image, onHealth) => launch({ clock, watchdog, task, address, container, image, onHealth }),
    }),
    async close() {
      await watchdog.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

interface Launch {
  readonly clock: SandboxClock;
  readonly watchdog: Watchdog;
  readonly task: TaskToRun;
  readonly address: TaskAddress;
  readonly container: ContainerToRun;
  readonly image: ReadyImage;
  readonly onHealth: (health: Health) => void;
}

async function launch(request: Launch): Promise<LaunchedContainer> {
  const { container, image, address, task } = request;
  const command = forPlatform(processCommand(container, image, address), image.config, task);
  await mkdir(command.cwd, { recursive: true });
  // A group of its own: the terminal's Ctrl-C does not reach it, and all that it starts can be killed with it.
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid;
  if (pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new ContainerStartError(`CannotStartContainerError: Error response from daemon: ${error.message}`);
  }
  request.watchdog.guard(pid);
  return {
    id: String(pid),
    ended: followToEnd(child, pid, command, request),
    signal(name) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Only the first process of a container gets SIGTERM; SIGKILL takes all of them.
      if (name === 'SIGKILL') killGroup(pid);
      else child.kill('SIGTERM');
    },
  };
}

async function followToEnd(
  child: ChildProcess,
  pid: number,
  command: ProcessCommand,
  { container, image, address, clock, watchdog, onHealth }: Launch,
): Promise<ContainerEnd> {
  child.on('error', () => {});
  const output = [child.stdout, child.stderr].map(async (stream) => {
    if (!stream) return;
    const lines = splitLines(container.log);
    stream.on('data', lines.push);
    stream.on('error', () => {});
    await new Promise((resolve) => stream.once('close', resolve));
    lines.end();
  });

  let outOfMemory = false;
  const forgetMemory = container.memory
    ? watchMemory(pid, container.memory, () => {
        outOfMemory = true;
        killGroup(pid);
      })
    : undefined;
  const settings = container.healthCheck;
  const argv = settings && healthCommand(settings.command, command, image.location, address.ip);
  const stopChecks = settings && argv ? checkHealth({ settings, argv, command, clock, onHealth }) : undefined;

  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (...how) => resolve(how));
  });
  stopChecks?.();
  forgetMemory?.();
  // When the first process of a container ends, the kernel kills the others.
  killGroup(pid);
  watchdog.release(pid);
  await Promise.race([Promise.all(output), delay(OUTPUT_GRACE_MS, undefined, { ref: false })]);
  const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  return outOfMemory ? { exitCode, reason: OUT_OF_MEMORY } : { exitCode };
}

/** A program of another architecture does not start: as on ECS the container says so and ends, though here Node could run it. */
function forPlatform(command: ProcessCommand, config: ImageConfig, task: TaskToRun): ProcessCommand {
  if (config.architecture === task.platform.architecture) return command;
  const program = command.program === process.execPath ? '/usr/local/bin/node' : command.program;
  return { ...command, program: '/bin/sh', args: ['-c', 'echo "exec $0: exec format error" >&2; exit 255', program] };
}
