/** The hands on a rollout that another job began, through the front door: inputs in, exit code and outputs out. */
import { describe, expect, jest, test } from '@jest/globals';
import { TAGS } from '../src/core/taskset-tags.ts';
import { arnOf } from './fakes/ecs.ts';
import { command, deploy, type Ended, type Inputs, killed, LADDERS, nextVersion } from './fakes/jobs.ts';
import { createFakeWorld, type EngineName, type FakeWorld, type FakeWorldOptions } from './fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(60_000);

const ENGINES = ['native', 'taskset'] as const;
/** Calls that change something. */
const WRITES = /^(Update|Continue|Stop|Tag|Untag|Create|Delete|Modify)/;

const writesOf = ({ calls }: Ended): readonly string[] => calls.filter((call) => WRITES.test(call));
/** The shares at which the gates of this job were looked through. */
const judgedAt = ({ lines }: Ended): readonly string[] =>
  lines.flatMap((line) => /gate targets +pass (.+?):/.exec(line)?.[1] ?? []);

/** A deployment has come to where a person decides: at 20 %, for good or for now. */
async function awaiting(engine: EngineName, inputs: Inputs = {}, options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = createFakeWorld(engine, options);
  const ended = await deploy(world, { approval: 'manual', ...inputs });
  expect(ended).toMatchObject({ status: 'awaiting-promotion', exitCode: 0 });
  return world;
}

/** Where it all ends: one version has all of the traffic, nothing is left over, and no user was sent where nobody serves. */
async function expectServing(world: FakeWorld, revision: number, share = revision === 1 ? 0 : 100): Promise<void> {
  expect(world.share()).toBe(share);
  const seen = await command(world, 'status');
  expect(seen.reason).toBe('1 service, 0 with a rollout under way');
  expect(seen.lines.join('\n')).toContain(`web: web:${revision} serves`);
  expect(world.taskSets?.harm ?? []).toEqual([]);
  if (world.ecs !== undefined) {
    expect(world.ecs.service.deploymentConfiguration['lifecycleHooks'] ?? []).toEqual([]);
    expect([...(world.ecs.service.tags ?? [])]).toEqual([]);
  }
}

