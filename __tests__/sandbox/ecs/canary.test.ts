import { describe, expect, test } from '@jest/globals';
import { blue, deploy, green, pauseAt, productionRule, serving, stage } from './fakes/stage.ts';

const minute = 60_000;
const canary = (canaryPercent: number, canaryBakeTimeInMinutes: number, more: object = {}) => ({
  deploymentConfiguration: {
    strategy: 'CANARY',
    bakeTimeInMinutes: 0,
    canaryConfiguration: { canaryPercent, canaryBakeTimeInMinutes },
    ...more,
  },
});

describe('a CANARY deployment', () => {
  test('gives a tenth of a percent exactly, waits, and then gives all', async () => {
    const on = await stage();
    await serving(on);
    on.balancer.journal.length = 0;
    const arn = await deploy(on, 'good2', canary(0.1, 20));
    await on.until('the canary', async () => on.balancer.forward(productionRule)?.get(green) === 1);
    expect(on.balancer.forward(productionRule)?.get(blue)).toBe(999);
    expect(await on.deployment(arn)).toMatchObject({
      lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
      sourceServiceRevisions: [{ requestedProductionTrafficWeight: 99.9 }],
      targetServiceRevision: { requestedProductionTrafficWeight: 0.1 },
    });
    await on.clock.advance(19 * minute);
    expect(on.balancer.forward(productionRule)?.get(green)).toBe(1);
    await on.reaches(arn, 'SUCCESSFUL');
    expect(on.balancer.journal.filter((line) => line.startsWith('forward production'))).toEqual([
      'forward production blue=999 green=1',
      'forward production blue=0 green=100',
    ]);
  });

  test('pauses before the canary and before the rest', async () => {
    const on = await stage();
    await serving(on);
    const hooks = { lifecycleHooks: pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT') };
    const arn = await deploy(on, 'good2', canary(5, 0, hooks));
    const first = await on.paused(arn, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: first });
    await on.until('the canary', async () => on.balancer.forward(productionRule)?.get(green) === 5);
    const second = await on.paused(arn, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    expect(second).not.toBe(first);
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: second, action: 'ROLLBACK' });
    await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect(on.balancer.forward(productionRule)?.get(green)).toBe(0);
  });

  test.each([
    [
      'a canary of nobody',
      { canaryPercent: 0 },
      'canaryPercent must be a multiple of 0.1 between 0.1 and 100.0. Got: 0',
    ],
    ['a canary finer than a tenth', { canaryPercent: 0.15 }, 'Got: 0.15'],
    ['half a minute', { canaryBakeTimeInMinutes: 1.5 }, 'canaryBakeTimeInMinutes'],
  ])('is refused with %s', async (_what, canaryConfiguration, message) => {
    const on = await stage();
    await serving(on);
    const refusal = await on.refused('UpdateService', {
      service: 'web',
      deploymentConfiguration: { strategy: 'CANARY', canaryConfiguration },
    });
    expect(refusal).toMatchObject({ code: 'InvalidParameterException', message: expect.stringContaining(message) });
  });
});
