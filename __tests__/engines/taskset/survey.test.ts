import { describe, expect, test } from '@jest/globals';
import type { RolloutConfig } from '../../../src/core/config.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { A, B, C, DEFINITION_2, type FakeTaskSetsOptions, forward, ruleArn, TEST_RULE } from '../../fakes/task-sets.ts';
import { anotherRun, begun, config, createStage, type Stage, surveyed, TASK_DEFINITION } from './_story.ts';

async function faultsOf(
  options: FakeTaskSetsOptions,
  part: Partial<RolloutConfig> = {},
  settings: Partial<RolloutConfig['taskset']> = {},
  before: (stage: Stage) => void = () => {},
  taskDefinition: JsonObject = TASK_DEFINITION,
): Promise<readonly string[]> {
  const stage = createStage(options);
  before(stage);
  const calls = stage.fake.calls.length;
  const { faults } = await stage.engine.survey(stage.fake.service, { config: config(part, settings), taskDefinition });
  expect(stage.fake.calls.slice(calls).filter((name) => !/^(List|Describe)/.test(name))).toEqual([]);
  return faults.map(({ subject, problem, fix }) => `${subject}: ${problem}; ${fix}`);
}

const rule = (weights: readonly (readonly [string, number])[]): FakeTaskSetsOptions => ({
  rules: [[forward(weights)]],
});
const clean = rule([
  [A, 100],
  [B, 0],
]);

