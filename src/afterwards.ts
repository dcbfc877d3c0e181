/** The post step: reads the same inputs as the main one, and follows what that one could not. */
import { CallError, FaultsFound } from './core/errors.ts';
import { exitCode } from './core/outcome.ts';
import { follow, type Kept } from './follow.ts';
import { readRequest } from './inputs.ts';
import type { Job } from './main.ts';
import type { Ports } from './ports.ts';

/** Gives the exit code. `kept` is what conduct.ts has saved, as JSON. A post step that fails makes the job red. */
export async function afterwards(kept: string, job: Job, ports: Ports): Promise<number> {
  const { log } = ports;
  try {
    const request = await readRequest(job.input, job.inputNames, job);
    if (request.command === 'status') return 0;
    const { cluster, pollMs } = request.config;
    const watch = { cluster, pollMs, cancelled: new AbortController().signal, progress: () => {}, keep: () => {} };
    const outcome = await follow(JSON.parse(kept) as Kept, request.config, watch, ports);
    if (outcome === undefined) return 0;
    log.info(`${request.config.service}: ${outcome.status}: ${outcome.reason}`);
    // That it went back is what was wanted here; the main step has made the job red already.
    return outcome.status === 'rolled-back' ? 0 : exitCode(outcome.status);
  } catch (error) {
    if (!(error instanceof CallError || error instanceof FaultsFound)) throw error;
    log.error(`could not follow the rollout to its end: ${error.message}`);
    return 1;
  }
}
