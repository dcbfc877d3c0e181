/**
 * What is worth keeping of a rollout for the log's last lines, the summary and the report: changes, not looks.
 *
 * Bounded, for rollouts of many hours: at most 2,000 looks that differ, 300 verdicts of a gate at a step, 300 decisions, 100 kinds
 * of trouble, 200 deaths. What is beyond is left out of the middle, so that the beginning and the end are whole; `forgotten` counts it.
 */
import type { TaskDeath } from '../core/deaths.ts';
import type { RolloutEvent } from '../core/events.ts';
import type { Gate, Verdict } from '../core/gate.ts';
import type { ShareChange } from '../core/judge/minutes.ts';
import type { Look } from '../core/observation.ts';
import { type Plan, type Step, stepName } from '../core/plan.ts';

export interface Death {
  readonly at: number;
  readonly death: TaskDeath;
  /** The last lines of the log of the container that died; empty when there are none. */
  readonly logTail: readonly string[];
}

export interface GateHistory {
  readonly gate: Gate;
  readonly step: Step;
  readonly looks: number;
  readonly verdict: Verdict;
  readonly sentence: string;
  /** Of the last look that gave any: plain JSON. */
  readonly evidence?: unknown;
  /** The first verdict and each that differs from the one before, with the sentence of that look. */
  readonly verdicts: readonly VerdictChange[];
  /** Of the last look. Epoch milliseconds. */
  readonly lastAt: number;
}

export interface VerdictChange {
  readonly at: number;
  readonly verdict: Verdict;
  readonly sentence: string;
}

export interface Decision {
  readonly at: number;
  readonly reason: string;
  /** Names of the commands that came with it: `advance`, `turn-back`, … */
  readonly orders: readonly string[];
}

/** Looks that failed, or an order that was refused; the same once more is the same trouble. */
export interface Trouble {
  readonly kind: 'blind' | 'order-failed';
  readonly at: number;
  readonly lastAt: number;
  readonly times: number;
  readonly problem: string;
}

/** A person was asked, and the job stayed until then. */
export interface Question {
  readonly at: number;
  readonly step: Step;
  readonly until: number;
}

export interface History {
  /** When the job began to look after the rollout; undefined: it never did. Epoch milliseconds. */
  readonly begunAt: number | undefined;
  readonly plan: Plan | undefined;
  /** Looks that differ from the one before in stage, share or task counts. */
  readonly changes: readonly { readonly at: number; readonly look: Look }[];
  /** What each gate said at each step, in the order in which they were first looked through. */
  readonly gates: readonly GateHistory[];
  readonly deaths: readonly Death[];
  readonly decisions: readonly Decision[];
  readonly troubles: readonly Trouble[];
  readonly questions: readonly Question[];
  /** Entries that were left out to stay within the bounds. */
  readonly forgotten: number;
}

export const NO_HISTORY: History = {
  begunAt: undefined,
  plan: undefined,
  changes: [],
  gates: [],
  deaths: [],
  decisions: [],
  troubles: [],
  questions: [],
  forgotten: 0,
};

const MOST_LOOKS = 2_000;
const MOST_VERDICTS = 300;
const MOST_DECISIONS = 300;
const MOST_TROUBLES = 100;
const MOST_DEATHS = 200;

export type Told = RolloutEvent | ({ readonly kind: 'death' } & Death);

/** The history of a rollout of which nothing has been seen yet. */
export function beginHistory(begunAt: number, plan: Plan): History {
  return { ...NO_HISTORY, begunAt, plan };
}

export function remember(history: History, event: Told): History {
  switch (event.kind) {
    case 'look':
      return sameLook(history.changes.at(-1)?.look, event.look) ? history : withLook(history, event);
    case 'reading':
      return withReading(history, event);
    case 'death':
      return withMore(history, 'deaths', { at: event.at, death: event.death, logTail: event.logTail }, MOST_DEATHS);
    case 'decision':
      return withMore(
        history,
        'decisions',
        { at: event.at, reason: event.reason, orders: event.orders },
        MOST_DECISIONS,
      );
    case 'asked':
      return { ...history, questions: [...history.questions, { at: event.at, step: event.step, until: event.until }] };
    case 'blind':
    case 'order-failed':
      return withTrouble(history, event);
    default:
      return history;
  }
}

type Lists = Pick<History, 'deaths' | 'decisions' | 'troubles'>;

