/**
 * Docker of this machine. A session works on a private copy of the user's configuration: the login lives in a file of its own that
 * goes away with the session (runners of one's own serve many jobs), while builders, contexts and plug-ins of docker's own folder
 * are linked in and so are still found.
 */
import { copyFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuilderFacts } from '../core/build-args.ts';
import { CommandFailed, JobFailed } from '../core/errors.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Docker, DockerSession, Log } from '../ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `environment` is the job's own: PATH, HOME, DOCKER_HOST, DOCKER_CONFIG, RUNNER_TEMP and what a build takes from it. */
export function docker(log: Pick<Log, 'info'>, environment: Environment): Docker {
  return {
    async open() {
      const folder = await mkdtemp(join(environment['RUNNER_TEMP'] || tmpdir(), 'greenlight-docker-'));
      try {
        return await openSession(folder, log, environment);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    },
  };
}

async function openSession(folder: string, log: Pick<Log, 'info'>, environment: Environment): Promise<DockerSession> {
  const helpers = await copyConfiguration(environment, folder);
  const own = { ...defined(environment), DOCKER_CONFIG: folder };
  const quiet = (args: readonly string[], input?: string) => runDocker(args, own, input);
  const builder = await findBuilder(quiet);
  const metadataFile = join(folder, 'greenlight-metadata.json');
  const loggedIn = new Set<string>();
  return {
    builder,
    metadataFile,
    async login(registry, username, password) {
      // Docker keeps no login for a registry that has a credential helper of its own (ECR's, most likely); that one then does it.
      if (helpers.registries.has(registry)) return;
      const { exitCode, error } = await quiet(
        ['login', '--username', username, '--password-stdin', registry],
        password,
      );
      if (exitCode !== 0) throw new CommandFailed(`docker login to ${registry}`, exitCode, lastLines(error));
      loggedIn.add(registry);
    },
    async run(args, extra) {
      log.info(`docker ${args.join(' ')}`);
      const { exitCode, output, error } = await runDocker(args, { ...own, ...extra }, undefined, (line) =>
        log.info(line),
      );
      if (exitCode !== 0) {
        throw new CommandFailed(`docker ${commandOf(args)}`, exitCode, lastLines(error.trim() === '' ? output : error));
      }
      return output;
    },
    async metadata() {
      const text = await readFile(metadataFile, 'utf8').catch(() => undefined);
      const data: unknown = text === undefined ? undefined : JSON.parse(text);
      return isJsonObject(data) ? data : undefined;
    },
    async close() {
      // With a store for all credentials the login is not in the folder.
      if (helpers.hasStore) for (const registry of loggedIn) await quiet(['logout', registry]).catch(() => undefined);
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

interface Helpers {
  readonly hasStore: boolean;
  /** Registries with a credential helper of their own. */
  readonly registries: ReadonlySet<string>;
}

/** https://docs.docker.com/reference/cli/docker/#configuration-files */
async function copyConfiguration(environment: Environment, folder: string): Promise<Helpers> {
  const from = environment['DOCKER_CONFIG'] || join(environment['HOME'] || homedir(), '.docker');
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(folder, entry.name)];
    if (entry.name === 'config.json') continue;
    if (entry.isFile()) await copyFile(source, target);
    // A junction is a link to a folder that Windows lets everybody make; elsewhere the word means nothing.
    else await symlink(source, target, 'junction');
  }
  const text = await readFile(join(from, 'config.json'), 'utf8').catch(() => '{}');
  let config: JsonObject;
  try {
    const data: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    config = isJsonObject(data) ? data : {};
  } catch {
    throw new JobFailed(`docker's configuration ${join(from, 'config.json')} is not JSON; correct or remove it`);
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  const perRegistry = config['credHelpers'];
  return {
    hasStore: typeof config['credsStore'] === 'string' && config['credsStore'] !== '',
    registries: new Set(isJsonObject(perRegistry) ? Object.keys(perRegistry) : []),
  };
}

interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly error: string;
}

async function findBuilder(quiet: (args: readonly string[]) => Promise<Ended>): Promise<BuilderFacts> {
  const buildx = await quiet(['buildx', 'version']);
  const engine = await quiet(['info', '--format', '{{json .}}']);
  const info = parseObject(engine.output);
  const serverVersion = typeof info['ServerVersion'] === 'string' ? info['ServerVersion'] : '';
  const hasEngine = engine.exitCode === 0 && serverVersion !== '';
  if (buildx.exitCode === 0) {
    const inspected = await quiet(['buildx', 'inspect']);
    const driver = /^Driver:\s*(\S+)/m.exec(inspected.output)?.[1] ?? 'docker';
    // A builder elsewhere needs no engine here.
    if (!hasEngine && driver !== 'remote' && driver !== 'kubernetes') throw noEngine(engine);
    return {
      kind: 'buildx',
      version: /\bv?(\d+\.\d+\.\d+\S*)/.exec(buildx.output)?.[1] ?? 'unknown',
      driver,
      containerdStore: JSON.stringify(info['DriverStatus'] ?? '').includes('io.containerd.snapshotter'),
    };
  }
  if (!hasEngine) throw noEngine(engine);
  return { kind: 'legacy', version: serverVersion };
}

function noEngine(engine: Ended): JobFailed {
  const why = lastLines(engine.error, 1)[0] ?? 'it does not answer';
  return new JobFailed(
    `repository asks for a build, and no docker engine can be reached: ${why}; use a runner with docker, or build elsewhere and give image`,
  );
}

/** Runs docker to its end, whatever the exit code. Rejects with JobFailed when there is no docker. */
async function runDocker(
  args: readonly string[],
  environment: Record<string, string>,
  input?: string,
  onLine?: (line: string) => void,
): Promise<Ended> {
  // Loaded only by who builds.
  const { getExecOutput } = await import('@actions/exec');
  const { exitCode, stdout, stderr } = await getExecOutput('docker', [...args], {
    env: environment,
    silent: true,
    ignoreReturnCode: true,
    // It is never the job's own standard input. An empty one would be written too, and a docker that has ended by then breaks the pipe.
    ...(input === undefined ? {} : { input: Buffer.from(input) }),
    ...(onLine === undefined ? {} : { listeners: { stdline: onLine, errline: onLine } }),
  }).catch((error: unknown) => {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new JobFailed(
      `docker cannot be run: ${why}; use a runner that has docker, or build elsewhere and give image`,
      {
        cause: error,
      },
    );
  });
  return { exitCode, output: stdout, error: stderr };
}

/** "buildx build" or "push": the words before the first option or value. */
function commandOf(args: readonly string[]): string {
  return args[0] === 'buildx' ? args.slice(0, 2).join(' ') : (args[0] ?? '');
}

function lastLines(text: string, count = 15): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.slice(-count);
}

function parseObject(text: string): JsonObject {
  try {
    const data: unknown = JSON.parse(text);
    return isJsonObject(data) ? data : {};
  } catch {
    return {};
  }
}

function defined(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
