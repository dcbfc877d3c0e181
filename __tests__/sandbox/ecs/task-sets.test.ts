import type { DescribeTaskSetsResponse, Service, Tag, TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { blue, foreign, green, networkConfiguration, type Stage, stage } from './fakes/stage.ts';

const at = { cluster: 'default', service: 'web' };
const behind = (targetGroupArn: string) => [{ targetGroupArn, containerName: 'web', containerPort: 8080 }];

async function external(more: object = {}): Promise<Stage> {
  const on = await stage();
  await on.call('CreateService', {
    serviceName: 'web',
    desiredCount: 4,
    deploymentController: { type: 'EXTERNAL' },
    ...more,
  });
  return on;
}

async function create(on: Stage, tag: string, more: object = {}): Promise<TaskSet> {
  const taskDefinition = await on.register(tag);
  const { taskSet } = await on.call<{ taskSet: TaskSet }>('CreateTaskSet', {
    ...at,
    taskDefinition,
    networkConfiguration,
    launchType: 'FARGATE',
    loadBalancers: behind(blue),
    ...more,
  });
  return taskSet;
}

const describeSets = async (on: Stage, ids: readonly string[], more: object = {}) =>
  on.call<DescribeTaskSetsResponse>('DescribeTaskSets', { ...at, taskSets: ids, ...more });

async function look(on: Stage, { id = '' }: TaskSet): Promise<TaskSet | undefined> {
  return (await describeSets(on, [id])).taskSets?.[0];
}

const steady = (on: Stage, set: TaskSet, atMostMs?: number) =>
  on.until('STEADY_STATE', async () => (await look(on, set))?.stabilityStatus === 'STEADY_STATE', atMostMs);

describe('a service with the controller EXTERNAL', () => {
  test('runs nothing until it has a task set, and shows no deployments', async () => {
    const on = await external();
    await on.clock.advance(60_000);
    const service = await on.service();
    expect(service).toMatchObject({
      status: 'ACTIVE',
      desiredCount: 4,
      runningCount: 0,
      launchType: 'EC2',
      deploymentController: { type: 'EXTERNAL' },
      taskSets: [],
    });
    expect(service.taskDefinition).toBeUndefined();
    expect(service.deployments).toBeUndefined();
    expect(service.currentServiceDeployment).toBeUndefined();
    expect(await on.deployments()).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a task definition', { taskDefinition: 'web' }, 'TaskDefinition must be blank.'],
    ['an empty task definition', { taskDefinition: '' }, 'Family should not be null or empty.'],
    ['load balancers', { loadBalancers: behind(blue) }, 'LoadBalancers must be blank.'],
    ['a network', { networkConfiguration }, 'NetworkConfiguration must be blank.'],
    [
      'alarms',
      { deploymentConfiguration: { alarms: { alarmNames: ['a'], enable: true, rollback: true } } },
      'Alarm based rollback feature is only supported with ECS deployment controller. Update to ECS deployment controller and try again.',
    ],
    [
      'a strategy of ECS',
      { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } },
      'The deployment strategy BLUE_GREEN is only supported with the ECS deployment controller.',
    ],
  ])('is not created with %s', async (_what, more, message) => {
    const on = await stage();
    const input = { serviceName: 'web', deploymentController: { type: 'EXTERNAL' }, ...more };
    expect(await on.refused('CreateService', input)).toMatchObject({ code: 'InvalidParameterException', message });
    expect(await on.call('ListServices')).toMatchObject({ serviceArns: [] });
  });

  test.each<[string, object, string]>([
    ['another task definition', { taskDefinition: 'web' }, 'Unable to update task definition'],
    ['another network', { networkConfiguration }, 'Unable to update network parameters'],
    ['load balancers', { loadBalancers: behind(green) }, 'Unable to update load balancers'],
    ['a platform version', { platformVersion: '1.3.0' }, 'Unable to update platform version'],
    ['a forced deployment', { forceNewDeployment: true }, 'Cannot force a new deployment'],
    ['a deployment configuration', { deploymentConfiguration: {} }, 'Unable to update deployment configuration'],
  ])('takes no %s with UpdateService', async (_what, more, message) => {
    const on = await external();
    const refusal = await on.refused('UpdateService', { service: 'web', ...more });
    expect(refusal.code).toBe('InvalidParameterException');
    expect(refusal.message).toContain(`${message} on services with a EXTERNAL deployment controller.`);
  });

  test('takes a count, a grace period and tag options with UpdateService', async () => {
    const on = await external();
    await on.call('UpdateService', {
      service: 'web',
      desiredCount: 1,
      healthCheckGracePeriodSeconds: 30,
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
    });
    expect(await on.service()).toMatchObject({
      desiredCount: 1,
      healthCheckGracePeriodSeconds: 30,
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
    });
  });

  test('takes its task sets with it when it is deleted', async () => {
    const on = await external();
    await steady(on, await create(on, 'good1'));
    expect((await on.refused('DeleteService', { service: 'web' })).message).toContain('scaled above 0');
    await on.call('DeleteService', { service: 'web', force: true });
    expect((await on.refused('DescribeTaskSets', { ...at, taskSets: ['ecs-svc/1'] })).code).toBe(
      'ServiceNotActiveException',
    );
    await on.until('INACTIVE', async () => (await on.service()).status === 'INACTIVE');
    expect((await on.service()).taskSets).toEqual([]);
  });
});

