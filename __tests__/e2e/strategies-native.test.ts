/** Every strategy on a service that ECS moves itself. docs/strategies.md quotes the tests by their names. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { putAlarm, setAlarm } from './support/alarm.ts';
import { deployWell, expectRefused, expectTurnedBack, neverAt, SMOKE, stepsLeft, tell } from './support/shifts.ts';
import { openWorld, pausesOf, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

describe('native: a service of the deployment controller ECS', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ seed: { strategy: 'ROLLING', shiftable: true, desiredCount: 4 } });
  });
  afterAll(() => world?.close());

  /** Whatever strategy the service had before: a switch is nothing but another word. */
  const deployAs = async (strategy: string, inputs: Readonly<Record<string, string>> = {}) => {
    const deployed = await deployWell(world, { strategy, hold: '0s', ...inputs });
    const { deploymentConfiguration: configuration } = await world.service();
    expect(pausesOf(await world.service())).toEqual([]);
    tell(`native ${strategy} ${inputs['steps'] ?? ''}: users' shares ${deployed.shares.join(', ')}`);
    return { ...deployed, configuration };
  };

  test('rolling replaces task by task and moves no weight', async () => {
    const { shares, configuration, result } = await deployAs('rolling');
    expect(shares).toEqual([]);
    expect(configuration).toMatchObject({
      strategy: 'ROLLING',
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
    expect(stepsLeft(result)).toEqual(['at 100 %']);
  });

  test('blue-green shifts everybody at once', async () => {
    const { shares, configuration, result } = await deployAs('blue-green');
    expect(shares).toEqual([100]);
    expect(configuration).toMatchObject({ strategy: 'BLUE_GREEN' });
    expect(stepsLeft(result)).toEqual(['before the shift', 'at 100 %']);
  });

  test('canary shifts a few, then the rest', async () => {
    const { shares, configuration, result } = await deployAs('canary', { steps: '0.1, 100' });
    expect(shares).toEqual([0.1, 100]);
    expect(configuration).toMatchObject({ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.1 } });
    expect(stepsLeft(result)).toEqual(['before the shift', 'at 0.1 %', 'at 100 %']);
  });

  test('linear shifts in equal steps', async () => {
    const { shares, configuration, result } = await deployAs('linear', { steps: '20, 40, 60, 80, 100' });
    expect(shares).toEqual([20, 40, 60, 80, 100]);
    expect(configuration).toMatchObject({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 20 } });
    expect(stepsLeft(result)).toEqual(['before the shift', ...[20, 40, 60, 80, 100].map((share) => `at ${share} %`)]);
  });

  test('a ladder of multiples stands on its own steps and passes those between', async () => {
    const { shares, configuration, result } = await deployAs('linear', { steps: '10, 40, 50, 100' });
    // Steps of 10 %: 10, 40 and 50 are held, 20 and 30, 60 to 90 are only walked through.
    expect(shares).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(configuration).toMatchObject({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 10 } });
    expect(stepsLeft(result)).toEqual(['before the shift', 'at 10 %', 'at 40 %', 'at 50 %', 'at 100 %']);
  });

  test('rolling, canary, blue-green, linear and rolling again, on one and the same service', async () => {
    const told: string[] = [];
    for (const [strategy, steps] of [
      ['rolling', ''],
      ['canary', '25, 100'],
      ['blue-green', '100'],
      ['linear', '50, 100'],
      ['rolling', ''],
    ] as const) {
      const { configuration, shares } = await deployAs(strategy, steps === '' ? {} : { steps });
      told.push(`${configuration?.strategy} ${shares.join(', ')}`);
    }
    expect(told).toEqual(['ROLLING ', 'CANARY 25, 100', 'BLUE_GREEN 100', 'LINEAR 50, 100', 'ROLLING ']);
  });

  test('a version that fails its smoke test is refused before it has a single user', async () => {
    const { image } = await world.push({ smokeFails: true });
    const { shares } = await expectTurnedBack(
      world,
      { image, strategy: 'canary', steps: '5, 100', gates: SMOKE },
      /^gate http \S+ failed before the shift: answered 500 instead of 200/,
    );
    expect(shares).toEqual([]);
  });

  test('a version that a command refuses at a step of a ladder goes back from there', async () => {
    const { image } = await world.push();
    const { shares } = await expectTurnedBack(
      world,
      { image, strategy: 'linear', steps: '25, 50, 75, 100', hold: '0s', gates: neverAt(50) },
      /^gate run .+ failed at 50 %: exit 1$/,
    );
    expect(shares).toEqual([25, 50, 0]);
  });

  test('a rolling update that an alarm goes off in is stopped, and ECS takes it back', async () => {
    await putAlarm(world, 'orders-missing');
    const { image } = await world.push({ healthyAfterMs: 2_000 });
    const calls = world.recordCalls();
    const { shares } = await expectTurnedBack(
      world,
      { image, strategy: 'rolling', gates: '- alarms: [orders-missing]' },
      /^gate alarms orders-missing failed during the shift, at \d+ %: orders-missing in ALARM$/,
      async (inputs) => {
        const job = await world.start(inputs);
        await job.sees(/^deployment: /);
        await setAlarm(world, 'orders-missing', 'ALARM');
        return job.ended;
      },
    );
    expect(shares).toEqual([]);
    expect(calls.changes()).toContain('ecs:StopServiceDeployment');
  });

  test('a rolling update that a command refuses when it is through is rolled back by another one', async () => {
    const { image } = await world.push();
    const calls = world.recordCalls();
    await expectTurnedBack(
      world,
      { image, strategy: 'rolling', gates: neverAt(100) },
      /^gate run .+ failed at 100 %: exit 1$/,
    );
    expect(calls.changes()).not.toContain('ecs:StopServiceDeployment');
    expect(calls.changes().filter((name) => name === 'ecs:UpdateService').length).toBeGreaterThanOrEqual(2);
  });

  test('a ladder that ECS cannot do is refused with the nearest that it can', async () => {
    const reason = await expectRefused(world, { strategy: 'linear', steps: '0.1, 1, 2, 5, 25, 100' });
    expect(reason).toBe(
      'steps: 0.1, 1, 2, 5, 25, 100 is not linear: the steps below 100 have to be multiples of one number that is 3 or more; ' +
        'write steps: 3, 6, 9, 12, 24, 100; a service with the deployment controller EXTERNAL can do it as it is written',
    );
  });
});
