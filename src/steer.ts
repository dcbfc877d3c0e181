/** The hands on a rollout that another job began: promote, turn back. Safe to repeat; each says what it found. */
import { conduct, turnBackToTheEnd, type Watch } from './conduct.ts';
import { shortArn } from './core/arn.ts';
import type { RolloutConfig } from './core/config.ts';
import { type Fault, FaultsFound } from './core/errors.ts';
import type { GitHubContext } from './core/github.ts';
import { commitOfBy } from './core/github-commit.ts';
import { memoOf } from './core/memo.ts';
import type { Outcome } from './core/outcome.ts';
import { ladder, type Plan } from './core/plan.ts';
import { planOf } from './core/plan-of.ts';
import { countFaults } from './core/preflight-metrics.ts';
import { promotionPlan } from './core/promotion.ts';
import { isOlder } from './core/same-definition.ts';
import type { ServiceFacts } from './core/service.ts';
import { describeUnderway } from './core/underway.ts';
import { type FoundService, findService } from './find-service.ts';
import { tidyUpBeside } from './leftovers.ts';
import type { Engine, Ports, Underway } from './ports.ts';

export interface SteerJob extends Watch {
  readonly github?: GitHubContext | undefined;
  readonly by: string;
  readonly token: string;
}

/** Goes on with the rollout that is under way: to the next step where a person is asked, to `to` percent, or to the end. */
export async function promote(
  config: RolloutConfig,
  to: number | undefined,
  job: SteerJob,
  ports: Ports,
): Promise<Outcome> {
  const { service, engine, underway } = await findService(config, ports);
  if (underway === undefined) return whatIsFinished(engine, service, ports);
  const { log, clock } = ports;
  log.info(`promote: ${describeUnderway(underway, clock.now())}`);
  foundAsPressed(underway, job);
  job.progress({ taskDefinitionArn: underway.taskDefinitionArn, traffic: underway.look.share });
  const fault = to === undefined ? undefined : wrongTarget(to, config, underway);
  if (fault !== undefined) throw new FaultsFound([fault]);
  if (to === underway.look.share && to < 100 && underway.look.movement !== 'turning-back') {
    const reason = `the candidate has ${to} % of the traffic already, and a person decides`;
    return { status: 'awaiting-promotion', reason };
  }
  const plan = promotionPlan(config, underway, to, engine.ownGates);
  const rollout = underway.rollout(plan);
  const countless = countFaults(config.gates, rollout.candidate.mixed, service);
  if (countless.length > 0) throw new FaultsFound(countless);
  return conduct(
    { engine, service, rollout, plan, candidateUrl: underway.candidateUrl, sticky: isSticky(config), image: undefined },
    job,
    ports,
  );
}

/** Only a step of the rollout's ladder is a share at which every engine can stop. */
function wrongTarget(to: number, config: RolloutConfig, { memo, look }: Underway): Fault | undefined {
  if (to < look.share) {
    return {
      subject: 'to',
      problem: `${to} is less than the ${look.share} % that the candidate has already`,
      fix: 'write a greater share, or turn back with command: rollback',
    };
  }
  const shares = memo?.shares ?? config.steps ?? [100];
  if (to === look.share || shares.includes(to)) return undefined;
  const left = shares.filter((share) => share > look.share);
  return {
    subject: 'to',
    problem: `${to} is no step of the rollout, whose steps are ${shares.join(', ')}`,
    fix: `write ${left.length === 0 ? '100' : left.join(' or ')}, or leave it out for the next step`,
  };
}

/** Promoting what is finished says so. Green only where the candidate really serves. */
async function whatIsFinished(engine: Engine, service: ServiceFacts, ports: Ports): Promise<Outcome> {
  const [last, serving] = await Promise.all([engine.last(service), engine.serving(service)]);
  await tidyUpBeside(engine, service, ports);
  const nothing = `no rollout of ${service.serviceName} is under way, and ${shortArn(serving)} serves`;
  if (last === undefined || last.end.kind === 'succeeded') return { status: 'unchanged', reason: nothing };
  const status = last.end.kind === 'rollback-failed' ? 'failed' : last.end.kind;
  return {
    status,
    reason: `${nothing}: the last rollout is ${last.end.kind} (${last.end.reason}), so there is nothing to promote`,
  };
}

