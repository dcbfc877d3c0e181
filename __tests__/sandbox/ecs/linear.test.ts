import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import {
  blue,
  deploy,
  green,
  networkConfiguration,
  pauseAt,
  productionRule,
  type Stage,
  serving,
  stage,
} from './fakes/stage.ts';

const minute = 60_000;
const linear = (stepPercent?: number, stepBakeTimeInMinutes = 2, more: object = {}) => ({
  deploymentConfiguration: {
    strategy: 'LINEAR',
    bakeTimeInMinutes: 1,
    linearConfiguration: { stepPercent, stepBakeTimeInMinutes },
    ...more,
  },
});
const before = { lifecycleHooks: pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT') };

const weightsOf = (on: Stage) => [blue, green].map((arn) => on.balancer.forward(productionRule)?.get(arn));
const shares = ({ sourceServiceRevisions, targetServiceRevision }: ServiceDeployment) => [
  sourceServiceRevisions?.[0]?.requestedProductionTrafficWeight,
  targetServiceRevision?.requestedProductionTrafficWeight,
];
const shifts = (on: Stage) => on.balancer.journal.filter((line) => line.startsWith('forward production'));

/** Continues pauses until the target has `percent`. */
async function walkTo(on: Stage, arn: string, percent: number): Promise<string> {
  for (;;) {
    const hookId = await on.paused(arn, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    if (shares(await on.deployment(arn))[1] === percent) return hookId;
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId });
  }
}

describe('a LINEAR deployment', () => {
  test('shifts in equal steps, each with its two stages, and ends like any other', async () => {
    const on = await stage();
    await serving(on);
    on.balancer.journal.length = 0;
    const stages: string[] = [];
    const arn = await deploy(on, 'good2', linear(40));
    await on.until('the end', async () => {
      const { lifecycleStage, status } = await on.deployment(arn);
      if (lifecycleStage !== undefined && stages.at(-1) !== lifecycleStage) stages.push(lifecycleStage);
      return status === 'SUCCESSFUL';
    });
    const step = ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'];
    expect(stages).toEqual([
      'PRE_SCALE_UP',
      'SCALE_UP',
      'POST_SCALE_UP',
      'TEST_TRAFFIC_SHIFT',
      'POST_TEST_TRAFFIC_SHIFT',
      ...step,
      ...step,
      ...step,
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'BAKE_TIME',
      'CLEAN_UP',
    ]);
    expect(shifts(on)).toEqual([
      'forward production blue=60 green=40',
      'forward production blue=20 green=80',
      'forward production blue=0 green=100',
    ]);
    expect(on.runtime.running('registry/web:good1')).toHaveLength(0);
  });

  test('stays at each share for its bake time, and not at a hundred', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2', linear(50, 30, { bakeTimeInMinutes: 0 }));
    await on.until('half', async () => shares(await on.deployment(arn))[1] === 50);
    await on.clock.advance(29 * minute);
    expect(shares(await on.deployment(arn))).toEqual([50, 50]);
    expect((await on.deployment(arn)).lifecycleStage).toBe('PRODUCTION_TRAFFIC_SHIFT');
    await on.clock.advance(1 * minute + 30_000);
    expect((await on.deployment(arn)).status).toBe('SUCCESSFUL');
  });

  test('pauses with a fresh id before every step, and says what it ordered', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2', linear(33.3, 0, before));
    const ids: string[] = [];
    const seen: unknown[] = [];
    for (let n = 0; n < 4; n += 1) {
      const hookId = await on.paused(arn, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
      ids.push(hookId);
      seen.push([...shares(await on.deployment(arn)), ...weightsOf(on)]);
      await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId });
    }
    const done = await on.reaches(arn, 'SUCCESSFUL');
    expect(new Set(ids).size).toBe(4);
    expect(seen).toEqual([
      [100, 0, 100, 0],
      [66.7, 33.3, 667, 333],
      [33.4, 66.6, 334, 666],
      [0.1, 99.9, 1, 999],
    ]);
    expect([...shares(done), ...weightsOf(on)]).toEqual([0, 100, 0, 100]);
  });

  test('lets an id of an earlier step answer nothing', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2', linear(50, 0, before));
    const first = await on.paused(arn, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: first });
    await on.until('half', async () => shares(await on.deployment(arn))[1] === 50);
    await on.paused(arn, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    const refusal = await on.refused('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: first });
    expect(refusal.message).toContain('either completed, unavailable');
    expect(shares(await on.deployment(arn))).toEqual([50, 50]);
  });

  test('of a new service gives it all the traffic at once, since nobody else could take the rest', async () => {
    const on = await stage();
    const taskDefinition = await on.register('good1');
    await on.call('CreateService', {
      serviceName: 'web',
      taskDefinition,
      desiredCount: 1,
      networkConfiguration,
      loadBalancers: [
        {
          targetGroupArn: blue,
          containerName: 'web',
          containerPort: 8080,
          advancedConfiguration: {
            alternateTargetGroupArn: green,
            productionListenerRule: productionRule,
            roleArn: 'arn:aws:iam::123456789012:role/infrastructure',
          },
        },
      ],
      ...linear(10),
    });
    on.balancer.putRule(productionRule, { [blue]: 1, [green]: 0 });
    await on.reaches((await on.service()).currentServiceDeployment ?? '', 'SUCCESSFUL');
    expect(shifts(on)).toEqual(['forward production blue=100 green=0']);
  });

  test('keeps both versions at their full count until all traffic has left', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2', linear(50, 0, before));
    await walkTo(on, arn, 50);
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
    expect(on.runtime.running('registry/web:good2')).toHaveLength(2);
    const { sourceServiceRevisions, targetServiceRevision } = await on.deployment(arn);
    expect([sourceServiceRevisions?.[0], targetServiceRevision]).toMatchObject([
      { requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 },
      { requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 },
    ]);
  });
});

