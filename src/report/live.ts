/** A job as GitHub's pages are told of it, while it goes on and when it has ended; and where its rollout stands. */
import type { CheckedService } from '../core/github-button.ts';
import type { Look } from '../core/observation.ts';
import type { Result } from '../core/result.ts';
import type { Decision, History, Question } from './history.ts';

export interface LiveJob extends CheckedService {
  readonly command: 'deploy' | 'promote' | 'rollback';
  /** The commit that the rollout brings, as far as anybody knows. */
  readonly sha: string;
  readonly runUrl: string;
  readonly history: History;
  /** Undefined while it goes on. */
  readonly ended: EndedLive | undefined;
}

export interface EndedLive {
  readonly result: Result;
  /** The rollout went back because a person wanted it (command: rollback). */
  readonly wasAskedFor: boolean;
  readonly tookMs: number;
}

/** Whether there is, or was, a rollout in this job's sight. */
export function hasBegun({ history }: LiveJob): boolean {
  return history.begunAt !== undefined;
}

export interface Standing {
  readonly look: Look;
  /** Since when the candidate has this share (epoch milliseconds). */
  readonly since: number;
}

/** Undefined before the first look. */
export function standingOf({ changes }: History): Standing | undefined {
  const last = changes.at(-1);
  if (last === undefined) return undefined;
  const { share } = last.look;
  const other = changes.findLastIndex(({ look }) => look.share !== share);
  return { look: last.look, since: changes[other + 1]?.at ?? last.at };
}

/** What the candidate has, "25 %"; where it had more before, "0 % (25 % at most)". Undefined when nobody knows. */
export function trafficText({ history, ended }: LiveJob): string | undefined {
  const share = ended?.result.traffic ?? standingOf(history)?.look.share;
  if (share === undefined) return undefined;
  const most = Math.max(share, ...history.changes.map(({ look }) => look.share));
  return most > share ? `${share} % (${most} % at most)` : `${share} %`;
}

/** The question that nobody has answered yet: a person is waited for now. */
export function openQuestion(history: History): Question | undefined {
  const question = history.questions.at(-1);
  const isAnswered = ({ at, orders }: Decision): boolean =>
    question !== undefined && at >= question.at && orders.some((order) => order === 'advance' || order === 'turn-back');
  return history.decisions.some(isAnswered) ? undefined : question;
}

/** Why all traffic goes back; undefined when it does not. */
export function whyBack({ decisions, changes }: History): string | undefined {
  // The first says why; later ones that it was ordered once more.
  const order = decisions.find(({ orders }) => orders.includes('turn-back'));
  if (order !== undefined) return order.reason;
  if (changes.at(-1)?.look.movement !== 'turning-back') return undefined;
  const said = decisions.findLast(({ reason }) => reason.startsWith(FOLLOWING))?.reason;
  return said?.slice(FOLLOWING.length) ?? 'the engine turned the rollout back';
}

/** How the rollout says that it follows a way back. */
const FOLLOWING = 'turning back: ';
