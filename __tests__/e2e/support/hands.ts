/** The hands that steer a rollout, told once for every engine: the same words, the same ends. */
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { Seeded } from '../../../sandbox/seed.ts';
import { nothingIsLeft, onlyVersion } from './crash.ts';
import { expectEnd, type Job } from './job.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

type Inputs = Readonly<Record<string, string>>;

export interface Hands {
  readonly world: WorldOptions;
  readonly prepare?: (sandbox: Sandbox, seeded: Seeded) => Promise<unknown>;
  readonly inputs: Inputs;
  /** The share at which `approval: manual` asks. */
  readonly asksAt: number;
  /** Inputs and the shares for `approval: every-step`. */
  readonly everyStep: { readonly inputs: Inputs; readonly asksAt: readonly number[] };
  /** How a job ends whose rollout another one has taken the place of. */
  readonly superseded: { readonly exitCode: number; readonly status: string };
}

/** To be called in a describe. Gives the world, for more stories in it. */
export function handStories({ prepare, inputs, asksAt, everyStep, superseded, ...options }: Hands): () => World {
  let world: World;
  let elb: ElasticLoadBalancingV2Client;
  beforeAll(async () => {
    world = await openWorld({ ...options.world });
    elb = new ElasticLoadBalancingV2Client(world.sandbox.clientConfig);
    await prepare?.(world.sandbox, world.seeded);
  });
  afterAll(async () => {
    elb?.destroy();
    await world?.close();
  });

  const serving = (): Promise<string> => onlyVersion({ elb }, world);
  /** Only this version serves, nothing of ours is left, and no user has noticed anything. */
  const expectOrder = async (version: string): Promise<void> => {
    expect(await serving()).toBe(version);
    await nothingIsLeft(world, world);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  };
  const awaiting = async (image: string, more: Inputs = {}) => {
    const asked = await world.deploy({ ...inputs, image, approval: 'manual', ...more });
    expectEnd(asked, 0, 'awaiting-promotion');
    return asked;
  };
  /** A job that waits for a person and watches meanwhile. */
  const watching = async (image: string, more: Inputs = {}): Promise<Job> => {
    const job = await world.start({ ...inputs, image, approval: 'manual', 'wait-for-approval': '10m', ...more });
    await job.sees(
      asksAt === 0 ? /gate targets +pass before the shift/ : new RegExp(`gate targets +pass at ${asksAt} %`),
    );
    return job;
  };

  test('approval: manual ends green with the deadline and the words to go on; they work in a terminal, and twice', async () => {
    const { image, version } = await world.push();
    const asked = await awaiting(image);
    expect(asked.outputs['traffic']).toBe(String(asksAt));
    expect(Date.parse(asked.outputs['promote-until'] ?? '')).toBeGreaterThan(Date.now());
    expect(asked.outputs['reason']).toContain(asked.outputs['promote-until']);
    const line = asked.lines.find((text) => text.startsWith('to go on:')) ?? '';
    const words =
      /in a terminal: (INPUT_COMMAND=promote INPUT_CLUSTER=demo INPUT_SERVICE=web) node dist\/index\.js$/.exec(line);
    expect(words?.[1] ?? line).toBe('INPUT_COMMAND=promote INPUT_CLUSTER=demo INPUT_SERVICE=web');

    const status = await world.terminal('INPUT_COMMAND=status INPUT_CLUSTER=demo INPUT_SERVICE=web');
    expect(status.text).toMatch(/web: web:\d+ is rolled out since .* by example\/shop\/actions\/runs\/1/);
    expect(status.exitCode).toBe(0);
    const promoted = await world.terminal(words?.[1] ?? '');
    expect(promoted.text).toContain('web: succeeded: the candidate serves all traffic');
    expect(promoted.exitCode).toBe(0);
    await expectOrder(version);

    const calls = world.recordCalls();
    const again = await world.terminal(words?.[1] ?? '');
    expect(again.text).toMatch(/web: unchanged: no rollout of web is under way, and web:\d+ serves/);
    expect(again.exitCode).toBe(0);
    expect(calls.changes()).toEqual([]);
  });

  test('approval: every-step is walked with one promote a step', async () => {
    const { image, version } = await world.push();
    const steps = { ...inputs, ...everyStep.inputs };
    const first = await world.deploy({ ...steps, image, approval: 'every-step' });
    let latest = first;
    for (const share of everyStep.asksAt) {
      expectEnd(latest, 0, 'awaiting-promotion');
      expect(latest.outputs['traffic']).toBe(String(share));
      latest = await world.deploy({ ...steps, command: 'promote' });
    }
    expectEnd(latest, 0, 'succeeded');
    await expectOrder(version);
  });

  test('promote with to: 100 asks nobody any more', async () => {
    const { image, version } = await world.push();
    const steps = { ...inputs, ...everyStep.inputs };
    expectEnd(await world.deploy({ ...steps, image, approval: 'every-step' }), 0, 'awaiting-promotion');
    expectEnd(await world.deploy({ ...steps, command: 'promote', to: '100' }), 0, 'succeeded');
    await expectOrder(version);
  });

  test('a rollout that waits is rolled back; promoting it then is not green, and rolling back again changes nothing', async () => {
    const stable = await serving();
    await awaiting((await world.push()).image);
    const back = await world.terminal('INPUT_COMMAND=rollback INPUT_CLUSTER=demo INPUT_SERVICE=web');
    expect(back.text).toContain('web: rolled-back: a person asked for it (command: rollback)');
    expect(back.exitCode).toBe(0);
    await expectOrder(stable);

    const late = await world.deploy({ ...inputs, command: 'promote' });
    expectEnd(late, 2, 'rolled-back');
    expect(late.outputs['reason']).toMatch(/nothing to promote/);
    const calls = world.recordCalls();
    const again = await world.deploy({ ...inputs, command: 'rollback' });
    expectEnd(again, 0, 'unchanged');
    expect(again.outputs['reason']).toMatch(/rolled back already/);
    expect(calls.changes()).toEqual([]);
    await expectOrder(stable);
  });

  test('a finished rollout is rolled back to the version before it, once', async () => {
    const stable = await serving();
    const { image, version } = await world.push();
    expectEnd(await world.deploy({ ...inputs, image }), 0, 'succeeded');
    await expectOrder(version);
    const back = await world.deploy({ ...inputs, command: 'rollback' });
    expectEnd(back, 0, 'rolled-back');
    await expectOrder(stable);
    const calls = world.recordCalls();
    const again = await world.deploy({ ...inputs, command: 'rollback' });
    expectEnd(again, 0, 'unchanged');
    expect(again.outputs['reason']).toMatch(/rolled back already/);
    expect(calls.changes()).toEqual([]);
    await expectOrder(stable);
  });

  test('a person turns back what a job watches, and both say so', async () => {
    const stable = await serving();
    const job = await watching((await world.push()).image);
    expectEnd(await world.deploy({ ...inputs, command: 'rollback' }), 0, 'rolled-back');
    expectEnd(await job.ended, 2, 'rolled-back');
    await expectOrder(stable);
  });

  test('a person promotes what a job waits with, and both see it to its end', async () => {
    const { image, version } = await world.push();
    const job = await watching(image);
    expectEnd(await world.deploy({ ...inputs, command: 'promote' }), 0, 'succeeded');
    expectEnd(await job.ended, 0, 'succeeded');
    await expectOrder(version);
  });

  test('if-running: refuse says who and what, wait waits for the end, supersede takes its place', async () => {
    const [first, waits, watched, last] = [
      await world.push(),
      await world.push(),
      await world.push(),
      await world.push(),
    ];
    const job = await watching(first.image);
    const calls = world.recordCalls();
    const refused = await world.deploy({ ...inputs, image: waits.image });
    expectEnd(refused, 1, 'failed');
    expect(refused.errors.join('\n')).toMatch(
      /if-running: web:\d+ is rolled out since \d+ s, .* by example\/shop\/actions\/runs\/1 .*, and if-running is refuse/,
    );
    expect(calls.changes()).toEqual([]);

    const patient = await world.start({ ...inputs, image: waits.image, 'if-running': 'wait' });
    await patient.sees(/^waiting: web:\d+ is rolled out/);
    expectEnd(await world.deploy({ ...inputs, command: 'promote', to: '100' }), 0, 'succeeded');
    expectEnd(await job.ended, 0, 'succeeded');
    expectEnd(await patient.ended, 0, 'succeeded');
    await expectOrder(waits.version);

    const replaced = await watching(watched.image);
    expectEnd(await world.deploy({ ...inputs, image: last.image, 'if-running': 'supersede' }), 0, 'succeeded');
    expectEnd(await replaced.ended, superseded.exitCode, superseded.status);
    await expectOrder(last.version);
  });

  return () => world;
}
