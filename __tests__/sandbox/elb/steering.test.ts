/** What somebody meets who moves the weights himself: everything else on a rule stays, and sticky clients have their own mind. */

import type { Action, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { forward, type Lab, type RunningServer, send, serveText, startLab } from './lab.ts';

let lab: Lab;
let servers: RunningServer[];

async function start(options: Parameters<typeof startLab>[0] = {}): Promise<void> {
  lab = await startLab(options);
  servers = [await serveText('one'), await serveText('two')];
  for (const [i, group] of [lab.one, lab.two].entries()) {
    const server = servers[i];
    if (server !== undefined) await lab.addHealthy(group, server.target);
  }
}

beforeEach(() => start());
afterEach(async () => {
  await lab.close();
  for (const server of servers) await server.close();
});

const idp = {
  Issuer: 'https://id.example.com',
  AuthorizationEndpoint: 'https://id.example.com/authorize',
  TokenEndpoint: 'https://id.example.com/token',
  UserInfoEndpoint: 'https://id.example.com/user',
  ClientId: 'web',
};
const oidc = (more: object, Order = 1): Action => ({
  Type: 'authenticate-oidc',
  Order,
  AuthenticateOidcConfig: { ...idp, ...more },
});
const second = (action: Action): Action => ({ ...action, Order: 2 });
const shares = (one: number, two: number) => forward([lab.one, one], [lab.two, two]);

async function createRule(actions: readonly Action[]): Promise<Rule> {
  const { Rules } = await lab.run('CreateRule', {
    ListenerArn: lab.listenerArn,
    Priority: 5,
    Conditions: [{ Field: 'path-pattern', Values: ['/a*'] }],
    Actions: actions,
  });
  return Rules[0];
}

async function modifyRule(input: object): Promise<Rule> {
  return (await lab.run('ModifyRule', input)).Rules[0];
}

describe('ModifyRule', () => {
  test('leaves the conditions alone when only actions are given, and the other way round', async () => {
    const before = await createRule([shares(100, 0)]);
    const shifted = await modifyRule({ RuleArn: before.RuleArn, Actions: [shares(99, 1)] });
    expect(shifted).toEqual({ ...before, Actions: shifted.Actions });
    expect(shifted.Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight)).toEqual([99, 1]);
    const moved = await modifyRule({
      RuleArn: before.RuleArn,
      Conditions: [{ Field: 'path-pattern', Values: ['/b'] }],
    });
    expect(moved.Actions).toEqual(shifted.Actions);
  });

  test('replaces the actions whole: who leaves the stickiness out has switched it off', async () => {
    const sticky = shares(1, 1);
    const { RuleArn } = await createRule([
      {
        ...sticky,
        ForwardConfig: {
          ...sticky.ForwardConfig,
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
        },
      },
    ]);
    const { Actions } = await modifyRule({ RuleArn, Actions: [shares(1, 2)] });
    expect(Actions?.[0]?.ForwardConfig?.TargetGroupStickinessConfig).toEqual({ Enabled: false });
  });

  test.each([
    ['Transforms', { Transforms: [{ Type: 'url-rewrite' }] }, 'Transforms is not supported by the sandbox'],
    ['no actions', { Actions: [] }, 'An action must be specified'],
  ])('refuses %s', async (_what, more, message) => {
    const { RuleArn } = await createRule([shares(1, 0)]);
    await expect(lab.run('ModifyRule', { RuleArn, ...more })).rejects.toThrow(message);
  });
});

