/** What a rollout remembers from decision to decision, and how what was seen changes it. */
import type { TaskDeath } from './deaths.ts';
import type { Gate, MetricsGate, Reading } from './gate.ts';
import type { Look, Observation } from './observation.ts';
import type { Outcome } from './outcome.ts';
import { type Plan, stepAt } from './plan.ts';

export interface State {
  readonly startedAt: number;
  /** Where we stand: an open pause (by id) or the bake, and since when it is seen. Gates are looked through only here. */
  readonly stand: Stand | undefined;
  /** What was ordered at the pause, and when. */
  readonly advanced: Advance | undefined;
  readonly turningBack: TurningBack | undefined;
  /** When to say again that somebody is at the wheel. */
  readonly keepAt: number;
  readonly deathsLookedAt: number;
  readonly deaths: readonly TaskDeath[];
  /** The last that was seen; kept while nothing can be seen. */
  readonly lastLook: Look | undefined;
}

interface Advance {
  readonly pauseId: string;
  readonly share: number;
  readonly onTheWayTo: number | undefined;
  readonly at: number;
}

export interface TurningBack {
  /** How the job ends when the rollback is done. */
  readonly outcome: Outcome;
  readonly since: number;
  /** When we ordered it last; undefined: ECS began it by itself. */
  readonly orderedAt: number | undefined;
}

export interface Stand {
  readonly id: string;
  readonly step: number;
  readonly since: number;
  readonly gates: readonly GateState[];
  /** Since when some gate has been looked through and does not pass, without a break. */
  readonly unsureSince: number | undefined;
  /** Since when it is known, without a break, what the hold is there to find out. */
  readonly settledSince: number | undefined;
  /** Since when a person has been asked. */
  readonly askedAt: number | undefined;
}

/** Whether a person would say that this gate has not made up its mind: it was looked through and says neither yes nor no. */
function isUnsure(gate: GateState): boolean {
  return gate.last !== undefined && gate.last.verdict !== 'pass';
}

/** The stand with the times since when it is unsure, or settled, brought up to date. */
export function sure(plan: Plan, stand: Stand, at: number): Stand {
  return {
    ...stand,
    unsureSince: stand.gates.some(isUnsure) ? (stand.unsureSince ?? at) : undefined,
    settledSince: isSettled(plan, stand) ? (stand.settledSince ?? at) : undefined,
  };
}

/** Every gate has passed, and those that may end the hold know what it is there to find out; there is at least one. */
function isSettled(plan: Plan, { gates }: Stand): boolean {
  const early = gates.filter((_, index) => mayEndHold(plan.gates[index]));
  return (
    early.length > 0 && early.every(({ last }) => last?.settles) && gates.every(({ last }) => last?.verdict === 'pass')
  );
}

export function mayEndHold(gate: Gate | undefined): gate is MetricsGate {
  return gate?.kind === 'metrics' && gate.early;
}

/** What is known of one gate at the present stand. */
interface GateState {
  readonly evaluating: boolean;
  readonly last: Reading | undefined;
  readonly failuresInARow: number;
  readonly errorsInARow: number;
}

/** The stands that are no pauses: the engine goes on by itself. At BAKE it keeps stable for the bake time, at SHIFT it moves the traffic. */
export const BAKE = 'bake';
export const SHIFT = 'shift';
/** A note says so long ahead that somebody is at the wheel, and is renewed when a third of it has passed. */
export const KEEP_MS = 15 * 60_000;
/** A gate that passed is looked through again this long afterwards, while the candidate is watched. */
export const LOOK_AGAIN_MS = 10_000;
/** A gate that said hold or error is looked through again sooner. */
export const LOOK_AGAIN_SOON_MS = 2_000;

export function begin(at: number): State {
  return {
    startedAt: at,
    stand: undefined,
    advanced: undefined,
    turningBack: undefined,
    keepAt: at + KEEP_MS / 3,
    deathsLookedAt: at,
    deaths: [],
    lastLook: undefined,
  };
}

