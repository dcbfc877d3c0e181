import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ActionResult } from '../../sandbox/runner/run-action.ts';
import { expectEnd } from './support/job.ts';
import { NODES } from './support/nodes.ts';
import { openWorld, pausesOf, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

/** A gate that has passed is looked through again after ten seconds: a hold that is longer sees what changes within it. */
const LONG_HOLD = '12s';

describe('a gate that fails turns the service back', () => {
  let world: World;
  let cloudWatch: CloudWatchClient;
  beforeAll(async () => {
    // A pause of six of AWS's minutes then has 36 seconds.
    world = await openWorld({ load: { rate: 200 }, sandbox: { speed: 10 } });
    cloudWatch = new CloudWatchClient(world.sandbox.clientConfig);
  });
  afterAll(async () => {
    cloudWatch?.destroy();
    await world?.close();
  });

  /** The target group that serves, and the other one, in which the candidate will be. */
  const groups = async (): Promise<{ readonly stable: string; readonly candidate: string }> => {
    const weights = world.sandbox.loadBalancing.port.forward(world.seeded.productionRuleArn) ?? new Map();
    const [one, other] = world.seeded.targetGroupArns;
    return weights.get(one) > 0 ? { stable: one, candidate: other } : { stable: other, candidate: one };
  };

  /** Everything is as before, and ECS is done when the job is. */
  const expectBack = async (result: ActionResult, before: { readonly version: string; readonly stable: string }) => {
    const deployment = await world.deployment(result.outputs['deployment-id'] ?? '');
    expect(deployment.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await world.versionServing()).toBe(before.version);
    const weights = world.sandbox.loadBalancing.port.forward(world.seeded.productionRuleArn);
    expect([...(weights ?? [])].filter(([, weight]) => weight > 0)).toEqual([[before.stable, 100]]);
    const service = await world.service();
    expect(service.taskDefinition).toBe(result.outputs['previous-task-definition-arn']);
    expect(service).toMatchObject({ runningCount: 2, pendingCount: 0 });
    expect(pausesOf(service)).toEqual([]);
    expect(result.outputs['traffic']).toBe('0');
    expect(result.summary).toContain('## ↩️ Rolled back: web');
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  };

  test('targets: the new version gets unhealthy while it is held at 100 %', async () => {
    const before = { version: await world.versionServing(), ...(await groups()) };
    const { image } = await world.push({ unhealthyAfterMs: 9_000 });
    const result = await world.deploy({ image, hold: LONG_HOLD, gates: '- targets' });
    expectEnd(result, 2, 'rolled-back');
    expect(result.outputs['reason']).toMatch(
      /^gate targets failed at 100 %: \d of 2 targets healthy; 127\.[\d.]+:8080 is unhealthy \(Target\.ResponseCodeMismatch\b.*\)$/,
    );
    await expectBack(result, before);
  });

  test.each(NODES)('http: the new version fails a test before any user meets it, on %s', async (_, node) => {
    const before = { version: await world.versionServing(), ...(await groups()) };
    const usersBefore = world.load.count().byStatus;
    const answered = world.answeredBy(before.candidate)?.requests ?? 0;
    const { image } = await world.push({ failPercent: 50 });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the very text that users write.
    const url = '${CANDIDATE_URL}/';
    const result = await world.deploy({ image, gates: `- targets\n- http: { url: "${url}", times: 8 }` }, { node });
    expectEnd(result, 2, 'rolled-back');
    const reason = result.outputs['reason'] ?? '';
    expect(reason).toMatch(
      /^gate http \$\{CANDIDATE_URL\}\/ failed before the shift: answered 500 instead of 200 \(request [23] of 8\)$/,
    );
    // The test's own requests, and none of the hundreds that users made meanwhile.
    const asked = Number(/request (\d)/.exec(reason)?.[1]);
    expect((world.answeredBy(before.candidate)?.requests ?? 0) - answered).toBe(asked);
    expect((await world.load.fresh()).requests).toBeGreaterThan((usersBefore[200] ?? 0) + 100);
    await expectBack(result, before);
  });

  test('alarms: an alarm goes off while the new version is held at 100 %', async () => {
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'orders-missing',
        Namespace: 'Shop',
        MetricName: 'OrdersMissing',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'ignore',
      }),
    );
    const setState = (StateValue: 'OK' | 'ALARM') =>
      cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName: 'orders-missing', StateValue, StateReason: 'said by the test' }),
      );
    await setState('OK');
    const before = { version: await world.versionServing(), ...(await groups()) };
    const { image } = await world.push();
    const job = await world.start({ image, hold: LONG_HOLD, gates: '- alarms: [orders-missing]' });
    await job.sees(/gate alarms +pass at 100 %: 1 of 1 OK \(orders-missing\)/);
    await setState('ALARM');
    const result = await job.ended;
    expectEnd(result, 2, 'rolled-back');
    expect(result.outputs['reason']).toBe('gate alarms orders-missing failed at 100 %: orders-missing in ALARM');
    await expectBack(result, before);
  });

  test('run: a command says no, and knows what it judges', async () => {
    const before = { version: await world.versionServing(), ...(await groups()) };
    const { image, version } = await world.push();
    const command =
      'echo "judge $SERVICE in $CLUSTER at $CANDIDATE_SHARE with $IMAGE as $TASK_DEFINITION_ARN by $DEPLOYMENT_ID"; ' +
      'node -e \'fetch(process.env.CANDIDATE_URL).then((r) => r.json()).then((j) => console.log("candidate says", j.version))\'; exit 3';
    const result = await world.deploy({ image, gates: JSON.stringify([{ run: { command, within: '30s' } }]) });
    expectEnd(result, 2, 'rolled-back');
    expect(result.outputs['reason']).toBe(`gate run ${command} failed before the shift: exit 3`);
    expect(result.lines).toContain(
      `| judge web in demo at 0 with ${image} as ${result.outputs['task-definition-arn']} by ${result.outputs['deployment-id']}`,
    );
    expect(result.lines).toContain(`| candidate says ${version}`);
    await expectBack(result, before);
  });
});
