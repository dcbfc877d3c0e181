/** Every strategy on a service whose traffic this action moves itself. docs/strategies.md quotes the tests by their names. */
import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  AddTagsCommand,
  CreateRuleCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ActionResult } from '../../sandbox/runner/run-action.ts';
import { putAlarm, setAlarm } from './support/alarm.ts';
import { expectEnd } from './support/job.ts';
import { deployWell, expectRefused, expectTurnedBack, SMOKE, stepsLeft, tell } from './support/shifts.ts';
import { openWorld, STORY_MS, type World, waitUntil } from './support/world.ts';

jest.setTimeout(STORY_MS);

const TASKS = 4;

describe('taskset: a service of the deployment controller EXTERNAL', () => {
  let world: World;
  beforeAll(async () => {
    // Minutes of CloudWatch's that are a second long: shares are confirmed by them.
    world = await openWorld({ sandbox: { speed: 60 }, seed: { controller: 'EXTERNAL', desiredCount: TASKS } });
    await addWhatIsNotOurs(world);
  });
  afterAll(() => world?.close());

  const inputs = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
    'test-rule': world.seeded.testRuleArn,
    hold: '0s',
    drain: '1s',
    ...more,
  });
  const deploy = async (more: Readonly<Record<string, string>>) => {
    const deployed = await deployWell(world, inputs(more));
    const tasks = tasksAt(deployed.result);
    const { strategy, steps = '', capacity = '' } = more;
    tell(
      `taskset ${strategy} ${steps} ${capacity}: users' shares ${deployed.shares.join(', ')}; ` +
        `the candidate's tasks ${tasks.map(([share, count]) => `${count} at ${share} %`).join(', ')}`,
    );
    return { ...deployed, tasks, left: stepsLeft(deployed.result) };
  };

  test('blue-green shifts everybody at once', async () => {
    const { shares, left, tasks } = await deploy({ strategy: 'blue-green' });
    expect(shares).toEqual([100]);
    expect(left).toEqual(['before the shift', 'at 100 %']);
    expect(tasks).toEqual([
      [0, TASKS],
      [100, TASKS],
    ]);
  });

  test('canary shifts a few, then the rest', async () => {
    const { shares, left, tasks } = await deploy({ strategy: 'canary', steps: '25, 100' });
    expect(shares).toEqual([25, 100]);
    expect(left).toEqual(['before the shift', 'at 25 %', 'at 100 %']);
    expect(tasks).toEqual([
      [0, 1],
      [25, 1],
      [100, TASKS],
    ]);
  });

  test('linear shifts in equal steps, and the tasks grow with the share', async () => {
    const { shares, left, tasks } = await deploy({ strategy: 'linear', steps: '25, 50, 75, 100' });
    expect(shares).toEqual([25, 50, 75, 100]);
    expect(left).toEqual(['before the shift', ...[25, 50, 75, 100].map((share) => `at ${share} %`)]);
    expect(tasks).toEqual([
      [0, 1],
      [25, 1],
      [50, 2],
      [75, 3],
      [100, TASKS],
    ]);
  });

  test('any ladder down to a tenth of a percent, with tasks in proportion', async () => {
    const steps = [0.1, 1, 2, 5, 25, 100];
    const { shares, left, tasks } = await deploy({ steps: steps.join(', '), capacity: 'proportional' });
    expect(shares).toEqual(steps);
    expect(left).toEqual(['before the shift', ...steps.map((share) => `at ${share} %`)]);
    expect(tasks).toEqual([[0, 1], ...steps.map((share) => [share, share < 100 ? 1 : TASKS])]);
  });

  test('a ladder with all tasks from the beginning', async () => {
    const { shares, tasks } = await deploy({ steps: '1, 50, 100', capacity: 'full' });
    expect(shares).toEqual([1, 50, 100]);
    expect(tasks).toEqual([
      [0, TASKS],
      [1, TASKS],
      [50, TASKS],
      [100, TASKS],
    ]);
  });

  test('auto scaling that changes the count in the middle of a rollout is followed', async () => {
    const resourceId = `service/${world.seeded.cluster}/${world.seeded.service}`;
    await allowScaling(world, resourceId);
    const { result, shares } = await deployWell(world, inputs({ steps: '50, 100' }), async (all) => {
      const job = await world.start(all);
      await job.sees(/gate targets +pass at 50 %/);
      world.sandbox.autoScaling.scale(resourceId, TASKS + 2);
      return job.ended;
    });
    expect(shares).toEqual([50, 100]);
    // deployWell has counted the tasks that serve: as many as the service wants now.
    expect(await world.tasks('RUNNING')).toHaveLength(TASKS + 2);
    expect(result.lines.join('\n')).toMatch(/100 % of traffic, candidate 6\/6 running/);
    world.sandbox.autoScaling.scale(resourceId, TASKS);
    await waitUntil(async () => (await world.tasks('RUNNING')).length === TASKS);
  });

  test('a user who keeps his cookies stays with one version during a canary, and meets the one that serves after it', async () => {
    const sticky = inputs({ steps: '50, 100', stickiness: '1h', approval: 'manual' });
    const stable = await world.versionServing();

    const turnedBack = await world.push();
    expectEnd(await world.deploy({ image: turnedBack.image, ...sticky }), 0, 'awaiting-promotion');
    const users = await manyUsers(world, [stable, turnedBack.version]);
    expectEnd(await world.deploy({ command: 'rollback' }), 0, 'rolled-back');
    expect(await versionsOf(world, users)).toEqual(users.map(() => stable));
    await world.expectNoneFailed();

    const promoted = await world.push();
    expectEnd(await world.deploy({ image: promoted.image, ...sticky }), 0, 'awaiting-promotion');
    const others = await manyUsers(world, [stable, promoted.version]);
    expectEnd(await world.deploy({ command: 'promote' }), 0, 'succeeded');
    expect(await versionsOf(world, others)).toEqual(others.map(() => promoted.version));
    await world.expectNoneFailed();
    tell(`taskset stickiness: ${users.length + others.length} users with cookies, none of them moved during a canary`);
    expect(world.sandbox.violations).toEqual([]);
  });

  test('a version that fails its smoke test is refused before it has a single user', async () => {
    const { image } = await world.push({ smokeFails: true });
    const { shares } = await expectTurnedBack(
      world,
      inputs({ image, strategy: 'canary', gates: SMOKE }),
      /^gate http \S+ failed before the shift: answered 500 instead of 200/,
    );
    expect(shares).toEqual([]);
  });

  test('a version that an alarm goes off for at a step of a ladder goes back from there', async () => {
    await putAlarm(world, 'orders-missing');
    const { image } = await world.push();
    const { shares } = await expectTurnedBack(
      world,
      inputs({ image, steps: '1, 10, 100', gates: '- alarms: [orders-missing]' }),
      /^gate alarms orders-missing failed at 10 %: orders-missing in ALARM$/,
      async (all) => {
        const job = await world.start(all);
        await job.sees(/SCALING|SHIFTING/);
        await job.sees(/continue +every gate passed at 1 %/);
        await setAlarm(world, 'orders-missing', 'ALARM');
        return job.ended;
      },
    );
    expect(shares).toEqual([1, 10, 0]);
  });

  test('what it cannot do is refused with the nearest that it can', async () => {
    expect(await expectRefused(world, inputs({ strategy: 'rolling' }))).toBe(
      'strategy: rolling replaces task by task, and task sets (deployment controller EXTERNAL) have no such thing; ' +
        'write strategy: blue-green, or canary with the steps that you want',
    );
    expect(await expectRefused(world, inputs({ steps: '0.25, 5, 100' }))).toBe(
      'steps: 0.25 has more than one decimal; write 0.3, 5, 100',
    );
  });
});

