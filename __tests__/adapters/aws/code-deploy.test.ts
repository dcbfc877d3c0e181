import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Aws, aws } from '../../../src/adapters/aws/aws.ts';
import { FakeEndpoint, refusal } from './_fake-endpoint.ts';

const NAME = { application: 'AppECS-demo-web', group: 'DgpECS-demo-web' };
const NAMED = { applicationName: 'AppECS-demo-web', deploymentGroupName: 'DgpECS-demo-web' };
const ID = 'd-ABCDEF001';

let endpoint: FakeEndpoint;
let adapters: Aws;

beforeEach(async () => {
  endpoint = new FakeEndpoint();
  await endpoint.start();
  adapters = aws();
});

afterEach(() => endpoint.stop());

const blueGreen = {
  deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: 30 },
  terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 60 },
};
const loadBalancerInfo = {
  targetGroupPairInfoList: [
    {
      targetGroups: [{ name: 'web-1' }, { name: 'web-2' }],
      prodTrafficRoute: { listenerArns: ['arn:production'] },
      testTrafficRoute: { listenerArns: ['arn:test'] },
    },
  ],
};

describe('a deployment group', () => {
  const group = {
    ...NAMED,
    computePlatform: 'ECS',
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    ecsServices: [{ clusterName: 'demo', serviceName: 'web' }],
    blueGreenDeploymentConfiguration: blueGreen,
    loadBalancerInfo,
    alarmConfiguration: { enabled: true, alarms: [{ name: 'web-5xx' }] },
    lastAttemptedDeployment: { deploymentId: ID, status: 'Stopped', endTime: 1_767_225_600 },
  };

  test('is asked for by name and read', async () => {
    endpoint.answer('GetDeploymentGroup', { body: { deploymentGroupInfo: group } });
    expect(await adapters.codeDeploy.group(NAME)).toEqual({
      computePlatform: 'ECS',
      service: { clusterName: 'demo', serviceName: 'web' },
      deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
      waits: { readyMinutes: 30, terminationMinutes: 60 },
      routes: { targetGroups: ['web-1', 'web-2'], productionListener: 'arn:production', testListener: 'arn:test' },
      watchesAlarms: true,
      lastAttempted: { deploymentId: ID, status: 'Stopped', endTime: 1_767_225_600_000 },
    });
    expect(endpoint.sent[0]?.operation).toBe('CodeDeploy_20141006.GetDeploymentGroup');
    expect(endpoint.bodies('GetDeploymentGroup')).toEqual([NAMED]);
  });

  test('that waits for nobody and lets the original task set go at once is read as that', async () => {
    const settings = {
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
      terminateBlueInstancesOnDeploymentSuccess: { action: 'KEEP_ALIVE' },
    };
    endpoint.answer('GetDeploymentGroup', {
      body: {
        deploymentGroupInfo: {
          ...group,
          blueGreenDeploymentConfiguration: settings,
          alarmConfiguration: { enabled: false },
        },
      },
    });
    expect(await adapters.codeDeploy.group(NAME)).toMatchObject({
      waits: { readyMinutes: undefined, terminationMinutes: undefined },
      watchesAlarms: false,
    });
  });

  test.each([
    ['ApplicationDoesNotExistException', 'no-application'],
    ['DeploymentGroupDoesNotExistException', 'no-group'],
  ])('that is missing is told by %s', async (code, answer) => {
    endpoint.answer('GetDeploymentGroup', refusal(code, 'there is none'));
    expect(await adapters.codeDeploy.group(NAME)).toBe(answer);
  });

  test('gets its waits changed and nothing else', async () => {
    endpoint.answer('UpdateDeploymentGroup', { body: {} });
    await adapters.codeDeploy.setWaits(NAME, { readyMinutes: 30, terminationMinutes: 60 });
    await adapters.codeDeploy.setWaits(NAME, { readyMinutes: undefined, terminationMinutes: undefined });
    const group = { applicationName: NAME.application, currentDeploymentGroupName: NAME.group };
    expect(endpoint.bodies('UpdateDeploymentGroup')).toEqual([
      { ...group, blueGreenDeploymentConfiguration: blueGreen },
      {
        ...group,
        blueGreenDeploymentConfiguration: {
          deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
          terminateBlueInstancesOnDeploymentSuccess: { action: 'KEEP_ALIVE' },
        },
      },
    ]);
  });
});

