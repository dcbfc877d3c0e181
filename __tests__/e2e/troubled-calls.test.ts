import { ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { expectEnd } from './support/job.ts';
import { openWorld, pausesOf, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

describe('calls to AWS that go wrong', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterEach(() => world.sandbox.faults.clear());
  afterAll(() => world?.close());

  test('throttled and failing calls are waited out', async () => {
    const { sandbox } = world;
    const { image, version } = await world.push();
    const calls = world.recordCalls();
    // Never so many at the beginning that one call could meet four of them in a row and be given up, as it should be.
    sandbox.faults.add({ kind: 'throttle', next: 2 });
    sandbox.faults.add({ kind: 'server-error', next: 1, status: 503 });
    const job = await world.start({ image });
    await job.sees(/^deployment: /);
    sandbox.faults.add({ kind: 'throttle', rate: 0.3 });
    sandbox.faults.add({ kind: 'server-error', rate: 0.1 });
    await job.sees(/gate targets +pass at 100 %/);
    sandbox.faults.clear();
    expectEnd(await job.ended, 0, 'succeeded');
    const codes = new Set(calls.all.flatMap(({ errorCode }) => errorCode ?? []));
    expect(codes).toContain('ThrottlingException');
    expect(await world.versionServing()).toBe(version);
    expect(pausesOf(await world.service())).toEqual([]);
    await world.expectNoneFailed();
    expect(sandbox.violations).toEqual([]);
  });

  test.each([
    ['RegisterTaskDefinition', 1],
    ['UpdateService', 2],
    ['ContinueServiceDeployment', 2],
  ])(
    'an answer to %s that is lost on the way is asked for again, and there is one deployment, which succeeds',
    async (operation, calledWithoutFault) => {
      const { image, version } = await world.push();
      const known = await deployments();
      const calls = world.recordCalls();
      world.sandbox.faults.add({ kind: 'lost-answer', operations: [operation], next: 1 });
      const result = await world.deploy({ image });
      expectEnd(result, 0, 'succeeded');
      expect(await world.versionServing()).toBe(version);
      expect(calls.all.filter((call) => call.operation === operation)).toHaveLength(calledWithoutFault + 1);
      expect(await deployments()).toBe(known + 1);
      expect(pausesOf(await world.service())).toEqual([]);
      await world.expectNoneFailed();
    },
  );

  test('a lost answer to the order to turn back is no failure either', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    world.sandbox.faults.add({ kind: 'lost-answer', operations: ['ContinueServiceDeployment'], next: 1 });
    const result = await world.deploy({ image, gates: '- run: exit 1' });
    expectEnd(result, 2, 'rolled-back');
    expect(result.outputs['reason']).toBe('gate run exit 1 failed before the shift: exit 1');
    expect(await world.versionServing()).toBe(stable);
    await world.expectNoneFailed();
  });

  test('credentials that run out end the job with that as the reason, and ECS turns back by itself', async () => {
    const stable = await world.versionServing();
    const { image } = await world.push();
    const job = await world.start({ image, hold: '4s' });
    await job.sees(/gate targets +pass at 100 %/);
    world.sandbox.faults.credentialsExpired = true;
    const result = await job.ended;
    world.sandbox.faults.clear();
    expectEnd(result, 6, 'could-not-look');
    expect(result.outputs['reason']).toMatch(/The security token included in the request is expired/);
    expect(result.outputs['reason']).toMatch(/; a pause that nobody answers turns back by itself when it expires; /);
    expect((await world.deploymentEnded(result.outputs['deployment-id'] ?? '')).status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await world.versionServing()).toBe(stable);
    await world.expectNoneFailed();
  });

  const deployments = async (): Promise<number> => {
    const { cluster, service } = world.seeded;
    const listed = await world.ecs.send(new ListServiceDeploymentsCommand({ cluster, service }));
    return listed.serviceDeployments?.length ?? 0;
  };
});
