/** What serves and what is under way, and how the scheduled clean-up puts in order what dead runners have left. */
import { describe, expect, jest, test } from '@jest/globals';
import { CallError } from '../src/core/errors.ts';
import { command, deploy, type Ended, type Fate, type Inputs, killed, nextVersion, run } from './fakes/jobs.ts';
import { createFakeWorld, type EngineName, type FakeWorld } from './fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(60_000);

const MINUTE = 60_000;
const ENGINES = ['native', 'taskset', 'codedeploy'] as const;
const WRITES = /^(Update|Continue|Stop|Tag|Untag|Create|Delete|Modify)/;
const writesOf = ({ calls }: Ended): readonly string[] => calls.filter((call) => WRITES.test(call));

const status = (world: FakeWorld, inputs: Inputs = {}): Promise<Ended> => command(world, 'status', inputs);
const cleanUp = (world: FakeWorld, inputs: Inputs = {}, fate: Fate = {}): Promise<Ended> =>
  command(world, 'status', { fix: 'true', ...inputs }, fate);

/** A person decides: before the shift with CodeDeploy, else at 20 %. */
async function awaiting(engine: EngineName, inputs: Inputs = {}): Promise<FakeWorld> {
  const world = createFakeWorld(engine);
  expect(await deploy(world, { approval: 'manual', ...inputs })).toMatchObject({ status: 'awaiting-promotion' });
  return world;
}

/** The runner is gone while the candidate has 20 %. */
async function left(engine: EngineName): Promise<FakeWorld> {
  const world = createFakeWorld(engine);
  await killed(world, nextVersion(world), () => world.share() === 20);
  return world;
}

