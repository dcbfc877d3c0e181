import { describe, expect, it } from '@jest/globals';
import { appSpec, groupInput, installMs, minuteMs, names, revision, stage } from './fakes/stage.ts';

const canary = { deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes' };
const allSucceeded = [
  'BeforeInstall Succeeded',
  'Install Succeeded',
  'AfterInstall Succeeded',
  'AllowTestTraffic Succeeded',
  'AfterAllowTestTraffic Succeeded',
  'BeforeAllowTraffic Succeeded',
  'AllowTraffic Succeeded',
  'AfterAllowTraffic Succeeded',
];

describe('a deployment that goes well', () => {
  it('is Created, then InProgress, makes the task set in the other target group, shifts test and production traffic, and removes the original one after its wait', async () => {
    const s = await stage();
    const id = await s.deploy('web:2');
    expect(id).toMatch(/^d-[A-Z0-9]{9}$/);
    expect((await s.deployment(id)).status).toBe('Created');
    expect((await s.refused('ListDeploymentTargets', { deploymentId: id })).code).toBe('DeploymentNotStartedException');

    await s.clock.advance(10_000);
    expect(await s.deployment(id)).toMatchObject({ status: 'InProgress', creator: 'user' });
    expect((await s.events(id)).slice(0, 3)).toEqual([
      'BeforeInstall Succeeded',
      'Install InProgress',
      'AfterInstall Pending',
    ]);
    expect(s.routes.journal).toEqual(['production blue=100 green=0']);

    await s.clock.advance(installMs);
    expect(await s.events(id)).toEqual(allSucceeded);
    // The traffic is over, the original one still waits: the deployment is not.
    expect(await s.deployment(id)).toMatchObject({ status: 'InProgress', instanceTerminationWaitTimeStarted: true });
    expect((await s.deployment(id)).deploymentOverview).toBeUndefined();
    expect(s.routes.journal).toEqual([
      'production blue=100 green=0',
      'test blue=0 green=100',
      'production blue=0 green=100',
    ]);
    expect(s.services.journal).toEqual(['create web:2', 'primary web:2']);
    expect(s.services.service?.requests[0]).toMatchObject({
      externalId: id,
      containerName: 'web',
      containerPort: 8080,
      targetGroupArn: expect.stringContaining('/green/'),
    });

    const done = await s.reaches(id, 'Succeeded');
    expect(s.services.journal).toEqual(['create web:2', 'primary web:2', 'remove web:1']);
    expect(done.deploymentOverview).toEqual({
      Pending: 0,
      InProgress: 0,
      Succeeded: 1,
      Failed: 0,
      Skipped: 0,
      Ready: 0,
    });
    const waitedMs = (done.completeTime?.getTime() ?? 0) - (done.startTime?.getTime() ?? 0);
    expect(waitedMs).toBeGreaterThan(5 * minuteMs);
    expect(waitedMs).toBeLessThan(6 * minuteMs);
  });

  it('tells both task sets with their label, share, counts and target group', async () => {
    const s = await stage();
    const id = await s.deploy('web:2', canary);
    await s.clock.advance(installMs + minuteMs);
    expect(await s.target(id)).toMatchObject({
      targetId: 'demo:web',
      targetArn: 'arn:aws:ecs:eu-central-1:123456789012:service/demo/web',
      status: 'InProgress',
      taskSetsInfo: [
        {
          identifer: 'ecs-svc/1',
          taskSetLabel: 'Blue',
          status: 'PRIMARY',
          trafficWeight: 90,
          desiredCount: 2,
          runningCount: 2,
          pendingCount: 0,
          targetGroup: { name: 'blue' },
        },
        {
          identifer: 'ecs-svc/2',
          taskSetLabel: 'Green',
          status: 'ACTIVE',
          trafficWeight: 10,
          targetGroup: { name: 'green' },
        },
      ],
    });
    await s.reaches(id, 'Succeeded');
    await s.clock.advance(minuteMs);
    expect((await s.target(id)).taskSetsInfo).toMatchObject([
      { taskSetLabel: 'Blue', status: 'DRAINING', trafficWeight: 0 },
      { taskSetLabel: 'Green', status: 'PRIMARY', trafficWeight: 100 },
    ]);
  });

  it('keeps a canary at its percentage for its interval and then gives it the rest', async () => {
    const s = await stage();
    await s.deploy('web:2', canary);
    await s.clock.advance(installMs);
    expect(s.routes.journal.at(-1)).toBe('production blue=90 green=10');
    await s.clock.advance(4 * minuteMs);
    expect(s.routes.journal.at(-1)).toBe('production blue=90 green=10');
    await s.clock.advance(minuteMs);
    expect(s.routes.journal.at(-1)).toBe('production blue=0 green=100');
  });

  it('shifts linearly by its percentage every interval, the last step with what is left', async () => {
    const s = await stage();
    await s.call('CreateDeploymentConfig', {
      deploymentConfigName: 'thirds',
      computePlatform: 'ECS',
      trafficRoutingConfig: { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: 30, linearInterval: 2 } },
    });
    const id = await s.deploy('web:2', { deploymentConfigName: 'thirds' });
    await s.clock.advance(installMs);
    const seen: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      seen.push(s.routes.journal.at(-1) ?? '');
      await s.clock.advance(2 * minuteMs);
    }
    expect(seen).toEqual([
      'production blue=70 green=30',
      'production blue=40 green=60',
      'production blue=10 green=90',
      'production blue=0 green=100',
    ]);
    await s.reaches(id, 'Succeeded');
  });

  it('alternates the target groups, and names the revision before it', async () => {
    const s = await stage();
    const first = await s.deploy('web:2');
    const { revision: firstRevision } = await s.reaches(first, 'Succeeded');
    const second = await s.deploy('web:3');
    const done = await s.reaches(second, 'Succeeded');
    expect(s.routes.journal.at(-1)).toBe('production green=0 blue=100');
    expect(done.previousRevision).toEqual(firstRevision);
    expect(firstRevision?.appSpecContent?.content).toBeUndefined();
    const { revision: whole } = await s.call<{ revision: { appSpecContent: { content: string } } }>(
      'GetApplicationRevision',
      { applicationName: 'web', revision: firstRevision },
    );
    expect(whole.appSpecContent.content).toBe(appSpec('web:2'));
  });

  it('weighs every rule of the listener that forwards to its pair alone, and leaves the others as they are', async () => {
    const s = await stage();
    const { blue, green, foreign, production } = await import('./fakes/stage.ts');
    s.routes.putListener(production, {
      other: { [foreign]: 1 },
      mixed: { [blue]: 1, [foreign]: 1 },
      path: { [blue]: 1, [green]: 0 },
      default: { [blue]: 1 },
    });
    const id = await s.deploy('web:2');
    await s.reaches(id, 'Succeeded');
    expect(s.routes.journal.filter((order) => order.endsWith('green=100'))).toEqual([
      'test blue=0 green=100',
      'path blue=0 green=100',
      'default blue=0 green=100',
    ]);
    expect(s.routes.journal.some((order) => /^(other|mixed)/.test(order))).toBe(false);
  });

  it('works without a test listener', async () => {
    const s = await stage();
    const [pair] = groupInput.loadBalancerInfo.targetGroupPairInfoList;
    const { testTrafficRoute: _, ...without } = pair ?? {};
    await s.group({ loadBalancerInfo: { targetGroupPairInfoList: [without] } });
    const id = await s.deploy('web:2');
    await s.reaches(id, 'Succeeded');
    expect(s.routes.journal.some((order) => order.startsWith('test'))).toBe(false);
  });

  it('keeps the original task set with KEEP_ALIVE, and removes it when the next deployment needs its target group', async () => {
    const s = await stage();
    await s.group({
      blueGreenDeploymentConfiguration: {
        ...groupInput.blueGreenDeploymentConfiguration,
        terminateBlueInstancesOnDeploymentSuccess: { action: 'KEEP_ALIVE' },
      } as never,
    });
    const first = await s.reaches(await s.deploy('web:2'), 'Succeeded');
    expect(first.instanceTerminationWaitTimeStarted).toBe(false);
    expect(s.services.journal).not.toContain('remove web:1');
    await s.reaches(await s.deploy('web:3'), 'Succeeded');
    expect(s.services.journal).toEqual([
      'create web:2',
      'primary web:2',
      'remove web:1',
      'create web:3',
      'primary web:3',
    ]);
  });

  it('gives the platform version, the network and the capacity providers of a YAML appspec in the words of ECS', async () => {
    const s = await stage();
    const content = [
      'version: 0.0',
      'Resources:',
      '  - TargetService:',
      '      Type: AWS::ECS::Service',
      '      Properties:',
      '        TaskDefinition: "web:2"',
      '        LoadBalancerInfo:',
      '          ContainerName: "web"',
      '          ContainerPort: 8080',
      '        PlatformVersion: "1.4.0"',
      '        NetworkConfiguration:',
      '          AwsvpcConfiguration:',
      '            Subnets: ["subnet-1"]',
      '            SecurityGroups: ["sg-1"]',
      '            AssignPublicIp: "DISABLED"',
      '        CapacityProviderStrategy:',
      '          - Base: 1',
      '            CapacityProvider: "FARGATE_SPOT"',
      '            Weight: 2',
      'Hooks:',
      '  - BeforeInstall: "check"',
      '  - AfterAllowTraffic: "check"',
    ].join('\n');
    const id = await s.deploy('', { revision: { revisionType: 'String', string: { content } } });
    await s.reaches(id, 'Succeeded');
    expect(s.services.service?.requests[0]).toMatchObject({
      platformVersion: '1.4.0',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
      },
      capacityProviderStrategy: [{ base: 1, capacityProvider: 'FARGATE_SPOT', weight: 2 }],
    });
  });

  it('lets the desired count change while it shifts, when the task set is steady again in time', async () => {
    const s = await stage();
    const id = await s.deploy('web:2', { deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent15Minutes' });
    await s.clock.advance(installMs);
    if (s.services.service) s.services.service.desiredCount = 4;
    const done = await s.reaches(id, 'Succeeded');
    expect(done.errorInformation).toBeUndefined();
  });
});