describe.each(ENGINES)('promote on %s', (engine) => {
  test('goes on by the ladder that the rollout was begun with, to its end', async () => {
    const world = await awaiting(engine);
    const ended = await command(world, 'promote');
    expect(ended).toMatchObject({ status: 'succeeded', exitCode: 0 });
    expect(ended.outputs).toMatchObject({ 'task-definition-arn': arnOf.taskDefinition(2), traffic: '100' });
    expect(judgedAt(ended)).toEqual(['at 20 %', 'at 60 %', 'at 100 %']);
    await expectServing(world, 2);
  });

  test('goes to the next step where every step asks, and a person is asked again there', async () => {
    const world = await awaiting(engine, { approval: 'every-step' });
    const seen: unknown[] = [];
    for (let time = 1; time <= 4; time += 1) {
      const { status, exitCode, outputs } = await command(world, 'promote');
      seen.push([status, exitCode, outputs['traffic'], outputs['promote-until'] !== '']);
    }
    expect(seen).toEqual([
      ['awaiting-promotion', 0, '20', true],
      ['awaiting-promotion', 0, '60', true],
      ['succeeded', 0, '100', false],
      ['unchanged', 0, '', false],
    ]);
    await expectServing(world, 2);
  });

  test('with to: 100 waits nowhere on the way', async () => {
    const world = await awaiting(engine, { approval: 'every-step' });
    const ended = await command(world, 'promote', { to: '100' });
    expect(ended.status).toBe('succeeded');
    expect(judgedAt(ended)).toEqual(['before the shift', 'at 100 %']);
    await expectServing(world, 2);
  });

  test('with a smaller `to` asks a person again there', async () => {
    const world = await awaiting(engine);
    const ended = await command(world, 'promote', { to: '60' });
    expect([ended.status, ended.outputs['traffic'], world.share()]).toEqual(['awaiting-promotion', '60', 60]);
  });

  test('refuses a `to` below what the candidate has, names both, and changes nothing', async () => {
    const world = await awaiting(engine);
    const ended = await command(world, 'promote', { to: '5' });
    expect([ended.status, ended.exitCode, writesOf(ended), world.share()]).toEqual(['failed', 1, [], 20]);
    expect(ended.errors).toEqual([
      'to: 5 is less than the 20 % that the candidate has already; write a greater share, or turn back with command: rollback',
    ]);
  });

  test('refuses a `to` that is no step of the ladder, and names those that are left', async () => {
    const world = await awaiting(engine);
    const ended = await command(world, 'promote', { to: '50' });
    expect([ended.status, ended.exitCode, writesOf(ended), world.share()]).toEqual(['failed', 1, [], 20]);
    expect(ended.errors).toEqual([
      'to: 50 is no step of the rollout, whose steps are 20, 60, 100; write 60 or 100, or leave it out for the next step',
    ]);
  });

  test('to what the candidate has already changes nothing, and a person decides as before', async () => {
    const world = await awaiting(engine);
    const ended = await command(world, 'promote', { to: '20' });
    expect([ended.status, ended.exitCode, writesOf(ended), world.share()]).toEqual(['awaiting-promotion', 0, [], 20]);
    expect((await command(world, 'promote')).status).toBe('succeeded');
  });

  test('of what is finished says so, succeeds, and changes nothing', async () => {
    const world = createFakeWorld(engine);
    await deploy(world);
    const ended = await command(world, 'promote');
    expect([ended.status, ended.exitCode, writesOf(ended)]).toEqual(['unchanged', 0, []]);
    expect(ended.reason).toBe('no rollout of web is under way, and web:2 serves');
  });

  test('of what was never deployed by this action says what serves', async () => {
    const ended = await command(createFakeWorld(engine), 'promote');
    expect([ended.status, ended.reason]).toEqual(['unchanged', 'no rollout of web is under way, and web:1 serves']);
  });

  test('of what was turned back is not green', async () => {
    const world = await awaiting(engine);
    await command(world, 'rollback');
    const ended = await command(world, 'promote');
    expect([ended.status, ended.exitCode, writesOf(ended)]).toEqual(['rolled-back', 2, []]);
    expect(ended.reason).toContain('web:1 serves: the last rollout is rolled-back');
    expect(ended.reason).toContain('so there is nothing to promote');
  });

  test('of a rollout that is turning back follows it, and says so', async () => {
    const world = createFakeWorld(engine, { ecs: { stageMs: 20_000 } });
    let wasAt20 = false;
    const isGoingBack = (): boolean => {
      if (world.share() === 20) {
        wasAt20 = true;
        world.ring('ALARM');
      }
      return wasAt20 && world.share() === 0;
    };
    await killed(world, nextVersion(world), isGoingBack);
    const ended = await command(world, 'promote', { gates: '- targets' });
    expect([ended.status, ended.exitCode]).toEqual(['rolled-back', 2]);
    expect(judgedAt(ended)).toEqual([]);
    await expectServing(world, 1);
  });

  test('turns back when a gate says no where the candidate stands, before more users get it', async () => {
    const world = await awaiting(engine);
    world.ring('ALARM');
    let most = 0;
    const ended = await command(
      world,
      'promote',
      {},
      {
        when: [
          () => {
            most = Math.max(most, world.share());
            return false;
          },
          () => {},
        ],
      },
    );
    expect([ended.status, ended.exitCode, most]).toEqual(['rolled-back', 2, 20]);
    expect(ended.reason).toContain('gate alarms web-5xx failed at 20 %: web-5xx in ALARM');
    await expectServing(world, 1);
  });

  test('asks the engine’s own gates too', async () => {
    const ended = await command(await awaiting(engine), 'promote');
    expect(ended.lines.some((line) => line.includes('gate traffic'))).toBe(engine === 'taskset');
  });

  test('twice at the same time ends well, once', async () => {
    const world = await awaiting(engine, { approval: 'every-step' });
    const both = await Promise.all([
      command(world, 'promote', { to: '100' }),
      command(world, 'promote', { to: '100' }),
    ]);
    expect(both.map(({ status, exitCode }) => [status, exitCode])).toEqual([
      ['succeeded', 0],
      ['succeeded', 0],
    ]);
    await expectServing(world, 2);
  });

  test('is cancelled as a deployment is: the rollout goes back, and the job is not green', async () => {
    const world = await awaiting(engine);
    const ended = await command(world, 'promote', {}, { cancelledWhen: () => world.share() === 60 });
    expect([ended.status, ended.exitCode]).toEqual(['cancelled', 7]);
    await expectServing(world, 1);
  });
});

