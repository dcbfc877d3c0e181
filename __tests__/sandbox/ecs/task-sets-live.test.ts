/** Task sets on a whole sandbox: real tasks, a real load balancer, and somebody who moves the weights himself. */

import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  CreateTaskSetCommand,
  DeleteTaskSetCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTaskSetsCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type TaskSet,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { pushDemoImage, seedDemo } from '../../../sandbox/seed.ts';

let sandbox: Sandbox;
let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;

beforeAll(async () => {
  sandbox = await startSandbox({ runtime: 'process', speed: 60 });
  ecs = new ECSClient(sandbox.clientConfig);
  elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig);
}, 60_000);

afterAll(async () => {
  await sandbox.close();
  ecs.destroy();
  elb.destroy();
  expect(sandbox.violations).toEqual([]);
}, 60_000);

const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } };

/** Waits, at most a minute of real time: processes start on a machine that others may be using. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited too long until ${what}`);
    await sleep(50);
  }
}

test('a candidate takes the traffic step by step, becomes primary, and the old task set leaves: no request fails', async () => {
  const seeded = await seedDemo(sandbox, { controller: 'EXTERNAL' });
  const at = { cluster: seeded.cluster, service: seeded.service };
  const [blue, green] = seeded.targetGroupArns;
  const look = async (id: string | undefined): Promise<TaskSet | undefined> =>
    (await ecs.send(new DescribeTaskSetsCommand({ ...at, taskSets: [id ?? ''] }))).taskSets?.[0];
  const steady = (id: string | undefined) =>
    until('STEADY_STATE', async () => (await look(id))?.stabilityStatus === 'STEADY_STATE');

  const image = await pushDemoImage(sandbox, { version: 2, repository: seeded.repository });
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: seeded.taskDefinitionArn }),
  );
  const next = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...(taskDefinition as RegisterTaskDefinitionCommandInput),
      containerDefinitions: taskDefinition?.containerDefinitions?.map((container) => ({ ...container, image })),
    }),
  );

  const answers = new Map<string, number>();
  let isOver = false;
  const user = async () => {
    while (!isOver) {
      const answer = await fetch(seeded.productionUrl).then(
        async (response) => (response.ok ? ((await response.json()) as { version: string }).version : response.status),
        (error: unknown) => String(error),
      );
      answers.set(String(answer), (answers.get(String(answer)) ?? 0) + 1);
      await sleep(2);
    }
  };
  const users = [user(), user(), user()];

  const created = await ecs.send(
    new CreateTaskSetCommand({
      ...at,
      taskDefinition: next.taskDefinition?.taskDefinitionArn,
      launchType: 'FARGATE',
      loadBalancers: [{ targetGroupArn: green, containerName: 'web', containerPort: 8080 }],
      networkConfiguration,
      scale: { value: 50, unit: 'PERCENT' },
      clientToken: 'candidate',
      tags: [{ key: 'greenlight:step', value: '0' }],
    }),
  );
  const candidate = created.taskSet?.id;
  await steady(candidate);
  expect(await look(candidate)).toMatchObject({ computedDesiredCount: 1, runningCount: 1 });
  expect(answers.has('2')).toBe(false);

  const before = (await elb.send(new DescribeRulesCommand({ RuleArns: [seeded.productionRuleArn] }))).Rules?.[0];
  for (const share of [10, 50]) {
    await shift(share);
    await until('the candidate answers', async () => (answers.get('2') ?? 0) > 20);
  }
  await ecs.send(new UpdateTaskSetCommand({ ...at, taskSet: candidate, scale: { value: 100, unit: 'PERCENT' } }));
  await steady(candidate);
  expect((await look(candidate))?.runningCount).toBe(2);
  await shift(100);
  await ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...at, primaryTaskSet: candidate }));
  await ecs.send(new DeleteTaskSetCommand({ ...at, taskSet: seeded.taskSetArn, force: true }));
  await until('the old task set is gone', async () => (await look(seeded.taskSetArn)) === undefined);
  isOver = true;
  await Promise.all(users);

  expect([...answers.keys()].sort()).toEqual(['1', '2']);
  const after = (await elb.send(new DescribeRulesCommand({ RuleArns: [seeded.productionRuleArn] }))).Rules?.[0];
  expect({ ...after, Actions: [] }).toEqual({ ...before, Actions: [] });
  const { services } = await ecs.send(new DescribeServicesCommand({ ...at, services: [seeded.service] }));
  expect(services?.[0]).toMatchObject({
    runningCount: 2,
    taskDefinition: next.taskDefinition?.taskDefinitionArn,
    taskSets: [{ id: candidate, status: 'PRIMARY', stabilityStatus: 'STEADY_STATE' }],
  });
  // The group without targets is still on the rule; nothing is registered in it.
  const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: blue }));
  expect(TargetHealthDescriptions?.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')).toEqual([]);

  // Auto scaling changes the count of the service, and so of its task set.
  const scaling = new ApplicationAutoScalingClient(sandbox.clientConfig);
  await scaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: `service/${seeded.cluster}/${seeded.service}`,
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: 3,
      MaxCapacity: 5,
    }),
  );
  scaling.destroy();
  expect((await look(candidate))?.computedDesiredCount).toBe(3);

  async function shift(percent: number): Promise<void> {
    await elb.send(
      new ModifyRuleCommand({
        RuleArn: seeded.productionRuleArn,
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: blue, Weight: 100 - percent },
                { TargetGroupArn: green, Weight: percent },
              ],
            },
          },
        ],
      }),
    );
  }
}, 180_000);

test('a task set cannot stand behind a target group that no rule names', async () => {
  const seeded = await seedDemo(sandbox, {
    controller: 'CODE_DEPLOY',
    cluster: 'other',
    service: 'api',
    desiredCount: 1,
  });
  expect(await (await fetch(seeded.productionUrl)).json()).toMatchObject({ version: '1' });
  expect(await (await fetch(seeded.testUrl)).json()).toMatchObject({ version: '1' });
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name: 'loose', Protocol: 'HTTP', Port: 8080, VpcId: 'vpc-1', TargetType: 'ip' }),
  );
  const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  const create = ecs.send(
    new CreateTaskSetCommand({
      cluster: seeded.cluster,
      service: seeded.service,
      taskDefinition: seeded.taskDefinitionArn,
      launchType: 'FARGATE',
      networkConfiguration,
      loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
    }),
  );
  await expect(create).rejects.toThrow(
    `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
  );
}, 120_000);
