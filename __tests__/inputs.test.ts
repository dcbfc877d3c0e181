// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholder is what users write
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Config } from '../src/core/config.ts';
import { type Fault, FaultsFound } from '../src/core/errors.ts';
import { inputNames, readRequest } from '../src/inputs.ts';

type Inputs = Readonly<Record<string, string>>;

const facts = { sha: 'c0ffee', region: 'eu-west-1' };
const least: Inputs = { service: 'web', repository: 'web' };

/** As the runner passes them: upper case, hyphens kept. */
function request(inputs: Inputs, job: { sha?: string; region?: string | undefined } = {}) {
  const names = Object.keys(inputs).map((name) => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`);
  return readRequest((name) => inputs[name] ?? '', names, { ...facts, ...job });
}

async function config(inputs: Inputs, job: { sha?: string; region?: string | undefined } = {}): Promise<Config> {
  const read = await request(inputs, job);
  if (read.command !== 'deploy') throw new Error(`the command is ${read.command}`);
  return read.config;
}

async function faults(
  inputs: Inputs,
  job: { sha?: string; region?: string | undefined } = {},
): Promise<readonly Fault[]> {
  const error = await request(inputs, job).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof FaultsFound) return error.faults;
  if (error !== undefined) throw error;
  return [];
}

const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/demo/web';
const ruleArn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/web/a1/b2/c';
const listenerArn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/a1/b2';
const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web';

test('service and repository are enough', async () => {
  expect(await config(least)).toEqual({
    cluster: 'default',
    service: 'web',
    image: {
      kind: 'build',
      build: {
        repository: 'web',
        context: '.',
        dockerfile: undefined,
        target: undefined,
        platforms: [],
        buildContexts: new Map(),
        buildArgs: [],
        buildSecrets: new Map(),
        tags: ['c0ffee'],
        cache: 'none',
        revision: 'c0ffee',
      },
    },
    taskDefinition: { kind: 'service' },
    container: undefined,
    environment: new Map(),
    secrets: new Map(),
    strategy: undefined,
    steps: undefined,
    migrate: undefined,
    holdMs: undefined,
    bakeMs: undefined,
    gates: [{ kind: 'targets' }],
    github: { environment: 'web', environmentUrl: undefined },
    holdLimitMs: 600_000,
    onInconclusive: 'rollback',
    approval: 'none',
    waitForApprovalMs: 0,
    promoteWithinMs: 86_400_000,
    timeoutMs: 3_600_000,
    pollMs: 2_000,
    onCancel: 'rollback',
    ifRunning: 'refuse',
    taskset: {
      productionRules: [],
      testRule: undefined,
      targetGroup: undefined,
      capacity: 'proportional',
      stickinessMs: undefined,
      drainMs: 120_000,
    },
    codedeploy: { application: undefined, deploymentGroup: undefined, deploymentConfig: undefined },
  });
});

test('everything that can be written is read', async () => {
  const read = await config({
    cluster: 'demo',
    service: serviceArn,
    repository: uri,
    context: 'app',
    dockerfile: 'docker/Dockerfile',
    target: 'prod',
    platforms: 'linux/amd64\n# the other one follows\n\nlinux/arm64/v8\r\n',
    'build-contexts': 'python:3.9=docker-image://registry.example.com/base:1\nassets=../assets',
    'build-args': 'A=1=2\nB',
    'build-secrets': 'npm=t0ken=',
    tags: 'v1\nlatest',
    cache: 'registry',
    'task-definition': 'ecs/web.yaml',
    container: 'app',
    environment: 'EMPTY=\n  URL=https://a.example/?b=c  ',
    secrets: 'DB=arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC:password::\nP=/app/p',
    migrate: '["python", "manage.py", "migrate"]',
    strategy: 'linear',
    steps: '0.1, 1, 2.50,100',
    hold: '30s',
    bake: '0m',
    'hold-limit': '0s',
    'on-inconclusive': 'wait',
    approval: 'every-step',
    'wait-for-approval': '15m',
    'promote-within': '336h',
    'production-rules': `${ruleArn}\n${listenerArn}`,
    'test-rule': ruleArn.replace(/c$/, 'd'),
    'target-group': 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web-2/0123456789abcdef',
    capacity: 'full',
    stickiness: '168h',
    drain: '0s',
    'codedeploy-application': 'AppECS-demo-web',
    'codedeploy-deployment-group': 'DgpECS-demo-web',
    gates:
      '- targets\n- alarms: [a, b]\n- http: { url: "${CANDIDATE_URL}/healthz", status: 204, within: 500ms, times: 2 }\n- run: npm run smoke',
    timeout: '1h30m',
    poll: '1s',
    'on-cancel': 'leave',
    'if-running': 'supersede',
  });
  expect(read).toMatchObject({
    cluster: 'demo',
    service: 'web',
    image: {
      kind: 'build',
      build: {
        platforms: ['linux/amd64', 'linux/arm64/v8'],
        buildContexts: new Map([
          ['python:3.9', 'docker-image://registry.example.com/base:1'],
          ['assets', '../assets'],
        ]),
        buildArgs: ['A=1=2', 'B'],
        buildSecrets: new Map([['npm', 't0ken=']]),
        tags: ['v1', 'latest'],
        cache: 'registry',
      },
    },
    taskDefinition: { kind: 'file', path: 'ecs/web.yaml' },
    environment: new Map([
      ['EMPTY', ''],
      ['URL', 'https://a.example/?b=c'],
    ]),
    migrate: ['python', 'manage.py', 'migrate'],
    strategy: 'linear',
    steps: [0.1, 1, 2.5, 100],
    holdMs: 30_000,
    bakeMs: 0,
    holdLimitMs: 0,
    onInconclusive: 'wait',
    approval: 'every-step',
    waitForApprovalMs: 900_000,
    promoteWithinMs: 336 * 3_600_000,
    taskset: {
      productionRules: [ruleArn, listenerArn],
      testRule: ruleArn.replace(/c$/, 'd'),
      targetGroup: expect.stringMatching(/targetgroup/),
      capacity: 'full',
      stickinessMs: 168 * 3_600_000,
      drainMs: 0,
    },
    codedeploy: {
      application: 'AppECS-demo-web',
      deploymentGroup: 'DgpECS-demo-web',
      deploymentConfig: undefined,
    },
    gates: [
      { kind: 'targets' },
      { kind: 'alarms', names: ['a', 'b'] },
      { kind: 'http', url: '${CANDIDATE_URL}/healthz', status: 204, withinMs: 500, times: 2 },
      { kind: 'run', command: 'npm run smoke', withinMs: 600_000 },
    ],
    timeoutMs: 5_400_000,
    pollMs: 1_000,
    onCancel: 'leave',
    ifRunning: 'supersede',
  });
  expect(read.secrets.get('P')).toBe('/app/p');
});

describe('one bad input is one fault, with its name, its value and the fix', () => {
  test.each<[string, Inputs, string, string | RegExp, string | RegExp]>([
    [
      'unknown strategy',
      { strategy: 'bluegreen' },
      'strategy',
      '"bluegreen"',
      'write rolling, blue-green, linear or canary, or leave it out',
    ],
    ['no unit', { hold: '5' }, 'hold', '5 has no unit', 'write 5s, 5m or 5h'],
    ['falling steps', { steps: '5, 3, 100' }, 'steps', '5, 3, 100 does not rise', /rising/],
    ['steps that end early', { steps: '5, 50' }, 'steps', '5, 50 does not end with 100', /the last one 100/],
    ['steps beyond 100', { steps: '5, 100, 120' }, 'steps', '5, 100, 120 leaves 0 to 100', /percentages/],
    ['a step of nothing', { steps: '0, 100' }, 'steps', '0, 100 leaves', /above 0/],
    ['steps with a sign', { steps: '5%, 100%' }, 'steps', '"5%, 100%"', /with commas/],
    [
      'no steps between the commas',
      { steps: '5,,100' },
      'steps',
      '"5,,100" is not a list of percentages',
      /commas|as in/,
    ],
    [
      'steps finer than a tenth',
      { steps: '0.25, 100' },
      'steps',
      '0.25 has more than one decimal',
      /^write 0\.3, 100$/,
    ],
    [
      'steps of which some are finer and two would be one',
      { steps: '0.01, 0.12, 5, 100' },
      'steps',
      '0.01 has more than one decimal',
      /^write 0\.1, 5, 100$/,
    ],
    [
      'more steps than anybody needs',
      { steps: Array.from({ length: 101 }, (_, i) => (i === 100 ? 100 : (i + 1) / 10)).join(), hold: '1s' },
      'steps',
      'has 101 steps, and 100 are the most',
      /100/,
    ],
    [
      'two steps for blue-green',
      { strategy: 'blue-green', steps: '5, 100' },
      'steps',
      /blue-green shifts all/,
      'write 100, or leave steps out, or write strategy: canary',
    ],
    [
      'many steps for blue-green',
      { strategy: 'blue-green', steps: '5, 50, 100' },
      'steps',
      /blue-green shifts all/,
      'or write strategy: linear',
    ],
    [
      'one step for canary',
      { strategy: 'canary', steps: '100' },
      'steps',
      '100 has one step, and canary has two',
      'write 5, 100, or write strategy: blue-green',
    ],
    [
      'many steps for canary',
      { strategy: 'canary', steps: '1, 10, 100' },
      'steps',
      '1, 10, 100 has 3 steps, and canary has two',
      'write 1, 100, or write strategy: linear',
    ],
    [
      'steps for rolling',
      { strategy: 'rolling', steps: '10, 100' },
      'steps',
      /shares of traffic, and rolling has none/,
      'leave steps out, or write strategy: canary',
    ],
    ['missing service', { service: '' }, 'service', 'is missing', /name or the ARN/],
    ['no name of a service', { service: 'my web' }, 'service', '"my web"', /name or its ARN/],
    [
      'an ARN of something else',
      { service: serviceArn.replace('service/', 'cluster/') },
      'service',
      'cluster/demo/web',
      /ARN/,
    ],
    [
      'a service elsewhere',
      { service: serviceArn.replace('eu-west-1', 'us-east-1') },
      'service',
      /is in us-east-1.*eu-west-1/,
      /AWS_REGION/,
    ],
    [
      'a repository elsewhere',
      { repository: uri.replace('eu-west-1', 'us-east-1') },
      'repository',
      /is in us-east-1/,
      /AWS_REGION/,
    ],
    [
      'another cluster than the ARN says',
      { service: serviceArn, cluster: 'other' },
      'cluster',
      /other .*\(demo\)/,
      /leave cluster out/,
    ],
    ['image and repository', { image: 'nginx:1' }, 'image', /nginx:1 .*repository web/, /give repository/],
    ['no image', { repository: '', image: 'Not An Image' }, 'image', '"Not An Image"', /registry\/name/],
    ['nothing to deploy', { repository: '' }, 'repository', /nothing to deploy/, /ECR repository/],
    [
      'build inputs where nothing is built',
      { repository: '', image: 'nginx:1', target: 'x' },
      'target',
      /nothing is built/,
      /leave it out/,
    ],
    ['a bad tag', { tags: '-x' }, 'tags', '"-x"', /one a line/],
    ['tags with commas', { tags: 'a,b' }, 'tags', '"a,b" has a comma', 'write one a line'],
    ['the tag of the cache', { tags: 'buildcache', cache: 'registry' }, 'tags', /buildcache/, 'use another tag'],
    [
      'a platform twice',
      { platforms: 'linux/amd64\nlinux/amd64' },
      'platforms',
      'linux/amd64 is given twice',
      'write it once',
    ],
    ['no platform', { platforms: 'arm64' }, 'platforms', '"arm64"', /linux\/amd64/],
    [
      'a build context without a source',
      { 'build-contexts': 'base=' },
      'build-contexts',
      'base has no source',
      /a folder/,
    ],
    [
      'a build context without a name',
      { 'build-contexts': './base' },
      'build-contexts',
      'line 1 "./base"',
      /name=value/,
    ],
    ['a build arg without a name', { 'build-args': '=x' }, 'build-args', 'line 1 "=x"', /KEY=value/],
    ['a context that docker would take for an option', { context: '-' }, 'context', '"-"', './-'],
    ['an unknown cache', { cache: 'gha' }, 'cache', '"gha"', /registry or none/],
    ['a line that is no pair', { environment: 'A=1\nB' }, 'environment', 'line 2 "B"', /KEY=value/],
    ['a name twice', { environment: 'A=1\nA=2' }, 'environment', 'A is given twice', 'keep one line for A'],
    ['a name in both', { environment: 'A=1', secrets: 'A=/a' }, 'secrets', 'A is in environment too', /one of the two/],
    ['no task definition', { 'task-definition': 'web:x' }, 'task-definition', '"web:x"', /family:revision/],
    [
      'an ARN of a service',
      { 'task-definition': serviceArn },
      'task-definition',
      serviceArn,
      /task-definition\/family/,
    ],
    ['bake in seconds', { bake: '90s' }, 'bake', '90s is not in whole minutes', /counts minutes/],
    ['bake beyond a day', { bake: '25h' }, 'bake', '25h is out of range', '0s to 24h'],
    ['too fast a poll', { poll: '500ms' }, 'poll', '500ms is out of range', '1s to 1m'],
    ['too slow a poll', { poll: '2m' }, 'poll', '2m is out of range', '1s to 1m'],
    [
      'a timeout that cannot suffice',
      { timeout: '10m', hold: '5m', bake: '5m' },
      'timeout',
      /10m is over before .*10m/,
      'write 13m or more, or make the others shorter',
    ],
    [
      'a timeout that does not suffice for every step',
      { timeout: '20m', hold: '5m', steps: '5, 25, 50, 100' },
      'timeout',
      '20m is over before 4 times hold and bake are (20m)',
      'write 25m or more',
    ],
    [
      'a timeout that does not suffice for a person',
      { timeout: '1h', approval: 'manual', 'wait-for-approval': '1h', bake: '5m' },
      'timeout',
      '1h is over before hold, wait-for-approval and bake are (1h10m)',
      /make the others shorter/,
    ],
    [
      'a timeout that does not suffice for a person who is asked at every step',
      { timeout: '1h', approval: 'every-step', 'wait-for-approval': '30m', strategy: 'canary' },
      'timeout',
      '1h is over before 2 times hold, 2 times wait-for-approval and bake are (1h10m)',
      /make the others shorter/,
    ],
    [
      'a timeout that does not suffice for gates that warm up',
      { timeout: '30m', hold: '1m', gates: '- targets: { warm-up: 15m }' },
      'timeout',
      '30m is over before warm-up, hold and bake are (30m)',
      /make the others shorter/,
    ],
    ['no command', { command: 'promot' }, 'command', '"promot"', 'write deploy, plan, promote, rollback or status'],
    ['a target share without promote', { to: '100' }, 'to', /100 is for command: promote.*deploy/, 'leave it out'],
    ['a target share that is none', { command: 'promote', to: '0' }, 'to', '"0" is not a share', 'write 100'],
    ['a target share with a sign', { command: 'promote', to: '100%' }, 'to', '"100%"', 'write 100'],
    ['a repair without status', { fix: 'true' }, 'fix', /true is for command: status/, 'write command: status'],
    ['a repair that is neither', { command: 'status', fix: 'yes' }, 'fix', '"yes"', 'write true or false'],
    ['no service to promote', { command: 'promote', service: '' }, 'service', 'is missing', /ECS service to promote/],
    ['unknown approval', { approval: 'yes' }, 'approval', '"yes"', 'write none, manual or every-step'],
    ['unknown on-inconclusive', { 'on-inconclusive': 'x' }, 'on-inconclusive', '"x"', 'rollback, promote or wait'],
    ['a wait beyond the job', { 'wait-for-approval': '7h' }, 'wait-for-approval', '7h is out of range', '0s to 6h'],
    ['too long a deadline', { 'promote-within': '337h' }, 'promote-within', '337h is out of range', '1m to 336h'],
    ['too short a deadline', { 'promote-within': '30s' }, 'promote-within', '30s is out of range', '1m to 336h'],
    [
      'a deadline before the job itself has waited',
      { approval: 'manual', 'promote-within': '20m', 'wait-for-approval': '30m' },
      'promote-within',
      '20m is over before wait-for-approval is (30m)',
      'write 30m or more, or wait-for-approval less',
    ],
    [
      'a deadline before the gates have had their time',
      { 'on-inconclusive': 'wait', 'promote-within': '5m' },
      'promote-within',
      '5m is over before hold-limit is (10m)',
      'write 10m or more, or hold-limit less',
    ],
    ['a hold limit without a unit', { 'hold-limit': '10' }, 'hold-limit', '10 has no unit', '10m'],
    ['a pipe where no shell is', { migrate: 'a | b' }, 'migrate', '"a | b" has |', 'there is no shell'],
    ['a quote where no shell is', { migrate: `sh -c 'x'` }, 'migrate', "has '", 'write it as a JSON list'],
    ['a variable where no shell is', { migrate: 'echo $A' }, 'migrate', 'has $', 'write it as a JSON list'],
    ['two commands to migrate', { migrate: 'a\nb' }, 'migrate', 'more than one line', 'write it as a JSON list'],
    ['a list that is broken', { migrate: '["a"' }, 'migrate', '["a" is not a list of words', 'as in ["python"'],
    ['a list that is not of words', { migrate: '["a", 1]' }, 'migrate', 'is not a list of words', 'JSON list'],
    ['a list of nothing', { migrate: '[]' }, 'migrate', '[] is not a list of words', 'JSON list'],
    [
      'a load balancer for a rule',
      { 'production-rules': 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/a1' },
      'production-rules',
      /loadbalancer.*is not the ARN of a listener rule or a listener/,
      'listener-rule/app/',
    ],
    ['a rule twice', { 'production-rules': `${ruleArn}\n${ruleArn}` }, 'production-rules', 'given twice', 'once'],
    [
      'a rule elsewhere',
      { 'production-rules': ruleArn.replace('eu-west-1', 'us-east-1') },
      'production-rules',
      /is in us-east-1/,
      /AWS_REGION/,
    ],
    [
      'a test rule with users',
      { 'production-rules': ruleArn, 'test-rule': ruleArn },
      'test-rule',
      /among production-rules too/,
      'leads no user',
    ],
    ['a name for a test rule', { 'test-rule': 'test' }, 'test-rule', '"test" is not the ARN', 'listener-rule'],
    ['a name for a target group', { 'target-group': 'web-2' }, 'target-group', '"web-2" is not the ARN', 'targetgroup'],
    ['a rule for a target group', { 'target-group': ruleArn }, 'target-group', 'of a target group', 'targetgroup'],
    ['unknown capacity', { capacity: '50' }, 'capacity', '"50"', 'write proportional or full'],
    ['stickiness beyond a week', { stickiness: '169h' }, 'stickiness', '169h is out of range', '1s to 168h'],
    ['no stickiness at all', { stickiness: '0s' }, 'stickiness', '0s is out of range', '1s to 168h'],
    ['too long a drain', { drain: '2h' }, 'drain', '2h is out of range', '0s to 1h'],
    [
      'a configuration and steps',
      { 'codedeploy-config': 'CodeDeployDefault.ECSAllAtOnce', steps: '10, 100' },
      'codedeploy-config',
      /ECSAllAtOnce is given together with steps 10, 100/,
      'one of the two',
    ],
    [
      'an ARN for an application',
      { 'codedeploy-application': serviceArn },
      'codedeploy-application',
      'is an ARN',
      'name',
    ],
    [
      'too long a name',
      { 'codedeploy-deployment-group': 'x'.repeat(101) },
      'codedeploy-deployment-group',
      '101 characters',
      'name',
    ],
    ['unknown on-cancel', { 'on-cancel': 'stop' }, 'on-cancel', '"stop"', 'write rollback or leave'],
    ['unknown if-running', { 'if-running': 'queue' }, 'if-running', '"queue"', 'write refuse, wait or supersede'],
    [
      'an environment of two lines',
      { 'github-environment': 'a\nb' },
      'github-environment',
      'is no name',
      'write one line of at most 255 characters, or none',
    ],
    [
      'a page that is none',
      { 'environment-url': 'shop.example.com' },
      'environment-url',
      '"shop.example.com"',
      'https://',
    ],
    [
      'a page of another kind',
      { 'environment-url': 'javascript:alert(1)' },
      'environment-url',
      'no address',
      'https://',
    ],
    ['a misspelt name', { 'task-defintion': 'x' }, 'task-defintion', 'no such input', 'write task-definition'],
    ['an underscore', { build_args: 'A=1' }, 'build_args', 'no such input', 'write build-args'],
    [
      'a name like no other',
      { 'wait-for-service-stability': 'true' },
      'wait-for-service-stability',
      'no such input',
      /^the inputs are command, to/,
    ],
  ])('%s', async (_, inputs, subject, problem, fix) => {
    const found = await faults({ ...least, ...inputs });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ subject });
    expect(found[0]?.problem).toEqual(
      typeof problem === 'string' ? expect.stringContaining(problem) : expect.stringMatching(problem),
    );
    expect(found[0]?.fix).toEqual(typeof fix === 'string' ? expect.stringContaining(fix) : expect.stringMatching(fix));
  });
});

test('all faults come at once', async () => {
  const found = await faults({
    service: '',
    strategy: 'x',
    hold: '5',
    steps: '5, 3, 100',
    gates: '- nope',
    imgae: 'x',
  });
  expect(found.map((fault) => fault.subject).sort()).toEqual(
    ['gates', 'hold', 'imgae', 'repository', 'service', 'steps', 'strategy'].sort(),
  );
});

describe('gates', () => {
  const gates = async (text: string) => (await config({ ...least, gates: text })).gates;
  const gateFaults = async (text: string) =>
    (await faults({ ...least, gates: text })).map((fault) => `${fault.subject}: ${fault.problem}; ${fault.fix}`);

  test.each([
    [
      '- http: https://a.example/healthz',
      [{ kind: 'http', url: 'https://a.example/healthz', status: 200, withinMs: 2000, times: 5 }],
    ],
    [
      '- http: ${CANDIDATE_URL}/healthz',
      [{ kind: 'http', url: '${CANDIDATE_URL}/healthz', status: 200, withinMs: 2000, times: 5 }],
    ],
    [
      '- http: { url: "${CANDIDATE_URL}", times: 1 }',
      [{ kind: 'http', url: '${CANDIDATE_URL}', status: 200, withinMs: 2000, times: 1 }],
    ],
    ['- run: { command: ./smoke "a b", within: 1m }', [{ kind: 'run', command: './smoke "a b"', withinMs: 60_000 }]],
    ['- alarms: web-5xx', [{ kind: 'alarms', names: ['web-5xx'] }]],
    ['targets', [{ kind: 'targets' }]],
    ['- traffic', [{ kind: 'traffic' }]],
    [
      '- targets: { failures: 3, warm-up: 30s }\n- traffic: { errors: 100 }',
      [
        { kind: 'targets', failures: 3, warmUpMs: 30_000 },
        { kind: 'traffic', errors: 100 },
      ],
    ],
    ['- alarms: { names: [a, b], failures: 2 }', [{ kind: 'alarms', names: ['a', 'b'], failures: 2 }]],
    ['- alarms: { names: a, warm-up: 0s }', [{ kind: 'alarms', names: ['a'], warmUpMs: 0 }]],
    [
      '- http: { url: https://a.example, failures: 2 }',
      [{ kind: 'http', url: 'https://a.example', status: 200, withinMs: 2000, times: 5, failures: 2 }],
    ],
    [
      '- run: { command: x, errors: 5, failures: 2 }',
      [{ kind: 'run', command: 'x', withinMs: 600_000, errors: 5, failures: 2 }],
    ],
    ['- targets # all of them\n- targets', [{ kind: 'targets' }, { kind: 'targets' }]],
  ])('%s', async (text, expected) => expect(await gates(text)).toEqual(expected));

  test.each([
    ['- approval: { errors: true }', /gate 1: "approval" is not a known gate/],
    ['- approval', /gate 1: "approval" is not a known gate/],
    ['- targets\n- alarm: [x]', /gate 2: "alarm" is not a known gate; write alarms/],
    ['- https: https://a.example', /write http/],
    ['- http: { url: https://a.example, time: 2 }', /gate 1: http: "time" is not known; write times/],
    ['- http: ftp://a.example', /gate 1: http: url "ftp:\/\/a.example" is not an address/],
    ['- http: /healthz', /gate 1: http: url "\/healthz" is not an address; .*CANDIDATE_URL/],
    ['- http: "${CANDIDATE_URL}x/healthz"', /is not an address/],
    ['- http: "https://${HOST}/"', /is not an address/],
    ['- http: { status: 200 }', /http: url nothing is not an address/],
    ['- http: { url: https://a.example, status: 20 }', /http: status 20 is not allowed; .*100 to 599/],
    ['- http: { url: https://a.example, within: 2 }', /http: within 2 has no unit/],
    ['- http: { url: https://a.example, within: 5m }', /http: within "5m" is out of range/],
    ['- http: { url: https://a.example, times: 0 }', /http: times 0 is not allowed/],
    ['- run:', /gate 1: run: null is not understood/],
    ['- run: ""', /run: command "" is not a command/],
    ['- run: { command: x, within: 7h }', /run: within "7h" is out of range/],
    ['- alarms: []', /alarms: the list is empty/],
    ['- alarms: { failures: 2 }', /alarms: nothing is not the name of an alarm/],
    ['- alarms: { name: [a] }', /alarms: "name" is not known; write names/],
    ['- targets: { failures: 0 }', /gate 1: targets: failures 0 is not allowed; write a whole number from 1 to 100/],
    ['- targets: { failures: "3" }', /targets: failures "3" is not allowed/],
    ['- targets: { failure: 3 }', /targets: "failure" is not known; write failures/],
    ['- traffic: { errors: 101 }', /traffic: errors 101 is not allowed/],
    ['- targets: { warmup: 1m }', /targets: "warmup" is not known; write warm-up/],
    ['- run: { command: x, warm-up: 30 }', /run: warm-up 30 has no unit/],
    ['- http: { url: https://a.example, warm-up: 7h }', /http: warm-up "7h" is out of range; .*0s and 6h/],
    ['- targets: { within: 1s }', /targets: "within" is not known; it takes failures, errors, warm-up/],
    ['- traffic: 5', /traffic: 5 is not understood; write `- traffic` alone/],
    ['- alarms: [1]', /alarms: 1 is not the name of an alarm/],
    ['- targets: yes', /targets: "yes" is not understood/],
    ['- http', /http needs a value/],
    ['- { targets: , run: x }', /has 2 names/],
    ['http: https://a.example', /is not a list; begin each gate/],
    ['[]', /has no gate/],
    ['- targets\n- http: { url: x', /gates: line 2: .*quotes around a url/],
    ['- targets\n  - run: x\n -', /gates: line \d: /],
    ['- http: { url: ${CANDIDATE_URL}/healthz }', /gates: line 1: /],
  ])('%j is refused', async (text, message) => {
    const found = await gateFaults(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^gates: /);
    expect(found[0]).toMatch(message);
  });

  test('faults in several gates come together', async () => {
    expect(await gateFaults('- nope\n- http: { url: x, status: 1, failures: 0 }')).toHaveLength(4);
  });
});

describe('commands', () => {
  // One block of inputs for every command, as a dispatched workflow has it.
  const shared: Inputs = {
    cluster: 'demo',
    service: 'web',
    repository: 'NOT A REPOSITORY',
    'task-definition': 'NOT ONE',
    migrate: '[',
    'if-running': 'x',
    hold: '1m',
    fix: 'false',
  };

  test('promote, rollback and status take how traffic moves, and do not look at what would be deployed', async () => {
    for (const command of ['promote', 'rollback', 'status']) {
      const read = await request({ ...shared, command });
      expect(read).toMatchObject({ command, config: { cluster: 'demo', holdMs: 60_000 } });
      expect(Object.keys(read.config)).not.toContain('image');
    }
    const subjects = (await faults({ ...shared, command: 'deploy' })).map(({ subject }) => subject);
    expect(new Set(subjects)).toEqual(new Set(['repository', 'task-definition', 'migrate', 'if-running']));
  });

  test('promote goes to a share, or as far as the next person is asked', async () => {
    expect(await request({ ...shared, command: 'promote', to: '2.5' })).toMatchObject({ to: 2.5 });
    expect(await request({ ...shared, command: 'promote' })).toMatchObject({ to: undefined });
  });

  test('status without a service is about all services of the cluster', async () => {
    const all = await request({ command: 'status', cluster: 'demo' });
    expect(all).toMatchObject({ command: 'status', cluster: 'demo', service: undefined, fix: false });
    const one = await request({ command: 'status', service: serviceArn, fix: 'true' });
    expect(one).toMatchObject({ command: 'status', cluster: 'demo', service: 'web', fix: true });
  });

  test('a rollout that somebody began is not measured against the time that a new one would need', async () => {
    const inputs = { service: 'web', timeout: '5m', hold: '1h' };
    expect(await faults({ ...inputs, command: 'promote' })).toEqual([]);
    expect(await faults({ ...inputs, repository: 'web' })).toMatchObject([{ subject: 'timeout' }]);
  });
});

describe('what GitHub is told', () => {
  test.each<[Inputs, object]>([
    [{}, { environment: 'web', environmentUrl: undefined }],
    [{ 'github-environment': 'none' }, { environment: undefined }],
    [{ 'github-environment': 'production' }, { environment: 'production' }],
    [{ 'environment-url': 'https://shop.example.com/' }, { environmentUrl: 'https://shop.example.com/' }],
    [{ service: serviceArn }, { environment: 'web' }],
  ])('with %j is %j', async (inputs, expected) => {
    expect((await config({ ...least, ...inputs })).github).toMatchObject(expected);
  });
});

describe('a button that somebody pressed', () => {
  const pressed = (identifier: string, more = {}) => ({
    owner: 'example',
    repository: 'shop',
    sha: 'c0ffee',
    runUrl: '',
    event: {
      kind: 'requested-action',
      identifier,
      externalId: 'demo/web',
      checkName: 'Greenlight: demo/web',
      ...more,
    } as const,
  });
  const read = (inputs: Inputs, github: ReturnType<typeof pressed>) =>
    readRequest((name) => inputs[name] ?? '', Object.keys(inputs), { ...facts, github });

  test.each(['promote', 'rollback'])(
    'is the command %s of its service, where the inputs leave it open',
    async (command) => {
      for (const inputs of [{}, { command: 'deploy' }, { command, cluster: 'demo', service: 'web' }] as Inputs[]) {
        expect(await read(inputs, pressed(command))).toMatchObject({
          command,
          config: { cluster: 'demo', service: 'web' },
        });
      }
    },
  );

  test('is of the service whose ARN is given', async () => {
    const made = await read({ service: serviceArn }, pressed('promote'));
    expect(made).toMatchObject({ command: 'promote', config: { cluster: 'demo', service: 'web' } });
  });

  test('leaves alone what does not move traffic', async () => {
    expect(await read({ command: 'status', cluster: 'other' }, pressed('promote'))).toMatchObject({
      command: 'status',
      cluster: 'other',
      service: undefined,
    });
  });

  test.each<[string, Inputs, ReturnType<typeof pressed>, string, string]>([
    [
      'another command',
      { command: 'rollback' },
      pressed('promote'),
      'command',
      'the button that was pressed is promote',
    ],
    ['another service', { service: 'api' }, pressed('promote'), 'service', 'the button that was pressed is for web'],
    ['another cluster', { cluster: 'prod' }, pressed('promote'), 'cluster', 'the button that was pressed is for demo'],
    ['an unknown button', { service: 'web' }, pressed('explode'), 'command', 'the button "explode" is not known'],
    ['another’s check', { service: 'web' }, pressed('promote', { checkName: 'lint' }), 'command', 'none of Greenlight'],
  ])('that says something else than the inputs is refused: %s', async (_, inputs, github, subject, problem) => {
    await expect(read(inputs, github)).rejects.toMatchObject({
      faults: [{ subject, problem: expect.stringContaining(problem) }],
    });
  });
});

test.each([
  ['python manage.py  migrate --noinput', ['python', 'manage.py', 'migrate', '--noinput']],
  ['["sh", "-c", "a | b > c"]', ['sh', '-c', 'a | b > c']],
  ['["/migrate"]', ['/migrate']],
])('migrate %s', async (text, expected) => {
  expect((await config({ ...least, migrate: text })).migrate).toEqual(expected);
});

describe('secrets stay out of messages', () => {
  test('a secret that is no pair is named by its line alone', async () => {
    const [fault] = await faults({ ...least, secrets: 'DB=/db\ns3cr3t' });
    expect(fault).toMatchObject({ subject: 'secrets', problem: 'line 2 is not KEY=value' });
  });

  test('a build secret that is no pair is named by its line alone', async () => {
    const [fault] = await faults({ ...least, 'build-secrets': 'npm=a\ns3cr3t' });
    expect(fault).toMatchObject({ subject: 'build-secrets', problem: 'line 2 is not id=value' });
  });

  test('a secret put where its source belongs is not repeated', async () => {
    const [fault] = await faults({ ...least, secrets: 'DB=pa$$word!' });
    expect(fault).toMatchObject({ subject: 'secrets', fix: expect.stringContaining('ARN') });
    expect(JSON.stringify(fault)).not.toContain('pa$$word!');
  });
});

describe('regions', () => {
  test('without AWS_REGION the region in the ARN of the service is the one that counts', async () => {
    const elsewhere = { service: serviceArn, repository: uri.replace('eu-west-1', 'us-east-1') };
    expect(await faults(elsewhere, { region: undefined })).toMatchObject([{ subject: 'repository' }]);
    expect(await faults({ service: serviceArn, repository: uri }, { region: undefined })).toEqual([]);
  });

  test('the cluster may be an ARN beside the ARN of its service', async () => {
    const cluster = 'arn:aws:ecs:eu-west-1:123456789012:cluster/demo';
    expect(await config({ ...least, cluster, service: serviceArn })).toMatchObject({ cluster, service: 'web' });
  });
});

test('the ARN of a service brings its cluster', async () => {
  expect(await config({ ...least, service: serviceArn })).toMatchObject({ cluster: 'demo', service: 'web' });
  const short = 'arn:aws:ecs:eu-west-1:123456789012:service/web';
  expect(await config({ ...least, service: short })).toMatchObject({ cluster: 'default', service: 'web' });
});

test.each([
  ['web', { kind: 'registered', reference: 'web' }],
  ['web:7', { kind: 'registered', reference: 'web:7' }],
  ['arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7', { kind: 'registered' }],
  ['web.json', { kind: 'file', path: 'web.json' }],
  ['./ecs/web', { kind: 'file', path: './ecs/web' }],
])('task-definition %s', async (text, expected) => {
  expect((await config({ ...least, 'task-definition': text })).taskDefinition).toMatchObject(expected);
});

test('without a commit a tag is asked for', async () => {
  expect(await faults(least, { sha: '' })).toMatchObject([{ subject: 'tags', fix: 'write a tag' }]);
  expect(await faults({ ...least, tags: 'v1' }, { sha: '' })).toEqual([]);
});

test('no text whatsoever brings the reader down', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.constantFrom('- {', '&a [*a]', '- !!js x', '%', '---\n---'),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...inputNames), text, async (name, value) => {
      for (const fault of await faults({ ...least, [name]: value })) {
        expect(fault.problem.length * fault.fix.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});

describe('action.yml', () => {
  const action = parse(readFileSync('action.yml', 'utf8')) as {
    inputs: Record<string, { default?: string; required: boolean; description: string }>;
  };

  test('has the inputs that are read, in the same order', () => {
    expect(Object.keys(action.inputs)).toEqual([...inputNames]);
  });

  test('its defaults mean the same as an input that is left out', async () => {
    const defaults = Object.fromEntries(
      Object.entries(action.inputs).flatMap(([name, input]) =>
        input.default === undefined ? [] : [[name, input.default]],
      ),
    );
    expect(Object.keys(defaults).length).toBeGreaterThan(10);
    expect(await config({ ...defaults, ...least })).toEqual(await config(least));
  });
});
