/** Stories of whole rollouts on CodeDeploy. */
import { describe, expect, test } from '@jest/globals';
import { WAITS_KEY } from '../../../src/core/codedeploy-waits.ts';
import { CallError } from '../../../src/core/errors.ts';
import { codedeploy } from '../../../src/engines/codedeploy/engine.ts';
import type { FakeClock } from '../../fakes/clock.ts';
import { type FakeCodeDeploy, taskDefinitionArn } from '../../fakes/code-deploy.ts';
import { always, MINUTE, serving, shares, tell } from './_story.ts';

const stages = (events: Awaited<ReturnType<typeof tell>>['events']): string[] =>
  events
    .flatMap((event) => (event.kind === 'look' ? [event.look.stage] : []))
    .filter((stage, index, all) => stage !== all[index - 1]);

describe('a good candidate', () => {
  test('is looked at before it has users, gets all traffic, is held, and the original task set goes', async () => {
    const { outcome, fake, events, tookMs } = await tell({ config: { strategy: 'blue-green', bakeMs: MINUTE } });
    expect(outcome.status).toBe('succeeded');
    expect(shares(fake)).toEqual([100]);
    expect(serving(fake)).toBe(taskDefinitionArn(2));
    expect(fake.service.taskSets).toHaveLength(1);
    expect(tookMs).toBeGreaterThanOrEqual(6 * MINUTE);
    expect(stages(events)).toEqual(expect.arrayContaining(['READY_WAIT', 'AfterAllowTraffic', 'TERMINATION_WAIT']));
    const looked = events.flatMap((event) => (event.kind === 'reading' ? [event.step.share] : []));
    expect([...new Set(looked)]).toEqual([0, 100]);
  });

  test('shifts by the timetable of its ladder, and the gates are looked through at each share', async () => {
    const { outcome, fake, events } = await tell({ config: { steps: [20, 40, 60, 80, 100], holdMs: 2 * MINUTE } });
    expect(outcome.status).toBe('succeeded');
    expect(shares(fake)).toEqual([20, 40, 60, 80, 100]);
    expect(fake.configurations.get('greenlight-ecs-linear-20-2m')).toEqual({ kind: 'linear', percent: 20, minutes: 2 });
    const looked = events.flatMap((event) => (event.kind === 'reading' ? [event.step.share] : []));
    expect([...new Set(looked)]).toEqual([0, 20, 40, 60, 80, 100]);
    expect(stages(events)).toContain('AllowTraffic');
  });

  test('needs no configuration made for a ladder that AWS has one for', async () => {
    const { fake } = await tell({ config: { steps: [10, 100] } });
    expect(fake.calls).not.toContain('CreateDeploymentConfig');
    expect(fake.created[0]?.deploymentConfigName).toBe('CodeDeployDefault.ECSCanary10Percent5Minutes');
  });

  test('without a bake lets the original task set go as soon as the hold is over', async () => {
    const { fake, tookMs } = await tell({ config: { bakeMs: 0 } });
    expect(fake.calls).toContain('ContinueDeployment TERMINATION_WAIT');
    expect(tookMs).toBeLessThan(6 * MINUTE);
  });

  test('is baked for the time that the group keeps the original task set, when nobody says otherwise', async () => {
    const { survey, tookMs } = await tell({ fake: { waits: { readyMinutes: 30, terminationMinutes: 20 } } });
    expect(survey.plan.bakeMs).toBe(15 * MINUTE);
    expect(tookMs).toBeGreaterThanOrEqual(20 * MINUTE);
  });

  test('costs two calls a poll', async () => {
    const { fake, tookMs } = await tell({});
    const polls = fake.calls.filter((call) => call === 'GetDeployment' || call === 'GetDeploymentTarget').length;
    expect(polls).toBeLessThanOrEqual((2 * tookMs) / 2_000 + 8);
  });

  test('carries on with the platform version that served, and says who began it', async () => {
    const { fake } = await tell({});
    const [deployment] = fake.created;
    expect(JSON.parse(deployment?.appSpec ?? '')).toEqual({
      version: '0.0',
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: {
              TaskDefinition: taskDefinitionArn(2),
              LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 8080 },
              PlatformVersion: '1.4.0',
            },
          },
        },
      ],
    });
    expect(deployment?.description).toContain('by=example/shop/actions/runs/1 by octocat');
  });
});

