import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { expectEnd } from './support/job.ts';
import { openWorld, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

describe('a job that changes nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenlight-e2e-'));
  const broken = join(folder, 'task-definition.json');
  writeFileSync(broken, '{ "family": "web",\n  "containerDefinitions": [\n');
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world?.close();
  });

  /** The service as it was, and no user who noticed. */
  const expectUntouched = async (before: unknown): Promise<void> => {
    const { deployments, taskDefinition } = await world.service();
    expect({ deployments: deployments?.length, taskDefinition }).toEqual(before);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  };
  const serviceNow = async () => {
    const { deployments, taskDefinition } = await world.service();
    return { deployments: deployments?.length, taskDefinition };
  };

  test('ends on wrong inputs with one message a fault, all at once, each with its input, value and fix', async () => {
    const before = await serviceNow();
    const calls = world.recordCalls();
    const result = await world.deploy({
      strategy: 'rainbow',
      hold: '5',
      steps: '5, 3, 100',
      gates: '- targets\n- htpp: { url: "https://example.com" }\n- http: { url: "nowhere", times: 0 }',
      service: 'arn:aws:ecs:us-east-1:123456789012:service/demo/web',
      repository: '123456789012.dkr.ecr.us-west-2.amazonaws.com/web',
      'task-definition': 'arn:aws:ecs:eu-west-1:123456789012:cluster/demo',
      'on-cancle': 'leave',
    });
    expectEnd(result, 1, 'failed');
    expect(result.errors.toSorted()).toEqual([
      expect.stringMatching(/^gates: gate 2: "htpp" is not a known gate; write http$/),
      expect.stringMatching(/^gates: gate 3: http: times 0 is not allowed; write a whole number from 1 to 100$/),
      expect.stringMatching(/^gates: gate 3: http: url "nowhere" is not an address; write an address/),
      expect.stringMatching(/^hold: 5 has no unit; write /),
      'on-cancle: there is no such input; write on-cancel',
      expect.stringMatching(
        /^repository: 123456789012\.dkr\.ecr\.us-west-2\.amazonaws\.com\/web is in us-west-2, the job works in eu-west-1; /,
      ),
      expect.stringMatching(/^service: arn:aws:ecs:us-east-1:\S+ is in us-east-1, the job works in eu-west-1; /),
      'steps: 5, 3, 100 does not rise; write rising percentages above 0 with commas between them and at most one decimal, the last one 100, as in 5, 25, 100',
      'strategy: "rainbow" is not known; write rolling, blue-green, linear or canary, or leave it out',
      expect.stringMatching(
        /^task-definition: arn:aws:ecs:eu-west-1:123456789012:cluster\/demo is no task definition; /,
      ),
    ]);
    expect(result.outputs['reason']).toMatch(/^10 things are wrong: /);
    for (const error of result.errors) expect(result.outputs['reason']).toContain(error);
    // Not even asked: nothing of this needs AWS to be known.
    expect(calls.all).toEqual([]);
    await expectUntouched(before);
  });

  test.each([
    ['no service', { service: '' }, /^service: is missing; write the name or the ARN of the ECS service to deploy to$/],
    ['a gate list that is no YAML', { gates: '- http: {' }, /^gates: line \d+: .+; write a YAML list/],
    [
      'nothing to deploy',
      {},
      /^repository: nothing to deploy: .+; name an ECR repository to build and push to, or an image$/,
    ],
    [
      'a task definition that is not there',
      { 'task-definition': 'no/such/file.json' },
      /^task-definition: no\/such\/file\.json does not exist; write its path from the root of the repository/,
    ],
    [
      'a task definition that cannot be read',
      { 'task-definition': broken },
      /^task-definition: \S+task-definition\.json line \d+: .+; correct the JSON or YAML$/,
    ],
    [
      'a file that is no task definition',
      { 'task-definition': 'biome.json' },
      /^task-definition: biome\.json has no containerDefinitions; give a task definition as RegisterTaskDefinition takes it/,
    ],
    [
      'a service that does not exist',
      { service: 'wbe' },
      /^service: there is no service wbe in cluster demo; check both names/,
    ],
    [
      'a cluster that does not exist',
      { cluster: 'prod' },
      /^service: there is no service web in cluster prod; check both names/,
    ],
  ])('ends on %s with one message', async (_, inputs, message) => {
    const before = await serviceNow();
    const calls = world.recordCalls();
    const image = 'task-definition' in inputs || Object.keys(inputs).length === 0 ? {} : { image: world.seeded.image };
    const result = await world.deploy({ ...image, ...inputs });
    expectEnd(result, 1, 'failed');
    expect(result.outputs['reason']).toMatch(message);
    expect(calls.changes()).toEqual([]);
    await expectUntouched(before);
  });

  test('ends as unchanged when the same image is asked for again', async () => {
    const { image } = await world.push();
    expectEnd(await world.deploy({ image }), 0, 'succeeded');
    const before = await serviceNow();
    const calls = world.recordCalls();
    const again = await world.deploy({ image });
    expectEnd(again, 0, 'unchanged');
    expect(again.outputs).toMatchObject({
      image,
      'image-digest': image.split('@')[1],
      'task-definition-arn': before.taskDefinition,
      'previous-task-definition-arn': before.taskDefinition,
      'deployment-id': '',
      traffic: '100',
    });
    expect(again.outputs['reason']).toMatch(/^web:\d+ serves already, and nothing in it would change$/);
    expect(calls.changes()).toEqual([]);
    await expectUntouched(before);
  });
});

