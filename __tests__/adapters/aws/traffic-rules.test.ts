import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Aws, aws } from '../../../src/adapters/aws/aws.ts';
import { weightsOf } from '../../../src/core/taskset-weights.ts';
import { type Answer, FakeEndpoint } from './_fake-endpoint.ts';

const ELB = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333';
const LISTENER = `${ELB}:listener/app/web/b1/l1`;
const RULE = `${ELB}:listener-rule/app/web/b1/l1/r1`;
const DEFAULT = `${ELB}:listener-rule/app/web/b1/l1/r0`;

let endpoint: FakeEndpoint;
let adapters: Aws;

beforeEach(async () => {
  endpoint = new FakeEndpoint();
  await endpoint.start();
  adapters = aws();
});

afterEach(() => endpoint.stop());

function xml(operation: string, result: string): Answer {
  return {
    body: `<${operation}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`,
  };
}

const oidc = `<member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig><Issuer>https://id.example.com</Issuer><ClientId>shop</ClientId><SessionTimeout>60</SessionTimeout></AuthenticateOidcConfig></member>`;
const forward = `<member><Type>forward</Type><Order>2</Order><ForwardConfig><TargetGroups><member><TargetGroupArn>tg-a</TargetGroupArn><Weight>100</Weight></member><member><TargetGroupArn>tg-b</TargetGroupArn><Weight>0</Weight></member></TargetGroups><TargetGroupStickinessConfig><Enabled>true</Enabled><DurationSeconds>60</DurationSeconds></TargetGroupStickinessConfig></ForwardConfig></member>`;
const described = (arn: string, actions: string, isDefault = false) =>
  `<member><RuleArn>${arn}</RuleArn><IsDefault>${isDefault}</IsDefault><Actions>${actions}</Actions></member>`;

/** The parameters of the nth request. */
function sent(n: number): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(endpoint.sent[n]?.body));
}

describe('listener rules', () => {
  test('are read with everything on their actions, all of them in one call', async () => {
    endpoint.answer(
      'DescribeRules',
      xml('DescribeRules', `<Rules>${described(RULE, oidc + forward)}${described(DEFAULT, forward, true)}</Rules>`),
    );
    const rules = await adapters.trafficRules.describe([RULE, DEFAULT, RULE]);
    expect(endpoint.sent).toHaveLength(1);
    expect(rules.map(({ ruleArn, listenerArn, isDefault }) => [ruleArn, listenerArn, isDefault])).toEqual([
      [RULE, LISTENER, false],
      [DEFAULT, LISTENER, true],
    ]);
    expect(rules[0]?.actions[0]).toEqual({
      Type: 'authenticate-oidc',
      Order: 1,
      AuthenticateOidcConfig: { Issuer: 'https://id.example.com', ClientId: 'shop', SessionTimeout: 60 },
    });
    expect(weightsOf(rules[0]?.actions ?? [])).toEqual(
      new Map([
        ['tg-a', 100],
        ['tg-b', 0],
      ]),
    );
  });

  test('of a listener’s ARN are its default action, as a rule', async () => {
    endpoint.answer(
      'DescribeRules',
      xml('DescribeRules', `<Rules>${described(RULE, forward)}${described(DEFAULT, forward, true)}</Rules>`),
    );
    expect((await adapters.trafficRules.describe([LISTENER])).map(({ ruleArn }) => ruleArn)).toEqual([DEFAULT]);
    expect(sent(0)).toMatchObject({ Action: 'DescribeRules', ListenerArn: LISTENER });
  });

  test('that do not exist are left out, the others stay', async () => {
    const gone: Answer = {
      status: 400,
      body: `<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type><Code>RuleNotFound</Code><Message>gone</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    };
    endpoint.answer('DescribeRules', gone, gone, xml('DescribeRules', `<Rules>${described(RULE, forward)}</Rules>`));
    const found = await adapters.trafficRules.describe([DEFAULT, RULE]);
    expect(found.map(({ ruleArn }) => ruleArn)).toEqual([RULE]);
  });

  test('around a target group are all of its load balancers’, page by page', async () => {
    endpoint.answer(
      'DescribeTargetGroups',
      xml(
        'DescribeTargetGroups',
        '<TargetGroups><member><TargetGroupArn>tg-a</TargetGroupArn><LoadBalancerArns><member>lb-1</member></LoadBalancerArns></member></TargetGroups>',
      ),
    );
    endpoint.answer(
      'DescribeListeners',
      xml('DescribeListeners', `<Listeners><member><ListenerArn>${LISTENER}</ListenerArn></member></Listeners>`),
    );
    endpoint.answer(
      'DescribeRules',
      xml('DescribeRules', `<Rules>${described(RULE, forward)}</Rules><NextMarker>more</NextMarker>`),
      xml('DescribeRules', `<Rules>${described(DEFAULT, forward, true)}</Rules>`),
    );
    expect((await adapters.trafficRules.around('tg-a')).map(({ ruleArn }) => ruleArn)).toEqual([RULE, DEFAULT]);
    expect(sent(3)).toMatchObject({ ListenerArn: LISTENER, Marker: 'more' });
  });

  test('are written with every action, a default action through its listener', async () => {
    const actions = [
      { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { Issuer: 'i', UseExistingClientSecret: true } },
      {
        Type: 'forward',
        Order: 2,
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: 'tg-b', Weight: 999 }],
          TargetGroupStickinessConfig: { Enabled: false, DurationSeconds: 60 },
        },
      },
    ];
    endpoint.answer('ModifyRule', xml('ModifyRule', '<Rules/>'));
    endpoint.answer('ModifyListener', xml('ModifyListener', '<Listeners/>'));
    const rule = { ruleArn: RULE, listenerArn: LISTENER, isDefault: false, actions: [] };
    await adapters.trafficRules.write(rule, actions);
    await adapters.trafficRules.write({ ...rule, ruleArn: DEFAULT, isDefault: true }, actions);
    expect(sent(0)).toEqual({
      Action: 'ModifyRule',
      Version: '2015-12-01',
      RuleArn: RULE,
      'Actions.member.1.Type': 'authenticate-oidc',
      'Actions.member.1.Order': '1',
      'Actions.member.1.AuthenticateOidcConfig.Issuer': 'i',
      'Actions.member.1.AuthenticateOidcConfig.UseExistingClientSecret': 'true',
      'Actions.member.2.Type': 'forward',
      'Actions.member.2.Order': '2',
      'Actions.member.2.ForwardConfig.TargetGroups.member.1.TargetGroupArn': 'tg-b',
      'Actions.member.2.ForwardConfig.TargetGroups.member.1.Weight': '999',
      'Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.Enabled': 'false',
      'Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds': '60',
    });
    expect(sent(1)).toMatchObject({ Action: 'ModifyListener', ListenerArn: LISTENER });
    expect(sent(1)['DefaultActions.member.2.ForwardConfig.TargetGroups.member.1.Weight']).toBe('999');
  });
});
