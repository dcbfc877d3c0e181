import { describe, expect, it } from '@jest/globals';
import { missing } from '../../../sandbox/codedeploy/exceptions.ts';
import { appSpec, groupInput, names, revision, stage } from './fakes/stage.ts';

describe('applications', () => {
  it('are made, shown, listed and deleted', async () => {
    const s = await stage();
    await s.call('CreateApplication', { applicationName: 'other', computePlatform: 'ECS' });
    expect(await s.call('ListApplications')).toEqual({ applications: ['web', 'other'] });
    const { application } = await s.call<{ application: object }>('GetApplication', { applicationName: 'web' });
    expect(application).toMatchObject({ applicationName: 'web', computePlatform: 'ECS', linkedToGitHub: false });
    await s.call('DeleteApplication', { applicationName: 'other' });
    expect(await s.refused('GetApplication', { applicationName: 'other' })).toMatchObject({
      code: 'ApplicationDoesNotExistException',
      message: 'No application found for name: other',
    });
  });

  it.each([
    [{ applicationName: '', computePlatform: 'ECS' }, 'ApplicationNameRequiredException'],
    [{ applicationName: 'x'.repeat(101), computePlatform: 'ECS' }, 'InvalidApplicationNameException'],
    [{ applicationName: 'lambda', computePlatform: 'Lambda' }, 'InvalidComputePlatformException'],
    [{ applicationName: 'web', computePlatform: 'ECS' }, 'ApplicationAlreadyExistsException'],
  ])('refuse %j with %s', async (input, code) => {
    expect((await (await stage()).refused('CreateApplication', input)).code).toBe(code);
  });
});

