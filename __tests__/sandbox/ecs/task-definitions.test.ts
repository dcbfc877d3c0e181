import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { stage, taskDefinitionOf } from './fakes/stage.ts';

const [container] = taskDefinitionOf('good1').containerDefinitions;

describe('RegisterTaskDefinition', () => {
  test('keeps every field, also unknown ones, and fills in what ECS fills in', async () => {
    const on = await stage();
    const future = { ...taskDefinitionOf('good1'), somethingNew: { deep: [1] } };
    const { taskDefinition } = await on.call<{ taskDefinition: TaskDefinition }>('RegisterTaskDefinition', future);
    expect(taskDefinition).toMatchObject({
      somethingNew: { deep: [1] },
      family: 'web',
      revision: 1,
      status: 'ACTIVE',
      taskDefinitionArn: 'arn:aws:ecs:eu-central-1:123456789012:task-definition/web:1',
      compatibilities: ['EC2', 'FARGATE'],
      volumes: [],
      placementConstraints: [],
      registeredBy: expect.stringContaining('123456789012'),
      containerDefinitions: [
        {
          cpu: 0,
          essential: true,
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
          portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
        },
      ],
    });
    expect(taskDefinition.registeredAt).toBeInstanceOf(Date);
    expect(taskDefinition.requiresAttributes).toContainEqual({ name: 'ecs.capability.task-eni' });
  });

  test('turns vCPU and GB into units and MiB', async () => {
    const on = await stage();
    await on.register('good1', { cpu: '1 vCPU', memory: '2 GB' });
    const { taskDefinition } = await on.call<{ taskDefinition: TaskDefinition }>('DescribeTaskDefinition', {
      taskDefinition: 'web',
    });
    expect(taskDefinition).toMatchObject({ cpu: '1024', memory: '2048' });
  });

  test.each<[string, object, string]>([
    ['a family with a slash', { family: 'a/b' }, 'Family contains invalid characters.'],
    ['no container', { containerDefinitions: [] }, 'Container list cannot be empty.'],
    ['a container without a name', { containerDefinitions: [{ ...container, name: undefined }] }, 'Container.name'],
    ['a container without an image', { containerDefinitions: [{ ...container, image: '' }] }, 'Container.image'],
    ['two containers of one name', { containerDefinitions: [container, container] }, 'duplicate container name: web'],
    ['no essential container', { containerDefinitions: [{ ...container, essential: false }] }, 'must be essential'],
    ['Fargate without cpu', { cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    ['Fargate without memory', { memory: undefined, containerDefinitions: [{ ...container, memory: 64 }] }, "'memory'"],
    [
      'a size that Fargate has not',
      { cpu: '256', memory: '4096' },
      'No Fargate configuration exists for given values.',
    ],
    ['Fargate in bridge mode', { networkMode: 'bridge' }, 'Fargate only supports network mode'],
    ['awslogs without an execution role', { executionRoleArn: undefined }, 'to support log driver awslogs'],
    [
      'no memory at all outside Fargate',
      { requiresCompatibilities: ['EC2'], memory: undefined },
      "At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
  ])('refuses %s', async (_what, change, message) => {
    const on = await stage();
    const refusal = await on.refused('RegisterTaskDefinition', { ...taskDefinitionOf('good1'), ...change });
    expect(refusal.code).toBe('ClientException');
    expect(refusal.message).toContain(message);
  });
});

describe('DescribeTaskDefinition', () => {
  test('takes a family, a revision or an ARN, and gives tags when asked', async () => {
    const on = await stage();
    const first = await on.register('good1', { tags: [{ key: 'a', value: 'b' }] });
    const second = await on.register('good2');
    const describeIt = async (taskDefinition: string, include: string[] = []) =>
      on.call<{ taskDefinition: TaskDefinition; tags?: object[] }>('DescribeTaskDefinition', {
        taskDefinition,
        include,
      });
    expect((await describeIt('web')).taskDefinition.taskDefinitionArn).toBe(second);
    expect((await describeIt('web:1')).taskDefinition.taskDefinitionArn).toBe(first);
    expect((await describeIt(first)).tags).toBeUndefined();
    expect((await describeIt(first, ['TAGS'])).tags).toEqual([{ key: 'a', value: 'b' }]);
    expect(await on.refused('DescribeTaskDefinition', { taskDefinition: 'none' })).toMatchObject({
      code: 'ClientException',
      message: 'Unable to describe task definition.',
    });
  });

  test('no longer finds a deregistered revision by its family', async () => {
    const on = await stage();
    const first = await on.register('good1');
    const second = await on.register('good2');
    await on.call('DeregisterTaskDefinition', { taskDefinition: second });
    const { taskDefinition } = await on.call<{ taskDefinition: TaskDefinition }>('DescribeTaskDefinition', {
      taskDefinition: 'web',
    });
    expect(taskDefinition.taskDefinitionArn).toBe(first);
    expect(await on.call('ListTaskDefinitions', { familyPrefix: 'web' })).toMatchObject({
      taskDefinitionArns: [first],
    });
    expect(await on.call('ListTaskDefinitions', { status: 'INACTIVE' })).toMatchObject({
      taskDefinitionArns: [second],
    });
    expect(await on.call('ListTaskDefinitionFamilies', {})).toMatchObject({ families: ['web'] });
    expect((await on.refused('DeregisterTaskDefinition', { taskDefinition: 'web' })).code).toBe('ClientException');
  });
});

describe('clusters and tags', () => {
  test('are made, described, tagged and deleted when they are empty', async () => {
    const on = await stage();
    await on.call('CreateCluster', { clusterName: 'demo', tags: [{ key: 'a', value: '1' }] });
    const arn = 'arn:aws:ecs:eu-central-1:123456789012:cluster/demo';
    await on.call('TagResource', { resourceArn: arn, tags: [{ key: 'b', value: '2' }] });
    await on.call('UntagResource', { resourceArn: arn, tagKeys: ['a'] });
    expect(await on.call('ListTagsForResource', { resourceArn: arn })).toEqual({ tags: [{ key: 'b', value: '2' }] });
    expect(await on.call('DescribeClusters', { clusters: ['demo', 'none'] })).toMatchObject({
      clusters: [{ clusterArn: arn, status: 'ACTIVE', activeServicesCount: 0 }],
      failures: [{ reason: 'MISSING' }],
    });
    await on.call('DeleteCluster', { cluster: 'demo' });
    expect((await on.refused('ListServices', { cluster: 'demo' })).code).toBe('ClusterNotFoundException');
    expect((await on.refused('TagResource', { resourceArn: `${arn}x`, tags: [] })).code).toBe(
      'ClusterNotFoundException',
    );
  });
});
