import { describe, expect, test } from '@jest/globals';
import {
  builtImage,
  fieldOf,
  imageText,
  publicFault,
  shownChange,
  withoutSecrets,
} from '../../src/core/plan-report.ts';
import { taskFaults } from '../../src/core/preflight-tasks.ts';
import type { ServiceFacts } from '../../src/core/service.ts';

const fault = (problem: string, subject = 'task-definition', fix = 'do it') => ({ subject, problem, fix });

describe('a value', () => {
  const nowhere = () => false;
  const inTheFile = () => true;
  const web = ['containerDefinitions', 'web'];

  test.each([
    ['a variable that only AWS has', [...web, 'environment', 'A'], nowhere, '(not shown)'],
    ['a variable in the repository’s file', [...web, 'environment', 'A'], inTheFile, 'new'],
    ['all variables, where two have one name', [...web, 'environment'], nowhere, '(not shown)'],
    ['all containers, where two have one name', ['containerDefinitions'], nowhere, '(not shown)'],
    ['an option of a log driver', [...web, 'logConfiguration', 'options', 'splunk-token'], nowhere, '(not shown)'],
    ['all of its options', [...web, 'logConfiguration', 'options'], nowhere, '(not shown)'],
    ['a log driver that is compared as a whole', [...web, 'logConfiguration'], nowhere, '(not shown)'],
    ['an option of a log router', [...web, 'firelensConfiguration', 'options', 'x'], nowhere, '(not shown)'],
    ['an option of awslogs', [...web, 'logConfiguration', 'options', 'awslogs-group'], nowhere, 'new'],
    ['the log driver', [...web, 'logConfiguration', 'logDriver'], nowhere, 'new'],
    ['a command', [...web, 'command'], nowhere, '(not shown)'],
    ['a command in the repository’s file', [...web, 'command'], inTheFile, 'new'],
    ['an entry point', [...web, 'entryPoint'], nowhere, '(not shown)'],
    ['a label', [...web, 'dockerLabels', 'a'], nowhere, '(not shown)'],
    ['a health check’s command', [...web, 'healthCheck', 'command'], nowhere, '(not shown)'],
    ['a health check’s interval', [...web, 'healthCheck', 'interval'], nowhere, 'new'],
    ['a volume’s driver', ['volumes', 'v', 'dockerVolumeConfiguration', 'driverOpts', 'o'], nowhere, '(not shown)'],
    ['a volume’s name on the host', ['volumes', 'v', 'host', 'sourcePath'], nowhere, 'new'],
    ['an image', [...web, 'image'], nowhere, 'new'],
    ['CPU', ['cpu'], nowhere, 'new'],
  ] as const)('of %s', (_what, keys, isPublic, to) => {
    const shown = shownChange({ kind: 'changed', keys, from: 'old', to: 'new' }, isPublic);
    expect(shown.to).toBe(to);
    const isSecret = to === '(not shown)' || isPublic === inTheFile;
    expect(shown.from).toBe(isSecret ? '(another value, not shown)' : 'old');
    const removed = shownChange({ kind: 'removed', keys, from: 'old', to: undefined }, isPublic);
    expect([removed.from, removed.to]).toEqual([isSecret ? '(not shown)' : 'old', undefined]);
  });

  test.each([
    [256, '256'],
    ['a b', 'a b'],
    ['', '""'],
    [' a', '" a"'],
    ['a\nb', '"a\\nb"'],
    [['a', 1], '["a",1]'],
    [null, 'null'],
    ['x'.repeat(400), `${'x'.repeat(299)}…`],
  ])('%j is told as %s', (value, text) => {
    expect(shownChange({ kind: 'added', keys: ['cpu'], from: undefined, to: value }, nowhere).to).toBe(text);
  });
});

test.each([
  ['/web/key', '/web/key'],
  ['arn:aws:ssm:eu-west-1:111122223333:parameter/web/key', 'arn:aws:ssm:eu-west-1:111122223333:parameter/web/key'],
  // A parameter may have such a name, and so may a password.
  ['s3cr3t', '(not shown)'],
  ['s3cr3t!', '(not shown)'],
])('of the place of a secret, %s, is told %s', (from, told) => {
  const keys = ['containerDefinitions', 'web', 'secrets', 'KEY'];
  expect(shownChange({ kind: 'changed', keys, from, to: from }, () => true)).toMatchObject({ from: told, to: told });
});

test.each([
  ['https://a.example/healthz', 'https://a.example/healthz'],
  ['https://u:p@a.example/healthz?token=1#x', 'https://a.example/healthz'],
  ['https://a.example?token=1', 'https://a.example'],
  ['https://token@a.example', 'https://a.example'],
  ['$' + '{CANDIDATE_URL}/healthz', '$' + '{CANDIDATE_URL}/healthz'],
])('%s is told as %s', (url, told) => {
  expect(withoutSecrets(url)).toBe(told);
});

test.each([
  ['environment', 'line 1 "s3cr3t" is not KEY=value', 'line 1 "…" is not KEY=value'],
  ['environment', 'line 1 "s3c"r3t" is not KEY=value', 'line 1 "…" is not KEY=value'],
  ['migrate', '[curl, s3cr3t is not a list of words', '[…] is not a list of words'],
  ['gates', 'http https://a.example/?t=s3cr3t has no status', 'http https://a.example/ has no status'],
  ['hold', '"soon" is not a duration', '"soon" is not a duration'],
])('of a fault in %s a comment has no more than it may', (subject, problem, told) => {
  expect(publicFault(fault(problem, subject)).problem).toBe(told);
});

test('every fault that the preflight finds in a task definition leads to a field of it', () => {
  const service = {
    serviceName: 'web',
    serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/demo/web',
    launchType: 'FARGATE',
  };
  const faults = taskFaults({
    service: service as ServiceFacts,
    taskDefinition: {
      requiresCompatibilities: ['EC2'],
      taskRoleArn: 'arn:aws:iam::999999999999:role/other',
      containerDefinitions: [{ name: 'web', secrets: [{ name: 'KEY', valueFrom: 'x y' }] }],
    },
    image: undefined,
  });
  expect(faults.map((one) => fieldOf(one).join('.'))).toEqual([
    'requiresCompatibilities',
    'cpu',
    'memory',
    'networkMode',
    'executionRoleArn',
    'taskRoleArn',
    'containerDefinitions.web.secrets.KEY',
  ]);
  expect(fieldOf(fault('x.json does not exist'))).toEqual([]);
});

test('the tag of an image that is the commit’s own is told as such: after the merge it is another', () => {
  const build = { context: '.', tags: ['abc', 'latest'], revision: 'abc' };
  expect(imageText(builtImage(build, 'host/web'))).toBe('host/web:<commit>, built from context . of this commit');
  expect(builtImage({ ...build, revision: '' }, 'host/web').reference).toBe('host/web:abc');
  expect(builtImage({ ...build, context: 'https://u:pw@github.com/octo/shop' }, 'host/web').made).not.toContain('pw');
});
