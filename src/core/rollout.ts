/**
 * The heart: what to do next, from what is known and what is seen. Pure. Rules:
 * - a phase advances when its effect was seen, never because it was ordered;
 * - commands are absolute and safe to repeat; what was ordered and not yet seen is ordered again after a while;
 * - every decision carries its reason as a sentence.
 */
import { outlook } from './deaths.ts';
import { formatDuration } from './duration.ts';
import { gateName } from './gate.ts';
import type { Look, Observation } from './observation.ts';
import type { Outcome } from './outcome.ts';
import { type Plan, stepName } from './plan.ts';
import { blind, CANCELLED, ended, followBack, leaves, over, turnBack } from './rollout-ends.ts';
import {
  answered,
  BAKE,
  KEEP_MS,
  SHIFT,
  type Stand,
  type State,
  standing,
  stepOf,
  sure,
  takeIn,
} from './rollout-state.ts';
import { goOn, waitFor, watch } from './rollout-watch.ts';

export { beginTurningBack } from './rollout-ends.ts';
export { begin, type State } from './rollout-state.ts';

export type Command =
  | {
      readonly kind: 'evaluate';
      readonly gate: number;
      readonly step: number;
      /** When the candidate came to stand at this step, in epoch milliseconds. */
      readonly since: number;
      /** When the step's hold is over; Infinity where the engine goes on by itself. Epoch milliseconds. */
      readonly holdEndsAt: number;
    }
  | { readonly kind: 'look-for-deaths' }
  /** Answer the pause: go on to this share. */
  | { readonly kind: 'advance'; readonly pauseId: string; readonly to: number }
  /** Say that somebody is at the wheel until then, in epoch milliseconds. */
  | { readonly kind: 'keep'; readonly until: number }
  /** All traffic back to stable; answers the pause when one is open. */
  | { readonly kind: 'turn-back'; readonly pauseId: string | undefined };

export interface Decision {
  readonly state: State;
  readonly commands: readonly Command[];
  /** Why, in a sentence. */
  readonly reason: string;
  /** Set when the rollout is over. */
  readonly outcome: Outcome | undefined;
  /** When to decide again at the latest though nothing new is seen; undefined: the next poll is soon enough. */
  readonly wakeAt: number | undefined;
}

/** Looks through a gate that failed to look, one after the other, that end a rollout. */
export const ERRORS_IN_A_ROW = 3;
/** A pause is turned back this long before it would expire, so that the reason is ours to tell. */
export const BEFORE_EXPIRY_MS = 15_000;

export function decide(plan: Plan, before: State, seen: Observation): Decision {
  return atTheWheel(decideOn(plan, takeIn(before, seen), seen), seen.at);
}

function decideOn(plan: Plan, state: State, seen: Observation): Decision {
  if ('couldNotLook' in seen.look) {
    return blind(plan, state, seen, seen.look, (last) => whyTurnBack(plan, state, seen, last));
  }
  const look = seen.look;
  const sighted: State = { ...state, lastLook: look };

  if (look.end !== undefined) return ended(sighted, look.end);
  if (sighted.turningBack !== undefined || look.movement === 'turning-back')
    return followBack(plan, sighted, seen.at, look);
  if (leaves(plan, seen)) {
    return over(sighted, {
      status: 'cancelled',
      reason: `the workflow was cancelled and on-cancel is leave: the rollout stands at ${look.stage} with ${look.share} % of the traffic on the candidate`,
    });
  }

  const stood = standing(plan, sighted, seen.at, look);
  const trouble = whyTurnBack(plan, stood, seen, look);
  if (trouble !== undefined) return turnBack(stood, seen.at, look.pause?.id, trouble);
  if (look.pause?.onTheWayTo !== undefined) return goOn(stood, look.pause, look.pause.onTheWayTo, seen.at, look);
  if (stood.stand === undefined) return waitFor(stood, seen.at, look);
  return watch(plan, stood, sure(plan, stood.stand, seen.at), seen.at, look);
}

/** Whoever finds the rollout has to be able to tell whether anybody still cares for it. */
function atTheWheel(decision: Decision, at: number): Decision {
  if (decision.outcome !== undefined || at < decision.state.keepAt) return decision;
  return {
    ...decision,
    state: { ...decision.state, keepAt: at + KEEP_MS / 3 },
    commands: [...decision.commands, { kind: 'keep', until: at + KEEP_MS }],
  };
}

// ------------------------------------------------------------------ reasons to turn back

/** The first that applies. The order is that of certainty: a person's wish, then what the candidate did, then time. */
function whyTurnBack(plan: Plan, state: State, seen: Observation, look: Look): Outcome | undefined {
  if (seen.cancelled) return CANCELLED;
  if (seen.refused !== undefined) return { status: 'failed', reason: seen.refused };

  const everServed = look.movement !== 'preparing' && !(look.movement === 'shifting' && look.share === 0);
  const hopeless = outlook(state.deaths, { everHealthy: everServed });
  if (hopeless !== undefined) return { status: 'rolled-back', reason: hopeless.hopeless };

  const stand = state.stand;
  for (const [index, gate] of (stand?.gates ?? []).entries()) {
    const spec = plan.gates[index];
    if (spec === undefined || gate.last === undefined) continue;
    const where = stand === undefined ? '' : placeOf(plan, stand, look);
    if (gate.failuresInARow >= (spec.failures ?? 1)) {
      const times = gate.failuresInARow > 1 ? ` ${gate.failuresInARow} times in a row` : '';
      return { status: 'rolled-back', reason: `gate ${gateName(spec)} failed${times} ${where}: ${gate.last.sentence}` };
    }
    if (gate.errorsInARow >= (spec.errors ?? ERRORS_IN_A_ROW)) {
      return {
        status: 'could-not-look',
        reason: `gate ${gateName(spec)} could not be looked through ${gate.errorsInARow} times in a row ${where}: ${gate.last.sentence}`,
      };
    }
  }

  if (seen.at - state.startedAt >= plan.timeoutMs) {
    return { status: 'timed-out', reason: `not done after ${formatDuration(plan.timeoutMs)}, at ${look.stage}` };
  }
  const expiresAt = look.pause?.expiresAt;
  if (
    expiresAt !== undefined &&
    state.stand !== undefined &&
    !answered(state, look) &&
    seen.at >= expiresAt - margin(expiresAt, state.stand.since)
  ) {
    const unsure = state.stand.gates.flatMap((gate, index) => {
      const spec = plan.gates[index];
      return spec === undefined || gate.last?.verdict === 'pass'
        ? []
        : [`${gateName(spec)} (${gate.last?.sentence ?? 'no answer yet'})`];
    });
    if (unsure.length > 0) {
      return {
        status: 'rolled-back',
        reason: `the pause was about to expire and these gates had not passed: ${unsure.join(', ')}`,
      };
    }
  }
  return undefined;
}

function placeOf(plan: Plan, stand: Stand, look: Look): string {
  if (stand.id === BAKE) return 'during the bake';
  return stand.id === SHIFT ? `during the shift, at ${look.share} %` : stepName(stepOf(plan, stand.step));
}

/** Never more than a tenth of the pause, so that short pauses are used too. */
function margin(expiresAt: number, since: number): number {
  return Math.min(BEFORE_EXPIRY_MS, Math.max(0, (expiresAt - since) / 10));
}