test('promote to what the candidate has already follows a rollout that is turning back, and is not green', async () => {
  const world = createFakeWorld('taskset');
  let ordered = 0;
  // The way back is noted before the first user is led back.
  await killed(world, nextVersion(world), () => {
    if (world.share() === 20 && ordered === 0) {
      world.ring('ALARM');
      ordered = world.calls.length;
    }
    return world.calls.slice(ordered).includes('TagResource') && ordered > 0;
  });
  expect(world.share()).toBe(20);
  const ended = await command(world, 'promote', { to: '20' });
  expect([ended.status, ended.exitCode]).toEqual(['rolled-back', 2]);
  await expectServing(world, 1);
});

test('promote on codedeploy answers the one question that there is', async () => {
  const world = await awaiting('codedeploy');
  expect(world.share()).toBe(0);
  const ended = await command(world, 'promote', { hold: LADDERS.codedeploy['hold'] ?? '' });
  expect([ended.status, ended.exitCode, world.share()]).toEqual(['succeeded', 0, 100]);
});

test('the hands find a deployment of CodeDeploy under the names that the user gives', async () => {
  const names = { 'codedeploy-application': 'shop', 'codedeploy-deployment-group': 'shop-web' };
  const world = createFakeWorld('codedeploy', { codeDeploy: { application: 'shop', deploymentGroup: 'shop-web' } });
  expect((await deploy(world, { ...names, approval: 'manual' })).status).toBe('awaiting-promotion');
  expect((await command(world, 'promote', names)).status).toBe('succeeded');
  expect((await command(world, 'rollback', names)).status).toBe('rolled-back');
});

test('promote of a deployment that somebody stopped is not green', async () => {
  const world = await awaiting('codedeploy');
  world.codeDeploy?.stop('d-ABCDEF001', false);
  await world.clock.sleep(70_000);
  const ended = await command(world, 'promote');
  expect([ended.status, ended.exitCode]).toEqual(['stopped', 4]);
  expect(ended.reason).toContain('web:1 serves: the last rollout is stopped');
});

test('promote after a rollback that failed says failed', async () => {
  const world = createFakeWorld('native', { ecs: { isNew: true } });
  await deploy(world, { approval: 'manual' });
  await command(world, 'rollback');
  expect(world.ecs?.status()).toBe('ROLLBACK_FAILED');
  const ended = await command(world, 'promote');
  expect([ended.status, ended.exitCode]).toEqual(['failed', 1]);
  expect(ended.reason).toContain('the last rollout is rollback-failed');
});

test('promote of a rollout that a newer deployment takes over is superseded, and leaves the newer one alone', async () => {
  const world = await awaiting('native');
  const ended = await command(
    world,
    'promote',
    {},
    {
      when: [() => world.share() === 60, () => world.ecs?.supersede()],
    },
  );
  expect([ended.status, ended.exitCode]).toEqual(['superseded', 3]);
  expect(
    ended.calls.slice(ended.calls.lastIndexOf('ListServiceDeployments')).filter((call) => WRITES.test(call)),
  ).toEqual([]);
  expect(world.ecs?.status(3)).toBe('IN_PROGRESS');
});

