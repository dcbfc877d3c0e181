/**
 * How soon a good version is at 100 %: with `early` (a step ends when a doubling is excluded), and by fixed holds that
 * are watched by the same judge and long enough to catch a doubling as often.
 */
import { median } from './cell.ts';
import { type Random, randomFrom } from './random.ts';
import { COLD_MINUTES } from './rule.ts';
import { isExcluded, isHarm, judging, seeMinute } from './rules/judge.ts';
import { BASE_ERROR_RATE, MINUTES_BEFORE } from './scenarios.ts';
import { type Counts, counts } from './traffic.ts';

/** Shares before 100 %, in percent. */
const STEPS = [10, 25, 50];
/** A step lasts at most so long. */
const LONGEST_HOLD = 60;
const BAD_RATIO = 2;

export interface LadderRow {
  readonly requestsPerSecond: number;
  readonly alpha: number;
  readonly way: 'early' | 'fixed';
  /** Of the fixed way; null with `early`, or when not even 60 minutes a step catch a doubling as often. */
  readonly holdMinutes: number | null;
  /** Share of the runs in which a version with twice the errors was turned back before 100 %. */
  readonly power: number;
  /** Share of the runs in which a good version was turned back. */
  readonly falseAlarms: number;
  /** Until a good version that was let through stood at 100 %. */
  readonly medianMinutes: number | null;
}

export const LADDER_LOADS: readonly number[] = [100, 1000];

export function ladderRows(requestsPerSecond: number, alpha: number, runs: number, seed: number): LadderRow[] {
  const climb = (ratio: number, holdMinutes: number | undefined) =>
    climbs(
      requestsPerSecond,
      alpha,
      ratio,
      holdMinutes,
      runs,
      randomFrom(`${seed} ladder ${requestsPerSecond} ${ratio}`),
    );
  const rowOf = (holdMinutes: number | undefined, power: number): LadderRow => {
    const good = climb(1, holdMinutes);
    return {
      requestsPerSecond,
      alpha,
      way: holdMinutes === undefined ? 'early' : 'fixed',
      holdMinutes: holdMinutes ?? null,
      power,
      falseAlarms: good.turnedBack / runs,
      medianMinutes: good.minutes.length === 0 ? null : median(good.minutes),
    };
  };
  const early = climb(BAD_RATIO, undefined).turnedBack / runs;
  const powerOf = (holdMinutes: number) => climb(BAD_RATIO, holdMinutes).turnedBack / runs;
  const hold = shortest(LONGEST_HOLD, (holdMinutes) => powerOf(holdMinutes) >= early);
  return [rowOf(undefined, early), rowOf(hold, powerOf(hold))];
}

/** The smallest whole number from 1 to `most` for which it holds, if it then holds for all larger ones; else `most`. */
function shortest(most: number, holds: (value: number) => boolean): number {
  let low = 1;
  let high = most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Minutes to 100 % of the runs that got there, and how many were turned back. */
function climbs(
  requestsPerSecond: number,
  alpha: number,
  ratio: number,
  holdMinutes: number | undefined,
  runs: number,
  random: Random,
): { readonly minutes: Float64Array; readonly turnedBack: number } {
  const before = counts(MINUTES_BEFORE);
  const candidate = counts(1);
  const stable = counts(1);
  const minutes: number[] = [];
  for (let run = 0; run < runs; run++) {
    for (let minute = 0; minute < MINUTES_BEFORE; minute++) draw(before, minute, requestsPerSecond, 1, 1, random);
    const one = judging(alpha, before, 'errors', false);
    let passed = 0;
    let isTurnedBack = false;
    for (const share of STEPS) {
      for (let held = 1; held <= (holdMinutes ?? LONGEST_HOLD) && !isTurnedBack; held++) {
        draw(candidate, 0, requestsPerSecond, share / 100, ratio, random);
        draw(stable, 0, requestsPerSecond, 1 - share / 100, 1, random);
        seeMinute(one, candidate, stable, 0, passed < COLD_MINUTES);
        passed += 1;
        isTurnedBack = isHarm(one);
        if (holdMinutes === undefined && isExcluded(one)) break;
      }
      if (isTurnedBack) break;
    }
    if (!isTurnedBack) minutes.push(passed);
  }
  return { minutes: Float64Array.from(minutes), turnedBack: runs - minutes.length };
}

function draw(to: Counts, at: number, requestsPerSecond: number, share: number, ratio: number, random: Random): void {
  const mean = requestsPerSecond * 60 * share;
  const bad = random.poisson(mean * BASE_ERROR_RATE * ratio);
  to.bad[at] = bad;
  to.requests[at] = bad + random.poisson(mean * (1 - BASE_ERROR_RATE * ratio));
}
