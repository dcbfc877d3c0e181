/**
 * The heart: what to do next, from what is known and what is seen. Pure. Rules:
 * - a phase advances when its effect was seen, never because it was ordered;
 * - commands are absolute and safe to repeat; what was ordered and not yet seen is ordered again after a while;
 * - every decision carries its reason as a sentence.
 */
import { outlook, type TaskDeath } from './deaths.ts';
import { formatDuration } from './duration.ts';
import { gateName, type Reading } from './gate.ts';
import type { CouldNotLook, End, Look, Observation } from './observation.ts';
import type { Outcome } from './outcome.ts';
import { type Plan, stepAt, stepName } from './plan.ts';

export type Command =
  | { readonly kind: 'evaluate'; readonly gate: number; readonly step: number }
  | { readonly kind: 'look-for-deaths' }
  /** Answer the pause: go on. */
  | { readonly kind: 'advance'; readonly pauseId: string }
  /** All traffic back to stable; answers the pause when one is open. */
  | { readonly kind: 'turn-back'; readonly pauseId: string | undefined };

export interface State {
  readonly startedAt: number;
  /** Where we stand: an open pause (by id) or the bake, and since when it is seen. Gates are looked through only here. */
  readonly stand: Stand | undefined;
  /** What was ordered at the pause, and when. */
  readonly advanced: { readonly pauseId: string; readonly share: number; readonly at: number } | undefined;
  readonly turningBack: { readonly outcome: Outcome; readonly since: number; readonly orderedAt: number } | undefined;
  readonly deathsLookedAt: number;
  readonly deaths: readonly TaskDeath[];
  readonly couldNotLookSince: number | undefined;
}

interface Stand {
  readonly id: string;
  readonly step: number;
  readonly since: number;
  readonly gates: readonly GateState[];
}

/** What is known of one gate at the present stand. */
interface GateState {
  readonly evaluating: boolean;
  readonly last: Reading | undefined;
  readonly errorsInARow: number;
}

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

/** The stand that is no pause: ECS keeps stable for the bake time and goes on by itself. */
const BAKE = 'bake';

/** Looks through a gate that failed to look, one after the other, that end a rollout. */
export const ERRORS_IN_A_ROW = 3;
/** A gate that passed is looked through again this long afterwards, while the candidate is watched. */
export const LOOK_AGAIN_MS = 10_000;
/** A gate that said hold or error is looked through again sooner. */
export const LOOK_AGAIN_SOON_MS = 2_000;
/** An order whose effect is not seen is given again. */
export const ORDER_AGAIN_MS = 10_000;
/** Deaths are looked for this often while the candidate is short of tasks: a first death is told within 10 s. */
export const DEATHS_EVERY_MS = 4_000;
/** A pause is turned back this long before it would expire, so that the reason is ours to tell. */
export const BEFORE_EXPIRY_MS = 15_000;

export function begin(at: number): State {
  return {
    startedAt: at,
    stand: undefined,
    advanced: undefined,
    turningBack: undefined,
    deathsLookedAt: at,
    deaths: [],
    couldNotLookSince: undefined,
  };
}

export function decide(plan: Plan, before: State, seen: Observation): Decision {
  const state = takeIn(before, seen);

  if ('couldNotLook' in seen.look) return blind(plan, state, seen, seen.look);
  const look = seen.look;
  const sighted: State = { ...state, couldNotLookSince: undefined };

  if (look.end !== undefined) return ended(sighted, look.end);
  if (sighted.turningBack !== undefined || look.movement === 'turning-back')
    return followBack(plan, sighted, seen.at, look);
  if (seen.cancelled && plan.onCancel === 'leave') {
    return over(sighted, {
      status: 'cancelled',
      reason: `the workflow was cancelled and on-cancel is leave: ECS goes on by itself from ${look.stage}; an open pause rolls back when it expires`,
    });
  }

  const stood = standing(plan, sighted, seen.at, look);
  const trouble = whyTurnBack(plan, stood, seen, look);
  if (trouble !== undefined) return turnBack(stood, seen.at, look, trouble);
  if (stood.stand === undefined) return waitFor(stood, seen.at, look);
  return watch(plan, stood, stood.stand, seen.at, look);
}

