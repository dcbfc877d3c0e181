/**
 * What a deployment with the same inputs would do, told where people look before a merge. Every call to AWS is one that reads; no gate
 * is looked through, no command is run, no address is asked, nothing is built: the commit may be anybody's.
 */
import type { Watch } from './conduct.ts';
import { shortArn } from './core/arn.ts';
import type { Config } from './core/config.ts';
import { definitionDiff, type FieldChange } from './core/definition-diff.ts';
import { CallError, type Fault, FaultsFound, faultSentence } from './core/errors.ts';
import type { GitHubSettings } from './core/github.ts';
import type { JsonObject } from './core/json.ts';
import type { Outcome } from './core/outcome.ts';
import {
  builtImage,
  type DefinitionOutlook,
  type ImageOutlook,
  imageText,
  type PlanReport,
  planReason,
  shownChange,
  sourceOf,
} from './core/plan-report.ts';
import { rolloutOutlook } from './core/plan-report-rollout.ts';
import { sameDefinition } from './core/same-definition.ts';
import { parseNameInEcs } from './core/service-name.ts';
import { renderTaskDefinition } from './core/task-definition.ts';
import { describeUnderway } from './core/underway.ts';
import { type Here, type Looked, look } from './look-around.ts';
import { imageAsked, offlinePlan } from './plan-offline.ts';
import { repositoryFile } from './plan-repository.ts';
import { tellPlan } from './plan-tell.ts';
import type { Ports } from './ports.ts';

export interface PlanJob extends Here, Pick<Watch, 'progress'> {}

/**
 * Tells the plan and gives how it ended. Rejects with FaultsFound when a deployment could not work, and with CallError when AWS could
 * not be looked at although there are credentials; both after they were told.
 */
export async function plan(config: Config, job: PlanJob, ports: Ports): Promise<Outcome> {
  const { report, error } = await reportOn(config, job, ports);
  const found = await tellPlan(report, config, job, ports);
  const { verdict, reason } = report;
  if (verdict === 'could-not-work') throw found;
  if (error !== undefined) throw error;
  return { status: verdict === 'unchanged' ? 'unchanged' : 'planned', reason };
}

/** Inputs that no deployment could begin with are told where the plan would be. Gives them for who tells them in the log. */
export async function tellWrongInputs(
  faults: readonly Fault[],
  place: { readonly cluster: string; readonly service: string; readonly environment: string },
  job: PlanJob,
  ports: Ports,
): Promise<FaultsFound> {
  const nothing = { passing: [], unseen: undefined, image: undefined, definition: undefined, rollout: undefined };
  const report = { ...namesOf({ ...place, github: place }), ...nothing, verdict: 'could-not-work', faults } as const;
  return tellPlan({ ...report, reason: planReason(report) }, undefined, job, ports);
}

interface Reported {
  readonly report: PlanReport;
  /** Why AWS could not be looked at, where that is not for want of credentials. */
  readonly error: CallError | undefined;
}

async function reportOn(config: Config, job: PlanJob, ports: Ports): Promise<Reported> {
  try {
    const report = await online(config, await look(config, job, ports), job, ports);
    return { report: { ...report, reason: planReason(report) }, error: undefined };
  } catch (error) {
    const offline = { ...namesOf(config), ...(await offlinePlan(config, job)) };
    if (error instanceof FaultsFound) {
      const faults = distinctFaults([...error.faults, ...offline.faults]);
      const report = { ...offline, verdict: 'could-not-work', faults, unseen: undefined } as const;
      return { report: { ...report, reason: planReason(report) }, error: undefined };
    }
    if (!(error instanceof CallError)) throw error;
    const isWithout = error.failure === 'credentials';
    const blind = error.isPassing ? 'could-not-look' : 'refused';
    const verdict = offline.faults.length > 0 ? 'could-not-work' : isWithout ? 'could-work' : blind;
    const why =
      job.github?.event.kind === 'pull-request' && job.github.event.isFork && isWithout
        ? 'a pull request from a fork gets no AWS credentials'
        : error.message;
    const report = {
      ...offline,
      verdict,
      unseen: `the service, what serves now, the image and the load balancer (${why})`,
    } as const;
    const reason = verdict === blind ? error.message : planReason(report);
    return { report: { ...report, reason }, error: isWithout ? undefined : error };
  }
}

/** Names, whether the inputs were names or ARNs, left out or wrong. */
function namesOf(place: {
  readonly cluster: string;
  readonly service: string;
  readonly github?: Pick<GitHubSettings, 'environment'>;
}) {
  const { cluster, service, github: { environment = '' } = {} } = place;
  const named = service === '' ? undefined : parseNameInEcs('service', service);
  return {
    cluster: cluster === '' ? (named?.cluster ?? 'default') : shortArn(cluster),
    service: named?.name ?? (service === '' ? 'no service' : service),
    environment: ['', 'none', named?.name ?? service].includes(environment) ? undefined : environment,
  };
}

function distinctFaults(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((fault) => [faultSentence(fault), fault])).values()];
}

