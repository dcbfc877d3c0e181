/** The entry that the runner starts: real adapters, the runner's signals, the exit code. No logic. */
import { aws } from './adapters/aws/aws.ts';
import { images } from './adapters/aws/ecr.ts';
import { clock } from './adapters/clock.ts';
import { docker } from './adapters/docker.ts';
import { httpProbe } from './adapters/http-probe.ts';
import { log as createLog } from './adapters/log.ts';
import { githubRunner } from './adapters/runner.ts';
import { shell } from './adapters/shell.ts';
import { exitCode } from './core/outcome.ts';
import { main } from './main.ts';

const environment = process.env;
const cancelled = new AbortController();
// A cancelled workflow gets SIGINT, 7.5 s later SIGTERM, 2.5 s later the end.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => cancelled.abort());

const log = createLog();
main(
  {
    sha: environment['GITHUB_SHA'] ?? '',
    region: environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'],
    input: (name) => (environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '').trim(),
    inputNames: Object.keys(environment).filter((name) => name.startsWith('INPUT_')),
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    cancelled: cancelled.signal,
  },
  {
    ...aws(),
    images: images(log),
    docker: docker(log, environment),
    probe: httpProbe,
    shell: shell(log.info),
    runner: githubRunner(environment),
    log,
    clock,
  },
).then(
  ({ outcome }) => {
    process.exitCode = exitCode(outcome.status);
    // Nothing is waited for any more, least of all a build that the cancellation left behind.
    if (cancelled.signal.aborted) process.exit();
  },
  (error: unknown) => {
    log.error(`a bug in Greenlight: ${error instanceof Error ? error.message : String(error)}; please report it`);
    if (error instanceof Error && error.stack !== undefined) log.info(error.stack);
    process.exitCode = 1;
  },
);
