import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { blue, deploy, green, pauseAt, productionRule, serving, stage, testRule } from './fakes/stage.ts';

const shares = ({ sourceServiceRevisions, targetServiceRevision }: ServiceDeployment) => ({
  source: sourceServiceRevisions?.[0]?.requestedProductionTrafficWeight,
  target: targetServiceRevision?.requestedProductionTrafficWeight,
  test: targetServiceRevision?.requestedTestTrafficWeight,
});

describe('a BLUE_GREEN deployment', () => {
  test('goes through every stage in order and ends SUCCESSFUL', async () => {
    const on = await stage();
    await serving(on);
    const stages: string[] = [];
    const arn = await deploy(on, 'good2');
    await on.until('the end', async () => {
      const { lifecycleStage, status } = await on.deployment(arn);
      if (lifecycleStage !== undefined && stages.at(-1) !== lifecycleStage) stages.push(lifecycleStage);
      return status === 'SUCCESSFUL';
    });
    expect(stages).toEqual([
      'PRE_SCALE_UP',
      'SCALE_UP',
      'POST_SCALE_UP',
      'TEST_TRAFFIC_SHIFT',
      'POST_TEST_TRAFFIC_SHIFT',
      'PRE_PRODUCTION_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'BAKE_TIME',
      'CLEAN_UP',
    ]);
    expect(on.runtime.running('registry/web:good1')).toHaveLength(0);
    expect(on.runtime.running('registry/web:good2')).toHaveLength(2);
  });

  test('alternates the target groups from one deployment to the next', async () => {
    const on = await stage();
    await serving(on);
    await on.reaches(await deploy(on, 'good2'), 'SUCCESSFUL');
    expect([on.balancer.targets(blue).length, on.balancer.targets(green).length]).toEqual([0, 2]);
    expect(on.balancer.forward(productionRule)).toEqual(
      new Map([
        [blue, 0],
        [green, 100],
      ]),
    );
    await on.reaches(await deploy(on, 'good3'), 'SUCCESSFUL');
    expect([on.balancer.targets(blue).length, on.balancer.targets(green).length]).toEqual([2, 0]);
    expect(on.balancer.forward(productionRule)).toEqual(
      new Map([
        [blue, 100],
        [green, 0],
      ]),
    );
    const { serviceRevisions } = await on.call<{ serviceRevisions: { resolvedConfiguration: unknown }[] }>(
      'DescribeServiceRevisions',
      { serviceRevisionArns: [(await on.service()).currentServiceRevisions?.[0]?.arn] },
    );
    expect(serviceRevisions[0]?.resolvedConfiguration).toEqual({
      loadBalancers: [{ targetGroupArn: blue, productionListenerRule: productionRule }],
    });
  });

  test('runs all of the desired count before any traffic, then moves test traffic, then production', async () => {
    const on = await stage();
    await serving(on);
    const hooks = pauseAt('POST_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT');
    const arn = await deploy(on, 'good2', { deploymentConfiguration: { lifecycleHooks: hooks } });
    const proceed = async (hookId: string) =>
      on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId });

    const first = await on.paused(arn, 'POST_SCALE_UP');
    expect(on.runtime.running('registry/web:good2')).toHaveLength(2);
    expect(shares(await on.deployment(arn))).toEqual({ source: 100, target: 0, test: 0 });
    await proceed(first);
    const second = await on.paused(arn, 'POST_TEST_TRAFFIC_SHIFT');
    expect(on.balancer.forward(testRule)?.get(green)).toBe(100);
    expect(shares(await on.deployment(arn))).toEqual({ source: 100, target: 0, test: 100 });
    await proceed(second);
    const third = await on.paused(arn, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    expect(shares(await on.deployment(arn))).toEqual({ source: 0, target: 100, test: 100 });
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
    await proceed(third);
    const done = await on.reaches(arn, 'SUCCESSFUL');
    expect(done.finishedAt).toBeInstanceOf(Date);
    expect(new Set([first, second, third]).size).toBe(3);
  });

  test('drains the old targets before their tasks are stopped', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2');
    await on.until('CLEAN_UP', async () => (await on.deployment(arn)).lifecycleStage === 'CLEAN_UP');
    await on.until('draining', async () => on.balancer.journal.includes('drain blue'));
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
    await on.reaches(arn, 'SUCCESSFUL');
    const { journal } = on.balancer;
    expect(journal.indexOf('forward production blue=0 green=100')).toBeLessThan(journal.indexOf('drain blue'));
    const stopped = await on.tasks('STOPPED');
    expect(stopped.map(({ stopCode, stoppedReason }) => [stopCode, stoppedReason])).toEqual([
      [
        'ServiceSchedulerInitiated',
        expect.stringMatching(/^Scaling activity initiated by \(deployment ecs-svc\/\d+\)$/),
      ],
      [
        'ServiceSchedulerInitiated',
        expect.stringMatching(/^Scaling activity initiated by \(deployment ecs-svc\/\d+\)$/),
      ],
    ]);
  });

  test('stays in SCALE_UP while its candidate never gets healthy, and replaces its tasks ever slower', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'gone2');
    await on.clock.advance(600_000);
    expect((await on.deployment(arn)).lifecycleStage).toBe('SCALE_UP');
    const tries = on.runtime.tasks.filter(({ task }) => task.containers[0]?.image.endsWith('gone2')).length;
    expect(tries).toBeGreaterThan(6);
    expect(tries).toBeLessThan(40);
    expect(await on.events()).toContainEqual(
      expect.stringContaining('is unable to consistently start tasks successfully'),
    );
    const [stopped] = await on.tasks('STOPPED');
    expect(stopped).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringContaining('CannotPullContainerError'),
    });
  });

  test('is rolled back by ECS when SCALE_UP has lasted a day', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'gone2');
    await on.until('SCALE_UP', async () => (await on.deployment(arn)).lifecycleStage === 'SCALE_UP');
    await on.clock.advance(23.9 * 3_600_000);
    expect((await on.deployment(arn)).status).toBe('IN_PROGRESS');
    await on.clock.advance(0.2 * 3_600_000);
    const turned = await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect(turned.statusReason).toContain('SCALE_UP');
  });
});
