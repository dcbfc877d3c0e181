/** How a version of the demo app behaves; everything left out is the behaviour of a good version. */
export interface Behaviour {
  /** Of every 100 requests to `/` so many answer 500, spread evenly; /healthz does not show it. */
  readonly failPercent?: number;
  /** Each request fails by itself with the chance `failPercent`, as real errors do, instead of every so manieth. */
  readonly failsAtRandom?: boolean;
  /** `/` answers after so long. */
  readonly slowMs?: number;
  /** Only so many of 100 requests take `slowMs`, at random: a tail. All when left out. */
  readonly slowPercent?: number;
  /** A task is cold for so long after its first request to `/`. */
  readonly coldMs?: number;
  /** So many of 100 requests to a cold task fail, at random; those of `failPercent` come on top. */
  readonly coldFailPercent?: number;
  /** A cold task answers so much later. */
  readonly coldSlowMs?: number;
  /** Status that /healthz answers. */
  readonly health?: number;
  /** /healthz answers 503 before this age. */
  readonly healthyAfterMs?: number;
  /** /healthz answers 503 from this age on. */
  readonly unhealthyAfterMs?: number;
  /** It listens only after so long. */
  readonly startDelayMs?: number;
  /** It ends with `exitCode` at this age. */
  readonly crashAfterMs?: number;
  /** It ends with `exitCode` at this request to `/`, counted from 1. */
  readonly crashOnRequest?: number;
  /** 1 when left out. */
  readonly exitCode?: number;
  /** It holds so many MiB more every second. */
  readonly leakMbPerS?: number;
  /** It runs until SIGKILL. */
  readonly ignoreSigterm?: boolean;
  /** /smoke answers 500. */
  readonly smokeFails?: boolean;
}

const NAMES: Readonly<Record<keyof Behaviour, string>> = {
  failPercent: 'FAIL_PERCENT',
  failsAtRandom: 'FAILS_AT_RANDOM',
  slowMs: 'SLOW_MS',
  slowPercent: 'SLOW_PERCENT',
  coldMs: 'COLD_MS',
  coldFailPercent: 'COLD_FAIL_PERCENT',
  coldSlowMs: 'COLD_SLOW_MS',
  health: 'HEALTH',
  healthyAfterMs: 'HEALTHY_AFTER_MS',
  unhealthyAfterMs: 'UNHEALTHY_AFTER_MS',
  startDelayMs: 'START_DELAY_MS',
  crashAfterMs: 'CRASH_AFTER_MS',
  crashOnRequest: 'CRASH_ON_REQUEST',
  exitCode: 'EXIT_CODE',
  leakMbPerS: 'LEAK_MB_PER_S',
  ignoreSigterm: 'IGNORE_SIGTERM',
  smokeFails: 'SMOKE_FAILS',
};

/** The environment by which the app (server.ts) is told. */
export function behaviourEnv(behaviour: Behaviour): Record<string, string> {
  const entries = (Object.keys(NAMES) as (keyof Behaviour)[]).flatMap((key): [string, string][] => {
    const value = behaviour[key];
    if (value === undefined || value === false) return [];
    return [[NAMES[key], value === true ? '1' : String(value)]];
  });
  return Object.fromEntries(entries);
}
