import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Aws, aws } from '../../../src/adapters/aws/aws.ts';
import type { TaskDeath } from '../../../src/core/deaths.ts';
import { version } from '../../../src/version.ts';
import { FakeEndpoint, refusal } from './_fake-endpoint.ts';

const DEPLOYMENT = 'arn:aws:ecs:eu-central-1:111122223333:service-deployment/demo/web/aaa';

let endpoint: FakeEndpoint;
let adapters: Aws;

beforeEach(async () => {
  endpoint = new FakeEndpoint();
  await endpoint.start();
  adapters = aws();
});

afterEach(() => endpoint.stop());

describe('services', () => {
  const service = {
    serviceArn: 'arn:aws:ecs:eu-central-1:111122223333:service/demo/web',
    clusterArn: 'arn:aws:ecs:eu-central-1:111122223333:cluster/demo',
    serviceName: 'web',
    status: 'ACTIVE',
    desiredCount: 2,
    runningCount: 2,
    launchType: 'FARGATE',
    taskDefinition: 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:1',
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5, nextYearsMember: { x: [1, 'a'] } },
    loadBalancers: [
      {
        targetGroupArn: 'tg-1',
        containerName: 'web',
        containerPort: 8080,
        advancedConfiguration: { alternateTargetGroupArn: 'tg-2', productionListenerRule: 'rule', roleArn: 'role' },
      },
    ],
    createdAt: 1_767_225_600.5,
  };

  test('are asked for by name, under our own name, and read whole', async () => {
    endpoint.answer('DescribeServices', { body: { services: [service], failures: [] } });
    const facts = await adapters.services.describe('demo', 'web');
    const [sent] = endpoint.sent;
    expect(sent?.operation).toBe('AmazonEC2ContainerServiceV20141113.DescribeServices');
    expect(JSON.parse(sent?.body ?? '')).toEqual({ cluster: 'demo', services: ['web'], include: ['TAGS'] });
    expect(sent?.headers['user-agent']).toContain(`greenlight/${version}`);
    expect(facts).toMatchObject({
      serviceName: 'web',
      deploymentController: 'ECS',
      desiredCount: 2,
      launchType: 'FARGATE',
    });
    expect(facts?.deploymentConfiguration).toEqual(service.deploymentConfiguration);
    expect(facts?.loadBalancers).toEqual([
      {
        targetGroupArn: 'tg-1',
        containerName: 'web',
        containerPort: 8080,
        advancedConfiguration: {
          alternateTargetGroupArn: 'tg-2',
          productionListenerRule: 'rule',
          testListenerRule: undefined,
          roleArn: 'role',
        },
      },
    ]);
  });

  test('are read with their tags, and a service without any has none', async () => {
    const tags = [
      { key: 'greenlight:rollout', value: 'steps=100' },
      { key: 'team', value: '' },
    ];
    endpoint.answer(
      'DescribeServices',
      { body: { services: [{ ...service, tags }] } },
      { body: { services: [service] } },
    );
    expect((await adapters.services.describe('demo', 'web'))?.tags).toEqual(
      new Map([
        ['greenlight:rollout', 'steps=100'],
        ['team', ''],
      ]),
    );
    expect((await adapters.services.describe('demo', 'web'))?.tags).toEqual(new Map());
  });

  test('are tagged and untagged by their ARN', async () => {
    endpoint.answer('TagResource', { body: {} });
    endpoint.answer('UntagResource', { body: {} });
    await adapters.services.tag(service.serviceArn, { a: '1', b: '2' });
    await adapters.services.untag(service.serviceArn, ['a', 'b']);
    expect(endpoint.bodies('TagResource')).toEqual([
      {
        resourceArn: service.serviceArn,
        tags: [
          { key: 'a', value: '1' },
          { key: 'b', value: '2' },
        ],
      },
    ]);
    expect(endpoint.bodies('UntagResource')).toEqual([{ resourceArn: service.serviceArn, tagKeys: ['a', 'b'] }]);
  });

  test('of a cluster are named page by page', async () => {
    const arn = (name: string) => `arn:aws:ecs:eu-central-1:111122223333:service/demo/${name}`;
    endpoint.answer(
      'ListServices',
      { body: { serviceArns: [arn('web'), arn('old')], nextToken: 'more' } },
      { body: { serviceArns: [arn('api')] } },
    );
    expect(await adapters.services.names('demo')).toEqual(['api', 'old', 'web']);
    expect(endpoint.bodies('ListServices')).toMatchObject([
      { cluster: 'demo' },
      { cluster: 'demo', nextToken: 'more' },
    ]);
  });

  test('of a cluster without any are none, and of a cluster that is not there an error', async () => {
    endpoint.answer(
      'ListServices',
      { body: { serviceArns: [] } },
      refusal('ClusterNotFoundException', 'Cluster not found.'),
    );
    expect(await adapters.services.names('demo')).toEqual([]);
    await expect(adapters.services.names('nope')).rejects.toThrow(
      'list the services of cluster nope: Cluster not found',
    );
  });

  test('that do not exist are undefined, whether the service or the cluster is missing', async () => {
    endpoint.answer(
      'DescribeServices',
      { body: { services: [], failures: [{ arn: 'web', reason: 'MISSING' }] } },
      refusal('ClusterNotFoundException', 'Cluster not found.'),
    );
    expect(await adapters.services.describe('demo', 'web')).toBeUndefined();
    expect(await adapters.services.describe('demo', 'web')).toBeUndefined();
  });

  test('are updated with members that the SDK does not know, and without what is not to change', async () => {
    endpoint.answer('UpdateService', { body: { service: { ...service, currentServiceDeployment: DEPLOYMENT } } });
    const change = { deploymentConfiguration: service.deploymentConfiguration };
    expect(await adapters.services.update('demo', 'web', change)).toEqual({ deploymentArn: DEPLOYMENT });
    expect(endpoint.bodies('UpdateService')).toEqual([{ cluster: 'demo', service: 'web', ...change }]);
    const [sent] = endpoint.sent;
    expect(Number(sent?.headers['content-length'])).toBe(Buffer.byteLength(sent?.body ?? ''));
  });

  test('a throttled call is sent again', async () => {
    endpoint.answer('DescribeServices', refusal('ThrottlingException', 'Rate exceeded'), {
      body: { services: [service] },
    });
    expect(await adapters.services.describe('demo', 'web')).toBeDefined();
    expect(endpoint.sent).toHaveLength(2);
  });

  test('a denied call rejects at once, with the permission that is missing', async () => {
    endpoint.answer(
      'UpdateService',
      refusal('AccessDeniedException', 'User: x is not authorized to perform: ecs:UpdateService on resource: y'),
    );
    await expect(adapters.services.update('demo', 'web', {})).rejects.toMatchObject({
      name: 'CallError',
      failure: 'denied',
      message: expect.stringContaining(
        'update service web in cluster demo: the role has no permission ecs:UpdateService',
      ),
    });
    expect(endpoint.sent).toHaveLength(1);
  });
});

