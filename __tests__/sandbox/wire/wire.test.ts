import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import * as ecs from '@aws-sdk/client-ecs';
import { DescribeServicesCommand, ECSClient, ListClustersCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateRuleCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createFaults, type Faults } from '../../../sandbox/faults.ts';
import { createSts } from '../../../sandbox/sts.ts';
import { blankParameter } from '../../../sandbox/wire/missing.ts';
import { startWire, type Wire } from '../../../sandbox/wire/server.ts';
import { AwsError, type Handler } from '../../../sandbox/wire/service.ts';

const place = { account: '123456789012', region: 'eu-west-1' };
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const created = new Date('2026-03-01T12:00:00.500Z');

let wire: Wire;
let faults: Faults;
const client = <T>(Client: new (config: object) => T, more: object = {}): T =>
  new Client({ endpoint: wire.endpoint, region: place.region, credentials, maxAttempts: 1, ...more });

const seen: Record<string, unknown> = {};
const keep =
  (name: string, answer: unknown): Handler =>
  (input) => {
    seen[name] = input;
    return answer;
  };

beforeEach(async () => {
  faults = createFaults({ seed: 7 });
  wire = await startWire({ place, faults });
  wire.add(createSts({ place }).service);
  wire.add({
    name: 'ecs',
    protocol: 'json-1.1',
    target: 'AmazonEC2ContainerServiceV20141113',
    schemas: ecs,
    open: ['RegisterTaskDefinition'],
    operations: {
      ListClusters: keep('ListClusters', { clusterArns: ['a'] }),
      UpdateService: keep('UpdateService', { service: { serviceName: 'web', createdAt: created } }),
      DescribeServices: () => {
        throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
      },
      DescribeClusters: () => ({ clusters: [{ clusterName: 5, invented: true }] }),
      DescribeTasks: () => {
        throw new Error('broken handler');
      },
      RegisterTaskDefinition: (input) => ({ taskDefinition: { ...input, revision: 1 } }),
      StopTask: () => {
        throw new AwsError('NoSuchThingException', 'no');
      },
    },
  });
  wire.add({
    name: 'elasticloadbalancing',
    protocol: 'query',
    namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    schemas: elb,
    operations: {
      CreateRule: keep('CreateRule', {
        Rules: [{ RuleArn: 'arn:rule', IsDefault: false, Conditions: [{ Field: 'path-pattern', Values: ['/a<b&c'] }] }],
      }),
      DescribeLoadBalancers: () => ({ LoadBalancers: [{ LoadBalancerName: 'lb', CreatedTime: created }] }),
      DescribeRules: () => {
        throw new AwsError('RuleNotFoundException', 'One or more rules not found');
      },
    },
  });
  wire.add({
    name: 'monitoring',
    protocol: 'json-1.0',
    target: 'GraniteServiceVersion20100801',
    namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    schemas: cloudwatch,
    operations: {
      DescribeAlarms: keep('DescribeAlarms', {
        MetricAlarms: [{ AlarmName: 'a', Threshold: 1.5, StateUpdatedTimestamp: created }],
      }),
      SetAlarmState: () => {
        throw new AwsError('ResourceNotFound', 'no such alarm');
      },
    },
  });
});

afterEach(() => wire.close());

const post = (headers: Record<string, string>, body: string, service = 'ecs') =>
  fetch(wire.endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=K/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
      ...headers,
    },
    body,
  });
