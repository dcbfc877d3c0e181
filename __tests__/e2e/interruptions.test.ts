import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { bundle, runAction } from '../../sandbox/runner/run-action.ts';
import { seedCodeDeploy } from '../../sandbox/seed-codedeploy.ts';
import type { CallRecord } from '../../sandbox/wire/recorder.ts';
import { expectEnd } from './support/job.ts';
import { openWorld, pausesOf, STORY_MS, type World, waitUntil } from './support/world.ts';

jest.setTimeout(STORY_MS);

/** Stays until somebody interrupts: no story waits for its end. */
const LONG_HOLD = '20m';
const HELD = /gate targets +pass at 100 %/;

const turnsBack = ({ operation, input, errorCode }: CallRecord): boolean =>
  errorCode === undefined &&
  (operation === 'StopServiceDeployment' ||
    (operation === 'ContinueServiceDeployment' && (input as { action?: string }).action === 'ROLLBACK'));

/** The promise: the order to turn back leaves within two seconds of the runner's first signal. */
const PROMPT_MS = 2_000;

/** By the sandbox's clock, which is this process's. */
function expectPrompt(engine: string, cancelledAt: number, ordered: CallRecord): void {
  const tookMs = ordered.at - cancelledAt;
  process.stderr.write(`cancel to rollback requested, ${engine}: ${tookMs} ms (${ordered.operation})\n`);
  expect(tookMs).toBeLessThan(PROMPT_MS);
}

