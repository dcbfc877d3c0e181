import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { expectEnd } from './support/job.ts';
import { NODES } from './support/nodes.ts';
import { openWorld, pausesOf, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

/** What the service's owner has set, and what must be there afterwards too. */
const ownersHook = {
  targetType: 'AWS_LAMBDA',
  hookTargetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:tell-somebody',
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
} as const;

describe.each(NODES)('a good version, deployed by %s', (_, node) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({
      seed: {
        hooks: [{ ...ownersHook, lifecycleStages: [...ownersHook.lifecycleStages] }],
        circuitBreaker: { enable: true, rollback: true },
        alarmNames: ['web-5xx'],
      },
    });
  });
  afterAll(() => world?.close());

  test('gets all traffic after its gates have passed, and nobody notices', async () => {
    const { sandbox, seeded } = world;
    const before = await world.service();
    const { image, version } = await world.push();
    const calls = world.recordCalls();
    const result = await world.deploy(
      {
        image,
        bake: '1m',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the very text that users write.
        gates: '- targets\n- http: { url: "${CANDIDATE_URL}/healthz", times: 3 }\n- run: test -n "$CANDIDATE_URL"',
      },
      { node },
    );

    expectEnd(result, 0, 'succeeded');
    const taskDefinition = before.taskDefinition?.replace(/:1$/, ':2');
    expect(result.outputs).toEqual({
      image,
      'image-digest': image.split('@')[1],
      'task-definition-arn': taskDefinition,
      'previous-task-definition-arn': before.taskDefinition,
      'deployment-id': expect.stringMatching(/^arn:aws:ecs:eu-west-1:123456789012:service-deployment\/demo\/web\//),
      status: 'succeeded',
      'promote-until': '',
      evidence: '',
      report: expect.stringMatching(/\/greenlight-report-web\.html$/),
      reason: 'the candidate serves all traffic',
      traffic: '100',
    });
    expect(await world.versionServing()).toBe(version);

    // Read, and then exactly what a deployment needs.
    expect(calls.changes()).toEqual([
      'ecs:RegisterTaskDefinition',
      'ecs:TagResource',
      'ecs:UpdateService',
      'ecs:ContinueServiceDeployment',
      'ecs:ContinueServiceDeployment',
      'ecs:UpdateService',
      'ecs:UntagResource',
    ]);
    expect(calls.all.flatMap(({ ignored }) => ignored)).toEqual([]);
    expect(calls.all.flatMap(({ errorCode }) => errorCode ?? [])).toEqual([]);

    const after = await world.service();
    expect(after).toMatchObject({ taskDefinition, runningCount: 2, desiredCount: 2 });
    expect(pausesOf(after)).toEqual([]);
    expect(after.deploymentConfiguration).toEqual({
      ...before.deploymentConfiguration,
      bakeTimeInMinutes: 1,
      lifecycleHooks: [expect.objectContaining(ownersHook)],
    });
    const deployment = await world.deployment(result.outputs['deployment-id'] ?? '');
    expect(deployment.status).toBe('SUCCESSFUL');
    expect(deployment.targetServiceRevision?.requestedProductionTrafficWeight).toBe(100);

    expectCalmLog(result.lines);
    expect(result.summary).toContain('## ✅ Deployed: web');
    expect(result.summary).toContain(`- Image: \`${image}\`\n`);
    expect(result.summary).toContain(`- Deployment: \`${result.outputs['deployment-id']}\`\n`);
    expect(result.summary).toMatch(/\| ✅\spass \| `targets` \| before the shift \| 2 of 2 targets healthy \| \d+ \|/);
    expect(result.summary).toMatch(/\| ✅\spass \| `run test -n "\$CANDIDATE_URL"` \| at 100 % \| exit 0 \| 1 \|/);

    const { requests } = await world.expectNoneFailed();
    expect(requests).toBeGreaterThan(0);
    expect(seeded.targetGroupArns.map((arn) => world.answeredBy(arn)?.target5xx)).toEqual([0, 0]);
    expect(sandbox.violations).toEqual([]);
  });
});

/** Folded where the runner can fold, one line a change, no warning without a cause. */
function expectCalmLog(lines: readonly string[]): void {
  // Masks come at once, and nobody sees them.
  expect(lines.find((line) => !line.startsWith('::add-mask::'))).toMatch(/^::group::Look around \(\d+(\.\d)? s\)$/);
  expect(lines.filter((line) => line.startsWith('::group::'))).toHaveLength(
    lines.filter((line) => line === '::endgroup::').length,
  );
  expect(lines.filter((line) => /^::(warning|error)/.test(line))).toEqual([]);
  const rollout = lines.filter((line) => /^\d\d:\d\d {2}/.test(line));
  const told = rollout.map((line) => line.slice(7).replace(/ {2,}/g, '  '));
  expect(new Set(told).size).toBe(told.length);
  expect(told).toEqual(
    expect.arrayContaining([
      'PRE_PRODUCTION_TRAFFIC_SHIFT  0 % of traffic, candidate 2/2 running, stable 2',
      'gate targets  pass before the shift: 2 of 2 targets healthy',
      'continue  every gate passed before the shift',
      'POST_PRODUCTION_TRAFFIC_SHIFT  100 % of traffic, candidate 2/2 running, stable 2',
      'gate targets  pass at 100 %: 2 of 2 targets healthy',
      'continue  every gate passed at 100 %',
    ]),
  );
  expect(lines.at(-1)).toBe('web: succeeded: the candidate serves all traffic');
}
