/**
 * The runner is killed after every single call of a rollout, which is the same as before the next one, and another run of the action,
 * which knows nothing but what is in AWS, finishes what it finds or undoes it. The cases are generated: as many as there are calls.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { Killed } from '../../fakes/task-sets.ts';
import { anotherRun, begun, config, createStage, type Doing, deploy, failsFrom, run, surveyed } from './_story.ts';

/** Users follow a change of weights within the fake's minute; what is kept for less is kept too short. */
const WANTED = config({ pollMs: 10_000 }, { stickinessMs: 60_000, drainMs: 70_000 });

/** What the first run is about when it is killed. */
const STORIES: readonly (readonly [string, Doing])[] = [
  ['a rollout that succeeds', {}],
  ['a rollout that goes back at 5 %', { evaluate: failsFrom(5) }],
  ['a rollout that goes back at 100 %', { evaluate: failsFrom(100) }],
];

/** What the second run wants, and how long after the first one it begins. */
const AFTERWARDS: readonly (readonly [string, Doing, number])[] = [
  ['finishes it', {}, 0],
  ['undoes it', { turnsBack: true }, 0],
  ['finishes it, an hour later', {}, 3_600_000],
];

let cases = 0;
afterAll(() => {
  process.stdout.write(`crash matrix of task sets: ${cases} cases\n`);
});

describe.each(STORIES)('killed in %s', (_story, doing) => {
  test.each(AFTERWARDS)(
    'another run %s',
    async (_afterwards, afterwards, laterMs) => {
      for (let n = 1; ; n += 1) {
        const stage = createStage();
        const survey = await surveyed(stage, WANTED);
        stage.fake.killAfter(n);
        const lived = await begun(stage, WANTED, survey)
          .then((rollout) => run(stage, rollout, WANTED, doing))
          .then(
            () => true,
            (error: unknown) => {
              if (error instanceof Killed) return false;
              throw error;
            },
          );
        if (lived) {
          // So many calls has the whole story: each of them has been the last one.
          expect(n).toBeGreaterThan(40);
          break;
        }
        cases += 1;
        const dead = `killed after call ${n}, ${stage.fake.calls.at(-1)}`;
        await stage.clock.sleep(laterMs);

        const second = anotherRun(stage);
        const found = await second.engine.underway(stage.fake.service);
        const { plan } = await surveyed(second, WANTED);
        if (found !== undefined) {
          const isTooLate = found.look.movement === 'finishing';
          const isGoingBack = found.look.movement === 'turning-back' || (afterwards.turnsBack === true && !isTooLate);
          const done = await run(second, found.rollout(plan), WANTED, afterwards);
          expect([dead, done.outcome.status]).toEqual([dead, isGoingBack ? 'rolled-back' : 'succeeded']);
        }
        await second.engine.tidy(stage.fake.service);
        expect([dead, stage.fake.isClean()]).toEqual([dead, undefined]);
        expect([dead, stage.fake.harm]).toEqual([dead, []]);
        expect([dead, await second.engine.underway(stage.fake.service)]).toEqual([dead, undefined]);
      }
    },
    120_000,
  );
});

test('after a crash the next deployment is not in the way of itself', async () => {
  const stage = createStage();
  const wanted = config();
  stage.fake.killAfter(25);
  await expect(deploy(stage, wanted)).rejects.toThrow(Killed);
  const second = anotherRun(stage);
  const found = await second.engine.underway(stage.fake.service);
  expect(found?.memo?.shares).toEqual([5, 50, 100]);
  if (found === undefined) throw new Error('nothing is under way');
  const { plan } = await surveyed(second, wanted);
  await run(second, found.rollout(plan), wanted, { turnsBack: true });
  const done = await deploy(second, wanted);
  expect(done.outcome.status).toBe('succeeded');
  expect(stage.fake.harm).toEqual([]);
});
