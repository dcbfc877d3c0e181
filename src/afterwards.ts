/** The post step: reads the same inputs as the main one, and follows what that one could not. */
import type { Request } from './core/config.ts';
import { CallError, FaultsFound } from './core/errors.ts';
import { exitCode, type Outcome, type Status } from './core/outcome.ts';
import { NOTHING_DONE, type Result } from './core/result.ts';
import { follow, type Kept } from './follow.ts';
import { readRequest } from './inputs.ts';
import type { Job } from './main.ts';
import type { Ports } from './ports.ts';
import { NO_REPORTER, type Reporter } from './reporter.ts';

/** What the main step has kept; each is empty where there is nothing. */
export interface KeptState {
  /** JSON of conduct.ts: the rollout that it looked after. */
  readonly rollout: string;
  /** How that one ended, in a word. */
  readonly ended: string;
  /** JSON of reporter/github.ts: its pages there that have not been told the end. */
  readonly github: string;
}

/** Gives the exit code. A post step that fails makes the job red. */
export async function afterwards(kept: KeptState, job: Job, ports: Ports): Promise<number> {
  const { log, clock } = ports;
  const startedAt = clock.now();
  let reporter = NO_REPORTER;
  let result: Result = { ...NOTHING_DONE, outcome: KILLED };
  let isRollback = false;
  const progress = (done: Partial<Result>): void => {
    result = { ...result, ...done };
  };
  try {
    const request = await readRequest(job.input, job.inputNames, job);
    if (request.command === 'status' || request.command === 'plan') return 0;
    isRollback = request.command === 'rollback';
    reporter = await reporterOf(request, kept, job, ports);
    if (kept.rollout === '' || kept.ended !== '') {
      // There is nothing to follow, but who looks at its pages has not been told of the end.
      progress({ outcome: kept.rollout === '' ? NOT_BEGUN : { status: kept.ended as Status, reason: UNTOLD } });
      return 0;
    }
    const { cluster, pollMs } = request.config;
    const { keep } = reporter;
    const watch = { cluster, pollMs, cancelled: new AbortController().signal, progress, keep };
    const outcome = await follow(JSON.parse(kept.rollout) as Kept, request.config, watch, ports);
    if (outcome === undefined) return 0;
    progress({ outcome });
    log.info(`${request.config.service}: ${outcome.status}: ${outcome.reason}`);
    // That it went back is what was wanted here; the main step has made the job red already.
    return outcome.status === 'rolled-back' ? 0 : exitCode(outcome.status);
  } catch (error) {
    if (!(error instanceof CallError || error instanceof FaultsFound)) throw error;
    progress({ outcome: { status: 'could-not-look', reason: error.message } });
    log.error(`could not follow the rollout to its end: ${error.message}`);
    return 1;
  } finally {
    const wasAskedFor = isRollback && result.outcome.status === 'rolled-back';
    await reporter.end({ result, wasAskedFor, tookMs: clock.now() - startedAt });
  }
}

const KILLED: Outcome = { status: 'cancelled', reason: 'the job was cancelled, or ended before the rollout did' };
const NOT_BEGUN: Outcome = { status: 'cancelled', reason: 'the job was cancelled, or ended before a rollout began' };
const UNTOLD = 'the job was ended before it could say more; its log has the rest';

/** Concludes the pages that the main step has begun; where it began none, there are none to conclude. */
async function reporterOf(request: Request, kept: KeptState, job: Job, ports: Ports): Promise<Reporter> {
  const { github } = ports;
  const { command, config } = request;
  const isTold = kept.github !== '' && github !== undefined && job.github !== undefined;
  if (!isTold || command === 'status' || command === 'plan') return NO_REPORTER;
  const { createReporter, readKept } = await import('./reporter/github.ts');
  const before = readKept(kept.github);
  if (before === undefined) return NO_REPORTER;
  return createReporter(
    { command, config, context: job.github, kept: { ...before, hasBegun: kept.rollout !== '' } },
    { ...ports, github },
  );
}
