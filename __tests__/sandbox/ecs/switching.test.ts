import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import {
  blue,
  blueGreen,
  deploy,
  foreign,
  green,
  loadBalancers,
  pauseAt,
  productionRule,
  type Stage,
  serving,
  stage,
  testRule,
} from './fakes/stage.ts';

const rolling = { strategy: 'ROLLING' } as const;
const linear = { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 } } as const;
const canary = { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 1, canaryBakeTimeInMinutes: 0 } } as const;
const plain = loadBalancers.map(({ advancedConfiguration: _, ...entry }) => entry);

const weightsOf = (on: Stage) => [blue, green].map((arn) => on.balancer.forward(productionRule)?.get(arn) ?? 0);
const targets = (on: Stage) => [blue, green].map((arn) => on.balancer.targets(arn).length);
const to = (deploymentConfiguration: DeploymentConfiguration, more: object = {}) => ({
  deploymentConfiguration,
  ...more,
});

describe('a service switched in place', () => {
  test.each([
    ['BLUE_GREEN', blueGreen, ['forward production blue=0 green=100']],
    ['LINEAR', linear, ['forward production blue=50 green=50', 'forward production blue=0 green=100']],
    ['CANARY', canary, ['forward production blue=99 green=1', 'forward production blue=0 green=100']],
  ] as const)(
    'from ROLLING to %s in one UpdateService that also names the rules',
    async (_to, configuration, forwards) => {
      const on = await stage();
      await serving(on, { deploymentConfiguration: rolling, loadBalancers: plain });
      on.balancer.journal.length = 0;
      const arn = await deploy(on, 'good2', to(configuration as DeploymentConfiguration, { loadBalancers }));
      await on.reaches(arn, 'SUCCESSFUL');
      expect(on.balancer.journal.filter((line) => line.startsWith('forward production'))).toEqual(forwards);
      expect(targets(on)).toEqual([0, 2]);
    },
  );

  test('to LINEAR goes back by the rules that only the new revision knows', async () => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: rolling, loadBalancers: plain });
    const configuration = {
      ...linear,
      lifecycleHooks: pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT'),
    } as DeploymentConfiguration;
    const arn = await deploy(on, 'good2', to(configuration, { loadBalancers }));
    const first = await on.paused(arn, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: first });
    await on.until('half', async () => weightsOf(on)[1] === 50);
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect(weightsOf(on)).toEqual([100, 0]);
    expect(on.balancer.forward(testRule)?.get(blue)).toBe(100);
    expect(targets(on)).toEqual([2, 0]);
    expect((await on.service()).loadBalancers?.[0]?.advancedConfiguration).toBeUndefined();
  });

  test('to ROLLING goes on in the target group that serves, and leaves the rules alone', async () => {
    const on = await stage();
    await serving(on);
    await on.reaches(await deploy(on, 'good2'), 'SUCCESSFUL');
    expect(weightsOf(on)).toEqual([0, 100]);
    on.balancer.journal.length = 0;
    const arn = await deploy(on, 'good3', to(rolling));
    const done = await on.reaches(arn, 'SUCCESSFUL');
    expect(on.balancer.journal.filter((line) => line.startsWith('forward'))).toEqual([]);
    expect(targets(on)).toEqual([0, 2]);
    expect(done.lifecycleStage).toBeUndefined();
    expect(done.targetServiceRevision?.requestedProductionTrafficWeight).toBeUndefined();
    // And back again, to the other target group.
    await on.reaches(await deploy(on, 'good4', to(blueGreen as DeploymentConfiguration)), 'SUCCESSFUL');
    expect([...weightsOf(on), ...targets(on)]).toEqual([100, 0, 2, 0]);
  });

  test('to ROLLING after a shift that failed halfway brings all users to stable before the strays go', async () => {
    const on = await stage();
    on.alarms.put('5xx', 'OK');
    await serving(on);
    const alarms = { alarmNames: ['5xx'], enable: true, rollback: false };
    const lifecycleHooks = pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT');
    const old = await deploy(on, 'good2', to({ ...linear, alarms, lifecycleHooks } as DeploymentConfiguration));
    const hookId = await on.paused(old, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: old, hookId });
    await on.until('half', async () => weightsOf(on)[1] === 50);
    on.alarms.put('5xx', 'ALARM');
    await on.reaches(old, 'STOPPED');
    on.balancer.journal.length = 0;
    await on.reaches(await deploy(on, 'good3', to(rolling)), 'SUCCESSFUL');
    const { journal } = on.balancer;
    expect(journal.indexOf('forward production blue=100 green=0')).toBe(0);
    expect(journal).toContain('drain green');
    expect(targets(on)).toEqual([2, 0]);
  });

  test('between strategies leaves the numbers of the one it had behind', async () => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: linear });
    await on.call('UpdateService', { service: 'web', deploymentConfiguration: canary });
    const { deploymentConfiguration } = await on.service();
    expect(deploymentConfiguration).toMatchObject(canary);
    expect(deploymentConfiguration?.linearConfiguration).toBeUndefined();
    expect(await on.deployments()).toHaveLength(1);
  });
});