// ------------------------------------------------------------------ where we stand

/** What came in since the last observation, also when nothing of the deployment itself was seen. */
function takeIn(state: State, seen: Observation): State {
  const stand = state.stand && {
    ...state.stand,
    gates: state.stand.gates.map((gate, index) =>
      seen.readings
        .filter((reading) => reading.gate === index && reading.step === state.stand?.step)
        .reduce(withReading, gate),
    ),
  };
  return { ...state, stand, deaths: seen.deaths ?? state.deaths };
}

function withReading(gate: GateState, reading: Reading): GateState {
  return { evaluating: false, last: reading, errorsInARow: reading.verdict === 'error' ? gate.errorsInARow + 1 : 0 };
}

/** A new pause, another step, or the beginning of the bake is a new stand: its gates start afresh. */
function standing(plan: Plan, state: State, at: number, look: Look): State {
  const id = look.pause?.id ?? (look.movement === 'baking' ? BAKE : undefined);
  if (id === undefined) return { ...state, stand: undefined };
  const step = stepAt(plan.steps, look.share);
  if (state.stand?.id === id && state.stand.step === step) return state;
  const gates = plan.gates.map((): GateState => ({ evaluating: false, last: undefined, errorsInARow: 0 }));
  return { ...state, stand: { id, step, since: at, gates } };
}

// ------------------------------------------------------------------ reasons to turn back

