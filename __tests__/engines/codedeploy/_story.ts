/** A rollout of web:2 on the codedeploy engine: the real loop and reducer over a fake CodeDeploy and a fake clock. */
import type { RolloutConfig } from '../../../src/core/config.ts';
import { FaultsFound } from '../../../src/core/errors.ts';
import type { RolloutEvent } from '../../../src/core/events.ts';
import type { Verdict } from '../../../src/core/gate.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { memoOf } from '../../../src/core/memo.ts';
import type { Outcome } from '../../../src/core/outcome.ts';
import type { Plan } from '../../../src/core/plan.ts';
import { codedeploy } from '../../../src/engines/codedeploy/engine.ts';
import type { Engine, Rollout, Survey } from '../../../src/ports.ts';
import { runRollout } from '../../../src/rollout/loop.ts';
import type { World } from '../../../src/rollout/world.ts';
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts';
import {
  createFakeCodeDeploy,
  type FakeCodeDeploy,
  type FakeCodeDeployOptions,
  taskDefinitionArn,
} from '../../fakes/code-deploy.ts';
import { configFor } from '../../fakes/native.ts';

export { configFor, MINUTE } from '../../fakes/native.ts';

export const definition: JsonObject = {
  family: 'web',
  containerDefinitions: [{ name: 'web', portMappings: [{ containerPort: 8080 }] }],
};

export interface Story {
  readonly config?: Partial<RolloutConfig>;
  readonly fake?: FakeCodeDeployOptions;
  readonly evaluate?: World['evaluate'];
  readonly before?: (stage: { fake: FakeCodeDeploy; clock: FakeClock }) => void;
  /** After the deployment was begun. */
  readonly setUp?: (stage: { fake: FakeCodeDeploy; clock: FakeClock; id: string; cancel: () => void }) => void;
}

export interface Told {
  readonly outcome: Outcome;
  readonly fake: FakeCodeDeploy;
  readonly clock: FakeClock;
  readonly engine: Engine;
  readonly rollout: Rollout;
  readonly survey: Survey;
  readonly events: readonly RolloutEvent[];
  readonly tookMs: number;
}

export async function tell(story: Story): Promise<Told> {
  const clock = createFakeClock();
  const fake = createFakeCodeDeploy(clock, story.fake);
  const engine = codedeploy({ ...fake, clock });
  story.before?.({ fake, clock });
  const { rollout, survey } = await beginWith(engine, fake, clock, configFor(story.config));
  const cancelled = new AbortController();
  const events: RolloutEvent[] = [];
  const startedAt = clock.now();
  story.setUp?.({ fake, clock, id: rollout.id, cancel: () => cancelled.abort() });
  const outcome = await follow(survey.plan, rollout, clock, {
    cancelled: cancelled.signal,
    tell: (event) => events.push(event),
    ...(story.evaluate === undefined ? {} : { evaluate: story.evaluate }),
  });
  const tookMs = clock.now() - startedAt;
  if (!['superseded', 'awaiting-promotion'].includes(outcome.status)) await rollout.tidy();
  return { outcome, fake, clock, engine, rollout, survey, events, tookMs };
}

/** Rejects with FaultsFound when something stands against it. */
export async function beginWith(
  engine: Engine,
  fake: FakeCodeDeploy,
  clock: FakeClock,
  config: RolloutConfig,
): Promise<{ readonly rollout: Rollout; readonly survey: Survey }> {
  const survey = await engine.survey(fake.service, { config, taskDefinition: definition });
  if (survey.faults.length > 0) throw new FaultsFound(survey.faults);
  const memo = memoOf(survey.plan, config.approval, 'example/shop/actions/runs/1 by octocat', clock.now());
  const rollout = await survey.begin({ taskDefinitionArn: taskDefinitionArn(2), memo, token: 'job-1' });
  return { rollout, survey };
}

export function follow(plan: Plan, rollout: Rollout, clock: FakeClock, world: Partial<World> = {}): Promise<Outcome> {
  return runRollout(plan, {
    rollout,
    evaluate: always('pass'),
    deaths: async () => [],
    clock,
    random: () => 0.5,
    cancelled: new AbortController().signal,
    tell: () => {},
    pollMs: 2_000,
    ...world,
  });
}

export function always(verdict: Verdict): World['evaluate'] {
  return async () => ({ verdict, sentence: `it is a ${verdict}` });
}

export const shares = (fake: FakeCodeDeploy): readonly number[] => fake.traffic.map(({ share }) => share);
export const serving = (fake: FakeCodeDeploy): string =>
  fake.service.taskSets?.find(({ status }) => status === 'PRIMARY')?.taskDefinition ?? '';
