/** A rollout of web:2 on the native engine, from its configuration to its beginning. */
import type { RolloutConfig } from '../../src/core/config.ts';
import { FaultsFound } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { memoOf } from '../../src/core/memo.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Clock, Engine, Rollout, Survey } from '../../src/ports.ts';
import { arnOf, type FakeEcs } from './ecs.ts';

export const MINUTE = 60_000;

/** As of a job that says little: the service's own strategy, five minutes of hold. */
export function configFor(more: Partial<RolloutConfig> = {}): RolloutConfig {
  return {
    cluster: 'demo',
    service: 'web',
    strategy: undefined,
    steps: undefined,
    holdMs: 5 * MINUTE,
    bakeMs: undefined,
    gates: [{ kind: 'targets' }],
    approval: 'none',
    holdLimitMs: MINUTE,
    onInconclusive: 'rollback',
    waitForApprovalMs: 0,
    promoteWithinMs: 60 * MINUTE,
    timeoutMs: 60 * MINUTE,
    pollMs: 2_000,
    onCancel: 'rollback',
    taskset: {
      productionRules: [],
      testRule: undefined,
      targetGroup: undefined,
      capacity: 'proportional',
      stickinessMs: undefined,
      drainMs: 120_000,
    },
    codedeploy: { application: undefined, deploymentGroup: undefined, deploymentConfig: undefined },
    ...more,
  };
}

export const taskDefinition: JsonObject = {
  family: 'web',
  networkMode: 'awsvpc',
  containerDefinitions: [{ name: 'web', portMappings: [{ containerPort: 8080 }] }],
};

/** Rejects with FaultsFound when something stands against it. */
export async function beginWith(
  engine: Engine,
  ecs: FakeEcs,
  clock: Clock,
  config: RolloutConfig,
): Promise<{ readonly rollout: Rollout; readonly plan: Plan; readonly survey: Survey }> {
  const survey = await engine.survey(ecs.service, { config, taskDefinition });
  if (survey.faults.length > 0) throw new FaultsFound(survey.faults);
  const memo = memoOf(survey.plan, config.approval, 'example/shop/actions/runs/1 by octocat', clock.now());
  const rollout = await survey.begin({ taskDefinitionArn: arnOf.taskDefinition(2), memo, token: 'job-1' });
  return { rollout, plan: survey.plan, survey };
}
