/** What another run finds, and what it can do with it. */
import { describe, expect, test } from '@jest/globals';
import { planOf } from '../../../src/core/plan-of.ts';
import { codedeploy } from '../../../src/engines/codedeploy/engine.ts';
import { createFakeClock } from '../../fakes/clock.ts';
import { createFakeCodeDeploy, taskDefinitionArn } from '../../fakes/code-deploy.ts';
import { beginWith, configFor, follow, MINUTE, serving, shares, tell } from './_story.ts';

async function begun(config: Parameters<typeof configFor>[0] = {}, fakeOptions = {}) {
  const clock = createFakeClock();
  const fake = createFakeCodeDeploy(clock, fakeOptions);
  const { rollout, survey } = await beginWith(codedeploy({ ...fake, clock }), fake, clock, configFor(config));
  return { clock, fake, rollout, survey, engine: codedeploy({ ...fake, clock }) };
}

describe('a rollout that is under way', () => {
  test('is found with its ladder, who began it and where the candidate is reached', async () => {
    const { clock, engine, fake, rollout } = await begun({ steps: [10, 100], holdMs: 15 * MINUTE, bakeMs: 2 * MINUTE });
    await clock.sleep(20_000);
    const underway = await engine.underway(fake.service);
    expect(underway).toMatchObject({
      id: rollout.id,
      taskDefinitionArn: taskDefinitionArn(2),
      startedAt: rollout.candidate.since,
      candidateUrl: 'http://lb.example.com:9001',
      memo: {
        shares: [10, 100],
        holdMs: 15 * MINUTE,
        bakeMs: 2 * MINUTE,
        by: 'example/shop/actions/runs/1 by octocat',
      },
      look: { stage: 'READY_WAIT', movement: 'waiting', share: 0 },
    });
    expect(underway?.look.pause?.expiresAt).toBeGreaterThan(clock.now() + 5 * MINUTE);
  });

  test('is found before CodeDeploy has begun with it', async () => {
    const { engine, fake, rollout } = await begun();
    const underway = await engine.underway(fake.service);
    expect(underway).toMatchObject({
      id: rollout.id,
      taskDefinitionArn: taskDefinitionArn(2),
      look: { stage: 'Created' },
    });
  });

  test('is found by its task set when application and group have names of their own', async () => {
    const names = { application: 'shop', deploymentGroup: 'shop-web' };
    const { clock, fake, rollout } = await begun({ codedeploy: { ...names, deploymentConfig: undefined } }, names);
    await clock.sleep(20_000);
    const underway = await codedeploy({ ...fake, clock }).underway(fake.service);
    expect(underway?.id).toBe(rollout.id);
  });

  test('with a ladder too long to be written down has it from its configuration', async () => {
    const all = Array.from({ length: 100 }, (_, index) => index + 1);
    const { clock, engine, fake } = await begun({ steps: all, holdMs: MINUTE, timeoutMs: 300 * MINUTE });
    await clock.sleep(20_000);
    expect((await engine.underway(fake.service))?.memo?.shares).toEqual(all);
  });

  test('goes on to its end in another run’s hands, and that run leaves the group as it was', async () => {
    const { clock, engine, fake } = await begun({ steps: [10, 100], approval: 'manual' });
    await clock.sleep(20_000);
    const underway = await engine.underway(fake.service);
    if (underway?.memo === undefined) throw new Error('nothing was found');
    const plan = planOf(configFor({ holdMs: underway.memo.holdMs }), underway.memo.shares, {
      bakeMs: underway.memo.bakeMs,
    });
    const rollout = underway.rollout(plan);
    expect((await follow(plan, rollout, clock)).status).toBe('succeeded');
    await rollout.tidy();
    expect(shares(fake)).toEqual([10, 100]);
    expect(fake.waits).toEqual({ readyMinutes: undefined, terminationMinutes: 5 });
  });

  test('that is being turned back is found as that, by the id of what was deployed', async () => {
    const { clock, engine, fake, rollout } = await begun({}, { eventMs: 5_000 });
    await clock.sleep(40_000);
    await rollout.turnBack(undefined);
    for (const waitMs of [2_000, 6_000, 10_000]) {
      await clock.sleep(waitMs);
      const underway = await engine.underway(fake.service);
      expect(underway).toMatchObject({ id: rollout.id, look: { movement: 'turning-back' } });
    }
    await clock.sleep(5 * MINUTE);
    expect(await engine.underway(fake.service)).toBeUndefined();
    expect(await engine.last(fake.service)).toMatchObject({ id: rollout.id, end: { kind: 'rolled-back' } });
  });

  test('tells the target groups of candidate and stable apart', async () => {
    const { clock, rollout } = await begun();
    await clock.sleep(20_000);
    expect(await rollout.candidate.targetGroupArns()).toEqual([expect.stringContaining('targetgroup/web-2/')]);
    expect(await rollout.candidate.stableTargetGroupArns()).toEqual([expect.stringContaining('targetgroup/web-1/')]);
  });

  test('knows what stable runs from the original task set, and asks for it once', async () => {
    const { clock, fake, rollout } = await begun();
    await clock.sleep(20_000);
    const before = fake.calls.length;
    expect(await rollout.candidate.stableTaskDefinitionArn()).toBe(taskDefinitionArn(1));
    expect(await rollout.candidate.stableTaskDefinitionArn()).toBe(taskDefinitionArn(1));
    expect(fake.calls.slice(before)).toEqual(['DescribeServices']);
  });
});

describe('orders', () => {
  test('may be given twice', async () => {
    const { clock, fake, rollout } = await begun({ bakeMs: 0 });
    await clock.sleep(20_000);
    await rollout.advance('ready', 100);
    await rollout.advance('ready', 100);
    await clock.sleep(20_000);
    expect((await rollout.look()).pause?.id).toBe('termination');
    await rollout.advance('termination', 100);
    await rollout.advance('termination', 100);
    await clock.sleep(2_000);
    expect((await rollout.look()).end?.kind).toBe('succeeded');
    await rollout.turnBack(undefined);
    expect(serving(fake)).toBe(taskDefinitionArn(2));
  });
});

describe('a rollout that nobody looks after', () => {
  test('before the shift is turned back by CodeDeploy when its wait is over', async () => {
    const { clock, engine, fake } = await begun();
    await clock.sleep(60 * MINUTE);
    expect(shares(fake)).toEqual([]);
    expect(fake.service.taskSets).toHaveLength(1);
    expect(await engine.underway(fake.service)).toBeUndefined();
    expect(await engine.last(fake.service)).toMatchObject({ end: { kind: 'rolled-back' } });
    expect(await engine.tidy(fake.service)).toEqual([expect.stringContaining('DgpECS-demo-web')]);
    expect(fake.waits).toEqual({ readyMinutes: undefined, terminationMinutes: 5 });
    expect(await engine.tidy(fake.service)).toEqual([]);
  });
});

describe('the versions before', () => {
  test('are the primary task set’s, and that of the last deployment that succeeded with another one', async () => {
    const { fake, engine, clock } = await tell({});
    expect(await engine.serving(fake.service)).toBe(taskDefinitionArn(2));
    expect(await engine.previous(fake.service)).toBe(taskDefinitionArn(1));
    fake.deployAnother();
    await clock.sleep(30 * MINUTE);
    expect(await engine.serving(fake.service)).toBe(taskDefinitionArn(9));
    expect(await engine.previous(fake.service)).toBe(taskDefinitionArn(2));
  });
});
