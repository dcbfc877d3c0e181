/** The shares as users see them: a hundred thousand requests at each step, counted by the load balancer. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { startLoad } from '../../sandbox/load/load.ts';
import { expectEnd } from './support/job.ts';
import { deployWell, tell } from './support/shifts.ts';
import { addToTotals } from './support/totals.ts';
import { openWorld, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(3 * STORY_MS);

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/**
 * An honest balancer draws at random, so its share leaves three standard errors once in 370 measurements. A step is measured once
 * more when it does: then a right share is called wrong once in 137,000 times, and a wrong one passes no more easily than it could by
 * the second measurement alone. The draws are those of a fixed seed, but how many come before a step is the machine's affair.
 */
async function expectShare(of: World, name: string, share: number, requests: number): Promise<void> {
  const first = await measure(of, share, requests);
  const last = Math.abs(first.standardErrors) <= 3 ? first : await measure(of, share, requests);
  if (last !== first) tell(`${name} | ${row(share, first)} | measured once more`);
  tell(`${name} | ${row(share, last)}`);
  expect(last.requests).toBeGreaterThanOrEqual(requests);
  expect(Math.abs(last.standardErrors)).toBeLessThanOrEqual(3);
}

interface Measured {
  readonly candidate: number;
  readonly requests: number;
  readonly standardErrors: number;
}

/** Users come as fast as they are served, beside those that are always there. What is counted is what the load balancer has given to whom. */
async function measure({ sandbox, seeded }: World, share: number, requests: number): Promise<Measured> {
  const weights = sandbox.loadBalancing.port.forward(seeded.productionRuleArn) ?? new Map<string, number>();
  // Up to a half the candidate is the one with less; at a half it does not matter which.
  const [candidateGroup = ''] = [...weights.keys()].sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0));
  const counts = () => {
    const live = sandbox.loadBalancing.metrics.live();
    const candidate = live.get(candidateGroup)?.requests ?? 0;
    const all = seeded.targetGroupArns.reduce((sum, arn) => sum + (live.get(arn)?.requests ?? 0), 0);
    return { candidate, all };
  };
  const before = counts();
  const load = await startLoad(seeded.productionUrl, { connections: 20 });
  await load.reached(requests);
  const users = await load.stop();
  const after = counts();
  addToTotals(users, undefined);
  expect(users).toMatchObject({ failed: 0, problems: [] });

  const part = share / 100;
  const all = after.all - before.all;
  const candidate = after.candidate - before.candidate;
  const standardError = Math.sqrt(all * part * (1 - part));
  return { candidate, requests: all, standardErrors: (candidate - all * part) / standardError };
}

function row(share: number, { candidate, requests, standardErrors }: Measured): string {
  const seen = ((100 * candidate) / requests).toPrecision(3);
  const off = `${standardErrors < 0 ? '-' : '+'}${Math.abs(standardErrors).toFixed(2)}`;
  return `${share} % asked | ${seen} % seen | ${candidate} of ${requests} requests | ${off} standard errors`;
}

describe('users meet the candidate as often as was asked for', () => {
  test('over task sets: 0.1, 1, 5 and 50 %, a person going on from step to step', async () => {
    world = await openWorld({ sandbox: { speed: 60, seed: 3 }, seed: { controller: 'EXTERNAL' } });
    const steps = [0.1, 1, 5, 50];
    const { image, version } = await world.push();
    const inputs = { hold: '0s', drain: '1s' };
    const asked = await world.deploy({ image, ...inputs, steps: [...steps, 100].join(', '), approval: 'every-step' });
    expectEnd(asked, 0, 'awaiting-promotion');
    expect(asked.outputs['traffic']).toBe('0');
    for (const share of steps) {
      const step = await world.deploy({ command: 'promote', ...inputs });
      expectEnd(step, 0, 'awaiting-promotion');
      expect(step.outputs['traffic']).toBe(String(share));
      await expectShare(world, 'taskset', share, 100_000);
    }
    expectEnd(await world.deploy({ command: 'promote', ...inputs }), 0, 'succeeded');
    expect(await world.versionServing()).toBe(version);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  });

  test("by ECS's own canary: 5 %", async () => {
    const own = await openWorld({ sandbox: { seed: 3 } });
    world = own;
    const { shares } = await deployWell(
      own,
      { strategy: 'canary', steps: '5, 100', approval: 'manual', hold: '0s' },
      async (inputs) => {
        expectEnd(await own.deploy(inputs), 0, 'awaiting-promotion');
        await expectShare(own, 'native', 5, 20_000);
        return own.deploy({ command: 'promote', hold: '0s' });
      },
    );
    expect(shares).toEqual([5, 100]);
  });
});
