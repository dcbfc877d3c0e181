/** What another run finds of a rollout, and what it can do with it. The runner of the first one is gone at any moment. */
import { describe, expect, test } from '@jest/globals';
import type { RolloutConfig } from '../../../src/core/config.ts';
import { CallError } from '../../../src/core/errors.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import type { Outcome } from '../../../src/core/outcome.ts';
import type { Plan } from '../../../src/core/plan.ts';
import { beginTurningBack, type State } from '../../../src/core/rollout.ts';
import { native } from '../../../src/engines/native/engine.ts';
import type { Engine, Rollout } from '../../../src/ports.ts';
import { runRollout } from '../../../src/rollout/loop.ts';
import type { World } from '../../../src/rollout/world.ts';
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts';
import { arnOf, createFakeEcs, type FakeEcs, type FakeEcsOptions } from '../../fakes/ecs.ts';
import { beginWith, configFor, MINUTE, taskDefinition } from '../../fakes/native.ts';

interface Lab {
  readonly clock: FakeClock;
  readonly ecs: FakeEcs;
  /** Another run: it knows nothing but what AWS says. */
  readonly engine: () => Engine;
}

function lab(options: FakeEcsOptions = {}): Lab {
  const clock = createFakeClock();
  const ecs = createFakeEcs(clock, options);
  return { clock, ecs, engine: () => native({ ...ecs, clock, log: { warning: () => {} } }) };
}

/** Runs for so long and is gone then, without a word. */
async function run(
  { clock }: Lab,
  rollout: Rollout,
  plan: Plan,
  more: { readonly goneAfterMs?: number; readonly from?: State; readonly evaluate?: World['evaluate'] } = {},
): Promise<Outcome> {
  const gone = new AbortController();
  if (more.goneAfterMs !== undefined) clock.after(more.goneAfterMs, () => gone.abort());
  return runRollout(
    { ...plan, onCancel: 'leave' },
    {
      rollout,
      evaluate: more.evaluate ?? (async () => ({ verdict: 'pass', sentence: 'seen' })),
      deaths: async () => [],
      clock,
      random: () => 0.5,
      cancelled: gone.signal,
      tell: () => {},
      pollMs: 2_000,
    },
    more.from,
  );
}

const ROLLING: FakeEcsOptions = { configuration: {}, desiredCount: 4, stageMs: 10_000 };
const short: Partial<RolloutConfig> = { holdMs: 20_000, bakeMs: MINUTE };
const STRATEGIES: readonly [string, Partial<RolloutConfig>, FakeEcsOptions][] = [
  ['blue-green', short, {}],
  ['canary', { ...short, steps: [5, 100] }, {}],
  ['a ladder on LINEAR', { ...short, steps: [20, 60, 100] }, {}],
  ['rolling', { holdMs: 20_000 }, ROLLING],
];
/** Of the first run, until it is gone. The longest of the rollouts above takes less than four minutes. */
const MOMENTS = Array.from({ length: 13 }, (_, index) => index * 13_000 + 1_000);

/** Many rollouts in one test: enough for a machine that has other things to do. */
const LONG_MS = 60_000;