describe('UpdateService refuses', () => {
  const refused = async (on: Stage, input: object) => on.refused('UpdateService', { service: 'web', ...input });

  test('to switch to ROLLING while a shift is under way', async () => {
    const on = await stage();
    await serving(on);
    const lifecycleHooks = pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT');
    const arn = await deploy(on, 'good2', to({ ...linear, lifecycleHooks } as DeploymentConfiguration));
    await on.paused(arn, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    expect(await refused(on, to(rolling))).toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining('while a service deployment is in progress'),
    });
    expect((await on.deployment(arn)).status).toBe('IN_PROGRESS');
    // From one shifting strategy to another is a newer deployment like any other.
    await on.reaches(
      await deploy(on, 'good3', to({ ...canary, lifecycleHooks: [] } as DeploymentConfiguration)),
      'SUCCESSFUL',
    );
  });

  test.each<[string, DeploymentConfiguration, string]>([
    [
      'linearConfiguration without LINEAR',
      { strategy: 'CANARY', linearConfiguration: {} },
      'linearConfiguration is only valid',
    ],
    [
      'canaryConfiguration without CANARY',
      { strategy: 'BLUE_GREEN', canaryConfiguration: {} },
      'canaryConfiguration is only valid',
    ],
    [
      'early success without ROLLING',
      { earlySuccessCriteria: { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: 'BLOCKING' } },
      'earlySuccessCriteria is only valid',
    ],
  ])('%s', async (_what, deploymentConfiguration, message) => {
    const on = await stage();
    await serving(on);
    expect(await refused(on, { deploymentConfiguration })).toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  test.each([blueGreen, linear, canary])('$strategy for load balancers without rules', async (configuration) => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: rolling, loadBalancers: plain });
    expect(await refused(on, { deploymentConfiguration: configuration })).toMatchObject({
      code: 'InvalidParameterException',
      message:
        'advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy',
    });
  });

  test.each([linear, canary])('$strategy where there is no load balancer to shift traffic', async (configuration) => {
    const on = await stage();
    await serving(on, { deploymentConfiguration: rolling, loadBalancers: [] });
    expect((await refused(on, { deploymentConfiguration: configuration })).message).toContain(
      `loadBalancers must be provided when using the ${configuration.strategy}`,
    );
  });
});

test('a switch whose production rule serves another target group is rolled back, and the rule left as it was', async () => {
  const on = await stage();
  await serving(on, { deploymentConfiguration: rolling, loadBalancers: plain });
  on.balancer.putRule(productionRule, { [foreign]: 1 });
  const arn = await deploy(on, 'good2', to(canary as DeploymentConfiguration, { loadBalancers }));
  const ended = await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
  expect(ended.statusReason).toContain(`unexpected target group ${foreign}`);
  expect(on.balancer.forward(productionRule)).toEqual(new Map([[foreign, 1]]));
});
