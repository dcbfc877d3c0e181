/** One metric of a candidate, errors or latency: everything that is known of it. */
import { type Dispersion, dispersionOf } from './dispersion.ts';
import { type Forecast, forecast } from './forecast.ts';
import { differenceInterval, type Interval, ratioInterval, total } from './interval.ts';
import type { Count } from './likelihood.ts';
import type { MetricMinute } from './minutes.ts';
import { afterMinute, begin, harm, harmlessness, presence, type Rules } from './trial.ts';
import type { Window } from './window.ts';

export type Metric = 'errors' | 'latency';

export interface Case {
  readonly metric: Metric;
  readonly rules: Rules;
  /** Over the minutes that were judged, the cold ones apart. */
  readonly candidate: Count;
  readonly stable: Count;
  readonly minutes: number;
  readonly coldMinutes: number;
  /** The candidate's rate of bad requests over stable's, and the bounds that hold at any time. */
  readonly ratio: Interval & { readonly estimate: number };
  /** The candidate's rate less stable's, as shares of all requests. */
  readonly difference: Interval;
  readonly dispersion: Dispersion;
  /** Each is 1 or more when it is proven: see trial.ts. */
  readonly evidence: { readonly harm: number; readonly harmlessness: number; readonly presence: number };
  readonly forecast: Forecast;
  /** Stable's own share of bad requests in the newest minute. */
  readonly stableNow: number;
}

export function hear(metric: Metric, window: Window, rules: Rules): Case {
  const bad = ({ errors, slow }: MetricMinute) => (metric === 'errors' ? errors : slow) ?? 0;
  const countOf = (minute: MetricMinute): Count => ({ requests: minute.requests, bad: bad(minute) });
  const dispersion = dispersionOf(window.before.map(countOf));
  const minutes = window.judged.map(({ candidate, stable, isCold }) => ({
    candidate: countOf(candidate),
    stable: countOf(stable),
    isCold,
  }));
  const trial = minutes.reduce((before, minute) => afterMinute(before, minute, dispersion.factor), begin(rules));
  const warm = minutes.filter(({ isCold }) => !isCold);
  const candidate = total(warm.map((minute) => minute.candidate));
  const stable = total(warm.map((minute) => minute.stable));
  const newest = minutes.at(-1)?.stable;
  return {
    metric,
    rules,
    candidate,
    stable,
    minutes: warm.length,
    coldMinutes: minutes.length - warm.length,
    ratio: { estimate: rateOf(candidate) / rateOf(stable), ...ratioInterval(warm, dispersion.factor, rules.alpha) },
    difference: differenceInterval(warm, dispersion.factor, rules.alpha),
    dispersion,
    evidence: { harm: harm(trial), harmlessness: harmlessness(trial), presence: presence(trial) },
    forecast: forecast(minutes, rules, dispersion.factor),
    stableNow: newest === undefined ? 0 : rateOf(newest),
  };
}

/** NaN for no request at all. */
export function rateOf({ requests, bad }: Count): number {
  return bad / requests;
}
