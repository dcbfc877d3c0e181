/** What a plan can say without AWS: the file, what the inputs do with it, and the ladder as far as they tell. */
import type { Config } from './core/config.ts';
import { type Fault, FaultsFound } from './core/errors.ts';
import type { JsonObject } from './core/json.ts';
import type { PlanReport } from './core/plan-report.ts';
import { builtImage, sourceText } from './core/plan-report.ts';
import { rolloutOutlook } from './core/plan-report-rollout.ts';
import { taskFaults } from './core/preflight-tasks.ts';
import type { ServiceFacts } from './core/service.ts';
import { containerOf, renderTaskDefinition } from './core/task-definition.ts';
import type { Here } from './look-around.ts';
import { readTaskDefinitionFile } from './task-definition-file.ts';

type Offline = Pick<PlanReport, 'faults' | 'passing' | 'image' | 'definition' | 'rollout'>;

/** Never rejects but on a bug: what is wrong with the file is among the faults. */
export async function offlinePlan(config: Config, here: Here): Promise<Offline> {
  const { image, taskDefinition } = config;
  return {
    faults: taskDefinition.kind === 'file' ? await fileFaults(taskDefinition.path, config, here) : [],
    passing: [],
    image:
      image.kind === 'build'
        ? builtImage(image.build, image.build.repository)
        : image.kind === 'existing'
          ? image.reference
          : undefined,
    definition: { source: sourceText(config), serving: undefined, registered: undefined, changes: undefined },
    rollout: rolloutOutlook(config, undefined),
  };
}

async function fileFaults(path: string, config: Config, here: Here): Promise<readonly Fault[]> {
  const base = await readTaskDefinitionFile(path).catch((error: unknown) => {
    if (error instanceof FaultsFound) return error.faults;
    throw error;
  });
  return isFaults(base) ? base : definitionFaults(base, config, here);
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