describe('a rollback out of a step', () => {
  const outs: [string, (on: Stage, arn: string, hookId: string) => Promise<unknown>, string][] = [
    [
      'an answer of ROLLBACK',
      (on, arn, hookId) =>
        on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId, action: 'ROLLBACK' }),
      'PRE_PRODUCTION_TRAFFIC_SHIFT pause hook was rolled back',
    ],
    [
      'StopServiceDeployment',
      (on, arn) => on.call('StopServiceDeployment', { serviceDeploymentArn: arn, stopType: 'ROLLBACK' }),
      'stopped with StopServiceDeployment',
    ],
    ['an alarm', async (on) => on.alarms.put('5xx', 'ALARM'), 'one or more active alarms'],
    [
      'a pause that nobody answers',
      async (on) => on.clock.advance(3 * minute),
      'PRE_PRODUCTION_TRAFFIC_SHIFT pause hook timed out',
    ],
  ];
  const steps = [0, 30, 90];

  test.each(steps.flatMap((percent) => outs.map(([what, act, reason]) => ({ percent, what, act, reason }))))(
    'at $percent % by $what gives stable everything back before the candidate goes',
    async ({ percent, act, reason }) => {
      const on = await stage();
      on.alarms.put('5xx', 'OK');
      await serving(on);
      const hook = {
        targetType: 'PAUSE',
        lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
        timeoutConfiguration: { timeoutInMinutes: 3 },
      };
      const alarms = { alarmNames: ['5xx'], enable: true, rollback: true };
      const arn = await deploy(on, 'good2', linear(30, 0, { lifecycleHooks: [hook], alarms }));
      const hookId = await walkTo(on, arn, percent);
      on.balancer.journal.length = 0;
      await act(on, arn, hookId);
      const ended = await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
      expect(ended.statusReason).toContain(reason);
      expect(on.balancer.journal.slice(0, 2)).toEqual([
        ...(percent === 0 ? [] : ['forward production blue=100 green=0']),
        'forward test green=0 blue=100',
        ...(percent === 0 ? ['drain green'] : []),
      ]);
      expect(shares(ended)).toEqual([100, 0]);
      expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
      expect(on.runtime.running('registry/web:good2')).toHaveLength(0);
    },
  );

  test('during the bake of a step moves the traffic before anything else is waited for', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2', linear(50, 60));
    await on.until('half', async () => shares(await on.deployment(arn))[1] === 50);
    await on.clock.advance(minute);
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    await on.clock.advance(500);
    expect(weightsOf(on)).toEqual([100, 0]);
    expect((await on.deployment(arn)).status).toBe('ROLLBACK_IN_PROGRESS');
    await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
  });

  test('by a newer deployment first brings the traffic together on stable', async () => {
    const on = await stage();
    await serving(on);
    const old = await deploy(on, 'good2', linear(50, 0, before));
    await walkTo(on, old, 50);
    on.balancer.journal.length = 0;
    const arn = await deploy(on, 'good3', linear(50, 0, { lifecycleHooks: [] }));
    expect((await on.deployment(old)).status).toBe('STOPPED');
    await on.reaches(arn, 'SUCCESSFUL');
    expect(shifts(on)).toEqual([
      'forward production blue=100 green=0',
      'forward production blue=50 green=50',
      'forward production blue=0 green=100',
    ]);
  });

  test('is left out by an alarm without rollback: the service stays as it stands, and the next deployment tidies up', async () => {
    const on = await stage();
    on.alarms.put('5xx', 'OK');
    await serving(on);
    const alarms = { alarmNames: ['5xx'], enable: true, rollback: false };
    const old = await deploy(on, 'good2', linear(25, 0, { ...before, alarms }));
    await walkTo(on, old, 25);
    on.alarms.put('5xx', 'ALARM');
    await on.reaches(old, 'STOPPED');
    expect(weightsOf(on)).toEqual([75, 25]);
    await on.reaches(await deploy(on, 'good3', { deploymentConfiguration: { lifecycleHooks: [] } }), 'SUCCESSFUL');
    expect(weightsOf(on)).toEqual([0, 100]);
    expect(on.runtime.running('registry/web:good3')).toHaveLength(2);
    expect(on.runtime.running('registry/web:good2')).toHaveLength(0);
  });
});