describe('the waits of the deployment group', () => {
  test('are those of the rollout for its time, and the group’s own again afterwards', async () => {
    let during: unknown;
    const { fake } = await tell({
      config: { bakeMs: MINUTE },
      setUp: ({ fake: stage, clock }) =>
        clock.after(30_000, () => {
          during = [stage.waits, stage.service.tags?.get(WAITS_KEY)];
        }),
    });
    expect(during).toEqual([{ readyMinutes: 6, terminationMinutes: 6 }, 'ready=none termination=5']);
    expect(fake.waits).toEqual({ readyMinutes: undefined, terminationMinutes: 5 });
    expect(fake.service.tags?.size).toBe(0);
  });

  test('are left alone when they are what the rollout needs', async () => {
    const { fake } = await tell({
      fake: { waits: { readyMinutes: 60, terminationMinutes: 15 } },
      config: { bakeMs: 10 * MINUTE },
    });
    expect(fake.calls).not.toContain('UpdateDeploymentGroup');
    expect(fake.calls).not.toContain('TagResource');
  });

  test('come back also when CodeDeploy refuses the deployment', async () => {
    const stages: FakeCodeDeploy[] = [];
    const refused = tell({
      before: ({ fake }) => {
        stages.push(fake);
        fake.intercept((call) => {
          if (call === 'CreateDeployment') throw new CallError('denied', 'AccessDeniedException', 'no permission');
        });
      },
    });
    await expect(refused).rejects.toThrow('no permission');
    const [fake] = stages;
    expect(fake?.calls.filter((call) => call === 'UpdateDeploymentGroup')).toHaveLength(2);
    expect(fake?.waits).toEqual({ readyMinutes: undefined, terminationMinutes: 5 });
    expect(fake?.service.tags?.size).toBe(0);
  });

  test('never get shorter before the shift than their owner has them', async () => {
    let during: unknown;
    await tell({
      fake: { waits: { readyMinutes: 90, terminationMinutes: 5 } },
      config: { bakeMs: MINUTE },
      setUp: ({ fake, clock }) => clock.after(30_000, () => (during = fake.waits)),
    });
    expect(during).toEqual({ readyMinutes: 90, terminationMinutes: 6 });
  });
});

describe('a candidate that fails a gate', () => {
  test('before the shift never gets a request, and is followed until its rollback is done', async () => {
    const { outcome, fake, events } = await tell({ evaluate: always('fail') });
    expect(outcome).toEqual({ status: 'rolled-back', reason: 'gate targets failed before the shift: it is a fail' });
    expect(shares(fake)).toEqual([]);
    expect(serving(fake)).toBe(taskDefinitionArn(1));
    expect(fake.service.taskSets).toHaveLength(1);
    expect(stages(events).at(-2)).toMatch(/^rollback d-/);
  });

  test('in the middle of the shift gives all traffic back', async () => {
    const { outcome, fake } = await tell({
      config: { steps: [10, 100] },
      evaluate: async (_gate, step) => ({ verdict: step.share === 10 ? 'fail' : 'pass', sentence: 'seen' }),
    });
    expect(outcome).toEqual({ status: 'rolled-back', reason: 'gate targets failed during the shift, at 10 %: seen' });
    expect(shares(fake)).toEqual([10, 0]);
    expect(serving(fake)).toBe(taskDefinitionArn(1));
  });

  test('while it is held at 100 % gives all traffic back: the original task set is still there', async () => {
    const { outcome, fake } = await tell({
      evaluate: async (_gate, step) => ({ verdict: step.share === 100 ? 'fail' : 'pass', sentence: 'seen' }),
    });
    expect(outcome.status).toBe('rolled-back');
    expect(shares(fake)).toEqual([100, 0]);
    expect(serving(fake)).toBe(taskDefinitionArn(1));
  });

  test('only during the bake is turned back too, although nothing waits for an answer any more', async () => {
    let bad = false;
    const { outcome, fake } = await tell({
      config: { bakeMs: 10 * MINUTE },
      setUp: ({ clock }) =>
        clock.after(9 * MINUTE, () => {
          bad = true;
        }),
      evaluate: async () => ({ verdict: bad ? 'fail' : 'pass', sentence: 'seen' }),
    });
    expect(outcome).toEqual({ status: 'rolled-back', reason: 'gate targets failed during the bake: seen' });
    expect(shares(fake)).toEqual([100, 0]);
  });

  test('and that CodeDeploy does not show as stopped at once is not told as rolled back before it is', async () => {
    const { outcome, events } = await tell({ evaluate: always('fail'), fake: { rollbackShownMs: 12_000 } });
    const movements = events.flatMap((event) => (event.kind === 'look' ? [event.look.movement] : []));
    expect(outcome.status).toBe('rolled-back');
    expect(movements.filter((movement) => movement === 'turning-back').length).toBeGreaterThan(6);
  });
});

describe('a person who decides', () => {
  test('is asked before the shift, whatever the ladder, and the wait is as long as he has', async () => {
    const { outcome, fake } = await tell({
      config: { steps: [10, 100], approval: 'manual', promoteWithinMs: 120 * MINUTE },
    });
    expect(outcome.status).toBe('awaiting-promotion');
    expect(shares(fake)).toEqual([]);
    expect(fake.waits.readyMinutes).toBeGreaterThanOrEqual(120);
  });
});

