import { describe, expect, test } from '@jest/globals';
import { CallError } from '../../../src/core/errors.ts';
import { A, B, DEFINITION_1, DEFINITION_2, forward, ruleArn, TEST_RULE } from '../../fakes/task-sets.ts';
import { anotherRun, begun, config, createStage, deploy, failsFrom, run, stagesOf } from './_story.ts';

describe('a rollout over task sets', () => {
  test('scales first, shifts then, and removes stable only when its users have left', async () => {
    const stage = createStage({ startMs: 12_000 });
    const done = await deploy(stage, config());
    expect(stagesOf(done)).toEqual([
      'TASK_SET_STARTING 0',
      'AT_SHARE 0',
      'AT_SHARE 5',
      'SCALING 5',
      'SHIFTING 5',
      'AT_SHARE 50',
      'SCALING 50',
      'SHIFTING 50',
      'AT_SHARE 100',
      'BAKE 100',
      'REMOVING_STABLE 100',
      'ENDED 100',
    ]);
    expect(done.outcome.status).toBe('succeeded');
    expect(stage.fake.weights).toEqual(['100:0', '950:50', '500:500', '0:100']);
    expect(stage.fake.harm).toEqual([]);
    expect(stage.fake.isClean()).toBeUndefined();
  });

  test('takes any ladder down to a tenth of a percent', async () => {
    const stage = createStage();
    const done = await deploy(stage, config({ steps: [0.1, 1, 2, 5, 25, 100] }));
    expect(done.outcome.status).toBe('succeeded');
    expect(stage.fake.weights).toEqual(['100:0', '999:1', '990:10', '980:20', '950:50', '750:250', '0:100']);
    expect(stage.fake.harm).toEqual([]);
  });

  test.each([0, 5, 50, 100])('goes back from %d %% without leading anybody to where nobody serves', async (share) => {
    const stage = createStage();
    const done = await deploy(stage, config(), { evaluate: failsFrom(share) });
    expect(done.outcome.status).toBe('rolled-back');
    expect(stage.fake.harm).toEqual([]);
    expect(stage.fake.isClean()).toBeUndefined();
    expect(stage.fake.sets()[0]?.taskDefinition).toBe(DEFINITION_1);
    expect(stage.fake.weights.at(-1)).toBe('100:0');
    expect(stage.fake.actions(TEST_RULE)).toEqual([
      forward([
        [A, 1],
        [B, 0],
      ]),
    ]);
  });

  test('goes back from the bake, and makes stable the primary one again', async () => {
    const stage = createStage();
    const wanted = config();
    const rollout = await begun(stage, wanted);
    const cancelled = new AbortController();
    const inTheBake = {
      ...rollout,
      look: async () => {
        const look = await rollout.look();
        if (look.movement === 'baking') cancelled.abort();
        return look;
      },
    };
    const done = await run(stage, inTheBake, wanted, { cancelled: cancelled.signal });
    expect(done.outcome.status).toBe('cancelled');
    expect(stage.fake.harm).toEqual([]);
    expect(stage.fake.isClean()).toBeUndefined();
    expect(stage.fake.sets()[0]?.taskDefinition).toBe(DEFINITION_1);
  });

  test('does not go back once stable is being removed, and says so', async () => {
    const stage = createStage();
    const wanted = config();
    const rollout = await begun(stage, wanted);
    const cancelled = new AbortController();
    const late = {
      ...rollout,
      look: async () => {
        const look = await rollout.look();
        if (look.movement === 'finishing') cancelled.abort();
        return look;
      },
    };
    const done = await run(stage, late, wanted, { cancelled: cancelled.signal });
    expect(done.outcome).toEqual({ status: 'succeeded', reason: expect.stringContaining('too late') });
    expect(stage.fake.isClean()).toBeUndefined();
    expect(stage.fake.sets()[0]?.taskDefinition).toBe(DEFINITION_2);
    expect(stage.fake.harm).toEqual([]);
  });

  test('leaves users where somebody answers while stable has no healthy target', async () => {
    const stage = createStage();
    const wanted = config();
    const rollout = await begun(stage, wanted);
    stage.clock.after(40_000, () => stage.fake.setSick(A, true));
    stage.clock.after(400_000, () => stage.fake.setSick(A, false));
    const done = await run(stage, rollout, wanted, { evaluate: failsFrom(100) });
    expect(done.looks.flatMap(({ note }) => note ?? [])).toContain(
      'stable has no healthy target, so its traffic is not moved back yet; trying again',
    );
    expect(done.outcome.status).toBe('rolled-back');
    // At 50 % half of the users met a sick stable; what is forbidden is to send the others there too.
    expect(stage.fake.weights.filter((one) => one === '100:0')).toHaveLength(2);
    expect(stage.fake.isClean()).toBeUndefined();
  });

  test.each([
    ['when it succeeds', 101],
    ['when it goes back', 50],
  ] as const)(
    'would hurt users %s if it kept the old side shorter than weights need to reach them',
    async (_when, fails) => {
      const stage = createStage({ propagationMs: 60_000 });
      await deploy(stage, config({ bakeMs: 0 }, { drainMs: 20_000 }), { evaluate: failsFrom(fails) });
      expect(stage.fake.harm).not.toEqual([]);
    },
  );

  test('moves the users back also where it may not write down that it does, and says what was refused', async () => {
    const stage = createStage();
    const wanted = config();
    const rollout = await begun(stage, wanted);
    const denied = new CallError('denied', 'AccessDeniedException', 'tag task set: the role has no permission');
    stage.fake.failWith('TagResource', denied);
    const done = await run(stage, rollout, wanted, { evaluate: failsFrom(50) });
    expect(done.outcome).toEqual({ status: 'could-not-look', reason: expect.stringContaining(denied.message) });
    expect(stage.fake.weights.at(-1)).toBe('100:0');
    expect(stage.fake.harm).toEqual([]);
  });

  test('does not wait at a target group that never gets healthy: nobody is sent there', async () => {
    const stage = createStage({ neverHealthy: true });
    const done = await deploy(stage, config({ timeoutMs: 300_000 }));
    expect(done.outcome.status).toBe('timed-out');
    expect(stage.fake.weights).toEqual(['100:0']);
    expect(stage.fake.isClean()).toBeUndefined();
  });

  test('asks for two calls a poll at most', async () => {
    const stage = createStage();
    const wanted = config();
    const rollout = await begun(stage, wanted);
    for (let poll = 0; poll < 4; poll += 1) {
      const before = stage.fake.calls.length;
      await rollout.look();
      expect(stage.fake.calls.slice(before)).toEqual(['DescribeTaskSets', 'DescribeRules']);
      await stage.clock.sleep(5_000);
    }
  });
});

