/** One rollout at a time: what a second deployment does, and everything that comes before a rollout begins. */
import { describe, expect, jest, test } from '@jest/globals';
import { arnOf } from './fakes/ecs.ts';
import { command, deploy, type Ended, type Inputs, killed, nextVersion } from './fakes/jobs.ts';
import { createFakeWorld, type EngineName, type FakeWorld, type FakeWorldOptions } from './fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(60_000);

const MINUTE = 60_000;
const ENGINES = ['native', 'taskset'] as const;
const WRITES = /^(Update|Continue|Stop|Tag|Untag|Create|Delete|Modify)/;
const writesOf = ({ calls }: Ended): readonly string[] => calls.filter((call) => WRITES.test(call));

/** web:2 has 20 % of the users, and a person decides. */
async function busy(engine: EngineName, options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = createFakeWorld(engine, options);
  expect((await deploy(world, { approval: 'manual' })).status).toBe('awaiting-promotion');
  return world;
}

async function expectServing(world: FakeWorld, revision: number): Promise<void> {
  const seen = await command(world, 'status');
  expect(seen.reason).toBe('1 service, 0 with a rollout under way');
  expect(seen.lines.join('\n')).toContain(`web: web:${revision} serves`);
  expect(world.taskSets?.harm ?? []).toEqual([]);
}

describe.each(ENGINES)('a second deployment on %s', (engine) => {
  test.each(['', 'refuse'])(
    'with if-running: "%s" is refused, with who and what is running, and nothing is changed',
    async (ifRunning) => {
      const world = await busy(engine);
      await world.clock.sleep(7 * MINUTE);
      const ended = await deploy(world, { 'if-running': ifRunning });
      expect([ended.status, ended.exitCode, writesOf(ended)]).toEqual(['failed', 1, []]);
      expect(world.registered).toHaveLength(2);
      expect(ended.errors).toEqual([
        expect.stringMatching(
          /^if-running: web:2 is rolled out since [78] min, 20 % of the traffic, at \w+, by example\/shop\/actions\/runs\/\d+ of octocat \(arn:aws:ecs:.+\), and if-running is refuse; wait for its end, set if-running: wait or supersede, or end it with command: promote or command: rollback$/,
        ),
      ]);
    },
  );

  test('with if-running: wait begins when the other has ended, from what serves then', async () => {
    const world = await busy(engine);
    let promotion: Promise<Ended> | undefined;
    const begins = world.clock.now();
    const ended = await deploy(
      world,
      { 'if-running': 'wait' },
      {
        when: [
          () => world.clock.now() > begins + 3 * MINUTE,
          () => {
            promotion = command(world, 'promote');
          },
        ],
      },
    );
    expect(await promotion).toMatchObject({ status: 'succeeded' });
    expect([ended.status, ended.exitCode]).toEqual(['succeeded', 0]);
    expect(ended.outputs['previous-task-definition-arn']).toBe(arnOf.taskDefinition(2));
    expect(ended.lines.filter((line) => line.startsWith('waiting: web:2 is rolled out since '))).toHaveLength(1);
    await expectServing(world, 3);
  });

  test('with if-running: wait gives up after its timeout, and has changed nothing', async () => {
    const world = await busy(engine);
    const ended = await deploy(world, { 'if-running': 'wait', timeout: '10m' });
    expect([ended.status, ended.exitCode, writesOf(ended), world.share()]).toEqual(['timed-out', 5, [], 20]);
    expect(ended.reason).toMatch(/it has not ended within 10m, and nothing was changed$/);
    expect(ended.tookMs).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(ended.tookMs).toBeLessThan(11 * MINUTE);
    expect(world.registered).toHaveLength(2);
  });

  test('with if-running: wait is cancelled while it waits, and has changed nothing', async () => {
    const world = await busy(engine);
    const begins = world.clock.now();
    const ended = await deploy(
      world,
      { 'if-running': 'wait' },
      { cancelledWhen: () => world.clock.now() > begins + 2 * MINUTE },
    );
    expect([ended.status, ended.exitCode, writesOf(ended), world.share()]).toEqual(['cancelled', 7, [], 20]);
    expect(ended.reason).toBe('the workflow was cancelled before the service was touched');
    expect(ended.tookMs).toBeLessThan(3 * MINUTE);
  });

  test('with if-running: supersede takes the place of the other, and serves in the end', async () => {
    const world = await busy(engine);
    const ended = await deploy(world, { 'if-running': 'supersede' });
    expect([ended.status, ended.exitCode]).toEqual(['succeeded', 0]);
    expect(ended.outputs).toMatchObject({
      'task-definition-arn': arnOf.taskDefinition(3),
      'previous-task-definition-arn': arnOf.taskDefinition(1),
    });
    await expectServing(world, 3);
  });

  test('with if-running: wait or supersede, and nothing running, is like any other', async () => {
    for (const ifRunning of ['wait', 'supersede']) {
      const world = createFakeWorld(engine);
      expect((await deploy(world, { 'if-running': ifRunning })).status).toBe('succeeded');
    }
  });
});

