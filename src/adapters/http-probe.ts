import type { Probe } from '../ports.ts';
import { version } from '../version.ts';

/** One GET with Node's own fetch: IPv4 and IPv6 as they come, the body read to its end and thrown away. */
export const httpProbe: Probe = {
  async get(url, withinMs, signal) {
    const timeLimit = AbortSignal.timeout(withinMs);
    const began = performance.now();
    try {
      const response = await fetch(url, {
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeLimit]),
        headers: { 'user-agent': `greenlight/${version}`, 'cache-control': 'no-cache' },
      });
      // An answer is whole when its last byte is there: a candidate that hangs in the middle has not answered.
      if (response.body !== null) for await (const _ of response.body);
      return { status: response.status, ms: Math.round(performance.now() - began) };
    } catch (error) {
      if (signal.aborted) return { problem: 'cancelled before an answer' };
      if (timeLimit.aborted) return { problem: `no answer within ${seconds(withinMs)}` };
      return { problem: problemOf(error, url) };
    }
  },
};

/**
 * Why fetch has rejected, as a sentence: it says "fetch failed" and puts what happened into the cause; with several addresses
 * there is a list below that.
 */
export function problemOf(error: unknown, url: string): string {
  const cause = innermost(error);
  const host = URL.canParse(url) ? new URL(url).host : url;
  switch (cause.code) {
    case 'ECONNREFUSED':
      return `connection refused by ${host}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `host name ${URL.canParse(url) ? new URL(url).hostname : url} not found`;
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return `${host} closed the connection before the answer was whole`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `no route to ${host}`;
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `${host} did not take the connection`;
    case 'ERR_INVALID_URL':
      return `'${url}' is not a URL`;
    default:
      return `${cause.message || 'the request failed'} (${host})`;
  }
}

function innermost(error: unknown): { readonly code: string; readonly message: string } {
  let at = partsOf(error);
  for (let depth = 0; depth < 5; depth++) {
    const inner = at.errors?.[0] ?? at.cause;
    if (inner === undefined) break;
    at = partsOf(inner);
  }
  const { code, message } = at;
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}

interface ErrorParts {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

function partsOf(error: unknown): ErrorParts {
  return typeof error === 'object' && error !== null ? error : { message: String(error) };
}

/** "2 s", "1.5 s", "250 ms" */
function seconds(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}
