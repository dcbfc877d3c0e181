/** Everything that has to be known before anything is changed: read-only calls, then what speaks against the rollout. */

import { type BuildPlan, planBuild } from './build.ts';
import { shortArn } from './core/arn.ts';
import type { Config, TaskDefinitionSource } from './core/config.ts';
import { type Fault, FaultsFound } from './core/errors.ts';
import { candidateUrl as candidateUrlText } from './core/gate-list.ts';
import type { GitHubContext } from './core/github.ts';
import type { JsonObject } from './core/json.ts';
import { distinct } from './core/lists.ts';
import { commonFaults, type ImageFacts, subjectOf } from './core/preflight.ts';
import { countFaults, stepFaults } from './core/preflight-metrics.ts';
import type { ServiceFacts } from './core/service.ts';
import { containerOf, renderTaskDefinition } from './core/task-definition.ts';
import { describeUnderway } from './core/underway.ts';
import { findService } from './find-service.ts';
import { imageFacts } from './images.ts';
import type { Engine, Ports, Survey, Underway } from './ports.ts';
import { readTaskDefinitionFile } from './task-definition-file.ts';

/** What was found. */
export interface Surroundings {
  readonly service: ServiceFacts;
  readonly engine: Engine;
  /** The rollout that is under way; undefined when there is none. */
  readonly underway: Underway | undefined;
  /** ARN of the task definition that the service names; the one that serves where it names none. */
  readonly namedArn: string;
  readonly named: JsonObject;
  /** ARN of the one whose tasks run: another than the service names, when a deployment failed and was not turned back. */
  readonly servingArn: string;
  /** What the new revision is made from. */
  readonly base: JsonObject;
  readonly image: PlannedImage;
  readonly survey: Survey;
}

export type PlannedImage =
  | { readonly kind: 'build'; readonly plan: BuildPlan }
  /** `digest` is undefined for an image that is not in ECR. */
  | { readonly kind: 'existing'; readonly reference: string; readonly digest: string | undefined }
  | { readonly kind: 'as-is' };

export interface Here {
  /** Of this machine, as docker names it: what a build without platforms makes. */
  readonly architecture: string;
  /** Undefined: not on GitHub. */
  readonly github?: GitHubContext | undefined;
  /** The folder that the repository is checked out to; the process's own when undefined. */
  readonly workspace?: string | undefined;
  /** GITHUB_WORKFLOW_REF: which file of the repository is the workflow that runs. */
  readonly workflowRef?: string | undefined;
}

/** What was found, whether or not it speaks against the rollout. */
export interface Looked extends Omit<Surroundings, 'image'> {
  /** Undefined when something speaks against it. */
  readonly image: PlannedImage | undefined;
  /** What would be registered; an image that is not built yet goes by its repository and tag. As far as it can be made. */
  readonly definition: JsonObject;
  /** Everything that speaks against the rollout. */
  readonly faults: readonly Fault[];
  /** Those of them that pass by themselves: another rollout is under way, an alarm rings. */
  readonly passing: readonly Fault[];
}

/** Rejects with FaultsFound (all of them at once) or CallError. Changes nothing. */
export async function lookAround(config: Config, here: Here, ports: Ports): Promise<Surroundings> {
  const { log } = ports;
  const looked = await look(config, here, ports);
  const { service, servingArn, image, faults } = looked;
  if (faults.length > 0 || image === undefined) throw new FaultsFound(faults);

  const counts = `${service.runningCount}/${service.desiredCount} running`;
  log.info(`service:   ${service.serviceName} in cluster ${shortArn(service.clusterArn)}, ${counts}`);
  log.info(`serving:   ${shortArn(servingArn)}`);
  log.info('preflight: nothing stands against it');
  return { ...looked, image };
}

