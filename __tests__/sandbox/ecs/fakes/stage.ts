/** One ECS over fakes, with a cluster, two target groups behind a production and a test rule, and short words for its calls. */

import type {
  DescribeTasksResponse,
  ListServiceDeploymentsResponse,
  Service,
  ServiceDeployment,
  Task,
} from '@aws-sdk/client-ecs';
import { jest } from '@jest/globals';
import { createEcs, type Ecs } from '../../../../sandbox/ecs/index.ts';
import { checkShape, describeIssue, operationSchema } from '../../../../sandbox/wire/schema.ts';
import type { Call } from '../../../../sandbox/wire/service.ts';
import { type FakeAlarms, fakeAlarms } from './alarms.ts';
import { type FakeClock, fakeClock, settled } from './clock.ts';
import { type FakeLoadBalancing, fakeLoadBalancing } from './load-balancing.ts';
import { type FakeRuntime, fakeRuntime } from './runtime.ts';

// No test waits for real time; a busy machine may still take long to work a simulated day through.
jest.setTimeout(60_000);

const elb = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
export const blue = `${elb}:targetgroup/blue/1111111111111111`;
export const green = `${elb}:targetgroup/green/2222222222222222`;
export const foreign = `${elb}:targetgroup/foreign/3333333333333333`;
export const productionRule = `${elb}:listener-rule/app/lb/50dc6c495c0c9188/f2f7dc8efc522ab2/production/1`;
export const testRule = `${elb}:listener-rule/app/lb/50dc6c495c0c9188/f2f7dc8efc522ab2/test/2`;

