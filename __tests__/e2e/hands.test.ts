import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { seedDemo } from '../../sandbox/seed.ts';
import { seedCodeDeploy } from '../../sandbox/seed-codedeploy.ts';
import { expectEnd } from './support/job.ts';
import { openWorld, pausesOf, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

/** ECS's pauses are long enough for gates that are looked through again and again. */
const CANARY = { steps: '25, 100', hold: '0s', 'hold-limit': '20m' };

/** The world is well, and this version serves. */
async function expectCalm(world: World, version: string): Promise<void> {
  expect(await world.versionServing()).toBe(version);
  expect(pausesOf(await world.service())).toEqual([]);
  await world.expectNoneFailed();
  expect(world.sandbox.violations).toEqual([]);
}

describe('gates and persons', () => {
  let world: World;
  let probed: Server;
  /** The next answers; 200 when there are none left. */
  let answers: number[] = [];
  let isBroken = false;
  let gates: (settings: string) => string;
  beforeAll(async () => {
    probed = createServer((_, response) => response.writeHead(answers.shift() ?? (isBroken ? 500 : 200)).end());
    await new Promise<void>((resolve) => probed.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(probed.address() as AddressInfo).port}/`;
    gates = (settings) => `- http: { url: "${url}", times: 1${settings} }`;
    world = await openWorld({
      sandbox: { speed: 60 },
      seed: { strategy: 'CANARY' },
    });
  });
  beforeEach(() => {
    answers = [];
    isBroken = false;
  });
  afterAll(async () => {
    probed?.close();
    await world?.close();
  });

  test('failures: 3 forgives two bad looks in a row and turns back at the third', async () => {
    const [good, bad] = [await world.push(), await world.push()];
    answers = [500, 500, 200, 500, 500, 200];
    expectEnd(await world.deploy({ ...CANARY, image: good.image, gates: gates(', failures: 3') }), 0, 'succeeded');
    expect(answers).toEqual([]);

    answers = [200, 500, 500, 500];
    const back = await world.deploy({ ...CANARY, image: bad.image, gates: gates(', failures: 3') });
    expectEnd(back, 2, 'rolled-back');
    expect(back.outputs['reason']).toMatch(
      /^gate http \S+ failed 3 times in a row at 25 %: answered 500 instead of 200/,
    );
    await expectCalm(world, good.version);
  });

  test('a gate that fails while a person is waited for turns back', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const inputs = { ...CANARY, image, approval: 'manual', 'wait-for-approval': '10m', gates: gates('') };
    const job = await world.start(inputs);
    await job.sees(/gate http +pass at 25 %/);
    isBroken = true;
    const result = await job.ended;
    expectEnd(result, 2, 'rolled-back');
    expect(result.outputs['reason']).toMatch(/^gate http \S+ failed at 25 %: answered 500 instead of 200/);
    await expectCalm(world, stable);
  });

  test('a share below that of the candidate is refused, and named', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    expectEnd(await world.deploy({ ...CANARY, image, approval: 'manual' }), 0, 'awaiting-promotion');
    const refused = await world.deploy({ command: 'promote', to: '5' });
    expectEnd(refused, 1, 'failed');
    expect(refused.errors).toEqual([
      expect.stringMatching(/^to: 5 is less than the 25 % that the candidate has already/),
    ]);
    expectEnd(await world.deploy({ command: 'rollback' }), 0, 'rolled-back');
    await expectCalm(world, stable);
  });

  test('status tells of every service of the cluster, on every engine, and of the one that is under way', async () => {
    await seedDemo(world.sandbox, { service: 'shop', controller: 'EXTERNAL', desiredCount: 1 });
    const till = await seedDemo(world.sandbox, { service: 'till', controller: 'CODE_DEPLOY', desiredCount: 1 });
    await seedCodeDeploy(world.sandbox, till);
    const { image } = await world.push();
    const asked = await world.deploy({
      service: 'shop',
      image,
      steps: '10, 100',
      hold: '1s',
      drain: '1s',
      approval: 'manual',
    });
    expectEnd(asked, 0, 'awaiting-promotion');

    const calls = world.recordCalls();
    const { exitCode, text } = await world.terminal('INPUT_COMMAND=status INPUT_CLUSTER=demo');
    expect(exitCode).toBe(0);
    expect(text).toMatch(
      /^shop: shop:\d+ is rolled out since .*, 10 % of the traffic, .* by example\/shop\/actions\/runs\/1/m,
    );
    expect(text).toMatch(/^till: till:1 serves, 1\/1 running, no rollout under way/m);
    expect(text).toMatch(/^web: web:\d+ serves, 2\/2 running, no rollout under way/m);
    expect(text).toContain('unchanged: 3 services, 1 with a rollout under way');
    expect(calls.changes()).toEqual([]);

    expectEnd(await world.deploy({ service: 'shop', command: 'rollback' }), 0, 'rolled-back');
    expect(world.sandbox.violations).toEqual([]);
  });
});

describe('a gate that has not enough to judge by', () => {
  let world: World;
  beforeAll(async () => {
    // A minute of CloudWatch's lasts 15 seconds: the gate `traffic` says hold for two of them.
    world = await openWorld({
      sandbox: { speed: 4 },
      seed: { strategy: 'CANARY' },
    });
  });
  afterAll(() => world?.close());

  const UNSURE = { ...CANARY, gates: '- traffic', 'hold-limit': '1s' };

  test('turns back after hold-limit with on-inconclusive: rollback', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const back = await world.deploy({ ...UNSURE, image });
    expectEnd(back, 2, 'rolled-back');
    expect(back.outputs['reason']).toMatch(
      /^not conclusive at 25 % within the hold and 1s more: traffic \(not a whole minute/,
    );
    await expectCalm(world, stable);
  });

  test('goes on with on-inconclusive: promote, and says why', async () => {
    const { image, version } = await world.push();
    const result = await world.deploy({ ...UNSURE, image, 'on-inconclusive': 'promote' });
    expectEnd(result, 0, 'succeeded');
    expect(result.lines.join('\n')).toMatch(/continue +not conclusive at 25 % .*; on-inconclusive is promote/);
    await expectCalm(world, version);
  });

  test('asks a person with on-inconclusive: wait', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const asked = await world.deploy({ ...UNSURE, image, 'on-inconclusive': 'wait' });
    expectEnd(asked, 0, 'awaiting-promotion');
    expect(asked.outputs['reason']).toMatch(/not conclusive at 25 %/);
    expect(asked.outputs['promote-until']).not.toBe('');
    expectEnd(await world.deploy({ command: 'rollback' }), 0, 'rolled-back');
    await expectCalm(world, stable);
  });
});
