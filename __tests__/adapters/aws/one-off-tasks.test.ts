import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Aws, aws } from '../../../src/adapters/aws/aws.ts';
import { FakeEndpoint, refusal } from './_fake-endpoint.ts';

const ECS = 'arn:aws:ecs:eu-central-1:111122223333';
const TASK = `${ECS}:task/demo/0f3a9b1c2d`;
const DEFINITION = `${ECS}:task-definition/web:2`;

let endpoint: FakeEndpoint;
let adapters: Aws;

beforeEach(async () => {
  endpoint = new FakeEndpoint();
  await endpoint.start();
  adapters = aws();
});

afterEach(() => endpoint.stop());

describe('running a one-off task', () => {
  const order = {
    cluster: 'demo',
    taskDefinitionArn: DEFINITION,
    container: 'web',
    command: ['./manage.py', 'migrate', '--noinput'],
    placement: {
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], nextYearsMember: 'kept' } },
    },
    token: 'token-1',
  };

  test('sends the whole place as the service has it, the command for one container, and the token', async () => {
    endpoint.answer('RunTask', { body: { tasks: [{ taskArn: TASK }], failures: [] } });
    expect(await adapters.oneOffTasks.run(order)).toEqual({ taskArn: TASK });
    expect(endpoint.bodies('RunTask')).toEqual([
      {
        cluster: 'demo',
        taskDefinition: DEFINITION,
        count: 1,
        clientToken: 'token-1',
        startedBy: 'greenlight',
        overrides: { containerOverrides: [{ name: 'web', command: ['./manage.py', 'migrate', '--noinput'] }] },
        ...order.placement,
      },
    ]);
  });

  test('sends the same token again when the answer was lost', async () => {
    endpoint.answer(
      'RunTask',
      { status: 500, body: { __type: 'ServerException', message: 'oh' } },
      { body: { tasks: [{ taskArn: TASK }] } },
    );
    expect(await adapters.oneOffTasks.run(order)).toEqual({ taskArn: TASK });
    expect(endpoint.bodies('RunTask').map((body) => (body as { clientToken: string }).clientToken)).toEqual([
      'token-1',
      'token-1',
    ]);
  });

  test('gives the failures of an answer that is no error and started nothing', async () => {
    endpoint.answer('RunTask', { body: { tasks: [], failures: [{ arn: 'instance', reason: 'RESOURCE:MEMORY' }] } });
    expect(await adapters.oneOffTasks.run(order)).toEqual({
      refusals: [{ arn: 'instance', reason: 'RESOURCE:MEMORY', detail: undefined }],
    });
  });
});

describe('a one-off task', () => {
  test('is told with the state of each container', async () => {
    endpoint.answer('DescribeTasks', {
      body: {
        tasks: [
          {
            taskArn: TASK,
            taskDefinitionArn: DEFINITION,
            lastStatus: 'STOPPED',
            desiredStatus: 'STOPPED',
            stopCode: 'EssentialContainerExited',
            stoppedReason: 'Essential container in task exited',
            startedBy: 'greenlight',
            stoppedAt: 1_767_225_600.5,
            containers: [
              { name: 'web', exitCode: 0 },
              { name: 'sidecar', exitCode: 137, reason: 'OutOfMemoryError' },
            ],
          },
        ],
        failures: [],
      },
    });
    expect(await adapters.oneOffTasks.describe('demo', TASK)).toEqual({
      taskArn: TASK,
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      facts: {
        taskArn: TASK,
        taskDefinitionArn: DEFINITION,
        stoppedAt: 1_767_225_600_500,
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        startedBy: 'greenlight',
        containers: [
          { name: 'web', exitCode: 0, reason: undefined, image: undefined },
          { name: 'sidecar', exitCode: 137, reason: 'OutOfMemoryError', image: undefined },
        ],
      },
    });
  });

  test('that ECS does not show yet is undefined, not an error', async () => {
    endpoint.answer('DescribeTasks', { body: { tasks: [], failures: [{ arn: TASK, reason: 'MISSING' }] } });
    expect(await adapters.oneOffTasks.describe('demo', TASK)).toBeUndefined();
  });

  test('is stopped with a reason; one that is gone is not an error', async () => {
    endpoint.answer(
      'StopTask',
      { body: {} },
      refusal('InvalidParameterException', 'The referenced task was not found.'),
    );
    await adapters.oneOffTasks.stop('demo', TASK, 'the workflow was cancelled');
    await adapters.oneOffTasks.stop('demo', TASK, 'the workflow was cancelled');
    expect(endpoint.bodies('StopTask')[0]).toEqual({
      cluster: 'demo',
      task: TASK,
      reason: 'the workflow was cancelled',
    });
  });
});

describe('its log', () => {
  const of = { taskArn: TASK, taskDefinitionArn: DEFINITION, container: 'web' };
  const definition = (options: object | undefined) =>
    endpoint.answer('DescribeTaskDefinition', {
      body: {
        taskDefinition: {
          containerDefinitions: [
            { name: 'web', ...(options && { logConfiguration: { logDriver: 'awslogs', options } }) },
          ],
        },
      },
    });
  const awslogs = { 'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web' };

  test('is read to its end, page by page, and on from there the next time', async () => {
    definition(awslogs);
    endpoint.answer(
      'GetLogEvents',
      { body: { events: [{ message: 'one\n' }, { message: 'two\r\nthree' }], nextForwardToken: 'f/2' } },
      { body: { events: [], nextForwardToken: 'f/3' } },
      { body: { events: [{ message: 'four' }], nextForwardToken: 'f/4' } },
      { body: { events: [], nextForwardToken: 'f/4' } },
      { body: { events: [{ message: 'five' }], nextForwardToken: 'f/5' } },
      { body: { events: [], nextForwardToken: 'f/5' } },
    );
    expect(await adapters.oneOffTasks.log(of, undefined)).toEqual({
      lines: ['one', 'two', 'three', 'four'],
      next: 'f/4',
    });
    expect(await adapters.oneOffTasks.log(of, 'f/4')).toEqual({ lines: ['five'], next: 'f/5' });
    const asked = endpoint.bodies('GetLogEvents');
    expect(asked[0]).toEqual({
      logGroupName: '/ecs/web',
      logStreamName: 'web/web/0f3a9b1c2d',
      startFromHead: true,
    });
    expect(asked.map((body) => (body as { nextToken?: string }).nextToken)).toEqual([
      undefined,
      'f/2',
      'f/3',
      'f/4',
      'f/4',
      'f/5',
    ]);
  });

  test('is empty before the container has written its first line', async () => {
    definition(awslogs);
    endpoint.answer('GetLogEvents', refusal('ResourceNotFoundException', 'The specified log stream does not exist.'));
    expect(await adapters.oneOffTasks.log(of, undefined)).toEqual({ lines: [], next: undefined });
  });

  test.each([
    ['another driver writes it', undefined],
    ['its stream has no prefix, and so the name of a container in Docker', { 'awslogs-group': '/ecs/web' }],
  ])('cannot be read when %s', async (_name, options) => {
    definition(options);
    expect(await adapters.oneOffTasks.log(of, undefined)).toBeUndefined();
  });
});