/** Turns the rollout under way back; when there is none, deploys what served before. */
export async function rollback(config: RolloutConfig, job: SteerJob, ports: Ports): Promise<Outcome> {
  const { service, engine, underway } = await findService(config, ports);
  if (underway !== undefined) {
    ports.log.info(`roll back: ${describeUnderway(underway, ports.clock.now())}`);
    foundAsPressed(underway, job);
    job.progress({ taskDefinitionArn: underway.taskDefinitionArn });
    const plan = planOf(config, [100], {});
    const reason = 'a person asked for it (command: rollback)';
    const ended = await turnBackToTheEnd({ engine, service, underway, plan, reason }, job, ports);
    if (ended.status !== 'succeeded') return ended;
    // It was over before the order came: then it is turned back as one that is finished.
    ports.log.info(`roll back: ${ended.reason}`);
    const now = await findService(config, ports);
    if (now.underway !== undefined)
      return { status: 'failed', reason: `${ended.reason}, and another one is under way` };
    return backToThePrevious(config, now, job, ports);
  }
  if (job.github?.event.kind === 'requested-action') {
    const reason = `no rollout of ${service.serviceName} is under way any more: a button turns back only the rollout of its check`;
    return { status: 'unchanged', reason };
  }
  return backToThePrevious(config, { service, engine }, job, ports);
}

/** The check of an older commit may still have its buttons: they must not move the rollout of a newer one. */
function foundAsPressed({ memo }: Underway, { github, found }: SteerJob): void {
  const commit = commitOfBy(memo?.by);
  if (github?.event.kind === 'requested-action' && commit !== undefined && commit !== github.sha) {
    const problem = `the button is on the check of ${github.sha}, and the rollout under way brings ${commit}`;
    throw new FaultsFound([{ subject: 'command', problem, fix: 'press the button on the check of that commit' }]);
  }
  found?.(memo?.by);
}

/** What is finished cannot be turned back: what served before is rolled out again, all at once and through the same gates, but those that compare. */
async function backToThePrevious(
  config: RolloutConfig,
  { service, engine }: Omit<FoundService, 'underway'>,
  job: SteerJob,
  ports: Ports,
): Promise<Outcome> {
  const { log, clock } = ports;
  const [serving, previous, last] = await Promise.all([
    engine.serving(service),
    engine.previous(service),
    engine.last(service),
  ]);
  const now = `no rollout of ${service.serviceName} is under way, and ${shortArn(serving)} serves`;
  if (previous === serving) return { status: 'unchanged', reason: `${now}, which is what served before as well` };
  // Done twice, a rollback must neither bring the bad version again nor go back one more.
  const newer = previous !== undefined && isOlder(serving, previous) ? previous : undefined;
  // What was turned back on its way to an older one was itself a way back: it has not come about.
  const isBack =
    last?.end.kind === 'rolled-back' &&
    !(last.taskDefinitionArn !== undefined && isOlder(last.taskDefinitionArn, serving));
  if (newer !== undefined || isBack) {
    await tidyUpBeside(engine, service, ports);
    const why =
      newer === undefined
        ? ': the last rollout has been rolled back already'
        : `, which is older than ${shortArn(newer)} that served before: it has been rolled back already`;
    return { status: 'unchanged', reason: `${now}${why}` };
  }
  if (previous === undefined) return { status: 'failed', reason: `${now}: nothing tells what served before` };
  const wanted: RolloutConfig = {
    ...config,
    // What served before is not to be measured by what it takes the place of, and all traffic goes back at once.
    gates: config.gates.filter(({ kind }) => kind !== 'metrics'),
    // ECS keeps the strategy of a deployment for the next one: the service's own stays.
    strategy: engine.name === 'native' ? undefined : 'blue-green',
    steps: undefined,
    holdMs: config.holdMs ?? 0,
    // What is left behind is not worth keeping.
    bakeMs: config.bakeMs ?? 0,
    approval: 'none',
    // ECS's own ladder may have more holds than there is time; none of them is held.
    timeoutMs: Number.POSITIVE_INFINITY,
  };
  const definition = await ports.taskDefinitions.describe(previous);
  const survey = await engine.survey(service, { config: wanted, taskDefinition: definition?.definition ?? {} });
  if (survey.faults.length > 0) throw new FaultsFound(survey.faults);
  log.info(`roll back: ${now}; ${shortArn(previous)} served before and is rolled out again by ${survey.manner}`);
  job.progress({ taskDefinitionArn: previous, previousTaskDefinitionArn: serving, traffic: 0 });
  const { candidateUrl } = survey;
  // Whatever steps ECS makes of it are passed at once.
  const plan: Plan = { ...survey.plan, steps: ladder([100], wanted.holdMs ?? 0), timeoutMs: config.timeoutMs };
  const memo = memoOf(plan, 'none', job.by, clock.now());
  const rollout = await survey.begin({ taskDefinitionArn: previous, memo, token: job.token });
  const ended = await conduct(
    { engine, service, rollout, plan, candidateUrl, sticky: false, image: undefined },
    job,
    ports,
  );
  if (ended.status === 'succeeded')
    return { status: 'rolled-back', reason: `${shortArn(previous)} serves all traffic again` };
  // Turned back on its way back, it serves what it was to be rid of: what was asked for has not come about.
  const status = ended.status === 'rolled-back' ? 'failed' : ended.status;
  return { ...ended, status, reason: `the way back to ${shortArn(previous)}: ${ended.reason}` };
}

function isSticky(config: RolloutConfig): boolean {
  return config.taskset.stickinessMs !== undefined;
}
