import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkOnce } from '../../../sandbox/elb/health-check.ts';
import type { HealthCheck } from '../../../sandbox/elb/model.ts';
import { forward, type Lab, type RunningServer, send, serve, serveText, startLab, until } from './lab.ts';

const anyCheck: HealthCheck = {
  enabled: true,
  protocol: 'HTTP',
  port: 'traffic-port',
  path: '/',
  intervalSeconds: 5,
  timeoutSeconds: 2,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  matcher: '200',
};

let lab: Lab;
const servers: RunningServer[] = [];

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  await lab.close();
  for (const server of servers.splice(0)) await server.close();
});

/** A target whose health checks answer with `state.status`; -1 closes the connection. */
async function checked(status: number) {
  const state = { status, checks: 0 };
  const server = await serve((asked, answer) => {
    if (asked.headers['user-agent'] === 'ELB-HealthChecker/2.0') {
      state.checks += 1;
      if (state.status === -1) asked.socket.destroy();
      else answer.writeHead(state.status).end();
    } else answer.end('served');
  });
  servers.push(server);
  return { state, target: server.target };
}

async function health(group: string, target?: { id: string; port: number }) {
  const { TargetHealthDescriptions } = await lab.run('DescribeTargetHealth', {
    TargetGroupArn: group,
    ...(target ? { Targets: [{ Id: target.id, Port: target.port }] } : {}),
  });
  return TargetHealthDescriptions[0]?.TargetHealth;
}

describe('health', () => {
  test('one passed check makes a new target healthy, whatever the threshold', async () => {
    const { state, target } = await checked(200);
    const states: string[] = [];
    lab.lb.port.onTargetState((_, __, next) => states.push(next));
    lab.lb.port.register(lab.one, target);
    expect(await health(lab.one)).toEqual({
      State: 'initial',
      Reason: 'Elb.RegistrationInProgress',
      Description: 'Target registration is in progress',
    });
    await until(() => lab.lb.port.state(lab.one, target) === 'healthy');
    expect(state.checks).toBe(1);
    expect(states).toEqual(['initial', 'healthy']);
    expect(await health(lab.one)).toEqual({ State: 'healthy' });
  });

  test('a target turns unhealthy after the threshold’s failures and healthy after its passes', async () => {
    await lab.run('ModifyTargetGroup', {
      TargetGroupArn: lab.one,
      HealthyThresholdCount: 3,
      UnhealthyThresholdCount: 3,
    });
    const { state, target } = await checked(200);
    await lab.addHealthy(lab.one, target);
    state.status = 500;
    const before = state.checks;
    await until(() => lab.lb.port.state(lab.one, target) === 'unhealthy');
    expect(state.checks - before).toBe(3);
    expect(await health(lab.one)).toEqual({
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [500]',
    });
    state.status = 200;
    const failed = state.checks;
    await until(() => lab.lb.port.state(lab.one, target) === 'healthy');
    expect(state.checks - failed).toBe(3);
  });

  test('a target that refuses or breaks connections fails its checks', async () => {
    const { target } = await checked(-1);
    lab.lb.port.register(lab.one, target);
    await until(() => lab.lb.port.state(lab.one, target) === 'unhealthy');
    expect(await health(lab.one)).toMatchObject({
      Reason: 'Target.FailedHealthChecks',
      Description: 'Health checks failed',
    });
  });

  test('a target that does not answer within the timeout fails its check', async () => {
    const server = await serve(() => undefined);
    servers.push(server);
    const check = { ...anyCheck, timeoutSeconds: 0.05 };
    const result = await checkOnce(server.target.id, server.target.port, check, new AbortController().signal);
    expect(result).toEqual({ passed: false, reason: 'Target.Timeout', description: 'Request timed out' });
  });

  test('the matcher says which codes pass', async () => {
    await lab.run('ModifyTargetGroup', { TargetGroupArn: lab.one, Matcher: { HttpCode: '200-204,404' } });
    const { target } = await checked(404);
    await lab.addHealthy(lab.one, target);
    const { target: other } = await checked(405);
    lab.lb.port.register(lab.one, other);
    await until(() => lab.lb.port.state(lab.one, other) === 'unhealthy');
  });

  test('unhealthy targets get nothing while there is a healthy one, and everything when there is none', async () => {
    const bad = await checked(500);
    lab.lb.port.register(lab.one, bad.target);
    await until(() => lab.lb.port.state(lab.one, bad.target) === 'unhealthy');
    expect((await send(lab)).body.toString()).toBe('served');
    const good = await serveText('good');
    servers.push(good);
    await lab.addHealthy(lab.one, good.target);
    for (let i = 0; i < 6; i++) expect((await send(lab)).body.toString()).toBe('good');
  });

  test('health checks are not in the metrics', async () => {
    const { state } = await checked(200).then(async (one) => {
      await lab.addHealthy(lab.one, one.target);
      return one;
    });
    await until(() => state.checks >= 2);
    expect(lab.lb.metrics.live().get(lab.one)).toBeUndefined();
  });
});