/** The first that applies. The order is that of certainty: a person's wish, then what the candidate did, then time. */
function whyTurnBack(plan: Plan, state: State, seen: Observation, look: Look): Outcome | undefined {
  if (seen.cancelled) return { status: 'cancelled', reason: 'the workflow was cancelled' };
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

function turnBack(state: State, at: number, look: Look, outcome: Outcome): Decision {
  return {
    state: { ...state, turningBack: { outcome, since: at, orderedAt: at } },
    commands: [{ kind: 'turn-back', pauseId: look.pause?.id }],
    reason: outcome.reason,
    outcome: undefined,
    wakeAt: undefined,
  };
}

/** Ordered by us, or begun by ECS itself (an alarm, an expired pause, somebody's rollback): follow it to its end. */
function followBack(plan: Plan, state: State, at: number, look: Look): Decision {
  const back = state.turningBack;
  if (back === undefined) {
    const outcome: Outcome = { status: 'rolled-back', reason: look.note ?? 'ECS turned the deployment back' };
    // Nothing was ordered: `orderedAt` in the future of every look means that nothing will be ordered again either.
    const turningBack = { outcome, since: at, orderedAt: Number.POSITIVE_INFINITY };
    return wait({ ...state, turningBack }, `ECS is turning back: ${outcome.reason}`);
  }
  if (at - back.since >= plan.timeoutMs) {
    return over(state, {
      status: 'failed',
      reason: `${back.outcome.reason}; the rollback was not done after ${formatDuration(plan.timeoutMs)}, at ${look.stage}: look at the service in ECS`,
    });
  }
  if (look.movement !== 'turning-back' && at - back.orderedAt >= ORDER_AGAIN_MS) {
    return {
      state: { ...state, turningBack: { ...back, orderedAt: at } },
      commands: [{ kind: 'turn-back', pauseId: look.pause?.id }],
      reason: 'the rollback that was ordered is not seen yet; ordering it again',
      outcome: undefined,
      wakeAt: undefined,
    };
  }
  return wait(state, `turning back: ${back.outcome.reason}`);
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
    if (at - since < ORDER_AGAIN_MS)
      return { ...watched, commands: deaths.commands, reason: 'answered the pause, waiting to see it' };
    return advance(deaths, pause.id, look.share, at, 'the answer to the pause is not seen yet; answering again');
  }

  // A share that is no step of the plan is on the way to one: an engine whose own steps are finer than the ladder.
  const step = stepOf(plan, stand.step);
  if (step.share !== look.share)
    return advance(deaths, pause.id, look.share, at, `${look.share} % is on the way to the next step`);

  const open = stand.gates.flatMap((gate, index) => (gate.last?.verdict === 'pass' ? [] : [index]));
  if (open.length > 0)
    return { ...watched, reason: `${open.length} of ${plan.gates.length} gates open ${stepName(step)}` };
  const holdEnds = stand.since + step.holdMs;
  if (at < holdEnds) return { ...watched, reason: `holding ${stepName(step)}`, wakeAt: holdEnds };
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

function answered(state: State, look: Look): boolean {
  const { advanced } = state;
  return advanced !== undefined && advanced.pauseId === look.pause?.id && advanced.share === look.share;
}

/** A gate that runs a command is looked through once a pause, until it has said pass or fail; the others again and again. */
function isDue(plan: Plan, stand: Stand, index: number, at: number): boolean {
  const gate = stand.gates[index];
  const runs = plan.gates[index]?.kind === 'run';
  if (gate === undefined || gate.evaluating || (runs && stand.id === BAKE)) return false;
  if (gate.last === undefined) return true;
  if (gate.last.verdict === 'pass') return !runs && at - gate.last.at >= LOOK_AGAIN_MS;
  return at - gate.last.at >= LOOK_AGAIN_SOON_MS;
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

// ------------------------------------------------------------------ ends

/** Nothing was seen. Passing faults are waited out within the timeout; the others end the job, for nothing can be ordered. */
function blind(plan: Plan, state: State, seen: Observation, look: CouldNotLook): Decision {
  const since = state.couldNotLookSince ?? seen.at;
  const blindState = { ...state, couldNotLookSince: since };
  const deadline = (state.turningBack?.since ?? state.startedAt) + plan.timeoutMs;
  if (look.forGood || seen.at >= deadline) {
    const back =
      state.turningBack === undefined ? '' : `; a rollback had been ordered (${state.turningBack.outcome.reason})`;
    return over(blindState, {
      status: 'could-not-look',
      reason: `${look.couldNotLook}${back}; nobody answers ECS's pause now, so an unfinished deployment turns back by itself when the pause expires`,
    });
  }
  if (seen.cancelled && state.turningBack === undefined && plan.onCancel === 'rollback') {
    const outcome: Outcome = { status: 'cancelled', reason: 'the workflow was cancelled' };
    return {
      state: { ...blindState, turningBack: { outcome, since: seen.at, orderedAt: seen.at } },
      commands: [{ kind: 'turn-back', pauseId: undefined }],
      reason: outcome.reason,
      outcome: undefined,
      wakeAt: undefined,
    };
  }
  return wait(blindState, `could not look: ${look.couldNotLook}`);
}

function ended(state: State, end: End): Decision {
  const back = state.turningBack;
  switch (end.kind) {
    case 'succeeded':
      return over(state, {
        status: 'succeeded',
        reason:
          back === undefined
            ? 'the candidate serves all traffic'
            : `the candidate serves all traffic: the rollback (${back.outcome.reason}) came too late`,
      });
    case 'rolled-back':
      return over(
        state,
        back === undefined || back.orderedAt === Number.POSITIVE_INFINITY
          ? { status: 'rolled-back', reason: end.reason }
          : back.outcome,
      );
    case 'rollback-failed':
      return over(state, {
        status: 'failed',
        reason: `the rollback failed: ${end.reason}${back === undefined ? '' : ` (it was ordered because ${back.outcome.reason})`}`,
      });
    case 'superseded':
      return over(state, { status: 'superseded', reason: end.reason });
    case 'stopped':
      return over(
        state,
        back === undefined
          ? { status: 'stopped', reason: end.reason }
          : { status: 'stopped', reason: `${end.reason}; a rollback had been ordered: ${back.outcome.reason}` },
      );
  }
}

function over(state: State, outcome: Outcome): Decision {
  return { state, commands: [], reason: outcome.reason, outcome, wakeAt: undefined };
}

function wait(state: State, reason: string): Decision {
  return { state, commands: [], reason, outcome: undefined, wakeAt: undefined };
}

function stepOf(plan: Plan, index: number): Plan['steps'][number] {
  const step = plan.steps[index];
  if (step === undefined) throw new RangeError(`the plan has no step ${index}`);
  return step;
}
