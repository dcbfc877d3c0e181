/** Every strategy on a service that CodeDeploy moves. docs/strategies.md quotes the tests by their names. */
import {
  CodeDeployClient,
  CreateDeploymentConfigCommand,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type SeededCodeDeploy, seedCodeDeploy } from '../../sandbox/seed-codedeploy.ts';
import { putAlarm, setAlarm } from './support/alarm.ts';
import { deployWell, expectRefused, expectTurnedBack, SMOKE, stepsLeft, tell } from './support/shifts.ts';
import { openWorld, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

/** CodeDeploy counts minutes, of which each has two seconds here; with a bake it goes on by itself. */
const TIMES = { hold: '1m', bake: '1m' } as const;

describe('codedeploy: a service of the deployment controller CODE_DEPLOY', () => {
  let world: World;
  let codeDeploy: CodeDeployClient;
  let seeded: SeededCodeDeploy;
  beforeAll(async () => {
    world = await openWorld({ seed: { controller: 'CODE_DEPLOY', desiredCount: 3 } });
    seeded = await seedCodeDeploy(world.sandbox, world.seeded);
    codeDeploy = new CodeDeployClient(world.sandbox.clientConfig);
  });
  afterAll(async () => {
    codeDeploy?.destroy();
    await world?.close();
  });

  /** As its owner has made it, with the waits that every rollout changes for its time. */
  const group = async (): Promise<unknown> => {
    const { deploymentGroupInfo } = await codeDeploy.send(
      new GetDeploymentGroupCommand({
        applicationName: seeded.application,
        deploymentGroupName: seeded.deploymentGroup,
      }),
    );
    const {
      lastAttemptedDeployment: _,
      lastSuccessfulDeployment: __,
      targetRevision: ___,
      ...own
    } = deploymentGroupInfo ?? {};
    return own;
  };
  const deploy = async (inputs: Readonly<Record<string, string>>) => {
    const before = await group();
    const deployed = await deployWell(world, inputs);
    expect(await group()).toEqual(before);
    const deploymentId = deployed.result.outputs['deployment-id'] ?? '';
    const { deploymentInfo } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
    expect(deploymentInfo?.status).toBe('Succeeded');
    const configuration = deploymentInfo?.deploymentConfigName;
    tell(`codedeploy ${configuration}: users' shares ${deployed.shares.join(', ')}`);
    return { ...deployed, configuration, left: stepsLeft(deployed.result) };
  };

  test('blue-green shifts everybody at once', async () => {
    const { shares, configuration, left } = await deploy({ strategy: 'blue-green', hold: '0s' });
    expect(shares).toEqual([100]);
    expect(configuration).toBe('CodeDeployDefault.ECSAllAtOnce');
    expect(left).toEqual(['before the shift', 'at 100 %']);
  });

  test('canary shifts a few, then the rest', async () => {
    const { shares, configuration } = await deploy({ strategy: 'canary', steps: '25, 100', ...TIMES });
    expect(shares).toEqual([25, 100]);
    expect(configuration).toBe('greenlight-ecs-canary-25-1m');
  });

  test('linear shifts in equal steps', async () => {
    const { shares, configuration } = await deploy({ strategy: 'linear', steps: '20, 40, 60, 80, 100', ...TIMES });
    expect(shares).toEqual([20, 40, 60, 80, 100]);
    expect(configuration).toBe('greenlight-ecs-linear-20-1m');
  });

  test("a deployment configuration by its name, with that one's steps", async () => {
    await codeDeploy.send(
      new CreateDeploymentConfigCommand({
        deploymentConfigName: 'shop-30-then-all',
        computePlatform: 'ECS',
        trafficRoutingConfig: {
          type: 'TimeBasedCanary',
          timeBasedCanary: { canaryPercentage: 30, canaryInterval: 1 },
        },
      }),
    );
    const { shares, configuration } = await deploy({ 'codedeploy-config': 'shop-30-then-all', hold: '', bake: '1m' });
    expect(shares).toEqual([30, 100]);
    expect(configuration).toBe('shop-30-then-all');
  });

  test('a version that fails its smoke test is refused before it has a single user', async () => {
    const before = await group();
    const { image } = await world.push({ smokeFails: true });
    const { shares } = await expectTurnedBack(
      world,
      { image, steps: '10, 100', ...TIMES, gates: SMOKE },
      /^gate http \S+ failed before the shift: answered 500 instead of 200/,
    );
    expect(shares).toEqual([]);
    expect(await group()).toEqual(before);
  });

  test('a version that an alarm goes off for while a few users have it goes back from there', async () => {
    const before = await group();
    await putAlarm(world, 'orders-missing');
    const { image } = await world.push();
    const calls = world.recordCalls();
    const { shares } = await expectTurnedBack(
      world,
      // Ten seconds at a quarter of the traffic.
      { image, steps: '25, 100', hold: '5m', bake: '1m', gates: '- alarms: [orders-missing]' },
      /^gate alarms orders-missing failed during the shift, at 25 %: orders-missing in ALARM$/,
      async (inputs) => {
        const job = await world.start(inputs);
        await job.sees(/continue +every gate passed before the shift/);
        await setAlarm(world, 'orders-missing', 'ALARM');
        return job.ended;
      },
    );
    expect(shares).toEqual([25, 0]);
    expect(calls.changes()).toContain('codedeploy:StopDeployment');
    expect(await group()).toEqual(before);
  });

  test('a ladder that CodeDeploy cannot do is refused with the nearest that it can', async () => {
    expect(await expectRefused(world, { steps: '0.1, 1, 2, 5, 25, 100', ...TIMES })).toBe(
      'steps: CodeDeploy shifts at once, in two steps, or in equal steps of whole percents, and 0.1, 1, 2, 5, 25, 100 is none of these; ' +
        'the nearest that it can do is steps: 10, 20, 30, 40, 50, 60, 70, 80, 90, 100',
    );
  });
});