/** Rejects with FaultsFound when there is nothing to look at (no such service, no task definition), or CallError. Changes nothing. */
export async function look(config: Config, here: Here, ports: Ports): Promise<Looked> {
  // The image's repository and the service do not depend on each other; everything else hangs on the service.
  const [found, planned] = await both(findService(config, ports), planImage(config, here, ports));
  const { service, engine, underway } = found;
  const [servingArn, alarms] = await Promise.all([engine.serving(service), alarmGateFaults(config, ports)]);
  const namedArn = service.taskDefinition || servingArn;
  const [named, base] = await Promise.all([
    describeTaskDefinition(namedArn, ports),
    config.taskDefinition.kind === 'service' ? undefined : baseDefinition(config.taskDefinition, ports),
  ]).catch((error: unknown) => {
    if (!(error instanceof FaultsFound)) throw error;
    throw new FaultsFound([...planned.faults, ...error.faults, ...alarms.missing, ...alarms.ringing]);
  });
  const from = base ?? named;

  const rendered = renderTaskDefinition(from, { ...config, image: planned.placeholder });
  const definition = 'faults' in rendered ? from : rendered.definition;
  const survey = await engine.survey(service, {
    config,
    taskDefinition: definition,
    ...(underway === undefined ? {} : { replaces: underway }),
  });
  const migrates = config.migrate === undefined ? undefined : containerOf(definition, config.container);
  const running = runningFaults(config, underway, ports.clock.now());
  const faults = [
    ...planned.faults,
    ...(migrates !== undefined && 'faults' in migrates && !('faults' in rendered) ? migrates.faults : []),
    ...('faults' in rendered ? rendered.faults : []),
    ...commonFaults({ service, taskDefinition: definition, image: planned.facts }),
    ...survey.faults,
    ...metricsFaults(config, service, survey),
    ...running,
    ...candidateUrlFaults(config, survey.candidateUrl),
    ...alarms.missing,
    ...alarms.ringing,
  ];
  const passing = [...running, ...alarms.ringing];
  const { image } = planned;
  return {
    service,
    engine,
    underway,
    namedArn,
    named,
    servingArn,
    base: from,
    image,
    survey,
    definition,
    faults,
    passing,
  };
}

/** Who and what is running, and the ways to go on. */
function runningFaults({ ifRunning }: Config, underway: Underway | undefined, now: number): readonly Fault[] {
  if (underway === undefined || ifRunning !== 'refuse') return [];
  return [
    {
      subject: 'if-running',
      problem: `${describeUnderway(underway, now)}, and if-running is refuse`,
      fix: 'wait for its end, set if-running: wait or supersede, or end it with command: promote or command: rollback',
    },
  ];
}

// ------------------------------------------------------------------ image

interface ImagePlan {
  /** Undefined when something speaks against it. */
  readonly image: PlannedImage | undefined;
  /** Stands for the image in the preflight of the task definition; its digest may not be known yet. */
  readonly placeholder: string | undefined;
  readonly facts: ImageFacts | undefined;
  readonly faults: readonly Fault[];
}
async function planImage(config: Config, here: Here, ports: Ports): Promise<ImagePlan> {
  const { image } = config;
  switch (image.kind) {
    case 'as-is':
      return { image, placeholder: undefined, facts: undefined, faults: [] };
    case 'build': {
      const planned = await planBuild(image.build, ports.images, ports.log);
      if ('faults' in planned)
        return { image: undefined, placeholder: image.build.repository, facts: undefined, faults: planned.faults };
      const asked = image.build.platforms.map((platform) => platform.split('/')[1] ?? platform);
      return {
        image: { kind: 'build', plan: planned.plan },
        placeholder: `${planned.plan.repository.uri}:${image.build.tags[0]}`,
        facts: { kind: 'to-build', architectures: asked.length > 0 ? asked : [here.architecture] },
        faults: [],
      };
    }
    case 'existing':
      return existingImage(image.reference, ports);
  }
}

