/** From the moment that a rollout is there to the last word about it: what is said, what is left behind, and what is not. */
import { describe, expect, jest, test } from '@jest/globals';
import type { TaskDeath } from '../src/core/deaths.ts';
import { CallError } from '../src/core/errors.ts';
import { readMemo } from '../src/core/memo.ts';
import { arnOf } from './fakes/ecs.ts';
import { command, deploy, type Ended, type Fate, type Inputs, LADDERS } from './fakes/jobs.ts';
import { createFakeWorld, type EngineName, type FakeWorld } from './fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(60_000);

const ENGINES = ['native', 'taskset'] as const;
const WAYS_ON = [
  'to go on: run this action with command: promote, cluster: demo, service: web (to: 100 for all at once); in a terminal: INPUT_COMMAND=promote INPUT_CLUSTER=demo INPUT_SERVICE=web node dist/index.js',
  'to turn back: the same with command: rollback; in a terminal: INPUT_COMMAND=rollback INPUT_CLUSTER=demo INPUT_SERVICE=web node dist/index.js',
];
const LEFT: Readonly<Record<EngineName, string>> = {
  native: 'a pause that nobody answers turns back by itself when it expires; between pauses ECS goes on by itself',
  taskset: 'it stays as it is, users included, until a job goes on or turns back',
  codedeploy: 'before the shift CodeDeploy stops it when its wait is over; a shift that has begun goes on by itself',
};
/** Until when somebody promises to care, as the rollout's note in AWS says it. */
function keptUntil({ ecs, taskSets }: FakeWorld): number | undefined {
  const tags = ecs?.service.tags ?? taskSets?.sets().at(-1)?.tags;
  return readMemo(tags?.get('greenlight:rollout') ?? '')?.until;
}
/** The order to go on is lost again and again. */
function stall(world: FakeWorld): void {
  const lost = new CallError('network', '', 'the connection was reset');
  world.failWith(world.engine === 'native' ? 'ContinueServiceDeployment CONTINUE' : 'UpdateTaskSet', lost);
}
const waysOn = ({ lines }: Ended): readonly string[] => lines.filter((line) => /^to (go on|turn back): /.test(line));

describe.each(ENGINES)('a rollout on %s', (engine) => {
  test('that waits for a person says until when, the two ways to go on, and writes the deadline down in AWS', async () => {
    const world = createFakeWorld(engine);
    const ended = await deploy(world, { approval: 'manual', 'promote-within': '4h' });
    expect([ended.status, ended.exitCode, ended.errors, ended.warnings]).toEqual(['awaiting-promotion', 0, [], []]);
    const until = ended.outputs['promote-until'] ?? '';
    expect(ended.reason).toBe(
      `the candidate has 20 % of the traffic, every gate passed at 20 %, and a person decides until ${until}`,
    );
    expect(waysOn(ended)).toEqual(WAYS_ON);
    expect(keptUntil(world)).toBe(Date.parse(until));
    const left = Date.parse(until) - world.clock.now();
    expect(left).toBeGreaterThan(3.9 * 3_600_000);
    expect(left).toBeLessThan(4.5 * 3_600_000);
  });

  test('that is cancelled and left says where it stands, what becomes of it, and the two ways to go on', async () => {
    const world = createFakeWorld(engine);
    let since = 0;
    const isHeld = (): boolean => {
      if (world.share() === 20 && since === 0) since = world.clock.now();
      return since > 0 && world.clock.now() > since + 10_000;
    };
    const ended = await deploy(world, { 'on-cancel': 'leave' }, { cancelledWhen: isHeld });
    expect([ended.status, ended.exitCode, world.share()]).toEqual(['cancelled', 7, 20]);
    expect(ended.reason).toMatch(
      /^the workflow was cancelled and on-cancel is leave: the rollout stands at \w+ with 20 % of the traffic on the candidate; /,
    );
    expect(ended.reason.endsWith(`; ${LEFT[engine]}`)).toBe(true);
    expect(waysOn(ended)).toEqual(WAYS_ON);
    expect(keptUntil(world)).toBe(world.clock.now() + 24 * 3_600_000);
  });

  test('that nobody can look at any more ends the job with what becomes of it, and the two ways to go on', async () => {
    const world = createFakeWorld(engine);
    const expired = new CallError('credentials', 'ExpiredTokenException', 'the security token is expired');
    const look = engine === 'native' ? 'DescribeServiceDeployments' : 'DescribeTaskSets';
    const ended = await deploy(world, {}, { when: [() => world.share() === 20, () => world.failWith(look, expired)] });
    expect([ended.status, ended.exitCode]).toEqual(['could-not-look', 6]);
    expect(ended.reason).toBe(`the security token is expired; ${LEFT[engine]}`);
    expect(waysOn(ended)).toEqual(WAYS_ON);
    expect(ended.calls).not.toContain('UntagResource');
  });

  test.each<readonly [end: string, inputs: Inputs, fate: (world: FakeWorld) => Fate]>([
    ['succeeded', {}, () => ({})],
    ['rolled-back', {}, (world) => ({ when: [() => world.share() === 60, () => world.ring('ALARM')] })],
    ['cancelled', {}, (world) => ({ cancelledWhen: () => world.share() === 60 })],
    [
      'timed-out',
      { hold: '1m', timeout: '7m' },
      (world) => ({ when: [() => world.share() === 60, () => stall(world)] }),
    ],
  ])('that has %s leaves nothing of its own behind', async (end, inputs, fate) => {
    const world = createFakeWorld(engine);
    const ended = await deploy(world, inputs, fate(world));
    expect([ended.status, waysOn(ended)]).toEqual([end, []]);
    expect(world.share()).toBe(end === 'succeeded' ? 100 : 0);
    expect((await command(world, 'status', { fix: 'true' })).status).toBe('unchanged');
    expect(world.taskSets?.isClean()).toBeUndefined();
  });

  test('that meets a bug of ours goes back first, and then the job falls over with its stack', async () => {
    const world = createFakeWorld(engine);
    const broken = async (): Promise<never> => {
      throw new TypeError('undefined is not a function');
    };
    const states = world.ports.alarms.states;
    const ports = {
      ...world.ports,
      alarms: { states: (names: readonly string[]) => (world.share() === 20 ? broken() : states(names)) },
    };
    await expect(deploy({ ...world, ports })).rejects.toThrow('undefined is not a function');
    expect(world.share()).toBe(0);
  });
});