test('over task sets the one before is gone before the new one begins', async () => {
  const world = await busy('taskset');
  const ended = await deploy(world, { 'if-running': 'supersede' });
  expect(ended.calls.indexOf('DeleteTaskSet')).toBeLessThan(ended.calls.indexOf('CreateTaskSet'));
  expect(ended.lines.join('\n')).toContain('superseding: web:2 is rolled out since ');
  expect(ended.lines.join('\n')).toContain('another deployment takes its place (if-running: supersede)');
  // The saved rollout is the second one, and it has ended.
  expect(JSON.parse(ended.saved.get('rollout') ?? '')).toMatchObject({ id: ended.outputs['deployment-id'] });
});

test('over task sets the one before may have succeeded before it could be replaced: the new one is next all the same', async () => {
  const world = createFakeWorld('taskset');
  const isLeaving = (): boolean => world.taskSets?.sets().some(({ status }) => status === 'DRAINING') === true;
  await killed(world, nextVersion(world), isLeaving);
  const ended = await deploy(world, { 'if-running': 'supersede' });
  expect([ended.status, ended.exitCode]).toEqual(['succeeded', 0]);
  expect(ended.lines.join('\n')).toContain('came too late');
  expect(ended.lines.join('\n')).toContain('rollout: web from web:2 to web:3 by ');
  await expectServing(world, 3);
});

test('over task sets nothing is begun when the one before cannot be turned back', async () => {
  const world = await busy('taskset');
  // Stable is ill: its users cannot be given back to it.
  world.taskSets?.setSick(world.taskSets.sets()[0]?.targetGroupArn ?? '', true);
  const ended = await deploy(world, { 'if-running': 'supersede', timeout: '6m' });
  expect([ended.status, ended.exitCode]).toEqual(['failed', 1]);
  expect(ended.calls).not.toContain('CreateTaskSet');
});

test('with CodeDeploy the one before is turned back, then the new one begins', async () => {
  const world = await busy('codedeploy');
  const ended = await deploy(world, { 'if-running': 'supersede' });
  expect([ended.status, world.share(), world.codeDeploy?.status('d-ABCDEF001')]).toEqual(['succeeded', 100, 'Stopped']);
  expect(world.codeDeploy?.waits).toEqual({ readyMinutes: undefined, terminationMinutes: 5 });
});

test('a rollout that was superseded by ECS leaves the newer one’s pause and note alone', async () => {
  const world = await busy('native');
  let second: Promise<Ended> | undefined;
  const promoted = await command(
    world,
    'promote',
    {},
    {
      when: [
        () => world.share() === 60,
        () => {
          second = deploy(world, { 'if-running': 'supersede', approval: 'manual' });
        },
      ],
    },
  );
  expect([promoted.status, promoted.exitCode]).toEqual(['superseded', 3]);
  expect(await second).toMatchObject({ status: 'awaiting-promotion' });
  expect(world.ecs?.service.tags?.size).toBe(2);
});