describe('the candidate', () => {
  test('has everything that stable has, members that nobody knows yet among them, but for task definition and target group', async () => {
    const stage = createStage();
    const rollout = await begun(stage, config());
    const [, candidate] = stage.fake.sets();
    expect(candidate?.raw).toMatchObject({
      taskDefinition: DEFINITION_2,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], newMember: 'kept' } },
      loadBalancers: [{ targetGroupArn: B, containerName: 'web', containerPort: 8080 }],
      scale: { value: 5, unit: 'PERCENT' },
      clientToken: expect.stringMatching(/^a+\d+$/),
      externalId: expect.stringMatching(/^greenlight-a+\d+$/),
    });
    expect(candidate?.raw['serviceRegistries']).toBeUndefined();
    expect(candidate?.tags.get('team')).toBe('shop');
    expect(await rollout.candidate.targetGroupArns()).toEqual([B]);
    expect(await rollout.candidate.stableTargetGroupArns()).toEqual([A]);
  });

  test('is told apart from what stable runs without a call', async () => {
    const stage = createStage();
    const rollout = await begun(stage, config());
    const before = stage.fake.calls.length;
    expect(rollout.candidate.taskDefinitionArn).toBe(DEFINITION_2);
    expect(await rollout.candidate.stableTaskDefinitionArn()).toBe(DEFINITION_1);
    expect(stage.fake.calls.slice(before)).toEqual([]);
  });

  test('is made once, also when the answer is lost', async () => {
    const stage = createStage();
    stage.fake.loseAnswer('CreateTaskSet');
    const rollout = await begun(stage, config());
    expect(stage.fake.sets()).toHaveLength(2);
    expect(rollout.id).toBe(stage.fake.sets()[1]?.taskSetArn);
  });

  test('is waited for while ECS does not show it yet', async () => {
    const stage = createStage({ shownAfterMs: 12_000 });
    const done = await deploy(stage, config());
    expect(done.outcome.status).toBe('succeeded');
    expect(stage.fake.harm).toEqual([]);
  });

  test('keeps the owner’s tags as far as ECS has room for them beside those of the rollout', async () => {
    const stage = createStage();
    const many = Array.from({ length: 48 }, (_, n): [string, string] => [`own-${n}`, 'x']);
    stage.fake.change('ecs-svc/1', { tags: new Map(many) });
    await begun(stage, config());
    const tags = [...(stage.fake.sets()[1]?.tags.keys() ?? [])];
    expect(tags.length).toBeLessThanOrEqual(45);
    expect(tags).toEqual(expect.arrayContaining(['own-0', 'greenlight:rollout', 'greenlight:rule-3']));
  });

  test('starts whole when all of its capacity is asked for', async () => {
    const stage = createStage();
    const done = await deploy(stage, config({}, { capacity: 'full' }));
    expect(stagesOf(done).some((one) => one.startsWith('SCALING'))).toBe(false);
    expect(stage.fake.calls).not.toContain('UpdateTaskSet');
    expect(done.outcome.status).toBe('succeeded');
  });

  test('has the test rule to itself before it has users, and keeps it when it has become stable', async () => {
    const stage = createStage();
    await begun(stage, config());
    expect(stage.fake.actions(TEST_RULE)).toEqual([
      forward([
        [A, 0],
        [B, 999],
      ]),
    ]);
  });
});

