/** What was counted of both versions' requests, out of what the gates `metrics` saw: over time, together, and each against the other. Pure. */
import type { Verdict } from '../core/gate.ts';
import { isJsonObject, objectsIn } from '../core/json.ts';
import { lengthOfMinutes, SETTLED_AFTER } from '../core/minute-length.ts';
import type { Step } from '../core/plan.ts';
import { type Span, shareSteps } from './chart-data.ts';
import type { History } from './history.ts';

/** One version's requests in a time. `errors` and `slow`: undefined where nobody counted them. */
export interface Bin extends Span {
  readonly requests: number;
  readonly errors: number | undefined;
  readonly slow: number | undefined;
}

export interface Rates {
  readonly candidate: readonly Bin[];
  readonly stable: readonly Bin[];
  /** Who counted. */
  readonly source: 'load-balancer' | 'cloudwatch' | 'prometheus';
  /** What counts as slow; undefined: not judged, or the source knows. */
  readonly slowerThanMs: number | undefined;
  /** How long a bin is. */
  readonly binMs: number;
}

const MOST_BINS = 150;

/**
 * Both versions' minutes as the gates `metrics` saw them, of the first source that was asked; undefined when there is no such gate or it
 * saw none. The candidate's begin with its first users: before them its target groups may have been another version's.
 */
export function ratesOf(history: History, span: Span): Rates | undefined {
  const sightings = history.gates
    .toSorted((one, other) => one.lastAt - other.lastAt)
    .flatMap(({ gate, evidence }) => (gate.kind === 'metrics' ? sightingIn(gate.source.kind, evidence) : []));
  const source = sightings[0]?.source;
  if (source === undefined) return undefined;
  const same = sightings.filter((sighting) => sighting.source === source);
  const minuteMs = lengthOfMinutes(
    same.flatMap(({ candidate, stable }) => [...candidate, ...stable].map(({ start }) => start)),
  );
  const firstUsersAt = shareSteps(history).find(({ share }) => share > 0)?.at ?? Number.POSITIVE_INFINITY;
  const binMs = minuteMs * Math.max(1, Math.ceil((span.to - span.from) / minuteMs / MOST_BINS));
  const ofVersion = (version: 'candidate' | 'stable', since: number): readonly Bin[] => {
    const minutes = new Map<number, Minute>();
    for (const sighting of same) {
      for (const minute of sighting[version]) {
        const isSettled = minute.start + SETTLED_AFTER * minuteMs <= sighting.now;
        if (isSettled && minute.start + minuteMs > since && minute.start < span.to) {
          minutes.set(minute.start, { ...minutes.get(minute.start), ...minute });
        }
      }
    }
    return binned([...minutes.values()], span.from, binMs, minuteMs);
  };
  const candidate = ofVersion('candidate', firstUsersAt);
  const stable = ofVersion('stable', span.from);
  if (candidate.length + stable.length === 0) return undefined;
  return { candidate, stable, source, slowerThanMs: same.findLast((one) => one.slowerThanMs)?.slowerThanMs, binMs };
}

interface Minute {
  readonly start: number;
  readonly requests: number;
  readonly errors?: number;
  readonly slow?: number;
}

interface Sighting {
  readonly source: Rates['source'];
  readonly now: number;
  readonly slowerThanMs: number | undefined;
  readonly candidate: readonly Minute[];
  readonly stable: readonly Minute[];
}

/** Evidence is plain JSON of some form: what is not there is not shown. */
function sightingIn(source: Rates['source'], evidence: unknown): readonly Sighting[] {
  const seen: unknown = isJsonObject(evidence) ? evidence['seen'] : undefined;
  const minutes: unknown = isJsonObject(seen) ? seen['minutes'] : undefined;
  if (!isJsonObject(seen) || !isJsonObject(minutes)) return [];
  return [
    {
      source,
      now: numberIn(seen['now']) ?? Number.POSITIVE_INFINITY,
      slowerThanMs: numberIn(seen['slowerThanMs']),
      candidate: minutesIn(minutes['candidate']),
      stable: minutesIn(minutes['stable']),
    },
  ];
}

