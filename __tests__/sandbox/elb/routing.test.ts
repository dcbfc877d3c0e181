import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { forward, type Lab, type RunningServer, send, serveText, startLab, until } from './lab.ts';

let lab: Lab;
let servers: RunningServer[];

beforeEach(async () => {
  lab = await startLab();
  servers = [await serveText('one'), await serveText('two')];
  for (const [i, server] of servers.entries()) await lab.addHealthy(i === 0 ? lab.one : lab.two, server.target);
});

afterEach(async () => {
  await lab.close();
  for (const server of servers) await server.close();
});

function weights(one: number, two: number): ReadonlyMap<string, number> {
  return new Map([
    [lab.one, one],
    [lab.two, two],
  ]);
}

async function shareOfTwo(requests: number): Promise<number> {
  let two = 0;
  for (let i = 0; i < requests; i++) if ((await send(lab)).body.toString() === 'two') two += 1;
  return two / requests;
}

describe('weights', () => {
  test('draw the target group of each request', async () => {
    lab.lb.port.setForward(lab.ruleArn, weights(750, 250));
    const share = await shareOfTwo(400);
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.35);
  });

  test('of 0 take no request', async () => {
    expect(await shareOfTwo(50)).toBe(0);
    lab.lb.port.setForward(lab.ruleArn, weights(0, 1));
    expect(await shareOfTwo(50)).toBe(1);
  });

  test('do not fail over: a group without targets that has weight gives 503', async () => {
    lab.lb.port.setForward(lab.ruleArn, weights(0, 100));
    await lab.lb.port.deregister(lab.two, servers[1]?.target ?? { id: '', port: 0 });
    expect((await send(lab)).status).toBe(503);
  });

  test('that are all 0 give 503', async () => {
    lab.lb.port.setForward(lab.ruleArn, weights(0, 0));
    expect((await send(lab)).status).toBe(503);
  });

  test('are read back as they were set', () => {
    lab.lb.port.setForward(lab.ruleArn, weights(950, 50));
    expect(lab.lb.port.forward(lab.ruleArn)).toEqual(weights(950, 50));
    expect(lab.lb.port.forward('arn:none')).toBeUndefined();
  });
});

describe('stickiness', () => {
  test('of the rule keeps a client in its target group, whatever the weights say later', async () => {
    const action = forward([lab.one, 0], [lab.two, 1]);
    await lab.run('ModifyListener', {
      ListenerArn: lab.listenerArn,
      DefaultActions: [
        {
          ...action,
          ForwardConfig: {
            ...action.ForwardConfig,
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
          },
        },
      ],
    });
    const cookies = (await send(lab)).headers['set-cookie'] ?? [];
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['AWSALBTG', 'AWSALBTGCORS']);
    lab.lb.port.setForward(lab.ruleArn, weights(998, 1));
    const cookie = cookies[0]?.split(';')[0] ?? '';
    for (let i = 0; i < 20; i++) {
      expect((await send(lab, '/', { headers: { cookie } })).body.toString()).toBe('two');
    }
    expect(await shareOfTwo(20)).toBe(0);
  });

  test('of the target group keeps a client at its target', async () => {
    const more = await serveText('more');
    servers.push(more);
    await lab.addHealthy(lab.one, more.target);
    await lab.run('ModifyTargetGroupAttributes', {
      TargetGroupArn: lab.one,
      Attributes: [{ Key: 'stickiness.enabled', Value: 'true' }],
    });
    const first = await send(lab);
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(cookie).toMatch(/^AWSALB=/);
    for (let i = 0; i < 10; i++) {
      expect((await send(lab, '/', { headers: { cookie } })).body.toString()).toBe(first.body.toString());
    }
  });
});

test('round robin asks every healthy target of a group in turn', async () => {
  const more = await serveText('more');
  servers.push(more);
  await lab.addHealthy(lab.one, more.target);
  const seen = [];
  for (let i = 0; i < 6; i++) seen.push((await send(lab)).body.toString());
  expect(seen.filter((text) => text === 'more')).toHaveLength(3);
});

