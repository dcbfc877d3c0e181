/** The judge itself, as the gate `metrics` applies it with its defaults, given the same counts minute by minute. */
import type { HarmLimits } from '../../../src/core/gate.ts';
import { parseGates } from '../../../src/core/gate-list.ts';
import { dispersionOf, isUnusual, usualRate } from '../../../src/core/judge/dispersion.ts';
import type { Count } from '../../../src/core/judge/likelihood.ts';
import { afterMinute, begin, harm, harmAfterMinute, harmlessness, type Trial } from '../../../src/core/judge/trial.ts';
import { COLD_MINUTES, type Rule } from '../rule.ts';
import type { Scenario } from '../scenarios.ts';
import type { Counts, Traffic } from '../traffic.ts';

/** One candidate before the judge. */
export interface Judging {
  trial: Trial;
  /** Learnt from stable before the rollout: so many bad requests count as one. */
  readonly dispersion: number;
  /** Stable's own share of bad requests in an ordinary minute, but never below the floor. */
  readonly usual: number;
  /** Whether a harm is excluded is not asked: the bets on it are left out, which saves half of the work. */
  readonly isForHarmAlone: boolean;
}

/** `before`: stable alone, a minute an entry. */
export function judging(alpha: number, before: Counts, metric: Scenario['metric'], isForHarmAlone: boolean): Judging {
  const minutes = Array.from(before.requests, (_, minute) => countAt(before, minute));
  return {
    trial: begin({ ...DEFAULTS[metric], exclude: DEFAULTS.exclude, alpha, outage: metric === 'errors' }),
    dispersion: dispersionOf(minutes).factor,
    usual: Math.max(usualRate(minutes), DEFAULTS[metric].floor),
    isForHarmAlone,
  };
}

/** After one more minute of both. */
export function seeMinute(one: Judging, candidate: Counts, stable: Counts, minute: number, isCold: boolean): void {
  const others = countAt(stable, minute);
  const isHidden = isUnusual(others, one.usual, one.dispersion);
  const both = { candidate: countAt(candidate, minute), stable: others, isCold, isHidden };
  one.trial = (one.isForHarmAlone ? harmAfterMinute : afterMinute)(one.trial, both, one.dispersion);
}

function countAt({ requests, bad }: Counts, minute: number): Count {
  return { requests: requests[minute] ?? 0, bad: bad[minute] ?? 0 };
}

export function isHarm({ trial }: Judging): boolean {
  return harm(trial) >= 1;
}

export function isExcluded({ trial }: Judging): boolean {
  return harmlessness(trial) >= 1;
}

/** The judge at each of these alphas: one trial for all, as what is bet does not depend on alpha, but when it convicts. */
export function judgesAt(alphas: readonly number[]): Rule[] {
  let heard: { readonly traffic: Traffic; readonly drawn: number; readonly minutes: readonly number[] } | undefined;
  return alphas.map((alpha, index) => ({
    name: `judge, α ${alpha}`,
    alpha,
    minutesToFlag(traffic, { metric }) {
      if (heard === undefined || heard.traffic !== traffic || heard.drawn !== traffic.drawn) {
        heard = { traffic, drawn: traffic.drawn, minutes: minutesToHarm(traffic, metric, alphas) };
      }
      return heard.minutes[index] ?? 0;
    },
  }));
}

/** For each alpha the whole minutes until harm is proven; 0: never. */
function minutesToHarm({ before, candidate, stable }: Traffic, metric: Scenario['metric'], alphas: readonly number[]) {
  const least = Math.min(...alphas);
  const one = judging(least, before, metric, true);
  const found = alphas.map(() => 0);
  for (let minute = 0; minute < candidate.requests.length && found.includes(0); minute++) {
    seeMinute(one, candidate, stable, minute, minute < COLD_MINUTES);
    // The evidence is a part of what convicts: 1/α.
    const evidence = harm(one.trial) / least;
    for (let index = 0; index < alphas.length; index++) {
      if (found[index] === 0 && evidence * (alphas[index] ?? 0) >= 1) found[index] = minute + 1;
    }
  }
  return found;
}

const DEFAULTS = defaultLimits();

/** What users get who write `metrics: { errors: true, latency: true }`. */
function defaultLimits(): Readonly<Record<Scenario['metric'], HarmLimits>> & { readonly exclude: number } {
  const { gates, faults } = parseGates([{ metrics: { errors: true, latency: true } }]);
  const gate = gates.find((one) => one.kind === 'metrics');
  if (gate?.kind !== 'metrics' || gate.judges.errors === undefined || gate.judges.latency === undefined) {
    throw new Error(`the gate metrics is not read as the bench writes it: ${JSON.stringify(faults)}`);
  }
  return { errors: gate.judges.errors, latency: gate.judges.latency, exclude: gate.exclude };
}