// ------------------------------------------------------------------ with everything in sight

async function online(config: Config, looked: Looked, job: PlanJob, ports: Ports): Promise<Omit<PlanReport, 'reason'>> {
  const { service, engine, survey, underway, passing } = looked;
  const faults = looked.faults.filter((fault) => !passing.includes(fault));
  const image = imageOf(looked, config);
  const definition = await definitionOf(config, { ...looked, image }, job, ports);
  const isUnchanged = faults.length === 0 && underway === undefined && serves(looked, definition.registeredArn);
  const seen = {
    engine: engine.name,
    manner: survey.manner,
    plan: survey.plan,
    service,
    candidateUrl: survey.candidateUrl,
    underway: underway && describeUnderway(underway, ports.clock.now()),
  };
  return {
    ...namesOf(config),
    verdict: faults.length > 0 ? 'could-not-work' : isUnchanged ? 'unchanged' : 'could-work',
    faults,
    passing,
    unseen: undefined,
    image,
    definition: definition.outlook,
    // A ladder that the engine refuses has no steps that could be told.
    rollout: isUnchanged || survey.faults.length > 0 ? undefined : rolloutOutlook(config, seen),
  };
}

function serves({ servingArn, namedArn }: Looked, arn: string | undefined): boolean {
  return arn !== undefined && arn === servingArn && arn === namedArn;
}

function imageOf({ image }: Looked, config: Config): ImageOutlook | undefined {
  // Something stands against it: what the inputs say is what would be there.
  if (image === undefined) return imageAsked(config);
  if (image.kind === 'as-is') return undefined;
  if (image.kind === 'existing') return { reference: image.reference, made: undefined };
  const { repository, reusable } = image.plan;
  if (reusable !== undefined) {
    return {
      reference: `${repository.uri}@${reusable.digest}`,
      made: 'built from this commit and these inputs before',
    };
  }
  return config.image.kind === 'build' ? builtImage(config.image.build, repository.uri) : undefined;
}

async function definitionOf(
  config: Config,
  looked: Omit<Looked, 'image'> & { readonly image: ImageOutlook | undefined },
  job: PlanJob,
  ports: Ports,
): Promise<{ readonly outlook: DefinitionOutlook; readonly registeredArn: string | undefined }> {
  const { base, image, named, namedArn, servingArn } = looked;
  const rendered = renderTaskDefinition(base, { ...config, image: image && inDefinition(image) });
  const wanted = 'faults' in rendered ? looked.definition : rendered.definition;
  const [serving, newest] = await Promise.all([
    servingArn === namedArn ? named : describe(servingArn, ports),
    newestOf(wanted, ports),
  ]);
  const same = [named, newest].find((one) => one !== undefined && sameDefinition(wanted, one));
  const registeredArn = same === named ? namedArn : arnOf(same);
  const ofInputs = definitionDiff(wanted, base);
  const isInRepository = await isCommitted(config, job);
  const isPublic = (keys: readonly string[]) => isInRepository && !touches(ofInputs, keys);
  const changes =
    serving === undefined ? undefined : definitionDiff(wanted, serving).map((change) => shownChange(change, isPublic));
  return {
    outlook: {
      source: sourceOf(config),
      serving: shortArn(servingArn),
      registered: registeredArn === undefined || registeredArn === servingArn ? undefined : shortArn(registeredArn),
      changes,
    },
    registeredArn,
  };
}

/** A file that a step of the job has rendered may have secrets of the workflow in it. */
async function isCommitted({ taskDefinition: source }: Config, job: PlanJob): Promise<boolean> {
  return source.kind === 'file' && (await repositoryFile(source.path, job))?.state === 'as-committed';
}

/** As the container's image: what is not built yet equals nothing that serves, whatever its tag. */
function inDefinition(image: ImageOutlook): string {
  return image.made === undefined || image.reference.includes('@') ? image.reference : imageText(image);
}

/** Whether one of the changes is of this field, of something in it, or of what it is in. */
function touches(changes: readonly FieldChange[], keys: readonly string[]): boolean {
  return changes.some((change) => {
    const shorter = Math.min(change.keys.length, keys.length);
    return change.keys.slice(0, shorter).every((key, index) => key === keys[index]);
  });
}

async function describe(reference: string, { taskDefinitions }: Ports): Promise<JsonObject | undefined> {
  const found = await taskDefinitions.describe(reference);
  return found && (found.tags.length === 0 ? found.definition : { ...found.definition, tags: found.tags });
}

/** As deploy would look for a revision that says the same already. */
async function newestOf(wanted: JsonObject, { taskDefinitions }: Ports): Promise<JsonObject | undefined> {
  const { family } = wanted;
  return typeof family === 'string' ? (await taskDefinitions.describe(family))?.definition : undefined;
}

function arnOf(definition: JsonObject | undefined): string | undefined {
  const arn = definition?.['taskDefinitionArn'];
  return typeof arn === 'string' ? arn : undefined;
}
