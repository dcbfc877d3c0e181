import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rollingStep } from '../../../sandbox/ecs/scheduler/rolling-step.ts';
import { launchDelayMs } from '../../../sandbox/ecs/scheduler/throttle.ts';
import { deploy, serving, stage } from './fakes/stage.ts';

describe('a step of a rolling update', () => {
  const side = (active: number, healthy = active) => ({ active, healthy });

  test.each([
    ['room for all starts all, and keeps the source', 4, 100, 200, side(4), side(0), { target: 4, source: 4 }],
    ['the source gives way as the target gets healthy', 4, 100, 200, side(4), side(4, 3), { target: 4, source: 1 }],
    ['no room: half of the source goes first', 4, 50, 100, side(4), side(0), { target: 0, source: 2 }],
    ['then the target takes its place', 4, 50, 100, side(2), side(0), { target: 2, source: 2 }],
    ['and the rest follows', 4, 50, 100, side(2), side(2), { target: 2, source: 0 }],
    ['the maximum is rounded down', 3, 100, 150, side(3), side(0), { target: 1, source: 3 }],
    ['the minimum is rounded up', 3, 50, 100, side(3), side(0), { target: 0, source: 2 }],
    ['nothing desired, nothing kept', 0, 100, 200, side(2), side(0), { target: 0, source: 0 }],
  ])('%s', (_rule, desired, minimumHealthyPercent, maximumPercent, source, target, step) => {
    expect(rollingStep({ desired, minimumHealthyPercent, maximumPercent, source, target })).toEqual(step);
  });

  test('never goes past the maximum nor gives up healthy tasks below the minimum', () => {
    const count = fc.nat({ max: 30 });
    const sided = fc.tuple(count, count).map(([active, healthy]) => side(active, Math.min(active, healthy)));
    fc.assert(
      fc.property(
        fc.record({
          desired: fc.integer({ min: 1, max: 30 }),
          minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
          maximumPercent: fc.integer({ min: 100, max: 200 }),
          source: sided,
          target: sided,
        }),
        (state) => {
          const step = rollingStep(state);
          const { desired, source, target } = state;
          const ceiling = Math.floor((desired * state.maximumPercent) / 100);
          const floor = Math.ceil((desired * state.minimumHealthyPercent) / 100);
          const launched = Math.max(0, step.target - target.active);
          if (launched > 0) expect(source.active + step.target).toBeLessThanOrEqual(ceiling);
          // The unhealthy ones go first, so this many healthy ones are left.
          const left = target.healthy + Math.min(step.source, source.healthy);
          expect(left).toBeGreaterThanOrEqual(Math.min(floor, target.healthy + source.healthy));
        },
      ),
    );
  });
});

test('what never gets RUNNING is launched ever slower, up to a minute', () => {
  expect([1, 2, 3, 4, 5, 50].map(launchDelayMs)).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
});

describe('a ROLLING deployment', () => {
  test('has no lifecycle stage and no traffic shares, and ends SUCCESSFUL when the old tasks are gone', async () => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: {} });
    const arn = await deploy(on, 'good2');
    let least = 2;
    await on.until('the end', async () => {
      const healthy = on.runtime.running('registry/web:good1').length + on.runtime.running('registry/web:good2').length;
      least = Math.min(least, healthy);
      return (await on.deployment(arn)).status === 'SUCCESSFUL';
    });
    expect(least).toBe(2);
    const done = await on.deployment(arn);
    expect(done.lifecycleStage).toBeUndefined();
    expect(done.targetServiceRevision?.requestedProductionTrafficWeight).toBeUndefined();
    expect(done.targetServiceRevision).toMatchObject({
      requestedTaskCount: 2,
      runningTaskCount: 2,
      pendingTaskCount: 0,
    });
    expect(on.runtime.running('registry/web:good1')).toHaveLength(0);
    expect((await on.events())[0]).toBe('(service web) has reached a steady state.');
    expect((await on.events())[1]).toMatch(/^\(service web\) \(deployment ecs-svc\/\d+\) deployment completed\.$/);
  });

  test('without health checks counts a task after forty seconds', async () => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: {}, loadBalancers: [] });
    const arn = await deploy(on, 'good2');
    await on.clock.advance(40_000);
    expect((await on.deployment(arn)).status).toBe('IN_PROGRESS');
    await on.clock.advance(3_000);
    expect((await on.deployment(arn)).status).toBe('SUCCESSFUL');
  });

  test('that cannot work neither fails nor ends by itself without a breaker', async () => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: {} });
    const arn = await deploy(on, 'crash2');
    await on.clock.advance(3_600_000);
    expect((await on.deployment(arn)).status).toBe('IN_PROGRESS');
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
    expect((await on.service()).deployments?.[0]?.failedTasks).toBeGreaterThan(10);
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
  });
});