describe.each(ENGINES)('status on %s', (engine) => {
  test('of a service at rest says what serves, and is green', async () => {
    const seen = await status(createFakeWorld(engine));
    expect([seen.status, seen.exitCode, seen.reason]).toEqual([
      'unchanged',
      0,
      '1 service, 0 with a rollout under way',
    ]);
    expect(seen.lines).toContainEqual(
      expect.stringMatching(/^web: web:1 serves, [24]\/[24] running, no rollout under way/),
    );
  });

  test('after a rollout says how it ended', async () => {
    const world = createFakeWorld(engine);
    await deploy(world);
    const seen = await status(world);
    const last = engine === 'codedeploy' ? /web:2 serves.+, last rollout succeeded: CodeDeploy/ : /web:2 serves/;
    expect(seen.lines.join('\n')).toMatch(last);
  });

  test('of a rollout says what, since when, how far, and who began it; and reads only', async () => {
    const world = await awaiting(engine);
    await world.clock.sleep(4 * MINUTE);
    const seen = await status(world);
    expect([seen.status, seen.exitCode, seen.reason]).toEqual([
      'unchanged',
      0,
      '1 service, 1 with a rollout under way',
    ]);
    expect(writesOf(seen)).toEqual([]);
    const share = engine === 'codedeploy' ? 0 : 20;
    expect(seen.lines).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^web: web:2 is rolled out since [45] min, ${share} % of the traffic, at \\w+, by example/shop/actions/runs/\\d+ of octocat \\(.+\\)$`,
        ),
      ),
    );
  });

  test('with fix leaves a rollout alone that waits for a person, whose gates are well', async () => {
    const world = await awaiting(engine, { 'promote-within': '4h' });
    await world.clock.sleep(2 * 60 * MINUTE);
    const before = world.share();
    const seen = await cleanUp(world);
    expect([seen.status, seen.exitCode, writesOf(seen)]).toEqual(['unchanged', 0, []]);
    expect(seen.lines.some((line) => line.includes('pass'))).toBe(true);
    expect(world.share()).toBe(before);
    // And it can still be promoted as before.
    expect((await command(world, 'promote')).status).toBe('succeeded');
  });

  test('with fix turns a rollout back that waits for a person, when one of its gates says no', async () => {
    const world = await awaiting(engine);
    world.ring('ALARM');
    const seen = await cleanUp(world);
    expect([seen.status, seen.exitCode, world.share()]).toEqual(['succeeded', 0, 0]);
    expect(seen.reason).toContain('put in order: web is rolled-back: gate alarms web-5xx failed');
    expect((await status(world)).reason).toBe('1 service, 0 with a rollout under way');
  });

  test('with fix asks a gate that has to fail three times as often as that', async () => {
    const world = await awaiting(engine);
    world.ring('ALARM');
    const seen = await cleanUp(world, { gates: '- alarms: { names: [web-5xx], failures: 3 }' });
    expect(seen.reason).toContain('gate alarms web-5xx failed 3 times in a row');
    expect(world.share()).toBe(0);
  });

  test('with fix and cancelled at any moment leaves a rollout alone that waits for a person', async () => {
    const world = await awaiting(engine);
    const before = world.share();
    const ends = new Set<string>();
    for (let asked = 0; asked < 24; asked += 1) {
      let calls = 0;
      const seen = await cleanUp(world, {}, { cancelledWhen: () => calls++ >= asked });
      ends.add(`${seen.status} ${seen.exitCode}`);
      expect(writesOf(seen)).toEqual([]);
    }
    expect(world.share()).toBe(before);
    expect(ends).toContain('cancelled 7');
    expect([...ends].every((end) => ['cancelled 7', 'unchanged 0'].includes(end))).toBe(true);
    expect((await command(world, 'promote')).status).toBe('succeeded');
  });

  test('with fix has nothing to do at rest', async () => {
    const world = createFakeWorld(engine);
    await deploy(world);
    const seen = await cleanUp(world);
    expect([seen.status, seen.exitCode, writesOf(seen)]).toEqual(['unchanged', 0, []]);
  });
});

test('an abandoned rollout over task sets is told without fix, and turned back with it', async () => {
  const world = await left('taskset');
  await world.clock.sleep(20 * MINUTE);
  const seen = await status(world);
  expect([seen.status, writesOf(seen), world.share()]).toEqual(['unchanged', [], 20]);
  expect(seen.warnings).toEqual([
    expect.stringMatching(
      /^web: nobody looks after this rollout since 20.+Z; command: rollback turns it back, command: promote goes on$/,
    ),
  ]);

  const fixed = await cleanUp(world);
  expect([fixed.status, fixed.exitCode]).toEqual(['succeeded', 0]);
  expect(fixed.reason).toMatch(
    /^1 service, 0 with a rollout under way; put in order: web is rolled-back: nobody looked after it since 20/,
  );
  expect(world.taskSets?.isClean()).toBeUndefined();
  expect(world.taskSets?.harm).toEqual([]);
});

test('a rollout over task sets is left alone as long as its runner may still be there', async () => {
  const world = await left('taskset');
  await world.clock.sleep(10 * MINUTE);
  expect((await cleanUp(world)).calls.filter((call) => WRITES.test(call))).toEqual([]);
  expect(world.share()).toBe(20);
});

test('a job that holds for long says again and again that it is there', async () => {
  const world = createFakeWorld('taskset');
  const begins = world.clock.now();
  let visit: Promise<Ended> | undefined;
  const ended = await deploy(
    world,
    { steps: '20, 100', hold: '40m', timeout: '4h' },
    {
      when: [
        () => world.clock.now() > begins + 35 * MINUTE,
        () => {
          visit = cleanUp(world);
        },
      ],
    },
  );
  expect(await visit).toMatchObject({ status: 'unchanged', reason: '1 service, 1 with a rollout under way' });
  expect(ended.status).toBe('succeeded');
});

test('a rollout over task sets that nobody has promoted in time is turned back', async () => {
  const world = await awaiting('taskset', { 'promote-within': '1h' });
  await world.clock.sleep(61 * MINUTE);
  expect((await cleanUp(world)).reason).toContain('put in order: web is rolled-back');
  expect(world.taskSets?.isClean()).toBeUndefined();
});

test('a rollout of ECS that nobody looks after is left to ECS, and what it leaves on the service is taken away afterwards', async () => {
  const world = await left('native');
  expect(writesOf(await cleanUp(world))).toEqual([]);
  // The pause expires, and ECS goes back.
  await world.clock.sleep(24 * 60 * MINUTE);
  expect([world.share(), world.ecs?.service.tags?.size]).toEqual([0, 2]);
  const seen = await cleanUp(world);
  expect([seen.status, seen.exitCode, seen.reason]).toEqual([
    'succeeded',
    0,
    '1 service, 0 with a rollout under way; put in order: web: took the pause of an ended rollout away from service web; web: took the note of an ended rollout away from service web',
  ]);
  expect(world.ecs?.service.deploymentConfiguration['lifecycleHooks']).toEqual([]);
  expect(world.ecs?.service.tags?.size).toBe(0);
});

test('a deployment group gets its own waits back after CodeDeploy has given a rollout up', async () => {
  const world = createFakeWorld('codedeploy');
  await killed(world, nextVersion(world), () => world.calls.includes('ContinueDeployment READY_WAIT'));
  await world.clock.sleep(60 * MINUTE);
  expect(world.codeDeploy?.waits.readyMinutes).toBeDefined();
  expect((await cleanUp(world)).status).toBe('succeeded');
  expect(world.codeDeploy?.waits).toEqual({ readyMinutes: undefined, terminationMinutes: 5 });
});

describe('status of a cluster', () => {
  const all = (world: FakeWorld, inputs: Inputs = {}, fate: Fate = {}): Promise<Ended> =>
    run(world, { command: 'status', ...inputs }, fate);

  test('has a line for each service, and counts those that are on the move', async () => {
    const world = createFakeWorld('native', { names: ['api', 'web', 'worker'] });
    await deploy(world, { approval: 'manual' });
    const seen = await all(world);
    expect([seen.status, seen.reason]).toEqual(['unchanged', '3 services, 3 with a rollout under way']);
    expect(seen.lines.flatMap((line) => /^(\w+): web:2 is rolled out/.exec(line)?.[1] ?? [])).toEqual([
      'api',
      'web',
      'worker',
    ]);
  });

  test('without any service is well', async () => {
    const seen = await all(createFakeWorld('native', { names: [] }));
    expect([seen.status, seen.exitCode, seen.reason]).toEqual([
      'unchanged',
      0,
      '0 services, 0 with a rollout under way',
    ]);
  });

  test('shows the others too when one cannot be looked at, and is not green', async () => {
    const world = createFakeWorld('native', { names: ['api', 'web', 'worker'] });
    world.hide('api', new CallError('denied', 'AccessDeniedException', 'describe service api: not allowed'));
    const seen = await all(world);
    expect([seen.status, seen.exitCode]).toEqual(['could-not-look', 6]);
    expect(seen.reason).toBe('3 services, 0 with a rollout under way; api: describe service api: not allowed');
    expect(seen.lines.filter((line) => / serves, /.test(line))).toHaveLength(2);
  });

  test('shows the others too when one is gone between the list and the look', async () => {
    const world = createFakeWorld('native', { names: ['api', 'web'] });
    const { services } = world.ports;
    const ports = { ...world.ports, services: { ...services, names: async () => ['api', 'gone', 'web'] } };
    const seen = await all({ ...world, ports });
    expect(seen.lines.filter((line) => / serves, /.test(line))).toHaveLength(2);
    expect([seen.status, seen.exitCode]).toEqual(['could-not-look', 6]);
    expect(seen.reason).toContain('gone: ');
  });

  test('cancelled in the middle looks at no more services', async () => {
    const world = createFakeWorld('native', { names: ['api', 'web', 'worker'] });
    let looked = 0;
    const seen = await all(world, {}, { cancelledWhen: () => ++looked > 6 });
    expect([seen.status, seen.exitCode]).toEqual(['cancelled', 7]);
    expect(seen.lines.filter((line) => / serves, /.test(line)).length).toBeLessThan(3);
  });

  test('that cannot be listed is not green', async () => {
    const world = createFakeWorld('native');
    const names = async (): Promise<never> => {
      throw new CallError('not-found', 'ClusterNotFoundException', 'list services of cluster demo: there is none');
    };
    const seen = await all({ ...world, ports: { ...world.ports, services: { ...world.ports.services, names } } });
    expect([seen.status, seen.exitCode]).toEqual(['failed', 1]);
  });
});

test('status of one service that is not there names it', async () => {
  const seen = await status(createFakeWorld('taskset'), { service: 'wbe' });
  expect([seen.status, seen.exitCode]).toEqual(['failed', 1]);
  expect(seen.errors).toEqual([expect.stringContaining('there is no service wbe in cluster demo')]);
});

test('a rollout that cannot be turned back is told as a problem, and the job is not green', async () => {
  const world = await left('taskset');
  await world.clock.sleep(20 * MINUTE);
  world.failWith('ModifyRule', new CallError('denied', 'AccessDenied', 'modify rule r1: not allowed'));
  const seen = await cleanUp(world, { timeout: '5m' });
  expect([seen.status, seen.exitCode]).toEqual(['could-not-look', 6]);
  expect(seen.reason).toContain('modify rule r1: not allowed');
  world.failWith('ModifyRule');
  expect(await cleanUp(world)).toMatchObject({ status: 'succeeded', exitCode: 0 });
  expect(world.taskSets?.isClean()).toBeUndefined();
});
