/** One rollout from its first order to the last word about it. */
import { shortArn } from './core/arn.ts';
import type { Config } from './core/config.ts';
import { deathsOf, isOwnDoing, type TaskDeath } from './core/deaths.ts';
import { formatDuration } from './core/duration.ts';
import { CallError } from './core/errors.ts';
import type { Outcome } from './core/outcome.ts';
import { expectedMs, type Plan } from './core/plan.ts';
import type { Result } from './core/result.ts';
import { nativeEngine, type Started, startNative, takePauseAway } from './engines/native/engine.ts';
import type { Surroundings } from './look-around.ts';
import type { Engine, Ports } from './ports.ts';
import { type History, NO_HISTORY, remember, type Told } from './report/history.ts';
import { rolloutLog } from './report/rollout-log.ts';
import { type Candidate, gateEvaluator } from './rollout/gates.ts';
import { runRollout } from './rollout/loop.ts';

export interface RolloutJob {
  readonly plan: Plan;
  readonly config: Config;
  readonly around: Surroundings;
  readonly candidate: { readonly taskDefinitionArn: string; readonly image: string | undefined };
  readonly cancelled: AbortSignal;
  readonly progress: (done: Partial<Result>) => void;
  readonly keep: (history: History) => void;
}

/** Rejects with CallError or JobFailed only while the deployment has not begun. */
export async function rollOut(job: RolloutJob, ports: Ports): Promise<Outcome> {
  const { plan, config, around, candidate, progress } = job;
  const { clock, log } = ports;
  const { service } = around;
  const startedAt = clock.now();
  const from = shortArn(around.servingArn);
  log.info(
    `rollout: ${service.serviceName} from ${from} to ${shortArn(candidate.taskDefinitionArn)}; ${planSentence(plan)}`,
  );

  const started = await startNative(ports, service, candidate.taskDefinitionArn, plan, around.known, config.pollMs);
  progress({ deploymentArn: started.deploymentArn, traffic: 0 });
  log.info(`deployment: ${started.deploymentArn}`);

  const tell = teller(job, ports, startedAt);
  // By ECS's clock, as the deaths are: tasks of an earlier try with the same revision are not this candidate's.
  const deaths = deathsTold(
    ports,
    service,
    { taskDefinitionArn: candidate.taskDefinitionArn, since: started.createdAt },
    tell,
  );
  const engine = nativeEngine(ports, service, started.deploymentArn);
  const outcome = await orBackToStable(engine, () =>
    runRollout(plan, {
      engine,
      evaluate: gateEvaluator(ports, candidateOf(job, started, ports)),
      deaths,
      clock,
      random: Math.random,
      cancelled: job.cancelled,
      tell,
      pollMs: config.pollMs,
    }),
  );
  // What died last is often what ended it.
  if (outcome.status !== 'succeeded') await orWarning('look for dead tasks', ports, deaths);
  await tidy(outcome, job, ports);
  return outcome;
}

function teller(job: RolloutJob, { log }: Ports, startedAt: number): (event: Told) => void {
  const print = rolloutLog(log, startedAt);
  let history = NO_HISTORY;
  return (event) => {
    history = remember(history, event);
    job.keep(history);
    print(event);
    if (event.kind === 'look') job.progress({ traffic: event.look.share });
  };
}

function candidateOf({ config, around, candidate }: RolloutJob, started: Started, ports: Ports): Candidate {
  let targetGroupArns: readonly string[] | undefined;
  return {
    async targetGroupArns() {
      targetGroupArns ??= (await ports.deployments.revision(started.revisionArn))?.targetGroupArns ?? [];
      return targetGroupArns;
    },
    desiredCount: around.service.desiredCount,
    url: around.candidateUrl,
    environment: {
      CLUSTER: config.cluster,
      SERVICE: config.service,
      TASK_DEFINITION_ARN: candidate.taskDefinitionArn,
      DEPLOYMENT_ID: started.deploymentArn,
      ...(candidate.image === undefined ? {} : { IMAGE: candidate.image }),
    },
  };
}

const LOGS_OF_DEATHS = 3;
const LOG_LINES = 10;

/** Gives the function that looks for the candidate's dead tasks. Each is told once, the first few with the end of their log. */
function deathsTold(
  ports: Ports,
  service: Surroundings['service'],
  candidate: Parameters<typeof deathsOf>[1],
  tell: (event: Told) => void,
): () => Promise<readonly TaskDeath[]> {
  const told = new Set<string>();
  return async () => {
    const all = deathsOf(await ports.tasks.deaths(service.clusterArn, service.serviceName), candidate);
    // Tasks that a rollback or a scaling stopped did not die: nobody has to look for a cause.
    for (const death of all.filter(isOwnDoing)) {
      if (told.has(death.taskArn)) continue;
      told.add(death.taskArn);
      const logTail =
        told.size > LOGS_OF_DEATHS
          ? []
          : await orWarning('read the log of a dead task', ports, () => ports.tasks.logTail(death, LOG_LINES));
      tell({ kind: 'death', at: ports.clock.now(), death, logTail: logTail ?? [] });
    }
    return all;
  };
}

/**
 * ECS's service keeps its settings from deployment to deployment: without this, the next deployment by anybody would wait for an answer
 * that nobody gives. Not after a newer deployment took over (it may be another run's, whose pause this would take away) and not while
 * this one still runs.
 */
async function tidy(outcome: Outcome, { around, plan }: RolloutJob, ports: Ports): Promise<void> {
  const isOver = !['superseded', 'could-not-look'].includes(outcome.status);
  if (!isOver || (outcome.status === 'cancelled' && plan.onCancel === 'leave')) return;
  await orWarning('take the pause away from the service again', ports, () =>
    takePauseAway(ports, around.service, plan),
  );
}

/** A bug of ours must not leave the candidate waiting at a pause for its timeout: back first, then fall over. */
async function orBackToStable(engine: Engine, run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    await engine.turnBack(undefined).catch(() => undefined);
    throw error;
  }
}

/** For what is good to have: when AWS refuses it, the job goes on with a warning. */
async function orWarning<T>(what: string, { log }: Ports, attempt: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    log.warning(`could not ${what}: ${error.message}`);
    return undefined;
  }
}

function planSentence(plan: Plan): string {
  const steps = plan.steps
    .filter(({ share }) => share > 0)
    .map(({ share, holdMs }) => `${share} % held ${formatDuration(holdMs)}`);
  return `${steps.join(', ')}, bake ${formatDuration(plan.bakeMs)}, at least ${formatDuration(expectedMs(plan))} in all`;
}