describe('task definitions', () => {
  const definition = {
    family: 'web',
    containerDefinitions: [{ name: 'web', image: 'web@sha256:aa', mysteryMember: true }],
    nextYearsMember: { deep: [{ er: 1.5 }] },
  };

  test('are registered with every member, known to the SDK or not', async () => {
    endpoint.answer('RegisterTaskDefinition', { body: { taskDefinition: { taskDefinitionArn: 'arn:web:2' } } });
    expect(await adapters.taskDefinitions.register(definition)).toBe('arn:web:2');
    expect(endpoint.bodies('RegisterTaskDefinition')).toEqual([definition]);
  });

  test('come back with every member, tags apart', async () => {
    endpoint.answer('DescribeTaskDefinition', {
      body: { taskDefinition: { ...definition, registeredAt: 1.5 }, tags: [{ key: 'team', value: 'a' }] },
    });
    expect(await adapters.taskDefinitions.describe('web')).toEqual({
      definition: { ...definition, registeredAt: 1.5 },
      tags: [{ key: 'team', value: 'a' }],
    });
    expect(endpoint.bodies('DescribeTaskDefinition')).toEqual([{ taskDefinition: 'web', include: ['TAGS'] }]);
  });

  test('that do not exist are undefined; any other refusal is an error', async () => {
    endpoint.answer(
      'DescribeTaskDefinition',
      refusal('ClientException', 'Unable to describe task definition.'),
      refusal('InvalidParameterException', 'Invalid revision number.'),
    );
    expect(await adapters.taskDefinitions.describe('web')).toBeUndefined();
    await expect(adapters.taskDefinitions.describe('web:x')).rejects.toThrow(
      'describe task definition web:x: Invalid revision number',
    );
  });
});

