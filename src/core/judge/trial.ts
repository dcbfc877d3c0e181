/** The case against a candidate, minute by minute: is it worse than stable, and how much worse may it still be? */
import { type Bucket, logRatioOfRates, logRatioOfRatios } from './likelihood.ts';
import { atMost, owned, place, putDown, settle, type Terms, type Wager } from './wager.ts';

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
  /** The most that both bets together have ever owned: what was proven stays proven, whatever comes after it. */
  readonly proven: { readonly regression: number; readonly outage: number };
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
  /** Stable does far worse than usual: what the candidate adds of its own is hard to see beside it, so nothing is excluded by it. */
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
/**
 * What excludes a harm is not hoarded: 2/alpha of one bet alone does it, and with little more than that a harm that only a larger share
 * brings out takes the exclusion back within minutes.
 */
const ENOUGH = 2.2;
/** So many times stable's rate is on top of the floors in a minute in which stable itself does far worse than usual. */
const HIDDEN_TIMES = 3;
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
  [1.6, 0.1],
  [2, 0.54],
  [3, 0.14],
  [5, 0.1],
  [10, 0.07],
  [30, 0.05],
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
    proven: { regression: 1, outage: 1 },
    outage: { worse: place(GROSSLY_WORSE), above: place(GROSSLY_ABOVE) },
    notWorse: place(NOT_WORSE),
    belowFloor: place(BELOW),
    mostGood: place(BELOW),
  };
}

/** `dispersion`: so many bad requests count as one; known before the minute. */
export function afterMinute(trial: Trial, minute: TrialMinute, dispersion: number): Trial {
  const after = harmAfterMinute(trial, minute, dispersion);
  const { alpha, exclude, floor } = trial.rules;
  if (!isHeard(minute) || minute.isCold || minute.isHidden) return after;
  const rates = (nullRate: number) => (of: number) => logRatioOfRates(minute.candidate, of, nullRate);
  const excluded = (power: number) => logRatioOfRatios(minute, exclude ** (1 + power), exclude);
  return {
    ...after,
    notWorse: atMost(bet(trial.notWorse, NOT_WORSE, excluded, dispersion), ENOUGH / alpha),
    belowFloor: atMost(bet(trial.belowFloor, BELOW, rates(floor), dispersion), ENOUGH / alpha),
    mostGood: bet(trial.mostGood, BELOW, rates(DOWN), dispersion),
  };
}

/** The bets on harm alone. */
export function harmAfterMinute(trial: Trial, minute: TrialMinute, dispersion: number): Trial {
  if (!isHeard(minute)) return trial;
  const { rules, proven } = trial;
  const { candidate, stable, isCold, isHidden } = minute;
  const ratios = (of: number) => logRatioOfRatios(minute, of * rules.tolerate, rules.tolerate);
  // What an upstream does to both is not above the candidate's own floor.
  const upstream = isHidden ? (HIDDEN_TIMES * stable.bad) / stable.requests : 0;
  const rates = (floor: number) => (of: number) => logRatioOfRates(candidate, of, floor + upstream);

  const outage = rules.outage
    ? {
        worse: bet(trial.outage.worse, GROSSLY_WORSE, ratios, dispersion),
        above: bet(trial.outage.above, GROSSLY_ABOVE, rates(OUTAGE), dispersion),
      }
    : trial.outage;
  const before = trial.minutes === 0 ? trial.worse : putDown(trial.worse, WORSE);
  const beforeFloor = trial.minutes === 0 ? trial.aboveFloor : putDown(trial.aboveFloor, ABOVE);
  const worse = isCold ? trial.worse : bet(before, WORSE, ratios, dispersion);
  const aboveFloor = isCold ? trial.aboveFloor : bet(beforeFloor, ABOVE, rates(rules.floor), dispersion);
  return {
    ...trial,
    minutes: trial.minutes + (isCold ? 0 : 1),
    worse,
    aboveFloor,
    outage,
    proven: {
      regression: isCold ? proven.regression : Math.max(proven.regression, Math.min(owned(worse), owned(aboveFloor))),
      outage: Math.max(proven.outage, Math.min(owned(outage.worse), owned(outage.above))),
    },
  };
}

function bet(wager: Wager, terms: Alternatives, logRatio: (of: number) => number, dispersion: number): Wager {
  return settle(
    wager,
    terms.of.map((of) => logRatio(of) / dispersion),
    terms,
  );
}

function isHeard({ candidate, stable }: TrialMinute): boolean {
  return candidate.requests > 0 && stable.requests > 0;
}

/** Evidence of harm, as a part of what convicts: 1 and more is guilty. */
export function harm(trial: Trial): number {
  return Math.max(regression(trial), outageFromTheStart(trial));
}

/** Of those minutes in which the tasks were warm. */
export function regression({ rules, proven }: Trial): number {
  return proven.regression * rules.alpha * (rules.outage ? 1 - OUTAGE_PART : 1);
}

function outageFromTheStart({ rules, proven }: Trial): number {
  return rules.outage ? proven.outage * rules.alpha * OUTAGE_PART : 0;
}

/** Evidence that a harm as large as `exclude` is not there: 1 and more excludes it. */
export function harmlessness(trial: Trial): number {
  return ((owned(trial.notWorse) + owned(trial.belowFloor)) / 2) * trial.rules.alpha;
}

/** Evidence that the candidate is not down: 1 and more, and something can be said of it. */
export function presence(trial: Trial): number {
  return owned(trial.mostGood) * trial.rules.alpha;
}
