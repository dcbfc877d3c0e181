/** From a configuration to a healthy service: look around, build, register, migrate, roll out. Each stage changes more than the one before. */
import { type BuildPlan, executeBuild } from './build.ts';
import { conduct, turnBackToTheEnd, type Watch } from './conduct.ts';
import { shortArn } from './core/arn.ts';
import type { Config } from './core/config.ts';
import { elapsed, formatDuration } from './core/duration.ts';
import { FaultsFound } from './core/errors.ts';
import type { JsonObject } from './core/json.ts';
import { memoOf } from './core/memo.ts';
import type { Outcome } from './core/outcome.ts';
import { expectedMs, type Plan } from './core/plan.ts';
import { sameDefinition } from './core/same-definition.ts';
import { containerOf, renderTaskDefinition } from './core/task-definition.ts';
import { describeUnderway, whereIs } from './core/underway.ts';
import { describeService } from './find-service.ts';
import { tidyUpBeside } from './leftovers.ts';
import { type Here, lookAround, type Surroundings } from './look-around.ts';
import { migrate } from './migrate.ts';
import type { Ports } from './ports.ts';
import { quietSince } from './report/quiet.ts';
import { ABORTED, untilAborted } from './rollout/until-aborted.ts';

export interface DeployJob extends Here, Watch {
  /** Who deploys, for whoever finds the rollout: "example/shop/actions/runs/123 by octocat". */
  readonly by: string;
  /** 32 characters that no other job has. */
  readonly token: string;
}

/** Deploys. Rejects with FaultsFound (nothing was changed), JobFailed or CallError; how a rollout ended is the outcome. */
export async function deploy(config: Config, job: DeployJob, ports: Ports): Promise<Outcome> {
  const around = await lookAroundInTurn(config, job, ports);
  if ('status' in around) return around;
  job.progress({ previousTaskDefinitionArn: around.servingArn });

  // A build that nobody waits for any more goes on until the runner ends the process: the report must not wait for it.
  const image = await untilAborted(bringImage(around, ports, job), job.cancelled);
  if (image === ABORTED) return BEFORE_THE_SERVICE;

  const taskDefinitionArn = await registerTaskDefinition(config, around, image, ports);
  job.progress({ taskDefinitionArn });
  if (isUnchanged(taskDefinitionArn, around)) {
    job.progress({ traffic: 100 });
    await tidyUpBeside(around.engine, around.service, ports);
    return {
      status: 'unchanged',
      reason: `${shortArn(taskDefinitionArn)} serves already, and nothing in it would change`,
    };
  }
  if (job.cancelled.aborted) return BEFORE_THE_SERVICE;

  const place = await inItsPlace(around, config, job, ports);
  if ('status' in place) return place;
  if ((await migrateFirst(config, around, taskDefinitionArn, job, ports)) === 'cancelled') return BEFORE_THE_SERVICE;
  return begin(config, { ...around, ...place }, { taskDefinitionArn, image }, job, ports);
}

const BEFORE_THE_SERVICE: Outcome = {
  status: 'cancelled',
  reason: 'the workflow was cancelled before the service was touched',
};

function isUnchanged(taskDefinitionArn: string, { servingArn, namedArn, underway }: Surroundings): boolean {
  return underway === undefined && taskDefinitionArn === servingArn && taskDefinitionArn === namedArn;
}

async function migrateFirst(
  config: Config,
  { base, service }: Surroundings,
  taskDefinitionArn: string,
  job: DeployJob,
  ports: Ports,
): Promise<'migrated' | 'cancelled' | undefined> {
  if (config.migrate === undefined) return undefined;
  const container = containerOf(base, config.container);
  if ('faults' in container) throw new FaultsFound(container.faults);
  const { placement = {} } = service;
  const { timeoutMs, migrate: command } = config;
  return migrate({ ...job, taskDefinitionArn, container: container.name, command, placement, timeoutMs }, ports);
}

// ------------------------------------------------------------------ one rollout at a time

/** Looks around; with `if-running: wait`, again when the rollout that is under way has ended. */
async function lookAroundInTurn(config: Config, job: DeployJob, ports: Ports): Promise<Surroundings | Outcome> {
  const { clock, log } = ports;
  const deadline = clock.now() + config.timeoutMs;
  for (;;) {
    const around = await log.group('Look around', () => lookAround(config, job, ports));
    const { underway } = around;
    if (underway === undefined || config.ifRunning !== 'wait') return around;
    log.info(`waiting: ${describeUnderway(underway, clock.now())}`);
    const since = clock.now();
    const quiet = quietSince(since);
    const rollout = underway.rollout(around.survey.plan);
    for (let look = underway.look; look.end === undefined; look = await rollout.look()) {
      if (job.cancelled.aborted) return BEFORE_THE_SERVICE;
      if (clock.now() >= deadline) {
        const reason = `${describeUnderway(underway, clock.now())}: it has not ended within ${formatDuration(config.timeoutMs)}, and nothing was changed`;
        return { status: 'timed-out', reason };
      }
      if (quiet.isOver(clock.now()))
        log.info(`waiting: ${elapsed(clock.now() - since)} of at most ${elapsed(deadline - since)}, ${whereIs(look)}`);
      await clock.sleep(config.pollMs, job.cancelled);
    }
  }
}