describe('deployment configurations', () => {
  const custom = (routing: object, more: object = {}) => ({
    deploymentConfigName: 'custom',
    computePlatform: 'ECS',
    trafficRoutingConfig: routing,
    ...more,
  });
  const fiveEveryTwo = {
    type: 'TimeBasedLinear',
    timeBasedLinear: { linearPercentage: 5, linearInterval: 2 },
  };

  it('five for ECS are there from the start', async () => {
    const s = await stage();
    const { deploymentConfigsList } = await s.call<{ deploymentConfigsList: string[] }>('ListDeploymentConfigs');
    expect(deploymentConfigsList).toEqual([
      'CodeDeployDefault.ECSAllAtOnce',
      'CodeDeployDefault.ECSCanary10Percent15Minutes',
      'CodeDeployDefault.ECSCanary10Percent5Minutes',
      'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
      'CodeDeployDefault.ECSLinear10PercentEvery3Minutes',
    ]);
    const { deploymentConfigInfo } = await s.call<{ deploymentConfigInfo: object }>('GetDeploymentConfig', {
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent15Minutes',
    });
    expect(deploymentConfigInfo).toMatchObject({
      computePlatform: 'ECS',
      trafficRoutingConfig: {
        type: 'TimeBasedCanary',
        timeBasedCanary: { canaryPercentage: 10, canaryInterval: 15 },
      },
    });
  });

  it('are made, and deleted when no group uses them', async () => {
    const s = await stage();
    const one = { deploymentConfigName: 'custom' };
    await s.call('CreateDeploymentConfig', custom(fiveEveryTwo));
    await s.group(one);
    expect((await s.refused('DeleteDeploymentConfig', one)).code).toBe('DeploymentConfigInUseException');
    await s.group({ deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce' });
    await s.call('DeleteDeploymentConfig', one);
    expect((await s.refused('GetDeploymentConfig', one)).code).toBe('DeploymentConfigDoesNotExistException');
    expect(
      (await s.refused('DeleteDeploymentConfig', { deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce' })).code,
    ).toBe('InvalidOperationException');
  });

  const canary = (canaryPercentage: number, canaryInterval: number) => ({
    type: 'TimeBasedCanary',
    timeBasedCanary: { canaryPercentage, canaryInterval },
  });
  it.each([
    [
      'no routing',
      { deploymentConfigName: 'custom', computePlatform: 'ECS' },
      'InvalidTrafficRoutingConfigurationException',
    ],
    ['an unknown type', custom({ type: 'Random' }), 'InvalidTrafficRoutingConfigurationException'],
    ['a canary without numbers', custom({ type: 'TimeBasedCanary' }), 'InvalidTrafficRoutingConfigurationException'],
    ['0 percent', custom(canary(0, 5)), 'InvalidTrafficRoutingConfigurationException'],
    ['100 percent', custom(canary(100, 5)), 'InvalidTrafficRoutingConfigurationException'],
    ['no minutes', custom(canary(10, 0)), 'InvalidTrafficRoutingConfigurationException'],
    ['more than two days', custom(canary(10, 2_881)), 'InvalidTrafficRoutingConfigurationException'],
    [
      'more than two days in all its steps',
      custom({ type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: 1, linearInterval: 30 } }),
      'InvalidTrafficRoutingConfigurationException',
    ],
    [
      'AllAtOnce with numbers',
      custom({ ...canary(10, 5), type: 'AllAtOnce' }),
      'InvalidTrafficRoutingConfigurationException',
    ],
    [
      'a name of AWS',
      custom(fiveEveryTwo, { deploymentConfigName: 'CodeDeployDefault.Mine' }),
      'InvalidDeploymentConfigNameException',
    ],
    ['another platform', custom(fiveEveryTwo, { computePlatform: 'Lambda' }), 'InvalidComputePlatformException'],
    [
      'healthy hosts',
      custom(fiveEveryTwo, { minimumHealthyHosts: { type: 'HOST_COUNT', value: 1 } }),
      'InvalidMinimumHealthyHostValueException',
    ],
  ])('refuse %s', async (_, input, code) => {
    expect((await (await stage()).refused('CreateDeploymentConfig', input)).code).toBe(code);
  });
});

describe('deployment groups', () => {
  it('are shown with their settings and their last deployments, and keep what an update leaves out', async () => {
    const s = await stage();
    const id = await s.deploy('web:2');
    await s.reaches(id, 'Succeeded');
    await s.group({
      newDeploymentGroupName: 'renamed',
      alarmConfiguration: { enabled: true, alarms: [{ name: 'web-5xx' }] },
    });
    expect(await s.call('ListDeploymentGroups', { applicationName: 'web' })).toEqual({
      applicationName: 'web',
      deploymentGroups: ['renamed'],
    });
    const { deploymentGroupInfo } = await s.call<{ deploymentGroupInfo: object }>('GetDeploymentGroup', {
      applicationName: 'web',
      deploymentGroupName: 'renamed',
    });
    expect(deploymentGroupInfo).toMatchObject({
      computePlatform: 'ECS',
      deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
      ecsServices: groupInput.ecsServices,
      loadBalancerInfo: groupInput.loadBalancerInfo,
      blueGreenDeploymentConfiguration: groupInput.blueGreenDeploymentConfiguration,
      alarmConfiguration: { enabled: true, alarms: [{ name: 'web-5xx' }] },
      lastSuccessfulDeployment: { deploymentId: id, status: 'Succeeded' },
      lastAttemptedDeployment: { deploymentId: id },
    });
    await s.call('DeleteDeploymentGroup', { applicationName: 'web', deploymentGroupName: 'renamed' });
    expect(await s.refused('GetDeploymentGroup', { applicationName: 'web', deploymentGroupName: 'renamed' })).toEqual(
      expect.objectContaining({
        code: 'DeploymentGroupDoesNotExistException',
        message: 'No Deployment Group found for name: renamed',
      }),
    );
  });

  const [pair] = groupInput.loadBalancerInfo.targetGroupPairInfoList;
  const pairs = (changes: object) => ({ loadBalancerInfo: { targetGroupPairInfoList: [{ ...pair, ...changes }] } });
  const blueGreen = (changes: object) => ({
    blueGreenDeploymentConfiguration: { ...groupInput.blueGreenDeploymentConfiguration, ...changes },
  });
  it.each<[string, object, string]>([
    ['an unknown application', { applicationName: 'nobody' }, 'ApplicationDoesNotExistException'],
    ['an empty name', { deploymentGroupName: '' }, 'DeploymentGroupNameRequiredException'],
    ['an empty role', { serviceRoleArn: '' }, 'RoleRequiredException'],
    ['no role ARN', { serviceRoleArn: 'admin' }, 'InvalidRoleException'],
    ['an unknown configuration', { deploymentConfigName: 'nobody' }, 'DeploymentConfigDoesNotExistException'],
    ['no service', { ecsServices: [] }, 'InvalidECSServiceException'],
    [
      'an unknown service',
      { ecsServices: [{ clusterName: 'demo', serviceName: 'api' }] },
      'InvalidECSServiceException',
    ],
    ['in place', { deploymentStyle: { deploymentType: 'IN_PLACE' } }, 'InvalidDeploymentStyleException'],
    [
      'no blue/green options',
      { blueGreenDeploymentConfiguration: {} },
      'InvalidBlueGreenDeploymentConfigurationException',
    ],
    [
      'a wait of no minutes',
      blueGreen({ deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT' } }),
      'InvalidBlueGreenDeploymentConfigurationException',
    ],
    [
      'a termination after more than two days',
      blueGreen({ terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes: 2_881 } }),
      'InvalidBlueGreenDeploymentConfigurationException',
    ],
    ['no pair', { loadBalancerInfo: {} }, 'InvalidLoadBalancerInfoException'],
    ['one target group', pairs({ targetGroups: [{ name: 'blue' }] }), 'InvalidLoadBalancerInfoException'],
    ['no listener', pairs({ prodTrafficRoute: { listenerArns: [] } }), 'InvalidLoadBalancerInfoException'],
    [
      'a rule instead of a listener',
      pairs({
        prodTrafficRoute: { listenerArns: ['arn:aws:elasticloadbalancing:x:123456789012:listener-rule/app/a/b/c/d'] },
      }),
      'InvalidLoadBalancerInfoException',
    ],
    ['rollback on nothing', { autoRollbackConfiguration: { enabled: true } }, 'InvalidAutoRollbackConfigException'],
    ['alarms without any', { alarmConfiguration: { enabled: true } }, 'InvalidAlarmConfigException'],
    [
      'eleven alarms',
      { alarmConfiguration: { alarms: Array.from({ length: 11 }, (_, i) => ({ name: `alarm-${i}` })) } },
      'AlarmsLimitExceededException',
    ],
    ['instances', { ec2TagFilters: [{ Key: 'a' }] }, 'InvalidInputException'],
  ])('refuse %s', async (_, changes, code) => {
    const s = await stage({ withGroup: false });
    await s.call('CreateApplication', { applicationName: 'web', computePlatform: 'ECS' });
    expect((await s.refused('CreateDeploymentGroup', { ...groupInput, ...changes })).code).toBe(code);
  });

  it('refuse their own name twice, a service twice, and a service that CodeDeploy does not look after', async () => {
    const s = await stage();
    expect((await s.refused('CreateDeploymentGroup', groupInput)).code).toBe('DeploymentGroupAlreadyExistsException');
    const other = { ...groupInput, deploymentGroupName: 'other' };
    expect((await s.refused('CreateDeploymentGroup', other)).code).toBe('ECSServiceMappingLimitExceededException');
    if (s.services.service) s.services.service.controller = 'ECS';
    expect(await s.refused('CreateDeploymentGroup', other)).toMatchObject({
      code: 'InvalidECSServiceException',
      message: "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
    });
    expect((await s.refused('CreateDeployment', { ...names, revision: revision(appSpec('web:2')) })).code).toBe(
      'InvalidECSServiceException',
    );
  });
});

describe('deployments', () => {
  const spec = (changes: object) =>
    revision(JSON.stringify({ ...(JSON.parse(appSpec('web:2')) as object), ...changes }));
  it.each<[string, object, string]>([
    ['no group', { deploymentGroupName: undefined }, 'DeploymentGroupNameRequiredException'],
    ['an unknown group', { deploymentGroupName: 'nobody' }, 'DeploymentGroupDoesNotExistException'],
    ['no revision', { revision: undefined }, 'RevisionRequiredException'],
    ['a revision in S3', { revision: { revisionType: 'S3' } }, 'InvalidRevisionException'],
    ['an empty revision', { revision: revision(' ') }, 'InvalidRevisionException'],
    ['no YAML', { revision: revision('{ version: 0.0') }, 'InvalidRevisionException'],
    ['another version', { revision: spec({ version: 1 }) }, 'InvalidRevisionException'],
    ['no resources', { revision: spec({ Resources: [] }) }, 'InvalidRevisionException'],
    [
      'a Lambda function',
      { revision: spec({ Resources: [{ f: { Type: 'AWS::Lambda::Function' } }] }) },
      'InvalidRevisionException',
    ],
    [
      'no load balancer',
      {
        revision: spec({
          Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: 'web:2' } } }],
        }),
      },
      'InvalidRevisionException',
    ],
    ['an empty task definition', { revision: revision(appSpec('')) }, 'InvalidRevisionException'],
    ['a hook that ECS has not', { revision: spec({ Hooks: [{ Install: 'f' }] }) }, 'InvalidRevisionException'],
    [
      'a wrong hash',
      {
        revision: {
          revisionType: 'AppSpecContent',
          appSpecContent: { content: appSpec('web:2'), sha256: '0'.repeat(64) },
        },
      },
      'InvalidRevisionException',
    ],
    ['an unknown configuration', { deploymentConfigName: 'nobody' }, 'DeploymentConfigDoesNotExistException'],
    [
      'rollback on what is no event',
      { autoRollbackConfiguration: { enabled: true, events: ['RAIN'] } },
      'InvalidAutoRollbackConfigException',
    ],
    [
      'alarms without any',
      { overrideAlarmConfiguration: { enabled: true, alarms: [] } },
      'InvalidAlarmConfigException',
    ],
    ['a restart', { deploymentMode: 'RESTART' }, 'InvalidInputException'],
    ['target instances', { targetInstances: {} }, 'InvalidTargetInstancesException'],
  ])('refuse %s', async (_, changes, code) => {
    const s = await stage();
    const input = { ...names, revision: revision(appSpec('web:2')), ...changes };
    expect((await s.refused('CreateDeployment', input)).code).toBe(code);
  });

  it('take the right hash of their content', async () => {
    const s = await stage();
    const id = await s.deploy('web:2');
    const { revision: first } = await s.reaches(id, 'Succeeded');
    const sha256 = first?.appSpecContent?.sha256 ?? '';
    await s.deploy('', {
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec('web:2'), sha256 } },
    });
  });

  it('are listed newest first, by group, status and time, and given in batches', async () => {
    const s = await stage();
    const first = await s.deploy('web:2');
    const { createTime } = await s.reaches(first, 'Succeeded');
    const second = await s.deploy('web:3', { description: 'the second' });
    const list = async (input: object) =>
      (await s.call<{ deployments: string[] }>('ListDeployments', input)).deployments;
    expect(await list({})).toEqual([second, first]);
    expect(await list(names)).toEqual([second, first]);
    expect(await list({ includeOnlyStatuses: ['Created', 'Queued', 'InProgress', 'Ready'] })).toEqual([second]);
    expect(await list({ createTimeRange: { end: createTime } })).toEqual([first]);
    const { deploymentsInfo } = await s.call<{ deploymentsInfo: object[] }>('BatchGetDeployments', {
      deploymentIds: [first, second, 'd-000000000'],
    });
    expect(deploymentsInfo).toMatchObject([
      { deploymentId: first, status: 'Succeeded' },
      { deploymentId: second, description: 'the second' },
    ]);
  });

  it.each<[string, object, string]>([
    ['ListDeployments', { applicationName: 'web' }, 'DeploymentGroupNameRequiredException'],
    ['ListDeployments', { deploymentGroupName: 'web' }, 'ApplicationNameRequiredException'],
    ['ListDeployments', { includeOnlyStatuses: ['Done'] }, 'InvalidDeploymentStatusException'],
    ['ListDeployments', { createTimeRange: { start: new Date(2), end: new Date(1) } }, 'InvalidTimeRangeException'],
    ['ListDeployments', { nextToken: 'more' }, 'InvalidNextTokenException'],
    ['GetDeployment', { deploymentId: 'd-000000000' }, 'DeploymentDoesNotExistException'],
    ['GetDeployment', { deploymentId: 'web' }, 'InvalidDeploymentIdException'],
    ['BatchGetDeployments', { deploymentIds: [] }, 'DeploymentIdRequiredException'],
    ['BatchGetDeployments', { deploymentIds: Array(26).fill('d-000000000') }, 'BatchLimitExceededException'],
    ['ContinueDeployment', {}, 'DeploymentIdRequiredException'],
    ['StopDeployment', { deploymentId: 'd-000000000' }, 'DeploymentDoesNotExistException'],
  ])('%s refuses %j with %s', async (operation, input, code) => {
    expect((await (await stage()).refused(operation, input)).code).toBe(code);
  });

  it('have one target, the service, which is found by its status', async () => {
    const s = await stage();
    const deploymentId = await s.deploy('web:2');
    await s.clock.advance(5_000);
    const list = async (targetFilters: object) =>
      (await s.call<{ targetIds: string[] }>('ListDeploymentTargets', { deploymentId, targetFilters })).targetIds;
    expect(await list({})).toEqual(['demo:web']);
    expect(await list({ TargetStatus: ['Succeeded'] })).toEqual([]);
    expect(await list({ TargetStatus: ['InProgress'] })).toEqual(['demo:web']);
    const batch = { deploymentId, targetIds: ['demo:web'] };
    const { deploymentTargets } = await s.call<{ deploymentTargets: object[] }>('BatchGetDeploymentTargets', batch);
    expect(deploymentTargets).toMatchObject([{ deploymentTargetType: 'ECSTarget', ecsTarget: { deploymentId } }]);
    expect((await s.refused('BatchGetDeploymentTargets', { ...batch, targetIds: ['a:b', 'c:d'] })).code).toBe(
      'DeploymentTargetListSizeExceededException',
    );
    expect((await s.refused('GetDeploymentTarget', { deploymentId, targetId: 'demo:api' })).code).toBe(
      'DeploymentTargetDoesNotExistException',
    );
    expect((await s.refused('GetDeploymentTarget', { deploymentId, targetId: 'web' })).code).toBe(
      'InvalidDeploymentTargetIdException',
    );
  });
});

it('has an exception of its own for each required member', () => {
  expect(missing('applicationName').code).toBe('ApplicationNameRequiredException');
  expect(missing('serviceRoleArn').code).toBe('RoleRequiredException');
  expect(missing('targetIds').code).toBe('DeploymentTargetIdRequiredException');
});
