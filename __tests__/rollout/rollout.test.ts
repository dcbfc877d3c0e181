/** Stories of whole rollouts: the real loop, reducer and native engine over a fake ECS and a fake clock. */
import { describe, expect, test } from '@jest/globals';
import type { RolloutConfig } from '../../src/core/config.ts';
import type { TaskDeath } from '../../src/core/deaths.ts';
import { CallError } from '../../src/core/errors.ts';
import type { RolloutEvent } from '../../src/core/events.ts';
import type { Gate, Verdict } from '../../src/core/gate.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { native } from '../../src/engines/native/engine.ts';
import { isOurPause } from '../../src/engines/native/pause.ts';
import type { Rollout } from '../../src/ports.ts';
import { runRollout } from '../../src/rollout/loop.ts';
import type { World } from '../../src/rollout/world.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { createFakeEcs, type FakeEcs, type FakeEcsOptions } from '../fakes/ecs.ts';
import { beginWith, configFor, MINUTE } from '../fakes/native.ts';

const http: Gate = { kind: 'http', url: 'http://candidate/healthz', status: 200, withinMs: 1_000, times: 1 };
const smoke: Gate = { kind: 'run', command: 'npm run smoke', withinMs: 10 * MINUTE };

interface Story {
  readonly config?: Partial<RolloutConfig>;
  readonly ecs?: FakeEcsOptions;
  readonly evaluate?: World['evaluate'];
  readonly deaths?: World['deaths'];
  /** Before the update of the service; `setUp` is after it. */
  readonly before?: (world: { ecs: FakeEcs; clock: FakeClock }) => void;
  readonly setUp?: (world: { ecs: FakeEcs; clock: FakeClock; cancel: () => void }) => void;
}

interface Told {
  readonly outcome: Outcome;
  readonly rollout: Rollout;
  readonly ecs: FakeEcs;
  readonly clock: FakeClock;
  readonly events: readonly RolloutEvent[];
  readonly warnings: readonly string[];
  readonly tookMs: number;
}

async function tell(story: Story): Promise<Told> {
  const clock = createFakeClock();
  const ecs = createFakeEcs(clock, story.ecs);
  const cancelled = new AbortController();
  const events: RolloutEvent[] = [];
  const warnings: string[] = [];
  const engine = native({ ...ecs, clock, log: { warning: (line) => warnings.push(line) } });
  story.before?.({ ecs, clock });
  const { rollout, plan } = await beginWith(engine, ecs, clock, configFor(story.config));
  const startedAt = clock.now();
  story.setUp?.({ ecs, clock, cancel: () => cancelled.abort() });
  const outcome = await runRollout(plan, {
    rollout,
    evaluate: story.evaluate ?? always('pass'),
    deaths: story.deaths ?? (async () => []),
    clock,
    random: () => 0.5,
    cancelled: cancelled.signal,
    tell: (event) => events.push(event),
    pollMs: 2_000,
  });
  return { outcome, rollout, ecs, clock, events, warnings, tookMs: clock.now() - startedAt };
}

function always(verdict: Verdict): World['evaluate'] {
  return async () => ({ verdict, sentence: `it is a ${verdict}` });
}