export interface Stage {
  readonly ecs: Ecs;
  readonly clock: FakeClock;
  readonly runtime: FakeRuntime;
  readonly balancer: FakeLoadBalancing;
  readonly alarms: FakeAlarms;
  readonly logs: string[];
  /** Calls an operation; input and answer are held against AWS's schemas. */
  call<T = Record<string, unknown>>(operation: string, input?: object): Promise<T>;
  /** The error an operation answers with. */
  refused(operation: string, input?: object): Promise<{ readonly code: string; readonly message: string }>;
  register(tag: string, more?: object): Promise<string>;
  service(): Promise<Service>;
  deployments(): Promise<NonNullable<ListServiceDeploymentsResponse['serviceDeployments']>>;
  deployment(arn: string): Promise<ServiceDeployment>;
  tasks(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<Task[]>;
  events(): Promise<string[]>;
  /** Lets time pass in steps until it is so. */
  until(what: string, isSo: () => Promise<boolean>, atMostMs?: number): Promise<void>;
  reaches(arn: string, status: string): Promise<ServiceDeployment>;
  /** Waits for the pause at a stage and gives its hook's id. */
  paused(arn: string, stage: string): Promise<string>;
}

export async function stage(): Promise<Stage> {
  const clock = fakeClock();
  const runtime = fakeRuntime(clock);
  const isSick = (address: string): boolean =>
    runtime.tasks.some((fake) => fake.address === address && fake.task.containers[0]?.image.includes(':sick') === true);
  const balancer = fakeLoadBalancing(clock, [blue, green, foreign], isSick);
  balancer.putRule(productionRule, { [blue]: 1, [green]: 0 });
  balancer.putRule(testRule, { [green]: 1 });
  const alarms = fakeAlarms();
  const logs: string[] = [];
  const ecs = createEcs({
    clock,
    place: { account: '123456789012', region: 'eu-central-1' },
    runtime,
    loadBalancing: balancer,
    alarms,
    logs: { write: (group, stream, line) => void logs.push(`${group} ${stream} ${line}`) },
  });

  const call = async <T>(operation: string, input: object = {}): Promise<T> => {
    const handler = ecs.service.operations[operation];
    const schema = operationSchema(ecs.service, operation);
    if (handler === undefined || schema === undefined) throw new Error(`no operation ${operation}`);
    const open = ecs.service.open?.includes(operation) ?? false;
    const wrong = checkShape(schema.input, input, open);
    if (wrong.length > 0) throw new Error(`${operation}: input: ${wrong.map(describeIssue).join('; ')}`);
    const answer = await handler(input, { operation, requestId: 'r', accessKeyId: 'AKIA' } as Call);
    const issues = checkShape(schema.output, answer, open);
    if (issues.length > 0) throw new Error(`${operation}: answer: ${issues.map(describeIssue).join('; ')}`);
    await settled();
    return answer as T;
  };

  const self: Stage = {
    ecs,
    clock,
    runtime,
    balancer,
    alarms,
    logs,
    call,
    async refused(operation, input) {
      try {
        await call(operation, input);
      } catch (error) {
        return error as { code: string; message: string };
      }
      throw new Error(`${operation} was not refused`);
    },
    async register(tag, more = {}) {
      const { taskDefinition } = await call<{ taskDefinition: { taskDefinitionArn: string } }>(
        'RegisterTaskDefinition',
        { ...taskDefinitionOf(tag), ...more },
      );
      return taskDefinition.taskDefinitionArn;
    },
    async service() {
      const { services } = await call<{ services: Service[] }>('DescribeServices', { services: ['web'] });
      if (services[0] === undefined) throw new Error('no service web');
      return services[0];
    },
    async deployments() {
      const answer = await call<ListServiceDeploymentsResponse>('ListServiceDeployments', { service: 'web' });
      return answer.serviceDeployments ?? [];
    },
    async deployment(arn) {
      const answer = await call<{ serviceDeployments: ServiceDeployment[] }>('DescribeServiceDeployments', {
        serviceDeploymentArns: [arn],
      });
      if (answer.serviceDeployments[0] === undefined) throw new Error(`no deployment ${arn}`);
      return answer.serviceDeployments[0];
    },
    async tasks(desiredStatus) {
      const { taskArns } = await call<{ taskArns: string[] }>('ListTasks', { serviceName: 'web', desiredStatus });
      if (taskArns.length === 0) return [];
      return (await call<DescribeTasksResponse>('DescribeTasks', { tasks: taskArns })).tasks ?? [];
    },
    events: async () => ((await self.service()).events ?? []).map(({ message }) => message ?? ''),
    async until(what, isSo, atMostMs = 600_000) {
      for (let passed = 0; passed <= atMostMs; passed += 500) {
        if (await isSo()) return;
        await clock.advance(500);
      }
      throw new Error(`not within ${atMostMs} ms: ${what}`);
    },
    async reaches(arn, status) {
      await self.until(`${status}`, async () => (await self.deployment(arn)).status === status);
      return self.deployment(arn);
    },
    async paused(arn, stageName) {
      const found = async () => {
        const deployment = await self.deployment(arn);
        const waits = deployment.lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION');
        return String(deployment.lifecycleStage) === stageName ? waits?.hookId : undefined;
      };
      await self.until(`a pause at ${stageName}`, async () => (await found()) !== undefined);
      return (await found()) ?? '';
    },
  };
  await call('CreateCluster', {});
  return self;
}

export const taskDefinitionOf = (tag: string) => ({
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  containerDefinitions: [
    {
      name: 'web',
      image: `registry/web:${tag}`,
      portMappings: [{ containerPort: 8080 }],
      environment: [{ name: 'VERSION', value: tag }],
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-central-1:123456789012:parameter/token' }],
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/web', 'awslogs-region': 'eu-central-1', 'awslogs-stream-prefix': 'app' },
      },
    },
  ],
});

export const loadBalancers = [
  {
    targetGroupArn: blue,
    containerName: 'web',
    containerPort: 8080,
    advancedConfiguration: {
      alternateTargetGroupArn: green,
      productionListenerRule: productionRule,
      testListenerRule: testRule,
      roleArn: 'arn:aws:iam::123456789012:role/infrastructure',
    },
  },
];

export const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

export const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 };

/** The service `web` with two tasks of `good1`, its first deployment done. */
export async function serving(on: Stage, more: object = {}): Promise<void> {
  const taskDefinition = await on.register('good1');
  await on.call('CreateService', {
    serviceName: 'web',
    taskDefinition,
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration,
    loadBalancers,
    deploymentConfiguration: blueGreen,
    ...more,
  });
  const [first] = await on.deployments();
  await on.reaches(first?.serviceDeploymentArn ?? '', 'SUCCESSFUL');
}

/** Registers an image and updates the service to it; gives the new service deployment's ARN. */
export async function deploy(on: Stage, tag: string, more: object = {}): Promise<string> {
  const taskDefinition = await on.register(tag);
  const { service } = await on.call<{ service: Service }>('UpdateService', { service: 'web', taskDefinition, ...more });
  return service.currentServiceDeployment ?? '';
}

export const pauseAt = (...stages: string[]) =>
  stages.map((name) => ({ targetType: 'PAUSE', lifecycleStages: [name] }));
