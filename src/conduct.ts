/** One rollout from the moment it is there to the last word about it, whoever began it. */
import { deathsOf, isOwnDoing, type TaskDeath } from './core/deaths.ts';
import { CallError } from './core/errors.ts';
import type { Outcome } from './core/outcome.ts';
import type { Plan } from './core/plan.ts';
import type { Result } from './core/result.ts';
import { beginTurningBack, type State } from './core/rollout.ts';
import type { ServiceFacts } from './core/service.ts';
import { howToGoOn, unattended } from './core/unattended.ts';
import type { Engine, Ports, Rollout, Underway } from './ports.ts';
import { evidenceText } from './report/evidence.ts';
import { beginHistory, type History, remember, shareChanges, type Told } from './report/history.ts';
import { rolloutLog } from './report/rollout-log.ts';
import { type Candidate, gateEvaluator } from './rollout/gates.ts';
import { runRollout } from './rollout/loop.ts';

/** What every job has that looks after rollouts. */
export interface Watch {
  /** As the user named it. */
  readonly cluster: string;
  readonly pollMs: number;
  readonly cancelled: AbortSignal;
  readonly progress: (done: Partial<Result>) => void;
  readonly keep: (history: History) => void;
  /** Told of a rollout of another run that this one has found; `by`: who began it, as its note says. */
  readonly found?: (by: string | undefined) => void;
}

export interface Conducted {
  readonly engine: Engine;
  readonly service: ServiceFacts;
  readonly rollout: Rollout;
  readonly plan: Plan;
  readonly candidateUrl: string | undefined;
  /** The users' sticky sessions hide the share from whoever counts requests. */
  readonly sticky: boolean;
  readonly image: string | undefined;
  /** Where to begin; undefined: at the beginning. */
  readonly from?: State;
  /** The job only looks in: how long a person may take stays as it is. */
  readonly isVisit?: true;
}

/** Never rejects but on a bug. */
export async function conduct(conducted: Conducted, watch: Watch, ports: Ports): Promise<Outcome> {
  const { rollout, plan, service, from } = conducted;
  const { clock, runner } = ports;
  watch.progress({ deploymentArn: rollout.id });
  // A job may look after two, one after the other: that the first has ended says nothing of the second.
  await runner.save('ended', '');
  await runner.save(
    'rollout',
    JSON.stringify({ cluster: watch.cluster, service: service.serviceName, id: rollout.id }),
  );

  const eyes = eyesOf(watch, service, plan, ports);
  const deaths = deathsTold(ports, service, rollout, eyes.tell);
  const outcome = await orBackToStable(rollout, () =>
    runRollout(
      plan,
      {
        rollout,
        evaluate: gateEvaluator(ports, candidateOf(conducted, watch, eyes)),
        deaths,
        clock,
        random: Math.random,
        cancelled: watch.cancelled,
        tell: eyes.tell,
        pollMs: watch.pollMs,
      },
      from,
    ),
  );
  // What died last is often what ended it.
  if (!['succeeded', 'awaiting-promotion'].includes(outcome.status))
    await orWarning('look for dead tasks', ports, deaths);
  const last = await leave(outcome, conducted, ports, eyes);
  await keepEvidence(eyes.history(), conducted, watch, ports);
  await runner.save('ended', outcome.status);
  return last;
}

/** The rollout goes back, and this job follows it to its end. */
export function turnBackToTheEnd(
  found: {
    readonly engine: Engine;
    readonly service: ServiceFacts;
    readonly underway: Underway;
    readonly plan: Plan;
    readonly reason: string;
  },
  watch: Watch,
  ports: Ports,
): Promise<Outcome> {
  const { engine, service, underway, plan, reason } = found;
  const from = beginTurningBack(ports.clock.now(), { status: 'rolled-back', reason });
  const rollout = underway.rollout(plan);
  return conduct(
    { engine, service, rollout, plan, from, candidateUrl: underway.candidateUrl, sticky: false, image: undefined },
    watch,
    ports,
  );
}

// ------------------------------------------------------------------ what is seen

interface Eyes {
  readonly tell: (event: Told) => void;
  readonly lastLook: () => ReturnType<typeof lastLookOf>;
  readonly history: () => History;
  /** The ways for a person to go on, once. */
  readonly tellWaysOn: () => void;
}

const lastLookOf = (history: History) => history.changes.at(-1)?.look;

