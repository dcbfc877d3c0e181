/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-primary-rate-limits */

/** One token's window, as the headers show it. */
export interface Window {
  readonly limit: number;
  readonly used: number;
  /** Epoch seconds. */
  readonly resetAtS: number;
}

export interface RateLimits {
  /** Counts one request. */
  take(token: string, now: number): Window;
  look(token: string, now: number): Window;
}

const HOUR_S = 3600;

export function createRateLimits(requestsPerHour: number): RateLimits {
  const windows = new Map<string, Window>();
  const look = (token: string, now: number): Window => {
    const window = windows.get(token);
    const nowS = Math.floor(now / 1000);
    return window && window.resetAtS > nowS ? window : { limit: requestsPerHour, used: 0, resetAtS: nowS + HOUR_S };
  };
  return {
    look,
    take(token, now) {
      const window = look(token, now);
      const taken = { ...window, used: window.used + 1 };
      windows.set(token, taken);
      return taken;
    },
  };
}

export const isOver = (window: Window) => window.used > window.limit;

const remaining = ({ limit, used }: Window) => Math.max(0, limit - used);

export function rateHeaders(window: Window): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': String(window.limit),
    'x-ratelimit-remaining': String(remaining(window)),
    'x-ratelimit-used': String(Math.min(window.used, window.limit)),
    'x-ratelimit-reset': String(window.resetAtS),
    'x-ratelimit-resource': 'core',
  };
}

/** The answer of GET /rate_limit. */
export function rateOverview(window: Window): object {
  const rate = (limit: number, left = limit) => ({
    limit,
    used: limit - left,
    remaining: left,
    reset: window.resetAtS,
  });
  const core = rate(window.limit, remaining(window));
  return { resources: { core, search: rate(30), graphql: rate(window.limit) }, rate: core };
}