describe('the survey of a service with task sets', () => {
  test('finds nothing against a service that is ready, and changes nothing', async () => {
    expect(await faultsOf(clean)).toEqual([]);
  });

  test('plans the gates of the user and, last, that the traffic is where it was ordered to', async () => {
    const { plan, candidateUrl, manner } = await surveyed(createStage(clean), config());
    expect(plan.gates).toEqual([{ kind: 'targets' }, { kind: 'traffic' }]);
    expect(plan.steps.map(({ share }) => share)).toEqual([0, 5, 50, 100]);
    expect(candidateUrl).toBe('http://lb.example.com:8081');
    expect(manner).toBe('task sets and weights on one rule, tasks as the share asks for');
  });

  test('plans the gate on traffic once', async () => {
    const gates = [{ kind: 'traffic' as const }, { kind: 'targets' as const }];
    expect((await surveyed(createStage(clean), config({ gates }))).plan.gates).toEqual(gates);
  });

  test.each<readonly [string, FakeTaskSetsOptions, Partial<RolloutConfig>, Partial<RolloutConfig['taskset']>, RegExp]>([
    [
      'shares finer than a tenth of a percent',
      clean,
      { steps: [0.15, 1, 100] },
      {},
      /^steps: .*0\.15 is finer; write steps: 0\.2, 1, 100$/,
    ],
    ['rolling', clean, { strategy: 'rolling', steps: undefined }, {}, /^strategy: .*write strategy: blue-green/],
    [
      'a candidate without a target group',
      rule([[A, 100]]),
      {},
      {},
      /^target-group: .*no other target group.*weight 0/,
    ],
    [
      'several that could be the candidate’s',
      rule([
        [A, 100],
        [B, 0],
        [C, 0],
      ]),
      {},
      {},
      /^target-group: .*2 other target groups.*green.* or .*other/,
    ],
    [
      'a target group that is not on the rule',
      rule([
        [A, 100],
        [B, 0],
      ]),
      {},
      { targetGroup: C, testRule: undefined, productionRules: [ruleArn(1)] },
      /does not forward to .*other.*weight 0/,
    ],
    [
      'the one of stable as the candidate’s',
      clean,
      {},
      { targetGroup: A },
      /^target-group: .*is the one of the primary task set/,
    ],
    [
      'weights that somebody has left',
      rule([
        [A, 90],
        [B, 10],
      ]),
      {},
      {},
      /its weights are 90 for .*blue.* and 10 for .*green/,
    ],
    [
      'users of a third target group',
      rule([
        [A, 90],
        [B, 0],
        [C, 10],
      ]),
      {},
      { targetGroup: B },
      /also sends traffic to .*other/,
    ],
    [
      'a test rule that users come through',
      clean,
      {},
      { testRule: ruleArn(1), productionRules: [ruleArn(1)] },
      /^test-rule: .*is a production rule/,
    ],
    ['a test rule that is not there', clean, {}, { testRule: ruleArn(9) }, /^test-rule: there is no rule .*r9/],
    [
      'a test rule that leads elsewhere too',
      { ...clean, testActions: [forward([[C, 1]])] },
      {},
      {},
      /^test-rule: it forwards to .*other.* as well/,
    ],
    [
      'a production rule that is not there',
      clean,
      {},
      { productionRules: [ruleArn(9)] },
      /^production-rules: there is no rule .*r9/,
    ],
    ['no rule at all', rule([[C, 1]]), {}, {}, /^production-rules: no rule .*sends traffic to .*blue/],
    ['a desired count of 0', { ...clean, desiredCount: 0 }, {}, {}, /desired count is 0/],
    ['stickiness of more than a week', clean, {}, { stickinessMs: 605_000_000 }, /^stickiness: .*1s to 168h/],
  ])('stands against %s', async (_what, options, part, settings, expected) => {
    expect(await faultsOf(options, part, settings)).toEqual([expect.stringMatching(expected)]);
  });

  test('stands against a service without a primary task set', async () => {
    const faults = await faultsOf(clean, {}, {}, ({ fake }) => fake.change('ecs-svc/1', { status: 'ACTIVE' }));
    expect(faults).toEqual([expect.stringMatching(/no PRIMARY task set.*CreateTaskSet/)]);
  });

  test('stands against a task set of somebody else, and targets that would get users', async () => {
    const stage = createStage(clean);
    await stage.fake.taskSets.create('demo', 'web', {
      taskDefinition: DEFINITION_2,
      clientToken: 'by-hand',
      tags: [],
      loadBalancers: [{ targetGroupArn: B }],
    });
    const { faults } = await surveyed(stage, config());
    expect(faults.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('beside the primary task set there is ecs-svc/2'),
      expect.stringContaining('4 registered targets'),
    ]);
  });

  test.each([
    [{ containerDefinitions: [{ name: 'api', portMappings: [] }] }, /no container web.*\(api\)/],
    [
      { containerDefinitions: [{ name: 'web', portMappings: [{ containerPort: 80 }] }] },
      /no port 8080.*\(it maps 80\)/,
    ],
  ])('stands against a task definition that the load balancer cannot reach: %j', async (definition, expected) => {
    expect(await faultsOf(clean, {}, {}, undefined, definition)).toEqual([expect.stringMatching(expected)]);
  });

  test('takes default ladders by strategy', async () => {
    const shares = async (part: Partial<RolloutConfig>) =>
      (await surveyed(createStage(clean), config({ steps: undefined, ...part }))).plan.steps.map(({ share }) => share);
    expect(await shares({})).toEqual([0, 100]);
    expect(await shares({ strategy: 'blue-green' })).toEqual([0, 100]);
    expect(await shares({ strategy: 'canary' })).toEqual([0, 5, 100]);
    expect(await shares({ strategy: 'linear' })).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });

  test('reads past what the rollout that it replaces has changed', async () => {
    const stage = createStage(clean);
    const rollout = await begun(stage, config());
    await stage.clock.sleep(10_000);
    await rollout.advance('at-0', 5);
    expect(stage.fake.weights.at(-1)).toBe('950:50');
    expect((await surveyed(anotherRun(stage), config())).faults).toEqual([]);
  });
});

