/** What a rollout did to the load balancer, seen from the load balancer: every share on the way, and what else is on the rules. */

import { ListTagsForResourceCommand } from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  type TargetGroupTuple,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect } from '@jest/globals';
import type { ActionResult } from '../../../sandbox/runner/run-action.ts';
import { expectEnd } from './job.ts';
import { type World, waitUntil } from './world.ts';

type Inputs = Readonly<Record<string, string>>;

export interface Shares {
  /** The candidate's share of users after each write that changed it, in percent. */
  readonly seen: readonly number[];
  stop(): void;
}

/** From now on. The candidate's target group is the one of the two that has no weight now. */
export function watchShares({ sandbox, seeded }: Pick<World, 'sandbox' | 'seeded'>): Shares {
  const { productionRuleArn, targetGroupArns } = seeded;
  const before = sandbox.loadBalancing.port.forward(productionRuleArn) ?? new Map<string, number>();
  const [candidate] = targetGroupArns.filter((arn) => (before.get(arn) ?? 0) === 0);
  const seen: number[] = [];
  const stop = sandbox.loadBalancing.onForward((ruleArn, weights) => {
    if (ruleArn !== productionRuleArn) return;
    const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    const share = Math.round(((weights.get(candidate ?? '') ?? 0) / all) * 1_000) / 10;
    if (share !== (seen.at(-1) ?? 0)) seen.push(share);
  });
  return { seen, stop };
}

/**
 * Both listeners and all their rules as AWS describes them, each weight replaced by a word; and the tags of the service. CodeDeploy,
 * which writes the rules itself, names the groups in the order that it likes: there they are put in one order.
 */
export async function surroundings(world: World): Promise<string> {
  const { sandbox, seeded, ecs } = world;
  const elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig);
  try {
    const { loadBalancerArn: LoadBalancerArn } = seeded;
    const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    const rules = await Promise.all(
      Listeners.map(async ({ ListenerArn }) => (await elb.send(new DescribeRulesCommand({ ListenerArn }))).Rules),
    );
    const { tags } = await ecs.send(new ListTagsForResourceCommand({ resourceArn: seeded.serviceArn }));
    const isCodeDeploys = (await world.service()).deploymentController?.type === 'CODE_DEPLOY';
    const plain = (name: string, value: unknown): unknown => {
      if (name === 'Weight') return 'any';
      return name === 'TargetGroups' && isCodeDeploys ? [...(value as TargetGroupTuple[])].sort(byArn) : value;
    };
    return JSON.stringify({ Listeners, rules, tags }, plain, 1);
  } finally {
    elb.destroy();
  }
}

function byArn(one: TargetGroupTuple, other: TargetGroupTuple): number {
  return String(one.TargetGroupArn).localeCompare(String(other.TargetGroupArn));
}

export interface Deployed {
  readonly result: ActionResult;
  readonly version: string;
  readonly shares: readonly number[];
}

/**
 * Deploys a good version, and sees that it serves everybody alone when the job is done: its tasks are the only ones, everything on the
 * rules but the weights is as it was, the service has no pause and no tag of ours, and no user has noticed.
 */
export async function deployWell(
  world: World,
  inputs: Inputs,
  deploy = (all: Inputs): Promise<ActionResult> => world.deploy(all),
): Promise<Deployed> {
  const before = await surroundings(world);
  const { image, version } = await world.push();
  const shares = watchShares(world);
  const result = await deploy({ image, ...inputs });
  shares.stop();
  expectEnd(result, 0, 'succeeded');
  expect(result.outputs['traffic']).toBe('100');
  await expectAlone(world, result.outputs['task-definition-arn'] ?? '', version);
  expect(await surroundings(world)).toBe(before);
  await world.expectNoneFailed();
  expect(world.sandbox.violations).toEqual([]);
  return { result, version, shares: shares.seen };
}

/** A bad version is refused: what served before serves everybody alone, and everything is as it was. `reason`: that of the job. */
export async function expectTurnedBack(
  world: World,
  inputs: Inputs,
  reason: RegExp,
  deploy = (all: Inputs): Promise<ActionResult> => world.deploy(all),
): Promise<Deployed> {
  const before = await surroundings(world);
  const version = await world.versionServing();
  const shares = watchShares(world);
  const result = await deploy(inputs);
  shares.stop();
  expectEnd(result, 2, 'rolled-back');
  expect(result.outputs['reason']).toMatch(reason);
  expect(result.outputs['traffic']).toBe('0');
  await expectAlone(world, result.outputs['previous-task-definition-arn'] ?? '', version);
  expect(await surroundings(world)).toBe(before);
  await world.expectNoneFailed();
  expect(world.sandbox.violations).toEqual([]);
  return { result, version, shares: shares.seen };
}

/**
 * A job that ends before anything is changed: exit 1, no call that writes, the service and its users as before. Gives the reason.
 */
export async function expectRefused(world: World, inputs: Inputs): Promise<string> {
  const before = await surroundings(world);
  const { taskDefinition } = await world.service();
  const { image } = await world.push();
  const calls = world.recordCalls();
  const result = await world.deploy({ image, ...inputs });
  expectEnd(result, 1, 'failed');
  expect(calls.changes()).toEqual([]);
  expect((await world.service()).taskDefinition).toBe(taskDefinition);
  expect(await surroundings(world)).toBe(before);
  await world.expectNoneFailed();
  return result.outputs['reason'] ?? '';
}

/** The gate of a story whose version is told as bad before it has users. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is the very text that users write.
export const SMOKE = '- targets\n- http: { url: "${CANDIDATE_URL}/smoke", times: 2 }';

/** A gate that says no at this share, and yes at every other. */
export function neverAt(share: number): string {
  return JSON.stringify([{ run: { command: `test "$CANDIDATE_SHARE" != ${share}`, within: '30s' } }]);
}

/** Its tasks and no others, as many as the service wants, and every user meets it. */
export async function expectAlone(world: World, taskDefinitionArn: string, version: string): Promise<void> {
  const wanted = (await world.service()).desiredCount;
  // The last tasks may have requests to finish when their revision's end is told.
  await waitUntil(async () => (await world.tasks('RUNNING')).length === wanted);
  const definitions = (await world.tasks('RUNNING')).map((task) => task.taskDefinitionArn);
  expect(new Set(definitions)).toEqual(new Set([taskDefinitionArn]));
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.versionServing()));
  expect(new Set(answers)).toEqual(new Set([version]));
}

/** The steps that a job says it has left, in order: "before the shift", "at 25 %". */
export function stepsLeft({ lines }: ActionResult): readonly string[] {
  return lines.flatMap((line) => /continue +every gate passed (.+)$/.exec(line)?.[1] ?? []);
}

/** A table line for whoever reads the tests' output. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
