/** The shares as users see them: at least a hundred thousand requests a step, by the load balancer's count. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { startLoad } from '../../sandbox/load/load.ts';
import type { SeedOptions } from '../../sandbox/seed.ts';
import { expectEnd } from './support/job.ts';
import { deployWell, tell } from './support/shifts.ts';
import { addToTotals } from './support/totals.ts';
import { openWorld, STORY_MS, type World, waitUntil } from './support/world.ts';

jest.setTimeout(4 * STORY_MS);

let world: World;
afterEach(() => world?.close());

/** With a crowd the machine is as busy as can be: a health check has as long as it needs. */
async function openBusyWorld(seed: SeedOptions = {}): Promise<World> {
  world = await openWorld({
    sandbox: { speed: 60, seed: 3 },
    seed: { healthCheck: { interval: 60, timeout: 45 }, ...seed },
  });
  return world;
}

/** So many users that they come as fast as they are served, besides the world's own. None of them is lost. */
async function inCrowd<T>(act: () => Promise<T>): Promise<T> {
  const crowd = await startLoad(world.seeded.productionUrl, { connections: 20 });
  try {
    return await act();
  } finally {
    const count = await crowd.stop();
    addToTotals(count, undefined);
    const { requests, failed, problems } = count;
    expect({ failed, problems }).toEqual({ failed: 0, problems: [] });
    tell(`0 failed of ${requests} requests of a crowd`);
  }
}

interface Counts {
  readonly candidate: number;
  readonly all: number;
}

/** Keeps the load balancer's counts from the last write of weights: what was asked for is since then the share. */
function countFromShifts({ sandbox, seeded }: World) {
  const { productionRuleArn, targetGroupArns } = seeded;
  const [, candidate] = targetGroupArns;
  const counts = (): Counts => {
    const live = sandbox.loadBalancing.metrics.live();
    const of = (arn: string): number => live.get(arn)?.requests ?? 0;
    return { candidate: of(candidate), all: targetGroupArns.reduce((sum, arn) => sum + of(arn), 0) };
  };
  let from = counts();
  const begin = (): void => {
    from = counts();
  };
  sandbox.loadBalancing.onForward((ruleArn) => {
    if (ruleArn === productionRuleArn) begin();
  });
  const soFar = (): Counts => {
    const now = counts();
    return { candidate: now.candidate - from.candidate, all: now.all - from.all };
  };
  return {
    begin,
    async upTo(requests: number): Promise<Counts> {
      await waitUntil(() => soFar().all >= requests);
      return soFar();
    },
  };
}

/**
 * An honest balancer draws at random, so that its share leaves three standard errors once in 370 measurements. When it does, as many
 * requests are counted once more, and these decide: then a right share is called wrong once in 137,000 times, and a wrong one has
 * one more chance and no more. The draws have a fixed seed, but how many come before a step is the machine's affair.
 */
async function expectShare(
  counting: ReturnType<typeof countFromShifts>,
  name: string,
  share: number,
  requests: number,
) {
  let seen = await inCrowd(() => counting.upTo(requests));
  if (Math.abs(standardErrors(seen, share)) > 3) {
    tell(`${row(name, share, seen)} | counted once more`);
    counting.begin();
    seen = await inCrowd(() => counting.upTo(requests));
  }
  tell(row(name, share, seen));
  expect(seen.all).toBeGreaterThanOrEqual(requests);
  expect(Math.abs(standardErrors(seen, share))).toBeLessThanOrEqual(3);
}

/** How far from the share, in standard errors of so many draws: standardErrors({ candidate: 130, all: 100_000 }, 0.1) is 3.0. */
function standardErrors({ candidate, all }: Counts, share: number): number {
  const part = share / 100;
  return (candidate - all * part) / Math.sqrt(all * part * (1 - part));
}

function row(name: string, share: number, seen: Counts): string {
  const percent = ((100 * seen.candidate) / seen.all).toPrecision(3);
  const off = standardErrors(seen, share);
  return `${name} | ${share} % asked | ${percent} % seen | ${seen.candidate} of ${seen.all} requests | ${off >= 0 ? '+' : ''}${off.toFixed(2)} standard errors`;
}

describe('users meet the candidate as often as was asked for', () => {
  test('over task sets: 0.1, 1, 5 and 50 %, a person going on from step to step', async () => {
    const { deploy, push, ...busy } = await openBusyWorld({ controller: 'EXTERNAL' });
    const counting = countFromShifts(world);
    const steps = [0.1, 1, 5, 50];
    const { image, version } = await push();
    const inputs = { hold: '0s', drain: '1s' };
    const asked = await deploy({ image, ...inputs, steps: [...steps, 100].join(', '), approval: 'every-step' });
    expectEnd(asked, 0, 'awaiting-promotion');
    expect(asked.outputs['traffic']).toBe('0');
    for (const share of steps) {
      const step = await deploy({ command: 'promote', ...inputs });
      expectEnd(step, 0, 'awaiting-promotion');
      expect(step.outputs['traffic']).toBe(String(share));
      await expectShare(counting, 'taskset', share, 100_000);
    }
    expectEnd(await inCrowd(() => deploy({ command: 'promote', ...inputs })), 0, 'succeeded');
    expect(await busy.versionServing()).toBe(version);
    const { requests } = await busy.expectNoneFailed();
    tell(`0 failed of ${requests} requests over a ladder of five steps`);
    expect(busy.sandbox.violations).toEqual([]);
  });

  test("by ECS's own canary: 5 %, and nobody is lost on the way there, further, and back", async () => {
    const busy = await openBusyWorld();
    const counting = countFromShifts(busy);
    const canary = { strategy: 'canary', steps: '5, 100', approval: 'manual', hold: '0s' };
    const { shares, version } = await deployWell(busy, canary, async (inputs) => {
      expectEnd(await busy.deploy(inputs), 0, 'awaiting-promotion');
      await expectShare(counting, 'native', 5, 20_000);
      return busy.deploy({ command: 'promote', hold: '0s' });
    });
    expect(shares).toEqual([5, 100]);

    const { image } = await busy.push();
    expectEnd(await busy.deploy({ image, ...canary }), 0, 'awaiting-promotion');
    expectEnd(await inCrowd(() => busy.deploy({ command: 'rollback' })), 0, 'rolled-back');
    expect(await busy.versionServing()).toBe(version);
    const { requests } = await busy.expectNoneFailed();
    tell(`0 failed of ${requests} requests over a canary and a rollback`);
  });
});
