import { describe, expect, test } from '@jest/globals';
import { culprit, deathsOf, explainDeath, isOwnDoing, outlook, type TaskDeath } from '../../src/core/deaths.ts';

const NEW = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2';
const OLD = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1';

/** A task whose only container crashed with exit code 1: the case that each test bends. */
function crash(bend: Partial<TaskDeath> = {}): TaskDeath {
  return {
    taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/demo/0f3a9b1c5d7e4f60a1b2c3d4e5f60718',
    taskDefinitionArn: NEW,
    stoppedAt: 1_000,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    startedBy: 'ecs-svc/123',
    containers: [{ name: 'web', exitCode: 1, reason: undefined, image: 'web:2' }],
    ...bend,
  };
}

function failedStart(reason: string, bend: Partial<TaskDeath> = {}): TaskDeath {
  return crash({
    stopCode: 'TaskFailedToStart',
    stoppedReason: reason,
    containers: [{ name: 'web', exitCode: undefined, reason: undefined, image: 'web:2' }],
    ...bend,
  });
}

describe('a death is told with container, exit code, signal, stop code and reason', () => {
  test.each<[string, TaskDeath, string]>([
    [
      'an exit',
      crash(),
      'task 0f3a9b1c: container web exited with code 1; EssentialContainerExited: Essential container in task exited',
    ],
    [
      'memory',
      crash({
        containers: [
          {
            name: 'web',
            exitCode: 137,
            reason: 'OutOfMemoryError: Container killed due to memory usage',
            image: undefined,
          },
        ],
      }),
      'task 0f3a9b1c: container web exited with code 137 (SIGKILL), out of memory (its memory limit was reached); EssentialContainerExited: Essential container in task exited',
    ],
    [
      'a kill that was not for memory',
      crash({ containers: [{ name: 'web', exitCode: 137, reason: undefined, image: undefined }] }),
      'task 0f3a9b1c: container web exited with code 137 (SIGKILL); EssentialContainerExited: Essential container in task exited',
    ],
    [
      'a failed start',
      failedStart('CannotPullContainerError: web:2: not found.'),
      'task 0f3a9b1c: container web stopped without an exit code; TaskFailedToStart: CannotPullContainerError: web:2: not found',
    ],
    [
      'a command that is not there',
      crash({ containers: [{ name: 'web', exitCode: 127, reason: undefined, image: undefined }] }),
      'task 0f3a9b1c: container web exited with code 127 (command not found); EssentialContainerExited: Essential container in task exited',
    ],
    [
      'nothing but an end',
      crash({ containers: [], stopCode: undefined, stoppedReason: undefined }),
      'task 0f3a9b1c: stopped',
    ],
  ])('%s', (_, death, sentence) => {
    expect(explainDeath(death)).toBe(sentence);
  });

  test('the container that began it is blamed, not the one that was stopped along with it', () => {
    const death = crash({
      containers: [
        { name: 'proxy', exitCode: 143, reason: undefined, image: undefined },
        { name: 'web', exitCode: 3, reason: undefined, image: undefined },
      ],
    });
    expect(culprit(death)?.name).toBe('web');
  });

  test('an exit with code 0 is blamed when nothing else is left to blame', () => {
    const death = crash({
      containers: [
        { name: 'proxy', exitCode: undefined, reason: undefined, image: undefined },
        { name: 'web', exitCode: 0, reason: undefined, image: undefined },
      ],
    });
    expect(culprit(death)?.name).toBe('web');
  });
});

