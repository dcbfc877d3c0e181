/** What both entries share: real adapters and the runner's signals. No logic. */
import { randomUUID } from 'node:crypto';
import { aws } from './adapters/aws/aws.ts';
import { images } from './adapters/aws/ecr.ts';
import { clock } from './adapters/clock.ts';
import { docker } from './adapters/docker.ts';
import { github } from './adapters/github/github.ts';
import { httpProbe } from './adapters/http-probe.ts';
import { log as createLog } from './adapters/log.ts';
import { metrics } from './adapters/metrics.ts';
import { githubRunner } from './adapters/runner.ts';
import { shell } from './adapters/shell.ts';
import { withCommit } from './core/github-commit.ts';
import { readGitHubContext } from './github-context.ts';
import type { Job } from './main.ts';
import { rememberingMasks } from './masked-log.ts';
import type { Ports } from './ports.ts';

export interface Entry {
  readonly job: Job;
  readonly ports: Ports;
  /** Aborted when all is done: what still waits for GitHub is given up. */
  readonly over: AbortController;
}

/** From the process's own environment. Signals end in `job.cancelled`. */
export function enter(environment: NodeJS.ProcessEnv): Entry {
  const cancelled = new AbortController();
  // A cancelled workflow gets SIGINT, 7.5 s later SIGTERM, 2.5 s later the end.
  // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => cancelled.abort());
  const input = (name: string): string =>
    (environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '').trim();
  const log = rememberingMasks(createLog({ environment, title: titleOf(input('service')) }));
  const ofAws = aws();
  const over = new AbortController();
  const token = input('github-token');
  if (token !== '') log.mask(token);
  const context = readGitHubContext(environment);
  return {
    job: {
      sha: environment['GITHUB_SHA'] ?? '',
      region: environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'],
      input,
      inputNames: Object.keys(environment).filter((name) => name.startsWith('INPUT_')),
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      cancelled: cancelled.signal,
      by: withCommit(whoRuns(environment), context?.sha ?? ''),
      github: context,
      workflowRef: environment['GITHUB_WORKFLOW_REF'],
      token: randomUUID().replaceAll('-', ''),
    },
    ports: {
      ...ofAws,
      metrics: metrics(ofAws.metrics, environment),
      images: images(log),
      docker: docker(log, environment),
      github:
        token === '' || context === undefined
          ? undefined
          : github({
              ...context,
              token,
              apiUrl: environment['GITHUB_API_URL'] || 'https://api.github.com',
              over: over.signal,
            }),
      probe: httpProbe,
      shell: shell((line) => log.info(`| ${line}`)),
      runner: githubRunner(environment),
      log,
      clock,
    },
    over,
  };
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
function whoRuns(environment: NodeJS.ProcessEnv): string {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, GITHUB_ACTOR: actor } = environment;
  if (repository === undefined || run === undefined) return '';
  return `${repository}/actions/runs/${run}${actor === undefined ? '' : ` of ${actor}`}`;
}

/** Of annotations: GitHub lists those of all steps of a run together. A service is also named by its ARN. */
function titleOf(service: string): string {
  const name = service.slice(service.lastIndexOf('/') + 1);
  return name === '' ? 'Greenlight' : `Greenlight: ${name}`;
}

/** The end of the process: the exit code, or the bug with its stack. */
export function leave(running: Promise<number>, { job, over, ports: { log } }: Entry): void {
  void running
    .finally(() => over.abort())
    .then(
      (code) => {
        process.exitCode = code;
        // Nothing is waited for any more, least of all a build that the cancellation left behind.
        if (job.cancelled.aborted) process.exit();
      },
      (error: unknown) => {
        log.error(`a bug in Greenlight: ${error instanceof Error ? error.message : String(error)}; please report it`);
        if (error instanceof Error && error.stack !== undefined) log.info(error.stack);
        process.exitCode = 1;
      },
    );
}