describe('UpdateService', () => {
  test('shows what AWS takes when numbers are left out', async () => {
    const on = await stage();
    await serving(on);
    await on.call('UpdateService', { service: 'web', deploymentConfiguration: { strategy: 'LINEAR' } });
    expect((await on.service()).deploymentConfiguration).toMatchObject({
      linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 },
    });
    await on.call('UpdateService', {
      service: 'web',
      deploymentConfiguration: { linearConfiguration: { stepPercent: 12.5 } },
    });
    expect((await on.service()).deploymentConfiguration).toMatchObject({
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 12.5, stepBakeTimeInMinutes: 6 },
    });
  });

  test.each([
    ['a step below three percent', { stepPercent: 2.9 }, 'between 3.0 and 100.0. Got: 2.9'],
    ['a step above a hundred', { stepPercent: 100.1 }, 'Got: 100.1'],
    ['a step finer than a tenth', { stepPercent: 33.33 }, 'multiple of 0.1'],
    ['a bake of more than a day', { stepBakeTimeInMinutes: 1441 }, 'stepBakeTimeInMinutes must be between 0 and 1440'],
    ['a bake before it began', { stepBakeTimeInMinutes: -1 }, 'Got: -1'],
  ])('refuses %s', async (_what, linearConfiguration, message) => {
    const on = await stage();
    await serving(on);
    const refusal = await on.refused('UpdateService', {
      service: 'web',
      deploymentConfiguration: { strategy: 'LINEAR', linearConfiguration },
    });
    expect(refusal).toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  test.each([0.1, 0.3, 0.7, 1.1, 8.2, 33.3, 99.9])(
    'takes the tenth %d, however a double writes it',
    async (percent) => {
      const on = await stage();
      await serving(on);
      await on.call('UpdateService', {
        service: 'web',
        deploymentConfiguration: { strategy: 'CANARY', canaryConfiguration: { canaryPercent: percent } },
      });
      expect((await on.service()).deploymentConfiguration?.canaryConfiguration?.canaryPercent).toBe(percent);
    },
  );
});
