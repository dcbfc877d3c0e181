/** From a configuration to a healthy service: look around, build, register, roll out. Each stage changes more than the one before. */
import { type BuildPlan, executeBuild } from './build.ts';
import { shortArn } from './core/arn.ts';
import type { Config } from './core/config.ts';
import { FaultsFound } from './core/errors.ts';
import type { JsonObject } from './core/json.ts';
import type { Outcome } from './core/outcome.ts';
import { ladder, type Plan } from './core/plan.ts';
import type { Result } from './core/result.ts';
import { sameDefinition } from './core/same-definition.ts';
import { renderTaskDefinition } from './core/task-definition.ts';
import { type Here, lookAround, type Surroundings } from './look-around.ts';
import type { Ports } from './ports.ts';
import type { History } from './report/history.ts';
import { rollOut } from './roll-out.ts';
import { ABORTED, untilAborted } from './rollout/until-aborted.ts';

export interface DeployJob extends Here {
  readonly cancelled: AbortSignal;
}

export type Progress = (done: Partial<Result>) => void;

/** Deploys. Rejects with FaultsFound (nothing was changed), JobFailed or CallError; how a rollout ended is the outcome. */
export async function deploy(
  config: Config,
  job: DeployJob,
  ports: Ports,
  progress: Progress,
  keep: (history: History) => void,
): Promise<Outcome> {
  const { log } = ports;
  const around = await log.group('Look around', () => lookAround(config, job, ports));
  progress({ previousTaskDefinitionArn: around.servingArn });

  // A build that nobody waits for any more goes on until the runner ends the process: the report must not wait for it.
  const image = await untilAborted(bringImage(around, ports, progress), job.cancelled);
  if (image === ABORTED) return BEFORE_THE_SERVICE;

  const taskDefinitionArn = await registerTaskDefinition(config, around, image, ports);
  progress({ taskDefinitionArn });
  if (taskDefinitionArn === around.servingArn && taskDefinitionArn === around.service.taskDefinition) {
    progress({ traffic: 100 });
    return {
      status: 'unchanged',
      reason: `${shortArn(taskDefinitionArn)} serves already, and nothing in it would change`,
    };
  }
  if (job.cancelled.aborted) return BEFORE_THE_SERVICE;

  const candidate = { taskDefinitionArn, image };
  return rollOut(
    { plan: planOf(config, around), config, around, candidate, cancelled: job.cancelled, progress, keep },
    ports,
  );
}

const BEFORE_THE_SERVICE: Outcome = {
  status: 'cancelled',
  reason: 'the workflow was cancelled before the service was touched',
};

// ------------------------------------------------------------------ image and task definition

/** The image to put into the container; undefined: the task definition's own stay. */
async function bringImage(around: Surroundings, ports: Ports, progress: Progress): Promise<string | undefined> {
  if (around.image.kind === 'as-is') return undefined;
  const image = around.image.kind === 'build' ? await build(around.image.plan, ports) : around.image;
  progress({ image: image.reference, imageDigest: image.digest });
  return image.reference;
}

async function build(plan: BuildPlan, ports: Ports): Promise<{ readonly reference: string; readonly digest: string }> {
  const title =
    plan.reusable === undefined ? `Build and push ${plan.repository.uri}` : `Take ${plan.repository.uri} as it is`;
  return ports.log.group(title, () => executeBuild(plan, ports, ports.log));
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
  if (sameDefinition(definition, around.named)) return around.service.taskDefinition;
  const family = definition['family'];
  if (typeof family !== 'string') return undefined;
  const newest = (await taskDefinitions.describe(family))?.definition;
  if (newest === undefined || !sameDefinition(definition, newest)) return undefined;
  const arn = newest['taskDefinitionArn'];
  return typeof arn === 'string' ? arn : undefined;
}

// ------------------------------------------------------------------ plan

const DEFAULT_BAKE_MINUTES = 10;

/** The input's bake time wins over the service's own, which wins over ten minutes. */
export function planOf(config: Config, { service }: Pick<Surroundings, 'service'>): Plan {
  const own = service.deploymentConfiguration['bakeTimeInMinutes'];
  return {
    steps: ladder(config.steps ?? [100], config.holdMs),
    bakeMs: config.bakeMs ?? (typeof own === 'number' ? own : DEFAULT_BAKE_MINUTES) * 60_000,
    gates: config.gates,
    timeoutMs: config.timeoutMs,
    onCancel: config.onCancel,
  };
}