/** What came in since the last observation, also when nothing of the deployment itself was seen. */
export function takeIn(state: State, seen: Observation): State {
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
  const { verdict } = reading;
  return {
    evaluating: false,
    last: reading,
    // Who could not look has seen nothing better either.
    failuresInARow: verdict === 'fail' ? gate.failuresInARow + 1 : verdict === 'error' ? gate.failuresInARow : 0,
    errorsInARow: verdict === 'error' ? gate.errorsInARow + 1 : 0,
  };
}

/** A new pause, another step, or the beginning of the bake is a new stand: its gates start afresh. On the way there is none. */
export function standing(plan: Plan, state: State, at: number, look: Look): State {
  const id = standId(look);
  if (id === undefined) return { ...state, stand: undefined };
  const step = stepAt(plan.steps, look.share);
  if (state.stand?.id === id && state.stand.step === step) return state;
  const gates = plan.gates.map(
    (): GateState => ({ evaluating: false, last: undefined, failuresInARow: 0, errorsInARow: 0 }),
  );
  return {
    ...state,
    stand: { id, step, since: at, gates, unsureSince: undefined, settledSince: undefined, askedAt: undefined },
  };
}

function standId(look: Look): string | undefined {
  if (look.pause !== undefined) return look.pause.onTheWayTo === undefined ? look.pause.id : undefined;
  if (look.movement === 'baking') return BAKE;
  return look.movement === 'shifting' ? SHIFT : undefined;
}

/** Whether the engine goes on from here by itself. */
export function isUnasked(stand: Stand): boolean {
  return stand.id === BAKE || stand.id === SHIFT;
}

/** Whether this very pause has been answered. */
export function answered(state: State, look: Look): boolean {
  const { advanced } = state;
  return (
    advanced !== undefined &&
    advanced.pauseId === look.pause?.id &&
    advanced.share === look.share &&
    advanced.onTheWayTo === look.pause.onTheWayTo
  );
}

/** When the hold at this stand is over by the plan; never where the engine goes on by itself. */
export function holdEndsAt(plan: Plan, stand: Stand): number {
  return isUnasked(stand) ? Number.POSITIVE_INFINITY : stand.since + stepOf(plan, stand.step).holdMs;
}

/** When it is over indeed: sooner where the gates know what it is there to find out. */
export function watchedUntil(plan: Plan, stand: Stand): number {
  const settledSince = isUnasked(stand) ? undefined : stand.settledSince;
  return Math.min(holdEndsAt(plan, stand), settledSince ?? Number.POSITIVE_INFINITY);
}

/**
 * A gate that runs a command is looked through once a pause, until it has said pass or fail; the others again and again,
 * and once more when the hold is over: what is answered is the present, not ten seconds ago. One that would show the same until
 * some time is left alone until then.
 */
export function isDue(plan: Plan, stand: Stand, index: number, at: number): boolean {
  const gate = stand.gates[index];
  const spec = plan.gates[index];
  const runs = spec?.kind === 'run';
  if (gate === undefined || gate.evaluating || (runs && isUnasked(stand))) return false;
  if (at < stand.since + (spec?.warmUpMs ?? 0)) return false;
  if (gate.last === undefined) return true;
  const news = newsAt(gate);
  if (news !== undefined) return at >= news;
  const until = watchedUntil(plan, stand);
  const lastLook = at >= until && gate.last.at < until;
  if (gate.last.verdict === 'pass') return !runs && (lastLook || at - gate.last.at >= LOOK_AGAIN_MS);
  return at - gate.last.at >= (spec?.kind === 'metrics' ? LOOK_AGAIN_MS : LOOK_AGAIN_SOON_MS);
}

/** When the next of the gates that show the same for a while may show something else; undefined: none is ahead. */
export function nextNews(stand: Stand, at: number): number | undefined {
  const next = Math.min(...stand.gates.flatMap((gate) => (gate.evaluating ? [] : (newsAt(gate) ?? []))));
  return next > at && Number.isFinite(next) ? next : undefined;
}

function newsAt({ last }: GateState): number | undefined {
  return last?.sameUntil === undefined ? undefined : Math.max(last.sameUntil, last.at + LOOK_AGAIN_SOON_MS);
}

/** The step at which we stand. */
export function stepOf(plan: Plan, index: number): Plan['steps'][number] {
  const step = plan.steps[index];
  if (step === undefined) throw new RangeError(`the plan has no step ${index}`);
  return step;
}