describe('a rollout that is interrupted', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());

  const expectCalm = async (): Promise<void> => {
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  };

  /** As somebody with the AWS CLI would: the family's newest revision with another image. */
  const registerWith = async (image: string): Promise<string | undefined> => {
    const { taskDefinition } = await world.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: world.seeded.service }),
    );
    const { family, networkMode, cpu, memory, executionRoleArn, runtimePlatform, requiresCompatibilities } =
      taskDefinition ?? {};
    const containerDefinitions = taskDefinition?.containerDefinitions?.map((container) => ({ ...container, image }));
    const registered = await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode,
        cpu,
        memory,
        executionRoleArn,
        runtimePlatform,
        requiresCompatibilities,
        containerDefinitions,
      }),
    );
    return registered.taskDefinition?.taskDefinitionArn;
  };

  test('by a newer deployment of somebody else is superseded, and leaves that one alone', async () => {
    const [ours, theirs] = [await world.push(), await world.push()];
    const job = await world.start({ image: ours.image, hold: LONG_HOLD });
    await job.sees(HELD);

    const calls = world.recordCalls();
    const { cluster, service } = world.seeded;
    const { deploymentConfiguration } = await world.service();
    await world.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service,
        taskDefinition: await registerWith(theirs.image),
        deploymentConfiguration: { ...deploymentConfiguration, lifecycleHooks: [] },
      }),
    );

    const result = await job.ended;
    expectEnd(result, 3, 'superseded');
    const newer =
      /a newer deployment took over at \S+: (arn:aws:ecs:\S+)$/.exec(result.outputs['reason'] ?? '')?.[1] ?? '';
    expect(newer).not.toBe(result.outputs['deployment-id']);
    expect(result.summary).toContain('## ⏭️ Superseded: web');
    expect((await world.deployment(result.outputs['deployment-id'] ?? '')).status).toBe('STOPPED');
    expect((await world.deploymentEnded(newer)).status).toBe('SUCCESSFUL');
    expect(await world.versionServing()).toBe(theirs.version);
    expect(calls.changes()).toEqual([]);
    await expectCalm();
  });

  test('by a cancelled workflow is turned back at once', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const job = await world.start({ image, hold: LONG_HOLD });
    await job.sees(HELD);
    const ordered = world.nextCall(turnsBack);
    const cancelledAt = Date.now();
    job.cancel();
    expectPrompt('native', cancelledAt, await ordered);
    // The runner kills ten seconds after its first signal: an exit code says that the job was faster.
    const result = await job.ended;
    expectEnd(result, 7, 'cancelled');
    expect(result.outputs['reason']).toBe('the workflow was cancelled');
    const deployment = await world.deployment(result.outputs['deployment-id'] ?? '');
    expect(deployment.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await world.versionServing()).toBe(stable);
    expect(pausesOf(await world.service())).toEqual([]);
    await expectCalm();
  });

  test('by a cancelled workflow with on-cancel: leave is left to ECS, which turns back when the pause is over', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const calls = world.recordCalls();
    const job = await world.start({ image, hold: '3s', 'hold-limit': '0s', 'on-cancel': 'leave' });
    await job.sees(HELD);
    job.cancel();
    const result = await job.ended;
    expectEnd(result, 7, 'cancelled');
    expect(result.outputs['reason']).toMatch(
      /on-cancel is leave: the rollout stands at POST_PRODUCTION_TRAFFIC_SHIFT with 100 % .*; a pause that nobody answers turns back by itself/,
    );
    expect(result.outputs['traffic']).toBe('100');
    expect(calls.all.filter(turnsBack)).toEqual([]);
    const left = result.outputs['deployment-id'] ?? '';
    expect((await world.deployment(left)).status).toBe('IN_PROGRESS');
    const ended = await world.deploymentEnded(left);
    expect(ended.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(ended.rollback?.reason).toMatch(/pause hook timed out/);
    expect(await world.versionServing()).toBe(stable);
    await expectCalm();
  });

  test('by a cancelled workflow with on-cancel: leave says how to go on, and a promotion finishes it', async () => {
    const { image, version } = await world.push();
    const job = await world.start({ image, hold: LONG_HOLD, 'on-cancel': 'leave' });
    await job.sees(HELD);
    const calls = world.recordCalls();
    job.cancel();
    const result = await job.ended;
    expectEnd(result, 7, 'cancelled');
    // The note says until when a person may decide; nothing else is touched.
    expect(calls.changes()).toEqual(['ecs:TagResource']);
    const words = /to go on: .*; in a terminal: (.*) node /.exec(result.lines.join('\n'))?.[1] ?? '';
    const promoted = await world.terminal(words);
    expect(promoted.text).toContain('web: succeeded: the candidate serves all traffic');
    expect(await world.versionServing()).toBe(version);
    expect(pausesOf(await world.service())).toEqual([]);
    await expectCalm();
  });

  test('by a killed main step is turned back by the post step, which follows it to its end', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const inputs = { image, hold: LONG_HOLD };
    const job = await world.start(inputs);
    await job.sees(HELD);
    job.kill();
    const result = await job.ended;
    expect(result.exitCode).toBeUndefined();
    const post = await world.post(result, inputs);
    expect(post.lines.at(-1)).toBe('web: rolled-back: the job was cancelled, or ended before the rollout did');
    expect(post.exitCode).toBe(0);
    expect(await world.versionServing()).toBe(stable);
    expect(pausesOf(await world.service())).toEqual([]);
    await expectCalm();
  });

  test('by nothing has a post step that loads nothing and asks AWS nothing', async () => {
    const { image } = await world.push();
    const main = await world.deploy({ image });
    expectEnd(main, 0, 'succeeded');
    // Alone in a folder: whatever else it loaded would be missing.
    const folder = await mkdtemp(join(tmpdir(), 'greenlight-post-'));
    const dist = process.env['GREENLIGHT_BUNDLE'] ?? bundle;
    for (const file of ['post.js', 'package.json']) await copyFile(join(dirname(dist), file), join(folder, file));
    const calls = world.recordCalls();
    const post = await runAction({
      entry: join(folder, 'post.js'),
      inputs: { cluster: world.seeded.cluster, service: world.seeded.service, image },
      env: world.sandbox.env,
      state: main.state,
    });
    await rm(folder, { recursive: true });
    expect(post).toMatchObject({ exitCode: 0, lines: [] });
    expect(calls.all).toEqual([]);
    expect(main.state).toMatchObject({ ended: 'succeeded' });
  });

  test('while another one runs is refused with who and since when, or replaces it on purpose', async () => {
    const [first, refused, second] = [await world.push(), await world.push(), await world.push()];
    const running = await world.start({ image: first.image, hold: LONG_HOLD });
    await running.sees(HELD);

    const calls = world.recordCalls();
    const no = await world.deploy({ image: refused.image });
    expectEnd(no, 1, 'failed');
    expect(no.errors).toEqual([
      expect.stringMatching(
        /^if-running: web:\d+ is rolled out since \d+ s, 100 % of the traffic, at POST_PRODUCTION_TRAFFIC_SHIFT, by example\/shop\/actions\/runs\/1 at [0-9a-f]{40} \(arn:aws:ecs:\S+:service-deployment\/demo\/web\/\S+\), and if-running is refuse; wait for its end, set if-running: wait or supersede, or end it with command: promote or command: rollback$/,
      ),
    ]);
    expect(calls.changes()).toEqual([]);

    const yes = await world.deploy({ image: second.image, 'if-running': 'supersede' });
    expectEnd(yes, 0, 'succeeded');
    const replaced = await running.ended;
    expectEnd(replaced, 3, 'superseded');
    expect(replaced.outputs['reason']).toContain(yes.outputs['deployment-id']);
    expect(no.errors[0]).toContain(replaced.outputs['deployment-id']);
    expect(await world.versionServing()).toBe(second.version);
    expect(pausesOf(await world.service())).toEqual([]);
    await expectCalm();
  });
});

