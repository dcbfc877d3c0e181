import type {
  CreateDeploymentGroupInput,
  DeleteDeploymentGroupInput,
  GetDeploymentGroupInput,
  ListDeploymentGroupsInput,
  UpdateDeploymentGroupInput,
} from '@aws-sdk/client-codedeploy';
import { groupNotFound, refuse, required } from '../exceptions.ts';
import type { Application, DeploymentGroup, GroupSettings, Store } from '../model.ts';
import { uuid } from '../names.ts';
import { page } from '../paging.ts';
import { type GroupMembers, readSettings } from '../validate/deployment-group.ts';
import { describeGroup } from '../views/deployment-group.ts';
import type { World } from '../world.ts';
import { applicationNamed } from './applications.ts';
import { configNamed } from './deployment-configs.ts';

export function groupNamed(application: Application, name: string | undefined): DeploymentGroup {
  const given = required('deploymentGroupName', name);
  const found = application.groups.get(given);
  if (found === undefined) throw groupNotFound(given);
  return found;
}

export function groupOperations({ store, services }: World) {
  const check = (settings: GroupSettings, own: DeploymentGroup | undefined): void => {
    configNamed(store, settings.deploymentConfigName);
    const { clusterName, serviceName } = settings.ecsService;
    const service = services.find(clusterName, serviceName);
    if (service === undefined) {
      throw refuse('InvalidECSServiceException', `The ECS service ${clusterName}:${serviceName} does not exist`);
    }
    if (service.controller !== 'CODE_DEPLOY') throw wrongController();
    const other = groupsOf(store).find(
      (group) =>
        group !== own &&
        group.settings.ecsService.clusterName === clusterName &&
        group.settings.ecsService.serviceName === serviceName,
    );
    if (other !== undefined) {
      throw refuse(
        'ECSServiceMappingLimitExceededException',
        `The ECS service ${clusterName}:${serviceName} is already associated with the deployment group ${other.name}`,
      );
    }
  };
  const checkName = (application: Application, name: string): void => {
    if (name.length > 100) {
      throw refuse('InvalidDeploymentGroupNameException', 'The deployment group name must be 1 to 100 characters');
    }
    if (application.groups.has(name)) {
      throw refuse('DeploymentGroupAlreadyExistsException', `Deployment Group name already exists: ${name}`);
    }
  };

  return {
    CreateDeploymentGroup(input: CreateDeploymentGroupInput) {
      const application = applicationNamed(store, input.applicationName);
      const name = required('deploymentGroupName', input.deploymentGroupName);
      checkName(application, name);
      const settings = readSettings(input);
      check(settings, undefined);
      const group: DeploymentGroup = { id: uuid(), name, application, settings };
      application.groups.set(name, group);
      return { deploymentGroupId: group.id };
    },

    /** What is left out stays; a named member is replaced as a whole. Deployments under way keep what they began with. */
    UpdateDeploymentGroup(input: UpdateDeploymentGroupInput) {
      const application = applicationNamed(store, input.applicationName);
      const group = groupNamed(application, input.currentDeploymentGroupName);
      const { applicationName: _, currentDeploymentGroupName: __, newDeploymentGroupName: newName, ...changes } = input;
      const settings = readSettings({ ...membersOf(group.settings), ...changes });
      check(settings, group);
      if (newName !== undefined && newName !== group.name) {
        checkName(application, required('deploymentGroupName', newName));
        application.groups.delete(group.name);
        group.name = newName;
        application.groups.set(newName, group);
      }
      group.settings = settings;
      return {};
    },

    GetDeploymentGroup(input: GetDeploymentGroupInput) {
      const application = applicationNamed(store, input.applicationName);
      return { deploymentGroupInfo: describeGroup(store, groupNamed(application, input.deploymentGroupName)) };
    },

    ListDeploymentGroups(input: ListDeploymentGroupsInput) {
      const application = applicationNamed(store, input.applicationName);
      const { items, ...next } = page([...application.groups.keys()], input.nextToken);
      return { applicationName: application.name, deploymentGroups: items, ...next };
    },

    DeleteDeploymentGroup(input: DeleteDeploymentGroupInput) {
      const name = required('applicationName', input.applicationName);
      store.applications.get(name)?.groups.delete(required('deploymentGroupName', input.deploymentGroupName));
      return {};
    },
  };
}

const groupsOf = (store: Store): DeploymentGroup[] =>
  [...store.applications.values()].flatMap((application) => [...application.groups.values()]);

export const wrongController = () =>
  refuse(
    'InvalidECSServiceException',
    "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
  );

function membersOf(settings: GroupSettings): GroupMembers {
  return {
    deploymentConfigName: settings.deploymentConfigName,
    serviceRoleArn: settings.serviceRoleArn,
    ecsServices: [settings.ecsService],
    deploymentStyle: settings.deploymentStyle,
    blueGreenDeploymentConfiguration: settings.blueGreen,
    loadBalancerInfo: settings.loadBalancerInfo,
    autoRollbackConfiguration: settings.autoRollback,
    alarmConfiguration: settings.alarms,
  };
}
