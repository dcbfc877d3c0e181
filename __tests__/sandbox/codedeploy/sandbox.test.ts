import { setTimeout as sleep } from 'node:timers/promises';
import {
  CodeDeployClient,
  ContinueDeploymentCommand,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  type DeploymentInfo,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { DescribeListenersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startLoad } from '../../../sandbox/load/load.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { containerName, containerPort, pushDemoImage, type Seeded, seedDemo } from '../../../sandbox/seed.ts';
import { seedCodeDeploy } from '../../../sandbox/seed-codedeploy.ts';

/** Real processes on a machine that others may be using. */
const storyMs = 180_000;

let sandbox: Sandbox;
let seeded: Seeded;
let group: { readonly applicationName: string; readonly deploymentGroupName: string };
let codeDeploy: CodeDeployClient;
let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;

beforeAll(async () => {
  sandbox = await startSandbox({ runtime: 'process', speed: 60 });
  seeded = await seedDemo(sandbox, { controller: 'CODE_DEPLOY' });
  codeDeploy = new CodeDeployClient(sandbox.clientConfig);
  ecs = new ECSClient(sandbox.clientConfig);
  elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig);
  const deploymentConfigName = 'tenth-then-all';
  await codeDeploy.send(
    new CreateDeploymentConfigCommand({
      deploymentConfigName,
      computePlatform: 'ECS',
      trafficRoutingConfig: {
        type: 'TimeBasedCanary',
        timeBasedCanary: { canaryPercentage: 10, canaryInterval: 4 },
      },
    }),
  );
  const { application, deploymentGroup } = await seedCodeDeploy(sandbox, seeded, {
    deploymentConfigName,
    terminationMinutes: 600,
  });
  group = { applicationName: application, deploymentGroupName: deploymentGroup };
}, storyMs);

afterAll(async () => {
  for (const client of [codeDeploy, ecs, elb]) client?.destroy();
  await sandbox?.close();
  expect(sandbox?.violations).toEqual([]);
}, storyMs);

async function deploy(version: number): Promise<string> {
  const image = await pushDemoImage(sandbox, { version, repository: seeded.repository });
  const { taskDefinition: base } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: seeded.taskDefinitionArn }),
  );
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: base?.family,
      requiresCompatibilities: base?.requiresCompatibilities,
      networkMode: base?.networkMode,
      cpu: base?.cpu,
      memory: base?.memory,
      executionRoleArn: base?.executionRoleArn,
      runtimePlatform: base?.runtimePlatform,
      containerDefinitions: base?.containerDefinitions?.map((container) => ({ ...container, image })),
    }),
  );
  const content = JSON.stringify({
    version: 0.0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: taskDefinition?.taskDefinitionArn,
            LoadBalancerInfo: { ContainerName: containerName, ContainerPort: containerPort },
          },
        },
      },
    ],
  });
  const revision = { revisionType: 'AppSpecContent' as const, appSpecContent: { content } };
  return (await codeDeploy.send(new CreateDeploymentCommand({ ...group, revision }))).deploymentId ?? '';
}

async function info(deploymentId: string): Promise<DeploymentInfo> {
  return (await codeDeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo ?? {};
}

/** Looks until it is so. A deployment that ends otherwise is told with its error. */
async function until(deploymentId: string, isSo: (info: DeploymentInfo) => boolean | Promise<boolean>) {
  for (;;) {
    const seen = await info(deploymentId);
    if (await isSo(seen)) return seen;
    if (seen.status === 'Failed') throw new Error(`${deploymentId}: ${JSON.stringify(seen.errorInformation)}`);
    await sleep(50);
  }
}

/** The production listener's default action: target group's name to weight. */
async function weights(): Promise<Record<string, number>> {
  const { Listeners } = await elb.send(new DescribeListenersCommand({ ListenerArns: [seeded.listenerArn] }));
  const groups = Listeners?.[0]?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  return Object.fromEntries(groups.map(({ TargetGroupArn, Weight }) => [TargetGroupArn?.split('/').at(-2), Weight]));
}

async function versionsServed(): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => (await (await fetch(seeded.productionUrl)).json()) as { version: string }),
  );
  return [...new Set(answers.map(({ version }) => version))];
}

async function primaryTaskSets() {
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: seeded.cluster, services: [seeded.service] }),
  );
  return (services?.[0]?.taskSets ?? []).filter(({ status }) => status === 'PRIMARY');
}

it(
  'gives users a tenth, then all, takes a stopped release back, and no request fails',
  async () => {
    const [blue = '', green = ''] = seeded.targetGroupArns.map((arn) => arn.split('/').at(-2));
    const load = await startLoad(seeded.productionUrl, { rate: 100 });
    const good = await deploy(2);
    await until(good, async () => (await weights())[green] === 10);
    expect(await weights()).toEqual({ [blue]: 90, [green]: 10 });
    await until(good, ({ instanceTerminationWaitTimeStarted }) => instanceTerminationWaitTimeStarted === true);
    expect(await weights()).toEqual({ [blue]: 0, [green]: 100 });
    expect(await versionsServed()).toEqual(['2']);
    await codeDeploy.send(
      new ContinueDeploymentCommand({ deploymentId: good, deploymentWaitType: 'TERMINATION_WAIT' }),
    );
    await until(good, ({ status }) => status === 'Succeeded');

    const bad = await deploy(3);
    await until(bad, async () => (await weights())[blue] === 10);
    await codeDeploy.send(new StopDeploymentCommand({ deploymentId: bad, autoRollbackEnabled: true }));
    const { rollbackInfo } = await until(bad, ({ status }) => status === 'Stopped');
    const rollback = rollbackInfo?.rollbackDeploymentId ?? '';
    await until(rollback, ({ status }) => status === 'Succeeded');
    expect(await weights()).toEqual({ [blue]: 0, [green]: 100 });
    expect(await versionsServed()).toEqual(['2']);
    expect(await primaryTaskSets()).toEqual([expect.objectContaining({ externalId: good })]);
    const { deploymentTarget } = await codeDeploy.send(
      new GetDeploymentTargetCommand({ deploymentId: bad, targetId: `${seeded.cluster}:${seeded.service}` }),
    );
    expect(deploymentTarget?.ecsTarget?.taskSetsInfo).toMatchObject([
      { taskSetLabel: 'Blue', targetGroup: { name: green } },
      { taskSetLabel: 'Green', targetGroup: { name: blue } },
    ]);

    const { requests, failed, problems } = await load.stop();
    expect({ failed, problems }).toEqual({ failed: 0, problems: [] });
    expect(requests).toBeGreaterThan(100);
  },
  storyMs,
);

it('answers a call without its required member with the exception of that member', async () => {
  const call = codeDeploy.send(new CreateApplicationCommand({ applicationName: undefined, computePlatform: 'ECS' }));
  await expect(call).rejects.toMatchObject({
    name: 'ApplicationNameRequiredException',
    message: 'Application name is missing',
  });
});