describe.each(STRATEGIES)('a rollout by %s whose runner is gone', (_name, config, options) => {
  async function interrupted(goneAfterMs: number): Promise<Lab & { readonly plan: Plan; readonly isOver: boolean }> {
    const here = lab(options);
    const { rollout, plan } = await beginWith(here.engine(), here.ecs, here.clock, configFor(config));
    const outcome = await run(here, rollout, plan, { goneAfterMs });
    return { ...here, plan, isOver: outcome.status !== 'cancelled' };
  }

  test(
    'is found with its note at every moment, and brought to a good end',
    async () => {
      let found = 0;
      for (const moment of MOMENTS) {
        const here = await interrupted(moment);
        const underway = await here.engine().underway(here.ecs.service);
        if (here.isOver) continue;
        found += 1;
        expect(underway).toMatchObject({
          id: arnOf.deployment(2),
          taskDefinitionArn: arnOf.taskDefinition(2),
          memo: { shares: here.plan.steps.slice(1).map(({ share }) => share), holdMs: 20_000 },
        });
        const rollout = underway?.rollout(here.plan) as Rollout;
        expect(await run(here, rollout, here.plan)).toMatchObject({ status: 'succeeded' });
        expect(here.ecs.traffic.at(-1)?.share).toBe(100);
        await rollout.tidy();
        await expectTidy(here);
      }
      expect(found).toBeGreaterThan(4);
    },
    LONG_MS,
  );

  test(
    'is found at every moment, and turned back',
    async () => {
      for (const moment of MOMENTS) {
        const here = await interrupted(moment);
        if (here.isOver) continue;
        const underway = await here.engine().underway(here.ecs.service);
        // What ECS is about to complete cannot be stopped any more.
        if (underway?.look.movement === 'finishing') continue;
        const rollout = underway?.rollout(here.plan) as Rollout;
        const from = beginTurningBack(here.clock.now(), { status: 'rolled-back', reason: 'a person asked for it' });
        expect(await run(here, rollout, here.plan, { from })).toEqual({
          status: 'rolled-back',
          reason: 'a person asked for it',
        });
        expect(here.ecs.traffic.at(-1)?.share ?? 0).toBe(0);
        await rollout.tidy();
        await expectTidy(here);
      }
    },
    LONG_MS,
  );

  test(
    'whatever call was its last, is found, or nothing is changed but a note that can be tidied up',
    async () => {
      for (let last = 1; last <= 12; last += 1) {
        const here = lab(options);
        dieAfter(here.ecs, last);
        await beginWith(here.engine(), here.ecs, here.clock, configFor(config)).catch((error: unknown) => {
          if (!(error instanceof Died)) throw error;
        });
        const reborn = revive(here);
        const underway = await reborn.underway(here.ecs.service);
        if (here.ecs.calls.includes('UpdateService')) {
          expect(underway).toMatchObject({ id: arnOf.deployment(2), memo: { by: expect.stringContaining('octocat') } });
        } else {
          expect(underway).toBeUndefined();
          await reborn.tidy(here.ecs.service);
          await expectTidy(here);
        }
      }
    },
    LONG_MS,
  );
});

class Died extends Error {}

const alive = new WeakMap<FakeEcs, { left: number }>();

/** The runner is killed right after this call was carried out: no answer comes any more. */
function dieAfter(ecs: FakeEcs, calls: number): void {
  const life = { left: calls };
  alive.set(ecs, life);
  for (const port of [ecs.services, ecs.deployments, ecs.loadBalancers]) {
    for (const [name, method] of Object.entries(port) as [string, (...args: unknown[]) => Promise<unknown>][]) {
      Object.assign(port, {
        [name]: async (...args: unknown[]) => {
          if (life.left <= 0) throw new Died();
          life.left -= 1;
          const answer = await method(...args);
          if (life.left <= 0) throw new Died();
          return answer;
        },
      });
    }
  }
}

function revive({ ecs, engine }: Lab): Engine {
  const life = alive.get(ecs);
  if (life !== undefined) life.left = Number.POSITIVE_INFINITY;
  return engine();
}

async function expectTidy({ ecs, engine }: Lab): Promise<void> {
  expect(ecs.service.tags).toEqual(new Map());
  expect(ecs.service.deploymentConfiguration['lifecycleHooks'] ?? []).toEqual([]);
  expect(await engine().underway(ecs.service)).toBeUndefined();
}

describe('a rolling deployment that is complete', () => {
  test('is under way as long as its runner says that it judges it, and no longer', async () => {
    const here = lab(ROLLING);
    const { rollout, plan } = await beginWith(here.engine(), here.ecs, here.clock, configFor({ holdMs: 30 * MINUTE }));
    await run(here, rollout, plan, { goneAfterMs: 10 * MINUTE });
    const held = await here.engine().underway(here.ecs.service);
    expect(held?.look).toMatchObject({ movement: 'waiting', share: 100, pause: { id: 'after-rolling' } });
    expect(await here.engine().last(here.ecs.service)).toBeUndefined();
    await here.clock.sleep(20 * MINUTE);
    expect(await here.engine().underway(here.ecs.service)).toBeUndefined();
    expect(await here.engine().last(here.ecs.service)).toMatchObject({ end: { kind: 'succeeded' } });
    expect(await here.engine().tidy(here.ecs.service)).toEqual([
      'took the note of an ended rollout away from service web',
    ]);
  });

  test('and on its way back when the runner dies, is found as that, and followed to its end', async () => {
    const here = lab(ROLLING);
    const { rollout, plan } = await beginWith(here.engine(), here.ecs, here.clock, configFor());
    const bad: World['evaluate'] = async (_gate, { share }) => ({
      verdict: share === 100 ? 'fail' : 'pass',
      sentence: '',
    });
    const dies = new AbortController();
    here.clock.after(70_000, () => dies.abort());
    const gone = new Promise<void>((resolve) => dies.signal.addEventListener('abort', () => resolve()));
    void run(here, rollout, plan, { evaluate: bad });
    await gone;
    expect(here.ecs.status(3)).toBe('IN_PROGRESS');
    const underway = await here.engine().underway(here.ecs.service);
    expect(underway).toMatchObject({
      id: arnOf.deployment(3),
      taskDefinitionArn: arnOf.taskDefinition(2),
      look: { movement: 'turning-back' },
      memo: { by: expect.stringContaining('octocat') },
    });
  });

  test('tells the same of another run’s way back: it is turned back, not superseded', async () => {
    const here = lab(ROLLING);
    const { rollout, plan } = await beginWith(here.engine(), here.ecs, here.clock, configFor());
    const first = run(here, rollout, plan);
    here.clock.after(2 * MINUTE, () => void takeBack());
    async function takeBack(): Promise<void> {
      const other = (await here.engine().underway(here.ecs.service))?.rollout(plan);
      await other?.look();
      await other?.turnBack(undefined);
    }
    const outcome = await first;
    expect(outcome.status).toBe('rolled-back');
    expect(outcome.reason).toContain(arnOf.deployment(3));
  });
});

