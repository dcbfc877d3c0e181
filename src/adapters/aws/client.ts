/**
 * What all clients of AWS share. Region, endpoint and credentials come from the SDK's own chain (AWS_REGION, AWS_ENDPOINT_URL and its
 * per-service forms, profiles, web identity); nothing is invented beside it.
 */
import { version } from '../../version.ts';
import { toCallError } from './call-error.ts';

export { isNamed, toCallError } from './call-error.ts';

/**
 * The SDK's `standard` retry mode waits with full jitter: up to 50 ms, doubling, after a fault, up to 1 s, doubling, after a throttle.
 * Four attempts ride out a hiccup (up to 7 s of throttling) and give up on a network that swallows everything after 4 × 3 s,
 * so that the caller keeps its own rhythm: the rollout's loop backs off by itself between polls.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const maxAttempts = 4;
const connectionTimeoutMs = 3_000;
const requestTimeoutMs = 10_000;

export interface ClientSettings {
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
  readonly customUserAgent: [string, string][];
  readonly maxAttempts?: number;
}

/** Settings for any client's constructor. AWS_MAX_ATTEMPTS, where the user has set it, is left to the SDK to read. */
export function clientSettings(): ClientSettings {
  return {
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    customUserAgent: [['greenlight', version]],
    ...(process.env['AWS_MAX_ATTEMPTS'] ? {} : { maxAttempts }),
  };
}

/**
 * Gives `make`'s value, made at the first call and kept: a client's package is loaded when it is needed and not before.
 * A `make` that failed is tried again at the next call.
 */
export function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= withoutVersionWarning(make).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** Runs one call; what it rejects with becomes a CallError about `thing`, for example "describe service web in cluster demo". */
export async function call<T>(thing: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw toCallError(thing, error);
  }
}

const warningSwitch = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/** The SDK warns of Node 20 at the first client made. The runner chooses the Node, so the user can do nothing about it. */
async function withoutVersionWarning<T>(make: () => Promise<T>): Promise<T> {
  if (process.env[warningSwitch] !== undefined) return make();
  process.env[warningSwitch] = 'true';
  try {
    return await make();
  } finally {
    // Not left behind: the user's own commands inherit this environment.
    delete process.env[warningSwitch];
  }
}
