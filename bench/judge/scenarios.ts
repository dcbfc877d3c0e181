/** What happens to the traffic: the versions that are alike and must be let through, and those that must not. */
import type { Random } from './random.ts';

/** Minutes of stable alone before the rollout: -60 to -1. The candidate serves in the minutes 0 to 29. */
export const MINUTES_BEFORE = 60;
export const MINUTES = 30;

/** Stable's own share of bad requests. */
export const BASE_ERROR_RATE = 0.002;
export const BASE_SLOW_RATE = 0.01;

/** The share of requests that are bad in each minute of one run (0 to 1). */
export interface Rates {
  stable(minute: number): number;
  candidate(minute: number): number;
}

export interface Scenario {
  readonly name: string;
  /** The candidate is as good as stable, its start apart: a rule that flags it gives a false alarm. */
  readonly isSameVersion: boolean;
  readonly metric: 'errors' | 'latency';
  /** How many times stable's bad requests; undefined where it changes on the way. The oracle is told it. */
  readonly ratio: number | undefined;
  readonly requestsPerSecond: readonly number[];
  /** Percent. */
  readonly shares: readonly number[];
  /** One user now and then whose request fails and who tries it again and again. */
  readonly hasBadUser: boolean;
  /** Draws one run: when an incident begins, for example. */
  draw(random: Random): Rates;
}

const ALL_LOADS = [5, 100, 1000];
const SHARES = [1, 10, 50];

const INCIDENT_MINUTES = 5;
const INCIDENT_ERROR_RATE = 0.3;
/** One of ten tasks of stable fails one request in twenty. */
const WITH_BAD_TASK = 0.9 * BASE_ERROR_RATE + 0.1 * 0.05;
/** In the first minute of the candidate. */
const COLD_RATIO = 10;
const LEAK_GROWS_TO = 6;
const OUTAGE_ERROR_RATE = 0.8;

export const SCENARIOS: readonly Scenario[] = [
  same('same version twice', { draw: () => steady(BASE_ERROR_RATE, BASE_ERROR_RATE) }),
  same('same version twice, latency', {
    metric: 'latency',
    draw: () => steady(BASE_SLOW_RATE, BASE_SLOW_RATE),
  }),
  same('upstream incident hits both', {
    draw(random) {
      const begins = random.uniform() * (MINUTES - INCIDENT_MINUTES);
      const rate = (minute: number) =>
        BASE_ERROR_RATE + INCIDENT_ERROR_RATE * overlap(minute, begins, begins + INCIDENT_MINUTES);
      return { stable: rate, candidate: rate };
    },
  }),
  same('one bad user', { hasBadUser: true, draw: () => steady(BASE_ERROR_RATE, BASE_ERROR_RATE) }),
  same('one bad task of stable, from a moment on', {
    draw(random) {
      const begins = random.uniform() * MINUTES;
      return {
        stable: (minute) =>
          BASE_ERROR_RATE + (WITH_BAD_TASK - BASE_ERROR_RATE) * overlap(minute, begins, Number.POSITIVE_INFINITY),
        candidate: () => BASE_ERROR_RATE,
      };
    },
  }),
  same('one bad task of stable, from before', { draw: () => steady(WITH_BAD_TASK, BASE_ERROR_RATE) }),
  same('cold start of the candidate', {
    draw: () => ({
      stable: () => BASE_ERROR_RATE,
      candidate: (minute) => (minute === 0 ? COLD_RATIO * BASE_ERROR_RATE : BASE_ERROR_RATE),
    }),
  }),
  worse('errors ×2', 2),
  worse('errors ×5', 5),
  worse('errors ×25', 25, { requestsPerSecond: ALL_LOADS }),
  worse('latency tail ×2', 2, { metric: 'latency', draw: () => steady(BASE_SLOW_RATE, 2 * BASE_SLOW_RATE) }),
  worse('a leak grows slowly, ×1 to ×6', undefined, {
    draw: () => ({
      stable: () => BASE_ERROR_RATE,
      candidate: (minute) => BASE_ERROR_RATE * (1 + ((LEAK_GROWS_TO - 1) * (minute + 0.5)) / MINUTES),
    }),
  }),
  worse('outage at 1 %', OUTAGE_ERROR_RATE / BASE_ERROR_RATE, {
    shares: [1],
    draw: () => steady(BASE_ERROR_RATE, OUTAGE_ERROR_RATE),
  }),
];

function same(name: string, rest: Pick<Scenario, 'draw'> & Partial<Scenario>): Scenario {
  return {
    name,
    isSameVersion: true,
    metric: 'errors',
    ratio: 1,
    requestsPerSecond: ALL_LOADS,
    shares: SHARES,
    hasBadUser: false,
    ...rest,
  };
}

function worse(name: string, ratio: number | undefined, rest: Partial<Scenario> = {}): Scenario {
  return {
    name,
    isSameVersion: false,
    metric: 'errors',
    ratio,
    requestsPerSecond: [100, 1000],
    shares: SHARES,
    hasBadUser: false,
    draw: () => steady(BASE_ERROR_RATE, (ratio ?? 1) * BASE_ERROR_RATE),
    ...rest,
  };
}

function steady(stable: number, candidate: number): Rates {
  return { stable: () => stable, candidate: () => candidate };
}

/** The part of this minute that lies in [from, to), both in minutes. */
function overlap(minute: number, from: number, to: number): number {
  return Math.max(0, Math.min(minute + 1, to) - Math.max(minute, from));
}