async function existingImage(reference: string, ports: Ports): Promise<ImagePlan> {
  const found = await imageFacts(ports.images, reference);
  switch (found.kind) {
    case 'elsewhere':
      return {
        image: { kind: 'existing', reference, digest: undefined },
        placeholder: reference,
        facts: undefined,
        faults: [],
      };
    case 'missing':
      return { image: undefined, placeholder: reference, facts: { kind: 'missing', reference }, faults: [] };
    case 'found':
      return {
        image: { kind: 'existing', reference: found.pinned, digest: found.digest },
        placeholder: found.pinned,
        facts: { kind: 'existing', reference, architectures: found.platforms?.map(({ architecture }) => architecture) },
        faults: [],
      };
  }
}

// ------------------------------------------------------------------ task definition

function baseDefinition(
  source: Exclude<TaskDefinitionSource, { readonly kind: 'service' }>,
  ports: Ports,
): Promise<JsonObject> {
  return source.kind === 'file' ? readTaskDefinitionFile(source.path) : describeTaskDefinition(source.reference, ports);
}

/** Its tags are part of what is registered anew. */
async function describeTaskDefinition(reference: string, { taskDefinitions }: Ports): Promise<JsonObject> {
  const found = await taskDefinitions.describe(reference);
  if (found === undefined) {
    throw new FaultsFound([
      {
        subject: 'task-definition',
        problem: `there is no task definition ${reference}`,
        fix: 'name a file, a family, family:revision or an ARN of this account and region',
      },
    ]);
  }
  return found.tags.length === 0 ? found.definition : { ...found.definition, tags: found.tags };
}

// ------------------------------------------------------------------ gates

/** A gate that cannot be passed would be found out only when the candidate waits for it. */
async function alarmGateFaults(
  { gates }: Config,
  { alarms }: Ports,
): Promise<{ readonly missing: readonly Fault[]; readonly ringing: readonly Fault[] }> {
  const names = distinct(gates.flatMap((gate) => (gate.kind === 'alarms' ? gate.names : [])));
  if (names.length === 0) return { missing: [], ringing: [] };
  const states = await alarms.states(names);
  return {
    missing: names
      .filter((name) => !states.has(name))
      .map((name) => ({
        subject: 'gates',
        problem: `there is no CloudWatch alarm ${name}`,
        fix: 'check the name and the region',
      })),
    ringing: names
      .filter((name) => states.get(name) === 'ALARM')
      .map((name) => ({
        subject: 'gates',
        problem: `alarm ${name} is in ALARM already, so the candidate would be turned back at once`,
        fix: 'deploy when it is OK again, or take it out of the gates to deploy the cure',
      })),
  };
}

/** What the engine cannot do has no plan that could be compared on. */
function metricsFaults({ gates }: Config, service: ServiceFacts, { faults, plan, mixed }: Survey): readonly Fault[] {
  if (faults.length > 0) return [];
  return [...countFaults(gates, mixed === true, service), ...(mixed ? [] : stepFaults(gates, plan.steps))];
}

function candidateUrlFaults({ gates, service }: Config, url: string | undefined): readonly Fault[] {
  const needs = gates.some((gate) => gate.kind === 'http' && gate.url.includes(candidateUrlText));
  if (!needs || url !== undefined) return [];
  return [
    {
      subject: 'gates',
      problem: `${candidateUrlText} is used, but ${subjectOf({ serviceName: service })} has no test listener rule that leads to the candidate`,
      fix: 'set testListenerRule in its advancedConfiguration, or give a URL of your own',
    },
  ];
}

// ------------------------------------------------------------------ small things

/** Both or the first error; when both reject with faults, the faults of both. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value];
  const reasons: unknown[] = [first, second].flatMap((settled) =>
    settled.status === 'rejected' ? [settled.reason as unknown] : [],
  );
  if (reasons.length > 1 && reasons.every((reason) => reason instanceof FaultsFound)) {
    throw new FaultsFound(reasons.flatMap(({ faults }) => faults));
  }
  throw reasons[0];
}
