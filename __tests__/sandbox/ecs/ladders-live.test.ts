import { setTimeout as sleep } from 'node:timers/promises';
import {
  ContinueServiceDeploymentCommand,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type ServiceDeployment,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { pushDemoImage, type Seeded, seedDemo } from '../../../sandbox/seed.ts';

/** Real tasks need real time, on a machine that others may be using. */
const patienceMs = 120_000;

let sandbox: Sandbox;
let seeded: Seeded;
let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;

beforeAll(async () => {
  sandbox = await startSandbox({ runtime: 'process', speed: 120 });
  ecs = new ECSClient(sandbox.clientConfig);
  elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig);
  seeded = await seedDemo(sandbox, { strategy: 'ROLLING', shiftable: true });
}, patienceMs);

afterAll(async () => {
  ecs.destroy();
  elb.destroy();
  await sandbox.close();
}, patienceMs);

/** Two users who ask one request after the other until told to go; gives what did not answer with 200. */
function users() {
  const failed: string[] = [];
  const versions = new Set<string>();
  let served = 0;
  let open = true;
  const ask = async (): Promise<void> => {
    while (open) {
      try {
        const answer = await fetch(seeded.productionUrl);
        const { version } = (await answer.json()) as { version: string };
        if (answer.status === 200) served += 1;
        else failed.push(String(answer.status));
        versions.add(version);
      } catch (error) {
        failed.push(String(error));
      }
      await sleep(2);
    }
  };
  const loops = [ask(), ask()];
  return {
    versions,
    async leave() {
      open = false;
      await Promise.all(loops);
      return { failed, served };
    },
  };
}

async function deploy(version: number, deploymentConfiguration: DeploymentConfiguration): Promise<string> {
  const image = await pushDemoImage(sandbox, { version, repository: seeded.repository });
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: seeded.taskDefinitionArn }),
  );
  const { family, networkMode, cpu, memory, executionRoleArn, requiresCompatibilities, runtimePlatform } =
    taskDefinition ?? {};
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      networkMode,
      cpu,
      memory,
      executionRoleArn,
      requiresCompatibilities: requiresCompatibilities?.filter((one) => one !== 'EC2'),
      runtimePlatform,
      containerDefinitions: taskDefinition?.containerDefinitions?.map((container) => ({ ...container, image })),
    }),
  );
  const { service } = await ecs.send(
    new UpdateServiceCommand({
      cluster: seeded.cluster,
      service: seeded.service,
      taskDefinition: registered.taskDefinition?.taskDefinitionArn,
      deploymentConfiguration,
    }),
  );
  return service?.currentServiceDeployment ?? '';
}

async function until(arn: string, isSo: (deployment: ServiceDeployment) => boolean): Promise<ServiceDeployment> {
  for (;;) {
    const { serviceDeployments } = await ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    const [deployment] = serviceDeployments ?? [];
    if (deployment !== undefined && isSo(deployment)) return deployment;
    await sleep(25);
  }
}

const ended = ({ finishedAt }: ServiceDeployment) => finishedAt !== undefined;
const waiting = ({ lifecycleHookDetails: hooks }: ServiceDeployment) =>
  hooks?.find(({ status }) => status === 'AWAITING_ACTION')?.hookId;

/** Of the target groups in this order. */
async function weights(arns: readonly string[]): Promise<(number | undefined)[]> {
  const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [seeded.productionRuleArn] }));
  const shares = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  return arns.map((arn) => shares.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight);
}

/** The target group that serves, then the other one. */
async function groups(): Promise<readonly string[]> {
  const [first = 0] = await weights(seeded.targetGroupArns);
  return first > 0 ? seeded.targetGroupArns : seeded.targetGroupArns.toReversed();
}

/** Answers every pause, at most `answers` of them with CONTINUE and the next with ROLLBACK; gives the weights at each. */
async function walk(arn: string, arns: readonly string[], answers = Number.POSITIVE_INFINITY) {
  const seen: (number | undefined)[][] = [];
  for (;;) {
    const deployment = await until(arn, (one) => ended(one) || waiting(one) !== undefined);
    if (ended(deployment)) return { seen: [...seen, await weights(arns)], status: deployment.status };
    seen.push(await weights(arns));
    await ecs.send(
      new ContinueServiceDeploymentCommand({
        serviceDeploymentArn: arn,
        hookId: waiting(deployment),
        action: seen.length > answers ? 'ROLLBACK' : 'CONTINUE',
      }),
    );
  }
}

const lifecycleHooks: DeploymentConfiguration['lifecycleHooks'] = [
  { targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] },
];

describe('with real tasks and users, who notice nothing,', () => {
  test(
    'a rolling update replaces the tasks behind the target group that serves',
    async () => {
      const arns = await groups();
      const crowd = users();
      const done = await until(await deploy(2, { strategy: 'ROLLING' }), ended);
      const { failed, served } = await crowd.leave();
      expect(done).toMatchObject({ status: 'SUCCESSFUL' });
      expect(done.lifecycleStage).toBeUndefined();
      expect(failed).toEqual([]);
      expect(served).toBeGreaterThan(0);
      expect(await weights(arns)).toEqual([100, 0]);
      expect(await (await fetch(seeded.productionUrl)).json()).toMatchObject({ version: '2' });
    },
    patienceMs,
  );

  test(
    'LINEAR 25 and then CANARY 0.1, which is turned back, move the weights of the listener rule',
    async () => {
      const arns = await groups();
      const crowd = users();
      const linear = await deploy(3, {
        strategy: 'LINEAR',
        bakeTimeInMinutes: 0,
        linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 1 },
        lifecycleHooks,
      });
      expect(await walk(linear, arns)).toEqual({
        seen: [
          [100, 0],
          [75, 25],
          [50, 50],
          [25, 75],
          [0, 100],
        ],
        status: 'SUCCESSFUL',
      });
      expect([...crowd.versions].sort().at(-1)).toBe('3');
      const canary = await deploy(4, {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 0.1, canaryBakeTimeInMinutes: 1 },
      });
      expect(await walk(canary, arns, 1)).toEqual({
        seen: [
          [0, 100],
          [1, 999],
          [0, 100],
        ],
        status: 'ROLLBACK_SUCCESSFUL',
      });
      const { failed } = await crowd.leave();
      expect(failed).toEqual([]);
      expect(await (await fetch(seeded.productionUrl)).json()).toMatchObject({ version: '3' });
      expect(sandbox.violations).toEqual([]);
    },
    patienceMs,
  );
});

test.each(['LINEAR', 'CANARY'] as const)(
  'a new %s service has all its users from the start',
  async (strategy) => {
    const other = await seedDemo(sandbox, {
      service: strategy.toLowerCase(),
      cluster: strategy,
      strategy,
      desiredCount: 1,
    });
    expect(await (await fetch(other.productionUrl)).json()).toMatchObject({ version: '1' });
    const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [other.productionRuleArn] }));
    expect(Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight)).toEqual([100, 0]);
  },
  patienceMs,
);
