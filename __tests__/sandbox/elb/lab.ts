import { Agent, createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createClock } from '../../../sandbox/clock.ts';
import type { Target } from '../../../sandbox/contracts.ts';
import { createLoadBalancing, type StickyAtZero, seededRandom } from '../../../sandbox/elb/index.ts';
import type { Call } from '../../../sandbox/wire/service.ts';

export const call: Call = { operation: 'Test', requestId: 'test', accessKeyId: undefined };

/** A load balancer with one listener and the target groups `one` and `two`, 100 to 0. Time runs 100 times faster. */
export async function startLab(
  options: { readonly speed?: number; readonly actions?: readonly Action[]; readonly stickyAtZero?: StickyAtZero } = {},
) {
  const clock = createClock(options.speed ?? 100);
  const lb = createLoadBalancing({
    clock,
    place: { account: '123456789012', region: 'eu-west-1' },
    random: seededRandom(7),
    ...(options.stickyAtZero !== undefined && { stickyAtZero: options.stickyAtZero }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the wire types the operations; here they are called directly.
  const run = async (operation: string, input: object): Promise<any> => {
    const handler = lb.service.operations[operation];
    if (!handler) throw new Error(`no operation ${operation}`);
    return handler(input, call);
  };
  const createGroup = async (name: string, more: object = {}): Promise<string> => {
    const { TargetGroups } = await run('CreateTargetGroup', {
      Name: name,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      ...more,
    });
    return TargetGroups[0].TargetGroupArn;
  };
  const { LoadBalancers } = await run('CreateLoadBalancer', { Name: 'web', Subnets: ['subnet-a', 'subnet-b'] });
  const loadBalancerArn: string = LoadBalancers[0].LoadBalancerArn;
  const one = await createGroup('one');
  const two = await createGroup('two');
  const { Listeners } = await run('CreateListener', {
    LoadBalancerArn: loadBalancerArn,
    Protocol: 'HTTP',
    Port: 0,
    DefaultActions: options.actions ?? [forward([one, 100], [two, 0])],
  });
  const listenerArn: string = Listeners[0].ListenerArn;
  const { Rules } = await run('DescribeRules', { ListenerArn: listenerArn });
  const agent = new Agent({ keepAlive: true });
  return {
    lb,
    clock,
    run,
    createGroup,
    loadBalancerArn,
    listenerArn,
    ruleArn: Rules[0].RuleArn as string,
    one,
    two,
    agent,
    url: lb.url(listenerArn),
    /** Registers and waits until the target is healthy. */
    async addHealthy(group: string, target: Target): Promise<void> {
      lb.port.register(group, target);
      await until(() => lb.port.state(group, target) === 'healthy');
    },
    async close(): Promise<void> {
      agent.destroy();
      await lb.close();
    },
  };
}

export type Lab = Awaited<ReturnType<typeof startLab>>;

export function forward(...groups: [arn: string, weight: number][]): Action {
  return {
    Type: 'forward',
    ForwardConfig: { TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
  };
}

/** Waits until something is so; gives up after 10 s. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited too long for ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface RunningServer {
  readonly target: Target;
  readonly server: Server;
  close(): Promise<void>;
}

/** An HTTP server on a free port of loopback. */
export async function serve(listener: RequestListener): Promise<RunningServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    target: { id: '127.0.0.1', port },
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers every request with its name, health checks too. */
export function serveText(text: string): Promise<RunningServer> {
  return serve((asked, answer) => {
    asked.resume();
    answer.end(text);
  });
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** One request; rejects when the connection breaks. */
export function send(
  lab: Lab,
  path = '/',
  options: { method?: string; headers?: Record<string, string>; body?: Buffer; chunks?: Buffer[] } = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request(
      lab.url + path,
      { agent: lab.agent, method: options.method ?? 'GET', headers: options.headers ?? {} },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
        );
      },
    );
    asked.on('error', reject);
    for (const chunk of options.chunks ?? []) asked.write(chunk);
    asked.end(options.body);
  });
}