describe('a deployment configuration', () => {
  test.each([
    [{ type: 'AllAtOnce' }, { kind: 'all-at-once' }],
    [
      { type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage: 5, canaryInterval: 10 } },
      { kind: 'canary', percent: 5, minutes: 10 },
    ],
    [
      { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: 20, linearInterval: 3 } },
      { kind: 'linear', percent: 20, minutes: 3 },
    ],
  ])('%p is read', async (trafficRoutingConfig, routing) => {
    endpoint.answer('GetDeploymentConfig', {
      body: { deploymentConfigInfo: { computePlatform: 'ECS', trafficRoutingConfig } },
    });
    expect(await adapters.codeDeploy.configuration('x')).toEqual({ name: 'x', routing });
  });

  test('that does not exist, or is for servers, is undefined', async () => {
    endpoint.answer('GetDeploymentConfig', refusal('DeploymentConfigDoesNotExistException', 'none'), {
      body: {
        deploymentConfigInfo: { computePlatform: 'Server', minimumHealthyHosts: { type: 'HOST_COUNT', value: 1 } },
      },
    });
    expect(await adapters.codeDeploy.configuration('x')).toBeUndefined();
    expect(await adapters.codeDeploy.configuration('x')).toBeUndefined();
  });

  test('is made with its numbers alone, and one that is there already is fine', async () => {
    endpoint.answer('CreateDeploymentConfig', { body: {} }, refusal('DeploymentConfigAlreadyExistsException', 'there'));
    await adapters.codeDeploy.createConfiguration({ name: 'c', routing: { kind: 'canary', percent: 5, minutes: 10 } });
    await adapters.codeDeploy.createConfiguration({ name: 'l', routing: { kind: 'linear', percent: 20, minutes: 3 } });
    expect(endpoint.bodies('CreateDeploymentConfig')).toEqual([
      {
        deploymentConfigName: 'c',
        computePlatform: 'ECS',
        trafficRoutingConfig: {
          type: 'TimeBasedCanary',
          timeBasedCanary: { canaryPercentage: 5, canaryInterval: 10 },
        },
      },
      {
        deploymentConfigName: 'l',
        computePlatform: 'ECS',
        trafficRoutingConfig: {
          type: 'TimeBasedLinear',
          timeBasedLinear: { linearPercentage: 20, linearInterval: 3 },
        },
      },
    ]);
  });
});

