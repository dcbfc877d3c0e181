import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { blueGreen, deploy, loadBalancers, networkConfiguration, serving, stage } from './fakes/stage.ts';

describe('UpdateService', () => {
  test.each<[string, object]>([
    ['desiredCount', { desiredCount: 3 }],
    ['deploymentConfiguration', { deploymentConfiguration: { bakeTimeInMinutes: 5 } }],
    ['healthCheckGracePeriodSeconds', { healthCheckGracePeriodSeconds: 30 }],
    ['propagateTags', { propagateTags: 'SERVICE' }],
    ['enableExecuteCommand', { enableExecuteCommand: true }],
    ['the network it has', { networkConfiguration }],
    ['the load balancers it has', { loadBalancers }],
    ['the task definition it has', { taskDefinition: 'web:1' }],
  ])('starts no deployment for %s', async (_what, change) => {
    const on = await stage();
    await serving(on);
    await on.call('UpdateService', { service: 'web', ...change });
    await on.clock.advance(10_000);
    expect(await on.deployments()).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['forceNewDeployment', { forceNewDeployment: true }],
    ['another network', { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-2'] } } }],
    ['another platform version', { platformVersion: '1.3.0' }],
    ['other load balancers', { loadBalancers: [], deploymentConfiguration: { strategy: 'ROLLING' } }],
  ])('starts a deployment for %s', async (_what, change) => {
    const on = await stage();
    await serving(on);
    await on.call('UpdateService', { service: 'web', ...change });
    expect(await on.deployments()).toHaveLength(2);
  });

  test('answers with the ARN of the deployment it started, and its classic id as PRIMARY', async () => {
    const on = await stage();
    await serving(on);
    const taskDefinition = await on.register('good2');
    const { service } = await on.call<{ service: Service }>('UpdateService', { service: 'web', taskDefinition });
    const [newest] = await on.deployments();
    expect(service.currentServiceDeployment).toBe(newest?.serviceDeploymentArn);
    expect(service.currentServiceDeployment).toMatch(/:service-deployment\/default\/web\/[\w-]{21}$/);
    expect(service.deployments?.map(({ status, id }) => [status, id])).toEqual([
      ['PRIMARY', `ecs-svc/${newest?.targetServiceRevisionArn?.split('/').at(-1)}`],
      ['ACTIVE', expect.stringMatching(/^ecs-svc\/\d{19}$/)],
    ]);
  });

  test('keeps the parts of the deployment configuration that it does not name', async () => {
    const on = await stage();
    await serving(on, {
      deploymentConfiguration: { ...blueGreen, alarms: { alarmNames: ['5xx'], enable: true, rollback: true } },
    });
    await on.call('UpdateService', { service: 'web', deploymentConfiguration: { bakeTimeInMinutes: 7 } });
    expect((await on.service()).deploymentConfiguration).toMatchObject({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 7,
      maximumPercent: 200,
      alarms: { alarmNames: ['5xx'], enable: true, rollback: true },
    });
  });

  test('scales without a deployment', async () => {
    const on = await stage();
    await serving(on);
    await on.call('UpdateService', { service: 'web', desiredCount: 4 });
    await on.until('four', async () => (await on.service()).runningCount === 4);
    await on.call('UpdateService', { service: 'web', desiredCount: 1 });
    await on.until('one', async () => (await on.service()).runningCount === 1);
    expect(await on.events()).toContainEqual(
      expect.stringMatching(/has stopped 3 running tasks: \(task [0-9a-f]{32}\)/),
    );
  });

  test('names what is not there as ECS does', async () => {
    const on = await stage();
    await serving(on);
    const refusal = async (operation: string, input: object) => (await on.refused(operation, input)).code;
    expect(await refusal('UpdateService', { service: 'none' })).toBe('ServiceNotFoundException');
    expect(await refusal('UpdateService', { service: 'web', cluster: 'none' })).toBe('ClusterNotFoundException');
    expect(await on.refused('UpdateService', { service: 'web', taskDefinition: 'web:99' })).toMatchObject({
      code: 'ClientException',
      message: 'TaskDefinition not found.',
    });
    expect(await refusal('UpdateService', { service: 'web', deploymentConfiguration: { strategy: 'BIG_BANG' } })).toBe(
      'InvalidParameterException',
    );
    await on.call('DeleteService', { service: 'web', force: true });
    expect(await refusal('UpdateService', { service: 'web', desiredCount: 1 })).toBe('ServiceNotActiveException');
  });
});

describe('CreateService', () => {
  test('is refused when the name is taken, until the service is deleted and drained', async () => {
    const on = await stage();
    await serving(on);
    const again = { serviceName: 'web', taskDefinition: 'web', networkConfiguration };
    expect((await on.refused('CreateService', again)).message).toBe('Creation of service was not idempotent.');
    expect((await on.refused('DeleteService', { service: 'web' })).message).toContain('scaled above 0');
    await on.call('DeleteService', { service: 'web', force: true });
    expect((await on.service()).status).toBe('DRAINING');
    expect((await on.refused('CreateService', again)).message).toContain('still Draining');
    await on.until('INACTIVE', async () => (await on.service()).status === 'INACTIVE');
    expect((await on.call<{ serviceArns: string[] }>('ListServices')).serviceArns).toEqual([]);
    await on.call('CreateService', again);
    expect((await on.service()).status).toBe('ACTIVE');
  });

  test('needs a network for awsvpc tasks', async () => {
    const on = await stage();
    await on.register('good1');
    expect((await on.refused('CreateService', { serviceName: 'web', taskDefinition: 'web' })).message).toBe(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  });
});

describe('DescribeServices', () => {
  test('reports what it does not find as a failure, and tags only when asked', async () => {
    const on = await stage();
    await serving(on, { tags: [{ key: 'team', value: 'web' }] });
    const ask = async (include: string[]) =>
      on.call<{ services: Service[]; failures: object[] }>('DescribeServices', { services: ['web', 'none'], include });
    const plain = await ask([]);
    expect(plain.failures).toEqual([
      { arn: 'arn:aws:ecs:eu-central-1:123456789012:service/default/none', reason: 'MISSING' },
    ]);
    expect(plain.services[0]?.tags).toBeUndefined();
    expect((await ask(['TAGS'])).services[0]?.tags).toEqual([{ key: 'team', value: 'web' }]);
  });
});

describe('eventual consistency on order', () => {
  test('hides a new deployment from every read until its time has come', async () => {
    const on = await stage();
    await serving(on);
    const before = await on.service();
    on.ecs.options.visibleAfterMs = 2_000;
    const arn = await deploy(on, 'good2');
    expect(arn).toContain(':service-deployment/');
    const describe = async () =>
      on.call<{ serviceDeployments: object[]; failures: object[] }>('DescribeServiceDeployments', {
        serviceDeploymentArns: [arn],
      });
    expect(await describe()).toEqual({ serviceDeployments: [], failures: [{ arn, reason: 'MISSING' }] });
    expect(await on.deployments()).toHaveLength(1);
    expect((await on.service()).taskDefinition).toBe(before.taskDefinition);
    expect((await on.refused('StopServiceDeployment', { serviceDeploymentArn: arn })).code).toBe(
      'ServiceDeploymentNotFoundException',
    );
    await on.clock.advance(2_000);
    expect((await describe()).serviceDeployments).toHaveLength(1);
    expect(await on.deployments()).toHaveLength(2);
    expect((await on.service()).currentServiceDeployment).toBe(arn);
  });

  test('can leave the ARN out of the answer of UpdateService', async () => {
    const on = await stage();
    await serving(on);
    on.ecs.options.hideDeploymentInAnswer = true;
    expect(await deploy(on, 'good2')).toBe('');
    expect(await on.deployments()).toHaveLength(2);
  });
});

describe('ListServiceDeployments', () => {
  test('filters by status and by time of creation, newest first, in pages', async () => {
    const on = await stage();
    await serving(on);
    const between = on.clock.now();
    await on.clock.advance(60_000);
    const arn = await deploy(on, 'good2');
    const list = async (input: object) =>
      on.call<{ serviceDeployments: { serviceDeploymentArn: string }[]; nextToken?: string }>(
        'ListServiceDeployments',
        {
          service: 'web',
          ...input,
        },
      );
    expect((await list({ status: ['PENDING', 'IN_PROGRESS'] })).serviceDeployments).toMatchObject([
      { serviceDeploymentArn: arn },
    ]);
    expect((await list({ createdAt: { after: between } })).serviceDeployments).toHaveLength(1);
    expect((await list({ createdAt: { before: between } })).serviceDeployments).toHaveLength(1);
    const first = await list({ maxResults: 1 });
    expect(first.serviceDeployments).toMatchObject([{ serviceDeploymentArn: arn }]);
    const second = await list({ maxResults: 1, nextToken: first.nextToken });
    expect(second.serviceDeployments).toHaveLength(1);
    expect(second.nextToken).toBeUndefined();
  });
});