function minutesIn(list: unknown): readonly Minute[] {
  return objectsIn(list).flatMap((minute) => {
    const [start, requests] = [numberIn(minute['start']), numberIn(minute['requests'])];
    const [errors, slow] = [numberIn(minute['errors']), numberIn(minute['slow'])];
    if (start === undefined || requests === undefined) return [];
    return [{ start, requests, ...(errors === undefined ? {} : { errors }), ...(slow === undefined ? {} : { slow }) }];
  });
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Minutes put together by their beginning, so that a rollout of many hours is a line of as many points. */
function binned(minutes: readonly Minute[], origin: number, binMs: number, minuteMs: number): readonly Bin[] {
  const bins = new Map<number, Bin>();
  // What is not over yet is no part of the last one: its requests would be fewer a second than they were.
  const end = Math.max(...minutes.map(({ start }) => start + minuteMs));
  for (const { start, requests, errors, slow } of minutes.toSorted((one, other) => one.start - other.start)) {
    const key = binMs === minuteMs ? start : origin + Math.floor((start - origin) / binMs) * binMs;
    const bin = bins.get(key);
    bins.set(key, {
      from: key,
      to: Math.min(key + binMs, Math.max(end, key + minuteMs)),
      requests: (bin?.requests ?? 0) + requests,
      errors: sum(bin?.errors, errors),
      slow: sum(bin?.slow, slow),
    });
  }
  return [...bins.values()];
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}

export interface Totals {
  readonly requests: number;
  readonly errors: number | undefined;
  readonly slow: number | undefined;
}

export function totalsOf(bins: readonly Bin[]): Totals {
  return bins.reduce<Totals>(
    (all, bin) => ({
      requests: all.requests + bin.requests,
      errors: sum(all.errors, bin.errors),
      slow: sum(all.slow, bin.slow),
    }),
    { requests: 0, errors: undefined, slow: undefined },
  );
}

/** Of the requests in a bin, the part that failed or was slow, in percent; undefined where nobody counted, or nobody came. */
export function percentOf(bin: Bin, what: 'errors' | 'slow'): number | undefined {
  const bad = bin[what];
  return bad === undefined || bin.requests <= 0 ? undefined : Math.min(100, (100 * bad) / bin.requests);
}

/** Requests a second. */
export function rateOf({ requests, from, to }: Bin): number {
  return requests / ((to - from) / 1000);
}

/** The judge's bounds for how many times stable's share of bad requests the candidate's is, of each metric at each step. */
export interface RatioRow {
  readonly metric: string;
  readonly step: Step;
  readonly verdict: Verdict;
  readonly low: number;
  readonly high: number;
  /** Undefined where neither version had a bad request, or only the candidate had. */
  readonly estimate: number | undefined;
  readonly tolerate: number;
}

export function ratioRows({ gates }: History): readonly RatioRow[] {
  return gates.flatMap(({ step, verdict, evidence }) =>
    objectsIn(isJsonObject(evidence) ? evidence['metrics'] : undefined).flatMap((metric) => {
      const { ratio, rules } = metric;
      if (!isJsonObject(ratio)) return [];
      const [low, high] = [numberIn(ratio['low']), bound(ratio['high'])];
      // From nothing to everything: nothing is known, and nothing can be drawn.
      if (low === undefined || high === undefined || (low <= 0 && high === Number.POSITIVE_INFINITY)) return [];
      const name = metric['metric'];
      return [
        {
          metric: typeof name === 'string' ? name : 'metrics',
          step,
          verdict,
          low,
          high,
          estimate: numberIn(ratio['estimate']),
          tolerate: (isJsonObject(rules) ? numberIn(rules['tolerate']) : undefined) ?? 1,
        },
      ];
    }),
  );
}

/** Where nothing bounds it from above it is infinite, which JSON calls null. */
function bound(value: unknown): number | undefined {
  return value === null || value === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : numberIn(value);
}