describe('deployments', () => {
  const paused = {
    serviceDeploymentArn: DEPLOYMENT,
    status: 'IN_PROGRESS',
    lifecycleStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
    createdAt: 1_767_225_600.25,
    lifecycleHookDetails: [
      {
        hookId: 'ecs-pause-1',
        targetType: 'PAUSE',
        status: 'AWAITING_ACTION',
        expiresAt: 1_767_225_900,
        timeoutAction: 'ROLLBACK',
      },
    ],
    sourceServiceRevisions: [
      {
        arn: 'rev-1',
        requestedTaskCount: 2,
        runningTaskCount: 2,
        pendingTaskCount: 0,
        requestedProductionTrafficWeight: 100,
      },
    ],
    targetServiceRevision: {
      arn: 'rev-2',
      requestedTaskCount: 2,
      runningTaskCount: 1,
      pendingTaskCount: 1,
      requestedTestTrafficWeight: 100,
    },
    alarms: { alarmNames: ['a', 'b'], triggeredAlarmNames: ['b'], status: 'TRIGGERED' },
    deploymentConfiguration: { strategy: 'CANARY' },
  };

  test('are read with instants in milliseconds and the open pause', async () => {
    endpoint.answer('DescribeServiceDeployments', { body: { serviceDeployments: [paused] } });
    expect(await adapters.deployments.describe(DEPLOYMENT)).toEqual({
      serviceDeploymentArn: DEPLOYMENT,
      status: 'IN_PROGRESS',
      statusReason: undefined,
      lifecycleStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
      createdAt: 1_767_225_600_250,
      finishedAt: undefined,
      hooks: [
        {
          hookId: 'ecs-pause-1',
          targetType: 'PAUSE',
          status: 'AWAITING_ACTION',
          expiresAt: 1_767_225_900_000,
          timeoutAction: 'ROLLBACK',
        },
      ],
      source: [
        {
          arn: 'rev-1',
          requestedTaskCount: 2,
          runningTaskCount: 2,
          pendingTaskCount: 0,
          requestedTestTrafficWeight: 0,
          requestedProductionTrafficWeight: 100,
        },
      ],
      target: {
        arn: 'rev-2',
        requestedTaskCount: 2,
        runningTaskCount: 1,
        pendingTaskCount: 1,
        requestedTestTrafficWeight: 100,
        requestedProductionTrafficWeight: 0,
      },
      rollbackReason: undefined,
      alarms: ['b'],
      strategy: 'CANARY',
    });
    expect(endpoint.bodies('DescribeServiceDeployments')).toEqual([{ serviceDeploymentArns: [DEPLOYMENT] }]);
  });

  test('that ECS does not show yet are undefined', async () => {
    endpoint.answer(
      'DescribeServiceDeployments',
      { body: { serviceDeployments: [], failures: [{ arn: DEPLOYMENT, reason: 'MISSING' }] } },
      refusal('ServiceDeploymentNotFoundException', 'gone'),
    );
    expect(await adapters.deployments.describe(DEPLOYMENT)).toBeUndefined();
    expect(await adapters.deployments.describe(DEPLOYMENT)).toBeUndefined();
  });

  test('are listed over all pages, newest first, none from before', async () => {
    const brief = (id: string, createdAt: number) => ({ serviceDeploymentArn: id, status: 'SUCCESSFUL', createdAt });
    endpoint.answer(
      'ListServiceDeployments',
      { body: { serviceDeployments: [brief('second', 200), brief('early', 99)], nextToken: 'more' } },
      { body: { serviceDeployments: [brief('third', 300), brief('first', 100)] } },
    );
    const found = await adapters.deployments.list('demo', 'web', 100_000);
    expect(found.map(({ serviceDeploymentArn }) => serviceDeploymentArn)).toEqual(['third', 'second', 'first']);
    expect(endpoint.bodies('ListServiceDeployments')).toEqual([
      { cluster: 'demo', service: 'web', createdAt: { after: 99 } },
      { cluster: 'demo', service: 'web', createdAt: { after: 99 }, nextToken: 'more' },
    ]);
  });

  test('a pause is answered by its own id', async () => {
    endpoint.answer('ContinueServiceDeployment', { body: {} });
    await adapters.deployments.answer(DEPLOYMENT, 'ecs-pause-1', 'CONTINUE');
    expect(endpoint.bodies('ContinueServiceDeployment')).toEqual([
      { serviceDeploymentArn: DEPLOYMENT, hookId: 'ecs-pause-1', action: 'CONTINUE' },
    ]);
  });

  test.each([
    [
      'is answered already',
      { ...paused, lifecycleHookDetails: [{ hookId: 'ecs-pause-1', targetType: 'PAUSE', status: 'SUCCEEDED' }] },
    ],
    ['is gone', { ...paused, lifecycleHookDetails: [] }],
    ['belongs to a deployment that turns back', { ...paused, status: 'ROLLBACK_IN_PROGRESS' }],
  ])('a refused answer is no error when the pause %s', async (_, deployment) => {
    endpoint.answer('ContinueServiceDeployment', refusal('ClientException', 'The hookId is not awaiting an action.'));
    endpoint.answer('DescribeServiceDeployments', { body: { serviceDeployments: [deployment] } });
    await expect(adapters.deployments.answer(DEPLOYMENT, 'ecs-pause-1', 'CONTINUE')).resolves.toBeUndefined();
  });

  test.each([
    ['the pause is still open', refusal('ClientException', 'no')],
    ['the role may not', refusal('AccessDeniedException', 'no')],
    ['the deployment does not exist', refusal('ServiceDeploymentNotFoundException', 'no')],
  ])('a refused answer is an error when %s', async (_, refused) => {
    endpoint.answer('ContinueServiceDeployment', refused);
    endpoint.answer('DescribeServiceDeployments', { body: { serviceDeployments: [paused] } });
    await expect(adapters.deployments.answer(DEPLOYMENT, 'ecs-pause-1', 'ROLLBACK')).rejects.toThrow(
      `answer ROLLBACK to pause ecs-pause-1 of ${DEPLOYMENT}: no`,
    );
  });

  test.each(['ROLLBACK_REQUESTED', 'ROLLBACK_SUCCESSFUL', 'SUCCESSFUL', 'STOPPED'])(
    'a stop that is refused is no error for a deployment that is %s',
    async (status) => {
      endpoint.answer('StopServiceDeployment', refusal('ConflictException', 'ended'));
      endpoint.answer('DescribeServiceDeployments', { body: { serviceDeployments: [{ ...paused, status }] } });
      await expect(adapters.deployments.stop(DEPLOYMENT)).resolves.toBeUndefined();
      expect(endpoint.bodies('StopServiceDeployment')).toEqual([
        { serviceDeploymentArn: DEPLOYMENT, stopType: 'ROLLBACK' },
      ]);
    },
  );

  test('a stop that is refused is an error while the deployment runs on', async () => {
    endpoint.answer('StopServiceDeployment', refusal('ConflictException', 'busy'));
    endpoint.answer('DescribeServiceDeployments', { body: { serviceDeployments: [paused] } });
    await expect(adapters.deployments.stop(DEPLOYMENT)).rejects.toMatchObject({ failure: 'conflict' });
  });

  test("a revision's task definition and target groups are those that ECS resolved", async () => {
    endpoint.answer('DescribeServiceRevisions', {
      body: {
        serviceRevisions: [
          {
            taskDefinition: 'web:2',
            resolvedConfiguration: { loadBalancers: [{ targetGroupArn: 'tg-2', productionListenerRule: 'rule' }] },
          },
        ],
      },
    });
    expect(await adapters.deployments.revision('rev-2')).toEqual({
      taskDefinition: 'web:2',
      targetGroupArns: ['tg-2'],
    });
  });
});

