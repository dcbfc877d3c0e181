/** What a plan can say without AWS: the file, what the inputs do with it, and the ladder as far as they tell. */
import type { Config } from './core/config.ts';
import { definitionDiff } from './core/definition-diff.ts';
import { type Fault, FaultsFound } from './core/errors.ts';
import type { JsonObject } from './core/json.ts';
import {
  builtImage,
  type ImageOutlook,
  imageText,
  type PlanReport,
  type ShownChange,
  shownChange,
  sourceOf,
} from './core/plan-report.ts';
import { rolloutOutlook } from './core/plan-report-rollout.ts';
import { taskFaults } from './core/preflight-tasks.ts';
import type { ServiceFacts } from './core/service.ts';
import { containerOf, renderTaskDefinition } from './core/task-definition.ts';
import type { Here } from './look-around.ts';
import { readTaskDefinitionFile } from './task-definition-file.ts';

type Offline = Pick<PlanReport, 'faults' | 'passing' | 'image' | 'definition' | 'rollout'>;

/** Never rejects but on a bug: what is wrong with the file is among the faults. */
export async function offlinePlan(config: Config, here: Here): Promise<Offline> {
  const { taskDefinition } = config;
  const image = imageAsked(config);
  const file = taskDefinition.kind === 'file' ? await readFile(taskDefinition.path) : undefined;
  const base = file === undefined || isFaults(file) ? undefined : file;
  return {
    faults: base === undefined ? ((file as readonly Fault[] | undefined) ?? []) : definitionFaults(base, config, here),
    passing: [],
    image,
    definition: {
      source: sourceOf(config),
      serving: undefined,
      registered: undefined,
      changes: base && ofInputs(base, config, image && imageText(image)),
    },
    rollout: rolloutOutlook(config, undefined),
  };
}

/** As far as the inputs tell. */
export function imageAsked({ image }: Config): ImageOutlook | undefined {
  if (image.kind === 'build') return builtImage(image.build, image.build.repository);
  return image.kind === 'existing' ? { reference: image.reference, made: undefined } : undefined;
}

/** What the inputs put into the file. */
function ofInputs(base: JsonObject, config: Config, image: string | undefined): readonly ShownChange[] | undefined {
  const rendered = renderTaskDefinition(base, { ...config, image });
  if ('faults' in rendered) return undefined;
  return definitionDiff(rendered.definition, base).map((change) => shownChange(change, () => false));
}

function readFile(path: string): Promise<JsonObject | readonly Fault[]> {
  return readTaskDefinitionFile(path).catch((error: unknown) => {
    if (error instanceof FaultsFound) return error.faults;
    throw error;
  });
}

function isFaults(read: JsonObject | readonly Fault[]): read is readonly Fault[] {
  return Array.isArray(read);
}

function definitionFaults(base: JsonObject, config: Config, here: Here): readonly Fault[] {
  const { image, migrate, container } = config;
  const reference =
    image.kind === 'existing' ? image.reference : image.kind === 'build' ? image.build.repository : undefined;
  const rendered = renderTaskDefinition(base, { ...config, image: reference });
  if ('faults' in rendered) return rendered.faults;
  const migrates = migrate === undefined ? undefined : containerOf(rendered.definition, container);
  const platforms =
    image.kind === 'build' ? image.build.platforms.map((platform) => platform.split('/')[1] ?? platform) : [];
  return [
    ...(migrates !== undefined && 'faults' in migrates ? migrates.faults : []),
    ...taskFaults({
      service: unknownService(config.service),
      taskDefinition: rendered.definition,
      image:
        image.kind === 'build'
          ? { kind: 'to-build', architectures: platforms.length > 0 ? platforms : [here.architecture] }
          : undefined,
    }),
  ];
}

/** A service of which nothing is known: the task definition alone says on what it is to run. */
function unknownService(serviceName: string): ServiceFacts {
  return {
    serviceArn: '',
    clusterArn: '',
    serviceName,
    status: '',
    deploymentController: 'ECS',
    taskDefinition: '',
    desiredCount: 0,
    runningCount: 0,
    launchType: undefined,
    deploymentConfiguration: {},
    loadBalancers: [],
    healthCheckGracePeriodSeconds: undefined,
    currentServiceDeployment: undefined,
    currentServiceRevisions: [],
  };
}