describe('a deployment that waits for a person', () => {
  const ready = (minutes: number) => ({
    blueGreenDeploymentConfiguration: {
      ...groupInput.blueGreenDeploymentConfiguration,
      deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT' as const, waitTimeInMinutes: minutes },
    } as never,
  });

  it('is Ready with test traffic on the candidate, and goes on with ContinueDeployment', async () => {
    const s = await stage();
    await s.group(ready(60));
    const id = await s.deploy('web:2');
    expect((await s.refused('ContinueDeployment', { deploymentId: id })).code).toBe(
      'DeploymentIsNotInReadyStateException',
    );
    await s.reaches(id, 'Ready');
    expect((await s.target(id)).status).toBe('Ready');
    expect((await s.events(id)).slice(4, 6)).toEqual(['AfterAllowTestTraffic Succeeded', 'BeforeAllowTraffic Pending']);
    expect(s.routes.journal.at(-1)).toBe('test blue=0 green=100');
    await s.clock.advance(50 * minuteMs);
    await s.call('ContinueDeployment', { deploymentId: id, deploymentWaitType: 'READY_WAIT' });
    expect((await s.deployment(id)).status).toBe('InProgress');
    await s.reaches(id, 'Succeeded');
  });

  it('is Stopped when nobody answers in time', async () => {
    const s = await stage();
    await s.group(ready(10));
    const id = await s.deploy('web:2');
    const info = await s.reaches(id, 'Stopped');
    expect(info.errorInformation).toEqual({
      code: 'TIMEOUT',
      message:
        'The deployment timed out while waiting for a notification to continue. This time out period is 10 minutes.',
    });
    expect(info.rollbackInfo).toBeUndefined();
    expect(s.routes.journal.filter((order) => order.startsWith('production'))).toEqual(['production blue=100 green=0']);
  });

  it('ends the wait for termination with TERMINATION_WAIT, and only when it is there', async () => {
    const s = await stage();
    const id = await s.deploy('web:2');
    const end = { deploymentId: id, deploymentWaitType: 'TERMINATION_WAIT' };
    expect((await s.refused('ContinueDeployment', end)).code).toBe('DeploymentIsNotInReadyStateException');
    await s.clock.advance(installMs);
    expect((await s.refused('ContinueDeployment', { deploymentId: id })).code).toBe(
      'DeploymentIsNotInReadyStateException',
    );
    await s.call('ContinueDeployment', end);
    await s.clock.advance(1_000);
    expect((await s.deployment(id)).status).toBe('Succeeded');
    expect((await s.refused('ContinueDeployment', end)).code).toBe('DeploymentAlreadyCompletedException');
    expect((await s.refused('ContinueDeployment', { ...end, deploymentWaitType: 'NO_WAIT' })).code).toBe(
      'InvalidDeploymentWaitTypeException',
    );
  });
});

it('refuses a second deployment of a group while one is under way, with its id', async () => {
  const s = await stage();
  const id = await s.deploy('web:2');
  const input = { ...names, revision: revision(appSpec('web:3')) };
  expect(await s.refused('CreateDeployment', input)).toMatchObject({
    code: 'DeploymentLimitExceededException',
    message: `The Deployment Group 'web' already has an active Deployment '${id}'`,
  });
});
