import * as model from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { forward, type Lab, startLab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

afterEach(() => lab.close());

const path = (value: string) => [{ Field: 'path-pattern', Values: [value] }];

describe('refusals have AWS’s codes', () => {
  const missing = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:missing/x';
  test.each<[string, string, (lab: Lab) => object]>([
    ['LoadBalancerNotFound', 'DescribeLoadBalancers', () => ({ Names: ['none'] })],
    ['ListenerNotFound', 'DescribeListeners', () => ({ ListenerArns: [missing] })],
    ['ListenerNotFound', 'DescribeRules', () => ({ ListenerArn: missing })],
    ['RuleNotFound', 'DescribeRules', () => ({ RuleArns: [missing] })],
    ['RuleNotFound', 'ModifyRule', () => ({ RuleArn: missing, Actions: [] })],
    ['TargetGroupNotFound', 'DescribeTargetHealth', () => ({ TargetGroupArn: missing })],
    [
      'TargetGroupNotFound',
      'ModifyListener',
      (at) => ({ ListenerArn: at.listenerArn, DefaultActions: [forward([missing, 1])] }),
    ],
    ['InvalidTarget', 'DeregisterTargets', (at) => ({ TargetGroupArn: at.one, Targets: [{ Id: '127.0.0.1' }] })],
    ['ResourceInUse', 'DeleteTargetGroup', (at) => ({ TargetGroupArn: at.one })],
    ['OperationNotPermitted', 'ModifyRule', (at) => ({ RuleArn: at.ruleArn, Actions: [forward([at.one, 1])] })],
    ['OperationNotPermitted', 'DeleteRule', (at) => ({ RuleArn: at.ruleArn })],
    [
      'DuplicateTargetGroupName',
      'CreateTargetGroup',
      () => ({ Name: 'one', Protocol: 'HTTP', Port: 81, VpcId: 'vpc-1' }),
    ],
    ['DuplicateLoadBalancerName', 'CreateLoadBalancer', () => ({ Name: 'web', Subnets: ['subnet-c', 'subnet-d'] })],
    [
      'TooManyTargetGroups',
      'ModifyListener',
      (at) => ({
        ListenerArn: at.listenerArn,
        DefaultActions: [forward(...['a', 'b', 'c', 'd', 'e', 'f'].map((arn): [string, number] => [arn, 1]))],
      }),
    ],
    [
      'ValidationError',
      'ModifyListener',
      (at) => ({ ListenerArn: at.listenerArn, DefaultActions: [forward([at.one, 1000])] }),
    ],
    [
      'ValidationError',
      'CreateRule',
      (at) => ({ ListenerArn: at.listenerArn, Priority: 0, Conditions: path('/'), Actions: [forward([at.one, 1])] }),
    ],
    ['ValidationError', 'CreateTargetGroup', () => ({ Name: 'tcp', Protocol: 'TCP', Port: 80, VpcId: 'vpc-1' })],
    [
      'ValidationError',
      'ModifyTargetGroup',
      (at) => ({ TargetGroupArn: at.one, HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 5 }),
    ],
  ])('%s from %s', async (code, operation, input) => {
    await expect(lab.run(operation, input(lab))).rejects.toMatchObject({ name: 'AwsError', code });
  });

  test('and every code but ValidationError is one that the model knows', () => {
    const known = Object.values(model as Record<string, unknown>)
      .filter(
        (value): value is readonly [number, string, string, { awsQueryError?: [string, number] }] =>
          Array.isArray(value) && value[0] === -3,
      )
      .map((schema) => schema[3].awsQueryError?.[0]);
    for (const code of [
      'PriorityInUse',
      'DuplicateListener',
      'TargetGroupAssociationLimit',
      'TooManyTargetGroups',
      'InvalidTarget',
      'ResourceInUse',
      'DuplicateTagKeys',
      'TooManyTags',
      'OperationNotPermitted',
      'DuplicateTargetGroupName',
      'DuplicateLoadBalancerName',
      'TargetGroupNotFound',
      'RuleNotFound',
      'ListenerNotFound',
      'LoadBalancerNotFound',
    ]) {
      expect(known).toContain(code);
    }
  });

  test('a refused change changes nothing', async () => {
    const before = lab.lb.port.forward(lab.ruleArn);
    await lab
      .run('ModifyListener', { ListenerArn: lab.listenerArn, DefaultActions: [forward([lab.one, 5], ['none', 5])] })
      .catch(() => undefined);
    expect(lab.lb.port.forward(lab.ruleArn)).toEqual(before);
  });
});

describe('rules', () => {
  test('a forward action comes back with weights and stickiness, and a lone group also by its ARN', async () => {
    const { Rules } = await lab.run('CreateRule', {
      ListenerArn: lab.listenerArn,
      Priority: 3,
      Conditions: path('/a'),
      Actions: [{ Type: 'forward', TargetGroupArn: lab.one }],
    });
    expect(Rules[0]).toMatchObject({
      Priority: '3',
      IsDefault: false,
      Conditions: [{ Field: 'path-pattern', Values: ['/a'], PathPatternConfig: { Values: ['/a'] } }],
      Actions: [
        {
          Type: 'forward',
          TargetGroupArn: lab.one,
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn: lab.one, Weight: 1 }],
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
    });
  });

  test('the default rule follows its listener', async () => {
    await lab.run('ModifyListener', {
      ListenerArn: lab.listenerArn,
      DefaultActions: [forward([lab.one, 1], [lab.two, 2])],
    });
    const { Rules } = await lab.run('DescribeRules', { ListenerArn: lab.listenerArn });
    expect(Rules).toHaveLength(1);
    expect(Rules[0]).toMatchObject({ Priority: 'default', IsDefault: true, RuleArn: lab.ruleArn });
    expect(Rules[0].Actions[0].ForwardConfig.TargetGroups.map(({ Weight }: { Weight: number }) => Weight)).toEqual([
      1, 2,
    ]);
    const { Listeners } = await lab.run('DescribeListeners', { ListenerArns: [lab.listenerArn] });
    expect(Listeners[0].DefaultActions).toEqual(Rules[0].Actions);
  });

  test('setting weights keeps conditions, priority and stickiness', async () => {
    const { Rules } = await lab.run('CreateRule', {
      ListenerArn: lab.listenerArn,
      Priority: 3,
      Conditions: path('/a'),
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: lab.one, Weight: 1 },
              { TargetGroupArn: lab.two, Weight: 0 },
            ],
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 90 },
          },
        },
      ],
    });
    const { RuleArn } = Rules[0];
    lab.lb.port.setForward(RuleArn, new Map([[lab.two, 999]]));
    const after = await lab.run('DescribeRules', { RuleArns: [RuleArn] });
    const action = after.Rules[0].Actions[0];
    expect(after.Rules[0]).toMatchObject({ Priority: '3', Conditions: Rules[0].Conditions });
    expect(action.ForwardConfig).toEqual({
      TargetGroups: [{ TargetGroupArn: lab.two, Weight: 999 }],
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 90 },
    });
  });

  test('two rules cannot have one priority', async () => {
    const create = () =>
      lab.run('CreateRule', {
        ListenerArn: lab.listenerArn,
        Priority: 3,
        Conditions: path('/a'),
        Actions: [forward([lab.one, 1])],
      });
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'PriorityInUse' });
  });
});

