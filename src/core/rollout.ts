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
import { blind, CANCELLED, ended, followBack, leaves, ORDER_AGAIN_MS, over, turnBack } from './rollout-ends.ts';
import {
  answered,
  BAKE,
  holdEndsAt,
  isDue,
  type Stand,
  type State,
  standing,
  stepOf,
  takeIn,
} from './rollout-state.ts';

export { begin, type State } from './rollout-state.ts';

export type Command =
  | { readonly kind: 'evaluate'; readonly gate: number; readonly step: number }
  | { readonly kind: 'look-for-deaths' }
  /** Answer the pause: go on. */
  | { readonly kind: 'advance'; readonly pauseId: string }
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
/** Deaths are looked for this often while the candidate is short of tasks: a first death is told within 10 s. */
export const DEATHS_EVERY_MS = 4_000;
/** A pause is turned back this long before it would expire, so that the reason is ours to tell. */
export const BEFORE_EXPIRY_MS = 15_000;

export function decide(plan: Plan, before: State, seen: Observation): Decision {
  const state = takeIn(before, seen);

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
      reason: `the workflow was cancelled and on-cancel is leave: ECS goes on by itself from ${look.stage}; an open pause rolls back when it expires`,
    });
  }

  const stood = standing(plan, sighted, seen.at, look);
  const trouble = whyTurnBack(plan, stood, seen, look);
  if (trouble !== undefined) return turnBack(stood, seen.at, look.pause?.id, trouble);
  if (stood.stand === undefined) return waitFor(stood, seen.at, look);
  return watch(plan, stood, stood.stand, seen.at, look);
}

// ------------------------------------------------------------------ reasons to turn back

/** The first that applies. The order is that of certainty: a person's wish, then what the candidate did, then time. */
function whyTurnBack(plan: Plan, state: State, seen: Observation, look: Look): Outcome | undefined {
  if (seen.cancelled) return CANCELLED;
  if (seen.refused !== undefined) return { status: 'failed', reason: seen.refused };

  const everServed = look.movement !== 'preparing';
  const hopeless = outlook(state.deaths, { everHealthy: everServed });
  if (hopeless !== undefined) return { status: 'rolled-back', reason: hopeless.hopeless };

  const stand = state.stand;
  for (const [index, gate] of (stand?.gates ?? []).entries()) {
    const spec = plan.gates[index];
    if (spec === undefined || gate.last === undefined) continue;
    const where = stand === undefined || stand.id === BAKE ? 'during the bake' : stepName(stepOf(plan, stand.step));
    if (gate.last.verdict === 'fail') {
      return { status: 'rolled-back', reason: `gate ${gateName(spec)} failed ${where}: ${gate.last.sentence}` };
    }
    if (gate.errorsInARow >= ERRORS_IN_A_ROW) {
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

/** Never more than a tenth of the pause, so that short pauses are used too. */
function margin(expiresAt: number, since: number): number {
  return Math.min(BEFORE_EXPIRY_MS, Math.max(0, (expiresAt - since) / 10));
}

// ------------------------------------------------------------------ waiting and watching

function waitFor(state: State, at: number, look: Look): Decision {
  return {
    ...lookForDeaths(state, at, look),
    reason: `waiting for ECS at ${look.stage}`,
    outcome: undefined,
    wakeAt: undefined,
  };
}

function watch(plan: Plan, state: State, stand: Stand, at: number, look: Look): Decision {
  const deaths = lookForDeaths(state, at, look);
  const due = plan.gates.flatMap((_, index) => (isDue(plan, stand, index, at) ? [index] : []));
  const evaluating: Stand = {
    ...stand,
    gates: stand.gates.map((gate, index) => (due.includes(index) ? { ...gate, evaluating: true } : gate)),
  };
  const looks: Command[] = due.map((gate) => ({ kind: 'evaluate', gate, step: stand.step }));
  const watched: Decision = {
    state: { ...deaths.state, stand: evaluating },
    commands: [...looks, ...deaths.commands],
    reason: '',
    outcome: undefined,
    wakeAt: undefined,
  };

  const pause = look.pause;
  if (pause === undefined) return { ...watched, reason: 'the candidate bakes at 100 %, stable is kept' };
  if (answered(state, look)) {
    const since = state.advanced?.at ?? at;
    if (at - since < ORDER_AGAIN_MS) return { ...watched, ...deaths, reason: 'answered the pause, waiting to see it' };
    return advance(deaths, pause.id, look.share, at, 'the answer to the pause is not seen yet; answering again');
  }

  // A share that is no step of the plan is on the way to one: an engine whose own steps are finer than the ladder.
  const step = stepOf(plan, stand.step);
  if (step.share !== look.share)
    return advance(deaths, pause.id, look.share, at, `${look.share} % is on the way to the next step`);

  const open = stand.gates.filter((gate) => gate.last?.verdict !== 'pass').length;
  if (open > 0) return { ...watched, reason: `${open} of ${plan.gates.length} gates open ${stepName(step)}` };
  const holdEnds = holdEndsAt(plan, stand);
  if (at < holdEnds) return { ...watched, reason: `holding ${stepName(step)}`, wakeAt: holdEnds };
  if (evaluating.gates.some((gate) => gate.evaluating))
    return { ...watched, reason: `the last look ${stepName(step)}` };
  return advance(deaths, pause.id, look.share, at, `every gate passed ${stepName(step)}`);
}

function advance(
  from: { readonly state: State; readonly commands: readonly Command[] },
  pauseId: string,
  share: number,
  at: number,
  reason: string,
): Decision {
  return {
    state: { ...from.state, advanced: { pauseId, share, at } },
    commands: [{ kind: 'advance', pauseId }, ...from.commands],
    reason,
    outcome: undefined,
    wakeAt: undefined,
  };
}

/** Only while the candidate is short of tasks: a healthy rollout costs no call for it. */
function lookForDeaths(
  state: State,
  at: number,
  look: Look,
): { readonly state: State; readonly commands: readonly Command[] } {
  const short = look.candidate.running < look.candidate.requested;
  if (!short || at - state.deathsLookedAt < DEATHS_EVERY_MS) return { state, commands: [] };
  return { state: { ...state, deathsLookedAt: at }, commands: [{ kind: 'look-for-deaths' }] };
}