describe('a good candidate', () => {
  test('gets all traffic after the gates passed, is held, baked, and the job is green', async () => {
    const { outcome, ecs, tookMs } = await tell({});
    expect(outcome.status).toBe('succeeded');
    expect(ecs.traffic.map(({ share }) => share)).toEqual([100]);
    expect(tookMs).toBeGreaterThanOrEqual(6 * MINUTE);
    expect(ecs.calls.filter((call) => call === 'ContinueServiceDeployment CONTINUE')).toHaveLength(2);
  });

  test('is found although ECS shows the new deployment late', async () => {
    const { outcome } = await tell({ ecs: { lagMs: 5_000 } });
    expect(outcome.status).toBe('succeeded');
  });

  test('is found although AWS throttles right after the update', async () => {
    const { outcome } = await tell({
      ecs: { lagMs: 4_000 },
      before: ({ ecs, clock }) => {
        clock.after(1_000, () =>
          ecs.failWith(new CallError('throttled', 'ThrottlingException', 'list deployments: Rate exceeded')),
        );
        clock.after(9_000, () => ecs.failWith(undefined));
      },
    });
    expect(outcome.status).toBe('succeeded');
  });

  test('costs one call a poll and one answer a pause', async () => {
    const { ecs, tookMs } = await tell({});
    const polls = ecs.calls.filter((call) => call === 'DescribeServiceDeployments').length;
    expect(polls).toBeLessThanOrEqual(tookMs / 2_000 + 3);
    expect(new Set(ecs.calls)).toEqual(
      new Set([
        'DescribeRules',
        'DescribeTargetGroups',
        'DescribeListeners',
        'TagResource',
        'UpdateService',
        'ListServiceDeployments',
        'DescribeServiceDeployments',
        'DescribeServiceRevisions',
        'ContinueServiceDeployment CONTINUE',
      ]),
    );
  });

  test('has its smoke test run once a pause and not during the bake', async () => {
    const runs: number[] = [];
    await tell({
      config: { gates: [smoke] },
      evaluate: async (_gate, step) => {
        runs.push(step.share);
        return { verdict: 'pass', sentence: 'exit 0' };
      },
    });
    expect(runs).toEqual([0, 100]);
  });

  test('leaves the service without our pause and note, and with everything that was its owner’s', async () => {
    const { ecs, rollout } = await tell({});
    expect([...(ecs.service.tags?.keys() ?? [])]).not.toEqual([]);
    await rollout.tidy();
    const [started, tidied] = ecs.updates;
    expect(ecs.service.tags).toEqual(new Map());
    expect(
      (started?.deploymentConfiguration?.['lifecycleHooks'] as { targetType: string }[] | undefined)?.filter((hook) =>
        isOurPause(hook),
      ),
    ).toHaveLength(1);
    expect(tidied).toEqual({ deploymentConfiguration: { ...started?.deploymentConfiguration, lifecycleHooks: [] } });
    expect(tidied?.deploymentConfiguration?.['alarms']).toEqual({
      alarmNames: ['web-5xx'],
      enable: true,
      rollback: true,
    });
  });
});

describe('a candidate that fails a gate', () => {
  test('before the shift never gets a request', async () => {
    const { outcome, ecs } = await tell({ evaluate: always('fail') });
    expect(outcome).toEqual({ status: 'rolled-back', reason: 'gate targets failed before the shift: it is a fail' });
    expect(ecs.traffic).toEqual([]);
    expect(ecs.status()).toBe('ROLLBACK_SUCCESSFUL');
  });

  test('while it is held at 100 % gives all traffic back', async () => {
    const { outcome, ecs } = await tell({
      evaluate: async (_gate, step) => ({ verdict: step.share === 100 ? 'fail' : 'pass', sentence: 'seen' }),
    });
    expect(outcome.reason).toBe('gate targets failed at 100 %: seen');
    expect(ecs.traffic.map(({ share }) => share)).toEqual([100, 0]);
  });

  test('only during the bake is turned back too, although no pause is open', async () => {
    let clockNow = 0;
    const { outcome, ecs } = await tell({
      config: { bakeMs: 10 * MINUTE },
      setUp: ({ clock }) => {
        clockNow = clock.now();
        clock.after(8 * MINUTE, () => {
          clockNow = -1;
        });
      },
      evaluate: async () => ({ verdict: clockNow === -1 ? 'fail' : 'pass', sentence: 'seen' }),
    });
    expect(outcome).toEqual({ status: 'rolled-back', reason: 'gate targets failed during the bake: seen' });
    expect(ecs.calls).toContain('StopServiceDeployment');
    expect(ecs.traffic.at(-1)?.share).toBe(0);
  });

  test('is not hurried on by a gate that has not enough evidence: it is turned back when the limit is over', async () => {
    const { outcome, tookMs } = await tell({ evaluate: always('hold') });
    expect(outcome.status).toBe('rolled-back');
    expect(outcome.reason).toContain(
      'not conclusive before the shift within the hold and 1m more: targets (it is a hold)',
    );
    expect(tookMs).toBeLessThan(11 * MINUTE);
  });

  test('is turned back before the pause expires when a gate never answers', async () => {
    const { outcome, ecs, tookMs } = await tell({ evaluate: () => new Promise(() => {}) });
    expect(outcome).toEqual({
      status: 'rolled-back',
      reason: 'the pause was about to expire and these gates had not passed: targets (no answer yet)',
    });
    expect(ecs.calls).toContain('ContinueServiceDeployment ROLLBACK');
    expect(tookMs).toBeLessThan(12 * MINUTE);
  });

  test('that could not be looked through three times in a row is told apart from one that failed', async () => {
    const { outcome, ecs } = await tell({ config: { gates: [http] }, evaluate: always('error') });
    expect(outcome.status).toBe('could-not-look');
    expect(outcome.reason).toContain('could not be looked through 3 times in a row');
    expect(ecs.status()).toBe('ROLLBACK_SUCCESSFUL');
  });

  test('is forgiven two looks that failed to look', async () => {
    let looks = 0;
    const { outcome } = await tell({
      evaluate: async () => {
        looks += 1;
        return { verdict: looks <= 2 ? 'error' : 'pass', sentence: 'seen' };
      },
    });
    expect(outcome.status).toBe('succeeded');
  });
});