describe('dead tasks', () => {
  const dead = (id: string, stoppedAt: number, more: object = {}) => ({
    taskArn: `arn:aws:ecs:eu-central-1:111122223333:task/demo/${id}`,
    taskDefinitionArn: 'web:2',
    lastStatus: 'STOPPED',
    stoppedAt,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    startedBy: 'ecs-svc/1',
    containers: [{ name: 'web', exitCode: 1, image: 'web' }],
    ...more,
  });

  test('are listed over all pages and described at most a hundred a call, newest first', async () => {
    const arns = Array.from({ length: 150 }, (_, index) => `arn:task/demo/${index}`);
    endpoint.answer(
      'ListTasks',
      { body: { taskArns: arns.slice(0, 100), nextToken: 'more' } },
      { body: { taskArns: arns.slice(100) } },
    );
    endpoint.answer(
      'DescribeTasks',
      { body: { tasks: [dead('0', 10, { taskArn: arns[0] })] } },
      { body: { tasks: [dead('149', 20, { taskArn: arns[149] })] } },
    );
    const deaths = await adapters.tasks.deaths('demo', 'web');
    expect(deaths.map(({ taskArn, stoppedAt }) => [taskArn, stoppedAt])).toEqual([
      [arns[149], 20_000],
      [arns[0], 10_000],
    ]);
    expect(endpoint.bodies('ListTasks')[0]).toEqual({ cluster: 'demo', serviceName: 'web', desiredStatus: 'STOPPED' });
    expect(endpoint.bodies('DescribeTasks').map((body) => (body as { tasks: string[] }).tasks.length)).toEqual([
      100, 50,
    ]);
  });

  test('are told before the task has come to its very end, and asked for again until then', async () => {
    const stopping = dead('a', 0, { lastStatus: 'DEPROVISIONING', stoppedAt: undefined, executionStoppedAt: 7 });
    endpoint.answer('ListTasks', { body: { taskArns: [stopping.taskArn] } });
    endpoint.answer('DescribeTasks', { body: { tasks: [stopping] } }, { body: { tasks: [dead('a', 9)] } });
    const instants: (number | undefined)[] = [];
    for (let look = 0; look < 3; look++) instants.push((await adapters.tasks.deaths('demo', 'web'))[0]?.stoppedAt);
    expect(instants).toEqual([7_000, 9_000, 9_000]);
    expect(endpoint.requests('DescribeTasks')).toHaveLength(2);
  });

  test('that were only told to stop are not dead', async () => {
    const running = dead('a', 0, { lastStatus: 'RUNNING', stoppedAt: undefined });
    endpoint.answer('ListTasks', { body: { taskArns: [running.taskArn] } });
    endpoint.answer('DescribeTasks', { body: { tasks: [running] } });
    expect(await adapters.tasks.deaths('demo', 'web')).toEqual([]);
  });

  describe('leave a log', () => {
    const death: TaskDeath = {
      taskArn: 'arn:aws:ecs:eu-central-1:111122223333:task/demo/abc',
      taskDefinitionArn: 'web:2',
      stoppedAt: 1,
      stopCode: undefined,
      stoppedReason: undefined,
      startedBy: undefined,
      containers: [{ name: 'web', exitCode: 1, reason: undefined, image: undefined }],
    };
    const logged = (options: object | undefined) => ({
      body: {
        taskDefinition: {
          containerDefinitions: [{ name: 'web', logConfiguration: options && { logDriver: 'awslogs', options } }],
        },
      },
    });

    test('whose place the task definition tells, asked once a revision', async () => {
      endpoint.answer('DescribeTaskDefinition', logged({ 'awslogs-group': '/web', 'awslogs-stream-prefix': 'ecs' }));
      endpoint.answer('GetLogEvents', {
        body: { events: [{ message: 'one\n' }, { message: 'two' }], nextBackwardToken: 'b/1' },
      });
      expect(await adapters.tasks.logTail(death, 2)).toEqual(['one', 'two']);
      await adapters.tasks.logTail(death, 2);
      expect(endpoint.bodies('GetLogEvents')[0]).toEqual({
        logGroupName: '/web',
        logStreamName: 'ecs/web/abc',
        limit: 2,
        startFromHead: false,
      });
      expect(endpoint.requests('DescribeTaskDefinition')).toHaveLength(1);
    });

    test('also behind an empty page', async () => {
      endpoint.answer('DescribeTaskDefinition', logged({ 'awslogs-group': '/web', 'awslogs-stream-prefix': 'ecs' }));
      endpoint.answer(
        'GetLogEvents',
        { body: { events: [], nextBackwardToken: 'b/1' } },
        { body: { events: [{ message: 'last' }], nextBackwardToken: 'b/2' } },
      );
      expect(await adapters.tasks.logTail(death, 5)).toEqual(['last']);
    });

    test.each([
      ['another driver', undefined, undefined],
      ['no stream prefix', { 'awslogs-group': '/web' }, undefined],
      [
        'a stream that does not exist',
        { 'awslogs-group': '/web', 'awslogs-stream-prefix': 'ecs' },
        refusal('ResourceNotFoundException', 'The specified log stream does not exist.'),
      ],
    ])('that is empty with %s', async (_, options, refused) => {
      endpoint.answer('DescribeTaskDefinition', logged(options));
      if (refused !== undefined) endpoint.answer('GetLogEvents', refused);
      expect(await adapters.tasks.logTail(death, 5)).toEqual([]);
    });

    test('or word of the permission that is missing to read it', async () => {
      endpoint.answer('DescribeTaskDefinition', logged({ 'awslogs-group': '/web', 'awslogs-stream-prefix': 'ecs' }));
      endpoint.answer(
        'GetLogEvents',
        refusal('AccessDeniedException', 'User: x is not authorized to perform: logs:GetLogEvents on resource: y'),
      );
      expect(await adapters.tasks.logTail(death, 5)).toEqual([expect.stringContaining('logs:GetLogEvents')]);
    });
  });
});

test('the version told to AWS is that of the package', async () => {
  const { default: manifest } = await import('../../../package.json', { with: { type: 'json' } });
  expect(version).toBe(manifest.version);
});