describe('only what the task did itself counts as its own doing', () => {
  test.each<[string, Partial<TaskDeath>, boolean]>([
    ['it exited', {}, true],
    ['it could not start', { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: x' }, true],
    [
      'the load balancer found it unhealthy',
      {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:x)',
      },
      true,
    ],
    [
      'its own health check failed',
      { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task failed container health checks' },
      true,
    ],
    [
      'scaled in',
      {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/123)',
      },
      false,
    ],
    ['a person stopped it', { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' }, false],
    [
      'its Spot capacity went away',
      { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' },
      false,
    ],
    ['its host failed', { stopCode: 'InfrastructureHealth', stoppedReason: 'x' }, false],
    ['Fargate retired it', { stopCode: 'TerminationNotice', stoppedReason: 'x' }, false],
  ])('%s', (_, bend, expected) => {
    expect(isOwnDoing(crash(bend))).toBe(expected);
  });
});

describe('a start that can never succeed ends the hope at the first death', () => {
  test.each([
    'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 111122223333.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:aa: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:aa: not found',
    'CannotPullContainerError: Error response from daemon: manifest for web:2 not found: manifest unknown: Requested image not found',
    'CannotPullContainerError: failed to resolve ref docker.io/acme/web:502: docker.io/acme/web:502: not found',
    'CannotPullContainerError: no matching manifest for linux/arm64/v8 in the manifest list entries',
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64': not found",
    'CannotPullContainerError: Error response from daemon: pull access denied for web, repository does not exist or may require authorization',
    'CannotPullContainerError: failed to resolve ref x: unexpected status from HEAD request to https://x/v2/web/manifests/2: 403 Forbidden',
    'CannotStartContainerError: failed to create shim task: exec: "/app/server": exec format error: unknown',
    'CannotStartContainerError: Error response from daemon: failed to create shim task: exec: "servr": executable file not found in $PATH: unknown',
    'CannotStartContainerError: exec /app/server: no such file or directory',
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:db from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): AccessDeniedException: User: x is not authorized to perform: ssm:GetParameters',
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.',
    "ECS was unable to assume the role 'arn:aws:iam::111122223333:role/exec' that was provided for this task.",
  ])('%s', (reason) => {
    expect(outlook([failedStart(reason)], { everHealthy: false })?.hopeless).toContain(reason.replace(/\.$/, ''));
  });

  test('also when the reason stands at the container', () => {
    const reason = 'CannotPullContainerError: web:2: not found';
    const death = failedStart('Task failed to start', {
      containers: [{ name: 'web', exitCode: undefined, reason, image: undefined }],
    });
    expect(outlook([death], { everHealthy: false })?.hopeless).toBe(
      `the candidate can never start: task 0f3a9b1c: container web did not start, ${reason}; TaskFailedToStart: Task failed to start`,
    );
  });
});

describe('what passes by itself never ends the hope, however often it happens', () => {
  test.each([
    'CannotPullContainerError: toomanyrequests: Rate exceeded',
    'CannotPullContainerError: Error response from daemon: toomanyrequests: You have reached your pull rate limit.',
    'CannotPullContainerError: failed to resolve ref x: dial tcp 10.0.0.1:443: i/o timeout',
    'CannotPullContainerError: pull image manifest has been retried 5 time(s): unexpected status: 503 Service Unavailable',
    'CannotPullContainerError: context canceled',
    'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull secrets from AWS Secrets Manager. There is a connection issue between the task and AWS Secrets Manager. context deadline exceeded',
  ])('%s', (reason) => {
    expect(
      outlook(
        Array.from({ length: 9 }, () => failedStart(reason)),
        { everHealthy: false },
      ),
    ).toBeUndefined();
  });
});

describe('a crash loop', () => {
  test('is three deaths by the own doing of tasks of which none was ever healthy', () => {
    const two = [crash(), crash({ stoppedAt: 2_000 })];
    expect(outlook(two, { everHealthy: false })).toBeUndefined();
    const third = crash({
      stoppedAt: 3_000,
      containers: [{ name: 'web', exitCode: 9, reason: undefined, image: undefined }],
    });
    expect(outlook([third, ...two], { everHealthy: false })?.hopeless).toMatch(
      /^3 tasks of the candidate died and none was ever healthy; the last: .*exited with code 9/,
    );
  });

  test('is also a registry whose name is not known, which one failed look-up would not be', () => {
    const unknown = failedStart(
      'CannotPullContainerError: failed to do request: Head "https://no.such/v2/": dial tcp: lookup no.such: no such host',
    );
    expect(outlook([unknown, unknown], { everHealthy: false })).toBeUndefined();
    expect(outlook([unknown, unknown, unknown], { everHealthy: false })).toBeDefined();
  });

  test('is not seen where a task has served', () => {
    expect(outlook([crash(), crash(), crash(), crash()], { everHealthy: true })).toBeUndefined();
  });

  test('does not count tasks that others stopped', () => {
    const stopped = crash({ stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' });
    expect(outlook([crash(), crash(), stopped, stopped], { everHealthy: false })).toBeUndefined();
  });

  test('does not take an exit for a passing fault because of words in its reason', () => {
    const exits = Array.from({ length: 3 }, () =>
      crash({
        stoppedReason: 'Essential container in task exited',
        containers: [{ name: 'web', exitCode: 1, reason: 'timed out', image: undefined }],
      }),
    );
    expect(outlook(exits, { everHealthy: false })).toBeDefined();
  });
});

test('the candidate has the deaths of its own task definition since it was ordered', () => {
  const mine = crash({ stoppedAt: 500 });
  const deaths = [mine, crash({ taskDefinitionArn: OLD }), crash({ stoppedAt: 499 })];
  expect(deathsOf(deaths, { taskDefinitionArn: NEW, since: 500 })).toEqual([mine]);
});
