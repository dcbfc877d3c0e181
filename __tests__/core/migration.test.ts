import { describe, expect, test } from '@jest/globals';
import type { DeadContainer } from '../../src/core/deaths.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { endOfMigration, explainRefusals, type OneOffTask, placementOf } from '../../src/core/migration.ts';

const network = {
  awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
};

describe('the place of a one-off task', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'is the service’s network, launch type and platform version',
      { networkConfiguration: network, launchType: 'FARGATE', platformVersion: '1.4.0', desiredCount: 2, taskSets: [] },
      { networkConfiguration: network, launchType: 'FARGATE', platformVersion: '1.4.0' },
    ],
    [
      'is its capacity provider strategy instead of a launch type: RunTask refuses both',
      {
        launchType: 'FARGATE',
        platformVersion: 'LATEST',
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
      },
      {
        platformVersion: 'LATEST',
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
      },
    ],
    [
      'has no platform version on instances, and nothing that ECS answers as empty',
      { launchType: 'EC2', platformVersion: 'LATEST', capacityProviderStrategy: [], networkConfiguration: network },
      { launchType: 'EC2', networkConfiguration: network },
    ],
    [
      'is the primary task set’s where task sets serve',
      {
        deploymentController: { type: 'EXTERNAL' },
        launchType: 'EC2',
        capacityProviderStrategy: [],
        taskSets: [
          {
            status: 'ACTIVE',
            launchType: 'EC2',
            networkConfiguration: { awsvpcConfiguration: { subnets: ['other'] } },
          },
          { status: 'PRIMARY', launchType: 'FARGATE', platformVersion: '1.4.0', networkConfiguration: network },
        ],
      },
      { networkConfiguration: network, launchType: 'FARGATE', platformVersion: '1.4.0' },
    ],
    [
      'is one choice: a task set’s strategy is not mixed with the service’s launch type',
      {
        launchType: 'FARGATE',
        taskSets: [{ status: 'PRIMARY', capacityProviderStrategy: [{ capacityProvider: 'asg', weight: 1 }] }],
      },
      { capacityProviderStrategy: [{ capacityProvider: 'asg', weight: 1 }] },
    ],
    ['is left to the cluster when the service names none', { launchType: '' }, {}],
  ])('%s', (_name, service, placement) => {
    expect(placementOf(service)).toEqual(placement);
  });
});

const container = (name: string, exitCode?: number, reason?: string): DeadContainer => ({
  name,
  exitCode,
  reason,
  image: undefined,
});

function task(lastStatus: string, containers: readonly DeadContainer[], stopped: readonly [string, string] | [] = []) {
  const [stopCode, stoppedReason] = stopped;
  const taskArn = 'arn:aws:ecs:eu-west-1:111122223333:task/demo/0f3a9b1c2d';
  const facts = { taskArn, taskDefinitionArn: 'web:2', stoppedAt: 0, stopCode, stoppedReason, startedBy: 'greenlight' };
  return { taskArn, lastStatus, desiredStatus: 'RUNNING', facts: { ...facts, containers } } satisfies OneOffTask;
}

const exited = ['EssentialContainerExited', 'Essential container in task exited'] as const;

describe('the end of a migration', () => {
  test('is not there while its container runs, whatever the one beside it did', () => {
    expect(endOfMigration(task('RUNNING', [container('web'), container('sidecar', 1)]), 'web')).toBeUndefined();
  });

  test.each([
    ['ended well too', 0],
    ['failed', 1],
    ['was killed', 137],
  ])('is good with its container’s exit code 0, when the sidecar %s', (_name, code) => {
    const ended = task('STOPPED', [container('sidecar', code), container('web', 0)], exited);
    expect(endOfMigration(ended, 'web')).toEqual({ good: true });
  });

  test('is known when its container has ended, before the task has', () => {
    expect(endOfMigration(task('RUNNING', [container('web', 0)]), 'web')).toEqual({ good: true });
  });

  test.each([
    [
      'its exit code and why the task stopped',
      [container('sidecar', 1), container('web', 3)],
      'task 0f3a9b1c: container web exited with code 3; EssentialContainerExited: Essential container in task exited',
    ],
    [
      'the sidecar whose end took it along',
      [container('sidecar', 1), container('web', 143)],
      'task 0f3a9b1c: container web exited with code 143 (SIGTERM); EssentialContainerExited: Essential container in task exited; container sidecar had exited with code 1',
    ],
    [
      'that its memory was not enough',
      [container('web', 137, 'OutOfMemoryError: Container killed due to memory usage')],
      'task 0f3a9b1c: container web exited with code 137 (SIGKILL), out of memory (its memory limit was reached); EssentialContainerExited: Essential container in task exited',
    ],
  ])('is bad with another code, and says %s', (_name, containers, problem) => {
    expect(endOfMigration(task('STOPPED', containers, exited), 'web')).toEqual({ problem });
  });

  test('is bad when its container never ran, in the task’s own words', () => {
    const reason = 'CannotPullContainerError: failed to resolve ref web:nope: not found';
    const never = task('STOPPED', [container('web'), container('sidecar')], ['TaskFailedToStart', reason]);
    expect(endOfMigration(never, 'web')).toEqual({
      problem: `task 0f3a9b1c: stopped; TaskFailedToStart: ${reason}`,
    });
  });
});

describe('a RunTask that started nothing', () => {
  test('is told in words, each reason once', () => {
    const memory = { arn: 'instance/1', reason: 'RESOURCE:MEMORY', detail: undefined };
    expect(explainRefusals([memory, { ...memory, arn: 'instance/2' }])).toBe(
      'RESOURCE:MEMORY (no container instance has enough memory left)',
    );
  });

  test('is told in ECS’s own words where these say it', () => {
    const reason = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';
    expect(explainRefusals([{ arn: undefined, reason, detail: undefined }])).toBe(reason);
    expect(explainRefusals([{ arn: undefined, reason: 'OTHER', detail: 'Something new.' }])).toBe(
      'OTHER (Something new)',
    );
  });
});