/** ECS replaces a deployment of its own by a newer one. Elsewhere the one before goes back first, and the survey is made anew. */
async function inItsPlace(
  around: Surroundings,
  config: Config,
  job: DeployJob,
  ports: Ports,
): Promise<Pick<Surroundings, 'service' | 'survey' | 'servingArn'> | Outcome> {
  const { underway, engine } = around;
  if (underway === undefined || engine.name === 'native') return around;
  ports.log.info(`superseding: ${describeUnderway(underway, ports.clock.now())}`);
  const reason = 'another deployment takes its place (if-running: supersede)';
  const { plan } = around.survey;
  const ended = await turnBackToTheEnd({ engine, service: around.service, underway, plan, reason }, job, ports);
  // That it had succeeded before the order came says nothing of this job's own candidate: it is next all the same.
  if (ended.status !== 'rolled-back' && ended.status !== 'succeeded') return ended;
  ports.log.info(`superseding: ${ended.reason}`);
  const service = await describeService(config, ports);
  const rendered = renderTaskDefinition(around.base, { ...config, image: undefined });
  const survey = await engine.survey(service, {
    config,
    taskDefinition: 'faults' in rendered ? around.base : rendered.definition,
  });
  if (survey.faults.length > 0) throw new FaultsFound(survey.faults);
  return { service, survey, servingArn: await engine.serving(service) };
}

async function begin(
  config: Config,
  { service, engine, survey, servingArn }: Surroundings,
  candidate: { readonly taskDefinitionArn: string; readonly image: string | undefined },
  job: DeployJob,
  ports: Ports,
): Promise<Outcome> {
  const { log, clock } = ports;
  const { plan, manner, candidateUrl } = survey;
  const { taskDefinitionArn, image } = candidate;
  log.info(
    `rollout: ${service.serviceName} from ${shortArn(servingArn)} to ${shortArn(taskDefinitionArn)} by ${manner}; ${planSentence(plan)}`,
  );
  const memo = memoOf(plan, config.approval, job.by, clock.now());
  const rollout = await survey.begin({ taskDefinitionArn, memo, token: job.token });
  job.progress({ traffic: 0 });
  log.info(`deployment: ${rollout.id}`);
  const sticky = config.taskset.stickinessMs !== undefined;
  return conduct({ engine, service, rollout, plan, candidateUrl, sticky, image }, job, ports);
}

// ------------------------------------------------------------------ image and task definition

/** The image to put into the container; undefined: the task definition's own stay. */
async function bringImage(
  around: Surroundings,
  ports: Ports,
  { progress, cancelled }: Watch,
): Promise<string | undefined> {
  if (around.image.kind === 'as-is') return undefined;
  const image = around.image.kind === 'build' ? await build(around.image.plan, ports, cancelled) : around.image;
  progress({ image: image.reference, imageDigest: image.digest });
  return image.reference;
}

async function build(
  plan: BuildPlan,
  ports: Ports,
  cancelled: AbortSignal,
): Promise<{ readonly reference: string; readonly digest: string }> {
  const title =
    plan.reusable === undefined ? `Build and push ${plan.repository.uri}` : `Take ${plan.repository.uri} as it is`;
  return ports.log.group(title, () => executeBuild(plan, ports, ports.log), { leftWhen: cancelled });
}

/** The revision to deploy: one that says the same already, else a new one. */
async function registerTaskDefinition(
  config: Config,
  around: Surroundings,
  image: string | undefined,
  ports: Ports,
): Promise<string> {
  const { log, taskDefinitions } = ports;
  const rendered = renderTaskDefinition(around.base, { ...config, image });
  if ('faults' in rendered) throw new FaultsFound(rendered.faults);

  const same = await revisionThatSaysTheSame(rendered.definition, around, ports);
  if (same !== undefined) {
    log.info(`task definition: ${shortArn(same)} says the same already`);
    return same;
  }
  const arn = await taskDefinitions.register(rendered.definition);
  log.info(`task definition: registered ${shortArn(arn)}`);
  return arn;
}

async function revisionThatSaysTheSame(
  definition: JsonObject,
  around: Surroundings,
  { taskDefinitions }: Ports,
): Promise<string | undefined> {
  if (sameDefinition(definition, around.named)) return around.namedArn;
  const family = definition['family'];
  if (typeof family !== 'string') return undefined;
  const newest = (await taskDefinitions.describe(family))?.definition;
  if (newest === undefined || !sameDefinition(definition, newest)) return undefined;
  const arn = newest['taskDefinitionArn'];
  return typeof arn === 'string' ? arn : undefined;
}

function planSentence(plan: Plan): string {
  const steps = plan.steps
    .filter(({ share }) => share > 0)
    .map(
      ({ share, holdMs, approval }) =>
        `${share} % held ${formatDuration(holdMs)}${approval ? ' until a person says go on' : ''}`,
    );
  return `${steps.join(', ')}, bake ${formatDuration(plan.bakeMs)}, at least ${formatDuration(expectedMs(plan))} in all`;
}