describe('a deployment that somebody else began', () => {
  async function foreign(here: Lab, taskDefinition: string): Promise<void> {
    await here.ecs.services.update('demo', 'web', { taskDefinition });
  }

  test('is found without a memo, and can be turned back', async () => {
    const here = lab();
    await foreign(here, arnOf.taskDefinition(2));
    const underway = await here.engine().underway(here.ecs.service);
    expect(underway).toMatchObject({
      id: arnOf.deployment(2),
      memo: undefined,
      look: { movement: 'preparing', share: 0 },
    });
    expect(underway?.candidateUrl).toBe('http://candidate.example.com:9001');
    await underway?.rollout({} as Plan).turnBack(undefined);
    expect(here.ecs.status()).toBe('ROLLBACK_IN_PROGRESS');
  });

  test.each([
    ['of the same definition', arnOf.taskDefinition(2), true],
    ['of another one', arnOf.taskDefinition(3), false],
  ])(
    '%s after an update that never came: its note is taken for this one only when both say the same',
    async (_name, definition, isOurs) => {
      const here = lab();
      dieAfter(here.ecs, 5);
      await beginWith(here.engine(), here.ecs, here.clock, configFor()).catch(() => {});
      expect(here.ecs.calls.at(-1)).toBe('TagResource');
      const reborn = revive(here);
      await foreign(here, definition);
      expect((await reborn.underway(here.ecs.service))?.memo !== undefined).toBe(isOurs);
    },
  );

  test('after one of ours does not inherit its note, though it deploys the same', async () => {
    const here = lab();
    const { rollout, plan } = await beginWith(here.engine(), here.ecs, here.clock, configFor(short));
    await run(here, rollout, plan);
    await here.ecs.services.update('demo', 'web', {
      taskDefinition: arnOf.taskDefinition(2),
      forceNewDeployment: true,
    });
    expect(here.ecs.service.tags?.size).toBe(2);
    expect(await here.engine().underway(here.ecs.service)).toMatchObject({ id: arnOf.deployment(3), memo: undefined });
  });
});

describe('tidying up', () => {
  test('takes pause and note away that a dead runner left, and says so', async () => {
    const here = lab();
    const { rollout, plan } = await beginWith(
      here.engine(),
      here.ecs,
      here.clock,
      configFor({ ...short, steps: [20, 100] }),
    );
    await run(here, rollout, plan);
    here.ecs.calls.splice(0);
    expect(await here.engine().tidy(here.ecs.service)).toEqual([
      'took the pause of an ended rollout away from service web',
      'took the note of an ended rollout away from service web',
    ]);
    expect(here.ecs.calls).toEqual(['DescribeServices', 'ListServiceDeployments', 'UpdateService', 'UntagResource']);
    expect(here.ecs.service.deploymentConfiguration['canaryConfiguration']).toEqual({
      canaryPercent: 20,
      canaryBakeTimeInMinutes: 1,
    });
    await expectTidy(here);
    expect(await here.engine().tidy(here.ecs.service)).toEqual([]);
  });

  test('touches nothing while a newer deployment runs', async () => {
    const here = lab();
    const { rollout, plan } = await beginWith(here.engine(), here.ecs, here.clock, configFor(short));
    await run(here, rollout, plan);
    here.ecs.supersede();
    const before = here.ecs.service;
    await rollout.tidy();
    expect(await here.engine().tidy(here.ecs.service)).toEqual([]);
    expect(here.ecs.service).toEqual(before);
  });

  test('finds nothing on a service that this action never touched', async () => {
    const here = lab({
      configuration: { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 0 } },
    });
    expect(await here.engine().tidy(here.ecs.service)).toEqual([]);
    expect(here.ecs.updates).toEqual([]);
  });
});

