/** The step before the shift: a one-off task of the new task definition, a database migration for example, followed to its end. */
import { shortArn } from './core/arn.ts';
import { formatDuration } from './core/duration.ts';
import { CallError, JobFailed } from './core/errors.ts';
import type { JsonObject } from './core/json.ts';
import { endOfMigration, explainRefusals, type OneOffTask } from './core/migration.ts';
import type { Clock, Log, OneOffTasks } from './ports.ts';
import { ABORTED, untilAborted } from './rollout/until-aborted.ts';

export interface MigrationJob {
  readonly cluster: string;
  readonly taskDefinitionArn: string;
  /** The container that gets the command, and whose exit code decides. */
  readonly container: string;
  readonly command: readonly string[];
  /** ServiceFacts.placement. */
  readonly placement: JsonObject;
  /**
   * At most 64 characters from ! to ~, the same for every try of this job and another for any other, a second attempt of the same
   * workflow run included: under a token that was used before, ECS gives back the task of that time with its old exit code.
   */
  readonly token: string;
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly cancelled: AbortSignal;
}

export interface MigrationPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly oneOffTasks: OneOffTasks;
}

/** So many calls in a row that could not look end the looking. */
const BLIND_LOOKS = 10;
/** A lost answer is asked for again: the token keeps it from running twice. */
const STARTS = 4;
/** ECS shows a new task late, but not later. */
const UNSEEN_MS = 60_000;
/** SIGKILL comes at most two minutes after SIGTERM on Fargate (stopTimeout), and the task's end a little later. */
const STOP_WITHIN_MS = 180_000;
/** CloudWatch shows the last lines a little after the container's end: it is over when nothing came twice. */
const LAST_LINES = { everyMs: 2_000, quietLooks: 2, looks: 8 };
const LINES_IN_REASON = 3;
const LONGEST_LINE = 200;
const UNMOVED = 'no traffic was moved';

/**
 * Runs it and waits for its end; the container's log goes to the job's log. `cancelled`: it was stopped, or not begun, because the
 * signal was aborted. Rejects with JobFailed when it failed, could not start or took too long; with CallError when it could
 * not be started or looked at.
 */
export function migrate(job: MigrationJob, ports: MigrationPorts): Promise<'migrated' | 'cancelled'> {
  const title = `Migrate in container ${job.container} of ${shortArn(job.taskDefinitionArn)}: ${job.command.join(' ')}`;
  const migrated = async (): Promise<'migrated' | 'cancelled'> => {
    if (job.cancelled.aborted) return 'cancelled';
    const startedAt = ports.clock.now();
    const taskArn = await start(job, ports);
    if (taskArn === undefined) return 'cancelled';
    ports.log.info(`task: ${taskArn}`);
    const outcome = await follow(job, ports, taskArn, startedAt + job.timeoutMs);
    if (outcome === 'migrated') {
      ports.log.info(
        `the migration has ended well after ${formatDuration(wholeSeconds(ports.clock.now() - startedAt))}`,
      );
    }
    return outcome;
  };
  return ports.log.group(title, migrated, { atMostMs: job.timeoutMs });
}

/** ARN of the task; undefined when the job was cancelled before there was one. */
async function start(job: MigrationJob, { clock, log, oneOffTasks }: MigrationPorts): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      const started = await oneOffTasks.run(job);
      if ('taskArn' in started) return started.taskArn;
      throw new JobFailed(`the migration could not start: ${explainRefusals(started.refusals)}; ${UNMOVED}`);
    } catch (error) {
      if (!(error instanceof CallError) || !error.isPassing || tries === STARTS) throw error;
      log.warning(error.message);
      await clock.sleep(job.pollMs, job.cancelled);
      if (!job.cancelled.aborted) continue;
      log.warning('whether the migration has begun is not known; a task that has is marked as started by greenlight');
      return undefined;
    }
  }
}

/** What the watching came to. */
type Watched =
  | { readonly task: OneOffTask; readonly end: NonNullable<ReturnType<typeof endOfMigration>> }
  | 'late'
  | 'cancelled';