describe('authentication before a forward', () => {
  test('is given back with AWS’s defaults, by its order, and without the client secret', async () => {
    const { Actions } = await createRule([second(shares(100, 0)), oidc({ ClientSecret: 'hush' })]);
    expect(Actions).toEqual([
      {
        Type: 'authenticate-oidc',
        Order: 1,
        AuthenticateOidcConfig: {
          ...idp,
          SessionCookieName: 'AWSELBAuthSessionCookie',
          Scope: 'openid',
          SessionTimeout: 604_800,
          OnUnauthenticatedRequest: 'authenticate',
        },
      },
      expect.objectContaining({ Type: 'forward', Order: 2 }),
    ]);
  });

  test('cannot be written back as it was read: the secret is missing, unless the existing one is used', async () => {
    const { RuleArn, Actions = [] } = await createRule([oidc({ ClientSecret: 'hush' }), second(shares(100, 0))]);
    await expect(lab.run('ModifyRule', { RuleArn, Actions })).rejects.toMatchObject({
      code: 'InvalidLoadBalancerAction',
      message: 'A client secret must be specified',
    });
    const kept = Actions.map((action) =>
      action.AuthenticateOidcConfig === undefined
        ? action
        : {
            ...action,
            AuthenticateOidcConfig: { ...action.AuthenticateOidcConfig, UseExistingClientSecret: true },
          },
    );
    expect((await modifyRule({ RuleArn, Actions: kept })).Actions).toEqual(Actions);
  });

  test.each<[string, object, string]>([
    ['no secret', {}, 'A client secret must be specified'],
    ['a secret beside the existing one', { ClientSecret: 'x', UseExistingClientSecret: true }, 'both specify a client'],
    ['an existing secret that is not there', { UseExistingClientSecret: true }, 'no existing client secret'],
  ])('is not created with %s', async (_what, more, message) => {
    await expect(createRule([oidc(more), second(shares(1, 0))])).rejects.toThrow(message);
  });

  test('of Cognito and of JWT is kept as it came', async () => {
    const cognito: Action = {
      Type: 'authenticate-cognito',
      Order: 1,
      AuthenticateCognitoConfig: {
        UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a',
        UserPoolClientId: 'c',
        UserPoolDomain: 'd',
        SessionTimeout: 60,
      },
    };
    const rule = await createRule([cognito, second(shares(1, 0))]);
    expect(rule.Actions?.[0]).toMatchObject(cognito);
    const jwt: Action = {
      Type: 'jwt-validation',
      Order: 1,
      JwtValidationConfig: { JwksEndpoint: 'https://id.example.com/keys', Issuer: 'https://id.example.com' },
    };
    expect((await modifyRule({ RuleArn: rule.RuleArn, Actions: [jwt, second(shares(1, 0))] })).Actions?.[0]).toEqual(
      jwt,
    );
  });

  test('stays when ECS or CodeDeploy set the weights', async () => {
    const { RuleArn = '', Actions } = await createRule([oidc({ ClientSecret: 'hush' }), second(shares(100, 0))]);
    lab.lb.port.setForward(RuleArn, new Map([[lab.two, 7]]));
    const { Rules } = await lab.run('DescribeRules', { RuleArns: [RuleArn] });
    expect(Rules[0].Actions[0]).toEqual(Actions?.[0]);
    expect(Rules[0].Actions[1]).toMatchObject({
      Order: 2,
      ForwardConfig: { TargetGroups: [{ TargetGroupArn: lab.two, Weight: 7 }] },
    });
  });

  test('lets everybody through here', async () => {
    await createRule([oidc({ ClientSecret: 'hush' }), second(shares(0, 1))]);
    expect((await send(lab, '/a')).body.toString()).toBe('two');
  });

  test.each<[string, () => readonly Action[]]>([
    ['without orders', () => [{ ...oidc({ ClientSecret: 'x' }), Order: undefined as never }, shares(1, 0)]],
    ['with one order twice', () => [oidc({ ClientSecret: 'x' }, 2), second(shares(1, 0))]],
    ['after the forward', () => [oidc({ ClientSecret: 'x' }, 3), second(shares(1, 0))]],
    ['alone', () => [oidc({ ClientSecret: 'x' })]],
  ])('is refused %s', async (_what, actions) => {
    await expect(createRule(actions())).rejects.toMatchObject({ code: 'InvalidLoadBalancerAction' });
  });
});

test('whoever asks is told of every change of weights, by call and by whoever moves them for ECS, until he asks no more', async () => {
  const { RuleArn = '' } = await createRule([shares(100, 0)]);
  const told: unknown[] = [];
  const stop = lab.lb.onForward((ruleArn, weights) => told.push([ruleArn, ...weights.values()]));
  await modifyRule({ RuleArn, Actions: [shares(95, 5)] });
  lab.lb.port.setForward(
    RuleArn,
    new Map([
      [lab.one, 0],
      [lab.two, 100],
    ]),
  );
  stop();
  await modifyRule({ RuleArn, Actions: [shares(100, 0)] });
  expect(told).toEqual([
    [RuleArn, 95, 5],
    [RuleArn, 0, 100],
  ]);
});

test('redirects and fixed responses are described as they were made', async () => {
  const redirect: Action = { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Host: 'example.com' } };
  const { RuleArn, Actions } = await createRule([redirect]);
  expect(Actions).toMatchObject([redirect]);
  const fixed: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503', MessageBody: 'later' } };
  expect((await modifyRule({ RuleArn, Actions: [fixed] })).Actions).toEqual([fixed]);
});

describe('a sticky client whose target group gets weight 0', () => {
  /** A client of `two`, which then loses all its weight; where does it go? */
  async function whereTo(): Promise<Set<string>> {
    const sticky = (one: number, two: number): Action => ({
      ...shares(one, two),
      ForwardConfig: {
        ...shares(one, two).ForwardConfig,
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
      },
    });
    const { RuleArn } = await createRule([sticky(0, 1)]);
    const cookie = (await send(lab, '/a')).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    await modifyRule({ RuleArn, Actions: [sticky(100, 0)] });
    const seen = new Set<string>();
    for (let i = 0; i < 5; i += 1) seen.add((await send(lab, '/a', { headers: { cookie } })).body.toString());
    return seen;
  }

  test('stays there: a weight of 0 alone does not empty a target group', async () => {
    expect(await whereTo()).toEqual(new Set(['two']));
  });

  test('is drawn anew where the sandbox is told so', async () => {
    await lab.close();
    for (const server of servers) await server.close();
    await start({ stickyAtZero: 'reweigh' });
    expect(await whereTo()).toEqual(new Set(['one']));
  });

  test('leaves it when the group has left the action, or the action is not sticky any more', async () => {
    const sticky = shares(0, 1);
    const { RuleArn } = await createRule([
      {
        ...sticky,
        ForwardConfig: { ...sticky.ForwardConfig, TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } },
      },
    ]);
    const cookie = (await send(lab, '/a')).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    await modifyRule({ RuleArn, Actions: [shares(1, 0)] });
    expect((await send(lab, '/a', { headers: { cookie } })).body.toString()).toBe('one');
  });
});
