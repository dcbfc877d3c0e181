/** What is worth keeping of a rollout for the log's last lines and the summary: changes, not looks. */
import type { TaskDeath } from '../core/deaths.ts';
import type { RolloutEvent } from '../core/events.ts';
import type { Gate, Verdict } from '../core/gate.ts';
import type { ShareChange } from '../core/judge/minutes.ts';
import type { Look } from '../core/observation.ts';
import { type Step, stepName } from '../core/plan.ts';

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
}

export interface History {
  /** Looks that differ from the one before in stage, share or task counts. */
  readonly changes: readonly { readonly at: number; readonly look: Look }[];
  /** The last verdict of each gate at each step. */
  readonly gates: readonly GateHistory[];
  readonly deaths: readonly Death[];
}

export const NO_HISTORY: History = { changes: [], gates: [], deaths: [] };

export type Told = RolloutEvent | ({ readonly kind: 'death' } & Death);

export function remember(history: History, event: Told): History {
  switch (event.kind) {
    case 'look':
      return sameLook(history.changes.at(-1)?.look, event.look)
        ? history
        : { ...history, changes: [...history.changes, { at: event.at, look: event.look }] };
    case 'reading':
      return { ...history, gates: withReading(history.gates, event) };
    case 'death':
      return { ...history, deaths: [...history.deaths, { at: event.at, death: event.death, logTail: event.logTail }] };
    default:
      return history;
  }
}

function withReading(
  gates: readonly GateHistory[],
  { gate, step, verdict, sentence, evidence: seen }: Extract<RolloutEvent, { kind: 'reading' }>,
): readonly GateHistory[] {
  const same = gates.find((known) => placeOf(known.gate, known.step) === placeOf(gate, step));
  const evidence = seen ?? same?.evidence;
  const looks = (same?.looks ?? 0) + 1;
  const now: GateHistory = { gate, step, verdict, sentence, looks, ...(evidence === undefined ? {} : { evidence }) };
  return same === undefined ? [...gates, now] : gates.map((known) => (known === same ? now : known));
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
