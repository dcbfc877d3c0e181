import { describe, expect, test } from '@jest/globals';
import { blue, deploy, type Stage, serving, stage } from './fakes/stage.ts';

const image = (tag: string) => `registry/web:${tag}`;
const count = (on: Stage, tag: string) => on.runtime.running(image(tag)).length;
const healthy = (on: Stage) =>
  on.balancer.targets(blue).filter((target) => on.balancer.state(blue, target) === 'healthy').length;
/** Started or starting, and not yet told to stop. */
const wanted = async (on: Stage) => (await on.tasks('RUNNING')).length;

const rolling = (desiredCount: number, deploymentConfiguration: object = {}) => ({
  desiredCount,
  deploymentConfiguration,
});

/** Runs the deployment to an end; gives the least healthy targets and the most tasks at any moment. */
async function watched(on: Stage, arn: string, end: string) {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  await on.until(end, async () => {
    least = Math.min(least, healthy(on));
    most = Math.max(most, await wanted(on));
    return (await on.deployment(arn)).status === end;
  });
  return { least, most };
}

describe('the batches of a rolling update', () => {
  test.each([
    { desired: 4, minimumHealthyPercent: 100, maximumPercent: 200, least: 4, most: 8 },
    { desired: 4, minimumHealthyPercent: 50, maximumPercent: 100, least: 2, most: 4 },
    { desired: 3, minimumHealthyPercent: 100, maximumPercent: 150, least: 3, most: 4 },
    { desired: 3, minimumHealthyPercent: 50, maximumPercent: 100, least: 2, most: 3 },
    { desired: 5, minimumHealthyPercent: 80, maximumPercent: 130, least: 4, most: 6 },
    { desired: 1, minimumHealthyPercent: 0, maximumPercent: 100, least: 0, most: 1 },
  ])(
    'of $desired tasks at $minimumHealthyPercent/$maximumPercent % keep $least healthy and run $most at most',
    async ({ desired, minimumHealthyPercent, maximumPercent, least, most }) => {
      const on = await stage();
      await serving(on, rolling(desired, { minimumHealthyPercent, maximumPercent }));
      const seen = await watched(on, await deploy(on, 'good2'), 'SUCCESSFUL');
      expect(seen).toEqual({ least, most });
      expect([count(on, 'good1'), count(on, 'good2')]).toEqual([0, desired]);
    },
  );

  test('take a task out of the load balancer before they stop it, and only for a healthy one', async () => {
    const on = await stage();
    await serving(on, rolling(2));
    on.balancer.journal.length = 0;
    const arn = await deploy(on, 'good2');
    await on.until('the first drain', async () => on.balancer.journal.includes('drain blue'));
    expect(count(on, 'good1')).toBe(2);
    expect(healthy(on)).toBeGreaterThanOrEqual(2);
    await on.reaches(arn, 'SUCCESSFUL');
    expect(on.balancer.journal.filter((line) => !line.startsWith('register'))).toEqual([
      'drain blue',
      'drain blue',
      'drained blue',
      'drained blue',
    ]);
  });

  test('can be seen in the counts of the two revisions, with no stage and no shares', async () => {
    const on = await stage();
    await serving(on, rolling(2, { minimumHealthyPercent: 50, maximumPercent: 100 }));
    const arn = await deploy(on, 'slow2');
    await on.until('half', async () => count(on, 'good1') === 1);
    const half = await on.deployment(arn);
    expect(half).toMatchObject({
      status: 'IN_PROGRESS',
      sourceServiceRevisions: [{ requestedTaskCount: 1, runningTaskCount: 1, pendingTaskCount: 0 }],
      targetServiceRevision: { requestedTaskCount: 1, runningTaskCount: 0, pendingTaskCount: 1 },
    });
    expect([half.lifecycleStage, half.lifecycleHookDetails]).toEqual([undefined, undefined]);
    expect(half.targetServiceRevision?.requestedProductionTrafficWeight).toBeUndefined();
  });
});

describe('a rolling update that turns back', () => {
  const half = { minimumHealthyPercent: 50, maximumPercent: 100 };

  test('by its circuit breaker keeps its minimum all the way', async () => {
    const on = await stage();
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    await serving(on, rolling(4, { ...half, deploymentCircuitBreaker }));
    const arn = await deploy(on, 'crash2');
    const { least } = await watched(on, arn, 'ROLLBACK_SUCCESSFUL');
    expect(least).toBe(2);
    const ended = await on.deployment(arn);
    expect(ended.statusReason).toContain('circuit breaker');
    expect(ended.deploymentCircuitBreaker).toMatchObject({ status: 'TRIGGERED', threshold: 3 });
    expect([count(on, 'good1'), count(on, 'crash2')]).toEqual([4, 0]);
    expect((await on.service()).taskDefinition).toMatch(/web:1$/);
  });

  test('by an alarm replaces what it had replaced', async () => {
    const on = await stage();
    on.alarms.put('5xx', 'OK');
    await serving(on, rolling(4, { ...half, alarms: { alarmNames: ['5xx'], enable: true, rollback: true } }));
    const arn = await deploy(on, 'good2');
    await on.until('some new', async () => count(on, 'good2') === 2);
    on.alarms.put('5xx', 'ALARM');
    const { least, most } = await watched(on, arn, 'ROLLBACK_SUCCESSFUL');
    expect(least).toBeGreaterThanOrEqual(2);
    expect(most).toBeLessThanOrEqual(4);
    expect((await on.deployment(arn)).alarms).toMatchObject({ status: 'TRIGGERED', triggeredAlarmNames: ['5xx'] });
    expect([count(on, 'good1'), count(on, 'good2')]).toEqual([4, 0]);
  });

  test('by StopServiceDeployment ends where it began', async () => {
    const on = await stage();
    await serving(on, rolling(4, half));
    const arn = await deploy(on, 'good2');
    await on.until('some new', async () => count(on, 'good2') === 2);
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    const { least } = await watched(on, arn, 'ROLLBACK_SUCCESSFUL');
    expect(least).toBeGreaterThanOrEqual(2);
    const ended = await on.deployment(arn);
    expect(ended.lifecycleStage).toBeUndefined();
    expect(ended.rollback?.serviceRevisionArn).toBe(ended.sourceServiceRevisions?.[0]?.arn);
    expect([count(on, 'good1'), count(on, 'good2')]).toEqual([4, 0]);
  });

  test('is overtaken by a newer one, which replaces both', async () => {
    const on = await stage();
    await serving(on, rolling(4, half));
    const old = await deploy(on, 'good2');
    await on.until('some new', async () => count(on, 'good2') === 2);
    const arn = await deploy(on, 'good3');
    expect((await on.deployment(old)).status).toBe('STOPPED');
    expect((await on.deployment(arn)).sourceServiceRevisions).toHaveLength(2);
    const { least, most } = await watched(on, arn, 'SUCCESSFUL');
    expect(least).toBeGreaterThanOrEqual(2);
    expect(most).toBeLessThanOrEqual(4);
    expect(['good1', 'good2', 'good3'].map((tag) => count(on, tag))).toEqual([0, 0, 4]);
  });

  test('and stops without a rollback where its breaker has none, with nothing more launched', async () => {
    const on = await stage();
    await serving(on, rolling(2, { deploymentCircuitBreaker: { enable: true, rollback: false } }));
    const arn = await deploy(on, 'crash2');
    await on.reaches(arn, 'STOPPED');
    const launched = on.runtime.tasks.length;
    await on.clock.advance(600_000);
    expect(on.runtime.tasks).toHaveLength(launched);
    expect(count(on, 'good1')).toBe(2);
  });
});