test('a rollout whose leftovers cannot be taken away ends as it has, with a warning', async () => {
  const world = createFakeWorld('native');
  const denied = new CallError('denied', 'AccessDeniedException', 'not allowed');
  const ended = await deploy(
    world,
    {},
    { when: [() => world.share() === 100, () => world.failWith('UntagResource', denied)] },
  );
  expect([ended.status, ended.exitCode]).toEqual(['succeeded', 0]);
  expect(ended.warnings).toEqual(['could not take away what the rollout needed on the service: not allowed']);
});

test('in the bake, ECS finishes what a job has left', async () => {
  const world = createFakeWorld('native');
  const answers = () => world.calls.filter((call) => call === 'ContinueServiceDeployment CONTINUE').length;
  let calls = 0;
  const inTheBake = () => answers() === 6 && ++calls > 3;
  const ended = await deploy(world, { 'on-cancel': 'leave' }, { cancelledWhen: inTheBake });
  expect([ended.status, ended.reason.split('; ').at(-1)]).toEqual(['cancelled', 'ECS finishes it by itself']);
});

test('with CodeDeploy a person has as long as the wait before the shift, and the job says what becomes of it', async () => {
  const world = createFakeWorld('codedeploy');
  const waiting = await deploy(world, { approval: 'manual', 'promote-within': '4h' });
  expect(waiting.reason).toMatch(
    /^the candidate has 0 % of the traffic, every gate passed before the shift, and a person decides until 20/,
  );
  await command(world, 'rollback');
  const left = await deploy(world, { 'on-cancel': 'leave' }, { cancelledWhen: () => world.share() === 10 });
  expect(left.reason.endsWith(LEFT.codedeploy)).toBe(true);
});

