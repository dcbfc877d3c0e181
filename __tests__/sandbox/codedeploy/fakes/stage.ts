/** One CodeDeploy over fakes: a service `demo:web` behind a production and a test listener, and short words for its calls. */

import type {
  CreateDeploymentInput,
  DeploymentInfo,
  ECSTarget,
  UpdateDeploymentGroupInput,
} from '@aws-sdk/client-codedeploy';
import { jest } from '@jest/globals';
import { type CodeDeploy, createCodeDeploy } from '../../../../sandbox/codedeploy/index.ts';
import { checkShape, describeIssue, operationSchema } from '../../../../sandbox/wire/schema.ts';
import type { Call } from '../../../../sandbox/wire/service.ts';
import { type FakeAlarms, fakeAlarms } from '../../ecs/fakes/alarms.ts';
import { type FakeClock, fakeClock, settled } from '../../ecs/fakes/clock.ts';
import { type FakeRoutes, fakeRoutes } from './routes.ts';
import { type FakeServices, fakeServices } from './services.ts';

// No test waits for real time; a busy machine may still take long to work a simulated day through.
jest.setTimeout(60_000);

const elb = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
export const blue = `${elb}:targetgroup/blue/1111111111111111`;
export const green = `${elb}:targetgroup/green/2222222222222222`;
export const foreign = `${elb}:targetgroup/foreign/3333333333333333`;
export const production = `${elb}:listener/app/lb/50dc6c495c0c9188/f2f7dc8efc522ab2`;
export const test = `${elb}:listener/app/lb/50dc6c495c0c9188/a2f7dc8efc522ab3`;
export const minuteMs = 60_000;
/** Until a deployment has made its task set steady and stands before AllowTraffic, and a little more. */
export const installMs = 30_000;

export interface Stage {
  readonly codeDeploy: CodeDeploy;
  readonly clock: FakeClock;
  readonly routes: FakeRoutes;
  readonly services: FakeServices;
  readonly alarms: FakeAlarms;
  /** Calls an operation; input and answer are held against AWS's schemas. */
  call<T = Record<string, unknown>>(operation: string, input?: object): Promise<T>;
  /** The error an operation answers with. */
  refused(operation: string, input?: object): Promise<{ readonly code: string; readonly message: string }>;
  /** Begins a deployment of this task definition and gives its id. */
  deploy(taskDefinition: string, more?: Partial<CreateDeploymentInput>): Promise<string>;
  deployment(id: string): Promise<DeploymentInfo>;
  target(id: string): Promise<ECSTarget>;
  /** `Install Succeeded` and so on. */
  events(id: string): Promise<string[]>;
  /** Lets time pass in seconds until the deployment has this status. */
  reaches(id: string, status: string, atMostMs?: number): Promise<DeploymentInfo>;
  group(changes: Partial<UpdateDeploymentGroupInput>): Promise<void>;
}

export const names = { applicationName: 'web', deploymentGroupName: 'web' };

export const groupInput = {
  ...names,
  serviceRoleArn: 'arn:aws:iam::123456789012:role/ecsCodeDeployRole',
  deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
  ecsServices: [{ clusterName: 'demo', serviceName: 'web' }],
  deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
  blueGreenDeploymentConfiguration: {
    deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
    terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 5 },
  },
  loadBalancerInfo: {
    targetGroupPairInfoList: [
      {
        targetGroups: [{ name: 'blue' }, { name: 'green' }],
        prodTrafficRoute: { listenerArns: [production] },
        testTrafficRoute: { listenerArns: [test] },
      },
    ],
  },
};

export const appSpec = (taskDefinition: string, hooks: readonly Readonly<Record<string, string>>[] = []): string =>
  JSON.stringify({
    version: 0.0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: taskDefinition,
            LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 8080 },
          },
        },
      },
    ],
    Hooks: hooks,
  });

export const revision = (content: string) => ({
  revisionType: 'AppSpecContent' as const,
  appSpecContent: { content },
});

export async function stage({ withGroup = true } = {}): Promise<Stage> {
  const clock = fakeClock();
  const routes = fakeRoutes([blue, green, foreign]);
  routes.putListener(production, { production: { [blue]: 1 } });
  routes.putListener(test, { test: { [blue]: 1 } });
  const services = fakeServices(clock, blue);
  const alarms = fakeAlarms();
  const codeDeploy = createCodeDeploy({
    clock,
    place: { account: '123456789012', region: 'eu-central-1' },
    loadBalancing: routes,
    routes,
    alarms,
    services,
  });

  const call = async <T>(operation: string, input: object = {}): Promise<T> => {
    const handler = codeDeploy.service.operations[operation];
    const schema = operationSchema(codeDeploy.service, operation);
    if (handler === undefined || schema === undefined) throw new Error(`no operation ${operation}`);
    const wrong = checkShape(schema.input, input, false);
    if (wrong.length > 0) throw new Error(`${operation}: input: ${wrong.map(describeIssue).join('; ')}`);
    const answer = await handler(input, { operation, requestId: 'r', accessKeyId: 'AKIA' } as Call);
    const issues = checkShape(schema.output, answer, false);
    if (issues.length > 0) throw new Error(`${operation}: answer: ${issues.map(describeIssue).join('; ')}`);
    await settled();
    return answer as T;
  };

  const self: Stage = {
    codeDeploy,
    clock,
    routes,
    services,
    alarms,
    call,
    async refused(operation, input) {
      try {
        await call(operation, input);
      } catch (error) {
        return error as { code: string; message: string };
      }
      throw new Error(`${operation} was not refused`);
    },
    async deploy(taskDefinition, more = {}) {
      const input = { ...names, revision: revision(appSpec(taskDefinition)), ...more };
      return (await call<{ deploymentId: string }>('CreateDeployment', input)).deploymentId;
    },
    async deployment(deploymentId) {
      return (await call<{ deploymentInfo: DeploymentInfo }>('GetDeployment', { deploymentId })).deploymentInfo;
    },
    async target(deploymentId) {
      const { deploymentTarget } = await call<{ deploymentTarget: { ecsTarget: ECSTarget } }>('GetDeploymentTarget', {
        deploymentId,
        targetId: 'demo:web',
      });
      return deploymentTarget.ecsTarget;
    },
    events: async (id) =>
      ((await self.target(id)).lifecycleEvents ?? []).map(
        ({ lifecycleEventName: name, status }) => `${name} ${status}`,
      ),
    async reaches(id, status, atMostMs = 30 * minuteMs) {
      for (let passed = 0; passed <= atMostMs; passed += 1_000) {
        const info = await self.deployment(id);
        if (info.status === status) return info;
        await clock.advance(1_000);
      }
      throw new Error(`${id} is ${(await self.deployment(id)).status}, not ${status}, after ${atMostMs} ms`);
    },
    async group(changes) {
      await call('UpdateDeploymentGroup', { applicationName: 'web', currentDeploymentGroupName: 'web', ...changes });
    },
  };
  if (withGroup) {
    await call('CreateApplication', { applicationName: 'web', computePlatform: 'ECS' });
    await call('CreateDeploymentGroup', groupInput);
  }
  return self;
}
