import type {
  BatchGetDeploymentsInput,
  ContinueDeploymentInput,
  CreateDeploymentInput,
  GetDeploymentInput,
  StopDeploymentInput,
} from '@aws-sdk/client-codedeploy';
import { deploymentNotFound, refuse, required } from '../exceptions.ts';
import { type Deployment, deploymentsOf, isFinished, ongoing, type Store } from '../model.ts';
import { deploymentId, isDeploymentId } from '../names.ts';
import { startDeployment } from '../story/run.ts';
import { readRevision } from '../validate/app-spec.ts';
import { checkAlarms, checkAutoRollback } from '../validate/deployment-group.ts';
import { describeDeployment } from '../views/deployment.ts';
import type { World } from '../world.ts';
import { applicationNamed } from './applications.ts';
import { configNamed } from './deployment-configs.ts';
import { groupNamed, wrongController } from './deployment-groups.ts';

/** API_BatchGetDeployments. */
const MAX_BATCH = 25;
/** StopDeployment answers Pending: what it stops goes on for a moment. */
const STOP_MS = 1_000;

export function deploymentWithId(store: Store, id: string | undefined): Deployment {
  const given = required('deploymentId', id);
  if (!isDeploymentId(given)) throw wrongId(given);
  const found = store.deployments.get(given);
  if (found === undefined) throw deploymentNotFound(given);
  return found;
}

/** What belongs to other compute platforms or modes is refused, not dropped. */
function checkMembers(input: CreateDeploymentInput): void {
  if (input.targetInstances !== undefined) {
    throw refuse('InvalidTargetInstancesException', 'targetInstances is not for the ECS compute platform');
  }
  if (input.updateOutdatedInstancesOnly === true) {
    throw refuse(
      'InvalidUpdateOutdatedInstancesOnlyValueException',
      'updateOutdatedInstancesOnly must be false for ECS',
    );
  }
  if (input.ignoreApplicationStopFailures === true) {
    throw refuse(
      'InvalidIgnoreApplicationStopFailuresValueException',
      'ignoreApplicationStopFailures must be false for ECS',
    );
  }
  if (input.deploymentMode === 'RESTART') {
    throw refuse('InvalidInputException', 'The deployment mode RESTART is not for the ECS compute platform');
  }
  checkAlarms(input.overrideAlarmConfiguration);
  checkAutoRollback(input.autoRollbackConfiguration);
}

export function deploymentOperations(world: World) {
  const { store, clock, services } = world;
  return {
    CreateDeployment(input: CreateDeploymentInput) {
      const application = applicationNamed(store, input.applicationName);
      const group = groupNamed(application, input.deploymentGroupName);
      checkMembers(input);
      const revision = readRevision(input.revision, clock.now());
      const config = configNamed(store, input.deploymentConfigName ?? group.settings.deploymentConfigName);
      const { clusterName, serviceName } = group.settings.ecsService;
      const service = services.find(clusterName, serviceName);
      if (service === undefined) {
        throw refuse('InvalidECSServiceException', `The ECS service ${clusterName}:${serviceName} does not exist`);
      }
      if (service.controller !== 'CODE_DEPLOY') throw wrongController();
      const active = ongoing(store, group);
      if (active !== undefined) {
        throw refuse(
          'DeploymentLimitExceededException',
          `The Deployment Group '${group.name}' already has an active Deployment '${active.id}'`,
        );
      }
      application.revisions.set(revision.sha256, application.revisions.get(revision.sha256) ?? revision);
      const deployment = startDeployment(world, {
        id: deploymentId(),
        group,
        settings: {
          ...group.settings,
          deploymentConfigName: config.name,
          alarms: input.overrideAlarmConfiguration ?? group.settings.alarms,
          autoRollback: input.autoRollbackConfiguration ?? group.settings.autoRollback,
        },
        routing: config.routing,
        revision,
        previousRevision: deploymentsOf(store, group).find(({ status }) => status === 'Succeeded')?.revision,
        description: input.description,
        creator: 'user',
        overrideAlarms: input.overrideAlarmConfiguration,
        createTime: clock.now(),
        turnsBack: undefined,
        rollbackInfo: undefined,
      });
      return { deploymentId: deployment.id };
    },

    GetDeployment(input: GetDeploymentInput) {
      return { deploymentInfo: describeDeployment(deploymentWithId(store, input.deploymentId)) };
    },

    /** Ids that nobody knows are left out. */
    BatchGetDeployments(input: BatchGetDeploymentsInput) {
      const ids = input.deploymentIds ?? [];
      if (ids.length === 0) required('deploymentId', undefined);
      if (ids.length > MAX_BATCH) {
        throw refuse('BatchLimitExceededException', `At most ${MAX_BATCH} deployment IDs can be given`);
      }
      for (const id of ids) if (!isDeploymentId(id)) throw wrongId(id);
      return { deploymentsInfo: ids.flatMap((id) => store.deployments.get(id) ?? []).map(describeDeployment) };
    },

    ContinueDeployment(input: ContinueDeploymentInput) {
      const deployment = deploymentWithId(store, input.deploymentId);
      const type = input.deploymentWaitType ?? 'READY_WAIT';
      if (type !== 'READY_WAIT' && type !== 'TERMINATION_WAIT') {
        throw refuse('InvalidDeploymentWaitTypeException', `The wait type ${type} is invalid`);
      }
      if (isFinished(deployment)) throw completed(deployment);
      if (deployment.turnsBack !== undefined) {
        throw refuse(
          'UnsupportedActionForDeploymentTypeException',
          `The deployment ${deployment.id} is a rollback and has nothing to continue`,
        );
      }
      if (deployment.waiting !== type) {
        throw refuse(
          'DeploymentIsNotInReadyStateException',
          `The deployment ${deployment.id} does not have a status of Ready and can't continue yet`,
        );
      }
      deployment.waiting = undefined;
      world.changed();
      return {};
    },

    StopDeployment(input: StopDeploymentInput) {
      const deployment = deploymentWithId(store, input.deploymentId);
      if (isFinished(deployment)) throw completed(deployment);
      clock.after(STOP_MS, () => {
        deployment.halt ??= {
          status: 'Stopped',
          error: { code: 'MANUAL_STOP', message: 'The deployment was stopped by a user.' },
          rollBack: input.autoRollbackEnabled,
        };
        world.changed();
      });
      return { status: 'Pending', statusMessage: `Stopping deployment ${deployment.id}` };
    },
  };
}

const wrongId = (id: string) =>
  refuse('InvalidDeploymentIdException', `Specified DeploymentId is not in the valid format: ${id}`);

const completed = ({ id }: Deployment) =>
  refuse('DeploymentAlreadyCompletedException', `Deployment ${id} has already completed`);
