import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Aws, aws } from '../../../src/adapters/aws/aws.ts';
import { FakeEndpoint } from './_fake-endpoint.ts';

const ELB = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333';
const RULE = `${ELB}:listener-rule/app/web/b1/l1/r1`;
const OTHER = `${ELB}:listener-rule/app/web/b1/l1/r2`;

let endpoint: FakeEndpoint;
let adapters: Aws;

beforeEach(async () => {
  endpoint = new FakeEndpoint();
  await endpoint.start();
  adapters = aws();
});

afterEach(() => endpoint.stop());

function xml(operation: string, result: string): { body: string } {
  return {
    body: `<${operation}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`,
  };
}

function missing(code: string): { status: number; body: string } {
  return {
    status: 400,
    body: `<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>gone</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  };
}

const rule = (arn: string, actions: string) =>
  `<member><RuleArn>${arn}</RuleArn><Actions>${actions}</Actions></member>`;
const weighted = `<member><Type>forward</Type><ForwardConfig><TargetGroups><member><TargetGroupArn>tg-1</TargetGroupArn><Weight>100</Weight></member><member><TargetGroupArn>tg-2</TargetGroupArn><Weight>0</Weight></member></TargetGroups></ForwardConfig></member>`;

describe('listener rules', () => {
  test('are read with the weight of each target group', async () => {
    endpoint.answer('DescribeRules', xml('DescribeRules', `<Rules>${rule(RULE, weighted)}</Rules>`));
    const rules = await adapters.loadBalancers.rules([RULE]);
    expect(rules).toEqual([
      {
        ruleArn: RULE,
        weights: new Map([
          ['tg-1', 100],
          ['tg-2', 0],
        ]),
      },
    ]);
    const sent = new URLSearchParams(endpoint.sent[0]?.body);
    expect([sent.get('Action'), sent.get('RuleArns.member.1')]).toEqual(['DescribeRules', RULE]);
  });

  test('that name one target group give it everything', async () => {
    const plain = '<member><Type>forward</Type><TargetGroupArn>tg-1</TargetGroupArn></member>';
    endpoint.answer('DescribeRules', xml('DescribeRules', `<Rules>${rule(RULE, plain)}</Rules>`));
    expect((await adapters.loadBalancers.rules([RULE]))[0]?.weights).toEqual(new Map([['tg-1', 1]]));
  });

  test('that do not exist are left out, the others stay', async () => {
    endpoint.answer(
      'DescribeRules',
      missing('RuleNotFound'),
      xml('DescribeRules', `<Rules>${rule(RULE, weighted)}</Rules>`),
      missing('RuleNotFound'),
    );
    const rules = await adapters.loadBalancers.rules([RULE, OTHER]);
    expect(rules.map(({ ruleArn }) => ruleArn)).toEqual([RULE]);
  });

  test('of a network load balancer are its listeners', async () => {
    const listener = `${ELB}:listener/net/web/b1/l1`;
    endpoint.answer(
      'DescribeListeners',
      xml(
        'DescribeListeners',
        `<Listeners><member><ListenerArn>${listener}</ListenerArn><DefaultActions>${weighted}</DefaultActions></member></Listeners>`,
      ),
    );
    expect((await adapters.loadBalancers.rules([listener]))[0]?.weights.get('tg-1')).toBe(100);
  });

  test('that are none need no call', async () => {
    expect(await adapters.loadBalancers.rules([])).toEqual([]);
    expect(endpoint.sent).toEqual([]);
  });

  test.each([
    ['HTTP', 80, 'http://lb.example.com'],
    ['HTTP', 9001, 'http://lb.example.com:9001'],
    ['HTTPS', 443, 'https://lb.example.com'],
  ])('of a %s listener on port %i are reached at %s', async (protocol, port, address) => {
    endpoint.answer(
      'DescribeListeners',
      xml(
        'DescribeListeners',
        `<Listeners><member><Protocol>${protocol}</Protocol><Port>${port}</Port><LoadBalancerArn>lb</LoadBalancerArn></member></Listeners>`,
      ),
    );
    endpoint.answer(
      'DescribeLoadBalancers',
      xml('DescribeLoadBalancers', '<LoadBalancers><member><DNSName>lb.example.com</DNSName></member></LoadBalancers>'),
    );
    expect(await adapters.loadBalancers.address(RULE)).toBe(address);
    expect(new URLSearchParams(endpoint.sent[0]?.body).get('ListenerArns.member.1')).toBe(
      `${ELB}:listener/app/web/b1/l1`,
    );
  });
});

test("target groups are read with their targets' kind", async () => {
  endpoint.answer(
    'DescribeTargetGroups',
    xml(
      'DescribeTargetGroups',
      '<TargetGroups><member><TargetGroupArn>tg-1</TargetGroupArn><TargetType>ip</TargetType><HealthCheckPath>/healthz</HealthCheckPath></member></TargetGroups>',
    ),
  );
  expect(await adapters.loadBalancers.targetGroups(['tg-1', 'tg-1'])).toEqual([
    { targetGroupArn: 'tg-1', targetType: 'ip', healthCheckPath: '/healthz' },
  ]);
});

test('targets are read with state and reason', async () => {
  endpoint.answer(
    'DescribeTargetHealth',
    xml(
      'DescribeTargetHealth',
      '<TargetHealthDescriptions><member><Target><Id>10.0.0.1</Id><Port>8080</Port></Target><TargetHealth><State>unhealthy</State><Reason>Target.ResponseCodeMismatch</Reason></TargetHealth></member></TargetHealthDescriptions>',
    ),
  );
  expect(await adapters.loadBalancers.targets('tg-1')).toEqual([
    { id: '10.0.0.1', port: 8080, state: 'unhealthy', reason: 'Target.ResponseCodeMismatch' },
  ]);
});

describe('alarms', () => {
  test('are read by name, composite ones too, over all pages; those that do not exist are missing', async () => {
    endpoint.answer(
      'DescribeAlarms',
      { body: { MetricAlarms: [{ AlarmName: 'a', StateValue: 'OK' }], NextToken: 'more' } },
      { body: { CompositeAlarms: [{ AlarmName: 'b', StateValue: 'ALARM' }] } },
    );
    expect(await adapters.alarms.states(['a', 'b', 'gone'])).toEqual(
      new Map([
        ['a', 'OK'],
        ['b', 'ALARM'],
      ]),
    );
    expect(endpoint.bodies('DescribeAlarms')[0]).toMatchObject({
      AlarmNames: ['a', 'b', 'gone'],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    });
  });
});
