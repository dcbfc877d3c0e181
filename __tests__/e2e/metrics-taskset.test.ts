/** The gate `metrics` on a service whose traffic this action moves itself, and whose versions all fail a little, as versions do. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Behaviour } from '../../sandbox/app/behaviour.ts';
import { expectEnd } from './support/job.ts';
import {
  deployJudged,
  evidenceAt,
  evidenceOf,
  type JudgedWorld,
  judgeAgain,
  openJudgedWorld,
  percent,
} from './support/metrics.ts';
import { expectAlone, tell } from './support/shifts.ts';
import { STORY_MS, waitUntil } from './support/world.ts';

jest.setTimeout(STORY_MS);

const AS_EVER: Behaviour = { failPercent: 2, failsAtRandom: true };

/** A version as good as stable may be turned back once in a thousand runs of these tests, not once in a hundred. */
const ALPHA = 0.001;

describe('a version that is as good as the one before it', () => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await openWorldOfFailures('every version fails 2 % of its requests');
  });
  afterAll(() => world?.close());

  test('leaves each step as soon as a harm is excluded, long before its hold is over', async () => {
    const { result, version, shares } = await deployJudged(world, AS_EVER, {
      steps: '50, 100',
      // Twenty of the load balancer's minutes at each step.
      hold: '20s',
      drain: '1s',
      gates: JSON.stringify([{ metrics: { alpha: ALPHA, early: true, exclude: 5, 'warm-up': '0s' } }]),
    });
    expectEnd(result, 0, 'succeeded');
    expect(shares).toEqual([50, 100]);
    await expectAlone(world, result.outputs['task-definition-arn'] ?? '', version);
    expect(evidenceAt(result, 50)).toMatchObject({ verdict: 'pass' });
    const early =
      result.lines.find((line) => /going on .+ before the hold is over/.test(line)) ?? 'no step was left early';
    expect(early).toMatch(
      /every gate passed at 50 %, and the metrics exclude 5 times .+: going on \d+s before the hold is over/,
    );
    tell(`metrics early: ${early}; ${evidenceAt(result, 50).sentence}`);
  });

  test('is not let on where too few requests come to know it, and the sentence says how long it would take', async () => {
    const stable = await world.versionServing();
    const { result, shares } = await deployJudged(world, AS_EVER, {
      steps: '1, 100',
      hold: '5s',
      'hold-limit': '5s',
      drain: '1s',
      'on-inconclusive': 'rollback',
      gates: JSON.stringify([{ metrics: { alpha: ALPHA, conclusive: true, 'warm-up': '0s' } }]),
    });
    expectEnd(result, 2, 'rolled-back');
    expect(shares).toEqual([1, 0]);
    expect(result.outputs['reason']).toMatch(
      /^not conclusive at 1 % within the hold and 5s more: metrics errors \(not enough evidence yet: .+; at [\d,]+ requests a minute a doubled failure rate shows in about \d+ (minutes|hours|days).*\)$/,
    );
    await expectAlone(world, result.outputs['previous-task-definition-arn'] ?? '', stable);
    expect(evidenceAt(result, 1)).toMatchObject({ verdict: 'hold' });
    tell(`metrics inconclusive: ${result.outputs['reason']}`);
  });
});

describe('an upstream that fails for every version alike', () => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await openWorldOfFailures(
      'every version fails 2 % of its requests, and for a while an upstream fails for all of them',
    );
  });
  afterAll(() => world?.close());

  test('does not turn back a version that is as good as the one before it', async () => {
    const INCIDENT_PERCENT = 20;
    const { result, version, shares, candidate, stable } = await deployJudged(
      world,
      AS_EVER,
      {
        steps: '10, 50, 100',
        hold: '6s',
        drain: '1s',
        gates: JSON.stringify(['targets', { metrics: { alpha: ALPHA, 'warm-up': '0s' } }]),
      },
      async (job, answers) => {
        await job.sees(/AT_SHARE +10 % of traffic/);
        const before = answers().candidate.errors;
        await world.upstream.fail(INCIDENT_PERCENT);
        await waitUntil(() => answers().candidate.errors >= before + 25);
        await world.upstream.fail(0);
      },
    );
    expectEnd(result, 0, 'succeeded');
    expect(shares).toEqual([10, 50, 100]);
    await expectAlone(world, result.outputs['task-definition-arn'] ?? '', version);
    const told = evidenceOf(result).map(
      ({ share, evidence: { verdict, sentence } }) => `${share} ${verdict}: ${sentence}`,
    );
    expect(told).toEqual([10, 50, 100].map((share) => expect.stringMatching(new RegExp(`^${share} pass: `))));
    const evidence = evidenceAt(result, 50);
    expect(judgeAgain(evidence)).toMatchObject({ verdict: 'pass', sentence: evidence.sentence });
    // What a rule of one version alone, one bad minute in a hundred requests, would have turned back.
    const worst = Math.max(
      ...evidence.seen.minutes.candidate.map(({ errors = 0, requests }) => (requests === 0 ? 0 : errors / requests)),
    );
    expect(worst).toBeGreaterThan(0.1);
    tell(
      `metrics incident: ${percent(candidate.errors / candidate.requests)} of the candidate's and ` +
        `${percent(stable.errors / stable.requests)} of stable's requests failed, ${percent(worst)} of the candidate's in its worst minute; ` +
        `${evidence.sentence}`,
    );
  });
});

/** Its service's controller is EXTERNAL. */
function openWorldOfFailures(failuresBecause: string): Promise<JudgedWorld> {
  return openJudgedWorld({ seed: { controller: 'EXTERNAL', image: { version: 1, ...AS_EVER } }, failuresBecause });
}
