import { createHash } from 'node:crypto';
import type { DeploymentGroupName, NewConfiguration } from '../../core/codedeploy-facts.ts';
import type { CallError } from '../../core/errors.ts';
import type { CodeDeploy } from '../../ports.ts';
import { call, isNamed, toCallError } from './client.ts';
import { deploymentFacts, groupFacts, routingFacts, targetFacts } from './code-deploy-facts.ts';
import type { CodeDeployConnection } from './connections.ts';

/** "on request" is what StopDeployment is. https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_AutoRollbackConfiguration.html */
const TURN_BACK_ON = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'] as const;
const ON_ALARM = 'DEPLOYMENT_STOP_ON_ALARM';
const NO_DEPLOYMENT = ['DeploymentDoesNotExistException', 'InvalidDeploymentIdException'];
/** What CodeDeploy says to an answer that comes when nothing waits for one. */
const NOT_WAITING = [
  'DeploymentIsNotInReadyStateException',
  'DeploymentAlreadyCompletedException',
  'InvalidDeploymentStatusException',
  'InvalidDeploymentWaitTypeException',
];

export function codeDeploy(connect: CodeDeployConnection): CodeDeploy {
  const deployment: CodeDeploy['deployment'] = (deploymentId) =>
    call(`look at deployment ${deploymentId}`, async () => {
      const { sdk, client } = await connect();
      try {
        const { deploymentInfo } = await client.send(new sdk.GetDeploymentCommand({ deploymentId }));
        return deploymentInfo === undefined ? undefined : deploymentFacts(deploymentInfo);
      } catch (error) {
        if (NO_DEPLOYMENT.some((code) => isNamed(error, code))) return undefined;
        throw error;
      }
    });

  return {
    deployment,

    group: (name) =>
      call(`look at deployment group ${name.group} of application ${name.application}`, async () => {
        const { sdk, client } = await connect();
        try {
          const answer = await client.send(new sdk.GetDeploymentGroupCommand(named(name)));
          return answer.deploymentGroupInfo === undefined ? 'no-group' : groupFacts(answer.deploymentGroupInfo);
        } catch (error) {
          if (isNamed(error, 'ApplicationDoesNotExistException')) return 'no-application';
          if (isNamed(error, 'DeploymentGroupDoesNotExistException')) return 'no-group';
          throw error;
        }
      }),

    setWaits: (name, { readyMinutes, terminationMinutes }) =>
      call(`change deployment group ${name.group} of application ${name.application}`, async () => {
        const { sdk, client } = await connect();
        await client.send(
          new sdk.UpdateDeploymentGroupCommand({
            applicationName: name.application,
            currentDeploymentGroupName: name.group,
            blueGreenDeploymentConfiguration: {
              deploymentReadyOption:
                readyMinutes === undefined
                  ? { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 }
                  : { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: readyMinutes },
              terminateBlueInstancesOnDeploymentSuccess:
                terminationMinutes === undefined
                  ? { action: 'KEEP_ALIVE' }
                  : { action: 'TERMINATE', terminationWaitTimeInMinutes: terminationMinutes },
            },
          }),
        );
      }),

    configuration: (name) =>
      call(`look at deployment configuration ${name}`, async () => {
        const { sdk, client } = await connect();
        try {
          const answer = await client.send(new sdk.GetDeploymentConfigCommand({ deploymentConfigName: name }));
          const routing = routingFacts(answer.deploymentConfigInfo);
          return routing === undefined ? undefined : { name, routing };
        } catch (error) {
          if (isNamed(error, 'DeploymentConfigDoesNotExistException')) return undefined;
          throw error;
        }
      }),

    createConfiguration: (configuration) =>
      call(`create deployment configuration ${configuration.name}`, async () => {
        const { sdk, client } = await connect();
        try {
          await client.send(
            new sdk.CreateDeploymentConfigCommand({
              deploymentConfigName: configuration.name,
              computePlatform: 'ECS',
              trafficRoutingConfig: routingConfig(configuration),
            }),
          );
        } catch (error) {
          if (!isNamed(error, 'DeploymentConfigAlreadyExistsException')) throw error;
        }
      }),

    create: (wanted) =>
      call(`create a deployment in ${wanted.group} of application ${wanted.application}`, async () => {
        const { sdk, client } = await connect();
        const sha256 = createHash('sha256').update(wanted.appSpec).digest('hex');
        const answer = await client.send(
          new sdk.CreateDeploymentCommand({
            ...named(wanted),
            deploymentConfigName: wanted.deploymentConfigName,
            description: wanted.description,
            revision: { revisionType: 'AppSpecContent', appSpecContent: { content: wanted.appSpec, sha256 } },
            autoRollbackConfiguration: {
              enabled: true,
              events: wanted.onAlarm ? [...TURN_BACK_ON, ON_ALARM] : [...TURN_BACK_ON],
            },
          }),
        );
        return answer.deploymentId ?? '';
      }),

    list: (name, statuses) =>
      call(`list deployments of ${name.group} of application ${name.application}`, async () => {
        const { sdk, client } = await connect();
        try {
          const answer = await client.send(
            new sdk.ListDeploymentsCommand({ ...named(name), includeOnlyStatuses: [...statuses] }),
          );
          return answer.deployments ?? [];
        } catch (error) {
          const isMissing = ['ApplicationDoesNotExistException', 'DeploymentGroupDoesNotExistException'];
          if (isMissing.some((code) => isNamed(error, code))) return [];
          throw error;
        }
      }),

    target: (deploymentId, clusterName, serviceName) =>
      call(`look at service ${serviceName} in deployment ${deploymentId}`, async () => {
        const { sdk, client } = await connect();
        try {
          // "The target IDs are pairs of Amazon ECS clusters and services", API_BatchGetDeploymentTargets.
          const targetId = `${clusterName}:${serviceName}`;
          const answer = await client.send(new sdk.GetDeploymentTargetCommand({ deploymentId, targetId }));
          const target = answer.deploymentTarget?.ecsTarget;
          return target === undefined ? undefined : targetFacts(target);
        } catch (error) {
          const notYet = ['DeploymentNotStartedException', 'DeploymentTargetDoesNotExistException'];
          if (notYet.some((code) => isNamed(error, code))) return undefined;
          throw error;
        }
      }),

    async goOn(deploymentId, wait) {
      try {
        const { sdk, client } = await connect();
        await client.send(new sdk.ContinueDeploymentCommand({ deploymentId, deploymentWaitType: wait }));
      } catch (error) {
        const refused = toCallError(`let deployment ${deploymentId} go on (${wait})`, error);
        // "Not yet", "not any more" and "just now" in the same words. What was ordered counts only when it is seen anyway.
        if (!NOT_WAITING.includes(refused.code)) throw refused;
      }
    },

    async stop(deploymentId) {
      try {
        const { sdk, client } = await connect();
        await client.send(new sdk.StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
      } catch (error) {
        const refused: CallError = toCallError(`stop deployment ${deploymentId}`, error);
        if (refused.code !== 'DeploymentAlreadyCompletedException') throw refused;
      }
    },

    appSpec: (application, sha256) =>
      call(`read a revision of application ${application}`, async () => {
        const { sdk, client } = await connect();
        try {
          // GetDeployment leaves the content out: "The content property … is always null", API_GetDeployment.
          const answer = await client.send(
            new sdk.GetApplicationRevisionCommand({
              applicationName: application,
              revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256 } },
            }),
          );
          return answer.revision?.appSpecContent?.content ?? answer.revision?.string?.content;
        } catch (error) {
          const isMissing = ['RevisionDoesNotExistException', 'ApplicationDoesNotExistException'];
          if (isMissing.some((code) => isNamed(error, code))) return undefined;
          throw error;
        }
      }),
  };
}

function named({ application, group }: DeploymentGroupName) {
  return { applicationName: application, deploymentGroupName: group };
}

function routingConfig({ routing }: NewConfiguration) {
  const { percent, minutes } = routing;
  return routing.kind === 'canary'
    ? { type: 'TimeBasedCanary' as const, timeBasedCanary: { canaryPercentage: percent, canaryInterval: minutes } }
    : { type: 'TimeBasedLinear' as const, timeBasedLinear: { linearPercentage: percent, linearInterval: minutes } };
}