test('a target group serves one load balancer only', async () => {
  const { LoadBalancers } = await lab.run('CreateLoadBalancer', { Name: 'other', Subnets: ['subnet-a', 'subnet-b'] });
  const create = lab.run('CreateListener', {
    LoadBalancerArn: LoadBalancers[0].LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 0,
    DefaultActions: [forward([lab.one, 1])],
  });
  await expect(create).rejects.toMatchObject({ code: 'TargetGroupAssociationLimit' });
});

test('a listener’s port must be free on this machine', async () => {
  const { LoadBalancers } = await lab.run('CreateLoadBalancer', { Name: 'other', Subnets: ['subnet-a', 'subnet-b'] });
  const create = (loadBalancer: string) =>
    lab.run('CreateListener', {
      LoadBalancerArn: loadBalancer,
      Protocol: 'HTTP',
      Port: Number(new URL(lab.url).port),
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
    });
  await expect(create(lab.loadBalancerArn)).rejects.toMatchObject({ code: 'DuplicateListener' });
  await expect(create(LoadBalancers[0].LoadBalancerArn)).rejects.toThrow('EADDRINUSE');
});

test('deleting a load balancer frees its port and its target groups', async () => {
  await lab.run('DeleteLoadBalancer', { LoadBalancerArn: lab.loadBalancerArn });
  await expect(fetch(lab.url)).rejects.toThrow();
  await lab.run('DeleteTargetGroup', { TargetGroupArn: lab.one });
  expect((await lab.run('DescribeTargetGroups', {})).TargetGroups).toHaveLength(1);
});

test('tags are kept with each kind of thing', async () => {
  for (const arn of [lab.loadBalancerArn, lab.listenerArn, lab.ruleArn, lab.one]) {
    await lab.run('AddTags', { ResourceArns: [arn], Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] });
    await lab.run('RemoveTags', { ResourceArns: [arn], TagKeys: ['b'] });
    const { TagDescriptions } = await lab.run('DescribeTags', { ResourceArns: [arn] });
    expect(TagDescriptions).toEqual([{ ResourceArn: arn, Tags: [{ Key: 'a', Value: '1' }] }]);
  }
});

test('long lists come in pages', async () => {
  await lab.createGroup('three');
  const first = await lab.run('DescribeTargetGroups', { PageSize: 2 });
  const second = await lab.run('DescribeTargetGroups', { PageSize: 2, Marker: first.NextMarker });
  expect([first.TargetGroups.length, second.TargetGroups.length, second.NextMarker]).toEqual([2, 1, undefined]);
});