describe.each(ENGINES)('before a rollout on %s begins', (engine) => {
  const migrate: Inputs = { migrate: './manage.py migrate' };
  const exits = (code: number): FakeWorldOptions => ({ migration: { exit: { afterMs: 20_000, code } } });

  test('the migration runs, on the new task definition, before anything of the service is touched', async () => {
    const world = createFakeWorld(engine, exits(0));
    let ranBefore: boolean | undefined;
    const begun = () => world.calls.some((call) => WRITES.test(call));
    const ended = await deploy(world, migrate, {
      when: [
        () => world.oneOffTasks.started() > 0,
        () => {
          ranBefore = !begun();
        },
      ],
    });
    expect([ended.status, ranBefore, world.oneOffTasks.started()]).toEqual(['succeeded', true, 1]);
    expect(world.oneOffTasks.orders[0]).toMatchObject({
      cluster: 'demo',
      taskDefinitionArn: arnOf.taskDefinition(2),
      container: 'web',
      command: ['./manage.py', 'migrate'],
    });
  });

  test('a migration that fails ends the job, and no user has met the candidate', async () => {
    const world = createFakeWorld(engine, exits(3));
    const ended = await deploy(world, migrate);
    expect([ended.status, ended.exitCode, writesOf(ended), world.share()]).toEqual(['failed', 1, [], 0]);
    expect(ended.errors).toEqual([expect.stringContaining('container web exited with code 3')]);
  });

  test('a cancellation during the migration ends the job before the service is touched', async () => {
    const world = createFakeWorld(engine, exits(0));
    const ended = await deploy(world, migrate, { cancelledWhen: () => world.oneOffTasks.started() > 0 });
    expect([ended.status, ended.exitCode, writesOf(ended)]).toEqual(['cancelled', 7, []]);
    expect(ended.reason).toBe('the workflow was cancelled before the service was touched');
    expect(world.oneOffTasks.calls).toContain('stop');
  });

  test('a cancellation before that ends it as well, at every call', async () => {
    let cancelled = 0;
    for (let asked = 0; asked < 14; asked += 1) {
      const world = createFakeWorld(engine, exits(0));
      let calls = 0;
      const ended = await deploy(world, migrate, { cancelledWhen: () => calls++ >= asked });
      expect([ended.status, ended.exitCode, world.share()]).toEqual(['cancelled', 7, 0]);
      expect(writesOf(ended)).toEqual([]);
      if (world.oneOffTasks.started() === 0) cancelled += 1;
    }
    expect(cancelled).toBeGreaterThan(3);
  });

  test('what serves already is not deployed again, nor migrated', async () => {
    const world = createFakeWorld(engine, exits(0));
    const ended = await deploy(world, { ...migrate, image: 'example.com/web:1' });
    expect([ended.status, ended.exitCode, writesOf(ended)]).toEqual(['unchanged', 0, []]);
    expect(ended.reason).toBe('web:1 serves already, and nothing in it would change');
    expect(ended.outputs).toMatchObject({ 'task-definition-arn': arnOf.taskDefinition(1), traffic: '100' });
    expect([world.oneOffTasks.started(), world.registered.length]).toEqual([0, 1]);
  });

  test('what serves already takes the place of a rollout under way, when that is asked for', async () => {
    const world = await busy(engine);
    const ended = await deploy(world, { image: 'example.com/web:1', 'if-running': 'supersede' });
    expect(ended.status).toBe('succeeded');
    // The service of ECS names web:2 at that moment, so that the first version's image needs a revision of its own.
    await expectServing(world, engine === 'native' ? 3 : 1);
  });

  test('a revision that says the same is used again', async () => {
    const world = createFakeWorld(engine);
    await deploy(world);
    await command(world, 'rollback');
    const ended = await deploy(world, { image: 'example.com/web:2' });
    expect([ended.status, world.registered.length]).toEqual(['succeeded', 2]);
    expect(ended.lines).toContain('task definition: web:2 says the same already');
    await expectServing(world, 2);
  });

  test('faults are told all at once, before anything changes', async () => {
    const world = await busy(engine);
    world.ring('ALARM');
    const ended = await deploy(world, { container: 'nginx' });
    expect([ended.exitCode, writesOf(ended), ended.errors.map((line) => line.split(':')[0])]).toEqual([
      1,
      [],
      ['container', 'if-running', 'gates'],
    ]);
  });
});

test('a job that finds nothing to do takes away what a dead runner has left', async () => {
  const world = createFakeWorld('native');
  // After the last of six pauses: from there on ECS goes to the end by itself.
  const answers = () => world.calls.filter((call) => call === 'ContinueServiceDeployment CONTINUE').length;
  await killed(world, nextVersion(world), () => answers() === 6);
  await world.clock.sleep(10 * MINUTE);
  expect(world.ecs?.service.tags?.size).toBe(2);
  expect((await deploy(world, { image: 'example.com/web:2' })).status).toBe('unchanged');
  expect(world.ecs?.service.tags?.size).toBe(0);
  expect(world.ecs?.service.deploymentConfiguration['lifecycleHooks']).toEqual([]);
});
