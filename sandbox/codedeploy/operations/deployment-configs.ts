import type {
  CreateDeploymentConfigInput,
  DeleteDeploymentConfigInput,
  DeploymentConfigInfo,
  GetDeploymentConfigInput,
  ListDeploymentConfigsInput,
  TrafficRoutingConfig,
} from '@aws-sdk/client-codedeploy';
import { configNotFound, refuse, required } from '../exceptions.ts';
import type { DeploymentConfig, Store } from '../model.ts';
import { uuid } from '../names.ts';
import { page } from '../paging.ts';
import { readRouting } from '../validate/routing.ts';
import type { World } from '../world.ts';
import { checkPlatform } from './applications.ts';

/** limits.html: custom deployment configurations of an account. */
const MAX_CONFIGS = 50;

/** deployment-configurations, "Predefined deployment configurations for an Amazon ECS compute platform". */
const PREDEFINED: Readonly<Record<string, TrafficRoutingConfig>> = {
  'CodeDeployDefault.ECSLinear10PercentEvery1Minutes': linear(10, 1),
  'CodeDeployDefault.ECSLinear10PercentEvery3Minutes': linear(10, 3),
  'CodeDeployDefault.ECSCanary10Percent5Minutes': canary(10, 5),
  'CodeDeployDefault.ECSCanary10Percent15Minutes': canary(10, 15),
  'CodeDeployDefault.ECSAllAtOnce': { type: 'AllAtOnce' },
};

function linear(linearPercentage: number, linearInterval: number): TrafficRoutingConfig {
  return { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage, linearInterval } };
}

function canary(canaryPercentage: number, canaryInterval: number): TrafficRoutingConfig {
  return { type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage, canaryInterval } };
}

export function predefinedConfigs(createTime: Date): Map<string, DeploymentConfig> {
  return new Map(
    Object.entries(PREDEFINED).map(([name, routing]) => [name, { id: uuid(), name, createTime, routing }]),
  );
}

export function configNamed(store: Store, name: string): DeploymentConfig {
  const found = store.configs.get(name);
  if (found === undefined) throw configNotFound(name);
  return found;
}

export function configOperations({ store, clock }: World) {
  const named = (name: string | undefined): DeploymentConfig =>
    configNamed(store, required('deploymentConfigName', name));

  return {
    CreateDeploymentConfig(input: CreateDeploymentConfigInput) {
      const name = required('deploymentConfigName', input.deploymentConfigName);
      if (name.length > 100 || name.startsWith('CodeDeployDefault.')) {
        throw refuse(
          'InvalidDeploymentConfigNameException',
          'The deployment configuration name must be 1 to 100 characters and not begin with CodeDeployDefault.',
        );
      }
      checkPlatform(input.computePlatform);
      if (input.minimumHealthyHosts !== undefined) {
        throw refuse(
          'InvalidMinimumHealthyHostValueException',
          'minimumHealthyHosts is not for the ECS compute platform',
        );
      }
      if (input.zonalConfig !== undefined) {
        throw refuse('InvalidZonalDeploymentConfigurationException', 'zonalConfig is not for the ECS compute platform');
      }
      const routing = readRouting(input.trafficRoutingConfig);
      if (store.configs.has(name)) {
        throw refuse('DeploymentConfigAlreadyExistsException', `Deployment Configuration already exists: ${name}`);
      }
      if (store.configs.size - Object.keys(PREDEFINED).length >= MAX_CONFIGS) {
        throw refuse(
          'DeploymentConfigLimitExceededException',
          `The limit of ${MAX_CONFIGS} deployment configurations was exceeded`,
        );
      }
      const config: DeploymentConfig = { id: uuid(), name, createTime: clock.now(), routing };
      store.configs.set(name, config);
      return { deploymentConfigId: config.id };
    },

    GetDeploymentConfig(input: GetDeploymentConfigInput) {
      return { deploymentConfigInfo: describe(named(input.deploymentConfigName)) };
    },

    ListDeploymentConfigs(input: ListDeploymentConfigsInput) {
      const { items, ...next } = page([...store.configs.keys()].sort(), input.nextToken);
      return { deploymentConfigsList: items, ...next };
    },

    DeleteDeploymentConfig(input: DeleteDeploymentConfigInput) {
      const name = required('deploymentConfigName', input.deploymentConfigName);
      if (name in PREDEFINED) {
        throw refuse('InvalidOperationException', `The predefined deployment configuration ${name} cannot be deleted`);
      }
      const groups = [...store.applications.values()].flatMap((application) => [...application.groups.values()]);
      if (groups.some(({ settings }) => settings.deploymentConfigName === name)) {
        throw refuse('DeploymentConfigInUseException', `The deployment configuration ${name} is still in use`);
      }
      store.configs.delete(name);
      return {};
    },
  };
}

const describe = ({ id, name, createTime, routing }: DeploymentConfig): DeploymentConfigInfo => ({
  deploymentConfigId: id,
  deploymentConfigName: name,
  createTime,
  computePlatform: 'ECS',
  trafficRoutingConfig: routing,
});