function eyesOf(watch: Watch, { serviceName }: ServiceFacts, plan: Plan, { log, clock }: Ports): Eyes {
  const place = { cluster: watch.cluster, service: serviceName };
  const begunAt = clock.now();
  const print = rolloutLog(log, begunAt, plan);
  let history = beginHistory(begunAt, plan);
  let areWaysTold = false;
  const tellWaysOn = (): void => {
    if (!areWaysTold) for (const words of howToGoOn(place)) log.info(words);
    areWaysTold = true;
  };
  return {
    tell(event) {
      history = remember(history, event);
      watch.keep(history);
      print(event);
      if (event.kind === 'asked') tellWaysOn();
      if (event.kind === 'look') watch.progress({ traffic: event.look.share });
    },
    lastLook: () => lastLookOf(history),
    history: () => history,
    tellWaysOn,
  };
}

function candidateOf(conducted: Conducted, watch: Watch, eyes: Eyes): Candidate {
  const { rollout, service, image, candidateUrl, sticky } = conducted;
  const { candidate } = rollout;
  return {
    targetGroupArns: once(candidate.targetGroupArns),
    stableTargetGroupArns: once(candidate.stableTargetGroupArns),
    taskDefinitionArn: candidate.taskDefinitionArn,
    stableTaskDefinitionArn: once(candidate.stableTaskDefinitionArn),
    since: candidate.since,
    changes: () => shareChanges(eyes.history()),
    mixed: candidate.mixed,
    sticky,
    // A candidate that grows with its share is asked for no more tasks than it is meant to have now.
    wantedTasks: () => eyes.lastLook()?.candidate.requested ?? service.desiredCount,
    url: candidateUrl,
    environment: {
      CLUSTER: watch.cluster,
      SERVICE: service.serviceName,
      TASK_DEFINITION_ARN: candidate.taskDefinitionArn,
      DEPLOYMENT_ID: rollout.id,
      ...(image === undefined ? {} : { IMAGE: image }),
    },
  };
}

/** The answer that was had is kept; a failed try is not, nor one that told nothing yet. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: T | undefined;
  return async () => {
    const answer = known ?? (await ask());
    known = answer;
    return answer;
  };
}

const LOGS_OF_DEATHS = 3;
const LOG_LINES = 10;

/** Gives the function that looks for the candidate's dead tasks. Each is told once, the first few with the end of their log. */
function deathsTold(
  ports: Ports,
  service: ServiceFacts,
  { candidate }: Rollout,
  tell: (event: Told) => void,
): () => Promise<readonly TaskDeath[]> {
  const told = new Set<string>();
  return async () => {
    // By AWS's clock, as the deaths are: tasks of an earlier try with the same revision are not this candidate's.
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

/** For who wants to know later, or to compute it again: a step that comes after this one can keep the file. */
async function keepEvidence(
  history: History,
  { rollout, service }: Conducted,
  watch: Watch,
  { runner, log }: Ports,
): Promise<void> {
  const { serviceName } = service;
  const text = evidenceText(history, { service: serviceName, cluster: watch.cluster, deployment: rollout.id });
  if (text === undefined) return;
  const evidence = await runner.file(`greenlight-evidence-${serviceName}.json`, text);
  if (evidence === undefined) log.warning('could not write down what the gate metrics went by');
  else log.info(`evidence: ${evidence}`);
  watch.progress({ evidence });
}

// ------------------------------------------------------------------ how it is left

/** What the service is left with depends on how it ended: nothing of ours when it is over, everything when a person decides. */
async function leave(
  outcome: Outcome,
  { rollout, engine, plan, isVisit }: Conducted,
  ports: Ports,
  { lastLook, tellWaysOn }: Eyes,
): Promise<Outcome> {
  const { clock } = ports;
  const isLeft = outcome.status === 'cancelled' && plan.onCancel === 'leave';
  if (isVisit && (outcome.status === 'awaiting-promotion' || isLeft)) return outcome;
  if (outcome.status === 'awaiting-promotion' || isLeft) {
    const until = outcome.until ?? clock.now() + plan.promoteWithinMs;
    await orWarning('write down until when a person may decide', ports, () => rollout.keepUntil(until));
    tellWaysOn();
    const words = isLeft ? `; ${unattended(engine.name, lastLook())}` : ` until ${new Date(until).toISOString()}`;
    return { ...outcome, reason: `${outcome.reason}${words}` };
  }
  if (outcome.status === 'could-not-look') {
    tellWaysOn();
    return { ...outcome, reason: `${outcome.reason}; ${unattended(engine.name, lastLook())}` };
  }
  // A newer rollout may be another run's: what is on the service now is its own.
  if (outcome.status !== 'superseded') {
    await orWarning('take away what the rollout needed on the service', ports, () => rollout.tidy());
  }
  return outcome;
}

/** A bug of ours must not leave the candidate where it stands: back first, then fall over. */
async function orBackToStable(rollout: Rollout, run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    await rollout.turnBack(undefined).catch(() => undefined);
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
