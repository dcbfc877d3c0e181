/**
 * What a deployment's description says for whoever finds it: the memo, and what served before.
 * "Maximum number of characters in a deployment description: 256", https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
 */
import { shortArn } from './arn.ts';
import { type Memo, memoText, readMemo } from './memo.ts';

const LONGEST = 256;
/** A family may have 255 characters: better no word of what served before than no memo. */
const LONGEST_WAS = 100;
/** Everything of a memo but its ladder and its author. */
const FACTS = 90;

/** A ladder that is too long to be written down is left to the deployment's configuration: its one share is then 100. */
export function noteText(memo: Memo, servingArn: string): string {
  const was = ` was=${shortArn(servingArn)}`;
  const end = was.length > LONGEST_WAS ? '' : was;
  const isLong = `${memo.shares.join('/')}${memo.by}${end}`.length > LONGEST - FACTS;
  return `${memoText(isLong ? { ...memo, shares: [100] } : memo).slice(0, LONGEST - end.length)}${end}`;
}

/** Undefined for a description that no version of this action has written. */
export function readNote(description: string): { readonly memo: Memo; readonly was: string | undefined } | undefined {
  const [, text = description, was] = /^(.*) was=(\S+)$/s.exec(description) ?? [];
  const memo = readMemo(text);
  return memo && { memo, was };
}
