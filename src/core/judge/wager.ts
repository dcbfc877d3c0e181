/**
 * Evidence as money. Somebody who doubts the null hypothesis starts with 1 and bets on what comes next at odds that are fair when it
 * is true. Then he can lose or win, but he owns 1/alpha or more at any time whatsoever with a chance of at most alpha (Ville 1939):
 * so one may look after every minute, and stop whenever one likes. https://arxiv.org/abs/2210.01948 (Ramdas, Grünwald, Vovk, Shafer)
 */

/** A bet on several alternatives at once, each with its own part of the stake. */
export interface Wager {
  /** What stands on each alternative now. */
  readonly stakes: readonly number[];
  /** Kept back for what begins later: money on "twice as many from the start" is gone when the leak begins after an hour. */
  readonly reserve: number;
}

export interface Terms {
  /** Part of the stake for each alternative; the sum is 1. */
  readonly weights: readonly number[];
  /** What is kept back at the start, 0 to 1. */
  readonly reserve: number;
  /** One minute multiplies a stake by at most so much: a minute in which one user retries must not convict by itself. */
  readonly limit: number;
}

/** So much of the reserve is put down before each minute but the first. */
const RESERVE_A_MINUTE = 0.05;
/** Beyond this a wager is not paid out: what is owned must stay a number. */
const RICHEST = 1e15;
/** e^50 decides everything, and products with it are finite. */
const LARGEST_EXPONENT = 50;

export function place({ weights, reserve }: Terms): Wager {
  return { stakes: weights.map((weight) => weight * (1 - reserve)), reserve };
}

/** What is owned now: the evidence against the null hypothesis. */
export function owned({ stakes, reserve }: Wager): number {
  return sum(stakes) + reserve;
}

/**
 * After one minute. `logRatios`: for each alternative the logarithm of its likelihood over that of the null hypothesis. Whatever is taken
 * away (`limit`) only makes the bet worse for him who bets, so the chance of 1/alpha stays at most alpha. It is taken from each stake
 * by itself: were it taken from the sum, a minute with more bad requests would leave less on "twice as many", and who is so afterwards
 * would be found out later for having begun worse.
 */
export function settle(wager: Wager, logRatios: readonly number[], { limit }: Terms): Wager {
  const largest = Math.min(LARGEST_EXPONENT, Math.log(limit));
  const stakes = wager.stakes.map((stake, i) =>
    Math.min(RICHEST, stake * Math.exp(Math.min(largest, logRatios[i] ?? 0))),
  );
  return { stakes, reserve: wager.reserve };
}

/** Before a minute: a part of the reserve goes to the alternatives. */
export function putDown(wager: Wager, { weights }: Terms): Wager {
  const part = wager.reserve * RESERVE_A_MINUTE;
  if (part === 0) return wager;
  return {
    stakes: wager.stakes.map((stake, i) => stake + part * (weights[i] ?? 0)),
    reserve: wager.reserve - part,
  };
}

/** With no more than this on each alternative; giving money away leaves the bet fair, and who has won more keeps no less than others. */
export function atMost({ stakes, reserve }: Wager, most: number): Wager {
  return { stakes: stakes.map((stake) => Math.min(stake, most)), reserve };
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
