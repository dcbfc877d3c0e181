import { describe, expect, test } from '@jest/globals';
import {
  blue,
  blueGreen,
  deploy,
  foreign,
  green,
  loadBalancers,
  networkConfiguration,
  pauseAt,
  productionRule,
  type Stage,
  serving,
  stage,
  testRule,
} from './fakes/stage.ts';

const paused = async (on: Stage, at: string, tag = 'good2') => {
  const arn = await deploy(on, tag, { deploymentConfiguration: { ...blueGreen, lifecycleHooks: pauseAt(at) } });
  const hookId = await on.paused(arn, at);
  return { arn, hookId };
};

describe('a blue/green rollback', () => {
  test('gives production back first, then test traffic, and only then drains the candidate', async () => {
    const on = await stage();
    await serving(on);
    const { arn, hookId } = await paused(on, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    on.balancer.journal.length = 0;
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId, action: 'ROLLBACK' });
    const ended = await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect(on.balancer.journal).toEqual([
      'forward production blue=100 green=0',
      'forward test green=0 blue=100',
      'drain green',
      'drain green',
      'drained green',
      'drained green',
    ]);
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
    expect(on.runtime.running('registry/web:good2')).toHaveLength(0);
    expect(ended.targetServiceRevision).toMatchObject({ requestedProductionTrafficWeight: 0, runningTaskCount: 0 });
    expect(ended.sourceServiceRevisions).toMatchObject([
      { requestedProductionTrafficWeight: 100, runningTaskCount: 2 },
    ]);
    expect(ended.rollback?.serviceRevisionArn).toBe(ended.sourceServiceRevisions?.[0]?.arn);
    expect(ended.finishedAt).toBeInstanceOf(Date);
  });

  test('goes through ROLLBACK_REQUESTED and ROLLBACK_IN_PROGRESS', async () => {
    const on = await stage();
    await serving(on);
    const { arn } = await paused(on, 'PRE_PRODUCTION_TRAFFIC_SHIFT');
    const seen: (string | undefined)[] = [];
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    await on.until('the end', async () => {
      const { status } = await on.deployment(arn);
      if (seen.at(-1) !== status) seen.push(status);
      return status === 'ROLLBACK_SUCCESSFUL';
    });
    expect(seen).toEqual(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL']);
  });

  test('leaves the service at the task definition it had, with one deployment, steady', async () => {
    const on = await stage();
    await serving(on);
    const before = await on.service();
    const { arn } = await paused(on, 'POST_SCALE_UP');
    expect((await on.service()).deployments).toHaveLength(2);
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    await on.clock.advance(1_000);
    const after = await on.service();
    expect(after.taskDefinition).toBe(before.taskDefinition);
    expect(after.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 }]);
    expect(after.events?.[0]?.message).toBe('(service web) has reached a steady state.');
    expect(on.balancer.forward(productionRule)?.get(blue)).toBeGreaterThan(0);
  });

  test('in CLEAN_UP first brings the old tasks back, so that traffic never meets nobody', async () => {
    const on = await stage();
    await serving(on);
    const arn = await deploy(on, 'good2');
    await on.until('CLEAN_UP', async () => (await on.deployment(arn)).lifecycleStage === 'CLEAN_UP');
    await on.clock.advance(3_000);
    on.balancer.journal.length = 0;
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    const { journal } = on.balancer;
    expect(journal.indexOf('register blue')).toBeGreaterThanOrEqual(0);
    expect(journal.indexOf('register blue')).toBeLessThan(journal.indexOf('forward production blue=100 green=0'));
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
  });

  test('without an earlier revision ends ROLLBACK_FAILED', async () => {
    const on = await stage();
    const taskDefinition = await on.register('good1');
    await on.call('CreateService', {
      serviceName: 'web',
      taskDefinition,
      desiredCount: 1,
      networkConfiguration,
      loadBalancers,
      deploymentConfiguration: { ...blueGreen, lifecycleHooks: pauseAt('PRE_SCALE_UP') },
    });
    const arn = (await on.service()).currentServiceDeployment ?? '';
    const hookId = await on.paused(arn, 'PRE_SCALE_UP');
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId, action: 'ROLLBACK' });
    const ended = await on.reaches(arn, 'ROLLBACK_FAILED');
    expect(ended.statusReason).toBe('No rollback candidate was found to run the rollback.');
  });

  test('ends ROLLBACK_FAILED when the rule that it must turn back is gone', async () => {
    const on = await stage();
    await serving(on);
    const { arn } = await paused(on, 'POST_PRODUCTION_TRAFFIC_SHIFT');
    on.balancer.dropRule(productionRule);
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    expect((await on.reaches(arn, 'ROLLBACK_FAILED')).statusReason).toBe('One or more rules not found');
    expect(on.runtime.running('registry/web:good2')).toHaveLength(2);
  });

  test('begins when a rule is gone that the deployment must move', async () => {
    const on = await stage();
    await serving(on);
    const { arn } = await paused(on, 'POST_TEST_TRAFFIC_SHIFT');
    on.balancer.dropRule(productionRule);
    const hookId = (await on.deployment(arn)).lifecycleHookDetails?.[0]?.hookId;
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId });
    const ended = await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect(ended.statusReason).toBe(
      'Service deployment rolled back because PRODUCTION_TRAFFIC_SHIFT lifecycle hook(s) failed. One or more rules not found',
    );
  });
});