describe.each(ENGINES)('rollback on %s', (engine) => {
  test('of a running rollout brings stable back from wherever the runner has left it, and is green', async () => {
    const ends: string[] = [];
    for (let moment = 0; moment < 10; moment += 1) {
      const world = createFakeWorld(engine);
      const begins = world.clock.now() + 1_000 + moment * 21_000;
      const inputs = nextVersion(world);
      await killed(world, inputs, () => world.clock.now() >= begins).catch(() => undefined);
      const ended = await command(world, 'rollback');
      ends.push(`${ended.status} ${ended.exitCode}`);
      await expectServing(world, world.share() === 0 ? 1 : 2);
      expect(world.share()).toBe(0);
    }
    expect(new Set(ends)).toEqual(new Set(['rolled-back 0']));
  });

  test('says that a person asked for it', async () => {
    const world = await awaiting(engine);
    const ended = await command(world, 'rollback');
    expect(ended.reason).toBe('a person asked for it (command: rollback)');
    expect(ended.outputs).toMatchObject({ status: 'rolled-back', traffic: '0' });
    expect(ended.errors).toEqual([]);
    await expectServing(world, 1);
  });

  test('of what is finished rolls out what served before, all at once, through the gates, without a bake', async () => {
    const world = createFakeWorld(engine);
    await deploy(world);
    // A block of inputs that the workflow shares with its deployments: neither its ladder nor its approval is for a way back.
    const { bake: _, ...shared } = LADDERS[engine];
    const ended = await command(world, 'rollback', { ...shared, hold: '0s', approval: 'manual' });
    expect([ended.status, ended.exitCode, ended.reason]).toEqual(['rolled-back', 0, 'web:1 serves all traffic again']);
    expect(judgedAt(ended)).toEqual(['before the shift', 'at 100 %']);
    expect(ended.outputs).toMatchObject({
      'task-definition-arn': arnOf.taskDefinition(1),
      'previous-task-definition-arn': arnOf.taskDefinition(2),
    });
    expect(ended.lines.join('\n')).toMatch(
      /roll back: .+ web:2 serves; web:1 served before and is rolled out again by /,
    );
    expect(ended.tookMs).toBeLessThan(engine === 'native' ? 30_000 : 150_000);
    await expectServing(world, 1);
  });

  test('is not stopped by a cancelled workflow', async () => {
    const world = await awaiting(engine);
    const ended = await command(world, 'rollback', {}, { cancelledWhen: () => world.share() === 0 });
    expect([ended.status, ended.exitCode]).toEqual(['rolled-back', 0]);
    await expectServing(world, 1);
  });

  test('done twice does not bring the bad version again', async () => {
    const world = createFakeWorld(engine);
    await deploy(world);
    await command(world, 'rollback');
    const again = await command(world, 'rollback');
    expect([again.status, again.exitCode, writesOf(again)]).toEqual(['unchanged', 0, []]);
    expect(again.reason).toContain('web:1 serves, which is older than web:2 that served before');
  });

  test('after one that turned a running rollout back changes nothing', async () => {
    const world = await awaiting(engine);
    await command(world, 'rollback');
    const again = await command(world, 'rollback');
    expect(writesOf(again)).toEqual([]);
    expect(again.lines.join('\n')).toContain('web:1 serves');
    await expectServing(world, 1);
  });

  test('of a service that nothing is known of fails with words', async () => {
    const ended = await command(createFakeWorld(engine), 'rollback');
    expect([ended.status, ended.exitCode, writesOf(ended)]).toEqual(['failed', 1, []]);
    expect(ended.reason).toBe('no rollout of web is under way, and web:1 serves: nothing tells what served before');
  });

  test('to what served before is judged like any other rollout: a gate that fails there is not green', async () => {
    const world = createFakeWorld(engine);
    await deploy(world);
    world.ring('ALARM');
    const ended = await command(world, 'rollback');
    expect([ended.status, ended.exitCode]).toEqual(['failed', 1]);
    expect(ended.reason).toContain('the way back to web:1: gate alarms web-5xx failed');
    await expectServing(world, 2);

    // What was asked for has not come about, so that asking again is not a second time.
    world.ring('OK');
    expect(await command(world, 'rollback')).toMatchObject({ status: 'rolled-back', exitCode: 0 });
    await expectServing(world, 1);
  });

  test('after a rollout that was turned back does not go back one more version', async () => {
    const world = createFakeWorld(engine);
    await deploy(world);
    await deploy(world, { approval: 'manual' });
    expect(await command(world, 'rollback')).toMatchObject({ status: 'rolled-back', exitCode: 0 });
    const again = await command(world, 'rollback');
    expect([again.status, again.exitCode, writesOf(again)]).toEqual(['unchanged', 0, []]);
    await expectServing(world, 2, world.share());
  });
});

