import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/core/json.ts';
import { type CommonSituation, commonFaults, type NativeSituation, nativeFaults } from '../../src/core/preflight.ts';
import type { ServiceFacts, ServiceLoadBalancer } from '../../src/core/service.ts';

type Situation = CommonSituation & NativeSituation;
/** As a service with the deployment controller ECS is looked at. */
const preflight = (situation: Situation) => [...commonFaults(situation), ...nativeFaults(situation)];

const ELB = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const BLUE = `${ELB}:targetgroup/web-blue/1`;
const GREEN = `${ELB}:targetgroup/web-green/2`;
const FOREIGN = `${ELB}:targetgroup/shop/3`;
const RULE = `${ELB}:listener-rule/app/web/b/l/production`;
const TEST_RULE = `${ELB}:listener-rule/app/web/b/l/test`;
const ROLE = 'arn:aws:iam::111122223333:role/ecs-infrastructure';

const advanced = {
  alternateTargetGroupArn: GREEN,
  productionListenerRule: RULE,
  testListenerRule: TEST_RULE,
  roleArn: ROLE,
};

const loadBalancer: ServiceLoadBalancer = {
  targetGroupArn: BLUE,
  containerName: 'web',
  containerPort: 8080,
  advancedConfiguration: advanced,
};

const service: ServiceFacts = {
  serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/demo/web',
  clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/demo',
  serviceName: 'web',
  status: 'ACTIVE',
  deploymentController: 'ECS',
  taskDefinition: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
  desiredCount: 2,
  runningCount: 2,
  launchType: 'FARGATE',
  schedulingStrategy: 'REPLICA',
  deploymentConfiguration: {},
  loadBalancers: [loadBalancer],
  healthCheckGracePeriodSeconds: undefined,
  currentServiceDeployment: undefined,
  currentServiceRevisions: [],
};

const container = {
  name: 'web',
  image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:2',
  portMappings: [{ containerPort: 8080 }],
  logConfiguration: { logDriver: 'awslogs', options: {} },
  secrets: [
    { name: 'DB', valueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf:password::' },
    { name: 'KEY', valueFrom: 'arn:aws:ssm:us-east-1:111122223333:parameter/web/key' },
    { name: 'FLAG', valueFrom: '/web/flag' },
  ],
};

const taskDefinition: JsonObject = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::111122223333:role/exec',
  taskRoleArn: 'web-task',
  containerDefinitions: [container],
};

const healthy: Situation = {
  service,
  strategy: 'BLUE_GREEN',
  isSuperseding: false,
  gates: [{ kind: 'targets' }],
  rules: [
    {
      ruleArn: RULE,
      weights: new Map([
        [BLUE, 100],
        [GREEN, 0],
      ]),
    },
    {
      ruleArn: TEST_RULE,
      weights: new Map([
        [BLUE, 100],
        [GREEN, 0],
      ]),
    },
  ],
  targetGroups: [
    { targetGroupArn: BLUE, targetType: 'ip', healthCheckPath: '/' },
    { targetGroupArn: GREEN, targetType: 'ip', healthCheckPath: '/' },
  ],
  taskDefinition,
  image: { kind: 'existing', reference: 'web:2', architectures: ['amd64', 'arm64'] },
  ownersHooks: [],
  pauseStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
};

// ---------------------------------------------------------------- bends of the healthy situation

const withService = (bend: Partial<ServiceFacts>): Partial<Situation> => ({ service: { ...service, ...bend } });
const withBalancer = (bend: Partial<ServiceLoadBalancer>) =>
  withService({ loadBalancers: [{ ...loadBalancer, ...bend }] });
const withAdvanced = (bend: Partial<typeof advanced> | { [K in keyof typeof advanced]?: undefined }) =>
  withBalancer({ advancedConfiguration: { ...advanced, ...bend } });
const withDefinition = (bend: { [key: string]: unknown }): Partial<Situation> => {
  const definition = { ...taskDefinition, ...bend };
  return { taskDefinition: JSON.parse(JSON.stringify(definition)) as JsonObject };
};
const withContainer = (bend: object, more: { [key: string]: unknown } = {}) =>
  withDefinition({ containerDefinitions: [{ ...container, ...bend }], ...more });