describe('a service that ECS would fail to deploy', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());

  test('is found out before anything is changed, all of it at once', async () => {
    const { productionRuleArn, targetGroupArns } = world.seeded;
    const elb = new ElasticLoadBalancingV2Client(world.sandbox.clientConfig);
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: 'somebody-elses',
        TargetType: 'ip',
        Protocol: 'HTTP',
        Port: 80,
        VpcId: 'vpc-0a1b2c3d',
      }),
    );
    const foreign = TargetGroups?.[0]?.TargetGroupArn ?? '';
    const [serving, other] = targetGroupArns;
    // Both have weight, as after a shift that somebody stopped half-way. The tasks are in both, so that users are served by either.
    const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: serving }));
    const targets = TargetHealthDescriptions?.map(({ Target }) => ({ Id: Target?.Id, Port: Target?.Port })) ?? [];
    const weigh = (weights: readonly (readonly [string, number])[]) =>
      elb.send(
        new ModifyRuleCommand({
          RuleArn: productionRuleArn,
          Actions: [
            {
              Type: 'forward',
              ForwardConfig: {
                TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
              },
            },
          ],
        }),
      );
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn: other, Targets: targets }));
    await weigh([
      [serving, 60],
      [other, 40],
      [foreign, 0],
    ]);
    const calls = world.recordCalls();
    const image = `${world.seeded.repositoryUri}:no-such-tag`;
    const result = await world.deploy({ image, gates: '- alarms: [web-5xx, web-p99]\n- targets' });
    elb.destroy();
    expectEnd(result, 1, 'failed');
    expect(result.errors.toSorted()).toEqual([
      'gates: there is no CloudWatch alarm web-5xx; check the name and the region',
      'gates: there is no CloudWatch alarm web-p99; check the name and the region',
      `image: ${image} does not exist in its repository; push it first, or check repository and tag for a slip`,
      `rule ${productionRuleArn}: exactly one target group must have weight, but ${serving} has 60, ${other} has 40; give the one that serves 100 and the other 0`,
      `rule ${productionRuleArn}: the production rule also forwards to ${foreign}, which is none of the service's target groups; leave only ${serving} and ${other} on it`,
    ]);
    expect(calls.changes()).toEqual([]);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  });
});
