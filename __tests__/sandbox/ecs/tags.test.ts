import type { Tag } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { networkConfiguration, type Stage, serving, stage } from './fakes/stage.ts';

const numbered = (count: number, from = 0): Tag[] =>
  Array.from({ length: count }, (_, i) => ({ key: `key-${from + i}`, value: `${i}` }));

const tagsOf = async (on: Stage, resourceArn: string | undefined) =>
  (await on.call<{ tags: Tag[] }>('ListTagsForResource', { resourceArn })).tags;

/** An ARN of everything that carries tags. */
async function taggable(on: Stage): Promise<Readonly<Record<string, string | undefined>>> {
  await serving(on);
  const { serviceArn, clusterArn, taskDefinition } = await on.service();
  await on.call('CreateService', {
    serviceName: 'sets',
    desiredCount: 1,
    deploymentController: { type: 'EXTERNAL' },
  });
  const { taskSet } = await on.call<{ taskSet: { taskSetArn: string } }>('CreateTaskSet', {
    cluster: 'default',
    service: 'sets',
    taskDefinition,
    launchType: 'FARGATE',
    networkConfiguration,
  });
  const [task] = await on.tasks('RUNNING');
  return {
    service: serviceArn,
    cluster: clusterArn,
    'task definition': taskDefinition,
    'task set': taskSet.taskSetArn,
    task: task?.taskArn,
  };
}

describe('tags', () => {
  test('can be put on, replaced on and taken off everything that has an ARN', async () => {
    const on = await stage();
    for (const resourceArn of Object.values(await taggable(on))) {
      const tags = [
        { key: 'team', value: 'web' },
        { key: 'greenlight:plan', value: '1 5' },
      ];
      await on.call('TagResource', { resourceArn, tags });
      await on.call('TagResource', { resourceArn, tags: [{ key: 'team', value: 'shop' }] });
      expect(await tagsOf(on, resourceArn)).toEqual([
        { key: 'team', value: 'shop' },
        { key: 'greenlight:plan', value: '1 5' },
      ]);
      await on.call('UntagResource', { resourceArn, tagKeys: ['team', 'never there'] });
      expect(await tagsOf(on, resourceArn)).toEqual([{ key: 'greenlight:plan', value: '1 5' }]);
    }
  });

  test('of a service are shown with it when asked for', async () => {
    const on = await stage();
    await serving(on);
    await on.call('TagResource', {
      resourceArn: (await on.service()).serviceArn,
      tags: [{ key: 'Überschrift', value: 'a b+c-d=e.f_g:h/i@j' }],
    });
    const { services } = await on.call<{ services: { tags: Tag[] }[] }>('DescribeServices', {
      services: ['web'],
      include: ['TAGS'],
    });
    expect(services[0]?.tags).toEqual([{ key: 'Überschrift', value: 'a b+c-d=e.f_g:h/i@j' }]);
  });

  test.each<[string, Tag[], string]>([
    ['an empty key', [{ key: '', value: 'x' }], 'cannot be null or empty'],
    ['a key of more than 128 characters', [{ key: 'ü'.repeat(129) }], '128'],
    ['a value of more than 256 characters', [{ key: 'k', value: 'v'.repeat(257) }], '256'],
    ['a comma', [{ key: 'steps', value: '5,25,100' }], 'invalid characters'],
    ['a reserved key', [{ key: 'AWS:made', value: 'x' }], 'reserved prefix'],
    ['a reserved value', [{ key: 'k', value: 'aws:made' }], 'reserved prefix'],
    [
      'one key twice',
      [
        { key: 'k', value: '1' },
        { key: 'k', value: '2' },
      ],
      'Duplicate',
    ],
    ['more than fifty', numbered(51), '50'],
  ])('are refused with %s, also where something is made with them', async (_what, tags, message) => {
    const on = await stage();
    await serving(on);
    const { serviceArn, taskDefinition } = await on.service();
    const calls: [string, object][] = [
      ['TagResource', { resourceArn: serviceArn, tags }],
      ['CreateService', { serviceName: 'more', taskDefinition, networkConfiguration, tags }],
      ['RunTask', { taskDefinition, networkConfiguration, tags }],
      ['CreateCluster', { clusterName: 'more', tags }],
    ];
    for (const [operation, input] of calls) {
      expect(await on.refused(operation, input)).toMatchObject({
        code: 'InvalidParameterException',
        message: expect.stringContaining(message),
      });
    }
    expect(await tagsOf(on, serviceArn)).toEqual([]);
  });

  test('are at most fifty together with those that are there', async () => {
    const on = await stage();
    await serving(on);
    const resourceArn = (await on.service()).serviceArn;
    await on.call('TagResource', { resourceArn, tags: numbered(50) });
    await on.call('TagResource', { resourceArn, tags: [{ key: 'key-0', value: 'again' }] });
    expect((await on.refused('TagResource', { resourceArn, tags: numbered(1, 50) })).message).toContain('50');
    expect(await tagsOf(on, resourceArn)).toHaveLength(50);
  });

  test('of what is not there are refused by what is missing', async () => {
    const on = await stage();
    await serving(on);
    const { serviceArn = '', clusterArn } = await on.service();
    const tags = [{ key: 'k', value: 'v' }];
    const refusal = async (resourceArn: string) => on.refused('TagResource', { resourceArn, tags });
    expect((await refusal(`${serviceArn}x`)).code).toBe('ResourceNotFoundException');
    expect((await refusal(`${clusterArn}x`)).code).toBe('ClusterNotFoundException');
    expect((await refusal('web')).message).toBe('Invalid ARN: web');
    expect(await refusal(serviceArn.replace('/default/', '/'))).toMatchObject({
      code: 'InvalidParameterException',
      message: 'Long arn format must be used for tagging operations',
    });
    expect((await on.refused('ListTagsForResource', { resourceArn: `${serviceArn}x` })).code).toBe(
      'InvalidParameterException',
    );
  });
});