describe('CreateTaskSet', () => {
  test('starts its share of the tasks, rounded up, and says who they belong to', async () => {
    const on = await external({ desiredCount: 5 });
    const set = await create(on, 'good1', { scale: { value: 25, unit: 'PERCENT' }, externalId: 'run-7' });
    expect(set).toMatchObject({
      id: expect.stringMatching(/^ecs-svc\/\d{19}$/),
      taskSetArn: `arn:aws:ecs:eu-central-1:123456789012:task-set/default/web/${set.id}`,
      status: 'ACTIVE',
      externalId: 'run-7',
      computedDesiredCount: 2,
      runningCount: 0,
      scale: { value: 25, unit: 'PERCENT' },
      stabilityStatus: 'STABILIZING',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      loadBalancers: behind(blue),
    });
    await steady(on, set);
    expect(await look(on, set)).toMatchObject({ runningCount: 2, pendingCount: 0 });
    expect((await on.tasks('RUNNING')).map(({ startedBy, group }) => [startedBy, group])).toEqual([
      [set.id, 'service:web'],
      [set.id, 'service:web'],
    ]);
    expect(on.balancer.targets(blue)).toHaveLength(2);
    expect(await on.events()).toContainEqual(
      expect.stringMatching(/^\(service web, taskSet ecs-svc\/\d+\) has started 2 tasks: \(task/),
    );
    expect((await on.service()).taskSets).toMatchObject([{ id: set.id, runningCount: 2 }]);
  });

  test.each([
    [10, 70, 7],
    [3, 0.1, 1],
    [4, 0, 0],
    [0, 100, 0],
    [3, 100, 3],
  ])('of %s tasks at %s %% makes %s', async (desiredCount, value, expected) => {
    const on = await external({ desiredCount });
    expect((await create(on, 'good1', { scale: { value, unit: 'PERCENT' } })).computedDesiredCount).toBe(expected);
  });

  test('leaves the weights of the load balancer alone', async () => {
    const on = await external();
    const set = await create(on, 'good1', { loadBalancers: behind(green) });
    await steady(on, set);
    await on.call('UpdateServicePrimaryTaskSet', { ...at, primaryTaskSet: set.id });
    await on.clock.advance(60_000);
    expect(on.balancer.journal.filter((line) => line.startsWith('forward'))).toEqual([]);
  });

  test('gives the same task set for the same token and request, and refuses another request', async () => {
    const on = await external();
    const first = await create(on, 'good1', { clientToken: 'deploy-1' });
    const request = {
      ...at,
      taskDefinition: first.taskDefinition,
      networkConfiguration,
      launchType: 'FARGATE',
      loadBalancers: behind(blue),
      clientToken: 'deploy-1',
    };
    const again = await on.call<{ taskSet: TaskSet }>('CreateTaskSet', request);
    expect(again.taskSet.id).toBe(first.id);
    expect((await on.refused('CreateTaskSet', { ...request, externalId: 'other' })).code).toBe(
      'InvalidParameterException',
    );
    expect((await on.refused('CreateTaskSet', { ...request, clientToken: 'x'.repeat(37) })).code).toBe(
      'InvalidParameterException',
    );
    expect((await on.service()).taskSets).toHaveLength(1);
  });

  test.each<[string, object, string, string]>([
    ['an unknown task definition', { taskDefinition: 'none' }, 'ClientException', 'TaskDefinition not found.'],
    ['an unknown service', { service: 'none' }, 'ServiceNotFoundException', 'Service not found.'],
    ['an unknown cluster', { cluster: 'none' }, 'ClusterNotFoundException', 'Cluster not found.'],
    ['more than 100 %', { scale: { value: 101, unit: 'PERCENT' } }, 'InvalidParameterException', 'between 0 and 100'],
    [
      'a foreign container',
      { loadBalancers: [{ ...behind(blue)[0], containerName: 'db' }] },
      'InvalidParameterException',
      'The container db does not exist',
    ],
    [
      'two target groups',
      { loadBalancers: [...behind(blue), ...behind(green)] },
      'InvalidParameterException',
      'cannot have more than 1',
    ],
    [
      'no network',
      { networkConfiguration: undefined },
      'InvalidParameterException',
      'Network Configuration must be provided',
    ],
    [
      'a launch type and a capacity provider',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      'InvalidParameterException',
      'both a launch type and capacity provider strategy',
    ],
  ])('refuses %s', async (_what, more, code, message) => {
    const on = await external();
    await on.register('good1');
    const refusal = await on.refused('CreateTaskSet', {
      ...at,
      taskDefinition: 'web',
      networkConfiguration,
      launchType: 'FARGATE',
      ...more,
    });
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
    expect((await on.service()).taskSets).toEqual([]);
  });

  test('stops at five', async () => {
    const on = await external({ desiredCount: 0 });
    for (let i = 0; i < 5; i += 1) await create(on, 'good1');
    expect((await on.refused('CreateTaskSet', { ...at, taskDefinition: 'web', networkConfiguration })).message).toBe(
      '5 deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.',
    );
  });

  test('is not for services that ECS deploys', async () => {
    const on = await stage();
    await on.register('good1');
    await on.call('CreateService', { serviceName: 'web', taskDefinition: 'web', networkConfiguration });
    expect((await on.refused('CreateTaskSet', { ...at, taskDefinition: 'web' })).message).toBe(
      'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
    );
  });
});

describe('DescribeTaskSets', () => {
  test('names what is missing, shows tags when asked, and wants to be told which', async () => {
    const on = await external({ desiredCount: 0 });
    const set = await create(on, 'good1', { tags: [{ key: 'greenlight:plan', value: '1 100' }] });
    const missing = 'ecs-svc/1234567890123456789';
    const arn = `arn:aws:ecs:eu-central-1:123456789012:task-set/default/web/${missing}`;
    const plain = await describeSets(on, [set.taskSetArn ?? '', missing]);
    expect(plain.failures).toEqual([{ arn, reason: 'MISSING' }]);
    expect(plain.taskSets).toMatchObject([{ id: set.id, tags: [] }]);
    await on.call('TagResource', { resourceArn: set.taskSetArn, tags: [{ key: 'b', value: '2' }] });
    await on.call('UntagResource', { resourceArn: set.taskSetArn, tagKeys: ['greenlight:plan'] });
    const tagged = await describeSets(on, [set.id ?? ''], { include: ['TAGS'] });
    expect(tagged.taskSets?.[0]?.tags).toEqual([{ key: 'b', value: '2' }]);
    const listed = await on.call<{ tags: Tag[] }>('ListTagsForResource', { resourceArn: set.taskSetArn });
    expect(listed.tags).toEqual([{ key: 'b', value: '2' }]);
    expect((await on.refused('DescribeTaskSets', at)).message).toBe('TaskSets cannot be empty.');
    expect((await on.refused('DescribeTaskSets', { ...at, taskSets: ['nonsense'] })).message).toBe(
      'Task Set Identifier is invalid',
    );
  });
});

describe('a task set', () => {
  test('is not stable while its tasks are not well, and is again when they are', async () => {
    const on = await external({ desiredCount: 1, healthCheckGracePeriodSeconds: 3600 });
    const set = await create(on, 'good1');
    await on.until('running', async () => (await look(on, set))?.runningCount === 1);
    expect((await look(on, set))?.stabilityStatus).toBe('STABILIZING');
    await steady(on, set);
    const { stabilityStatusAt } = (await look(on, set)) ?? {};
    await on.clock.advance(5_000);
    expect((await look(on, set))?.stabilityStatusAt).toEqual(stabilityStatusAt);
    const [target] = on.balancer.targets(blue);
    if (target === undefined) throw new Error('no target');
    on.balancer.set(blue, target, 'unhealthy');
    expect((await look(on, set))?.stabilityStatus).toBe('STABILIZING');
    on.balancer.set(blue, target, 'healthy');
    expect((await look(on, set))?.stabilityStatus).toBe('STEADY_STATE');
  });

  test('has its dying tasks restarted for ever: nothing breaks the circuit', async () => {
    const on = await external({ desiredCount: 1 });
    const set = await create(on, 'crash1');
    await on.clock.advance(600_000);
    expect(on.runtime.tasks.length).toBeGreaterThan(20);
    expect(on.runtime.tasks.length).toBeLessThan(100);
    expect(await look(on, set)).toMatchObject({ status: 'ACTIVE', stabilityStatus: 'STABILIZING' });
  });

  test('follows the service’s desired count, each by its scale', async () => {
    const on = await external({ desiredCount: 2 });
    const all = await create(on, 'good1');
    const half = await create(on, 'good2', { loadBalancers: behind(green), scale: { value: 50, unit: 'PERCENT' } });
    await steady(on, all);
    await steady(on, half);
    await on.call('UpdateService', { service: 'web', desiredCount: 5 });
    expect((await look(on, half))?.stabilityStatus).toBe('STABILIZING');
    await steady(on, all);
    await steady(on, half);
    expect([(await look(on, all))?.runningCount, (await look(on, half))?.runningCount]).toEqual([5, 3]);
    await on.call('UpdateTaskSet', { ...at, taskSet: half.id, scale: { value: 0, unit: 'PERCENT' } });
    await on.until('none', async () => (await look(on, half))?.runningCount === 0);
    expect((await look(on, half))?.stabilityStatus).toBe('STEADY_STATE');
    expect((await look(on, all))?.runningCount).toBe(5);
  });
});

describe('the primary task set', () => {
  test('gives the service its task definition and launch type; the former one stays as ACTIVE', async () => {
    const on = await external({ desiredCount: 0 });
    const first = await create(on, 'good1');
    const second = await create(on, 'good2');
    await on.call('UpdateServicePrimaryTaskSet', { ...at, primaryTaskSet: first.taskSetArn });
    expect(await on.service()).toMatchObject({ taskDefinition: first.taskDefinition, launchType: 'FARGATE' });
    const answer = await on.call('UpdateServicePrimaryTaskSet', { ...at, primaryTaskSet: second.id });
    expect(answer).toMatchObject({ taskSet: { id: second.id, status: 'PRIMARY' } });
    expect((await on.service()).taskSets?.map(({ id, status }) => [id, status])).toEqual([
      [first.id, 'ACTIVE'],
      [second.id, 'PRIMARY'],
    ]);
    expect((await on.service()).taskDefinition).toBe(second.taskDefinition);
    expect((await on.refused('UpdateServicePrimaryTaskSet', { ...at, primaryTaskSet: 'ecs-svc/1' })).code).toBe(
      'TaskSetNotFoundException',
    );
  });
});

describe('DeleteTaskSet', () => {
  test('wants force for the primary one and for one that is scaled above 0', async () => {
    const on = await external();
    const set = await create(on, 'good1');
    const refused = async () => on.refused('DeleteTaskSet', { ...at, taskSet: set.id });
    expect(await refused()).toMatchObject({ code: 'InvalidParameterException' });
    await on.call('UpdateTaskSet', { ...at, taskSet: set.id, scale: { value: 0, unit: 'PERCENT' } });
    await on.call('UpdateServicePrimaryTaskSet', { ...at, primaryTaskSet: set.id });
    expect(await refused()).toMatchObject({ message: 'Primary TaskSet cannot be deleted' });
    await on.call('DeleteTaskSet', { ...at, taskSet: set.id, force: true });
    await on.until('gone', async () => (await look(on, set)) === undefined);
    const service: Service = await on.service();
    expect(service.taskSets).toEqual([]);
    expect(service.taskDefinition).toBeUndefined();
  });

  test('drains before it stops, and then the task set is gone', async () => {
    const on = await external({ desiredCount: 1 });
    const set = await create(on, 'good1');
    await steady(on, set);
    const answer = await on.call('DeleteTaskSet', { ...at, taskSet: set.id, force: true });
    expect(answer).toMatchObject({ taskSet: { status: 'DRAINING', computedDesiredCount: 0 } });
    await on.clock.advance(1_000);
    expect(on.balancer.journal).toContain('drain blue');
    expect(on.runtime.running('registry/web:good1')).toHaveLength(1);
    expect((await look(on, set))?.status).toBe('DRAINING');
    const scale = { value: 100, unit: 'PERCENT' };
    expect((await on.refused('UpdateTaskSet', { ...at, taskSet: set.id, scale })).code).toBe(
      'InvalidParameterException',
    );
    await on.call('DeleteTaskSet', { ...at, taskSet: set.id });
    await on.until('gone', async () => (await look(on, set)) === undefined);
    expect(on.runtime.running('registry/web:good1')).toHaveLength(0);
    expect((await on.refused('DeleteTaskSet', { ...at, taskSet: set.id })).code).toBe('TaskSetNotFoundException');
    expect((await on.refused('ListTagsForResource', { resourceArn: set.taskSetArn })).code).toBe(
      'InvalidParameterException',
    );
  });
});

describe('a service with the controller CODE_DEPLOY', () => {
  async function codeDeploy(): Promise<Stage> {
    const on = await stage();
    await on.register('good1');
    await on.call('CreateService', {
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 2,
      launchType: 'FARGATE',
      deploymentController: { type: 'CODE_DEPLOY' },
      loadBalancers: behind(blue),
      networkConfiguration,
    });
    return on;
  }

  test('makes its first task set itself, and that one is primary', async () => {
    const on = await codeDeploy();
    const [set] = (await on.service()).taskSets ?? [];
    expect(set).toMatchObject({ status: 'PRIMARY', scale: { value: 100 } });
    await steady(on, set ?? {});
    expect(await on.service()).toMatchObject({
      runningCount: 2,
      loadBalancers: behind(blue),
      taskDefinition: expect.stringMatching(/:task-definition\/web:1$/),
    });
  });

  test('needs a task definition and a load balancer', async () => {
    const on = await stage();
    await on.register('good1');
    const input = { serviceName: 'web', deploymentController: { type: 'CODE_DEPLOY' }, networkConfiguration };
    expect((await on.refused('CreateService', input)).code).toBe('ClientException');
    expect((await on.refused('CreateService', { ...input, taskDefinition: 'web' })).code).toBe(
      'InvalidParameterException',
    );
  });

  test('leaves deployments to CodeDeploy, in ECS’s own words', async () => {
    const on = await codeDeploy();
    const instead =
      'on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.';
    const refusal = async (more: object) => (await on.refused('UpdateService', { service: 'web', ...more })).message;
    expect(await refusal({ taskDefinition: 'web' })).toBe(`Unable to update task definition ${instead}`);
    expect(await refusal({ networkConfiguration })).toBe(`Unable to update network parameters ${instead}`);
    expect(await refusal({ forceNewDeployment: true })).toBe(`Cannot force a new deployment ${instead}`);
    await on.call('UpdateService', { service: 'web', deploymentConfiguration: { maximumPercent: 150 } });
    expect((await on.service()).deploymentConfiguration).toEqual({ maximumPercent: 150, minimumHealthyPercent: 100 });
  });

  test('lets CodeDeploy make, promote and remove task sets, which inherit what it leaves out', async () => {
    const on = await codeDeploy();
    const service = on.ecs.codeDeploy.find('default', 'web');
    if (service === undefined) throw new Error('no service');
    expect(on.ecs.codeDeploy.find('default', 'none')).toBeUndefined();
    const before = service.primary();
    const taskDefinition = await on.register('good2');
    const made = service.create({
      taskDefinition,
      targetGroupArn: green,
      containerName: 'web',
      containerPort: 8080,
      externalId: 'd-123',
    });
    expect(made).toMatchObject({ status: 'ACTIVE', stability: 'STABILIZING', targetGroupArn: green });
    expect(made.computedDesiredCount).toBe(2);
    await on.until('stable', async () => service.taskSets()[0]?.stability === 'STEADY_STATE');
    expect(await look(on, { id: made.id })).toMatchObject({
      externalId: 'd-123',
      startedBy: 'CODE_DEPLOY',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      launchType: 'FARGATE',
    });
    service.setPrimary(made.id);
    expect(service.taskSets().map(({ id, status }) => [id, status])).toEqual([
      [made.id, 'PRIMARY'],
      [before?.id, 'ACTIVE'],
    ]);
    let isGone = false;
    void service.remove(before?.id ?? '').then(() => {
      isGone = true;
    });
    await on.clock.advance(1_000);
    expect(isGone).toBe(false);
    await on.until('removed', async () => isGone);
    expect(service.taskSets()).toHaveLength(1);
    expect(() =>
      service.create({
        taskDefinition,
        targetGroupArn: `${foreign}x`,
        containerName: 'web',
        containerPort: 8080,
        externalId: 'd',
      }),
    ).toThrow('does not exist');
  });
});

test('auto scaling sees and sets a service’s desired count by its resource id', async () => {
  const on = await external({ desiredCount: 1 });
  const set = await create(on, 'good1');
  const { counts } = on.ecs;
  expect(counts.desiredCount('service/default/web')).toBe(1);
  expect(counts.desiredCount('service/default/none')).toBeUndefined();
  counts.setDesiredCount('service/default/web', 3);
  await steady(on, set);
  expect(await look(on, set)).toMatchObject({ computedDesiredCount: 3, runningCount: 3 });
});