describe('a candidate whose tasks die', () => {
  const death = (stoppedAt: number): TaskDeath => ({
    taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/demo/t${stoppedAt}`,
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
    stoppedAt,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    startedBy: 'ecs-svc/1',
    containers: [{ name: 'web', exitCode: 3, reason: undefined, image: 'web:2' }],
  });

  test('in a loop is turned back long before the timeout, with the exit code in the reason', async () => {
    const died: TaskDeath[] = [];
    const { outcome, tookMs, ecs } = await tell({
      ecs: { neverStarts: true },
      setUp: ({ clock }) => {
        for (const s of [5, 15, 25]) clock.after(s * 1_000, () => died.push(death(clock.now())));
      },
      deaths: async () => [...died],
    });
    expect(outcome.status).toBe('rolled-back');
    expect(outcome.reason).toContain('code 3');
    expect(tookMs).toBeLessThan(MINUTE);
    expect(ecs.traffic).toEqual([]);
  });

  test('is told of within ten seconds of the first death', async () => {
    let diedAt = 0;
    const { events } = await tell({
      ecs: { neverStarts: true },
      config: { holdMs: 0, bakeMs: 0, timeoutMs: MINUTE },
      setUp: ({ clock }) =>
        clock.after(7_000, () => {
          diedAt = clock.now();
        }),
      deaths: async () => (diedAt === 0 ? [] : [death(diedAt)]),
    });
    const told = events.find((event) => event.kind === 'deaths' && event.deaths.length > 0);
    expect(told?.at).toBeLessThanOrEqual(diedAt + 10_000);
  });
});

describe('the truth about an end that is not ours', () => {
  test('ECS turning back by itself is rolled-back, with ECS’s own reason', async () => {
    const { outcome } = await tell({
      setUp: ({ ecs, clock }) => clock.after(30_000, () => ecs.rollBack('alarm web-5xx is in ALARM')),
    });
    expect(outcome).toEqual({ status: 'rolled-back', reason: 'alarm web-5xx is in ALARM' });
  });

  test('a newer deployment is superseded, and is named', async () => {
    const { outcome } = await tell({ setUp: ({ ecs, clock }) => clock.after(30_000, () => ecs.supersede()) });
    expect(outcome.status).toBe('superseded');
    expect(outcome.reason).toContain('service-deployment/demo/web/d3');
  });

  test('a deployment that never gets anywhere is timed-out, and traffic is stable’s', async () => {
    const { outcome, ecs } = await tell({
      ecs: { neverStarts: true },
      config: { holdMs: MINUTE, timeoutMs: 5 * MINUTE },
    });
    expect(outcome).toEqual({ status: 'timed-out', reason: 'not done after 5m, at SCALE_UP' });
    expect(ecs.status()).toBe('ROLLBACK_SUCCESSFUL');
  });
});

describe('a cancelled workflow', () => {
  test('orders the rollback at once, not at the next poll, and is followed to its end', async () => {
    let cancelledAt = 0;
    const { outcome, events, ecs } = await tell({
      setUp: ({ clock, cancel }) =>
        clock.after(30_500, () => {
          cancelledAt = clock.now();
          cancel();
        }),
    });
    expect(outcome).toEqual({ status: 'cancelled', reason: 'the workflow was cancelled' });
    const ordered = events.find((event) => event.kind === 'decision' && event.orders.includes('turn-back'));
    expect(ordered?.at).toBe(cancelledAt);
    expect(ecs.status()).toBe('ROLLBACK_SUCCESSFUL');
  });

  test('with on-cancel leave orders nothing and says who goes on', async () => {
    const { outcome, ecs } = await tell({
      config: { onCancel: 'leave' },
      setUp: ({ clock, cancel }) => clock.after(30_500, cancel),
    });
    expect(outcome.status).toBe('cancelled');
    expect(outcome.reason).toContain('on-cancel is leave: the rollout stands at');
    expect(ecs.status()).toBe('IN_PROGRESS');
  });
});

describe('trouble on the way to AWS', () => {
  const throttled = new CallError('throttled', 'ThrottlingException', 'describe deployment: Rate exceeded');

  test('throttling is waited out with longer and longer pauses, and the rollout succeeds', async () => {
    const { outcome, events } = await tell({
      setUp: ({ ecs, clock }) => {
        clock.after(20_000, () => ecs.failWith(throttled));
        clock.after(80_000, () => ecs.failWith(undefined));
      },
    });
    expect(outcome.status).toBe('succeeded');
    const blind = events.filter((event) => event.kind === 'blind').map(({ at }) => at);
    const gaps = blind.slice(1).map((at, index) => at - (blind[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(2);
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    expect(gaps.at(-1)).toBeGreaterThan(2 * (gaps[0] ?? 0));
  });

  test('expired credentials end the job at the next poll, with that as the reason', async () => {
    const expired = new CallError(
      'credentials',
      'ExpiredTokenException',
      'describe deployment: the security token has expired',
    );
    const { outcome, tookMs } = await tell({
      setUp: ({ ecs, clock }) => clock.after(20_000, () => ecs.failWith(expired)),
    });
    expect(outcome.status).toBe('could-not-look');
    expect(outcome.reason).toContain('the security token has expired');
    expect(tookMs).toBeLessThanOrEqual(22_000);
  });

  test('a rollback whose order got lost is ordered again until it is seen', async () => {
    let lost = 0;
    const { outcome, ecs } = await tell({
      evaluate: always('fail'),
      setUp: ({ ecs: fake }) => {
        const { answer } = fake.deployments;
        Object.assign(fake.deployments, {
          answer: async (...args: Parameters<typeof answer>) => {
            lost += 1;
            if (lost <= 2) throw new CallError('network', '', 'answer the pause: connection reset');
            return answer(...args);
          },
        });
      },
    });
    expect(outcome).toMatchObject({ status: 'rolled-back', reason: expect.stringContaining('gate targets failed') });
    expect(lost).toBe(3);
    expect(ecs.status()).toBe('ROLLBACK_SUCCESSFUL');
    expect(ecs.calls).toContain('ContinueServiceDeployment ROLLBACK');
  });

  test('an order that AWS refuses is the reason, and the deployment is stopped instead', async () => {
    const { outcome, ecs } = await tell({
      setUp: ({ ecs: fake }) => {
        const { answer } = fake.deployments;
        Object.assign(fake.deployments, {
          answer: async (...args: Parameters<typeof answer>) => {
            fake.calls.push(`refused ${args[2]}`);
            throw new CallError(
              'denied',
              'AccessDeniedException',
              'answer the pause: not authorized to perform ecs:ContinueServiceDeployment',
            );
          },
        });
      },
    });
    expect(outcome.status).toBe('failed');
    expect(outcome.reason).toContain('ecs:ContinueServiceDeployment');
    expect(ecs.calls).toContain('StopServiceDeployment');
    expect(ecs.traffic).toEqual([]);
  });
});

describe('a ladder', () => {
  const shares = ({ ecs }: Told): readonly number[] => ecs.traffic.map(({ share }) => share);

  test.each<[string, Partial<RolloutConfig>, readonly number[]]>([
    ['canary is the service’s own share, then all', { strategy: 'canary' }, [5, 100]],
    ['canary takes a tenth of a percent', { steps: [0.1, 100] }, [0.1, 100]],
    ['linear is equal steps', { strategy: 'linear', steps: [25, 50, 75, 100] }, [25, 50, 75, 100]],
    [
      'of any multiples is LINEAR, and ECS’s own steps between are passed',
      { steps: [5, 25, 50, 100] },
      [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100],
    ],
  ])('%s', async (_name, config, expected) => {
    const told = await tell({ config: { ...config, timeoutMs: 120 * MINUTE } });
    expect(told.outcome.status).toBe('succeeded');
    expect(shares(told)).toEqual(expected);
  });

  test('is held at its own rungs alone, and every gate is asked there and nowhere else', async () => {
    const asked = new Set<number>();
    const { ecs, tookMs } = await tell({
      config: { steps: [5, 25, 50, 100], gates: [smoke] },
      evaluate: async (_gate, step) => {
        asked.add(step.share);
        return { verdict: 'pass', sentence: 'exit 0' };
      },
    });
    expect([...asked]).toEqual([0, 5, 25, 50, 100]);
    const at = new Map(ecs.traffic.map((change) => [change.share, change.at]));
    const stayed = (share: number): number => (at.get(share + 5) ?? 0) - (at.get(share) ?? 0);
    for (const share of [5, 25, 50]) expect(stayed(share)).toBeGreaterThanOrEqual(5 * MINUTE);
    for (const share of [10, 20, 45, 60, 95 - 5]) expect(stayed(share)).toBeLessThan(MINUTE);
    expect(tookMs).toBeLessThan(24 * MINUTE);
  });

  test('that fails a gate on a rung gives all traffic back from there', async () => {
    const told = await tell({
      config: { steps: [5, 25, 50, 100] },
      evaluate: async (_gate, step) => ({ verdict: step.share === 25 ? 'fail' : 'pass', sentence: 'seen' }),
    });
    expect(told.outcome).toEqual({ status: 'rolled-back', reason: 'gate targets failed at 25 %: seen' });
    expect(shares(told)).toEqual([5, 10, 15, 20, 25, 0]);
  });

  test('waits for nothing in ECS itself during the rollout, and for as long as the hold without us afterwards', async () => {
    const { ecs, rollout } = await tell({ config: { steps: [5, 100], holdMs: 90_000 } });
    await rollout.tidy();
    const [during, after] = ecs.updates.map(({ deploymentConfiguration }) => deploymentConfiguration);
    expect(during?.['canaryConfiguration']).toEqual({ canaryPercent: 5, canaryBakeTimeInMinutes: 0 });
    expect(after?.['canaryConfiguration']).toEqual({ canaryPercent: 5, canaryBakeTimeInMinutes: 2 });
    expect(after?.['lifecycleHooks']).toEqual([]);
  });

  test('with approval ends the job at its first rung, with the pause’s own deadline, and stays there', async () => {
    const { outcome, ecs } = await tell({ config: { steps: [5, 50, 100], approval: 'manual' } });
    expect(outcome.status).toBe('awaiting-promotion');
    expect(ecs.traffic.at(-1)?.share).toBe(5);
    expect(ecs.status()).toBe('IN_PROGRESS');
    expect((outcome.until ?? 0) - (ecs.traffic.at(-1)?.at ?? 0)).toBeGreaterThanOrEqual(60 * MINUTE);
  });
});

describe('a rolling deployment', () => {
  const rolling: FakeEcsOptions = { configuration: {}, desiredCount: 4, stageMs: 10_000 };
  const share = ({ ecs }: Told): readonly number[] => ecs.traffic.map((change) => change.share);

  test('replaces task by task, is judged at 100 % for its hold, and the job is green', async () => {
    const told = await tell({ ecs: rolling });
    expect(told.outcome.status).toBe('succeeded');
    expect(share(told)).toEqual([25, 50, 75, 99, 100]);
    expect(told.tookMs).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(told.events.filter(({ kind }) => kind === 'reading').length).toBeGreaterThan(10);
    expect(told.ecs.calls).not.toContain('StopServiceDeployment');
    await told.rollout.tidy();
    expect(told.ecs.updates).toHaveLength(1);
    expect(told.ecs.service.tags).toEqual(new Map());
  });

  test('gets a circuit breaker that rolls back when the service has none, and no pause', async () => {
    const { ecs } = await tell({
      ecs: { ...rolling, configuration: { minimumHealthyPercent: 50, maximumPercent: 150 } },
    });
    expect(ecs.updates[0]?.deploymentConfiguration).toEqual({
      strategy: 'ROLLING',
      minimumHealthyPercent: 50,
      maximumPercent: 150,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
  });

  test('that fails a gate on its way is stopped with a rollback', async () => {
    const told = await tell({
      ecs: rolling,
      evaluate: async () => ({ verdict: 'fail', sentence: 'seen' }),
    });
    expect(told.outcome.reason).toMatch(/^gate targets failed during the shift, at 25 %/);
    expect(told.ecs.calls).toContain('StopServiceDeployment');
    expect(share(told)).toEqual([25, 0]);
    expect(told.ecs.status()).toBe('ROLLBACK_SUCCESSFUL');
  });

  test('that fails a gate when it is complete is taken back by another one, and followed to its end', async () => {
    const told = await tell({
      ecs: rolling,
      evaluate: async (_gate, step) => ({ verdict: step.share === 100 ? 'fail' : 'pass', sentence: 'seen' }),
    });
    expect(told.outcome).toEqual({ status: 'rolled-back', reason: 'gate targets failed at 100 %: seen' });
    expect(share(told)).toEqual([25, 50, 75, 99, 100, 75, 50, 25, 1, 0]);
    expect(told.ecs.updates.map(({ taskDefinition }) => taskDefinition?.slice(-5))).toEqual(['web:2', 'web:1']);
    await told.rollout.tidy();
    expect(told.ecs.service.tags).toEqual(new Map());
  });

  test('that has to be taken back twice, because the first answer was lost, is taken back once', async () => {
    let tries = 0;
    const told = await tell({
      ecs: { ...rolling, lagMs: 7_000 },
      evaluate: async (_gate, step) => ({ verdict: step.share === 100 ? 'fail' : 'pass', sentence: 'seen' }),
      setUp: ({ ecs }) => {
        const { update } = ecs.services;
        Object.assign(ecs.services, {
          update: async (...args: Parameters<typeof update>) => {
            tries += 1;
            const answer = await update(...args);
            if (tries === 1) throw new CallError('network', '', 'update service web: connection reset');
            return answer;
          },
        });
      },
    });
    expect(told.outcome.status).toBe('rolled-back');
    expect(told.ecs.status(3)).toBe('SUCCESSFUL');
    expect(told.ecs.status(4)).toBeUndefined();
  });

  test('of a service where nothing served before can only stay, and says so', async () => {
    const told = await tell({
      ecs: { ...rolling, isNew: true },
      evaluate: async (_gate, step) => ({ verdict: step.share === 100 ? 'fail' : 'pass', sentence: 'seen' }),
    });
    expect(told.outcome.status).toBe('failed');
    expect(told.outcome.reason).toContain('no other version served before it');
    expect(told.ecs.updates).toHaveLength(1);
  });

  test('that ECS turns back by itself is rolled-back with ECS’s reason', async () => {
    const { outcome } = await tell({
      ecs: rolling,
      setUp: ({ ecs, clock }) => clock.after(15_000, () => ecs.rollBack('tasks failed to start')),
    });
    expect(outcome).toEqual({ status: 'rolled-back', reason: 'tasks failed to start' });
  });

  test('that a newer one takes the place of while it is judged is superseded', async () => {
    const { outcome } = await tell({
      ecs: rolling,
      setUp: ({ ecs, clock }) => clock.after(2 * MINUTE, () => ecs.supersede()),
    });
    expect(outcome.status).toBe('superseded');
    expect(outcome.reason).toContain('service-deployment/demo/web/d3');
  });

  test('that is cancelled while it is judged is taken back', async () => {
    const told = await tell({ ecs: rolling, setUp: ({ clock, cancel }) => clock.after(2 * MINUTE, cancel) });
    expect(told.outcome.status).toBe('cancelled');
    expect(share(told).at(-1)).toBe(0);
  });
});

describe('a job that may not tag', () => {
  test('says so once, and rolls out without a note', async () => {
    const denied = new CallError('denied', 'AccessDeniedException', 'tag the service: no permission ecs:TagResource');
    const { outcome, warnings, ecs } = await tell({
      config: { holdMs: 40 * MINUTE },
      before: ({ ecs: fake }) => fake.failWith(denied, 'TagResource'),
    });
    expect(outcome.status).toBe('succeeded');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('ecs:TagResource');
    expect(ecs.calls.filter((call) => call === 'TagResource')).toHaveLength(1);
  });
});
