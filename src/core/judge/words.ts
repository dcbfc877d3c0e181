/** What the judge says, for a tired person: the numbers first, then what they mean. */
import { grouped } from '../figures.ts';
import { type Case, rateOf } from './case.ts';
import type { Count } from './likelihood.ts';

type Hold = 'not enough evidence yet' | 'stable is down as well';

export function guiltySentence(found: Case): string {
  const { ratio, rules, evidence, fromTheStart } = found;
  const isOutage = evidence.regression < 1;
  const { candidate, stable } = isOutage ? fromTheStart : found;
  const when = isOutage ? ' from its first user on' : '';
  const rates = `${rateWords(candidate)} of the candidate's ${requests(candidate)} ${did(found)}${when}, ${rateWords(stable)} of stable's ${requests(stable)}`;
  const least = ratio.low > rules.tolerate ? `, at least ${times(ratio.low)}` : '';
  const more = !isOutage && stable.bad > 0 ? `: ${times(ratio.estimate)} as many${least}` : '';
  const tolerated = rules.tolerate > 1 ? ` (${times(rules.tolerate)} is tolerated)` : '';
  return `${rates}${more}${tolerated}${inBunches(found)}`;
}

export const NO_MINUTE = 'no minute has been counted yet at this share in which both versions had requests';

export const WARMING_UP = "the candidate's new tasks are warming up: nothing but an outage is judged yet";

export function aloneSentence(cases: readonly Case[]): string {
  const before = cases.filter(({ minutes }) => minutes > 0).map(ratesWords);
  return `stable has no users to compare with any more${before.length === 0 ? '' : `; before that ${before.join('; ')}`}`;
}

export function excludedSentence(cases: readonly Case[]): string {
  return `no sign of harm: ${cases.map((one) => `${ratesWords(one)}; ${excluded(one)} is excluded`).join('; ')}`;
}

export function passSentence(cases: readonly Case[]): string {
  const open = ({ difference }: Case) =>
    `up to ${points(Math.max(0, difference.high))} percentage points more is not excluded`;
  return `no sign of harm in the hold: ${cases.map((one) => `${ratesWords(one)}; ${open(one)}`).join('; ')}`;
}

export function holdSentence(cases: readonly Case[], why: Hold): string {
  if (why === 'stable is down as well') {
    const down = cases
      .filter(({ metric }) => metric === 'errors')
      .map((one) => `${percent(one.stableNow)} of stable's own requests ${did(one)}`);
    return `${why}: in the last minute ${down.join(', ')}, nothing can be compared`;
  }
  return `${why}: ${cases.map((one) => `${ratesWords(one)}; ${forecastWords(one)}${inBunches(one)}${hidden(one)}`).join('; ')}`;
}

/** Why it takes longer than was foretold. */
function hidden({ hiddenMinutes, metric }: Case): string {
  if (hiddenMinutes === 0) return '';
  const trouble = metric === 'errors' ? 'failed' : 'was slow';
  return `; stable itself ${trouble} far more than usual in ${hiddenMinutes} minute${hiddenMinutes === 1 ? '' : 's'}, which exclude nothing`;
}

/** "at 300 requests a minute a doubled error rate shows in about 14 minutes" */
function forecastWords({ forecast, metric }: Case): string {
  const { requestsAMinute, minutes, ratio, rate } = forecast;
  if (!Number.isFinite(minutes) || requestsAMinute < 1) return 'without requests nothing will show';
  const isDoubled = Math.abs(ratio - 2) < 0.05;
  const byRatio = isDoubled ? `a doubled ${what(metric)}` : `${times(ratio)} the ${what(metric)}`;
  const harm = ratio <= 2.5 ? byRatio : `a ${what(metric)} of ${percent(rate)}`;
  return `at ${grouped(requestsAMinute)} requests a minute ${harm} shows in about ${duration(minutes)}`;
}

function duration(minutes: number): string {
  const whole = Math.max(1, Math.ceil(minutes));
  if (whole < 120) return `${whole} minute${whole === 1 ? '' : 's'}`;
  const hours = Math.round(whole / 60);
  return hours < 72 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

function ratesWords(one: Case): string {
  const { candidate, stable } = one;
  return `${rateWords(candidate)} of the candidate's ${requests(candidate)} ${did(one)} and ${rateWords(stable)} of stable's ${requests(stable)}`;
}

function excluded({ rules, metric, harmlessBy }: Case): string {
  if (harmlessBy === 'floor') return `a ${what(metric)} of ${percent(rules.floor)}`;
  return rules.exclude === 2 ? `a doubled ${what(metric)}` : `${times(rules.exclude)} the ${what(metric)}`;
}

/** Who reads that a hundred errors count as five wants to know why. */
function inBunches({ dispersion }: Case): string {
  return dispersion.factor < 1.5
    ? ''
    : `; before the rollout stable's came in bunches, so ${Number(dispersion.factor.toPrecision(2))} count as one`;
}

function did({ metric, slowerThanMs }: Case): string {
  if (metric === 'errors') return 'failed';
  return slowerThanMs === undefined ? 'were slow' : `were slower than ${Number(slowerThanMs.toPrecision(3))} ms`;
}

function what(metric: Case['metric']): string {
  return metric === 'errors' ? 'failure rate' : 'share of slow requests';
}

function rateWords(count: Count): string {
  return count.requests === 0 ? 'none' : percent(rateOf(count));
}

function requests({ requests: count }: Count): string {
  return `${grouped(count)} request${Math.round(count) === 1 ? '' : 's'}`;
}

/** 2 is "2 times", 9.14 "9.1 times", 130.3 "130 times". */
function times(ratio: number): string {
  return `${Number(ratio.toPrecision(2))} times`;
}

/** 0.0213 is "2.1". */
function points(part: number): string {
  return String(Number((part * 100).toPrecision(2)));
}

/** Two digits say enough: 0.0021 is "0.21 %", 0.5 "50 %", 0 "0 %". */
function percent(part: number): string {
  return `${points(part)} %`;
}
