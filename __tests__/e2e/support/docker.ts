/** The docker of this machine, as far as the stories need it: an engine that answers, and the base images that CI imports. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findEngine } from '../../../sandbox/tasks/docker/engine.ts';

const run = promisify(execFile);

/** Runs docker to its end and gives its standard output. Rejects with what it said. Never waits in this process, where its registry lives. */
export async function docker(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  return (await run('docker', [...args], { env: { ...process.env, ...environment }, maxBuffer: 2 ** 25 })).stdout;
}

export function succeeds(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  return docker(args, environment).then(
    () => true,
    () => false,
  );
}

/** Why nothing can be built here; undefined when it can. */
async function whyNot(): Promise<string | undefined> {
  const found = await findEngine();
  if (!('engine' in found)) return found.reason;
  if (!(await succeeds(['version']))) return 'there is no docker command that reaches the engine';
  if (await succeeds(['image', 'inspect', 'greenlight/node:base'])) return undefined;
  return 'the engine has no greenlight/node:base; .ci/docker-engine.sh start DIR imports it';
}

const reason = await whyNot();
if (reason !== undefined) {
  if (process.env['GREENLIGHT_REQUIRE_DOCKER'] === '1')
    throw new Error(`GREENLIGHT_REQUIRE_DOCKER is set, but ${reason}`);
  process.stderr.write(`skipped: real builds (${reason})\n`);
}
export const canBuild = reason === undefined;

/** Whether images are kept by containerd, without which BuildKit's driver docker cannot write a cache to a registry. */
export const keepsCacheInRegistry = async (): Promise<boolean> =>
  (await docker(['info', '--format', '{{json .DriverStatus}}'])).includes('io.containerd.snapshotter');

/** Whether nobody misses the builds that this engine has cached: CI's machine, or an engine that docker-engine.sh has made. */
export function isThrowaway(): boolean {
  const socket = process.env['DOCKER_HOST']?.replace(/^unix:\/\//, '');
  return process.env['CI'] === 'true' || (socket !== undefined && existsSync(join(dirname(socket), 'daemon.json')));
}
