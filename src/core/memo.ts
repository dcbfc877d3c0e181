import type { Approval } from './config.ts';
import type { Plan } from './plan.ts';
import { KEEP_MS } from './rollout-state.ts';

/**
 * What a rollout leaves in AWS for whoever has to take it over: its ladder, who began it, and until when he will have answered.
 * One line that fits into a tag's value. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
 */
export interface Memo {
  /** Shares of the ladder in percent, as the user wrote or meant them: the last is 100. */
  readonly shares: readonly number[];
  readonly holdMs: number;
  readonly bakeMs: number;
  readonly approval: Approval;
  /** Who began it: "example/shop/actions/runs/123 by octocat"; empty when unknown. Characters of a tag's value. */
  readonly by: string;
  /** Epoch milliseconds: after this nobody is at the wheel, and whoever finds the rollout may turn it back. */
  readonly until: number;
}

/** What whoever takes this rollout over has to know. `now` in epoch milliseconds. */
export function memoOf(plan: Plan, approval: Approval, by: string, now: number): Memo {
  const shares = plan.steps.flatMap(({ share }) => (share > 0 ? [share] : []));
  return { shares, holdMs: plan.steps.at(-1)?.holdMs ?? 0, bakeMs: plan.bakeMs, approval, by, until: now + KEEP_MS };
}

/** The tag's key, on the service (native) or on the task set. */
export const MEMO_KEY = 'greenlight:rollout';

/** ECS takes letters, digits, spaces and + - = . _ : / @, 256 of them at most. */
export function memoText(memo: Memo): string {
  const by = memo.by.replace(/[^\p{L}\p{N} +\-=._:/@]/gu, '_');
  const facts = [
    `steps=${memo.shares.join('/')}`,
    `hold=${memo.holdMs}`,
    `bake=${memo.bakeMs}`,
    `approval=${memo.approval}`,
    `until=${memo.until}`,
  ];
  return `${facts.join(' ')} by=${by}`.slice(0, 256);
}

/** Undefined for a text that no version of this action has written. */
export function readMemo(text: string): Memo | undefined {
  const match =
    /^steps=(?<shares>[\d./]+) hold=(?<hold>\d+) bake=(?<bake>\d+) approval=(?<approval>none|manual|every-step) until=(?<until>\d+) by=(?<by>.*)$/s.exec(
      text,
    );
  const { shares = '', hold, bake, approval, until, by = '' } = match?.groups ?? {};
  const parsed = shares.split('/').map(Number);
  if (match === null || parsed.at(-1) !== 100 || parsed.some((share) => !(share > 0 && share <= 100))) return undefined;
  return {
    shares: parsed,
    holdMs: Number(hold),
    bakeMs: Number(bake),
    approval: approval as Approval,
    until: Number(until),
    by,
  };
}