/** One more at the end; when there are too many, the oldest goes that is not of the first quarter. */
function withMore<Name extends keyof Lists>(
  history: History,
  name: Name,
  entry: Lists[Name][number],
  most: number,
): History {
  const { list, forgotten } = added<Lists[Name][number]>(history[name], entry, most);
  return { ...history, [name]: list, forgotten: history.forgotten + forgotten };
}

function added<T>(
  list: readonly T[],
  entry: T,
  most: number,
): { readonly list: readonly T[]; readonly forgotten: number } {
  if (list.length < most) return { list: [...list, entry], forgotten: 0 };
  return { list: [...list.filter((_, i) => i !== Math.floor(most / 4)), entry], forgotten: 1 };
}

/** A change of the share is never forgotten: the judge goes by it. Else what changes least for him goes first. */
function withLook(history: History, { at, look }: Extract<RolloutEvent, { kind: 'look' }>): History {
  const changes = [...history.changes, { at, look }];
  if (changes.length <= MOST_LOOKS) return { ...history, changes };
  const likeTheOneBefore = (sameTasks: boolean) =>
    changes.findIndex(({ look: one }, i) => {
      const before = changes[i - 1]?.look;
      const isLast = i === changes.length - 1;
      if (before === undefined || isLast || before.share !== one.share) return false;
      return !sameTasks || before.candidate.running === one.candidate.running;
    });
  const index = [likeTheOneBefore(true), likeTheOneBefore(false)].find((found) => found > 0);
  if (index === undefined) return { ...history, changes };
  return { ...history, changes: changes.filter((_, i) => i !== index), forgotten: history.forgotten + 1 };
}

function withReading(
  history: History,
  { at, gate, step, verdict, sentence, isOnTheWay, evidence: seen }: Extract<RolloutEvent, { kind: 'reading' }>,
): History {
  const same = history.gates.find((known) => placeOf(known.gate, known.step) === placeOf(gate, step));
  // The step was left because of that pass; new tasks that are not healthy yet on the way to the next one take nothing from it.
  if (isOnTheWay === true && verdict === 'hold' && same?.verdict === 'pass') return history;
  const evidence = seen ?? same?.evidence;
  const before = same?.verdicts ?? [];
  const { list: verdicts, forgotten } =
    before.at(-1)?.verdict === verdict
      ? { list: before, forgotten: 0 }
      : added(before, { at, verdict, sentence }, MOST_VERDICTS);
  const now: GateHistory = {
    gate,
    step,
    verdict,
    sentence,
    looks: (same?.looks ?? 0) + 1,
    verdicts,
    lastAt: at,
    ...(evidence === undefined ? {} : { evidence }),
  };
  const gates =
    same === undefined ? [...history.gates, now] : history.gates.map((known) => (known === same ? now : known));
  return { ...history, gates, forgotten: history.forgotten + forgotten };
}

function withTrouble(
  history: History,
  { kind, at, problem }: Extract<RolloutEvent, { kind: 'blind' | 'order-failed' }>,
): History {
  const last = history.troubles.at(-1);
  if (last === undefined || last.kind !== kind || last.problem !== problem) {
    return withMore(history, 'troubles', { kind, at, lastAt: at, times: 1, problem }, MOST_TROUBLES);
  }
  return {
    ...history,
    troubles: [...history.troubles.slice(0, -1), { ...last, lastAt: at, times: last.times + 1 }],
  };
}

/** The same for looks through the same gate at the same step. Two gates may have one name and differ in their settings. */
export function placeOf(gate: Gate, step: Step): string {
  return `${JSON.stringify(gate)} ${stepName(step)}`;
}

/** The candidate's share and tasks, as they were seen to change. */
export function shareChanges({ changes }: History): readonly ShareChange[] {
  return changes
    .map(({ at, look }): ShareChange => ({ at, share: look.share, tasks: look.candidate.running }))
    .filter(({ share, tasks }, i, all) => {
      const before = all[i - 1];
      return before === undefined || before.share !== share || before.tasks !== tasks;
    });
}

/** Whether a person reading the log would see no difference. */
export function sameLook(one: Look | undefined, other: Look): boolean {
  return (
    one !== undefined &&
    one.stage === other.stage &&
    one.movement === other.movement &&
    one.share === other.share &&
    one.note === other.note &&
    one.candidate.running === other.candidate.running &&
    one.candidate.requested === other.candidate.requested &&
    one.stable.running === other.stable.running
  );
}
