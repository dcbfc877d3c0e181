/** The case against a candidate, minute by minute: is it worse than stable, and how much worse may it still be? */
import { type Bucket, logRatioOfRates, logRatioOfRatios } from './likelihood.ts';
import { owned, place, putDown, settle, type Terms, type Wager } from './wager.ts';

export interface Rules {
  /** The chance that a version as good as stable is found guilty, at any time. */
  readonly alpha: number;
  /** So many times stable's rate of bad requests is tolerated. */
  readonly tolerate: number;
  /** Below this rate (0 to 1) nobody cares. */
  readonly floor: number;
  /** The ratio that is to be excluded. */
  readonly exclude: number;
  /** New tasks are let off what they do cold, but not an outage. */
  readonly outage: boolean;
}

/**
 * Harm is more than `tolerate` times stable's rate AND more than the floor. So both bets have to win, and each alone keeps alpha.
 * Harmless is less than `exclude` times stable's rate OR less than the floor: the mean of the two bets has to win.
 */
export interface Trial {
  readonly rules: Rules;
  readonly minutes: number;
  readonly worse: Wager;
  readonly aboveFloor: Wager;
  /** The same two bets on an outage, from the first user on. */
  readonly outage: { readonly worse: Wager; readonly above: Wager };
  readonly notWorse: Wager;
  readonly belowFloor: Wager;
  /** That most requests are good: without it nothing can be said at all. */
  readonly mostGood: Wager;
}

export interface TrialMinute extends Bucket {
  /** The candidate's tasks have just come to their first users. */
  readonly isCold: boolean;
  /** Stable does far worse than usual: what the candidate adds of its own cannot be seen beside it, so nothing is excluded by it. */
  readonly isHidden: boolean;
}

/** Above this rate of failed requests a candidate that is worse than stable is out of order, cold or not. */
export const OUTAGE = 0.1;
/** At this rate it would be down. */
const DOWN = 0.5;
/** So much of alpha is for the outage. */
const OUTAGE_PART = 0.05;
/** One minute counts at most nineteen to one: at an alpha of 0.05 or less no minute convicts by itself. */
const MINUTE_LIMIT = 19;
/** What is beyond `OUTAGE` needs two minutes, with its part of half an alpha of 0.01 (two metrics). */
const OUTAGE_MINUTE_LIMIT = 64;
/** Kept for what begins later. */
const RESERVE = 0.1;

interface Alternatives extends Terms {
  readonly of: readonly number[];
}

function alternatives(
  table: readonly (readonly [of: number, weight: number])[],
  terms: Omit<Terms, 'weights'>,
): Alternatives {
  return { of: table.map(([of]) => of), weights: table.map(([, weight]) => weight), ...terms };
}

const HARM = { reserve: RESERVE, limit: MINUTE_LIMIT };
const GROSS = { reserve: 0, limit: OUTAGE_MINUTE_LIMIT };
const HARMLESS = { reserve: 0, limit: MINUTE_LIMIT };
/**
 * Most money is on twice as many: larger harm shows soon with little money on it, smaller harm takes long with much. Nothing is on less
 * than 1.6 times, so a harm below some 1.3 times is never found, however long one looks: that is the tolerance of "none".
 */
const RATIOS: readonly (readonly [number, number])[] = [
  [1.6, 0.12],
  [2, 0.46],
  [3, 0.16],
  [5, 0.12],
  [10, 0.08],
  [30, 0.06],
];
const WORSE = alternatives(RATIOS, HARM);
const ABOVE = alternatives(RATIOS, HARM);
const GROSSLY_WORSE = alternatives(RATIOS, GROSS);
const GROSSLY_ABOVE = alternatives(
  [
    [1.5, 0.2],
    [2, 0.3],
    [4, 0.3],
    [8, 0.2],
  ],
  GROSS,
);
/** Powers of the ratio to be excluded: -1 is "as good as stable" for the null ratio itself. */
const NOT_WORSE = alternatives(
  [
    [-0.5, 0.15],
    [-1, 0.5],
    [-1.5, 0.25],
    [-2.5, 0.1],
  ],
  HARMLESS,
);
const BELOW = alternatives(
  [
    [0.7, 0.1],
    [0.5, 0.3],
    [0.2, 0.3],
    [0.02, 0.3],
  ],
  HARMLESS,
);

export function begin(rules: Rules): Trial {
  return {
    rules,
    minutes: 0,
    worse: place(WORSE),
    aboveFloor: place(ABOVE),
    outage: { worse: place(GROSSLY_WORSE), above: place(GROSSLY_ABOVE) },
    notWorse: place(NOT_WORSE),
    belowFloor: place(BELOW),
    mostGood: place(BELOW),
  };
}

/** `dispersion`: so many bad requests count as one; known before the minute. */
export function afterMinute(trial: Trial, minute: TrialMinute, dispersion: number): Trial {
  const { rules } = trial;
  const { candidate } = minute;
  if (candidate.requests <= 0 || minute.stable.requests <= 0) return trial;
  const bet = (wager: Wager, terms: Alternatives, logRatio: (of: number) => number): Wager =>
    settle(
      trial.minutes === 0 ? wager : putDown(wager, terms),
      terms.of.map((of) => logRatio(of) / dispersion),
      terms,
    );
  const ratios = (nullRatio: number) => (of: number) => logRatioOfRatios(minute, of * nullRatio, nullRatio);
  const rates = (nullRate: number) => (of: number) => logRatioOfRates(candidate, of, nullRate);

  const outage = rules.outage
    ? {
        worse: bet(trial.outage.worse, GROSSLY_WORSE, ratios(rules.tolerate)),
        above: bet(trial.outage.above, GROSSLY_ABOVE, rates(OUTAGE)),
      }
    : trial.outage;
  if (minute.isCold) return { ...trial, outage };
  const judged = {
    ...trial,
    minutes: trial.minutes + 1,
    worse: bet(trial.worse, WORSE, ratios(rules.tolerate)),
    aboveFloor: bet(trial.aboveFloor, ABOVE, rates(rules.floor)),
    outage,
  };
  if (minute.isHidden) return judged;
  const { exclude } = rules;
  return {
    ...judged,
    notWorse: bet(trial.notWorse, NOT_WORSE, (power) => logRatioOfRatios(minute, exclude ** (1 + power), exclude)),
    belowFloor: bet(trial.belowFloor, BELOW, rates(rules.floor)),
    mostGood: bet(trial.mostGood, BELOW, rates(DOWN)),
  };
}

/** Evidence of harm, as a part of what convicts: 1 and more is guilty. */
export function harm(trial: Trial): number {
  return Math.max(regression(trial), outageFromTheStart(trial));
}

/** Of those minutes in which the tasks were warm. */
export function regression({ rules, worse, aboveFloor }: Trial): number {
  return Math.min(owned(worse), owned(aboveFloor)) * rules.alpha * (rules.outage ? 1 - OUTAGE_PART : 1);
}

function outageFromTheStart({ rules, outage }: Trial): number {
  return rules.outage ? Math.min(owned(outage.worse), owned(outage.above)) * rules.alpha * OUTAGE_PART : 0;
}

/** Evidence that a harm as large as `exclude` is not there: 1 and more excludes it. */
export function harmlessness(trial: Trial): number {
  return ((owned(trial.notWorse) + owned(trial.belowFloor)) / 2) * trial.rules.alpha;
}

/** Evidence that the candidate is not down: 1 and more, and something can be said of it. */
export function presence(trial: Trial): number {
  return owned(trial.mostGood) * trial.rules.alpha;
}