/** Conditions, a second rule and tags that the rollouts have to leave alone. */
async function addWhatIsNotOurs({ sandbox, seeded }: World): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig);
  const RuleArn = seeded.productionRuleArn;
  const onlyGet = { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET', 'HEAD'] } };
  await elb.send(new ModifyRuleCommand({ RuleArn, Conditions: [{ Field: 'path-pattern', Values: ['/*'] }, onlyGet] }));
  await elb.send(
    new CreateRuleCommand({
      ListenerArn: seeded.listenerArn,
      Priority: 2,
      Conditions: [{ Field: 'path-pattern', Values: ['/closed'] }],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '410', MessageBody: 'closed' } }],
    }),
  );
  await elb.send(new AddTagsCommand({ ResourceArns: [RuleArn], Tags: [{ Key: 'owner', Value: 'shop' }] }));
  elb.destroy();
}

async function allowScaling({ sandbox }: World, ResourceId: string): Promise<void> {
  const client = new ApplicationAutoScalingClient(sandbox.clientConfig);
  await client.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      ResourceId,
      MinCapacity: 1,
      MaxCapacity: 10,
    }),
  );
  client.destroy();
}

/** At each share where the job stood: how many tasks the candidate was running. */
function tasksAt({ lines }: ActionResult): readonly (readonly [share: number, tasks: number])[] {
  return lines.flatMap((line) => {
    const [, share, running] = /AT_SHARE +([\d.]+) % of traffic, candidate (\d+)\/\d+ running/.exec(line) ?? [];
    return share === undefined ? [] : [[Number(share), Number(running)] as const];
  });
}

/** A user's cookies, by name. */
type Jar = Map<string, string>;

async function visit({ seeded }: World, jar: Jar): Promise<string> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(seeded.productionUrl, { headers: cookie === '' ? {} : { cookie } });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) jar.set(name, value);
  }
  return ((await response.json()) as { readonly version: string }).version;
}

/** So many new users that both versions are among them but for once in 2^39 times; each comes ten times and meets the same one. */
async function manyUsers(world: World, versions: readonly string[]): Promise<readonly Jar[]> {
  const users = Array.from({ length: 40 }, (): Jar => new Map());
  const first = await versionsOf(world, users);
  expect(new Set(first)).toEqual(new Set(versions));
  for (let visits = 1; visits < 10; visits += 1) expect(await versionsOf(world, users)).toEqual(first);
  return users;
}

function versionsOf(world: World, users: readonly Jar[]): Promise<readonly string[]> {
  return Promise.all(users.map((jar) => visit(world, jar)));
}
