import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, expect, test } from '@jest/globals';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';
import { seedDemo } from '../../sandbox/seed.ts';
import { wantsDocker } from './clients/_cli.ts';

const open: Sandbox[] = [];
const start = async (options: SandboxOptions = {}) => {
  const sandbox = await startSandbox({ runtime: 'process', speed: 120, ...options });
  open.push(sandbox);
  return sandbox;
};
afterEach(async () => {
  for (const sandbox of open.splice(0)) {
    await sandbox.close();
    expect(sandbox.violations).toEqual([]);
  }
});

/** The whole of a seeded service takes processes to start, on a machine that others may be using. */
const seedMs = 60_000;

test('a client that knows only the environment finds every service at one address', async () => {
  const sandbox = await start();
  expect(Object.keys(sandbox.env)).toEqual([
    'AWS_ENDPOINT_URL',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ]);
  expect(sandbox.env['AWS_ENDPOINT_URL']).toBe(sandbox.endpoint);
  const identity = await new STSClient(sandbox.clientConfig).send(new GetCallerIdentityCommand({}));
  expect(identity.Account).toBe(sandbox.place.account);
  expect((await new ECSClient(sandbox.clientConfig).send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  expect(sandbox.calls.map((call) => `${call.service}:${call.operation}`)).toEqual([
    'sts:GetCallerIdentity',
    'ecs:ListClusters',
  ]);
});

test(
  'the seeded service serves version 1 on its listener, all weight on the first target group',
  async () => {
    const sandbox = await start();
    const seeded = await seedDemo(sandbox);
    const versions = await Promise.all(
      Array.from({ length: 20 }, async () => (await (await fetch(seeded.productionUrl)).json()) as object),
    );
    expect(versions).toEqual(Array(20).fill(expect.objectContaining({ version: '1' })));
    const { Rules } = await new ElasticLoadBalancingV2Client(sandbox.clientConfig).send(
      new DescribeRulesCommand({ RuleArns: [seeded.productionRuleArn] }),
    );
    expect(Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups).toEqual([
      { TargetGroupArn: seeded.targetGroupArns[0], Weight: 100 },
      { TargetGroupArn: seeded.targetGroupArns[1], Weight: 0 },
    ]);
    const { services } = await new ECSClient(sandbox.clientConfig).send(
      new DescribeServicesCommand({ cluster: seeded.cluster, services: [seeded.service] }),
    );
    expect(services?.[0]).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2 });
    expect(sandbox.calls.flatMap((call) => call.ignored)).toEqual([]);
  },
  seedMs,
);

test(
  'the seed takes another strategy, count, environment and configuration',
  async () => {
    const sandbox = await start();
    const circuitBreaker = { enable: true, rollback: true };
    const seeded = await seedDemo(sandbox, {
      cluster: 'other',
      service: 'shop',
      strategy: 'ROLLING',
      desiredCount: 1,
      circuitBreaker,
      environment: { VERSION: 'from the task definition' },
    });
    expect(await (await fetch(seeded.productionUrl)).json()).toMatchObject({ version: 'from the task definition' });
    const { services } = await new ECSClient(sandbox.clientConfig).send(
      new DescribeServicesCommand({ cluster: 'other', services: ['shop'] }),
    );
    expect(services?.[0]?.deploymentConfiguration).toMatchObject({
      strategy: 'ROLLING',
      deploymentCircuitBreaker: circuitBreaker,
    });
  },
  seedMs,
);

test(
  'a seed whose tasks die is rejected with the reason that ECS gives',
  async () => {
    const sandbox = await start();
    const seeding = seedDemo(sandbox, {
      strategy: 'ROLLING',
      desiredCount: 1,
      circuitBreaker: { enable: true, rollback: false },
      image: { version: 1, crashAfterMs: 1 },
      timeoutMs: 30_000,
    });
    await expect(seeding).rejects.toThrow(/^service web is not stable: its deployment is \w+/);
  },
  seedMs,
);

test(
  'close leaves no task, no socket and no folder, and may be called twice',
  async () => {
    const sandbox = await start();
    const seeded = await seedDemo(sandbox, { desiredCount: 1 });
    const { folder } = sandbox.ecr.blobs;
    expect(existsSync(folder)).toBe(true);
    await Promise.all([sandbox.close(), sandbox.close()]);
    expect(existsSync(folder)).toBe(false);
    for (const url of [sandbox.endpoint, seeded.productionUrl, seeded.testUrl]) {
      await expect(fetch(url)).rejects.toThrow('fetch failed');
    }
  },
  seedMs,
);

test('a taken port is told, and nothing is left running', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  await expect(startSandbox({ port, runtime: 'process' })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  other.close();
});

test('throttling and latency hold from the first call', async () => {
  const sandbox = await start({ throttle: 1, latencyMs: 30 });
  const client = new ECSClient({ ...sandbox.clientConfig, maxAttempts: 1 });
  const before = performance.now();
  await expect(client.send(new ListClustersCommand({}))).rejects.toMatchObject({ name: 'ThrottlingException' });
  // A timer may fire a little early.
  expect(performance.now() - before).toBeGreaterThan(28);
});

(wantsDocker('the seeded service in containers') ? test : test.skip)(
  'with a Docker engine the seeded tasks are containers of the pushed digest',
  async () => {
    const sandbox = await start({ runtime: 'docker', speed: 60 });
    const seeded = await seedDemo(sandbox);
    expect(sandbox.runtime).toBe('docker');
    expect(await (await fetch(seeded.productionUrl)).json()).toMatchObject({ version: '1' });
    const ecs = new ECSClient(sandbox.clientConfig);
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: seeded.cluster }));
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: seeded.cluster, tasks: taskArns }));
    const containers = tasks?.flatMap((task) => task.containers ?? []) ?? [];
    expect(containers.length).toBe(2);
    for (const container of containers) {
      expect(container).toMatchObject({ lastStatus: 'RUNNING', imageDigest: seeded.image.split('@')[1] });
      expect(container.runtimeId).toMatch(/^[0-9a-f]{64}/);
    }
  },
  seedMs,
);