describe('a rollout that is under way', () => {
  test('is found with its memo, its share, and since when nobody looks after it', async () => {
    const stage = createStage(clean);
    const rollout = await begun(stage, config());
    await stage.clock.sleep(10_000);
    await rollout.advance('at-0', 5);
    await rollout.keepUntil(stage.clock.now() + 7_000);
    const found = await anotherRun(stage).engine.underway(stage.fake.service);
    expect(found).toMatchObject({
      id: rollout.id,
      taskDefinitionArn: DEFINITION_2,
      memo: { shares: [5, 50, 100], by: 'example/shop by octocat', until: stage.clock.now() + 7_000 },
      abandonedAt: stage.clock.now() + 7_000,
      candidateUrl: 'http://lb.example.com:8081',
      look: { stage: 'AT_SHARE', share: 5, pause: { id: 'at-5' } },
    });
  });

  test('is none where another tool has made a task set', async () => {
    const stage = createStage(clean);
    await stage.fake.taskSets.create('demo', 'web', { taskDefinition: DEFINITION_2, clientToken: 'x', tags: [] });
    expect(await stage.engine.underway(stage.fake.service)).toBeUndefined();
  });

  test('has ended where its task set was deleted by hand and no rule leads there', async () => {
    const stage = createStage(clean);
    const rollout = await begun(stage, config());
    await rollout.look();
    await stage.fake.taskSets.remove('demo', 'web', rollout.id);
    await stage.clock.sleep(20_000);
    expect(await rollout.look()).toMatchObject({ movement: 'ended', end: { kind: 'rolled-back' } });
  });

  test('goes back where its task set was deleted by hand under its users', async () => {
    const stage = createStage(clean);
    const rollout = await begun(stage, config());
    await stage.clock.sleep(10_000);
    await rollout.advance('at-0', 5);
    await stage.fake.taskSets.remove('demo', 'web', rollout.id);
    await stage.clock.sleep(20_000);
    expect(await rollout.look()).toMatchObject({ movement: 'turning-back', share: 5 });
    expect(await rollout.look()).toMatchObject({ movement: 'ended', end: { kind: 'rolled-back' } });
    expect(stage.fake.weights.at(-1)).toBe('100:0');
  });

  test('is superseded where somebody has made a third task set the primary one', async () => {
    const stage = createStage(clean);
    const rollout = await begun(stage, config());
    const third = await stage.fake.taskSets.create('demo', 'web', {
      taskDefinition: DEFINITION_2,
      clientToken: 'x',
      tags: [],
    });
    await stage.fake.taskSets.makePrimary('demo', 'web', third.id);
    expect((await rollout.look()).end?.kind).toBe('superseded');
  });
});

describe('tidying', () => {
  test('removes a task set of ours that no rule leads to and that belongs to nothing any more', async () => {
    const stage = createStage(clean);
    await begun(stage, config());
    const third = await stage.fake.taskSets.create('demo', 'web', {
      taskDefinition: DEFINITION_2,
      clientToken: 'x',
      tags: [],
      loadBalancers: [{ targetGroupArn: A }],
    });
    await stage.fake.taskSets.makePrimary('demo', 'web', third.id);
    await stage.fake.taskSets.remove('demo', 'web', stage.fake.sets()[0]?.taskSetArn ?? '');
    await stage.clock.sleep(20_000);
    expect(await stage.engine.tidy(stage.fake.service)).toEqual([expect.stringContaining('ecs-svc/2')]);
    await stage.clock.sleep(20_000);
    expect(stage.fake.sets().map(({ id }) => id)).toEqual(['ecs-svc/3']);
    expect(await stage.engine.tidy(stage.fake.service)).toEqual([]);
  });

  test('touches nothing while a rollout is under way, and no rule of the test', async () => {
    const stage = createStage(clean);
    await begun(stage, config());
    const rules = stage.fake.actions(TEST_RULE);
    expect(await stage.engine.tidy(stage.fake.service)).toEqual([]);
    expect(stage.fake.sets()).toHaveLength(2);
    expect(stage.fake.actions(TEST_RULE)).toEqual(rules);
  });
});
