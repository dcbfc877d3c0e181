/** One cell of the table: a scenario at one load, all rules on the same runs. */
import { randomFrom } from './random.ts';
import type { Rule } from './rule.ts';
import { MINUTES } from './scenarios.ts';
import { drawTraffic, emptyTraffic, type Load } from './traffic.ts';

/** What a rule did in a cell. */
export interface Row {
  readonly scenario: string;
  readonly isSameVersion: boolean;
  readonly requestsPerSecond: number;
  /** Percent. */
  readonly share: number;
  readonly rule: string;
  /** What the rule promises; null: nothing. */
  readonly alpha: number | null;
  readonly runs: number;
  /** Share of the runs in which the candidate was flagged, 0 to 1. */
  readonly flagged: number;
  /** Of the runs that were flagged; null: none was. */
  readonly medianMinutes: number | null;
  /** Of all runs: when half of them were flagged; null: fewer were. */
  readonly halfFlaggedMinutes: number | null;
  /** Median over all runs of the requests harmed until the verdict, or until the end. */
  readonly harmed: number;
}

/** Every rule's row for this load. The same seed gives the same rows, whatever else is run. */
export function cellRows(load: Load, rules: readonly Rule[], runs: number, seed: number): Row[] {
  const { scenario, requestsPerSecond, share } = load;
  const random = randomFrom(`${seed} ${scenario.name} ${requestsPerSecond} ${share}`);
  const traffic = emptyTraffic();
  const judging = rules.filter((rule) => rule.judges?.(scenario) ?? true);
  const found = judging.map(() => ({ minutes: new Uint32Array(MINUTES + 1), harmed: new Float64Array(runs) }));
  const harmedUntil = new Float64Array(MINUTES + 1);

  for (let run = 0; run < runs; run++) {
    drawTraffic(load, random, traffic);
    for (let minute = 0; minute < MINUTES; minute++) {
      harmedUntil[minute + 1] = (harmedUntil[minute] ?? 0) + (traffic.harmed[minute] ?? 0);
    }
    for (let index = 0; index < judging.length; index++) {
      const minutes = judging[index]?.minutesToFlag(traffic, scenario) ?? 0;
      const into = found[index];
      if (into === undefined) continue;
      into.minutes[minutes] = (into.minutes[minutes] ?? 0) + 1;
      into.harmed[run] = harmedUntil[minutes === 0 ? MINUTES : minutes] ?? 0;
    }
  }

  return judging.map((rule, index) => {
    const { minutes, harmed } = found[index] ?? { minutes: new Uint32Array(MINUTES + 1), harmed: new Float64Array(0) };
    const flagged = runs - (minutes[0] ?? 0);
    return {
      scenario: scenario.name,
      isSameVersion: scenario.isSameVersion,
      requestsPerSecond,
      share,
      rule: rule.name,
      alpha: rule.alpha ?? null,
      runs,
      flagged: flagged / runs,
      medianMinutes: minuteOf(minutes, flagged / 2),
      halfFlaggedMinutes: flagged >= runs / 2 ? minuteOf(minutes, runs / 2) : null,
      harmed: Math.round(median(harmed) * 10) / 10,
    };
  });
}

/** The first minute by which so many runs were flagged; null when there is none. Entry 0: the runs never flagged. */
function minuteOf(minutes: Uint32Array, wanted: number): number | null {
  let sum = 0;
  for (let minute = 1; minute < minutes.length; minute++) {
    sum += minutes[minute] ?? 0;
    if (sum > 0 && sum >= wanted) return minute;
  }
  return null;
}

/** Sorts what it is given. */
export function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  values.sort();
  const middle = values.length / 2;
  return ((values[Math.ceil(middle) - 1] ?? 0) + (values[Math.floor(middle)] ?? 0)) / 2;
}