describe('rules', () => {
  test.each([
    ['path-pattern', { PathPatternConfig: { Values: ['/api/*'] } }, '/api/x?y', {}, '/API/x', {}],
    ['host-header', { HostHeaderConfig: { Values: ['*.example.com'] } }, '/', { host: 'A.Example.com:80' }, '/', {}],
    [
      'http-header',
      { HttpHeaderConfig: { HttpHeaderName: 'X-Test', Values: ['gr?en'] } },
      '/',
      { 'x-test': 'Green' },
      '/',
      { 'x-test': 'grreen' },
    ],
    ['query-string', { QueryStringConfig: { Values: [{ Key: 'v', Value: '2*' }] } }, '/?V=20', {}, '/?w=20', {}],
    ['http-request-method', { HttpRequestMethodConfig: { Values: ['GET'] } }, '/', {}, undefined, {}],
    ['source-ip', { SourceIpConfig: { Values: ['127.0.0.0/8'] } }, '/', {}, undefined, {}],
  ])(
    'with a %s condition take what matches and leave the rest',
    async (Field, config, path, headers, other, otherHeaders) => {
      await lab.run('CreateRule', {
        ListenerArn: lab.listenerArn,
        Priority: 10,
        Conditions: [{ Field, ...config }],
        Actions: [forward([lab.two, 1])],
      });
      expect((await send(lab, path, { headers: headers as Record<string, string> })).body.toString()).toBe('two');
      if (other === undefined)
        expect((await send(lab, '/', { method: 'DELETE' })).body.toString()).toBe(
          Field === 'source-ip' ? 'two' : 'one',
        );
      else
        expect((await send(lab, other, { headers: otherHeaders as Record<string, string> })).body.toString()).toBe(
          'one',
        );
    },
  );

  test('are asked by priority, and the default rule last', async () => {
    const create = (Priority: number, group: string) =>
      lab.run('CreateRule', {
        ListenerArn: lab.listenerArn,
        Priority,
        Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
        Actions: [forward([group, 1])],
      });
    await create(20, lab.one);
    const { Rules } = await create(10, lab.two);
    expect((await send(lab, '/x')).body.toString()).toBe('two');
    await lab.run('SetRulePriorities', { RulePriorities: [{ RuleArn: Rules[0].RuleArn, Priority: 30 }] });
    expect((await send(lab, '/x')).body.toString()).toBe('one');
  });

  test('answer by themselves with fixed responses and redirects', async () => {
    const create = (Priority: number, path: string, action: object) =>
      lab.run('CreateRule', {
        ListenerArn: lab.listenerArn,
        Priority,
        Conditions: [{ Field: 'path-pattern', Values: [path] }],
        Actions: [action],
      });
    await create(1, '/fixed', {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: '503', ContentType: 'application/json', MessageBody: '{}' },
    });
    await create(2, '/old/*', {
      Type: 'redirect',
      RedirectConfig: { StatusCode: 'HTTP_301', Protocol: 'HTTPS', Port: '443', Path: '/new/#{path}' },
    });
    const fixed = await send(lab, '/fixed', { method: 'POST', body: Buffer.from('ignored') });
    expect([fixed.status, fixed.headers['content-type'], fixed.body.toString()]).toEqual([
      503,
      'application/json',
      '{}',
    ]);
    const moved = await send(lab, '/old/a?b=c');
    expect([moved.status, moved.headers.location]).toEqual([301, 'https://127.0.0.1:443/new/old/a?b=c']);
  });
});

test('a change of weights leaves the request that is on its way where it is', async () => {
  let finish: (() => void) | undefined;
  servers[0]?.server.removeAllListeners('request').on('request', (_, answer) => {
    finish = () => answer.end('slow one');
  });
  const slow = send(lab);
  await until(() => finish !== undefined);
  lab.lb.port.setForward(lab.ruleArn, weights(0, 1));
  expect((await send(lab)).body.toString()).toBe('two');
  finish?.();
  expect((await slow).body.toString()).toBe('slow one');
});
