import { shortArn } from './arn.ts';
import type { Memo } from './memo.ts';
import type { Look } from './observation.ts';

/** Who and what is running, for people: "web:7 is being rolled out since 4 min, 25 % of the traffic, by shop/actions/runs/12 (id …)". */
export function describeUnderway(
  underway: {
    readonly id: string;
    readonly taskDefinitionArn: string | undefined;
    readonly startedAt: number;
    readonly memo: Memo | undefined;
    readonly look: Look;
  },
  now: number,
): string {
  const { id, taskDefinitionArn, startedAt, memo, look } = underway;
  const what =
    taskDefinitionArn === undefined ? 'a rollout is under way' : `${shortArn(taskDefinitionArn)} is rolled out`;
  const who = memo === undefined ? 'not by this action' : memo.by === '' ? 'by this action' : `by ${memo.by}`;
  return `${what} since ${age(now - startedAt)}, ${whereIs(look)}, ${who} (${id})`;
}

/** "25 % of the traffic, at BAKE_TIME", "turning back". */
export function whereIs(look: Look): string {
  return look.movement === 'turning-back' ? 'turning back' : `${look.share} % of the traffic, at ${look.stage}`;
}

/** "40 s", "12 min", "3 h": how long ago, for people. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
