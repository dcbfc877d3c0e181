/** The post step: what is left to do after the job's main step is gone. */
import { describe, expect, jest, test } from '@jest/globals';
import { CallError } from '../src/core/errors.ts';
import { afterwards, command, deploy, type Inputs, killed, nextVersion } from './fakes/jobs.ts';
import { createFakeWorld, type EngineName, type FakeWorld } from './fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(60_000);

const ENGINES = ['native', 'taskset'] as const;
const WRITES = /^(Update|Continue|Stop|Tag|Untag|Create|Delete|Modify)/;

interface Afterwards {
  readonly exitCode: number;
  readonly lines: readonly string[];
  /** What the post step has changed. */
  readonly writes: readonly string[];
}

/** The main step is killed, and the runner starts the post step with the same inputs. */
async function killedAndFollowed(world: FakeWorld, when: () => boolean, more: Inputs = {}): Promise<Afterwards> {
  const inputs = nextVersion(world, more);
  const saved = await killed(world, inputs, when);
  expect(saved.get('ended') ?? '').toBe('');
  return followed(world, saved.get('rollout') ?? '', inputs);
}

async function followed(world: FakeWorld, kept: string, inputs: Inputs): Promise<Afterwards> {
  const before = world.calls.length;
  const { exitCode, lines } = await afterwards(world, kept, inputs);
  return { exitCode, lines, writes: world.calls.slice(before).filter((call) => WRITES.test(call)) };
}

async function expectStable(world: FakeWorld): Promise<void> {
  expect(world.share()).toBe(0);
  expect((await command(world, 'status')).reason).toBe('1 service, 0 with a rollout under way');
  expect(world.taskSets?.harm ?? []).toEqual([]);
}

describe.each(ENGINES)('after a main step on %s that was killed', (engine) => {
  test.each<readonly [when: string, share: number]>([
    ['before the first pause', 0],
    ['at a pause', 20],
    ['later', 60],
    ['when all users were there', 100],
  ])('%s, the rollout goes back and is followed to its end', async (_when, share) => {
    const world = createFakeWorld(engine);
    const afterFirstLook = world.clock.now() + 2_500;
    const { exitCode, lines } = await killedAndFollowed(
      world,
      () => world.clock.now() > afterFirstLook && world.share() === share,
    );
    expect(exitCode).toBe(0);
    expect(lines.at(-1)).toBe('web: rolled-back: the job was cancelled, or ended before the rollout did');
    expect(lines.join('\n')).toContain('web: web:2 is rolled out since ');
    await expectStable(world);
  });

  test.each(['rollback', 'leave'])(
    'while it was turning back, the way back is followed with on-cancel: %s',
    async (onCancel) => {
      const world = createFakeWorld(engine, { ecs: { stageMs: 20_000 } });
      let wasAt20 = false;
      const isGoingBack = (): boolean => {
        if (world.share() === 20) {
          wasAt20 = true;
          world.ring('ALARM');
        }
        return wasAt20 && world.share() === 0;
      };
      const { exitCode } = await killedAndFollowed(world, isGoingBack, { 'on-cancel': onCancel });
      expect(exitCode).toBe(0);
      await expectStable(world);
    },
  );

  test('with on-cancel: leave, the rollout stays where it is', async () => {
    const world = createFakeWorld(engine);
    const { exitCode, writes } = await killedAndFollowed(world, () => world.share() === 20, { 'on-cancel': 'leave' });
    expect([exitCode, writes, world.share()]).toEqual([0, [], 20]);
    expect((await command(world, 'promote')).status).toBe('succeeded');
  });

  test('there is nothing to do when somebody has brought the rollout to its end meanwhile', async () => {
    const world = createFakeWorld(engine);
    const inputs = nextVersion(world);
    const saved = await killed(world, inputs, () => world.share() === 20);
    await command(world, 'promote');
    const { exitCode, lines, writes } = await followed(world, saved.get('rollout') ?? '', inputs);
    expect([exitCode, writes, world.share()]).toEqual([0, [], 100]);
    expect(lines).toEqual([expect.stringMatching(/^web: the rollout .+ has ended$/)]);
  });

  test('another rollout than its own is left alone', async () => {
    const world = createFakeWorld(engine);
    const inputs = nextVersion(world);
    const saved = await killed(world, inputs, () => world.share() === 20);
    await command(world, 'rollback');
    await deploy(world, { approval: 'manual' });
    const { exitCode, writes } = await followed(world, saved.get('rollout') ?? '', inputs);
    expect([exitCode, writes, world.share()]).toEqual([0, [], 20]);
  });

  test('what cannot be looked at makes the post step red, and says so', async () => {
    const world = createFakeWorld(engine);
    const inputs = nextVersion(world);
    const saved = await killed(world, inputs, () => world.share() === 20);
    const denied = new CallError('denied', 'AccessDeniedException', 'list: not allowed');
    world.failWith(engine === 'native' ? 'ListServiceDeployments' : 'ListTaskSets', denied);
    const { exitCode, lines } = await followed(world, saved.get('rollout') ?? '', inputs);
    expect([exitCode, lines]).toEqual([1, ['error: could not follow the rollout to its end: list: not allowed']]);
  });

  test('faults in the inputs are told, and nothing is changed', async () => {
    const world = createFakeWorld(engine);
    const inputs = nextVersion(world);
    const saved = await killed(world, inputs, () => world.share() === 20);
    const { exitCode, lines, writes } = await followed(world, saved.get('rollout') ?? '', { ...inputs, hold: '5' });
    expect([exitCode, writes]).toEqual([1, []]);
    expect(lines.join('\n')).toContain('error: could not follow the rollout to its end: hold: ');
  });
});

test('the post step of a job whose rollback could not be finished is red', async () => {
  const world = createFakeWorld('native', { ecs: { isNew: true } });
  const { exitCode, lines } = await killedAndFollowed(world, () => world.share() > 0);
  expect(exitCode).toBe(1);
  expect(lines.at(-1)).toContain('web: failed: the rollback failed: ');
});

test('the post step of a promotion follows it too, and one of a clean-up follows nothing', async () => {
  const world = createFakeWorld('taskset');
  await deploy(world, { approval: 'manual' });
  const promote = { command: 'promote', service: 'web' };
  const saved = await killed(world, promote, () => world.share() === 60);
  const kept = saved.get('rollout') ?? '';
  expect(await followed(world, kept, { command: 'status' })).toEqual({ exitCode: 0, lines: [], writes: [] });
  expect((await followed(world, kept, promote)).exitCode).toBe(0);
  await expectStable(world);
});

test('the runner keeps what the post step needs before the first look, and how it ended after the last', async () => {
  for (const engine of ['native', 'taskset', 'codedeploy'] satisfies readonly EngineName[]) {
    const world = createFakeWorld(engine);
    const { saved, outputs } = await deploy(world);
    expect(JSON.parse(saved.get('rollout') ?? '')).toEqual({
      cluster: 'demo',
      service: 'web',
      id: outputs['deployment-id'],
    });
    expect(saved.get('ended')).toBe('succeeded');
  }
});
