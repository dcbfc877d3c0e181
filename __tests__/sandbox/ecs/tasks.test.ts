import type { Task } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { blue, deploy, networkConfiguration, serving, stage, taskDefinitionOf } from './fakes/stage.ts';

describe('a task of a service', () => {
  test('shows its address, its digest and where it comes from', async () => {
    const on = await stage();
    await serving(on);
    const [task] = await on.tasks('RUNNING');
    const primary = (await on.service()).deployments?.[0]?.id;
    expect(task).toMatchObject({
      lastStatus: 'RUNNING',
      startedBy: primary,
      group: 'service:web',
      launchType: 'FARGATE',
    });
    const [container] = task?.containers ?? [];
    expect(container).toMatchObject({ name: 'web', lastStatus: 'RUNNING', image: 'registry/web:good1' });
    expect(container?.imageDigest).toMatch(/^sha256:[\w]{64}$/);
    expect(container?.runtimeId).toContain('web');
    const address = task?.attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value;
    expect(on.balancer.targets(blue).map(({ id }) => id)).toContain(address);
    expect(container?.networkInterfaces?.[0]?.privateIpv4Address).toBe(address);
  });

  test('gets its environment, its secrets as text, and writes its log', async () => {
    const on = await stage();
    await serving(on);
    const started = on.runtime.tasks[0]?.task;
    expect(started?.containers[0]).toMatchObject({
      environment: { VERSION: 'good1', TOKEN: 'secret:arn:aws:ssm:eu-central-1:123456789012:parameter/token' },
      containerPorts: [8080],
      stopTimeout: 30,
      memory: 512,
    });
    expect(on.logs).toContain(`/web app/web/${started?.taskId} good1 listens`);
  });

  test('that exits is taken out of its target group and replaced, with the exit code kept', async () => {
    const on = await stage();
    await serving(on);
    on.runtime.running('registry/web:good1')[0]?.exit(137, 'OutOfMemoryError: Container killed due to memory usage');
    await on.until('two again', async () => on.runtime.running('registry/web:good1').length === 2);
    const [dead] = await on.tasks('STOPPED');
    expect(dead).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
    });
    expect(dead?.stoppedAt).toBeInstanceOf(Date);
    await on.until('healthy', async () => on.balancer.targets(blue).length === 2);
    expect((await on.deployments())[0]?.status).toBe('SUCCESSFUL');
  });

  test('goes on without a container that is not essential, and ends with the first essential one', async () => {
    const on = await stage();
    const [web] = taskDefinitionOf('good1').containerDefinitions;
    await on.register('good1', {
      containerDefinitions: [web, { name: 'sidecar', image: 'registry/sidecar:1', essential: false }],
    });
    await on.call('RunTask', { taskDefinition: 'web', networkConfiguration });
    await on.clock.advance(2_000);
    const [fake] = on.runtime.tasks;
    fake?.containerExits('sidecar', 0);
    await on.clock.advance(60_000);
    expect(fake?.state).toBe('running');
    fake?.containerExits('web', 3);
    await on.clock.advance(1_000);
    expect(fake?.state).toBe('over');
  });

  test('that the load balancer finds unhealthy is replaced, but not in its grace period', async () => {
    const on = await stage();
    await serving(on, { healthCheckGracePeriodSeconds: 300 });
    const [victim] = on.balancer.targets(blue);
    if (victim === undefined) throw new Error('no target');
    on.balancer.set(blue, victim, 'unhealthy');
    await on.clock.advance(200_000);
    expect(await on.tasks('STOPPED')).toEqual([]);
    await on.clock.advance(120_000);
    expect(await on.tasks('STOPPED')).toMatchObject([
      {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: `Task failed ELB health checks in (target-group ${blue})`,
      },
    ]);
    expect(await on.events()).toContainEqual(expect.stringContaining('(port 8080) is unhealthy in (target-group'));
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
  });

  test('with a container health check counts when it is HEALTHY, and is replaced when it is not', async () => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: {} });
    const [container] = taskDefinitionOf('good2').containerDefinitions;
    const taskDefinition = await on.register('good2', {
      containerDefinitions: [{ ...container, healthCheck: { command: ['CMD-SHELL', 'true'] } }],
    });
    await on.call('UpdateService', { service: 'web', taskDefinition });
    await on.clock.advance(120_000);
    const arn = (await on.service()).currentServiceDeployment ?? '';
    expect((await on.deployment(arn)).status).toBe('IN_PROGRESS');
    const [first, second] = on.runtime.running('registry/web:good2');
    first?.health('HEALTHY');
    second?.health('UNHEALTHY');
    await on.clock.advance(20_000);
    expect(await on.tasks('STOPPED')).toContainEqual(
      expect.objectContaining({ stoppedReason: 'Task failed container health checks' }),
    );
    for (const { health } of on.runtime.running('registry/web:good2')) health('HEALTHY');
    await on.reaches(arn, 'SUCCESSFUL');
    expect((await on.tasks('RUNNING')).map(({ healthStatus }) => healthStatus)).toEqual(['HEALTHY', 'HEALTHY']);
  });

  test('that has stopped is remembered for an hour', async () => {
    const on = await stage();
    await serving(on);
    await on.reaches(await deploy(on, 'good2'), 'SUCCESSFUL');
    await on.clock.advance(3_500_000);
    expect(await on.tasks('STOPPED')).toHaveLength(2);
    await on.clock.advance(200_000);
    expect(await on.tasks('STOPPED')).toEqual([]);
  });
});

