/** The gate `metrics` on ECS's own deployments: a version is judged beside the one that serves, by the load balancer's counts of both. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Behaviour } from '../../sandbox/app/behaviour.ts';
import { expectEnd } from './support/job.ts';
import {
  deployJudged,
  evidenceAt,
  type JudgedWorld,
  judgeAgain,
  openJudgedWorld,
  percent,
  RATE,
} from './support/metrics.ts';
import { expectAlone, tell } from './support/shifts.ts';
import { STORY_MS } from './support/world.ts';

jest.setTimeout(STORY_MS);

/** The hold is one of forty of the sandbox's minutes, and the pause of a hold limit of hours lasts minutes. */
const INPUTS = { hold: '40s', 'hold-limit': '3h', 'promote-within': '24h' };
/** As a user writes them. New tasks are cold for no minute here: it would be a real one. */
const GATES = '- targets\n- metrics: { warm-up: 0s }';
const metricsAlone = (metrics: object): string => JSON.stringify([{ metrics }]);

/** Longer than a busy machine keeps an answer waiting, shorter than a version takes to leave. */
const SLOW_MS = 900;

describe('a version that is worse than the one before it', () => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await openJudgedWorld({
      failuresBecause: 'versions that fail a share of their requests, until the gate metrics has seen it',
    });
  });
  afterAll(() => world?.close());

  test('by failing 5 % of its requests is well by every health check, and is turned back at its first step', async () => {
    const before = { version: await world.versionServing(), failed: (await world.load.fresh()).failed };
    const { result, shares, candidate, stable } = await deployJudged(
      world,
      { failPercent: 5, failsAtRandom: true },
      { ...INPUTS, strategy: 'linear', steps: '10, 50, 100', gates: GATES },
    );
    expectEnd(result, 2, 'rolled-back');
    const reason = result.outputs['reason'] ?? '';
    expect(reason).toMatch(
      /^gate metrics errors failed at 10 %: [\d.]+ % of the candidate's [\d,]+ requests failed, 0 % of stable's [\d,]+ requests/,
    );
    expect(result.lines.join('\n')).toMatch(/gate targets +pass at 10 %: 2 of 2 targets healthy/);
    expect(shares).toEqual([10, 0]);
    expect(result.outputs['traffic']).toBe('0');
    await expectAlone(world, result.outputs['previous-task-definition-arn'] ?? '', before.version);

    // Nobody's request failed but those that the version itself answered with 500.
    expect(candidate.errors).toBeGreaterThan(0);
    expect(stable.errors).toBe(0);
    expect((await world.load.fresh()).failed - before.failed).toBe(candidate.errors);

    const evidence = evidenceAt(result, 10);
    expect(evidence).toMatchObject({ verdict: 'fail', version: 1 });
    expect(reason).toBe(`gate metrics errors failed at 10 %: ${evidence.sentence}`);
    // It can be computed again from the file alone.
    expect(judgeAgain(evidence)).toMatchObject({ verdict: 'fail', sentence: evidence.sentence });
    const seen = evidence.seen.minutes.candidate.reduce((sum, { errors = 0 }) => sum + errors, 0);
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThanOrEqual(candidate.errors);
    tell(
      `metrics native: ${percent(candidate.errors / candidate.requests)} of the candidate's ${candidate.requests} requests failed, ` +
        `${seen} of its ${candidate.errors} errors were seen before the verdict: ${reason}`,
    );
  });

  test.each([
    ['that is given', '500ms'],
    ['that is learnt from stable', true],
  ])('by a slow tail is turned back at its first step, with a limit %s', async (_, latency) => {
    // What is slow is learnt from more than the time in which the first tasks and users were cold.
    await world.load.reached(8 * RATE);
    const before = { version: await world.versionServing(), failed: (await world.load.fresh()).failed };
    const { result, shares, candidate } = await deployJudged(
      world,
      { slowMs: SLOW_MS, slowPercent: 50 },
      { ...INPUTS, strategy: 'canary', steps: '10, 100', gates: metricsAlone({ latency, 'warm-up': '0s' }) },
    );
    expectEnd(result, 2, 'rolled-back');
    const reason = result.outputs['reason'] ?? '';
    expect(reason).toMatch(
      /^gate metrics latency failed at 10 %: [\d.]+ % of the candidate's [\d,]+ requests were slower than [\d.]+ ms, [\d.]+ % of stable's [\d,]+ requests/,
    );
    expect(shares).toEqual([10, 0]);
    await expectAlone(world, result.outputs['previous-task-definition-arn'] ?? '', before.version);
    expect(candidate.errors).toBe(0);
    expect((await world.load.fresh()).failed).toBe(before.failed);
    const evidence = evidenceAt(result, 10);
    expect(evidence).toMatchObject({ verdict: 'fail', sentence: expect.stringContaining('were slower than') });
    expect(evidence.gate.judges.errors).toBeUndefined();
    const { slowerThanMs = 0 } = evidence.seen;
    // What was slow is between what every answer takes and what the slow ones take on purpose.
    expect(slowerThanMs).toBeGreaterThan(0);
    expect(slowerThanMs).toBeLessThan(SLOW_MS);
    tell(`metrics latency ${latency}: slower than ${slowerThanMs} ms; ${reason}`);
  });
});

describe('a version that is cold at first', () => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await openJudgedWorld({
      seed: { desiredCount: 1 },
      failuresBecause: 'a version that fails a share of its first requests',
    });
  });
  afterAll(() => world?.close());

  test('is turned back for how it begins, and is not with a warm-up for as long', async () => {
    const { failed } = await world.load.fresh();
    // Less than what counts as an outage, which nothing excuses.
    const cold: Behaviour = { coldMs: 4_000, coldFailPercent: 6 };
    const inputs = { ...INPUTS, strategy: 'canary', steps: '50, 100' };

    const strict = await deployJudged(world, cold, { ...inputs, gates: metricsAlone({ 'warm-up': '0s' }) });
    expectEnd(strict.result, 2, 'rolled-back');

    const lenient = await deployJudged(world, cold, {
      ...inputs,
      hold: '8s',
      gates: metricsAlone({ 'warm-up': '6s' }),
    });
    expectEnd(lenient.result, 0, 'succeeded');
    expect(lenient.shares).toEqual([50, 100]);
    await expectAlone(world, lenient.result.outputs['task-definition-arn'] ?? '', lenient.version);
    // It was no better than the one before.
    expect(lenient.candidate.errors).toBeGreaterThan(0);
    expect((await world.load.fresh()).failed - failed).toBe(strict.candidate.errors + lenient.candidate.errors);
    tell(`metrics cold: ${strict.result.outputs['reason']}; with a warm-up ${evidenceAt(lenient.result, 50).sentence}`);
  });
});