const withRules = (production: [string, number][], testing: [string, number][] = [[BLUE, 1]]): Partial<Situation> => ({
  rules: [
    { ruleArn: RULE, weights: new Map(production) },
    { ruleArn: TEST_RULE, weights: new Map(testing) },
  ],
});
const pause = (...lifecycleStages: string[]): JsonObject => ({ targetType: 'PAUSE', lifecycleStages });
const rolling = (bend: Partial<ServiceLoadBalancer>): Partial<Situation> => ({
  strategy: 'ROLLING',
  rules: [],
  ...withBalancer(bend),
});
const ec2 = { launchType: 'EC2' };

test('nothing stands against a healthy situation', () => {
  expect(preflight(healthy)).toEqual([]);
});

describe('each of these alone is one fault, and says which', () => {
  test.each<[string, Partial<Situation>, string, RegExp]>([
    ['a service that is going', withService({ status: 'DRAINING' }), 'service web', /its status is DRAINING/],
    ['a daemon', withService({ schedulingStrategy: 'DAEMON', desiredCount: 0 }), 'service web', /DAEMON/],
    ['no task wanted', withService({ desiredCount: 0 }), 'service web', /desired count is 0/],
    ['no load balancer', withService({ loadBalancers: [] }), 'service web', /has no load balancer/],
    [
      'no advancedConfiguration',
      withBalancer({ advancedConfiguration: undefined }),
      'service web',
      /has no advancedConfiguration/,
    ],
    [
      'no production rule',
      withAdvanced({ productionListenerRule: undefined }),
      'service web',
      /names no productionListenerRule/,
    ],
    [
      'a production rule that is gone',
      { rules: healthy.rules.slice(1) },
      'service web',
      /production rule .*production does not exist/,
    ],
    [
      'a test rule that is gone',
      { rules: healthy.rules.slice(0, 1) },
      'service web',
      /test rule .*test does not exist/,
    ],
    [
      'one rule for both',
      withAdvanced({ testListenerRule: RULE }),
      'service web',
      /its test rule is its production rule/,
    ],
    ['no infrastructure role', withAdvanced({ roleArn: undefined }), 'service web', /names no roleArn/],
    [
      'an infrastructure role that is none',
      withAdvanced({ roleArn: 'arn:aws:iam::111122223333:user/me' }),
      'service web',
      /'arn:aws:iam::111122223333:user\/me' is not the ARN of a role/,
    ],
    [
      "another account's infrastructure role",
      withAdvanced({ roleArn: 'arn:aws:iam::999999999999:role/x' }),
      'service web',
      /of account 999999999999, the service of 111122223333/,
    ],
    [
      'weight on both',
      withRules([
        [BLUE, 50],
        [GREEN, 50],
      ]),
      `rule ${RULE}`,
      /exactly one .*web-blue\/1 has 50, .*web-green\/2 has 50/,
    ],
    [
      'weight on none',
      withRules([
        [BLUE, 0],
        [GREEN, 0],
      ]),
      `rule ${RULE}`,
      /exactly one/,
    ],
    [
      'a foreign target group on the production rule',
      withRules([
        [BLUE, 100],
        [GREEN, 0],
        [FOREIGN, 0],
      ]),
      `rule ${RULE}`,
      /the production rule also forwards to .*shop/,
    ],
    [
      'a foreign target group on the test rule',
      withRules(
        [
          [BLUE, 1],
          [GREEN, 0],
        ],
        [[FOREIGN, 1]],
      ),
      `rule ${TEST_RULE}`,
      /the test rule also forwards to .*shop/,
    ],
    [
      'one target group on no rule',
      withRules([[BLUE, 1]], [[BLUE, 1]]),
      `rule ${RULE}`,
      /does not forward to .*web-green/,
    ],
    [
      'neither target group on the production rule',
      withRules(
        [],
        [
          [BLUE, 1],
          [GREEN, 0],
        ],
      ),
      `rule ${RULE}`,
      /does not forward to .*web-blue\/1, .*web-green\/2/,
    ],
    [
      'a target group that is gone',
      { targetGroups: healthy.targetGroups.slice(1) },
      'service web',
      /target group .*web-blue\/1 does not exist/,
    ],
    [
      'a target group of instances',
      {
        targetGroups: [
          { targetGroupArn: BLUE, targetType: 'instance', healthCheckPath: '/' },
          ...healthy.targetGroups.slice(1),
        ],
      },
      `target group ${BLUE}`,
      /target type is instance, but tasks with networkMode awsvpc need ip/,
    ],
    ['a container of another name', withContainer({ name: 'app' }), 'task-definition', /has no container 'web'/],
    [
      'another port',
      withContainer({ portMappings: [{ containerPort: 3000 }] }),
      'task-definition',
      /does not map port 8080/,
    ],
    [
      "a person's pause where the gates are judged",
      { ownersHooks: [pause('PRE_PRODUCTION_TRAFFIC_SHIFT')] },
      'service web',
      /a PAUSE hook of its own at PRE_PRODUCTION_TRAFFIC_SHIFT/,
    ],
    [
      'too many pauses',
      { ownersHooks: Array.from({ length: 10 }, () => pause('POST_SCALE_UP')) },
      'service web',
      /10 PAUSE hooks .*limit of 10/,
    ],
    [
      'a rolling service whose target group is gone',
      { ...rolling({}), targetGroups: [] },
      'service web',
      /target group .*web-blue\/1 does not exist/,
    ],
    [
      'a rolling service whose container is of another name',
      { ...rolling({ advancedConfiguration: undefined }), ...withContainer({ name: 'app' }) },
      'task-definition',
      /has no container 'web'/,
    ],
    [
      'a rolling service that leaves no room for another task',
      {
        strategy: 'ROLLING',
        ...withService({ deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } }),
      },
      'service web',
      /no task can be replaced/,
    ],
    [
      'a rolling service whose traffic is to be compared',
      { strategy: 'ROLLING', gates: [{ kind: 'traffic' }] },
      'gates',
      /traffic compares two target groups/,
    ],
    ['no image', { image: { kind: 'missing', reference: 'web:2' } }, 'image', /web:2 does not exist/],
    [
      'an image for another CPU',
      { image: { kind: 'existing', reference: 'web:2', architectures: ['arm64'] } },
      'image',
      /made for arm64, but the task runs on X86_64 \(amd64\)/,
    ],
    [
      'a build for another CPU',
      {
        image: { kind: 'to-build', architectures: ['amd64'] },
        ...withDefinition({ runtimePlatform: { cpuArchitecture: 'ARM64' } }),
      },
      'platforms',
      /built for amd64, but the task runs on ARM64/,
    ],
    [
      'a definition for EC2 only',
      withDefinition({ requiresCompatibilities: ['EC2'] }),
      'task-definition',
      /requiresCompatibilities are EC2, but service web runs on FARGATE/,
    ],
    ['no cpu on Fargate', withDefinition({ cpu: undefined }), 'task-definition', /has no cpu/],
    ['no memory on Fargate', withDefinition({ memory: undefined }), 'task-definition', /has no memory/],
    ['no awsvpc on Fargate', withDefinition({ networkMode: undefined }), 'task-definition', /networkMode is not set/],
    [
      'no execution role',
      withDefinition({ executionRoleArn: undefined }),
      'task-definition',
      /no executionRoleArn, but container web has secrets, container web logs with awslogs on Fargate, container web has its image in ECR on Fargate/,
    ],
    [
      'no execution role for secrets on EC2',
      { ...withService(ec2), ...withDefinition({ executionRoleArn: undefined, requiresCompatibilities: undefined }) },
      'task-definition',
      /no executionRoleArn, but container web has secrets$/,
    ],
    [
      'a task role that is none',
      withDefinition({ taskRoleArn: 'arn:aws:iam::111122223333:policy/x' }),
      'task-definition',
      /taskRoleArn 'arn:aws:iam::111122223333:policy\/x' is not the ARN of a role/,
    ],
    [
      "another account's execution role",
      withDefinition({ executionRoleArn: 'arn:aws:iam::999999999999:role/x' }),
      'task-definition',
      /of account 999999999999/,
    ],
    [
      'a secret that is none',
      withContainer({ secrets: [{ name: 'DB', valueFrom: 'arn:aws:s3:::bucket/key' }] }),
      'task-definition',
      /secret DB of container web has a valueFrom that is neither/,
    ],
    [
      'a secret without a place',
      withContainer({ secrets: [{ name: 'DB', valueFrom: 'arn:aws:secretsmanager:::secret:db' }] }),
      'task-definition',
      /secret DB/,
    ],
    [
      "a log driver's secret that is none",
      withContainer({ logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'token', valueFrom: '' }] } }),
      'task-definition',
      /secret token/,
    ],
  ])('%s', (_, bend, subject, problem) => {
    const faults = preflight({ ...healthy, ...bend });
    expect(faults.map((fault) => fault.subject)).toEqual([subject]);
    expect(faults[0]?.problem).toMatch(problem);
    expect(faults[0]?.fix).not.toBe('');
  });
});