/** The calls that begin the way back where this action moves the traffic itself. */
const beginsBack = ({ operation, input }: CallRecord): boolean =>
  operation === 'TagResource' && JSON.stringify(input).includes('greenlight:returning');

describe('a rollout over task sets whose way back takes longer than a runner waits', () => {
  // Ten seconds from the first signal to the last; the candidate's users have fifteen to leave.
  const SLOW_BACK = { steps: '10, 100', hold: LONG_HOLD, drain: '15s' };
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ sandbox: { speed: 60 }, seed: { controller: 'EXTERNAL' } });
  });
  afterAll(() => world?.close());

  const expectBack = async (stable: string): Promise<void> => {
    expect(await world.versionServing()).toBe(stable);
    expect((await world.service()).taskSets).toHaveLength(1);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  };

  test('has its main step killed, and its post step follow it to the end', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const job = await world.start({ ...SLOW_BACK, image });
    await job.sees(/gate targets +pass at 10 %/);
    const ordered = world.nextCall(beginsBack);
    const cancelledAt = Date.now();
    job.cancel();
    expectPrompt('taskset', cancelledAt, await ordered);
    const result = await job.ended;
    expect(result.exitCode).toBeUndefined();

    const post = await world.post(result, { ...SLOW_BACK, image });
    expect(post.lines.at(-1)).toBe('web: rolled-back: the job was cancelled, or ended before the rollout did');
    expect(post.exitCode).toBe(0);
    await expectBack(stable);
  });

  test('is turned back by the post step alone where the main step died without a signal', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const job = await world.start({ ...SLOW_BACK, image, drain: '1s' });
    await job.sees(/gate targets +pass at 10 %/);
    job.kill();
    const post = await world.post(await job.ended, { ...SLOW_BACK, image });
    expect(post.exitCode).toBe(0);
    await expectBack(stable);
  });
});

describe('a rollout of CodeDeploy that is cancelled', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ sandbox: { speed: 60 }, seed: { controller: 'CODE_DEPLOY' } });
    await seedCodeDeploy(world.sandbox, world.seeded);
  });
  afterAll(() => world?.close());

  test('is stopped at once, and CodeDeploy takes the traffic back', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const inputs = { steps: '100', hold: '20m', bake: '1m', approval: 'manual', 'wait-for-approval': '10m', image };
    const job = await world.start(inputs);
    await job.sees(/gate targets +pass before the shift/);
    const ordered = world.nextCall(({ operation }) => operation === 'StopDeployment');
    const cancelledAt = Date.now();
    job.cancel();
    expectPrompt('codedeploy', cancelledAt, await ordered);
    const result = await job.ended;
    // Done within the runner's ten seconds, or followed by the post step.
    if (result.exitCode === undefined) expect((await world.post(result, inputs)).exitCode).toBe(0);
    else expectEnd(result, 7, 'cancelled');
    expect(await world.versionServing()).toBe(stable);
    await waitUntil(async () => (await world.service()).taskSets?.length === 1);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  });
});
