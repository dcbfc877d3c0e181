/**
 * Carries errands to GitHub without ever being waited for: one at a time, at most one in ten seconds while the deployment goes on,
 * and at the end what is left, within five seconds. What GitHub refuses is left alone with one warning.
 */
import { GitHubError } from '../core/errors.ts';
import type { Clock, Log } from '../ports.ts';

/** Pages of GitHub's that can fail apart from each other, by the name of their permission. */
export type Surface = 'checks' | 'deployments' | 'pull-requests';

export interface Errand {
  readonly surface: Surface;
  /** One request (a comment two or more, a deployment's success three or more: only at the end). Rejects with GitHubError. */
  run(): Promise<void>;
}

export interface Messenger {
  /** There may be something to tell. Returns at once and never throws. */
  wake(): void;
  /** Nothing new comes: the rest is told, in five seconds at most. Never rejects. */
  finish(): Promise<void>;
}

/**
 * The first errand loads what speaks with GitHub: a fifth of a second of work, and seconds of it on a machine that has other things to
 * do, which must not stand before the first call to AWS. What is over by then is told in one piece.
 */
export const BEFORE_FIRST_MS = 3_000;
export const GAP_MS = 10_000;
export const LAST_MS = 5_000;
/** Of calls in a row that fail for no reason of ours. */
const PATIENCE = 3;

/** `next` gives the most urgent errand, or undefined when all is told; `isLeft` tells which pages are left alone. */
export function createMessenger(
  next: (isLeft: (surface: Surface) => boolean) => Errand | undefined,
  { clock, log, hint }: { readonly clock: Clock; readonly log: Log; readonly hint: string },
): Messenger {
  const left = new Set<Surface>();
  const failures = new Map<Surface, number>();
  const nap = new AbortController();
  let freeAt = clock.now() + BEFORE_FIRST_MS;
  /** A limit of GitHub's ends then. */
  let limitedUntil = Number.NEGATIVE_INFINITY;
  let isWarnedOfLimit = false;
  let lastFailure: GitHubError['failure'] | undefined;
  let isLast = false;
  let isOver = false;
  let hasNews = false;
  let working: Promise<void> | undefined;

  const warn = (problem: string): void => log.warning(`GitHub: ${problem}; the deployment does not depend on it`);
  const isLeft = (surface: Surface): boolean => left.has(surface);

  /** Also where a bug of ours keeps us from knowing. */
  const hasRest = (): boolean => {
    try {
      return next(isLeft) !== undefined;
    } catch {
      return true;
    }
  };

  async function work(): Promise<void> {
    // Whoever told the news goes on first.
    await Promise.resolve();
    while (!isOver && next(isLeft) !== undefined) {
      const waitMs = Math.max(isLast ? Number.NEGATIVE_INFINITY : freeAt, limitedUntil) - clock.now();
      if (waitMs > 0) {
        if (isLast) return;
        await clock.sleep(waitMs, nap.signal);
        continue;
      }
      freeAt = clock.now() + GAP_MS;
      // What was news before the sleep may be old by now.
      const errand = next(isLeft);
      if (errand !== undefined && (await attempt(errand)) === 'give up') return;
    }
  }

  async function attempt(errand: Errand): Promise<'give up' | undefined> {
    try {
      await errand.run();
      failures.delete(errand.surface);
      lastFailure = undefined;
      return undefined;
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      // Whoever did not wait for the answer does not want to hear of it either.
      if (isOver) return 'give up';
      lastFailure = error.failure;
      return failed(errand.surface, error);
    }
  }

  function failed(surface: Surface, error: GitHubError): 'give up' | undefined {
    switch (error.failure) {
      case 'limit':
        limitedUntil = Math.max(error.retryAt ?? clock.now() + 60_000, clock.now() + 1_000);
        if (!isWarnedOfLimit) {
          warn(`${error.message}; by its limit nothing is told before ${new Date(limitedUntil).toISOString()}`);
        }
        isWarnedOfLimit = true;
        return undefined;
      case 'permission':
        if (error.permission === undefined) {
          for (const one of ['checks', 'deployments', 'pull-requests'] as const) left.add(one);
          warn(`${error.message}; nothing is told any more`);
        } else {
          leave(surface, `${error.message}; write permissions: ${error.permission} at the job${hint}`);
        }
        return undefined;
      case 'gone':
        leave(surface, error.message);
        return undefined;
      case 'invalid':
      case 'server':
      case 'network':
        return again(surface, error);
    }
  }

  function again(surface: Surface, error: GitHubError): 'give up' | undefined {
    const count = (failures.get(surface) ?? 0) + 1;
    failures.set(surface, count);
    if (count >= PATIENCE) {
      leave(surface, `${count} calls in a row failed, the last: ${error.message}`);
    } else if (isLast) {
      // There is no second try at the end: the runner does not wait.
      leave(surface, `it does not know how it ended: ${error.message}`);
    }
    // The others may be well: an answer is soon there. Where none comes, none comes for them either.
    return isLast && error.failure === 'network' ? 'give up' : undefined;
  }

  function leave(surface: Surface, why: string): void {
    left.add(surface);
    warn(`${surface} are left alone: ${why}`);
  }

  function wake(): void {
    if (isOver) return;
    hasNews = true;
    working ??= workOn();
  }

  async function workOn(): Promise<void> {
    try {
      while (hasNews && !isOver) {
        hasNews = false;
        await work();
      }
    } catch (error) {
      // A bug of ours in a page must not become one of the deployment's.
      isOver = true;
      log.warning(`a bug in Greenlight's reports to GitHub: ${String(error)}; the deployment does not depend on it`);
    } finally {
      working = undefined;
    }
  }

  return {
    wake,
    async finish() {
      isLast = true;
      nap.abort();
      // Who was not reached a moment ago is not waited for now.
      if (isOver) return;
      if (lastFailure === 'network') {
        isOver = true;
        if (hasRest()) warn('it is not reached, and does not know how it ended');
        return;
      }
      wake();
      const done = new AbortController();
      const isTold = await Promise.race([
        (working ?? Promise.resolve()).then(() => true),
        clock.sleep(LAST_MS, done.signal).then(() => false),
      ]);
      done.abort();
      isOver = true;
      if (!isTold) warn(`it was too slow to be told in ${LAST_MS / 1_000} s how it ended`);
      else if (limitedUntil > clock.now() && hasRest()) {
        warn(`its limit lasts until ${new Date(limitedUntil).toISOString()}, and it does not know how it ended`);
      }
    },
  };
}
