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

/**
 * Runs it and waits for its end; the container's log goes to the job's log. `cancelled`: it was stopped, or not begun, because the
 * signal was aborted. Rejects with JobFailed when it failed, could not start or took too long; with CallError when it could
 * not be started or looked at.
 */
export function migrate(job: MigrationJob, ports: MigrationPorts): Promise<'migrated' | 'cancelled'> {
  const title = `Migrate: ${job.command.join(' ')} (container ${job.container} of ${shortArn(job.taskDefinitionArn)})`;
  return ports.log.group(title, async () => {
    if (job.cancelled.aborted) return 'cancelled';
    const startedAt = ports.clock.now();
    const taskArn = await start(job, ports);
    if (taskArn === undefined) return 'cancelled';
    ports.log.info(`task: ${taskArn}`);
    const outcome = await follow(job, ports, taskArn, startedAt + job.timeoutMs);
    if (outcome === 'migrated') {
      ports.log.info(`the migration has ended well after ${formatDuration(ports.clock.now() - startedAt)}`);
    }
    return outcome;
  });
}

/** ARN of the task; undefined when the job was cancelled before there was one. */
async function start(job: MigrationJob, { clock, log, oneOffTasks }: MigrationPorts): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      const started = await oneOffTasks.run(job);
      if ('taskArn' in started) return started.taskArn;
      throw new JobFailed(`the migration could not start: ${explainRefusals(started.refusals)}; no traffic was moved`);
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

async function follow(
  job: MigrationJob,
  ports: MigrationPorts,
  taskArn: string,
  deadline: number,
): Promise<'migrated' | 'cancelled'> {
  const { clock, log, oneOffTasks } = ports;
  const output = outputOf(job, ports, taskArn);
  const look = looker(job, ports, taskArn);
  const stop = (reason: string) => orWarning(log, () => oneOffTasks.stop(job.cluster, taskArn, reason));
  let isLate = false;
  let giveUpAt = deadline;

  for (;;) {
    const task = await untilAborted(look(), job.cancelled);
    if (task !== ABORTED) await untilAborted(output.read(), job.cancelled);
    const end = task === ABORTED || task === undefined ? undefined : endOfMigration(task, job.container);
    if (task !== ABORTED && task !== undefined && end !== undefined && !isLate) {
      await untilAborted(output.rest(), job.cancelled);
      // Another container of it may go on for ever.
      if (task.desiredStatus === 'RUNNING' && (await look())?.desiredStatus === 'RUNNING') {
        await stop('the migration is over');
      }
      if ('good' in end) return 'migrated';
      throw new JobFailed(`the migration failed: ${end.problem}${output.lastWords()}; no traffic was moved`);
    }
    if (job.cancelled.aborted) {
      await stop('the workflow was cancelled');
      log.warning('cancelled: the migration was told to stop');
      return 'cancelled';
    }
    if (clock.now() >= giveUpAt || (isLate && end !== undefined)) {
      if (isLate) {
        await output.rest();
        const limit = formatDuration(job.timeoutMs);
        throw new JobFailed(
          `the migration did not end within ${limit} and was stopped${output.lastWords()}; no traffic was moved`,
        );
      }
      log.warning(`the migration has not ended within ${formatDuration(job.timeoutMs)}: it is stopped`);
      await stop(`not ended within ${formatDuration(job.timeoutMs)}`);
      isLate = true;
      giveUpAt = clock.now() + STOP_WITHIN_MS;
    }
    await clock.sleep(Math.max(0, Math.min(job.pollMs, giveUpAt - clock.now())), job.cancelled);
  }
}