describe('a rule', () => {
  const authenticate = {
    Type: 'authenticate-oidc',
    Order: 1,
    AuthenticateOidcConfig: { Issuer: 'https://id.example.com', ClientId: 'shop', SessionTimeout: 60 },
  };

  test('keeps all that is not ours: authentication, groups without weight, order', async () => {
    const other = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/old/4444444444444444';
    const last = {
      ...forward([
        [A, 10],
        [other, 0],
        [B, 0],
      ]),
      Order: 2,
    };
    const stage = createStage({ rules: [[authenticate, last]] });
    const done = await deploy(stage, config({}, { targetGroup: B }));
    expect(done.outcome.status).toBe('succeeded');
    expect(stage.fake.actions(ruleArn(1))).toEqual([
      {
        ...authenticate,
        AuthenticateOidcConfig: { ...authenticate.AuthenticateOidcConfig, UseExistingClientSecret: true },
      },
      {
        ...forward([
          [A, 0],
          [other, 0],
          [B, 10],
        ]),
        Order: 2,
      },
    ]);
  });

  test('that somebody else gives another target group meanwhile is not overwritten: the rollout goes back', async () => {
    const other = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/old/4444444444444444';
    const stage = createStage({
      rules: [
        [
          forward([
            [A, 100],
            [B, 0],
          ]),
        ],
      ],
    });
    stage.clock.after(12_000, () =>
      stage.fake.writeRule(ruleArn(1), [
        forward([
          [A, 90],
          [B, 5],
          [other, 5],
        ]),
      ]),
    );
    const done = await deploy(stage, config());
    expect(done.outcome).toEqual({
      status: 'failed',
      reason: expect.stringContaining(`also sends traffic to ${other}`),
    });
    expect(stage.fake.actions(ruleArn(1))).toEqual([
      forward([
        [A, 100],
        [B, 0],
        [other, 5],
      ]),
    ]);
  });

  test('that was written only by half is seen as it is, and the order is given again', async () => {
    const stage = createStage();
    const wanted = config();
    const rollout = await begun(stage, wanted);
    stage.clock.after(22_000, () =>
      stage.fake.writeRule(ruleArn(2), [
        forward([
          [A, 100],
          [B, 0],
        ]),
      ]),
    );
    const done = await run(stage, rollout, wanted);
    expect(done.looks.some(({ share, stage: at }) => share === 0 && at === 'SHIFTING')).toBe(true);
    expect(done.outcome.status).toBe('succeeded');
    expect(stage.fake.isClean()).toBeUndefined();
  });

  test('that a dead run has written only by half is written whole by the next one, before any gate is asked', async () => {
    const stage = createStage();
    const wanted = config({}, { capacity: 'full' });
    await begun(stage, wanted);
    await stage.clock.sleep(120_000);
    stage.fake.writeRule(ruleArn(1), [
      forward([
        [A, 50],
        [B, 50],
      ]),
    ]);
    const found = await anotherRun(stage).engine.underway(stage.fake.service);
    expect(found?.look).toMatchObject({
      share: 0,
      pause: { onTheWayTo: 50 },
      note: 'the rules differ: the candidate has from 0 % to 50 %',
    });
  });
});