describe('RunTask', () => {
  test('runs a task on its own, with overrides, and StopTask ends it as the user said', async () => {
    const on = await stage();
    await on.register('good1');
    const { tasks } = await on.call<{ tasks: Task[] }>('RunTask', {
      taskDefinition: 'web',
      startedBy: 'smoke',
      networkConfiguration,
      overrides: {
        containerOverrides: [{ name: 'web', command: ['test'], environment: [{ name: 'VERSION', value: 'run' }] }],
      },
    });
    const task = tasks[0]?.taskArn ?? '';
    expect(tasks[0]).toMatchObject({ group: 'family:web', startedBy: 'smoke', lastStatus: 'PENDING' });
    await on.clock.advance(2_000);
    expect(on.runtime.tasks[0]?.task.containers[0]).toMatchObject({
      command: ['test'],
      environment: { VERSION: 'run' },
    });
    const listed = await on.call<{ taskArns: string[] }>('ListTasks', { startedBy: 'smoke' });
    expect(listed.taskArns).toEqual([task]);
    await on.call('StopTask', { task, reason: 'enough' });
    await on.clock.advance(2_000);
    const described = await on.call<{ tasks: Task[] }>('DescribeTasks', { tasks: [task] });
    expect(described.tasks[0]).toMatchObject({
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      containers: [{ exitCode: 143 }],
    });
  });

  test('does the same request with the same token once, and another with it not at all', async () => {
    const on = await stage();
    await on.register('good1');
    const request = { taskDefinition: 'web', networkConfiguration, clientToken: 'once' };
    const first = await on.call<{ tasks: Task[] }>('RunTask', request);
    const second = await on.call<{ tasks: Task[] }>('RunTask', request);
    expect(second.tasks[0]?.taskArn).toBe(first.tasks[0]?.taskArn);
    expect(on.runtime.tasks).toHaveLength(1);
    expect((await on.refused('RunTask', { ...request, count: 2 })).code).toBe('ConflictException');
  });

  test('takes the same token again in another cluster', async () => {
    const on = await stage();
    await on.register('good1');
    await on.call('CreateCluster', { clusterName: 'other' });
    const request = { taskDefinition: 'web', networkConfiguration, clientToken: 'once' };
    const here = await on.call<{ tasks: Task[] }>('RunTask', request);
    const there = await on.call<{ tasks: Task[] }>('RunTask', { ...request, cluster: 'other' });
    expect(there.tasks[0]?.taskArn).not.toBe(here.tasks[0]?.taskArn);
  });

  test.each([
    ['two choices of capacity', { launchType: 'FARGATE', capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }],
    ['a platform version on instances', { launchType: 'EC2', platformVersion: 'LATEST' }],
    ['a token that is too long', { clientToken: 'x'.repeat(65) }],
  ])('refuses %s and starts nothing', async (_name, more) => {
    const on = await stage();
    await on.register('good1');
    const refused = await on.refused('RunTask', { taskDefinition: 'web', networkConfiguration, ...more });
    expect(refused.code).toBe('InvalidParameterException');
    expect(on.runtime.tasks).toHaveLength(0);
  });

  test('an image that cannot be pulled ends as TaskFailedToStart', async () => {
    const on = await stage();
    await on.register('gone1');
    const { tasks } = await on.call<{ tasks: Task[] }>('RunTask', { taskDefinition: 'web', networkConfiguration });
    await on.clock.advance(2_000);
    const described = await on.call<{ tasks: Task[] }>('DescribeTasks', { tasks: [tasks[0]?.taskArn] });
    expect(described.tasks[0]).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotPullContainerError/),
    });
    expect(described.tasks[0]?.startedAt).toBeUndefined();
  });
});

describe('ListTasks and DescribeTasks', () => {
  test('take a family, pages, and name what is missing', async () => {
    const on = await stage();
    await serving(on);
    const list = async (input: object) => on.call<{ taskArns: string[]; nextToken?: string }>('ListTasks', input);
    expect((await list({ family: 'web' })).taskArns).toHaveLength(2);
    expect((await list({ family: 'api' })).taskArns).toEqual([]);
    const first = await list({ maxResults: 1 });
    const second = await list({ maxResults: 1, nextToken: first.nextToken });
    expect(new Set([...first.taskArns, ...second.taskArns]).size).toBe(2);
    const gone = 'arn:aws:ecs:eu-central-1:123456789012:task/default/0123456789abcdef0123456789abcdef';
    expect(await on.call('DescribeTasks', { tasks: [gone] })).toMatchObject({
      tasks: [],
      failures: [{ arn: gone, reason: 'MISSING' }],
    });
    expect((await on.refused('ListTasks', { serviceName: 'none' })).code).toBe('ServiceNotFoundException');
  });
});
