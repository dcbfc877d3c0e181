/** What is worth keeping of a rollout for the log's last lines and the summary: changes, not looks. */
import type { TaskDeath } from '../core/deaths.ts';
import type { RolloutEvent } from '../core/events.ts';
import type { Gate, Verdict } from '../core/gate.ts';
import { gateName } from '../core/gate.ts';
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
  { gate, step, verdict, sentence }: Extract<RolloutEvent, { kind: 'reading' }>,
): readonly GateHistory[] {
  const same = gates.find((known) => key(known.gate, known.step) === key(gate, step));
  const now: GateHistory = { gate, step, verdict, sentence, looks: (same?.looks ?? 0) + 1 };
  return same === undefined ? [...gates, now] : gates.map((known) => (known === same ? now : known));
}

function key(gate: Gate, step: Step): string {
  return `${gateName(gate)} ${stepName(step)}`;
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
