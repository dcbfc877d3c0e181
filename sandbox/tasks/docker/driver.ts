/** Containers of a Docker engine: pulled from the sandbox's registry, with everything that only a real engine shows. */

import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ImagePullError, type ImageStore, type SandboxClock } from '../../contracts.ts';
import {
  type ContainerEnd,
  ContainerStartError,
  type Driver,
  type Health,
  type LaunchedContainer,
  OUT_OF_MEMORY,
} from '../container.ts';
import { startWatchdog } from '../watchdog.ts';
import { type Engine, EngineError, filters } from './engine.ts';
import { nodeBinds, wantsNode } from './lend-node.ts';
import { readOutput } from './output.ts';
import { OWNER_LABEL, ownerId, removeContainer, removeOwned, removeStale } from './owner.ts';
import { containerSettings, type Network, type Wanted } from './settings.ts';

const OUTPUT_GRACE_MS = 2_000;
/** No limit: the answer comes when the container ends. */
const NEVER_MS = 0;

export async function createDockerDriver(engine: Engine, images: ImageStore, clock: SandboxClock): Promise<Driver> {
  await removeStale(engine);
  // One process may hold several sandboxes, so the process alone does not name the owner.
  const owner = `${ownerId()}/${crypto.randomUUID().slice(0, 8)}`;
  const watchdog = startWatchdog({
    containers: { socketPath: engine.socketPath, label: `${OWNER_LABEL}=${owner}` },
  });
  const network = await usableNetwork(engine);

  return {
    kind: 'docker',
    async pull(reference, platform) {
      const { digest, config } = await images.pull(reference, platform);
      const location = `${repositoryOf(reference)}@${digest}`;
      await pullImage(engine, location, images.credentials());
      return { digest, config, location };
    },
    open(task, address) {
      let networkOwner: string | undefined;
      const taskPorts = [...new Set(task.containers.flatMap((container) => container.containerPorts))];
      return {
        async launch(container, image, onHealth) {
          const binds = wantsNode(image.config) ? await nodeBinds() : [];
          const wanted = {
            container,
            image,
            address,
            taskPorts,
            network,
            networkOwner,
            owner,
            taskId: task.taskId,
            binds,
          };
          const launched = await launch(engine, clock, wanted, onHealth);
          networkOwner ??= launched.id;
          return launched;
        },
      };
    },
    async close() {
      await removeOwned(engine, owner);
      await watchdog.close();
    },
  };
}

/** `host:port/web:1.2` and `host:port/web@sha256:…` without what follows the repository's name. */
function repositoryOf(reference: string): string {
  const [name = ''] = reference.split('@');
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

async function usableNetwork(engine: Engine): Promise<Network> {
  const networks = await engine.call<{ Name: string; Driver: string }[]>('GET', '/networks');
  return networks.some((network) => network.Name === 'bridge' && network.Driver === 'bridge') ? 'bridge' : 'host';
}

async function pullImage(
  engine: Engine,
  reference: string,
  credentials: { readonly username: string; readonly password: string },
): Promise<void> {
  const auth = Buffer.from(JSON.stringify({ ...credentials, serveraddress: reference.split('/')[0] }));
  try {
    const answer = await engine.stream('POST', `/images/create?fromImage=${reference}`, {
      // Base64 for URLs, but with its padding: without it the engine reads no credentials, and says nothing.
      headers: { 'x-registry-auth': auth.toString('base64').replaceAll('+', '-').replaceAll('/', '_') },
    });
    let body = '';
    for await (const chunk of answer) body += String(chunk);
    // A pull that fails on its way has already answered 200: the error is one of the lines of progress.
    const failed = body.split('\n').find((line) => line.includes('"errorDetail"'));
    if (failed) throw new Error((JSON.parse(failed) as { error: string }).error);
  } catch (error) {
    throw new ImagePullError(
      `CannotPullContainerError: Error response from daemon: ${(error as Error).message.trim()}`,
    );
  }
}

async function launch(
  engine: Engine,
  clock: SandboxClock,
  wanted: Wanted,
  onHealth: (health: Health) => void,
): Promise<LaunchedContainer> {
  const id = await create(engine, clock, wanted);
  const healthEvents = wanted.container.healthCheck ? await watchHealth(engine, id, onHealth) : undefined;
  try {
    await engine.call('POST', `/containers/${id}/start`);
  } catch (error) {
    healthEvents?.destroy();
    await removeContainer(engine, id);
    throw new ContainerStartError(`CannotStartContainerError: ${daemonText(error)}`);
  }
  return {
    id,
    ended: followToEnd(engine, id, wanted).finally(() => healthEvents?.destroy()),
    // Refused when it has ended, which is what was wanted.
    signal: (name) => void engine.call('POST', `/containers/${id}/kill?signal=${name}`).catch(() => {}),
  };
}

async function create(engine: Engine, clock: SandboxClock, wanted: Wanted): Promise<string> {
  try {
    const body = containerSettings(wanted, clock);
    return (await engine.call<{ Id: string }>('POST', '/containers/create', { body })).Id;
  } catch (error) {
    throw new ContainerStartError(`CannotCreateContainerError: ${daemonText(error)}`);
  }
}

function daemonText(error: unknown): string {
  const { message } = error as Error;
  return error instanceof EngineError ? `Error response from daemon: ${message}` : message;
}

async function watchHealth(engine: Engine, id: string, onHealth: (health: Health) => void): Promise<IncomingMessage> {
  const path = `/events?${filters({ container: [id], event: ['health_status'] })}`;
  const events = await engine.stream('GET', path, { timeoutMs: NEVER_MS });
  events.on('error', () => {});
  let rest = '';
  events.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const status = (JSON.parse(line) as { status?: string; Action?: string }).Action ?? '';
      if (status.endsWith(': healthy')) onHealth('HEALTHY');
      if (status.endsWith(': unhealthy')) onHealth('UNHEALTHY');
    }
  });
  return events;
}

interface Inspected {
  readonly State: { readonly ExitCode: number; readonly OOMKilled: boolean };
}

async function followToEnd(engine: Engine, id: string, { container }: Wanted): Promise<ContainerEnd> {
  const output = followOutput(engine, id, container.log).catch(() => {});
  try {
    await engine.call('POST', `/containers/${id}/wait?condition=not-running`, { timeoutMs: NEVER_MS });
    const { State } = await engine.call<Inspected>('GET', `/containers/${id}/json`);
    await Promise.race([output, delay(OUTPUT_GRACE_MS, undefined, { ref: false })]);
    return State.OOMKilled ? { exitCode: State.ExitCode, reason: OUT_OF_MEMORY } : { exitCode: State.ExitCode };
  } catch (error) {
    // The engine is gone or somebody has removed the container: it has ended as far as anyone can say.
    return { exitCode: 137, reason: `DockerStateError: ${daemonText(error)}` };
  } finally {
    await removeContainer(engine, id);
  }
}

async function followOutput(engine: Engine, id: string, log: (line: string) => void): Promise<void> {
  const path = `/containers/${id}/logs?follow=1&stdout=1&stderr=1`;
  const stream = await engine.stream('GET', path, { timeoutMs: NEVER_MS });
  await readOutput(stream, log);
}