describe('stickiness', () => {
  test('of the action is on while both sides have users, and at no end', async () => {
    const stage = createStage();
    const done = await deploy(stage, config({}, { stickinessMs: 3_600_000 }));
    expect(done.outcome.status).toBe('succeeded');
    expect(stage.fake.actions(ruleArn(1))).toEqual([
      {
        Type: 'forward',
        Order: 1,
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: A, Weight: 0 },
            { TargetGroupArn: B, Weight: 100 },
          ],
          TargetGroupStickinessConfig: { Enabled: false, DurationSeconds: 3_600 },
        },
      },
    ]);
    expect(stage.fake.harm).toEqual([]);
  });

  test.each([
    ['succeeds', 101],
    ['goes back', 50],
  ] as const)(
    'of the rule itself is off at the end of a rollout that %s, and put back when no cookie can name the old side',
    async (_end, fails) => {
      const own = forward(
        [
          [A, 100],
          [B, 0],
        ],
        3_600,
      );
      const stage = createStage({ rules: [[own], [own]] });
      await deploy(stage, config(), { evaluate: failsFrom(fails) });
      const stickyNow = () =>
        stage.fake
          .actions(ruleArn(1))
          .map(
            (action) =>
              (action['ForwardConfig'] as { TargetGroupStickinessConfig: unknown }).TargetGroupStickinessConfig,
          );
      expect(stickyNow()).toEqual([{ Enabled: false, DurationSeconds: 3_600 }]);
      expect(await stage.engine.tidy(stage.fake.service)).toEqual([]);
      await stage.clock.sleep(3_700_000);
      expect(await stage.engine.tidy(stage.fake.service)).toHaveLength(2);
      expect(stickyNow()).toEqual([{ Enabled: true, DurationSeconds: 3_600 }]);
      expect(await stage.engine.tidy(stage.fake.service)).toEqual([]);
      expect(stage.fake.harm).toEqual([]);
    },
  );

  test('that the load balancer does not let go of is left on: where the users go matters more', async () => {
    const own = forward(
      [
        [A, 100],
        [B, 0],
      ],
      60,
    );
    const stage = createStage({ rules: [[own]], testActions: [own], holdsStickiness: true });
    const done = await deploy(stage, config(), { evaluate: failsFrom(50) });
    expect(done.outcome.status).toBe('rolled-back');
    expect(stage.fake.actions(ruleArn(1))).toEqual([own]);
  });

  test('of the rule itself is not forgotten when the next rollout begins before it was put back', async () => {
    const own = forward(
      [
        [A, 100],
        [B, 0],
      ],
      86_400,
    );
    const stage = createStage({ rules: [[own]] });
    await deploy(stage, config(), {});
    await deploy({ ...stage }, config(), { evaluate: failsFrom(50) });
    await stage.clock.sleep(90_000_000);
    expect(await stage.engine.tidy(stage.fake.service)).toHaveLength(1);
    expect(stage.fake.actions(ruleArn(1))[0]).toMatchObject({
      ForwardConfig: { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 86_400 } },
    });
  });
});

describe('what is known afterwards', () => {
  test('what served before, and how the last rollout ended', async () => {
    const stage = createStage();
    expect(await stage.engine.previous(stage.fake.service)).toBeUndefined();
    expect(await stage.engine.last(stage.fake.service)).toBeUndefined();
    await deploy(stage, config());
    expect(await stage.engine.serving(stage.fake.service)).toBe(DEFINITION_2);
    expect(await stage.engine.previous(stage.fake.service)).toBe(DEFINITION_1);
    expect(await stage.engine.last(stage.fake.service)).toMatchObject({ end: { kind: 'succeeded' } });
  });

  test('that a rollout was turned back', async () => {
    const stage = createStage();
    await deploy(stage, config(), { evaluate: failsFrom(5) });
    expect(await stage.engine.serving(stage.fake.service)).toBe(DEFINITION_1);
    expect(await stage.engine.last(stage.fake.service)).toMatchObject({
      taskDefinitionArn: DEFINITION_2,
      end: { kind: 'rolled-back' },
    });
  });
});