describe('what serves, what served before, and how the last one ended', () => {
  async function deployed(
    config: Partial<RolloutConfig>,
    options: FakeEcsOptions,
    verdict: 'pass' | 'fail',
  ): Promise<Lab> {
    const here = lab(options);
    const { rollout, plan } = await beginWith(here.engine(), here.ecs, here.clock, configFor(config));
    await run(here, rollout, plan, {
      evaluate: async (_gate, { share }) => ({ verdict: share === 100 ? verdict : 'pass', sentence: '' }),
    });
    await rollout.tidy();
    return here;
  }

  test.each<[string, Partial<RolloutConfig>, FakeEcsOptions]>([
    ['blue-green', short, {}],
    ['rolling', {}, ROLLING],
  ])('after a good %s it is the candidate, and stable before it', async (_name, config, options) => {
    const { engine, ecs } = await deployed(config, options, 'pass');
    expect(await engine().serving(ecs.service)).toBe(arnOf.taskDefinition(2));
    expect(await engine().previous(ecs.service)).toBe(arnOf.taskDefinition(1));
    expect(await engine().last(ecs.service)).toMatchObject({
      taskDefinitionArn: arnOf.taskDefinition(2),
      end: { kind: 'succeeded' },
    });
  });

  test.each<[string, Partial<RolloutConfig>, FakeEcsOptions]>([
    ['blue-green', short, {}],
    ['rolling', {}, ROLLING],
  ])('after a %s that was turned back it is stable, and what failed before it', async (_name, config, options) => {
    const { engine, ecs } = await deployed(config, options, 'fail');
    expect(await engine().serving(ecs.service)).toBe(arnOf.taskDefinition(1));
    expect(await engine().previous(ecs.service)).toBe(arnOf.taskDefinition(2));
  });

  test('a rollback is the end of a rollout that ECS turned back', async () => {
    const { engine, ecs } = await deployed(short, {}, 'fail');
    expect(await engine().last(ecs.service)).toMatchObject({
      taskDefinitionArn: arnOf.taskDefinition(2),
      end: { kind: 'rolled-back' },
    });
  });

  test('nothing is known of a service that has never been deployed to', async () => {
    const { engine, ecs } = lab({ isNew: true });
    expect(await engine().previous(ecs.service)).toBeUndefined();
    expect(await engine().last(ecs.service)).toBeUndefined();
    expect(await engine().underway(ecs.service)).toBeUndefined();
  });

  test('a service that ECS does not tell the revisions of serves what it names', async () => {
    const { engine, ecs } = lab();
    expect(await engine().serving({ ...ecs.service, currentServiceRevisions: [] })).toBe(arnOf.taskDefinition(1));
  });
});

describe('the survey', () => {
  const survey = (config: Partial<RolloutConfig>, options: FakeEcsOptions = {}) => {
    const { engine, ecs } = lab(options);
    return engine().survey(ecs.service, { config: configFor(config), taskDefinition });
  };

  test('says how the traffic will move and where the candidate is reached, and changes nothing', async () => {
    const { engine, ecs } = lab();
    const found = await engine().survey(ecs.service, { config: configFor({ steps: [5, 50, 100] }), taskDefinition });
    expect(found).toMatchObject({
      faults: [],
      manner: 'LINEAR in steps of 5 %',
      candidateUrl: 'http://candidate.example.com:9001',
      plan: { bakeMs: MINUTE },
    });
    expect(found.plan.steps.map(({ share }) => share)).toEqual([0, 5, 50, 100]);
    expect(new Set(ecs.calls)).toEqual(new Set(['DescribeRules', 'DescribeTargetGroups', 'DescribeListeners']));
  });

  test('of a rolling service asks for no rules, and bakes nothing', async () => {
    const { engine, ecs } = lab(ROLLING);
    const found = await engine().survey(ecs.service, { config: configFor(), taskDefinition });
    expect(found).toMatchObject({ faults: [], candidateUrl: undefined, plan: { bakeMs: 0 } });
    expect(found.manner).toBe('ROLLING, 100 % to 200 % of the tasks at a time');
    expect(ecs.calls).toEqual(['DescribeTargetGroups']);
  });

  test('of a worker without a load balancer leaves the gate targets out, and says so', async () => {
    const { engine, ecs } = lab({ ...ROLLING, hasLoadBalancer: false });
    const config = configFor({ gates: [{ kind: 'targets' }, { kind: 'alarms', names: ['queue-age'] }] });
    const found = await engine().survey(ecs.service, { config, taskDefinition });
    expect(found).toMatchObject({ faults: [], plan: { gates: [{ kind: 'alarms' }] } });
    expect(found.manner).toContain('there is no load balancer');
  });

  test.each<[string, Partial<RolloutConfig>, FakeEcsOptions, readonly string[]]>([
    ['a ladder that cannot be', { steps: [0.1, 1, 10, 100] }, {}, ['steps']],
    ['more holds than the timeout has room for', { strategy: 'linear', holdMs: 10 * MINUTE }, {}, ['timeout']],
    ['a bake of a rolling deployment', { bakeMs: MINUTE }, ROLLING, ['bake']],
    [
      'everything at once',
      { steps: [1, 5, 100], approval: 'manual', strategy: 'rolling', bakeMs: MINUTE, gates: [{ kind: 'traffic' }] },
      { hasLoadBalancer: false },
      ['steps', 'approval', 'bake', 'gates'],
    ],
  ])('tells of %s', async (_name, config, options, subjects) => {
    const { faults } = await survey(config, options);
    expect(faults.map(({ subject }) => subject)).toEqual(subjects);
  });
});

