import { describe, expect, test } from '@jest/globals';
import { blue, blueGreen, deploy, green, pauseAt, productionRule, type Stage, serving, stage } from './fakes/stage.ts';

const pausedAt = async (on: Stage, at: string) => {
  const arn = await deploy(on, 'good2', { deploymentConfiguration: { ...blueGreen, lifecycleHooks: pauseAt(at) } });
  return { arn, hookId: await on.paused(arn, at) };
};
const noHooks = { deploymentConfiguration: { lifecycleHooks: [] } };

describe('a newer deployment', () => {
  test('stops the one that is under way and makes its hook ids worthless', async () => {
    const on = await stage();
    await serving(on);
    const old = await pausedAt(on, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    const arn = await deploy(on, 'good3', noHooks);
    const stopped = await on.deployment(old.arn);
    expect(stopped).toMatchObject({ status: 'STOPPED', finishedAt: expect.any(Date) });
    expect(stopped.rollback).toBeUndefined();
    const refusal = await on.refused('ContinueServiceDeployment', {
      serviceDeploymentArn: old.arn,
      hookId: old.hookId,
    });
    expect(refusal.code).toBe('InvalidParameterException');
    await on.reaches(arn, 'SUCCESSFUL');
    expect((await on.deployments()).map(({ status }) => status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
  });

  test('first clears away the unfinished revision in RECONCILE_SERVICE, and names both as its sources', async () => {
    const on = await stage();
    await serving(on);
    await pausedAt(on, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    const stages: (string | undefined)[] = [];
    const arn = await deploy(on, 'good3', noHooks);
    expect((await on.deployment(arn)).sourceServiceRevisions).toHaveLength(2);
    await on.until('the end', async () => {
      const { lifecycleStage, status } = await on.deployment(arn);
      if (stages.at(-1) !== lifecycleStage) stages.push(lifecycleStage);
      if (lifecycleStage === 'SCALE_UP') expect(on.runtime.running('registry/web:good2')).toHaveLength(0);
      return status === 'SUCCESSFUL';
    });
    expect(stages.slice(0, 3)).toEqual(['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP']);
    expect(on.runtime.running('registry/web:good3')).toHaveLength(2);
    expect(on.balancer.forward(productionRule)).toEqual(
      new Map([
        [blue, 0],
        [green, 100],
      ]),
    );
  });

  test('brings production back to the last good revision when the old one had already taken it', async () => {
    const on = await stage();
    await serving(on);
    await pausedAt(on, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    on.balancer.journal.length = 0;
    const arn = await deploy(on, 'good3', noHooks);
    await on.until('SCALE_UP', async () => (await on.deployment(arn)).lifecycleStage === 'SCALE_UP');
    const { journal } = on.balancer;
    expect(journal.indexOf('forward production blue=100 green=0')).toBe(0);
    expect(journal.indexOf('drain green')).toBeGreaterThan(0);
    await on.reaches(arn, 'SUCCESSFUL');
  });

  test('stops a rollback too, and turns back to the same good revision when it fails itself', async () => {
    const on = await stage();
    await serving(on);
    const old = await pausedAt(on, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    await on.call('StopServiceDeployment', { serviceDeploymentArn: old.arn });
    await on.until('rollback', async () => (await on.deployment(old.arn)).status === 'ROLLBACK_IN_PROGRESS');
    const arn = await deploy(on, 'crash3', {
      deploymentConfiguration: { lifecycleHooks: [], deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    expect((await on.deployment(old.arn)).status).toBe('STOPPED');
    await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
    expect(on.balancer.forward(productionRule)?.get(blue)).toBe(100);
  });

  test('of a rolling update replaces the tasks of all revisions before it', async () => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: {} });
    const old = await deploy(on, 'slow2');
    await on.clock.advance(5_000);
    const arn = await deploy(on, 'good3');
    expect((await on.deployment(old)).status).toBe('STOPPED');
    await on.reaches(arn, 'SUCCESSFUL');
    await on.clock.advance(120_000);
    expect(on.runtime.running('registry/web:good1')).toHaveLength(0);
    expect(on.runtime.running('registry/web:slow2')).toHaveLength(0);
    expect(on.runtime.running('registry/web:good3')).toHaveLength(2);
  });
});
