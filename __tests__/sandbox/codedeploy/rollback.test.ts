import { describe, expect, it } from '@jest/globals';
import { appSpec, green, groupInput, installMs, minuteMs, production, revision, stage, test } from './fakes/stage.ts';

const canary = { deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes' };
const rollbackOn = (
  ...events: ('DEPLOYMENT_FAILURE' | 'DEPLOYMENT_STOP_ON_ALARM' | 'DEPLOYMENT_STOP_ON_REQUEST')[]
) => ({
  autoRollbackConfiguration: { enabled: true, events },
});
const alarmed = { alarmConfiguration: { enabled: true, alarms: [{ name: 'web-5xx' }] } };

describe('a deployment that is stopped', () => {
  it('answers Pending, gets Stopped, and a rollback deployment takes the traffic back to the original task set and removes the other', async () => {
    const s = await stage();
    const id = await s.deploy('web:2', canary);
    await s.clock.advance(installMs);
    expect(await s.call('StopDeployment', { deploymentId: id, autoRollbackEnabled: true })).toMatchObject({
      status: 'Pending',
    });
    expect((await s.deployment(id)).status).toBe('InProgress');
    const info = await s.reaches(id, 'Stopped');
    const rollbackId = info.rollbackInfo?.rollbackDeploymentId ?? '';
    expect(info).toMatchObject({
      errorInformation: { code: 'MANUAL_STOP' },
      rollbackInfo: {
        rollbackMessage: `Deployment ${id} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackId}.`,
      },
    });
    expect((await s.events(id)).slice(5)).toEqual([
      'BeforeAllowTraffic Succeeded',
      'AllowTraffic Failed',
      'AfterAllowTraffic Skipped',
    ]);
    const back = await s.reaches(rollbackId, 'Succeeded');
    expect(back).toMatchObject({
      creator: 'codeDeployRollback',
      deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
      rollbackInfo: {
        rollbackTriggeringDeploymentId: id,
        rollbackMessage: `Deployment ${rollbackId} is triggered to roll back deployment ${id}.`,
      },
    });
    expect(s.routes.journal.slice(-2)).toEqual(['test blue=100 green=0', 'production blue=100 green=0']);
    // No task set is made for it.
    expect(s.services.journal).toEqual(['create web:2', 'primary web:1', 'remove web:2']);
    expect((await s.refused('StopDeployment', { deploymentId: id })).code).toBe('DeploymentAlreadyCompletedException');
  });

  it('goes back during the wait for termination too, when the candidate is already primary', async () => {
    const s = await stage();
    const id = await s.deploy('web:2');
    await s.clock.advance(installMs);
    expect(s.services.service?.primary()?.taskDefinition).toBe('web:2');
    await s.call('StopDeployment', { deploymentId: id, autoRollbackEnabled: true });
    const { rollbackInfo } = await s.reaches(id, 'Stopped');
    await s.reaches(rollbackInfo?.rollbackDeploymentId ?? '', 'Succeeded');
    expect(s.services.service?.primary()?.taskDefinition).toBe('web:1');
    expect(s.routes.journal.at(-1)).toBe('production blue=100 green=0');
  });

  it('without rollback leaves the traffic and both task sets as they are; the next deployment clears up', async () => {
    const s = await stage();
    const id = await s.deploy('web:2', canary);
    await s.clock.advance(installMs);
    await s.call('StopDeployment', { deploymentId: id });
    const info = await s.reaches(id, 'Stopped');
    expect(info.rollbackInfo).toBeUndefined();
    await s.clock.advance(10 * minuteMs);
    expect(s.routes.journal.at(-1)).toBe('production blue=90 green=10');
    expect(s.services.service?.taskSets()).toHaveLength(2);
    await s.reaches(await s.deploy('web:3'), 'Succeeded');
    expect(s.routes.journal.slice(3, 4)).toEqual(['production blue=100 green=0']);
    expect(s.services.journal.slice(1, 3)).toEqual(['remove web:2', 'create web:3']);
  });

  it('rolls back on request when the group says so, and not when the call says not to', async () => {
    const s = await stage();
    await s.group(rollbackOn('DEPLOYMENT_STOP_ON_REQUEST'));
    const first = await s.deploy('web:2', canary);
    await s.clock.advance(installMs);
    await s.call('StopDeployment', { deploymentId: first, autoRollbackEnabled: false });
    expect((await s.reaches(first, 'Stopped')).rollbackInfo).toBeUndefined();
    const second = await s.deploy('web:3', canary);
    await s.clock.advance(installMs);
    await s.call('StopDeployment', { deploymentId: second });
    expect((await s.reaches(second, 'Stopped')).rollbackInfo?.rollbackDeploymentId).toBeDefined();
  });

  it('has nothing to roll back before its task set is made', async () => {
    const s = await stage();
    const id = await s.deploy('web:2');
    await s.call('StopDeployment', { deploymentId: id, autoRollbackEnabled: true });
    const info = await s.reaches(id, 'Stopped');
    expect(info.rollbackInfo?.rollbackDeploymentId).toBeUndefined();
    expect(info.rollbackInfo?.rollbackMessage).toContain('nothing to roll back');
    expect(s.services.journal).toEqual([]);
  });

  it('keeps its group busy until the rollback is over, and cannot be continued', async () => {
    const s = await stage();
    const id = await s.deploy('web:2', canary);
    await s.clock.advance(installMs);
    await s.call('StopDeployment', { deploymentId: id, autoRollbackEnabled: true });
    const { rollbackInfo } = await s.reaches(id, 'Stopped');
    const rollbackId = rollbackInfo?.rollbackDeploymentId ?? '';
    const input = { applicationName: 'web', deploymentGroupName: 'web', revision: revision(appSpec('web:3')) };
    expect((await s.refused('CreateDeployment', input)).message).toContain(`'${rollbackId}'`);
    expect((await s.refused('ContinueDeployment', { deploymentId: rollbackId })).code).toBe(
      'UnsupportedActionForDeploymentTypeException',
    );
    await s.reaches(rollbackId, 'Succeeded');
    await s.deploy('web:3');
  });
});

describe('alarms', () => {
  it('stop the deployment in the middle of a shift, with their names, and turn it back when the group says so', async () => {
    const s = await stage();
    s.alarms.put('web-5xx', 'OK');
    await s.group({ ...alarmed, ...rollbackOn('DEPLOYMENT_STOP_ON_ALARM') });
    const id = await s.deploy('web:2', canary);
    await s.clock.advance(installMs);
    s.alarms.put('web-5xx', 'ALARM');
    const info = await s.reaches(id, 'Stopped');
    expect(info.errorInformation).toEqual({
      code: 'ALARM_ACTIVE',
      message:
        'One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <web-5xx>',
    });
    // The alarm is still in ALARM: the rollback is not stopped by it.
    await s.reaches(info.rollbackInfo?.rollbackDeploymentId ?? '', 'Succeeded');
    expect(s.routes.journal.at(-1)).toBe('production blue=100 green=0');
  });

  it('stop a deployment at once that begins while one is in ALARM', async () => {
    const s = await stage();
    s.alarms.put('web-5xx', 'ALARM');
    await s.group(alarmed);
    const info = await s.reaches(await s.deploy('web:2'), 'Stopped', 5_000);
    expect(info.errorInformation?.code).toBe('ALARM_ACTIVE');
    expect(s.services.journal).toEqual([]);
  });

  it('can be overridden for one deployment', async () => {
    const s = await stage();
    s.alarms.put('web-5xx', 'ALARM');
    await s.group(alarmed);
    const id = await s.deploy('web:2', { overrideAlarmConfiguration: { enabled: false } });
    expect((await s.reaches(id, 'Succeeded')).overrideAlarmConfiguration).toEqual({ enabled: false });
  });

  it('whose state nobody knows stop the deployment, unless that is to be ignored', async () => {
    const s = await stage();
    await s.group(alarmed);
    await s.reaches(await s.deploy('web:2'), 'Stopped', 5_000);
    await s.group({ alarmConfiguration: { ...alarmed.alarmConfiguration, ignorePollAlarmFailure: true } });
    await s.reaches(await s.deploy('web:3'), 'Succeeded');
  });
});

describe('a deployment that fails', () => {
  it('gives up on a task set that is not steady within an hour, and turns back when failures do', async () => {
    const s = await stage();
    await s.group(rollbackOn('DEPLOYMENT_FAILURE'));
    const id = await s.deploy('sick:2');
    await s.clock.advance(59 * minuteMs);
    expect((await s.deployment(id)).status).toBe('InProgress');
    const info = await s.reaches(id, 'Failed', 3 * minuteMs);
    expect(info.errorInformation?.message).toBe(
      'The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.',
    );
    expect(info.deploymentOverview).toMatchObject({ Failed: 1, Succeeded: 0 });
    expect((await s.events(id)).slice(1, 3)).toEqual(['Install Failed', 'AfterInstall Skipped']);
    await s.reaches(info.rollbackInfo?.rollbackDeploymentId ?? '', 'Succeeded');
    expect(s.services.journal.at(-1)).toBe('remove sick:2');
  });

  it('says what ECS refused', async () => {
    const s = await stage();
    const info = await s.reaches(await s.deploy('gone:2'), 'Failed');
    expect(info.errorInformation).toEqual({
      code: 'ECS_UPDATE_ERROR',
      message: 'The ECS service cannot be updated due to the following error: TaskDefinition not found.',
    });
  });

  it('says when a function of the appspec did not approve', async () => {
    const s = await stage();
    s.codeDeploy.options.failingFunctions.add('smoke');
    const content = appSpec('web:2', [{ BeforeInstall: 'fine' }, { AfterAllowTestTraffic: 'smoke' }]);
    const id = await s.deploy('web:2', { revision: revision(content), ...rollbackOn('DEPLOYMENT_FAILURE') });
    const info = await s.reaches(id, 'Failed');
    expect(info.errorInformation).toEqual({
      code: 'HOOK_EXECUTION_FAILURE',
      message: 'The deployment failed because one or more of the lifecycle event validation functions failed.',
    });
    await s.reaches(info.rollbackInfo?.rollbackDeploymentId ?? '', 'Succeeded');
    expect(s.routes.journal.at(-2)).toBe('test blue=100 green=0');
  });

  it.each([
    ['the production listener serves another target group', production, { default: { [green]: 1 } }, production],
    ['the test listener knows neither target group', test, {}, test],
  ])('when %s', async (_, listener, rules, named) => {
    const s = await stage();
    s.routes.putListener(listener, rules);
    const info = await s.reaches(await s.deploy('web:2'), 'Failed');
    expect(info.errorInformation).toEqual({
      code: 'ELASTIC_LOAD_BALANCING_INVALID',
      message: `The ELB could not be updated due to the following error: Primary taskset target group must be behind listener ${named}`,
    });
    expect(s.services.journal).toEqual([]);
  });

  it('when the scaled service is not steady for five minutes in the middle of a shift', async () => {
    const s = await stage();
    const id = await s.deploy('web:2', { deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent15Minutes' });
    await s.clock.advance(installMs);
    // Scaled again and again, it never gets steady.
    for (let i = 0; i < 40; i += 1) {
      if (s.services.service) s.services.service.desiredCount = 3 + (i % 2);
      await s.clock.advance(10_000);
      if ((await s.deployment(id)).status !== 'InProgress') break;
    }
    const info = await s.deployment(id);
    expect(info).toMatchObject({ status: 'Failed', errorInformation: { code: 'TIMEOUT' } });
    expect(info.errorInformation?.message).toContain('5 minutes');
  });

  it('when the service is deleted under it', async () => {
    const s = await stage();
    const id = await s.deploy('web:2', canary);
    await s.clock.advance(installMs);
    s.services.service = undefined;
    const info = await s.reaches(id, 'Failed');
    expect(info.errorInformation?.code).toBe('INVALID_ECS_SERVICE');
  });

  it('fails its rollback when the original task set is gone, and tries no second one', async () => {
    const s = await stage();
    const id = await s.deploy('web:2', canary);
    await s.clock.advance(installMs);
    void s.services.service?.remove('ecs-svc/1');
    await s.call('StopDeployment', { deploymentId: id, autoRollbackEnabled: true });
    const { rollbackInfo } = await s.reaches(id, 'Stopped');
    const back = await s.reaches(rollbackInfo?.rollbackDeploymentId ?? '', 'Failed');
    expect(back.errorInformation?.code).toBe('ECS_UPDATE_ERROR');
    expect(back.rollbackInfo?.rollbackDeploymentId).toBeUndefined();
  });
});

it('keeps what it began with when its group is changed meanwhile', async () => {
  const s = await stage();
  const id = await s.deploy('web:2', canary);
  await s.clock.advance(installMs);
  await s.group({
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    blueGreenDeploymentConfiguration: {
      ...groupInput.blueGreenDeploymentConfiguration,
      terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 60 },
    } as never,
  });
  await s.reaches(id, 'Succeeded', 11 * minuteMs);
});
