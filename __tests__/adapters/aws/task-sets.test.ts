import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Aws, aws } from '../../../src/adapters/aws/aws.ts';
import { CallError } from '../../../src/core/errors.ts';
import { FakeEndpoint, refusal } from './_fake-endpoint.ts';

const ARN = 'arn:aws:ecs:eu-central-1:111122223333:task-set/demo/web/ecs-svc/1';
const SET = {
  id: 'ecs-svc/1',
  taskSetArn: ARN,
  status: 'ACTIVE',
  taskDefinition: 'web:2',
  externalId: 'greenlight-x',
  scale: { value: 0.1, unit: 'PERCENT' },
  computedDesiredCount: 1,
  runningCount: 1,
  pendingCount: 0,
  stabilityStatus: 'STEADY_STATE',
  createdAt: 1_700_000_000.123,
  loadBalancers: [{ targetGroupArn: 'tg-b', containerName: 'web', containerPort: 8080 }],
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], memberOfTomorrow: true } },
  tags: [{ key: 'greenlight:previous', value: 'web:1' }],
};

let endpoint: FakeEndpoint;
let adapters: Aws;

beforeEach(async () => {
  endpoint = new FakeEndpoint();
  await endpoint.start();
  adapters = aws();
});

afterEach(() => endpoint.stop());

describe('task sets', () => {
  test('are listed by what the service says, and described with their tags', async () => {
    endpoint.answer('DescribeServices', { body: { services: [{ serviceName: 'web', taskSets: [SET] }] } });
    endpoint.answer('DescribeTaskSets', { body: { taskSets: [SET], failures: [] } });
    expect(await adapters.taskSets.list('demo', 'web')).toEqual([
      {
        taskSetArn: ARN,
        id: 'ecs-svc/1',
        status: 'ACTIVE',
        taskDefinition: 'web:2',
        externalId: 'greenlight-x',
        scale: 0.1,
        computedDesiredCount: 1,
        runningCount: 1,
        pendingCount: 0,
        isSteady: true,
        createdAt: 1_700_000_000_123,
        targetGroupArn: 'tg-b',
        tags: new Map([['greenlight:previous', 'web:1']]),
        raw: SET,
      },
    ]);
    expect(endpoint.bodies('DescribeTaskSets')).toEqual([
      { cluster: 'demo', service: 'web', taskSets: [ARN], include: ['TAGS'] },
    ]);
  });

  test('of a service without any are not asked for: ECS refuses an empty list', async () => {
    endpoint.answer('DescribeServices', { body: { services: [{ serviceName: 'web' }] } });
    expect(await adapters.taskSets.list('demo', 'web')).toEqual([]);
    expect(endpoint.requests('DescribeTaskSets')).toEqual([]);
  });

  test('that are gone are left out', async () => {
    endpoint.answer('DescribeTaskSets', { body: { taskSets: [], failures: [{ arn: ARN, reason: 'MISSING' }] } });
    expect(await adapters.taskSets.describe('demo', 'web', ['ecs-svc/1'])).toEqual([]);
  });

  test('are created with members that no SDK knows yet', async () => {
    endpoint.answer('CreateTaskSet', { body: { taskSet: SET } });
    const request = { taskDefinition: 'web:2', networkConfiguration: SET.networkConfiguration, clientToken: 'x' };
    expect((await adapters.taskSets.create('demo', 'web', request)).raw).toEqual(SET);
    expect(endpoint.bodies('CreateTaskSet')).toEqual([{ ...request, cluster: 'demo', service: 'web' }]);
  });

  test('are scaled, made the primary one, tagged and removed with their tasks', async () => {
    for (const name of ['UpdateTaskSet', 'UpdateServicePrimaryTaskSet', 'DeleteTaskSet', 'TagResource'])
      endpoint.answer(name, { body: {} });
    await adapters.taskSets.scale('demo', 'web', ARN, 2.5);
    await adapters.taskSets.makePrimary('demo', 'web', ARN);
    await adapters.taskSets.tag(ARN, { 'greenlight:zero': '1' });
    await adapters.taskSets.remove('demo', 'web', ARN);
    const where = { cluster: 'demo', service: 'web' };
    expect(endpoint.sent.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { ...where, taskSet: ARN, scale: { value: 2.5, unit: 'PERCENT' } },
      { ...where, primaryTaskSet: ARN },
      { resourceArn: ARN, tags: [{ key: 'greenlight:zero', value: '1' }] },
      { ...where, taskSet: ARN, force: true },
    ]);
  });

  test('that are gone already are removed; what is refused otherwise is told', async () => {
    endpoint.answer('DeleteTaskSet', refusal('TaskSetNotFoundException', 'The specified task set was not found.'));
    await expect(adapters.taskSets.remove('demo', 'web', ARN)).resolves.toBeUndefined();
    endpoint.answer('DeleteTaskSet', refusal('AccessDeniedException', 'no'));
    await expect(adapters.taskSets.remove('demo', 'web', ARN)).rejects.toThrow(CallError);
  });
});
