import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentGroupCommand,
  type CreateDeploymentGroupCommandInput,
} from '@aws-sdk/client-codedeploy';
import type { Sandbox } from './sandbox.ts';
import type { Seeded } from './seed.ts';

export interface CodeDeploySeedOptions {
  /** `CodeDeployDefault.ECSAllAtOnce` unless given. */
  readonly deploymentConfigName?: string;
  /** Minutes a deployment waits, Ready, for ContinueDeployment; it does not wait unless given. */
  readonly readyMinutes?: number;
  /** Minutes the original task set stays; 0 unless given. */
  readonly terminationMinutes?: number;
  /** The events that turn a deployment back by themselves; none unless given. */
  readonly rollbackOn?: readonly ('DEPLOYMENT_FAILURE' | 'DEPLOYMENT_STOP_ON_ALARM' | 'DEPLOYMENT_STOP_ON_REQUEST')[];
  readonly alarmNames?: readonly string[];
  /** Joined into the input of CreateDeploymentGroup. */
  readonly groupInput?: Partial<CreateDeploymentGroupCommandInput>;
}

export interface SeededCodeDeploy {
  readonly application: string;
  readonly deploymentGroup: string;
}

/**
 * An application and a deployment group for a seeded service whose controller is CODE_DEPLOY, with the names that ECS's
 * console gives them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html
 */
export async function seedCodeDeploy(
  sandbox: Sandbox,
  seeded: Pick<Seeded, 'cluster' | 'service' | 'listenerArn' | 'testListenerArn' | 'targetGroupArns'>,
  options: CodeDeploySeedOptions = {},
): Promise<SeededCodeDeploy> {
  const { cluster, service, listenerArn, testListenerArn, targetGroupArns } = seeded;
  const { readyMinutes, rollbackOn, alarmNames } = options;
  const application = `AppECS-${cluster}-${service}`;
  const deploymentGroup = `DgpECS-${cluster}-${service}`;
  const client = new CodeDeployClient(sandbox.clientConfig);
  try {
    await client.send(new CreateApplicationCommand({ applicationName: application, computePlatform: 'ECS' }));
    await client.send(
      new CreateDeploymentGroupCommand({
        applicationName: application,
        deploymentGroupName: deploymentGroup,
        deploymentConfigName: options.deploymentConfigName ?? 'CodeDeployDefault.ECSAllAtOnce',
        serviceRoleArn: `arn:aws:iam::${sandbox.place.account}:role/ecsCodeDeployRole`,
        ecsServices: [{ clusterName: cluster, serviceName: service }],
        deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
        blueGreenDeploymentConfiguration: {
          deploymentReadyOption:
            readyMinutes === undefined
              ? { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 }
              : { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: readyMinutes },
          terminateBlueInstancesOnDeploymentSuccess: {
            action: 'TERMINATE',
            terminationWaitTimeInMinutes: options.terminationMinutes ?? 0,
          },
        },
        loadBalancerInfo: {
          targetGroupPairInfoList: [
            {
              targetGroups: targetGroupArns.map((arn) => ({ name: arn.split('/').at(-2) })),
              prodTrafficRoute: { listenerArns: [listenerArn] },
              testTrafficRoute: { listenerArns: [testListenerArn] },
            },
          ],
        },
        ...(rollbackOn && { autoRollbackConfiguration: { enabled: true, events: [...rollbackOn] } }),
        ...(alarmNames && {
          alarmConfiguration: { enabled: true, alarms: alarmNames.map((name) => ({ name })) },
        }),
        ...options.groupInput,
      }),
    );
    return { application, deploymentGroup };
  } finally {
    client.destroy();
  }
}
