import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { expectEnd } from './support/job.ts';
import { openWorld, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(2 * STORY_MS);

const REQUESTS = 100_000;

describe('a hundred thousand requests', () => {
  let world: World;
  beforeAll(async () => {
    // As many as go through: the machine is busy, and a pause of six of AWS's minutes has 18 seconds.
    world = await openWorld({ sandbox: { speed: 20 }, load: { connections: 20, rate: 0 } });
  });
  afterAll(() => world?.close());

  test('none of them fails over a deployment, a rollback and a killed runner', async () => {
    const { load } = world;
    const began = load.count().requests;

    const good = await world.push();
    expectEnd(await world.deploy({ image: good.image, bake: '1m' }), 0, 'succeeded');

    // Turned back after all traffic had shifted: the most that a rollback can have to move.
    const bad = await world.push();
    const gates = '- run: { command: \'test "$CANDIDATE_SHARE" = 0\', within: 30s }';
    expectEnd(await world.deploy({ image: bad.image, gates }), 2, 'rolled-back');
    expect(await world.versionServing()).toBe(good.version);

    const lost = await world.push();
    const job = await world.start({ image: lost.image });
    await job.sees(/gate targets +pass at 100 %/);
    const deployment = /(arn:\S+)$/.exec(await job.sees(/^deployment: /))?.[1] ?? '';
    job.kill();
    expect((await world.deploymentEnded(deployment)).status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await world.versionServing()).toBe(good.version);

    await load.reached(began + REQUESTS);
    const { requests } = await world.expectNoneFailed();
    expect(requests - began).toBeGreaterThanOrEqual(REQUESTS);
    process.stderr.write(`0 failed of ${requests} requests\n`);
    expect(world.sandbox.violations).toEqual([]);
  });
});
