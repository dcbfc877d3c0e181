/** One run: what the load balancer would have counted, minute by minute. All rules look at the same run. */
import type { Random } from './random.ts';
import { MINUTES, MINUTES_BEFORE, type Rates, type Scenario } from './scenarios.ts';

/** Counts of one version, a minute an entry. */
export interface Counts {
  readonly requests: Float64Array;
  readonly bad: Float64Array;
}

export interface Traffic {
  /** How many runs were drawn into it so far: tells one run from the next. */
  drawn: number;
  /** Stable alone, the 60 minutes before the rollout. */
  readonly before: Counts;
  readonly candidate: Counts;
  readonly stable: Counts;
  /** Requests of the candidate that were bad because it is not as good as stable: what its users would not have had. */
  readonly harmed: Float64Array;
}

/** What one cell of the table stands for. */
export interface Load {
  readonly scenario: Scenario;
  readonly requestsPerSecond: number;
  /** Percent of the requests that go to the candidate. */
  readonly share: number;
}

/** The bad user's tries come in bursts: so many a minute, so long on average, each on one version (it is sticky). */
const BURSTS_PER_MINUTE = 0.25;
const TRIES_PER_BURST = 20;

/** Space for one run, to be filled again and again. */
export function emptyTraffic(minutes = MINUTES): Traffic {
  return {
    drawn: 0,
    before: counts(MINUTES_BEFORE),
    candidate: counts(minutes),
    stable: counts(minutes),
    harmed: new Float64Array(minutes),
  };
}

/** Draws the next run into `traffic`. */
export function drawTraffic({ scenario, requestsPerSecond, share }: Load, random: Random, traffic: Traffic): void {
  traffic.drawn += 1;
  const rates = scenario.draw(random);
  const perMinute = requestsPerSecond * 60;
  drawBefore(perMinute, rates, random, traffic.before);
  if (scenario.hasBadUser) addBursts(random, traffic.before, undefined, 0);
  drawRollout(perMinute, share / 100, rates, random, traffic);
  if (scenario.hasBadUser) addBursts(random, traffic.stable, traffic.candidate, share / 100);
}

function drawBefore(perMinute: number, rates: Rates, random: Random, before: Counts): void {
  for (let index = 0; index < before.requests.length; index++) {
    drawMinute(before, index, perMinute, rates.stable(index - before.requests.length), random);
  }
}

function drawRollout(perMinute: number, share: number, rates: Rates, random: Random, traffic: Traffic): void {
  const { candidate, stable, harmed } = traffic;
  for (let minute = 0; minute < candidate.requests.length; minute++) {
    const good = rates.stable(minute);
    const own = rates.candidate(minute);
    const requests = drawMinute(candidate, minute, perMinute * share, own, random);
    drawMinute(stable, minute, perMinute * (1 - share), good, random);
    // By the true rates: the counts' own noise would hide a small harm and show one where there is none.
    harmed[minute] = requests * Math.max(0, own - good);
  }
}

/** Good and bad requests of a Poisson stream are two independent Poisson streams. */
function drawMinute(to: Counts, minute: number, mean: number, badRate: number, random: Random): number {
  const bad = random.poisson(mean * badRate);
  const requests = bad + random.poisson(mean * (1 - badRate));
  to.bad[minute] = bad;
  to.requests[minute] = requests;
  return requests;
}

function addBursts(random: Random, stable: Counts, candidate: Counts | undefined, share: number): void {
  for (let minute = 0; minute < stable.requests.length; minute++) {
    for (let bursts = random.poisson(BURSTS_PER_MINUTE); bursts > 0; bursts--) {
      const tries = random.geometric(TRIES_PER_BURST);
      const hit = candidate !== undefined && random.uniform() < share ? candidate : stable;
      hit.requests[minute] = (hit.requests[minute] ?? 0) + tries;
      hit.bad[minute] = (hit.bad[minute] ?? 0) + tries;
    }
  }
}

/** Space for the counts of one version. */
export function counts(minutes: number): Counts {
  return { requests: new Float64Array(minutes), bad: new Float64Array(minutes) };
}
