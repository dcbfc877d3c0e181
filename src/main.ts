/** The job on one screen: read what is asked for, do it, say what came of it. */
import type { Request } from './core/config.ts';
import { CallError, type Fault, FaultsFound, faultSentence, JobFailed } from './core/errors.ts';
import { exitCode, type Outcome } from './core/outcome.ts';
import { NOTHING_DONE, type Result } from './core/result.ts';
import { type DeployJob, deploy } from './deploy.ts';
import { type JobFacts, readRequest } from './inputs.ts';
import type { Here } from './look-around.ts';
import { outputsOf } from './outputs.ts';
import type { Ports } from './ports.ts';
import { HEADLINES } from './report/ended-job.ts';
import { type History, NO_HISTORY } from './report/history.ts';
import { keepReport, summaryText } from './report/keep-report.ts';
import { NO_REPORTER, type Reporter } from './reporter.ts';

export interface Job extends JobFacts, Here {
  /** An input's text by its name in action.yml; empty when it was not given. */
  readonly input: (name: string) => string;
  /** Names of the INPUT_* variables that the runner set. */
  readonly inputNames: readonly string[];
  /** Aborted when the runner asks the job to end. */
  readonly cancelled: AbortSignal;
  readonly by: string;
  readonly token: string;
}

/** Never rejects on what goes wrong outside: that is in the result. Reports everything; how the process exits is the caller's. */
export async function main(job: Job, ports: Ports): Promise<Result & { readonly exitCode: number }> {
  const { clock, log, runner } = ports;
  const startedAt = clock.now();
  let history: History = NO_HISTORY;
  let faults: readonly Fault[] = [];
  let asked: Request | undefined;
  let result: Result = {
    ...NOTHING_DONE,
    outcome: { status: 'failed', reason: 'the job ended before it did anything' },
  };
  let name = { service: job.input('service'), cluster: job.input('cluster') };
  let wasAskedFor = false;
  let reporter = NO_REPORTER;

  const progress = (done: Partial<Result>): void => {
    result = { ...result, ...done };
  };
  try {
    const request = await readRequest(job.input, job.inputNames, job).catch(async (error: unknown) => {
      if (!(error instanceof FaultsFound) || job.input('command') !== 'plan') throw error;
      // What is wrong with the inputs of a plan is told where the plan would be.
      const { tellWrongInputs } = await import('./plan-command.ts');
      const place = { ...name, environment: job.input('github-environment') };
      throw await tellWrongInputs(error.faults, place, { ...job, progress }, ports);
    });
    asked = request;
    const { cluster, pollMs } = request.config;
    name = {
      service: request.command === 'status' ? (request.service ?? 'all services') : request.config.service,
      cluster,
    };
    reporter = await reporterOf(request, job, ports);
    const keep = (told: History): void => {
      history = told;
      reporter.keep(told);
    };
    const { found } = reporter;
    progress({ outcome: await carryOut(request, { ...job, cluster, pollMs, progress, keep, found }, ports) });
    wasAskedFor = request.command === 'rollback' && result.outcome.status === 'rolled-back';
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome === undefined) {
      await reporter.end({ result: { ...result, outcome: BUG }, wasAskedFor, tookMs: clock.now() - startedAt });
      throw error;
    }
    result = { ...result, outcome };
    if (error instanceof FaultsFound) faults = error.faults;
  }

  const { status, reason } = result.outcome;
  const code = wasAskedFor ? 0 : exitCode(status);
  const tell = async (): Promise<void> => {
    const sentence = `${name.service}: ${status}: ${reason}`;
    if (code === 0) log.info(sentence);
    else if (faults.length > 0)
      await (await import('./tell-faults.ts')).tellFaults(faults, asked, { ...job, service: name.service }, log);
    else log.error(sentence, { title: `Greenlight: ${name.service}: ${HEADLINES[status].words.toLowerCase()}` });
  };
  // Of a cancelled job's last seconds nobody knows how many there are.
  const isToldFirst = job.cancelled.aborted;
  if (isToldFirst) await tell();
  const ended = { ...name, history, startedAt, endedAt: clock.now(), uses: job.github?.action };
  result = { ...result, report: await keepReport({ ...ended, result }, ports) };
  if (result.report !== undefined) log.info(`report: ${result.report}`);
  // The deployment has ended as it has, whether the runner takes the report or not.
  await runner
    .report(outputsOf(result), result.summary ?? (await summaryText({ ...ended, result }, ports)))
    .catch((error: unknown) => log.warning(`could not write the outputs and the summary: ${String(error)}`));
  await reporter.end({ result, wasAskedFor, tookMs: ended.endedAt - startedAt });
  // What it came to is the last line.
  if (!isToldFirst) await tell();
  return { ...result, exitCode: code };
}

/** Who tells GitHub's pages; a plan has pages of its own, and a status changes nothing that they show. */
async function reporterOf({ command, config }: Request, { github: context }: Job, ports: Ports): Promise<Reporter> {
  const { github } = ports;
  if (github === undefined || context === undefined || command === 'plan' || command === 'status') return NO_REPORTER;
  const { createReporter } = await import('./reporter/github.ts');
  return createReporter({ command, config, context }, { ...ports, github });
}

/** The hands are loaded when they are needed: most jobs deploy. */
async function carryOut(request: Request, job: DeployJob, ports: Ports): Promise<Outcome> {
  switch (request.command) {
    case 'deploy':
      return deploy(request.config, job, ports);
    case 'plan':
      return (await import('./plan-command.ts')).plan(request.config, job, ports);
    case 'promote':
      return (await import('./steer.ts')).promote(request.config, request.to, job, ports);
    case 'rollback':
      return (await import('./steer.ts')).rollback(request.config, job, ports);
    case 'status':
      return (await import('./status.ts')).status(request, job, ports);
  }
}

const BUG: Outcome = { status: 'failed', reason: 'a bug in Greenlight ended the job; its log has more' };

/** An end on the way. A bug has no sentence of its own: it keeps its stack and ends the job as itself. */
function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof FaultsFound) {
    const first = error.faults[0];
    const count = error.faults.length;
    const reason =
      count === 1 && first !== undefined
        ? faultSentence(first)
        : `${count} things are wrong: ${error.faults.map(faultSentence).join('; ')}`;
    return { status: 'failed', reason };
  }
  if (error instanceof CallError) {
    const blind = error.isPassing || error.failure === 'credentials';
    return { status: blind ? 'could-not-look' : 'failed', reason: error.message };
  }
  if (error instanceof JobFailed) return { status: 'failed', reason: error.message };
  return undefined;
}
