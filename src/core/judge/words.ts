/** What the judge says, for a tired person: the numbers first, then what they mean. */
import { type Case, rateOf } from './case.ts';
import type { Count } from './likelihood.ts';

type Hold = 'not enough evidence yet' | 'stable is down as well';

export function guiltySentence(found: Case): string {
  const { candidate, stable, ratio, rules, metric, coldMinutes, minutes } = found;
  // In an outage of the first minutes nothing else has been counted.
  if (minutes === 0) {
    return `more than 10 % of the candidate's requests failed in its first ${coldMinutes} minutes, and stable's did not`;
  }
  const rates = `${rateWords(candidate)} of the candidate's ${requests(candidate)} ${did(metric)}, ${rateWords(stable)} of stable's ${requests(stable)}`;
  const least = ratio.low > rules.tolerate ? `, at least ${times(ratio.low)}` : '';
  const more = stable.bad > 0 && candidate.bad > 0 ? `: ${times(ratio.estimate)} as many${least}` : '';
  const tolerated = rules.tolerate > 1 ? ` (${times(rules.tolerate)} are tolerated)` : '';
  return `${rates}${more}${tolerated}${inBunches(found)}`;
}

export const NO_MINUTE = 'no minute has been counted yet at this share in which both versions had requests';

export function aloneSentence(cases: readonly Case[]): string {
  const before = cases.filter(({ minutes }) => minutes > 0).map(ratesWords);
  return `stable has no users to compare with any more${before.length === 0 ? '' : `; before that ${before.join('; ')}`}`;
}

export function excludedSentence(cases: readonly Case[]): string {
  return `no sign of harm: ${cases.map((one) => `${ratesWords(one)}; ${excluded(one)} is excluded`).join('; ')}`;
}

export function passSentence(cases: readonly Case[]): string {
  const high = ({ ratio, metric }: Case) =>
    Number.isFinite(ratio.high)
      ? `; more than ${times(ratio.high)} stable's ${nameOf(metric)} is excluded`
      : '; how much worse it may be is not known, stable has had none';
  return `no sign of harm in the hold: ${cases.map((one) => `${ratesWords(one)}${high(one)}`).join('; ')}`;
}

export function holdSentence(cases: readonly Case[], why: Hold): string {
  if (why === 'stable is down as well') {
    const down = cases.map((one) => `${percent(one.stableNow)} of stable's own requests ${did(one.metric)}`);
    return `${why}: in the last minute ${down.join(', ')}, nothing can be compared`;
  }
  return `${why}: ${cases.map((one) => `${ratesWords(one)}; ${forecastWords(one)}${inBunches(one)}`).join('; ')}`;
}

/** "at 300 requests a minute a doubled error rate shows in about 14 minutes" */
function forecastWords({ forecast, metric }: Case): string {
  const { requestsAMinute, minutes, ratio, rate } = forecast;
  if (!Number.isFinite(minutes) || requestsAMinute < 1) return 'without requests nothing will show';
  const what = metric === 'errors' ? 'error rate' : 'share of slow requests';
  const harm =
    ratio <= 2.5
      ? Math.abs(ratio - 2) < 0.05
        ? `a doubled ${what}`
        : `${times(ratio)} the ${what}`
      : `a ${what} of ${percent(rate)}`;
  return `at ${grouped(requestsAMinute)} requests a minute ${harm} shows in about ${duration(minutes)}`;
}

function duration(minutes: number): string {
  const whole = Math.max(1, Math.ceil(minutes));
  if (whole < 120) return `${whole} minute${whole === 1 ? '' : 's'}`;
  const hours = Math.round(whole / 60);
  return hours < 72 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

function ratesWords({ candidate, stable, metric }: Case): string {
  return `${rateWords(candidate)} of the candidate's ${requests(candidate)} ${did(metric)} and ${rateWords(stable)} of stable's ${requests(stable)}`;
}

function excluded({ rules, metric }: Case): string {
  return rules.exclude === 2 ? `twice the ${nameOf(metric)}` : `${times(rules.exclude)} the ${nameOf(metric)}`;
}

/** Who reads that a hundred errors count as five wants to know why. */
function inBunches({ dispersion }: Case): string {
  return dispersion.factor < 1.5
    ? ''
    : `; stable's come in bunches, ${Number(dispersion.factor.toPrecision(2))} count as one`;
}

function did(metric: Case['metric']): string {
  return metric === 'errors' ? 'failed' : 'were slow';
}

function nameOf(metric: Case['metric']): string {
  return metric === 'errors' ? 'errors' : 'slow requests';
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

/** Two digits say enough: 0.0021 is "0.21 %", 0.5 "50 %", 0 "0 %". */
function percent(part: number): string {
  return `${Number((part * 100).toPrecision(2))} %`;
}

function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
