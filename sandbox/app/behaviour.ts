/** How a version of the demo app behaves; everything left out is the behaviour of a good version. */
export interface Behaviour {
  /** Of every 100 requests to `/` so many answer 500, spread evenly; /healthz does not show it. */
  readonly failPercent?: number;
  /** `/` answers after so long. */
  readonly slowMs?: number;
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
  slowMs: 'SLOW_MS',
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