describe('use', () => {
  test('a target of a group that no rule names is unused and is not checked', async () => {
    const group = await lab.createGroup('three');
    const { state, target } = await checked(200);
    lab.lb.port.register(group, target);
    expect(await health(group)).toMatchObject({ State: 'unused', Reason: 'Target.NotInUse' });
    expect(state.checks).toBe(0);
    await lab.run('ModifyListener', {
      ListenerArn: lab.listenerArn,
      DefaultActions: [forward([lab.one, 1], [group, 0])],
    });
    // Weight 0 is use enough.
    await until(() => lab.lb.port.state(group, target) === 'healthy');
    await lab.run('ModifyListener', { ListenerArn: lab.listenerArn, DefaultActions: [forward([lab.one, 1])] });
    expect(lab.lb.port.state(group, target)).toBe('unused');
  });

  test('an unknown target is unused because it is not registered', async () => {
    expect(await health(lab.one, { id: '127.0.0.1', port: 9 })).toMatchObject({
      State: 'unused',
      Reason: 'Target.NotRegistered',
    });
  });
});

describe('draining', () => {
  test('lets requests in flight end, gives no new ones, and is over when the last has ended', async () => {
    let finish: (() => void) | undefined;
    const server = await serve((asked, answer) => {
      if (asked.url === '/slow') finish = () => answer.end('slow');
      else answer.end('quick');
    });
    servers.push(server);
    await lab.addHealthy(lab.one, server.target);
    const slow = send(lab, '/slow');
    await until(() => finish !== undefined);
    let drained = false;
    const draining = lab.lb.port.deregister(lab.one, server.target).then(() => {
      drained = true;
    });
    expect(await health(lab.one)).toEqual({
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    });
    expect((await send(lab)).status).toBe(503);
    expect(drained).toBe(false);
    finish?.();
    expect((await slow).body.toString()).toBe('slow');
    await draining;
    // Done, but shown as draining until the delay is over.
    expect(lab.lb.port.state(lab.one, server.target)).toBe('draining');
  });

  test('cuts off with 502 what is still in flight when the delay is over', async () => {
    await lab.run('ModifyTargetGroupAttributes', {
      TargetGroupArn: lab.one,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '20' }],
    });
    let arrived = false;
    const server = await serve((asked, answer) => {
      if (asked.url === '/slow') arrived = true;
      else answer.end();
    });
    servers.push(server);
    await lab.addHealthy(lab.one, server.target);
    const slow = send(lab, '/slow');
    await until(() => arrived);
    await lab.lb.port.deregister(lab.one, server.target);
    expect((await slow).status).toBe(502);
    expect(lab.lb.port.state(lab.one, server.target)).toBe('unused');
    expect(await health(lab.one)).toBeUndefined();
  });

  test('a target that registers again while it drains starts anew', async () => {
    const server = await serveText('back');
    servers.push(server);
    await lab.addHealthy(lab.one, server.target);
    await lab.lb.port.deregister(lab.one, server.target);
    await lab.addHealthy(lab.one, server.target);
    expect((await send(lab)).body.toString()).toBe('back');
  });

  test('deregistering what is not registered is done at once', async () => {
    await lab.lb.port.deregister(lab.one, { id: '127.0.0.1', port: 9 });
  });
});
