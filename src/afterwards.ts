/** The post step: reads the same inputs as the main one, and follows what that one could not. */
import type { Request } from './core/config.ts';
import { CallError, FaultsFound } from './core/errors.ts';
import { exitCode, type Outcome } from './core/outcome.ts';
import { NOTHING_DONE, type Result } from './core/result.ts';
import { follow, type Kept } from './follow.ts';
import { readRequest } from './inputs.ts';
import type { Job } from './main.ts';
import type { Ports } from './ports.ts';
import { NO_REPORTER, type Reporter } from './reporter.ts';

/** What the main step has kept, as JSON: conduct.ts the rollout, reporter/github.ts (`github`, may be empty) its pages there. */
export interface KeptState {
  readonly rollout: string;
  readonly github: string;
}

/** Gives the exit code. A post step that fails makes the job red. */
export async function afterwards(kept: KeptState, job: Job, ports: Ports): Promise<number> {
  const { log, clock } = ports;
  const startedAt = clock.now();
  let reporter = NO_REPORTER;
  let result: Result = { ...NOTHING_DONE, outcome: KILLED };
  const progress = (done: Partial<Result>): void => {
    result = { ...result, ...done };
  };
  try {
    const request = await readRequest(job.input, job.inputNames, job);
    if (request.command === 'status' || request.command === 'plan') return 0;
    reporter = await reporterOf(request, kept.github, job, ports);
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
    await reporter.end({ result, wasAskedFor: false, tookMs: clock.now() - startedAt });
  }
}

const KILLED: Outcome = { status: 'cancelled', reason: 'the job was cancelled, or ended before the rollout did' };

/** Concludes the pages that the main step has begun; where it began none, there are none to conclude. */
async function reporterOf(request: Request, kept: string, job: Job, ports: Ports): Promise<Reporter> {
  const { github } = ports;
  const { command, config } = request;
  const isTold = kept !== '' && github !== undefined && job.github !== undefined;
  if (!isTold || command === 'status' || command === 'plan') return NO_REPORTER;
  const { createReporter, readKept } = await import('./reporter/github.ts');
  const before = readKept(kept);
  if (before === undefined) return NO_REPORTER;
  return createReporter({ command, config, context: job.github, kept: before }, { ...ports, github });
}