describe('none of these is a fault', () => {
  test.each<[string, Partial<Situation>]>([
    ['one target group on the production rule and the other on the test rule', withRules([[GREEN, 1]], [[BLUE, 1]])],
    [
      'the alternate target group serving, after an odd number of deployments',
      withRules([
        [BLUE, 0],
        [GREEN, 1],
      ]),
    ],
    ['no test rule', withAdvanced({ testListenerRule: undefined })],
    ["a person's pause at another stage", { ownersHooks: [pause('POST_TEST_TRAFFIC_SHIFT')] }],
    [
      'a Lambda hook where the gates are judged',
      { ownersHooks: [{ targetType: 'AWS_LAMBDA', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] }] },
    ],
    ['nine pauses elsewhere', { ownersHooks: Array.from({ length: 9 }, () => pause('POST_SCALE_UP')) }],
    ['an image in a registry that was not asked', { image: undefined }],
    [
      'an image whose manifest does not tell',
      { image: { kind: 'existing', reference: 'web:2', architectures: undefined } },
    ],
    [
      'an ARM image on EC2 where the definition leaves the CPU open',
      {
        ...withService(ec2),
        ...withDefinition({ requiresCompatibilities: ['EC2'] }),
        image: { kind: 'existing', reference: 'web:2', architectures: ['arm64'] },
      },
    ],
    [
      'logs and ECR without an execution role on EC2',
      {
        ...withService(ec2),
        ...withContainer({ secrets: [] }, { executionRoleArn: undefined, requiresCompatibilities: ['EC2'] }),
      },
    ],
    [
      'Fargate by capacity provider',
      withService({ launchType: undefined, capacityProviders: ['FARGATE_SPOT', 'FARGATE'] } as Partial<ServiceFacts>),
    ],
    [
      'bridge mode with targets by instance',
      {
        ...withService(ec2),
        ...withDefinition({ networkMode: 'bridge', requiresCompatibilities: ['EC2'] }),
        targetGroups: healthy.targetGroups.map((group) => ({ ...group, targetType: 'instance' })),
      },
    ],
    [
      'weight on both while another deployment is superseded, whose traffic ECS gives back first',
      {
        isSuperseding: true,
        ...withRules([
          [BLUE, 75],
          [GREEN, 25],
        ]),
      },
    ],
    ['a rolling service without advancedConfiguration and rules', rolling({ advancedConfiguration: undefined })],
    [
      "a rolling service with a person's pauses, which a rolling deployment never meets",
      { strategy: 'ROLLING', ownersHooks: [pause('PRE_PRODUCTION_TRAFFIC_SHIFT')] },
    ],
    [
      'a rolling service without load balancer and with gates that need none',
      {
        strategy: 'ROLLING',
        ...withService({ loadBalancers: [] }),
        gates: [
          { kind: 'alarms', names: ['a'] },
          { kind: 'run', command: 'x', withinMs: 1 },
        ],
      },
    ],
  ])('%s', (_, bend) => {
    expect(preflight({ ...healthy, ...bend })).toEqual([]);
  });
});

test('everything that is wrong is told at once', () => {
  const faults = preflight({
    ...healthy,
    ...withService({ desiredCount: 0, loadBalancers: [{ ...loadBalancer, advancedConfiguration: undefined }] }),
    ...withContainer({ name: 'app' }, { cpu: undefined }),
    image: { kind: 'missing', reference: 'web:2' },
  });
  expect(faults.map(({ problem }) => problem.replace(/^(\S+ \S+ \S+).*/, '$1'))).toEqual([
    'its desired count',
    'web:2 does not',
    'it has no',
    'its load balancer',
    'it has no',
  ]);
});

test('the alternate target group must be there and be another one', () => {
  const missing = preflight({ ...healthy, ...withAdvanced({ alternateTargetGroupArn: undefined }) });
  expect(missing[0]?.problem).toMatch(/names no alternateTargetGroupArn/);
  const same = preflight({ ...healthy, ...withAdvanced({ alternateTargetGroupArn: BLUE }) });
  expect(same[0]?.problem).toMatch(/are the same/);
});