test('an answer that is refused for good is followed by a stop, one that passes by itself is not', async () => {
  const here = lab();
  const { rollout } = await beginWith(here.engine(), here.ecs, here.clock, configFor());
  here.ecs.failWith(new CallError('throttled', 'ThrottlingException', 'Rate exceeded'), 'ContinueServiceDeployment');
  await expect(rollout.turnBack('ecs-pause-1')).rejects.toThrow('Rate exceeded');
  expect(here.ecs.calls).not.toContain('StopServiceDeployment');
  here.ecs.failWith(new CallError('denied', 'AccessDeniedException', 'no'), 'ContinueServiceDeployment');
  await rollout.turnBack('ecs-pause-1');
  expect(here.ecs.calls).toContain('StopServiceDeployment');
});

test('the candidate’s target groups are asked for once, and are not stable’s', async () => {
  const here = lab();
  const { rollout } = await beginWith(here.engine(), here.ecs, here.clock, configFor());
  here.ecs.calls.splice(0);
  const groups = [await rollout.candidate.targetGroupArns(), await rollout.candidate.stableTargetGroupArns()];
  await rollout.candidate.targetGroupArns();
  expect(groups[0]).not.toEqual(groups[1]);
  expect(here.ecs.calls).toEqual(['DescribeServiceRevisions', 'DescribeServiceRevisions']);
  expect(rollout.candidate.mixed).toBe(false);
});

test('what stable runs is that of the revision that served before, which is asked for once with its target groups', async () => {
  const here = lab();
  const { rollout } = await beginWith(here.engine(), here.ecs, here.clock, configFor());
  here.ecs.calls.splice(0);
  await rollout.candidate.stableTargetGroupArns();
  expect(await rollout.candidate.stableTaskDefinitionArn()).toBe(arnOf.taskDefinition(1));
  expect(await rollout.candidate.stableTaskDefinitionArn()).toBe(arnOf.taskDefinition(1));
  expect(here.ecs.calls).toEqual(['DescribeServiceRevisions']);
});

test('what stable runs is asked for again after a call that failed', async () => {
  const here = lab();
  const { rollout } = await beginWith(here.engine(), here.ecs, here.clock, configFor());
  here.ecs.failWith(new CallError('throttled', 'ThrottlingException', 'Rate exceeded'), 'DescribeServiceRevisions');
  await expect(rollout.candidate.stableTaskDefinitionArn()).rejects.toThrow('Rate exceeded');
  here.ecs.failWith(undefined);
  expect(await rollout.candidate.stableTaskDefinitionArn()).toBe(arnOf.taskDefinition(1));
});

test('a promise to be at the wheel is in the note', async () => {
  const here = lab();
  const { rollout } = await beginWith(here.engine(), here.ecs, here.clock, configFor());
  await rollout.keepUntil(1_900_000_000_000);
  const found = await here.engine().underway(here.ecs.service);
  expect(found?.memo?.until).toBe(1_900_000_000_000);
  const hooks = here.ecs.service.deploymentConfiguration['lifecycleHooks'] as readonly JsonObject[];
  expect(hooks).toHaveLength(1);
});
