/**
 * One-off tasks of ECS over a fake clock. It keeps these rules of the real one:
 * - the same token gives the same task, however often; another order under it is refused;
 * - a task is shown `lagMs` after RunTask, PENDING, then RUNNING; it stops when an essential container has ended, after `stoppingMs`;
 * - StopTask gives SIGTERM (143) to what still runs; a stopped task stays as it is;
 * - log lines are shown `logLagMs` after they were written, each page with a token that leads on.
 */
import { CallError } from '../../src/core/errors.ts';
import type { OneOffTask, Refusal } from '../../src/core/migration.ts';
import type { OneOffOrder, OneOffTasks } from '../../src/ports.ts';
import type { FakeClock } from './clock.ts';

export interface Script {
  /** Until the containers run; undefined: they never do, for `startFailure`. */
  readonly startMs?: number;
  readonly startFailure?: string;
  /** What the migration's container does, in milliseconds from its start. */
  readonly exit?: { readonly afterMs: number; readonly code: number };
  readonly lines?: readonly (readonly [afterMs: number, line: string])[];
  /** A container beside it; essential ones end the task with them. */
  readonly sidecar?: { readonly afterMs: number; readonly code: number; readonly essential: boolean };
  /** The migration's container ends, and the task goes on with the sidecar. */
  readonly isOptional?: boolean;
  readonly refusals?: readonly Refusal[];
  readonly logDriver?: 'other';
}

export interface FakeOneOffTasks extends OneOffTasks {
  /** Names of the calls, in order. */
  readonly calls: string[];
  readonly orders: OneOffOrder[];
  /** Tasks that were really started. */
  started(): number;
  /** The answers of the next so many calls of this method are lost, what they asked for is done. */
  loseAnswers(method: keyof OneOffTasks, count: number, error?: CallError): void;
}

const lost = new CallError('network', '', 'no answer');

export function fakeOneOffTasks(clock: FakeClock, script: Script, lags = { lagMs: 0, logLagMs: 0 }): FakeOneOffTasks {
  const { startMs = 1_000, lines = [], sidecar } = script;
  const stoppingMs = 1_000;
  const calls: string[] = [];
  const orders: OneOffOrder[] = [];
  const losing = new Map<string, { count: number; error: CallError }>();
  let created: { readonly at: number; readonly token: string } | undefined;
  let stopAsked: number | undefined;

  const answer = <T>(method: keyof OneOffTasks, value: T): T => {
    const loss = losing.get(method);
    if (loss === undefined || loss.count === 0) return value;
    loss.count -= 1;
    throw loss.error;
  };

  /** When the container has ended by itself or by StopTask, and how. */
  const endOf = (own: { readonly afterMs: number; readonly code: number } | undefined, stopAt: number) => {
    const at =
      created !== undefined && own !== undefined ? created.at + startMs + own.afterMs : Number.POSITIVE_INFINITY;
    return at <= stopAt ? { at, code: own?.code ?? 0 } : { at: stopAt, code: 143 };
  };

  const look = (taskArn: string): OneOffTask | undefined => {
    if (created === undefined || clock.now() < created.at + lags.lagMs) return undefined;
    const now = clock.now();
    const failed = script.startFailure !== undefined && now >= created.at + startMs;
    const asked = stopAsked ?? Number.POSITIVE_INFINITY;
    const essential = [
      ...(script.isOptional ? [] : [endOf(script.exit, asked).at]),
      ...(sidecar?.essential === true ? [endOf(sidecar, asked).at] : []),
    ];
    const stopAt = Math.min(asked, ...essential);
    const web = endOf(script.exit, stopAt);
    const beside = endOf(sidecar, stopAt);
    const isStopping = failed || now >= stopAt;
    const isStopped = failed || now >= stopAt + stoppingMs;
    const code = (end: typeof web) => (!failed && now >= end.at ? end.code : undefined);
    return {
      taskArn,
      lastStatus: isStopped ? 'STOPPED' : isStopping ? 'STOPPING' : now < created.at + startMs ? 'PENDING' : 'RUNNING',
      desiredStatus: isStopping ? 'STOPPED' : 'RUNNING',
      facts: {
        taskArn,
        taskDefinitionArn: 'web:2',
        stoppedAt: isStopped ? now : 0,
        stopCode: failed ? 'TaskFailedToStart' : isStopping ? 'EssentialContainerExited' : undefined,
        stoppedReason: failed ? script.startFailure : isStopping ? 'Essential container in task exited' : undefined,
        startedBy: 'greenlight',
        containers: [
          { name: 'web', exitCode: code(web), reason: undefined, image: undefined },
          ...(sidecar === undefined
            ? []
            : [{ name: 'sidecar', exitCode: code(beside), reason: undefined, image: undefined }]),
        ],
      },
    };
  };

  return {
    calls,
    orders,
    started: () => (created === undefined ? 0 : 1),
    loseAnswers(method, count, error = lost) {
      losing.set(method, { count, error });
    },
    async run(order) {
      calls.push('run');
      orders.push(order);
      if (script.refusals !== undefined) return answer('run', { refusals: script.refusals });
      created ??= { at: clock.now(), token: order.token };
      if (created.token !== order.token) throw new Error('the fake runs one task');
      return answer('run', { taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/demo/0f3a9b1c2d' });
    },
    async describe(_cluster, taskArn) {
      calls.push('describe');
      return answer('describe', look(taskArn));
    },
    async stop() {
      calls.push('stop');
      stopAsked ??= clock.now();
      return answer('stop', undefined);
    },
    async log(_of, next) {
      calls.push('log');
      if (script.logDriver === 'other') return answer('log', undefined);
      const from = next === undefined ? 0 : Number(next);
      const startedAt = (created?.at ?? 0) + startMs;
      const shown = lines.filter(([afterMs]) => startedAt + afterMs + lags.logLagMs <= clock.now());
      return answer('log', { lines: shown.slice(from).map(([, line]) => line), next: String(shown.length) });
    },
  };
}
