import { describe, expect, test } from '@jest/globals';
import { appSpecOf, taskDefinitionIn } from '../../src/core/codedeploy-appspec.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createFakeCodeDeploy } from '../fakes/code-deploy.ts';

const { service } = createFakeCodeDeploy(createFakeClock());
const properties = (raw: JsonObject): JsonObject => {
  const [primary] = service.taskSets ?? [];
  if (primary === undefined) throw new Error('no task set');
  const content = appSpecOf({ ...service, taskSets: [{ ...primary, raw }] }, 'arn:web:7');
  const parsed = JSON.parse(content) as { Resources: { TargetService: { Properties: JsonObject } }[] };
  return parsed.Resources[0]?.TargetService.Properties ?? {};
};

describe('an appspec', () => {
  test('carries on with network and capacity of the task set that serves, in the appspec’s own words', () => {
    expect(
      properties({
        loadBalancers: [{ targetGroupArn: 'tg', containerName: 'web', containerPort: 80 }],
        networkConfiguration: { awsvpcConfiguration: { subnets: ['s-1'], assignPublicIp: 'ENABLED' } },
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
        platformVersion: '1.4.0',
      }),
    ).toEqual({
      TaskDefinition: 'arn:web:7',
      LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 80 },
      PlatformVersion: '1.4.0',
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['s-1'], AssignPublicIp: 'ENABLED' } },
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1, Base: 0 }],
    });
  });

  test('leaves out what the task set does not say', () => {
    const raw = { capacityProviderStrategy: [], platformVersion: '', loadBalancers: [] };
    expect(Object.keys(properties(raw))).toEqual(['TaskDefinition', 'LoadBalancerInfo']);
  });
});

describe('the task definition of an appspec', () => {
  test.each([
    [
      'JSON',
      '{"Resources":[{"TargetService":{"Properties":{"TaskDefinition":"arn:aws:ecs:x:1:task-definition/web:3"}}}]}',
    ],
    [
      'YAML',
      'version: 0.0\nResources:\n  - TargetService:\n      Properties:\n        TaskDefinition: arn:aws:ecs:x:1:task-definition/web:3\n',
    ],
    ['quoted YAML', '        taskDefinition: "arn:aws:ecs:x:1:task-definition/web:3"\n        LoadBalancerInfo: {}'],
  ])('is found in %s', (_form, content) => {
    expect(taskDefinitionIn(content)).toBe('arn:aws:ecs:x:1:task-definition/web:3');
  });

  test('is undefined where there is none', () => {
    expect(taskDefinitionIn('{"version":"0.0"}')).toBeUndefined();
  });
});
