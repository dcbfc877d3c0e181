/** Rollouts that are judged by both versions' own counts: who answered how many requests, how many of them badly, and the evidence. */
import { expect } from '@jest/globals';
import type { Behaviour } from '../../../sandbox/app/behaviour.ts';
import { startUpstream, type Upstream } from '../../../sandbox/app/upstream.ts';
import type { ActionResult } from '../../../sandbox/runner/run-action.ts';
import type { SeedOptions } from '../../../sandbox/seed.ts';
import { judge } from '../../../src/core/judge/judge.ts';
import type { Evidence, Judgement } from '../../../src/core/judge/judgement.ts';
import type { Job } from './job.ts';
import { watchShares } from './shifts.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

/** A minute of CloudWatch's is a second. */
const SPEED = 60;
/** Users' requests in such a minute, which to them is a second. */
export const RATE = 600;

/** Answers of one target group. */
export interface Answered {
  readonly requests: number;
  readonly errors: number;
  /** The load balancer had to answer in the version's place: what no version does by itself. */
  readonly unanswered: number;
}

/** Both versions' answers, from `countAnswers` until `stop`. */
export interface Answers {
  readonly candidate: Answered;
  readonly stable: Answered;
}

export interface Judged extends Answers {
  readonly result: ActionResult;
  readonly version: string;
  /** The candidate's shares of users on the way, in percent. */
  readonly shares: readonly number[];
}

/** One whose versions all need one upstream, which is closed with it. */
export interface JudgedWorld extends World {
  readonly upstream: Upstream;
}

export async function openJudgedWorld(options: WorldOptions): Promise<JudgedWorld> {
  const upstream = await startUpstream();
  try {
    const seed: SeedOptions = {
      ...options.seed,
      environment: { ...options.seed?.environment, ...upstream.env },
      // Five real seconds: what is slow on purpose is not to be cut off while a version leaves.
      healthCheck: { drain: 5 * SPEED, ...options.seed?.healthCheck },
    };
    const world = await openWorld({
      ...options,
      seed,
      // What CloudWatch says of its newest minute is not the whole of it.
      sandbox: { speed: SPEED, revisesMetrics: true, ...options.sandbox },
      // Many, for the judge to count; that none is lost is seen in other stories.
      load: options.load ?? { connections: 20, rate: RATE },
    });
    const close = async (): Promise<void> => {
      await world.close();
      await upstream.close();
    };
    return { ...world, upstream, close };
  } catch (error) {
    await upstream.close();
    throw error;
  }
}

/** From now on. The candidate's target group is the one of the two that has no weight now. */
export function countAnswers(world: World): () => Answers {
  const { productionRuleArn, targetGroupArns } = world.seeded;
  const weights = world.sandbox.loadBalancing.port.forward(productionRuleArn) ?? new Map<string, number>();
  const [stableArn = '', candidateArn = ''] = [...targetGroupArns].sort(
    (one, other) => (weights.get(other) ?? 0) - (weights.get(one) ?? 0),
  );
  const count = (arn: string): Answered => {
    const totals = world.answeredBy(arn);
    return { requests: totals?.requests ?? 0, errors: totals?.target5xx ?? 0, unanswered: totals?.elb5xx ?? 0 };
  };
  const before = { candidate: count(candidateArn), stable: count(stableArn) };
  const since = (now: Answered, then: Answered): Answered => ({
    requests: now.requests - then.requests,
    errors: now.errors - then.errors,
    unanswered: now.unanswered - then.unanswered,
  });
  return () => ({
    candidate: since(count(candidateArn), before.candidate),
    stable: since(count(stableArn), before.stable),
  });
}

/** Deploys a version that behaves so. `meanwhile` sees the job while it runs. No request is lost on the way, whatever the end. */
export async function deployJudged(
  world: World,
  behaviour: Behaviour,
  inputs: Readonly<Record<string, string>>,
  meanwhile: (job: Job, answers: () => Answers) => Promise<unknown> = async () => undefined,
): Promise<Judged> {
  const { image, version } = await world.push(behaviour);
  const answers = countAnswers(world);
  const shares = watchShares(world);
  const job = await world.start({ image, ...inputs });
  await meanwhile(job, answers);
  const result = await job.ended;
  shares.stop();
  const { candidate, stable } = answers();
  expect({ candidate: candidate.unanswered, stable: stable.unanswered }).toEqual({ candidate: 0, stable: 0 });
  expect(world.sandbox.violations).toEqual([]);
  return { result, version, shares: shares.seen, candidate, stable };
}

/** One gate's last evidence at a step. */
export interface Looked {
  /** The gate's name: "metrics errors". */
  readonly gate: string;
  readonly share: number;
  readonly evidence: Evidence;
}

/** What the job has left for anybody who wants to compute its verdict again: a look for each step where the gate had something to say. */
export function evidenceOf({ outputs, files }: ActionResult): readonly Looked[] {
  const path = outputs['evidence'] ?? '';
  const text = files[path];
  if (text === undefined) throw new Error(`the job left no file '${path}', but ${Object.keys(files).join(', ')}`);
  return (JSON.parse(text) as { readonly looks: readonly Looked[] }).looks;
}

/** Of the look at this share, in percent. */
export function evidenceAt(result: ActionResult, share: number): Evidence {
  const looks = evidenceOf(result);
  const found = looks.find((look) => look.share === share);
  if (found === undefined)
    throw new Error(`no evidence at ${share} %, but at ${looks.map((look) => look.share).join(', ')}`);
  return found.evidence;
}

/** The judgement of what the file says was seen. Where nobody says when the hold ends, JSON has null. */
export function judgeAgain({ gate, seen }: Evidence): Judgement {
  return judge(gate, { ...seen, holdEndsAt: seen.holdEndsAt ?? Number.POSITIVE_INFINITY });
}

/** 0.05 is `5.0 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
