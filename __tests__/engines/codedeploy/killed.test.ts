/** The runner is killed at every call of a deployment, before it reached AWS and after; generated, not chosen. */
import { expect, test } from '@jest/globals';
import { planOf } from '../../../src/core/plan-of.ts';
import { codedeploy } from '../../../src/engines/codedeploy/engine.ts';
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts';
import { createFakeCodeDeploy, type FakeCodeDeploy, taskDefinitionArn } from '../../fakes/code-deploy.ts';
import { always, beginWith, configFor, follow, MINUTE, serving, tell } from './_story.ts';

class Killed extends Error {}

const OWN = { readyMinutes: undefined, terminationMinutes: 5 };
const config = configFor({ steps: [5, 100], holdMs: MINUTE, bakeMs: MINUTE });
const STORIES = { good: 'pass', bad: 'fail' } as const;
/** Polls repeat themselves: a call that changes nothing is taken a few times, at different moments. */
const LOOKS_OF_A_KIND = 6;

interface Case {
  readonly story: keyof typeof STORIES;
  readonly call: number;
  readonly name: string;
  readonly when: 'before' | 'after';
  readonly next: 'at once' | 'hours later';
}

async function cases(): Promise<Case[]> {
  const all: Case[] = [];
  for (const story of Object.keys(STORIES) as (keyof typeof STORIES)[]) {
    const { fake } = await tell({ config, evaluate: evaluatorOf(story) });
    const seen = new Map<string, number>();
    for (const [call, name] of fake.calls.entries()) {
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      if (/^(Get|Describe|List)/.test(name) && times > LOOKS_OF_A_KIND && times % 10 !== 0) continue;
      for (const when of ['before', 'after'] as const) {
        for (const next of ['at once', 'hours later'] as const) all.push({ story, call, name, when, next });
      }
    }
  }
  return all;
}

/** The bad one is bad in the middle of its shift. */
function evaluatorOf(story: keyof typeof STORIES) {
  const evaluate = always(STORIES[story]);
  return (...given: Parameters<typeof evaluate>) => (given[1].share === 0 ? always('pass') : evaluate)(...given);
}

async function untilKilled({ story, call, when }: Case, fake: FakeCodeDeploy, clock: FakeClock): Promise<void> {
  fake.intercept((_name, done) => {
    if (fake.calls.length > call + 1 || (fake.calls.length === call + 1 && done === (when === 'after')))
      throw new Killed();
  });
  try {
    const { rollout, survey } = await beginWith(codedeploy({ ...fake, clock }), fake, clock, config);
    const dead = new Promise<never>(() => {});
    const evaluate = evaluatorOf(story);
    await follow(survey.plan, rollout, clock, {
      evaluate: (...given) => (fake.calls.length > call + 1 ? dead : evaluate(...given)),
    });
    await rollout.tidy();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  } finally {
    fake.intercept(undefined);
  }
}

/** As the next deploy does it: what is under way is followed to its end, what was left is taken away, then the version is rolled out. */
async function nextRun(fake: FakeCodeDeploy, clock: FakeClock): Promise<string> {
  const engine = codedeploy({ ...fake, clock });
  const underway = await engine.underway(fake.service);
  if (underway !== undefined) {
    const { shares = [100], holdMs = 0, bakeMs = 0 } = underway.memo ?? {};
    const plan = planOf({ ...config, holdMs, bakeMs }, shares, {});
    const rollout = underway.rollout(plan);
    await follow(plan, rollout, clock);
    await rollout.tidy();
  }
  await engine.tidy(fake.service);
  if (serving(fake) === taskDefinitionArn(2)) return 'succeeded';
  const { rollout, survey } = await beginWith(engine, fake, clock, config);
  const { status } = await follow(survey.plan, rollout, clock);
  await rollout.tidy();
  return status;
}

test('leaves one version with all the traffic, and a next run that ends cleanly', async () => {
  const all = await cases();
  const names = new Set(all.map(({ name }) => name));
  expect([...names]).toEqual(
    expect.arrayContaining([
      'CreateDeploymentConfig',
      'TagResource',
      'UpdateDeploymentGroup',
      'CreateDeployment',
      'ContinueDeployment READY_WAIT',
      'StopDeployment',
      'UntagResource',
    ]),
  );
  const wrong: unknown[] = [];
  for (const one of all) {
    const clock = createFakeClock();
    const fake = createFakeCodeDeploy(clock);
    await untilKilled(one, fake, clock);
    if (one.next === 'hours later') {
      await clock.sleep(6 * 60 * MINUTE);
      const share = fake.traffic.at(-1)?.share ?? 0;
      const version = serving(fake);
      const isWhole =
        (share === 0 && version === taskDefinitionArn(1)) || (share === 100 && version === taskDefinitionArn(2));
      if (!isWhole || fake.service.taskSets?.length !== 1) wrong.push({ ...one, share, version });
    }
    const status = await nextRun(fake, clock);
    const left = {
      status,
      serving: serving(fake),
      waits: fake.waits,
      tags: fake.service.tags?.size,
      sets: fake.service.taskSets?.length,
    };
    const clean = { status: 'succeeded', serving: taskDefinitionArn(2), waits: OWN, tags: 0, sets: 1 };
    if (JSON.stringify(left) !== JSON.stringify(clean)) wrong.push({ ...one, ...left });
  }
  process.stdout.write(`codedeploy: killed at ${all.length} calls\n`);
  expect(wrong).toEqual([]);
  expect(all.length).toBeGreaterThan(200);
}, 120_000);