describe('the truth about an end that is not ours', () => {
  test('a wait that nobody answered turns back by itself, and that is what the job says', async () => {
    const { outcome, fake } = await tell({
      setUp: ({ fake: stage, id, clock }) =>
        clock.after(4_000, () => stage.fail(id, 'ALARM_ACTIVE', 'One or more alarms have been activated.')),
    });
    expect(outcome.status).toBe('rolled-back');
    expect(outcome.reason).toContain('One or more alarms have been activated');
    expect(outcome.reason).toContain('ALARM_ACTIVE');
    expect(serving(fake)).toBe(taskDefinitionArn(1));
  });

  test('somebody’s stop without rollback before the shift is stopped', async () => {
    const { outcome } = await tell({
      setUp: ({ fake, id, clock }) => clock.after(5_000, () => fake.stop(id, false)),
    });
    expect(outcome.status).toBe('stopped');
    expect(outcome.reason).toContain('MANUAL_STOP');
  });

  test('somebody’s stop without rollback in the middle of the shift says who has the traffic now', async () => {
    const { outcome } = await tell({
      config: { steps: [10, 100] },
      setUp: ({ fake, id, clock }) => clock.after(MINUTE, () => fake.stop(id, false)),
    });
    expect(outcome.status).toBe('stopped');
    expect(outcome.reason).toContain('10 % of the traffic is still on the candidate');
  });

  test('a stop followed by somebody’s newer deployment is superseded, and it is named', async () => {
    const { outcome } = await tell({
      setUp: ({ fake, id, clock }) => {
        clock.after(5_000, () => fake.stop(id, false));
        clock.after(9_000, () => fake.deployAnother());
      },
    });
    expect(outcome.status).toBe('superseded');
    expect(outcome.reason).toContain('d-ABCDEF002');
  });

  test('a rollback that fails is not told as one that worked', async () => {
    const { outcome } = await tell({
      config: { steps: [10, 100] },
      evaluate: async (_gate, step) => ({ verdict: step.share === 10 ? 'fail' : 'pass', sentence: 'seen' }),
      setUp: ({ fake, clock }) => {
        const watch = (): void => {
          if (fake.status('d-ABCDEF002') === 'InProgress') fake.fail('d-ABCDEF002', 'ECS_UPDATE_ERROR', 'It is gone.');
          else clock.after(500, watch);
        };
        clock.after(500, watch);
      },
    });
    expect(outcome.status).toBe('failed');
    expect(outcome.reason).toContain('It is gone (ECS_UPDATE_ERROR)');
  });

  test('a candidate that never starts is timed out, and turned back although there is nothing to turn back yet', async () => {
    const { outcome, fake } = await tell({ fake: { neverStarts: true }, config: { timeoutMs: 12 * MINUTE } });
    expect(outcome).toEqual({ status: 'timed-out', reason: 'not done after 12m, at Install' });
    expect(serving(fake)).toBe(taskDefinitionArn(1));
  });
});

describe('a cancelled workflow', () => {
  test('orders the stop at once and follows the rollback to its end', async () => {
    let cancelledAt = 0;
    const { outcome, events, fake } = await tell({
      config: { steps: [10, 100] },
      setUp: ({ clock, cancel }) =>
        clock.after(MINUTE + 500, () => {
          cancelledAt = clock.now();
          cancel();
        }),
    });
    expect(outcome.status).toBe('cancelled');
    const ordered = events.find((event) => event.kind === 'decision' && event.orders.includes('turn-back'));
    expect(ordered?.at).toBe(cancelledAt);
    expect(shares(fake)).toEqual([10, 0]);
  });
});

describe('the begin of a deployment', () => {
  const lost = new CallError('network', '', 'create a deployment: socket hang up');

  test('whose answer got lost is found by what it says about itself, and not begun twice', async () => {
    const { outcome, fake } = await tell({
      before: ({ fake: stage }) => {
        let isFirst = true;
        stage.intercept((call, done) => {
          if (call !== 'CreateDeployment' || !done || !isFirst) return;
          isFirst = false;
          throw lost;
        });
      },
    });
    expect(outcome.status).toBe('succeeded');
    expect(fake.created).toHaveLength(1);
  });

  test('that another deployment stands in the way of says so', async () => {
    const begun = tell({ before: ({ fake }) => void fake.deployAnother() });
    await expect(begun).rejects.toThrow('already has an active Deployment d-ABCDEF001');
  });

  test('that never reached CodeDeploy ends with the trouble, and the next run puts the group right', async () => {
    const stages: { fake: FakeCodeDeploy; clock: FakeClock }[] = [];
    const begun = tell({
      before: (stage) => {
        stages.push(stage);
        stage.fake.intercept((call, done) => {
          if (call === 'CreateDeployment' && !done) throw lost;
        });
      },
    });
    await expect(begun).rejects.toThrow('socket hang up');
    const [stage] = stages;
    if (stage === undefined) throw new Error('no stage');
    const { fake, clock } = stage;
    expect(fake.service.tags?.get(WAITS_KEY)).toBe('ready=none termination=5');
    await codedeploy({ ...fake, clock }).tidy(fake.service);
    expect(fake.waits).toEqual({ readyMinutes: undefined, terminationMinutes: 5 });
    expect(fake.service.tags?.size).toBe(0);
  });
});