describe('a deployment', () => {
  test('is created with the appspec and its hash, and turns back by itself', async () => {
    endpoint.answer('CreateDeployment', { body: { deploymentId: ID } });
    const appSpec = '{"version":"0.0"}';
    const wanted = { ...NAME, deploymentConfigName: 'c', description: 'by somebody', appSpec };
    expect(await adapters.codeDeploy.create({ ...wanted, onAlarm: false })).toBe(ID);
    await adapters.codeDeploy.create({ ...wanted, onAlarm: true });
    const events = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'];
    const body = {
      ...NAMED,
      deploymentConfigName: 'c',
      description: 'by somebody',
      revision: {
        revisionType: 'AppSpecContent',
        appSpecContent: { content: appSpec, sha256: createHash('sha256').update(appSpec).digest('hex') },
      },
      autoRollbackConfiguration: { enabled: true, events },
    };
    expect(endpoint.bodies('CreateDeployment')).toEqual([
      body,
      { ...body, autoRollbackConfiguration: { enabled: true, events: [...events, 'DEPLOYMENT_STOP_ON_ALARM'] } },
    ]);
  });

  test('is read with its waits, its error and its rollback', async () => {
    endpoint.answer('GetDeployment', {
      body: {
        deploymentInfo: {
          ...NAMED,
          deploymentId: ID,
          status: 'Stopped',
          createTime: 1_767_225_600.5,
          completeTime: 1_767_225_700,
          description: 'by somebody',
          creator: 'user',
          deploymentConfigName: 'c',
          errorInformation: { code: 'MANUAL_STOP', message: 'stopped' },
          rollbackInfo: { rollbackDeploymentId: 'd-ABCDEF002', rollbackMessage: 'triggered' },
          blueGreenDeploymentConfiguration: blueGreen,
          loadBalancerInfo,
          instanceTerminationWaitTimeStarted: true,
          revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: 'abc' } },
        },
      },
    });
    expect(await adapters.codeDeploy.deployment(ID)).toEqual({
      ...NAME,
      deploymentId: ID,
      status: 'Stopped',
      createTime: 1_767_225_600_500,
      completeTime: 1_767_225_700_000,
      description: 'by somebody',
      creator: 'user',
      deploymentConfigName: 'c',
      error: { code: 'MANUAL_STOP', message: 'stopped' },
      rollback: { by: 'd-ABCDEF002', of: undefined, message: 'triggered' },
      waits: { readyMinutes: 30, terminationMinutes: 60 },
      routes: { targetGroups: ['web-1', 'web-2'], productionListener: 'arn:production', testListener: 'arn:test' },
      terminationWaitStarted: true,
      sha256: 'abc',
    });
    expect(endpoint.bodies('GetDeployment')).toEqual([{ deploymentId: ID }]);
  });

  test.each(['DeploymentDoesNotExistException', 'InvalidDeploymentIdException'])(
    'that is not there (%s) is undefined',
    async (code) => {
      endpoint.answer('GetDeployment', refusal(code, 'none'));
      expect(await adapters.codeDeploy.deployment('mine')).toBeUndefined();
    },
  );

  test('has its one target by cluster and service', async () => {
    endpoint.answer('GetDeploymentTarget', {
      body: {
        deploymentTarget: {
          deploymentTargetType: 'ECSTarget',
          ecsTarget: {
            lifecycleEvents: [
              { lifecycleEventName: 'Install', status: 'Succeeded', endTime: 1_767_225_600 },
              {
                lifecycleEventName: 'AllowTraffic',
                status: 'Failed',
                diagnostics: { errorCode: 'UnknownError', message: 'no' },
              },
            ],
            taskSetsInfo: [
              {
                identifer: 'ecs-svc/1',
                taskSetLabel: 'Blue',
                desiredCount: 2,
                runningCount: 2,
                pendingCount: 0,
                trafficWeight: 90,
              },
              {
                identifer: 'ecs-svc/2',
                taskSetLabel: 'Green',
                desiredCount: 2,
                runningCount: 1,
                pendingCount: 1,
                trafficWeight: 10,
              },
            ],
          },
        },
      },
    });
    expect(await adapters.codeDeploy.target(ID, 'demo', 'web')).toEqual({
      events: [
        { name: 'Install', status: 'Succeeded', endTime: 1_767_225_600_000, message: undefined },
        { name: 'AllowTraffic', status: 'Failed', endTime: undefined, message: 'no' },
      ],
      taskSets: [
        { id: 'ecs-svc/1', label: 'Blue', desiredCount: 2, runningCount: 2, pendingCount: 0, trafficWeight: 90 },
        { id: 'ecs-svc/2', label: 'Green', desiredCount: 2, runningCount: 1, pendingCount: 1, trafficWeight: 10 },
      ],
    });
    expect(endpoint.bodies('GetDeploymentTarget')).toEqual([{ deploymentId: ID, targetId: 'demo:web' }]);
  });

  test('that CodeDeploy has not begun with has no target yet', async () => {
    endpoint.answer('GetDeploymentTarget', refusal('DeploymentNotStartedException', 'not yet'));
    expect(await adapters.codeDeploy.target(ID, 'demo', 'web')).toBeUndefined();
  });

  test('is listed by status; a group that is not there has none', async () => {
    endpoint.answer(
      'ListDeployments',
      { body: { deployments: [ID] } },
      refusal('DeploymentGroupDoesNotExistException', 'none'),
    );
    expect(await adapters.codeDeploy.list(NAME, ['InProgress', 'Ready'])).toEqual([ID]);
    expect(await adapters.codeDeploy.list(NAME, [])).toEqual([]);
    expect(endpoint.bodies('ListDeployments')[0]).toEqual({ ...NAMED, includeOnlyStatuses: ['InProgress', 'Ready'] });
  });

  test('is told to go on; an answer that comes twice or too late is no error, a missing permission is', async () => {
    endpoint.answer(
      'ContinueDeployment',
      { body: {} },
      refusal('DeploymentIsNotInReadyStateException', 'not ready'),
      refusal('DeploymentAlreadyCompletedException', 'over'),
      refusal(
        'AccessDeniedException',
        'User: x is not authorized to perform: codedeploy:ContinueDeployment on resource: y',
      ),
    );
    for (const _time of [1, 2, 3]) await adapters.codeDeploy.goOn(ID, 'READY_WAIT');
    await expect(adapters.codeDeploy.goOn(ID, 'TERMINATION_WAIT')).rejects.toMatchObject({
      failure: 'denied',
      message: expect.stringContaining('the role has no permission codedeploy:ContinueDeployment'),
    });
    const bodies = endpoint.bodies('ContinueDeployment');
    expect([bodies[0], bodies.at(-1)]).toEqual([
      { deploymentId: ID, deploymentWaitType: 'READY_WAIT' },
      { deploymentId: ID, deploymentWaitType: 'TERMINATION_WAIT' },
    ]);
  });

  test('is stopped with its rollback; one that is over needs none', async () => {
    endpoint.answer(
      'StopDeployment',
      { body: { status: 'Pending' } },
      refusal('DeploymentAlreadyCompletedException', 'over'),
    );
    await adapters.codeDeploy.stop(ID);
    await adapters.codeDeploy.stop(ID);
    expect(endpoint.bodies('StopDeployment')[0]).toEqual({ deploymentId: ID, autoRollbackEnabled: true });
  });

  test('has its appspec read by the hash', async () => {
    endpoint.answer(
      'GetApplicationRevision',
      { body: { revision: { revisionType: 'AppSpecContent', appSpecContent: { content: 'text', sha256: 'abc' } } } },
      refusal('RevisionDoesNotExistException', 'none'),
    );
    expect(await adapters.codeDeploy.appSpec('AppECS-demo-web', 'abc')).toBe('text');
    expect(await adapters.codeDeploy.appSpec('AppECS-demo-web', 'abd')).toBeUndefined();
    expect(endpoint.bodies('GetApplicationRevision')[0]).toEqual({
      applicationName: 'AppECS-demo-web',
      revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: 'abc' } },
    });
  });
});

test('a service comes with its task sets', async () => {
  endpoint.answer('DescribeServices', {
    body: {
      services: [
        {
          serviceName: 'web',
          deploymentController: { type: 'CODE_DEPLOY' },
          taskSets: [
            {
              id: 'ecs-svc/1',
              status: 'PRIMARY',
              taskDefinition: 'web:1',
              externalId: ID,
              loadBalancers: [{ targetGroupArn: 'tg-1' }],
            },
          ],
        },
      ],
    },
  });
  expect((await adapters.services.describe('demo', 'web'))?.taskSets).toEqual([
    expect.objectContaining({ id: 'ecs-svc/1', status: 'PRIMARY', externalId: ID, targetGroupArn: 'tg-1' }),
  ]);
});