describe('StopServiceDeployment', () => {
  test('knows no ABORT', async () => {
    const on = await stage();
    await serving(on);
    const { arn } = await paused(on, 'PRE_SCALE_UP');
    expect(await on.refused('StopServiceDeployment', { serviceDeploymentArn: arn, stopType: 'ABORT' })).toMatchObject({
      code: 'UnsupportedFeatureException',
    });
    expect((await on.deployment(arn)).status).toBe('IN_PROGRESS');
  });

  test('lets a running rollback go on, and is a conflict once it has ended', async () => {
    const on = await stage();
    await serving(on);
    const { arn } = await paused(on, 'PRE_SCALE_UP');
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect((await on.refused('StopServiceDeployment', { serviceDeploymentArn: arn })).code).toBe('ConflictException');
  });
});

describe('a deployment starts and then is rolled back because of its listener rules', () => {
  const both =
    'should have exactly one target group serving traffic but found 2 target groups which are serving traffic';
  test.each<[string, (on: Stage) => void, string]>([
    ['both target groups have weight', (on) => on.balancer.putRule(productionRule, { [blue]: 50, [green]: 50 }), both],
    [
      'none has weight',
      (on) => on.balancer.putRule(productionRule, { [blue]: 0, [green]: 0 }),
      'found 0 target groups',
    ],
    [
      'a foreign target group is on the rule',
      (on) => on.balancer.putRule(productionRule, { [blue]: 1, [foreign]: 0 }),
      `Production listener rule is forwarding traffic to unexpected target group ${foreign}`,
    ],
    ['the production rule is gone', (on) => on.balancer.dropRule(productionRule), 'One or more rules not found'],
    ['the test rule is gone', (on) => on.balancer.dropRule(testRule), 'One or more rules not found'],
    [
      'the alternate target group is gone',
      (on) => on.balancer.dropGroup(green),
      `The target group ${green} does not exist`,
    ],
    [
      'the alternate target group is on neither rule',
      (on) => {
        on.balancer.putRule(productionRule, { [blue]: 1 });
        on.balancer.putRule(testRule, { [blue]: 1 });
      },
      `Target group ${green} is not associated with either productionListenerRule or testListenerRule.`,
    ],
  ])('%s', async (_what, spoil, reason) => {
    const on = await stage();
    await serving(on);
    spoil(on);
    on.balancer.journal.length = 0;
    const arn = await deploy(on, 'good2');
    expect((await on.deployment(arn)).status).toBe('PENDING');
    const ended = await on.reaches(arn, 'ROLLBACK_SUCCESSFUL');
    expect(ended.statusReason).toContain('Service deployment rolled back because of invalid networking configuration');
    expect(ended.statusReason).toContain(reason);
    // The rules that ECS found broken are left as they were.
    expect(on.balancer.journal).toEqual([]);
    expect(on.runtime.running('registry/web:good1')).toHaveLength(2);
  });
});

describe('UpdateService and CreateService refuse at once', () => {
  const entry = loadBalancers[0];
  test.each<[string, object, string]>([
    [
      'one rule for production and test',
      { ...entry, advancedConfiguration: { ...entry?.advancedConfiguration, testListenerRule: productionRule } },
      'cannot be used as both production and test listener rules',
    ],
    [
      'a listener in place of a rule',
      {
        ...entry,
        advancedConfiguration: {
          ...entry?.advancedConfiguration,
          productionListenerRule: productionRule.replace('listener-rule', 'listener'),
        },
      },
      'has an invalid ARN format',
    ],
    [
      'blue/green without a second target group',
      { targetGroupArn: blue, containerName: 'web', containerPort: 8080 },
      'advancedConfiguration field is required',
    ],
    ['the same target group twice', { ...entry, targetGroupArn: green }, 'Duplicate targetGroupArn found'],
    [
      'an unknown container',
      { ...entry, containerName: 'api' },
      'The container api does not exist in the task definition.',
    ],
    ['an unknown port', { ...entry, containerPort: 1 }, 'did not have a container port 1 defined'],
    ['an unknown target group', { ...entry, targetGroupArn: `${blue}0` }, 'target group'],
  ])('%s', async (_what, loadBalancer, message) => {
    const on = await stage();
    await serving(on);
    const refusal = await on.refused('UpdateService', { service: 'web', loadBalancers: [loadBalancer] });
    expect(refusal.code).toBe('InvalidParameterException');
    expect(refusal.message).toContain(message);
  });
});
