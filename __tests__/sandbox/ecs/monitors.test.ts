import { describe, expect, test } from '@jest/globals';
import { breakerThreshold } from '../../../sandbox/ecs/deployments/watch.ts';
import { blueGreen, deploy, serving, stage } from './fakes/stage.ts';

const watched = (rollback: boolean) => ({
  deploymentConfiguration: { ...blueGreen, alarms: { alarmNames: ['5xx', 'p99'], enable: true, rollback } },
});

describe('deployment alarms', () => {
  test('turn a blue/green deployment back at any stage', async () => {
    const on = await stage();
    on.alarms.put('5xx', 'OK');
    await serving(on);
    const arn = await deploy(on, 'good2', watched(true));
    await on.until('the bake', async () => (await on.deployment(arn)).lifecycleStage === 'BAKE_TIME');
    expect((await on.deployment(arn)).alarms).toEqual({ status: 'MONITORING', alarmNames: ['5xx', 'p99'] });
    on.alarms.put('5xx', 'ALARM');
    const ended = await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect(ended.statusReason).toBe('Service deployment rolled back because of one or more active alarms.');
    expect(ended.alarms).toEqual({ status: 'TRIGGERED', alarmNames: ['5xx', 'p99'], triggeredAlarmNames: ['5xx'] });
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
  });

  test('without rollback stop the deployment where it is', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2', watched(false));
    await on.until('the bake', async () => (await on.deployment(arn)).lifecycleStage === 'BAKE_TIME');
    on.alarms.put('p99', 'ALARM');
    const ended = await on.reaches(arn, 'STOPPED');
    expect(ended.stoppedAt).toBeInstanceOf(Date);
    expect(ended.rollback).toBeUndefined();
    await on.clock.advance(600_000);
    expect(on.runtime.running('registry/web:good2')).toHaveLength(2);
    expect(ended.targetServiceRevision?.requestedProductionTrafficWeight).toBe(100);
  });

  test('that are in ALARM when the deployment begins are not watched', async () => {
    const on = await stage();
    await serving(on);
    on.alarms.put('5xx', 'ALARM');
    const arn = await deploy(on, 'good2', watched(true));
    expect((await on.reaches(arn, 'SUCCESSFUL')).alarms?.status).toBe('DISABLED');
  });
});

describe('the circuit breaker', () => {
  test.each([
    [{}, 1, 3],
    [{}, 25, 13],
    [{}, 400, 200],
    [{}, 800, 200],
    [{ type: 'UNBOUNDED_PERCENT', value: 50 }, 2, 1],
    [{ type: 'UNBOUNDED_PERCENT', value: 50 }, 800, 400],
    [{ type: 'COUNT', value: 7 }, 100, 7],
  ] as const)('%j with %i desired tasks trips at %i', (thresholdConfiguration, desired, threshold) => {
    const configured = 'type' in thresholdConfiguration ? { thresholdConfiguration } : {};
    expect(
      breakerThreshold({ deploymentCircuitBreaker: { enable: true, rollback: true, ...configured } }, desired),
    ).toBe(threshold);
  });

  test.each(['crash2', 'dead2', 'gone2', 'sick2'])(
    'turns a rolling update to %s back to the last revision',
    async (tag) => {
      const on = await stage();
      await serving(on, { deploymentConfiguration: {} });
      const arn = await deploy(on, tag, {
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      });
      const ended = await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
      expect(ended.statusReason).toBe(
        'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      );
      expect(ended.deploymentCircuitBreaker).toMatchObject({ status: 'TRIGGERED', threshold: 3 });
      expect(ended.deploymentCircuitBreaker?.failureCount).toBeGreaterThanOrEqual(3);
      await on.clock.advance(10_000);
      expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
      const events = await on.events();
      expect(events).toContainEqual(
        expect.stringMatching(/\(deployment ecs-svc\/\d+\) deployment failed: tasks failed to start\.$/),
      );
      expect(events).toContainEqual(expect.stringMatching(/rolling back to deployment ecs-svc\/\d+\.$/));
      expect((await on.service()).deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
    },
  );

  test('without rollback leaves the deployment FAILED and launches nothing more', async () => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: {} });
    const arn = await deploy(on, 'crash2', {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    await on.reaches(arn, 'STOPPED');
    const launched = on.runtime.tasks.length;
    await on.clock.advance(600_000);
    expect(on.runtime.tasks).toHaveLength(launched);
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
    const [primary] = (await on.service()).deployments ?? [];
    expect(primary).toMatchObject({
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
  });

  test.each([
    [true, 0],
    [false, 2],
  ])('with resetOnHealthyTask %j has counted %i failures once a task is healthy', async (resetOnHealthyTask, count) => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: {} });
    const arn = await deploy(on, 'good2', {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true, resetOnHealthyTask } },
    });
    const started = () => on.runtime.running('registry/web:good2');
    await on.until('two run', async () => started().length === 2);
    for (const { exit } of started()) exit(1);
    await on.clock.advance(1);
    expect((await on.deployment(arn)).deploymentCircuitBreaker?.failureCount).toBe(2);
    await on.reaches(arn, 'SUCCESSFUL');
    expect((await on.deployment(arn)).deploymentCircuitBreaker?.failureCount).toBe(count);
  });

  test('does not count the death of a task that was healthy', async () => {
    const on = await stage();
    await serving(on);
    for (const { exit } of on.runtime.running('registry/web:good1')) exit(1);
    await on.clock.advance(1);
    expect((await on.service()).deployments?.[0]).toMatchObject({ failedTasks: 0, runningCount: 0 });
  });

  test('works for a blue/green deployment too', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'crash2', {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    expect((await on.reaches(arn, 'ROLLBACK_SUCCESSFUL')).statusReason).toContain('circuit breaker');
  });
});
