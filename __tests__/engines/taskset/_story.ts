/** A job over the fake world: surveyed, begun and run by the real loop, or taken over by a later job. */
import type { RolloutConfig } from '../../../src/core/config.ts';
import type { Look } from '../../../src/core/observation.ts';
import type { Outcome } from '../../../src/core/outcome.ts';
import { beginTurningBack } from '../../../src/core/rollout-ends.ts';
import { taskset } from '../../../src/engines/taskset/engine.ts';
import type { Engine, Rollout, Survey } from '../../../src/ports.ts';
import { runRollout } from '../../../src/rollout/loop.ts';
import type { EvaluateGate } from '../../../src/rollout/world.ts';
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts';
import {
  createFakeTaskSets,
  DEFINITION_2,
  type FakeTaskSets,
  type FakeTaskSetsOptions,
  TEST_RULE,
} from '../../fakes/task-sets.ts';

export const TASK_DEFINITION = {
  family: 'web',
  containerDefinitions: [{ name: 'web', portMappings: [{ containerPort: 8080 }] }],
};

export function config(
  part: Partial<RolloutConfig> = {},
  taskset: Partial<RolloutConfig['taskset']> = {},
): RolloutConfig {
  return {
    cluster: 'demo',
    service: 'web',
    strategy: undefined,
    steps: [5, 50, 100],
    holdMs: 10_000,
    bakeMs: 60_000,
    gates: [{ kind: 'targets' }],
    approval: 'none',
    holdLimitMs: 60_000,
    onInconclusive: 'rollback',
    waitForApprovalMs: 0,
    promoteWithinMs: 60_000,
    timeoutMs: 3_600_000,
    pollMs: 5_000,
    onCancel: 'rollback',
    codedeploy: { application: undefined, deploymentGroup: undefined, deploymentConfig: undefined },
    ...part,
    taskset: {
      productionRules: [],
      testRule: TEST_RULE,
      targetGroup: undefined,
      capacity: 'proportional',
      stickinessMs: undefined,
      drainMs: 120_000,
      ...taskset,
    },
  };
}

export interface Stage {
  readonly clock: FakeClock;
  readonly fake: FakeTaskSets;
  readonly engine: Engine;
}

export function createStage(options: FakeTaskSetsOptions = {}): Stage {
  const clock = createFakeClock();
  const fake = createFakeTaskSets(clock, options);
  return { clock, fake, engine: taskset({ ...fake, clock }) };
}

/** What a later run of the action has: the same world, and nothing of the one before in its head. */
export function anotherRun({ clock, fake }: Stage): Stage {
  return { clock, fake, engine: taskset({ ...fake, clock }) };
}

export interface Run {
  readonly outcome: Outcome;
  readonly looks: readonly Look[];
}

export const passes: EvaluateGate = async () => ({ verdict: 'pass', sentence: 'well' });

export function failsFrom(share: number): EvaluateGate {
  return async (_gate, step) =>
    step.share >= share ? { verdict: 'fail', sentence: 'unwell' } : { verdict: 'pass', sentence: 'well' };
}

export async function surveyed({ engine, fake }: Stage, wanted: RolloutConfig): Promise<Survey> {
  return engine.survey(fake.service, { config: wanted, taskDefinition: TASK_DEFINITION });
}

export async function begun(stage: Stage, wanted: RolloutConfig, survey?: Survey): Promise<Rollout> {
  const { plan, begin, faults } = survey ?? (await surveyed(stage, wanted));
  if (faults.length > 0) throw new Error(faults.map(({ problem }) => problem).join('; '));
  const shares = plan.steps.flatMap(({ share }) => (share > 0 ? [share] : []));
  return begin({
    taskDefinitionArn: DEFINITION_2,
    token: String(stage.clock.now()).padStart(32, 'a'),
    memo: {
      shares,
      holdMs: 10_000,
      bakeMs: plan.bakeMs,
      approval: 'none',
      by: 'example/shop by octocat',
      until: stage.clock.now() + 600_000,
    },
  });
}

export interface Doing {
  readonly evaluate?: EvaluateGate;
  readonly turnsBack?: boolean;
  readonly cancelled?: AbortSignal;
}

export async function run(stage: Stage, rollout: Rollout, wanted: RolloutConfig, doing: Doing = {}): Promise<Run> {
  const { plan } = await surveyed(stage, wanted);
  const looks: Look[] = [];
  const outcome = await runRollout(
    plan,
    {
      rollout,
      evaluate: doing.evaluate ?? passes,
      deaths: async () => [],
      clock: stage.clock,
      random: () => 0.5,
      cancelled: doing.cancelled ?? new AbortController().signal,
      tell: (event) => {
        if (event.kind === 'look') looks.push(event.look);
      },
      pollMs: wanted.pollMs,
    },
    doing.turnsBack ? beginTurningBack(stage.clock.now(), { status: 'rolled-back', reason: 'asked for' }) : undefined,
  );
  await rollout.tidy();
  return { outcome, looks };
}

/** From survey to end. */
export async function deploy(stage: Stage, wanted: RolloutConfig, doing: Doing = {}): Promise<Run> {
  return run(stage, await begun(stage, wanted), wanted, doing);
}

/** Stages in their order, repeats left out. */
export function stagesOf({ looks }: Run): readonly string[] {
  return looks.map(({ stage, share }) => `${stage} ${share}`).filter((one, index, all) => one !== all[index - 1]);
}
