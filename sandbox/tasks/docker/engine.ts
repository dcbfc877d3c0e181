/**
 * A Docker engine, spoken to through its HTTP API on its socket (https://docs.docker.com/reference/api/engine/).
 * Not through the docker command: the API gives exit codes, kill reasons, logs and health as data, needs no client,
 * and does not write the registry's password into the user's configuration. The command is only asked for its context.
 */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { promisify } from 'node:util';

export interface Engine {
  readonly socketPath: string;
  /** `path` is encoded. Resolves with the parsed JSON of a good answer (undefined when empty). Throws EngineError. */
  call<T = unknown>(method: string, path: string, options?: CallOptions): Promise<T>;
  /** The answer's body as it comes. Throws EngineError. */
  stream(method: string, path: string, options?: CallOptions): Promise<IncomingMessage>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the engine may be silent; not bounded when 0. */
  readonly timeoutMs?: number;
}

/** The engine's own words. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const PROBE_MS = 3_000;
const CALL_MS = 60_000;
/** 20.10, the oldest engine tried. Newer engines keep answering to it until it falls below their least version. */
const OLDEST_API = [1, 41] as const;

export type Found = { readonly engine: Engine } | { readonly reason: string };

/** The engine that the docker command would talk to, when it can run tasks; else the reason why not. */
export async function findEngine(env: NodeJS.ProcessEnv = process.env): Promise<Found> {
  // In the virtual machine that engines use elsewhere, addresses like 127.1.2.3 and the sandbox's registry are not ours.
  if (process.platform !== 'linux') return { reason: 'a task needs its own loopback address, which only Linux has' };
  const host = env['DOCKER_HOST'] || (await contextHost(env)) || 'unix:///var/run/docker.sock';
  if (!host.startsWith('unix://')) return { reason: `DOCKER_HOST ${host} is not a unix socket on this machine` };
  const engine = connect(host.slice('unix://'.length));
  try {
    const version = await engine.call<Version>('GET', '/version', { timeoutMs: PROBE_MS });
    if (version.Os !== 'linux') return { reason: `the engine at ${host} runs ${version.Os} containers, not linux` };
    if (!atLeast(version.ApiVersion, OLDEST_API)) {
      return {
        reason: `the engine at ${host} speaks API ${version.ApiVersion}, at least ${OLDEST_API.join('.')} is needed`,
      };
    }
    return { engine };
  } catch (error) {
    return { reason: `no engine answers at ${host} (${(error as Error).message})` };
  }
}

interface Version {
  readonly ApiVersion: string;
  readonly Os: string;
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

async function contextHost(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
    const { stdout } = await promisify(execFile)('docker', args, { env, timeout: PROBE_MS });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The `filters` parameter of the API's lists. */
export function filters(by: Readonly<Record<string, readonly string[]>>): string {
  return `filters=${encodeURIComponent(JSON.stringify(by))}`;
}

export function connect(socketPath: string): Engine {
  const open = async (method: string, path: string, options: CallOptions): Promise<IncomingMessage> => {
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const timeoutMs = options.timeoutMs ?? CALL_MS;
    const outgoing = httpRequest({
      socketPath,
      method,
      path,
      // A connection each: a stream that is given up must not be handed to the next call.
      agent: false,
      headers: {
        ...options.headers,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    if (timeoutMs > 0) {
      outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    }
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const status = answer.statusCode ?? 0;
    if (status >= 400) throw new EngineError(status, messageOf(await text(answer)));
    return answer;
  };
  return {
    socketPath,
    stream: (method, path, options = {}) => open(method, path, options),
    async call<T>(method: string, path: string, options: CallOptions = {}) {
      const answer = await text(await open(method, path, options));
      return (answer === '' ? undefined : JSON.parse(answer)) as T;
    },
  };
}

async function text(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function messageOf(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: unknown }).message ?? body).trim();
  } catch {
    return body.trim();
  }
}