test('rollback that comes too late to turn a rollout back rolls out what served before', async () => {
  const world = createFakeWorld('taskset');
  const isLeaving = (): boolean => world.taskSets?.sets().some(({ status }) => status === 'DRAINING') === true;
  await killed(world, nextVersion(world), isLeaving);
  const ended = await command(world, 'rollback');
  expect([ended.status, ended.exitCode]).toEqual(['rolled-back', 0]);
  expect(ended.lines).toContain(
    'roll back: the candidate serves all traffic: the rollback (a person asked for it (command: rollback)) came too late',
  );
  await expectServing(world, 1);
});

test('rollback of a rolling service rolls back by the same strategy, without a load balancer’s second target group', async () => {
  const world = createFakeWorld('native', { ecs: { configuration: {} } });
  await deploy(world, { steps: '', bake: '' });
  const ended = await command(world, 'rollback', { hold: '0s' });
  expect([ended.status, ended.exitCode]).toEqual(['rolled-back', 0]);
  expect(ended.lines.join('\n')).toContain('is rolled out again by ROLLING');
  await expectServing(world, 1);
});

test('rollback on codedeploy stops what runs, and rolls out again what served before', async () => {
  const world = await awaiting('codedeploy');
  expect(await command(world, 'rollback')).toMatchObject({ status: 'rolled-back', exitCode: 0 });
  await deploy(world);
  expect(await command(world, 'rollback')).toMatchObject({
    status: 'rolled-back',
    exitCode: 0,
    reason: 'web:1 serves all traffic again',
  });
  expect(await command(world, 'rollback')).toMatchObject({ status: 'unchanged', exitCode: 0 });
});

test('rollback to a version that serves already changes nothing', async () => {
  const world = createFakeWorld('taskset');
  await deploy(world);
  const [set] = world.taskSets?.sets() ?? [];
  const tags = new Map([...(set?.tags ?? []), [TAGS.previous, arnOf.taskDefinition(2)]]);
  world.taskSets?.change(set?.id ?? '', { tags });
  const ended = await command(world, 'rollback');
  expect(writesOf(ended)).toEqual([]);
  expect([ended.status, ended.exitCode]).toEqual(['unchanged', 0]);
  expect(ended.reason).toBe('no rollout of web is under way, and web:2 serves, which is what served before as well');
});

test.each(['promote', 'rollback'])('%s of a service that is not there names it', async (name) => {
  const ended = await command(createFakeWorld('native'), name, { service: 'wbe' });
  expect([ended.exitCode, ended.errors]).toEqual([
    1,
    [expect.stringContaining('service: there is no service wbe in cluster demo; check both names and the region')],
  ]);
});

test('a rollback of what is finished leaves a service with ECS’s own steps its strategy, and holds at none of them', async () => {
  const world = createFakeWorld('native');
  await deploy(world);
  const ended = await command(world, 'rollback', { hold: '20m', timeout: '30m' });
  expect([ended.status, ended.exitCode, judgedAt(ended)]).toEqual(['rolled-back', 0, ['before the shift', 'at 100 %']]);
  const strategies = world.ecs?.updates.map(({ deploymentConfiguration }) => deploymentConfiguration?.['strategy']);
  expect(new Set(strategies)).toEqual(new Set(['LINEAR']));
});