const json = (operation: string, body: unknown) =>
  post(
    { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}` },
    typeof body === 'string' ? body : JSON.stringify(body),
  );

describe('the JSON protocols', () => {
  test('carry timestamps both ways as the SDK reads them', async () => {
    const answer = await client(ECSClient).send(new UpdateServiceCommand({ service: 'web', desiredCount: 3 }));
    expect(answer.service?.createdAt).toEqual(created);
    expect(seen['UpdateService']).toEqual({ service: 'web', desiredCount: 3 });
  });

  test('serve CloudWatch as the SDK speaks to it', async () => {
    const answer = await client(CloudWatchClient).send(new DescribeAlarmsCommand({ AlarmNames: ['a', 'b'] }));
    expect(seen['DescribeAlarms']).toEqual({ AlarmNames: ['a', 'b'] });
    expect(answer.MetricAlarms).toEqual([{ AlarmName: 'a', Threshold: 1.5, StateUpdatedTimestamp: created }]);
  });

  test('give a modelled error with its class and text', async () => {
    const call = client(ECSClient).send(new DescribeServicesCommand({ services: ['web'] }));
    await expect(call).rejects.toMatchObject({ name: 'ClusterNotFoundException', message: 'Cluster not found.' });
    await expect(call).rejects.toBeInstanceOf(ecs.ClusterNotFoundException);
  });

  test('name the query code of an error for a client that asks for it', async () => {
    const response = await post(
      { 'x-amz-target': 'GraniteServiceVersion20100801.SetAlarmState', 'x-amzn-query-mode': 'true' },
      JSON.stringify({ AlarmName: 'x', StateValue: 'OK', StateReason: 'r' }),
      'monitoring',
    );
    expect(response.status).toBe(404);
    expect(response.headers.get('x-amzn-query-error')).toBe('ResourceNotFound;Sender');
  });

  test('refuse a value of the wrong type before the handler sees it', async () => {
    const response = await json('UpdateService', { service: 'web', desiredCount: 'three' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: 'SerializationException',
      message: 'STRING_VALUE can not be converted to a Number',
    });
    expect(wire.recorder.violations).toEqual([]);
  });

  test('refuse a body that is no JSON', async () => {
    const response = await json('ListClusters', '{"a":');
    expect(await response.json()).toEqual({ __type: 'SerializationException' });
  });

  test('name a required member that is missing', async () => {
    const response = await json('UpdateService', { desiredCount: 1 });
    expect(await response.json()).toEqual({
      __type: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'service' failed to satisfy constraint: Member must not be null",
    });
  });

  test('ignore a member that AWS does not know, and note it', async () => {
    const response = await json('ListClusters', { maxResults: 5, maxResult: 6 });
    expect(response.status).toBe(200);
    expect(seen['ListClusters']).toEqual({ maxResults: 5 });
    expect(wire.recorder.calls.at(-1)?.ignored).toEqual(['maxResult']);
  });

  test('keep unknown members of an open operation, also deep ones, in request and answer', async () => {
    const family = {
      family: 'web',
      containerDefinitions: [{ name: 'app', image: 'i', future: { a: [1] } }],
      newField: 'x',
    };
    const response = await json('RegisterTaskDefinition', family);
    expect(await response.json()).toEqual({ taskDefinition: { ...family, revision: 1 } });
  });
});

test.each([
  ['services', 'Services cannot be empty.'],
  ['taskDefinition', 'Task Definition can not be blank.'],
  ['deploymentConfiguration.alarms.alarmNames', 'Alarm Names cannot be empty.'],
])('ECS has words of its own for a missing %s', (member, message) => {
  expect(blankParameter(member)).toMatchObject({ code: 'InvalidParameterException', message });
});

describe('the query protocol', () => {
  test('reads nested lists, numbers and booleans', async () => {
    const rule = {
      ListenerArn: 'arn:listener',
      Priority: 5,
      Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x', Values: ['1', '2'] } }],
      Actions: [
        {
          Type: 'forward' as const,
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: 'a', Weight: 100 },
              { TargetGroupArn: 'b', Weight: 0 },
            ],
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 10 },
          },
        },
      ],
    };
    const answer = await client(ElasticLoadBalancingV2Client).send(new CreateRuleCommand(rule));
    expect(seen['CreateRule']).toEqual(rule);
    expect(answer.Rules).toEqual([
      { RuleArn: 'arn:rule', IsDefault: false, Conditions: [{ Field: 'path-pattern', Values: ['/a<b&c'] }] },
    ]);
  });

  test('writes timestamps as dates of ISO 8601', async () => {
    const answer = await client(ElasticLoadBalancingV2Client).send(new DescribeLoadBalancersCommand({}));
    expect(answer.LoadBalancers).toEqual([{ LoadBalancerName: 'lb', CreatedTime: created }]);
  });

  test('gives a modelled error under its query code and status', async () => {
    const call = client(ElasticLoadBalancingV2Client).send(new DescribeRulesCommand({ RuleArns: ['a'] }));
    await expect(call).rejects.toMatchObject({
      name: 'RuleNotFoundException',
      message: 'One or more rules not found',
      $metadata: { httpStatusCode: 400 },
    });
    const text = await (await post({}, 'Action=DescribeRules&Version=2015-12-01', 'elasticloadbalancing')).text();
    expect(text).toContain('<Code>RuleNotFound</Code>');
  });

  test('serves an older client that speaks query to CloudWatch', async () => {
    const response = await post({}, 'Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=a', 'monitoring');
    expect(seen['DescribeAlarms']).toEqual({ AlarmNames: ['a'] });
    expect(await response.text()).toContain('<StateUpdatedTimestamp>2026-03-01T12:00:00.500Z</StateUpdatedTimestamp>');
  });

  test('serves STS', async () => {
    const identity = await client(STSClient).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: place.account, Arn: 'arn:aws:iam::123456789012:user/sandbox' });
  });
});

describe('what AWS does not know', () => {
  test('an operation that does not exist answers as AWS does, in both protocols', async () => {
    const unknown = await json('MakeCoffee', {});
    expect([unknown.status, await unknown.json()]).toEqual([400, { __type: 'UnknownOperationException' }]);
    const action = await post({}, 'Action=MakeCoffee&Version=2015-12-01', 'elasticloadbalancing');
    expect(action.status).toBe(400);
    expect(await action.text()).toContain(
      '<Code>InvalidAction</Code><Message>Could not find operation MakeCoffee for version 2015-12-01</Message>',
    );
  });

  test('an operation of AWS that the sandbox does not serve is never a success', async () => {
    expect((await json('DeleteCluster', { cluster: 'x' })).status).toBe(400);
    expect((await json('toString', {})).status).toBe(400);
  });

  test('an unsigned call, a wrong region and a wrong service are refused', async () => {
    const unsigned = await json('ListClusters', {}).then(() =>
      fetch(wire.endpoint, {
        method: 'POST',
        headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' },
      }),
    );
    expect([unsigned.status, (await unsigned.json()) as { __type: string }]).toMatchObject([
      403,
      { __type: 'MissingAuthenticationTokenException' },
    ]);
    const elsewhere = client(ECSClient, { region: 'us-east-1' }).send(new ListClustersCommand({}));
    await expect(elsewhere).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: "Credential should be scoped to a valid region, not 'us-east-1'. ",
    });
    const wrongService = await post({ 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' }, '{}', 'ecr');
    expect(((await wrongService.json()) as { message: string }).message).toContain("correct service: 'ecs'");
  });
});

describe("the sandbox's own faults", () => {
  test('an answer that violates the schema is a 500 and a violation', async () => {
    expect((await json('DescribeClusters', {})).status).toBe(500);
    expect(wire.recorder.violations).toEqual([
      expect.objectContaining({
        operation: 'DescribeClusters',
        problem:
          'answer: clusters.1.clusterName must be a string, got number; clusters.1.invented is not a member that AWS knows',
      }),
    ]);
  });

  test('a handler that breaks is a 500 and a violation', async () => {
    expect((await json('DescribeTasks', { tasks: ['a'] })).status).toBe(500);
    expect(wire.recorder.violations[0]?.problem).toContain('broken handler');
  });

  test('an error that AWS does not have is a violation', async () => {
    await json('StopTask', { task: 'a' });
    expect(wire.recorder.violations[0]?.problem).toBe('AWS has no error NoSuchThingException');
  });
});

describe('the recorder', () => {
  test('keeps every call and tells its listeners until they leave', async () => {
    const heard: string[] = [];
    const leave = wire.recorder.onCall((call) => heard.push(call.operation));
    await client(ECSClient).send(new ListClustersCommand({}));
    leave();
    await client(ECSClient)
      .send(new DescribeServicesCommand({ services: ['web'] }))
      .catch(() => undefined);
    expect(heard).toEqual(['ListClusters']);
    expect(wire.recorder.calls).toMatchObject([
      { service: 'ecs', operation: 'ListClusters', status: 200, errorCode: undefined, accessKeyId: 'AKIDEXAMPLE' },
      { service: 'ecs', operation: 'DescribeServices', status: 400, errorCode: 'ClusterNotFoundException' },
    ]);
  });
});

describe('faults on order', () => {
  const list = () => client(ECSClient).send(new ListClustersCommand({}));

  test('throttle the next n calls of an operation, in the words of each protocol', async () => {
    faults.add({ kind: 'throttle', next: 2, operations: ['ListClusters'] });
    await client(ECSClient).send(new UpdateServiceCommand({ service: 'web' }));
    await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException' });
    await expect(list()).resolves.toMatchObject({ clusterArns: ['a'] });

    faults.add({ kind: 'throttle', operations: ['elasticloadbalancing:*'] });
    const elb = client(ElasticLoadBalancingV2Client).send(new DescribeLoadBalancersCommand({}));
    await expect(elb).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
  });

  test('are what the SDK waits out by itself', async () => {
    faults.add({ kind: 'throttle', next: 1 });
    faults.add({ kind: 'server-error', status: 503, next: 1 });
    await client(ECSClient, { maxAttempts: 4 }).send(new ListClustersCommand({}));
    expect(wire.recorder.calls.map((call) => call.status)).toEqual([400, 503, 200]);
  });

  test('lose an answer after the call was executed', async () => {
    faults.add({ kind: 'lost-answer', next: 1 });
    delete seen['ListClusters'];
    await expect(list()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(seen['ListClusters']).toEqual({});
  });

  test('expire the credentials and reject a key, until withdrawn', async () => {
    faults.credentialsExpired = true;
    await expect(list()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    await expect(client(STSClient).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
    });
    faults.clear();
    faults.rejectedAccessKeys.add('AKIDEXAMPLE');
    await expect(list()).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    faults.clear();
    await expect(list()).resolves.toBeDefined();
  });

  test('come in the same places for the same seed', () => {
    const run = (seed: number) => {
      const own = createFaults({ seed });
      own.add({ kind: 'throttle', rate: 0.3 });
      return Array.from({ length: 200 }, () => own.plan('ecs', 'X', undefined).error !== undefined);
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
    const hits = run(3).filter(Boolean).length;
    expect(hits).toBeGreaterThan(30);
    expect(hits).toBeLessThan(90);
  });

  test('slow an answer down, and give each call a latency within its range', () => {
    const own = createFaults({ seed: 5, latencyMs: { min: 20, max: 80 } });
    own.add({ kind: 'slow-answer', delayMs: 400, operations: ['ecs:UpdateService'] });
    const plans = Array.from({ length: 50 }, () => own.plan('ecs', 'UpdateService', undefined));
    expect(plans.every((plan) => plan.answerDelayMs === 400 && plan.delayMs >= 20 && plan.delayMs <= 80)).toBe(true);
    expect(new Set(plans.map((plan) => plan.delayMs)).size).toBeGreaterThan(10);
    expect(own.plan('elasticloadbalancing', 'UpdateService', undefined).answerDelayMs).toBe(0);
  });

  test('a withdrawn fault hits no more, and a wrong rate is refused', async () => {
    faults.add({ kind: 'server-error' })();
    await expect(list()).resolves.toBeDefined();
    expect(() => faults.add({ kind: 'throttle', rate: 5 })).toThrow('rate of a fault must be between 0 and 1, got 5');
  });
});