async function follow(
  job: MigrationJob,
  ports: MigrationPorts,
  taskArn: string,
  deadline: number,
): Promise<'migrated' | 'cancelled'> {
  const { clock, log, oneOffTasks } = ports;
  const output = outputOf(job, ports, taskArn);
  const look = looker(job, ports, taskArn);
  const stop = async (reason: string): Promise<void> => {
    try {
      await oneOffTasks.stop(job.cluster, taskArn, reason);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      log.warning(`${error.message}; the migration goes on by itself`);
    }
  };
  const watch = async (until: number): Promise<Watched> => {
    for (;;) {
      const task = await untilAborted(look(), job.cancelled);
      if (task === ABORTED) return 'cancelled';
      await untilAborted(output.read(), job.cancelled);
      if (job.cancelled.aborted) return 'cancelled';
      const end = task === undefined ? undefined : endOfMigration(task, job.container);
      if (task !== undefined && end !== undefined) return { task, end };
      const left = until - clock.now();
      if (left <= 0) return 'late';
      await clock.sleep(Math.min(job.pollMs, left), job.cancelled);
    }
  };

  const watched = await watch(deadline);
  if (watched === 'cancelled') {
    await stop('the workflow was cancelled');
    log.info('cancelled: the migration was told to stop');
    return 'cancelled';
  }
  if (watched === 'late') {
    const problem = `the migration did not end within ${formatDuration(job.timeoutMs)} and was stopped`;
    log.warning(problem);
    await stop(problem);
    if ((await watch(clock.now() + STOP_WITHIN_MS)) === 'cancelled') return 'cancelled';
    await output.rest();
    throw new JobFailed(`${problem}${output.lastWords()}; ${UNMOVED}`);
  }
  await untilAborted(output.rest(), job.cancelled);
  // A container beside it that is not stopped by its end would go on for ever.
  if (watched.task.desiredStatus === 'RUNNING' && (await look())?.desiredStatus === 'RUNNING') {
    await stop('the migration is over');
  }
  if ('good' in watched.end) return 'migrated';
  throw new JobFailed(`the migration failed: ${watched.end.problem}${output.lastWords()}; ${UNMOVED}`);
}

/** Gives the function that looks at the task. Undefined: this look showed nothing; rejects when there is no use in looking again. */
function looker({ cluster, container }: MigrationJob, { clock, log, oneOffTasks }: MigrationPorts, taskArn: string) {
  let blind = 0;
  let seenAt = clock.now();
  let told = '';
  return async (): Promise<OneOffTask | undefined> => {
    let task: OneOffTask | undefined;
    try {
      task = await oneOffTasks.describe(cluster, taskArn);
    } catch (error) {
      blind += 1;
      if (error instanceof CallError && error.isPassing && blind < BLIND_LOOKS) return undefined;
      log.warning(`nobody looks at the migration any more: task ${taskArn} goes on by itself`);
      throw error;
    }
    blind = 0;
    if (task === undefined) {
      if (clock.now() - seenAt < UNSEEN_MS) return undefined;
      throw new JobFailed(`ECS does not show the migration's task ${taskArn}; ${UNMOVED}`);
    }
    seenAt = clock.now();
    const own = task.facts.containers.find(({ name }) => name === container)?.exitCode;
    const status =
      own === undefined ? task.lastStatus : `${task.lastStatus}, container ${container} exited with code ${own}`;
    if (status !== told) log.info(`status: ${status}`);
    told = status;
    return task;
  };
}

/** The container's log on its way into the job's log. It is an extra: that it cannot be read is said once and changes nothing. */
function outputOf(job: MigrationJob, { clock, log, oneOffTasks }: MigrationPorts, taskArn: string) {
  const of = { taskArn, taskDefinitionArn: job.taskDefinitionArn, container: job.container };
  let next: string | undefined;
  let silence: string | undefined;
  let last: readonly string[] = [];

  /** Whether something came. */
  const read = async (): Promise<boolean> => {
    if (silence !== undefined) return false;
    try {
      const answer = await oneOffTasks.log(of, next);
      if (answer === undefined) {
        silence = `the log of container ${job.container} is not shown: its log driver is not awslogs with a stream prefix`;
        log.info(silence);
        return false;
      }
      next = answer.next;
      for (const line of answer.lines) log.info(`| ${line}`);
      last = [...last, ...answer.lines.filter((line) => line.trim() !== '')].slice(-LINES_IN_REASON);
      return answer.lines.length > 0;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.isPassing) return false;
      silence = error.message;
      log.warning(`the log of container ${job.container} is not shown: ${silence}`);
      return false;
    }
  };

  return {
    read,
    /** What comes after the container's end. */
    async rest(): Promise<void> {
      let quiet = 0;
      for (
        let looks = 0;
        looks < LAST_LINES.looks && quiet < LAST_LINES.quietLooks && silence === undefined;
        looks += 1
      ) {
        await clock.sleep(Math.min(job.pollMs, LAST_LINES.everyMs), job.cancelled);
        if (job.cancelled.aborted) return;
        quiet = (await read()) ? 0 : quiet + 1;
      }
    },
    /** '; its last lines: "…", "…"', empty when there is none. */
    lastWords: (): string => (last.length === 0 ? '' : `; its last lines: ${last.map(quoted).join(', ')}`),
  };
}

function quoted(line: string): string {
  const text = line.trim();
  return `"${text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 1)}…` : text}"`;
}

function wholeSeconds(ms: number): number {
  return Math.round(ms / 1000) * 1000;
}
