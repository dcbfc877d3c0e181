import { request } from 'node:http';
import type { SandboxClock } from '../contracts.ts';
import type { HealthCheck } from './model.ts';

export type CheckResult =
  | { readonly passed: true }
  | {
      readonly passed: false;
      readonly reason: 'Target.ResponseCodeMismatch' | 'Target.Timeout' | 'Target.FailedHealthChecks';
      readonly description: string;
    };

/** However fast the sandbox's time runs, targets are not asked more often. */
const MIN_INTERVAL_MS = 100;

/** `200`, `200-299` and lists of them. */
export function matchesCode(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to] = part.split('-').map(Number);
    return from !== undefined && status >= from && status <= (to ?? from);
  });
}

/** Asks once. The texts are AWS's, as DescribeTargetHealth gives them. */
export function checkOnce(host: string, port: number, check: HealthCheck, signal: AbortSignal): Promise<CheckResult> {
  return new Promise((resolve) => {
    let timedOut = false;
    const asked = request({
      host,
      port,
      path: check.path,
      headers: { host: `${host}:${port}`, 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' },
      agent: false,
      signal,
    });
    const timer = setTimeout(() => {
      timedOut = true;
      asked.destroy();
      resolve({ passed: false, reason: 'Target.Timeout', description: 'Request timed out' });
    }, check.timeoutSeconds * 1_000);
    timer.unref();
    asked.on('response', (answer) => {
      answer.resume();
      answer.on('error', () => undefined);
      const status = answer.statusCode ?? 0;
      if (matchesCode(check.matcher, status)) resolve({ passed: true });
      else {
        const description = `Health checks failed with these codes: [${status}]`;
        resolve({ passed: false, reason: 'Target.ResponseCodeMismatch', description });
      }
    });
    asked.on('error', () => {
      if (!timedOut)
        resolve({ passed: false, reason: 'Target.FailedHealthChecks', description: 'Health checks failed' });
    });
    asked.on('close', () => clearTimeout(timer));
    asked.end();
  });
}

/**
 * Asks at once and then every interval of the sandbox's clock (at least 100 ms of real time), never two at a time.
 * The timeout is real time: a target does not get faster because the clock does. Returns the function that ends it.
 */
export function checkRepeatedly(
  target: { readonly id: string; readonly port: number },
  check: HealthCheck,
  clock: SandboxClock,
  onResult: (result: CheckResult) => void,
): () => void {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    const startedMs = Date.now();
    const port = check.port === 'traffic-port' ? target.port : Number(check.port);
    const result = await checkOnce(target.id, port, check, stopped.signal);
    if (stopped.signal.aborted) return;
    onResult(result);
    if (stopped.signal.aborted) return;
    const intervalMs = Math.max(MIN_INTERVAL_MS, clock.real(check.intervalSeconds * 1_000));
    timer = setTimeout(() => void round(), Math.max(0, startedMs + intervalMs - Date.now()));
    timer.unref();
  };
  // Registering answers before the first check is made.
  timer = setTimeout(() => void round(), 0);
  timer.unref();
  return () => {
    stopped.abort();
    clearTimeout(timer);
  };
}
