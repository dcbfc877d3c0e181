/** Services whose traffic others move: what CreateService and UpdateService take from them (controllers EXTERNAL and CODE_DEPLOY). */

import type { CreateServiceRequest, DeploymentConfiguration, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { client, invalid } from '../exceptions.ts';
import type { Service } from '../model.ts';
import { merged } from '../operations/deployment-configuration.ts';
import { serviceKept } from '../operations/service-settings.ts';
import { checkDeploymentConfiguration } from '../validate/deployment-configuration.ts';
import type { World } from '../world.ts';
import { addTaskSet, makePrimary } from './create.ts';

export type TaskSetController = 'EXTERNAL' | 'CODE_DEPLOY';

export const managesTaskSets = (controller: string): controller is TaskSetController =>
  controller === 'EXTERNAL' || controller === 'CODE_DEPLOY';

/** With EXTERNAL these belong to the task set (developer guide, deployment-type-external). */
const TASK_SETS_OWN = ['loadBalancers', 'networkConfiguration', 'platformVersion', 'capacityProviderStrategy'] as const;

/** @throws InvalidParameterException, ClientException */
export function checkCreate(controller: TaskSetController, input: CreateServiceRequest): void {
  if (input.schedulingStrategy === 'DAEMON') {
    throw invalid(`The daemon scheduling strategy is not supported with the ${controller} deployment controller.`);
  }
  checkConfiguration(input.deploymentConfiguration);
  if (controller === 'CODE_DEPLOY') {
    if (input.taskDefinition === undefined) throw client('TaskDefinition cannot be null or empty.');
    if ((input.loadBalancers ?? []).length === 0) {
      throw invalid('A load balancer must be specified with the CODE_DEPLOY deployment controller.');
    }
    return;
  }
  // Both texts are ECS's own: hashicorp/terraform-provider-aws#27362, aws/aws-cdk#6245.
  if (input.taskDefinition === '') throw invalid('Family should not be null or empty.');
  if (input.taskDefinition !== undefined) throw invalid('TaskDefinition must be blank.');
  for (const name of TASK_SETS_OWN) {
    const value = input[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    throw invalid(`${name.charAt(0).toUpperCase()}${name.slice(1)} must be blank.`);
  }
}

/** CODE_DEPLOY makes the first task set at once and lets it serve; EXTERNAL makes none. */
export function firstTaskSet(world: World, service: Service, input: CreateServiceRequest): void {
  if (service.deploymentController.type !== 'CODE_DEPLOY') return;
  const { taskDefinition, loadBalancers, networkConfiguration, platformVersion, launchType, capacityProviderStrategy } =
    input;
  const set = addTaskSet(world, service, {
    taskDefinition,
    loadBalancers,
    networkConfiguration,
    platformVersion,
    launchType,
    capacityProviderStrategy,
  });
  makePrimary(world, service, set);
}

/** What UpdateService calls each parameter that it does not change on such a service. */
const FOREIGN = {
  taskDefinition: 'task definition',
  networkConfiguration: 'network parameters',
  loadBalancers: 'load balancers',
  platformVersion: 'platform version',
  serviceRegistries: 'service registries',
  capacityProviderStrategy: 'capacity provider strategy',
  serviceConnectConfiguration: 'service connect configuration',
  volumeConfigurations: 'volume configurations',
  vpcLatticeConfigurations: 'VPC Lattice configurations',
} as const;

const INSTEAD: Readonly<Record<TaskSetController, string>> = {
  CODE_DEPLOY: 'Use AWS CodeDeploy to trigger a new deployment.',
  EXTERNAL: 'Create a new task set.',
};

/** @throws InvalidParameterException */
export function updateTaskSetService(world: World, service: Service, input: UpdateServiceRequest): void {
  const controller = service.deploymentController.type as TaskSetController;
  const on = `on services with a ${controller} deployment controller. ${INSTEAD[controller]}`;
  for (const [name, words] of Object.entries(FOREIGN)) {
    if (input[name as keyof typeof FOREIGN] !== undefined) throw invalid(`Unable to update ${words} ${on}`);
  }
  if (input.forceNewDeployment === true) throw invalid(`Cannot force a new deployment ${on}`);
  if (input.desiredCount !== undefined && input.desiredCount < 0) throw invalid('desiredCount must not be negative.');
  if (input.deploymentConfiguration !== undefined) {
    if (controller === 'EXTERNAL') throw invalid(`Unable to update deployment configuration ${on}`);
    checkConfiguration(input.deploymentConfiguration);
  }
  service.deploymentConfiguration = plain(merged(service.deploymentConfiguration, input.deploymentConfiguration));
  service.desiredCount = input.desiredCount ?? service.desiredCount;
  service.healthCheckGracePeriodSeconds = input.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds;
  service.kept = { ...service.kept, ...serviceKept(input) };
  service.settled = false;
  world.changed();
}

function checkConfiguration(configuration: DeploymentConfiguration | undefined): void {
  if (configuration === undefined) return;
  const { strategy = 'ROLLING', alarms } = configuration;
  // The text is ECS's own: aws/aws-cdk#26307.
  if (alarms?.enable === true) {
    throw invalid(
      'Alarm based rollback feature is only supported with ECS deployment controller. Update to ECS deployment controller and try again.',
    );
  }
  if (strategy !== 'ROLLING') {
    throw invalid(`The deployment strategy ${strategy} is only supported with the ECS deployment controller.`);
  }
  checkDeploymentConfiguration(configuration);
}

/** Nothing but the two percentages means anything here; a circuit breaker is dropped without a word. */
export const plain = ({ maximumPercent, minimumHealthyPercent }: DeploymentConfiguration): DeploymentConfiguration => ({
  ...(maximumPercent === undefined ? {} : { maximumPercent }),
  ...(minimumHealthyPercent === undefined ? {} : { minimumHealthyPercent }),
});