describe('tasks of the candidate that die', () => {
  const death = (number: number, more: Partial<TaskDeath> = {}): TaskDeath => ({
    taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/demo/${number}`,
    taskDefinitionArn: arnOf.taskDefinition(2),
    stoppedAt: Number.MAX_SAFE_INTEGER,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    startedBy: 'ecs-svc/1',
    containers: [{ name: 'web', exitCode: 1, reason: undefined, image: undefined }],
    ...more,
  });

  async function dying(
    deaths: readonly TaskDeath[],
  ): Promise<{ readonly ended: Ended; readonly logs: readonly string[] }> {
    const world = createFakeWorld('native', { ecs: { neverStarts: true } });
    const logs: string[] = [];
    const tasks = {
      deaths: async () => deaths,
      logTail: async ({ taskArn }: TaskDeath) => {
        logs.push(taskArn.slice(-1));
        return [`the end of ${taskArn.slice(-1)}`];
      },
    };
    return { ended: await deploy({ ...world, ports: { ...world.ports, tasks } }, { timeout: '30m' }), logs };
  }

  test('turn it back, each is told once, and the first three with the end of their log', async () => {
    const { ended, logs } = await dying([1, 2, 3, 4].map((number) => death(number)));
    expect([ended.status, ended.exitCode]).toEqual(['rolled-back', 2]);
    expect(ended.reason).toContain('4 tasks of the candidate died and none was ever healthy');
    expect(ended.lines.filter((line) => line.includes('task died'))).toHaveLength(4);
    expect(logs).toEqual(['1', '2', '3']);
    expect(ended.lines.filter((line) => line.includes('| the end of'))).toHaveLength(3);
  });

  test('are not taken for the candidate’s when they are stable’s, or of an earlier try, or were stopped by a scaling', async () => {
    const { ended, logs } = await dying([
      ...[1, 2, 3].map((number) => death(number, { taskDefinitionArn: arnOf.taskDefinition(1) })),
      ...[4, 5, 6].map((number) => death(number, { stoppedAt: 0 })),
      ...[7, 8, 9].map((number) =>
        death(number, { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Scaling activity' }),
      ),
    ]);
    expect([ended.status, logs]).toEqual(['timed-out', []]);
  });

  test('that cannot be looked for do not end a rollout that is well', async () => {
    const world = createFakeWorld('taskset');
    const deaths = async (): Promise<never> => {
      throw new CallError('denied', 'AccessDeniedException', 'list tasks: not allowed');
    };
    const ended = await deploy({ ...world, ports: { ...world.ports, tasks: { deaths, logTail: async () => [] } } });
    expect(ended.status).toBe('succeeded');
  });
});

test('a command that judges is told what it judges', async () => {
  const world = createFakeWorld('native');
  const seen: Readonly<Record<string, string>>[] = [];
  const shell = {
    run: async (_command: string, environment: Readonly<Record<string, string>>) => {
      seen.push(environment);
      return 0;
    },
  };
  const ended = await deploy({ ...world, ports: { ...world.ports, shell } }, { gates: '- run: npm run smoke' });
  expect(ended.status).toBe('succeeded');
  expect(seen.map((environment) => environment['CANDIDATE_SHARE'])).toEqual(['0', '20', '60', '100']);
  expect(seen[0]).toEqual({
    CLUSTER: 'demo',
    SERVICE: 'web',
    IMAGE: 'example.com/web:2',
    TASK_DEFINITION_ARN: arnOf.taskDefinition(2),
    DEPLOYMENT_ID: arnOf.deployment(2),
    CANDIDATE_SHARE: '0',
    CANDIDATE_URL: 'http://candidate.example.com:9001',
  });
});

test('a candidate that grows with its share is asked for no more tasks than it is meant to have', async () => {
  const world = createFakeWorld('taskset', { taskSets: { desiredCount: 10 } });
  const ended = await deploy(world, { steps: '10, 100', gates: LADDERS.taskset['gates'] ?? '' });
  expect(ended.status).toBe('succeeded');
  expect(ended.lines.join('\n')).toContain('pass at 10 %: 1 of 1 targets healthy');
});

test('a job that waits for a person says so at once, with the ways to go on, and does so once', async () => {
  const world = createFakeWorld('native');
  const ended = await deploy(world, { approval: 'manual', 'wait-for-approval': '10m' });
  expect(ended.status).toBe('awaiting-promotion');
  const asked = ended.lines.flatMap((line, at) =>
    /a person decides: at 20 %; this job waits until /.test(line) ? [at] : [],
  );
  expect(asked).toHaveLength(1);
  expect(ended.lines[(asked[0] ?? 0) + 1]).toMatch(/^to go on: run this action with command: promote/);
  expect(waysOn(ended)).toEqual(WAYS_ON);
});
