/** Everything that has to be known before anything is changed: read-only calls, then the preflight over what they gave. */
import { type BuildPlan, planBuild } from './build.ts';
import type { Config, TaskDefinitionSource } from './core/config.ts';
import { type Fault, FaultsFound } from './core/errors.ts';
import { candidateUrl as candidateUrlText } from './core/gate-list.ts';
import type { JsonObject } from './core/json.ts';
import { type ImageFacts, preflight, subjectOf } from './core/preflight.ts';
import type { RunningDeployment, ServiceFacts } from './core/service.ts';
import { renderTaskDefinition } from './core/task-definition.ts';
import { ownersHooks, PAUSE_STAGES } from './engines/native/pause.ts';
import { imageFacts } from './images.ts';
import type { Ports } from './ports.ts';
import { readTaskDefinitionFile } from './task-definition-file.ts';

/** What was found. */
export interface Surroundings {
  readonly service: ServiceFacts;
  /** The task definition that the service names now. */
  readonly named: JsonObject;
  /** ARN of the one whose tasks run: another than the service names, when a deployment failed and was not turned back. */
  readonly servingArn: string;
  /** What the new revision is made from. */
  readonly base: JsonObject;
  readonly image: PlannedImage;
  /** The service's deployments so far, newest first. */
  readonly known: readonly RunningDeployment[];
  /** Where the test listener rule is reached; undefined when the service has none. */
  readonly candidateUrl: string | undefined;
}

export type PlannedImage =
  | { readonly kind: 'build'; readonly plan: BuildPlan }
  /** `digest` is undefined for an image that is not in ECR. */
  | { readonly kind: 'existing'; readonly reference: string; readonly digest: string | undefined }
  | { readonly kind: 'as-is' };

export interface Here {
  /** Of this machine, as docker names it: what a build without platforms makes. */
  readonly architecture: string;
}

/** Rejects with FaultsFound (all of them at once) or CallError. Changes nothing. */
export async function lookAround(config: Config, here: Here, ports: Ports): Promise<Surroundings> {
  const { log } = ports;
  // The image's repository and the service do not depend on each other; everything else hangs on the service.
  const [service, planned] = await both(describeService(config, ports), planImage(config, here, ports));
  const { loadBalancers } = service;
  const advanced = loadBalancers.flatMap((entry) => entry.advancedConfiguration ?? []);
  const ruleArns = distinct(advanced.flatMap((one) => [one.productionListenerRule, one.testListenerRule]));
  const groupArns = distinct([
    ...loadBalancers.map((entry) => entry.targetGroupArn),
    ...advanced.map((one) => one.alternateTargetGroupArn),
  ]);
  const described = describeTaskDefinition(service.taskDefinition, ports);
  const testRule = advanced.find((one) => one.testListenerRule !== undefined)?.testListenerRule;

  const [named, serving, base, known, rules, targetGroups, candidateUrl, alarmFaults] = await Promise.all([
    described,
    servingRevision(service, ports),
    config.taskDefinition.kind === 'service' ? described : baseDefinition(config.taskDefinition, ports),
    ports.deployments.list(service.clusterArn, service.serviceName, undefined),
    ruleArns.length === 0 ? [] : ports.loadBalancers.rules(ruleArns),
    groupArns.length === 0 ? [] : ports.loadBalancers.targetGroups(groupArns),
    testRule === undefined ? undefined : ports.loadBalancers.address(testRule),
    alarmGateFaults(config, ports),
  ]);

  const rendered = renderTaskDefinition(base, { ...config, image: planned.placeholder });
  const faults = [
    ...planned.faults,
    ...('faults' in rendered
      ? rendered.faults
      : preflight({
          now: ports.clock.now(),
          service,
          strategy: config.strategy,
          rules,
          targetGroups,
          deployments: known,
          ifRunning: config.ifRunning,
          taskDefinition: rendered.definition,
          image: planned.facts,
          ownersHooks: ownersHooks(service.deploymentConfiguration),
          pauseStages: PAUSE_STAGES,
        })),
    ...candidateUrlFaults(config, candidateUrl),
    ...alarmFaults,
  ];
  if (faults.length > 0 || planned.image === undefined) throw new FaultsFound(faults);

  log.info(
    `service: ${service.serviceName} in ${service.clusterArn}, ${service.runningCount}/${service.desiredCount} running`,
  );
  log.info(`serving: ${serving}`);
  log.info('preflight: nothing stands against it');
  return { service, named, servingArn: serving, base, image: planned.image, known, candidateUrl };
}

async function describeService(config: Config, { services }: Ports): Promise<ServiceFacts> {
  const service = await services.describe(config.cluster, config.service);
  if (service !== undefined) return service;
  throw new FaultsFound([
    {
      subject: 'service',
      problem: `there is no service ${config.service} in cluster ${config.cluster}`,
      fix: 'check both names and the region (AWS_REGION); the first deployment of a new service is made by CreateService',
    },
  ]);
}

/** What the service names and what runs differ after a deployment that failed: the truth is in the revision. */
async function servingRevision(service: ServiceFacts, { deployments }: Ports): Promise<string> {
  const [newest] = service.currentServiceRevisions;
  const revision = newest === undefined ? undefined : await deployments.revision(newest);
  return revision?.taskDefinition || service.taskDefinition;
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
async function alarmGateFaults({ gates }: Config, { alarms }: Ports): Promise<readonly Fault[]> {
  const names = distinct(gates.flatMap((gate) => (gate.kind === 'alarms' ? gate.names : [])));
  if (names.length === 0) return [];
  const states = await alarms.states(names);
  return names.flatMap((name): Fault[] => {
    const state = states.get(name);
    if (state === undefined) {
      return [
        { subject: 'gates', problem: `there is no CloudWatch alarm ${name}`, fix: 'check the name and the region' },
      ];
    }
    if (state !== 'ALARM') return [];
    return [
      {
        subject: 'gates',
        problem: `alarm ${name} is in ALARM already, so the candidate would be turned back at once`,
        fix: 'deploy when it is OK again, or take it out of the gates to deploy the cure',
      },
    ];
  });
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

function distinct<T>(values: readonly (T | undefined)[]): readonly T[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
