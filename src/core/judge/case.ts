/** One metric of a candidate, errors or latency: everything that is known of it. */
import { type Dispersion, dispersionOf, isUnusual, usualRate } from './dispersion.ts';
import { type Forecast, forecast } from './forecast.ts';
import { commonRatio, differenceInterval, type Interval, ratioInterval, total } from './interval.ts';
import type { Count } from './likelihood.ts';
import type { MetricMinute } from './minutes.ts';
import { afterMinute, begin, harm, harmlessness, presence, type Rules, regression } from './trial.ts';
import { owned } from './wager.ts';
import type { Window } from './window.ts';

export type Metric = 'errors' | 'latency';

export interface Case {
  readonly metric: Metric;
  /** What counts as slow; undefined for errors, and where the source itself knows. */
  readonly slowerThanMs: number | undefined;
  readonly rules: Rules;
  /** Over the minutes that were judged, the cold ones apart. */
  readonly candidate: Count;
  readonly stable: Count;
  readonly minutes: number;
  readonly coldMinutes: number;
  /** Minutes in which stable did far worse than usual: they cannot show that the candidate is harmless. */
  readonly hiddenMinutes: number;
  /** The same counts with the cold minutes: an outage is one from the first user on. */
  readonly fromTheStart: { readonly candidate: Count; readonly stable: Count };
  /** The candidate's rate of bad requests over stable's, and the bounds that hold at any time. */
  readonly ratio: Interval & { readonly estimate: number };
  /** The candidate's rate less stable's, as shares of all requests. */
  readonly difference: Interval;
  readonly dispersion: Dispersion;
  /** Each is 1 or more when it is proven: see trial.ts. */
  readonly evidence: {
    readonly harm: number;
    /** The part of harm that warm tasks have done. */
    readonly regression: number;
    readonly harmlessness: number;
    readonly presence: number;
  };
  /** What shows best that the candidate is harmless: its ratio to stable, or that it is below the floor whatever stable does. */
  readonly harmlessBy: 'ratio' | 'floor';
  readonly forecast: Forecast;
  /** Stable's own share of bad requests in the newest minute. */
  readonly stableNow: number;
}

export function hear(
  { metric, slowerThanMs }: Pick<Case, 'metric' | 'slowerThanMs'>,
  window: Window,
  rules: Rules,
): Case {
  const bad = ({ errors, slow }: MetricMinute) => (metric === 'errors' ? errors : slow) ?? 0;
  const countOf = (minute: MetricMinute): Count => ({ requests: minute.requests, bad: bad(minute) });
  const before = window.before.map(countOf);
  const dispersion = dispersionOf(before);
  const usual = usualRate([...before, ...window.judged.map(({ stable }) => countOf(stable))]);
  const minutes = window.judged.map(({ candidate, stable, isCold }) => ({
    candidate: countOf(candidate),
    stable: countOf(stable),
    isCold,
    isHidden: isUnusual(countOf(stable), Math.max(usual, rules.floor), dispersion.factor),
  }));
  const trial = minutes.reduce((before, minute) => afterMinute(before, minute, dispersion.factor), begin(rules));
  const warm = minutes.filter(({ isCold }) => !isCold);
  const candidate = total(warm.map((minute) => minute.candidate));
  const stable = total(warm.map((minute) => minute.stable));
  const clear = minutes.filter(({ isHidden }) => !isHidden);
  const newest = minutes.at(-1)?.stable;
  return {
    metric,
    slowerThanMs,
    rules,
    candidate,
    stable,
    minutes: warm.length,
    coldMinutes: minutes.length - warm.length,
    hiddenMinutes: minutes.length - clear.length,
    fromTheStart: {
      candidate: total(minutes.map((minute) => minute.candidate)),
      stable: total(minutes.map((minute) => minute.stable)),
    },
    ratio: { estimate: commonRatio(warm), ...ratioInterval(warm, dispersion.factor, rules.alpha) },
    difference: differenceInterval(warm, dispersion.factor, rules.alpha),
    dispersion,
    evidence: {
      harm: harm(trial),
      regression: regression(trial),
      harmlessness: harmlessness(trial),
      presence: presence(trial),
    },
    harmlessBy: owned(trial.belowFloor) > owned(trial.notWorse) ? 'floor' : 'ratio',
    forecast: forecast(clear.length > 0 ? clear : minutes, rules, dispersion.factor),
    stableNow: newest === undefined ? 0 : rateOf(newest),
  };
}

/** NaN for no request at all. */
export function rateOf({ requests, bad }: Count): number {
  return bad / requests;
}
