/** The gate `metrics`: what both versions' requests met, to the judge and back. */
import type { MetricsGate, Verdict } from '../../core/gate.ts';
import { judge, LOOK_BACK_MS } from '../../core/judge/judge.ts';
import type { Judgement } from '../../core/judge/judgement.ts';
import type { ShareChange, VersionMinutes } from '../../core/judge/minutes.ts';
import type { Clock, Metrics, MetricsAsked } from '../../ports.ts';
import type { Evaluated } from '../world.ts';

export interface MetricsOf {
  readonly taskDefinitionArn: string;
  readonly stableTaskDefinitionArn: () => Promise<string | undefined>;
  readonly targetGroupArns: () => Promise<readonly string[]>;
  readonly stableTargetGroupArns: () => Promise<readonly string[]>;
  /** When the candidate was begun. Epoch milliseconds. */
  readonly since: number;
  /** Its share as it was seen to change so far, oldest first. */
  readonly changes: () => readonly ShareChange[];
  /** Both versions are in the same target groups: by these nobody can tell their requests apart. */
  readonly mixed: boolean;
}

/** What one look goes by. */
interface Looking {
  readonly step: { readonly share: number };
  /** Epoch milliseconds; Infinity: never. */
  readonly holdEndsAt: number;
  /** When gates asked the candidate, which the load balancer counts as it counts users. */
  readonly ownRequests: readonly number[];
}

/** What was counted last, for what was judged then, and until when there is no more to count. */
interface Counted {
  readonly minutes: VersionMinutes;
  readonly judged: MetricsGate;
  readonly sameUntil: number;
}

export type LookThroughMetrics = (looking: Looking) => Promise<Evaluated>;

/** Slow is what only one in a hundred of stable's requests was slower than, in the hour before the rollout. */
const SLOW_PERCENTILE = 99;
const LEARN_FROM_MS = 60 * 60_000;
/** Nothing came to stable in that hour: a minute that is counted late may still tell. */
const LEARN_AGAIN_MS = 60_000;

/** Gives the function that looks through this gate. It remembers what was counted until there may be more to count. Rejects with CallError. */
export function metricsGate(
  gate: MetricsGate,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Pick<Clock, 'now'> },
  candidate: MetricsOf,
): LookThroughMetrics {
  let counted: Counted | undefined;
  let learntMs: number | undefined;
  const errorsAlone = withoutLatency(gate);

  const asked = async (): Promise<Omit<MetricsAsked, 'slowerThanMs'>> => {
    const [candidates, stables, stableArn] = await Promise.all([
      candidate.targetGroupArns(),
      candidate.stableTargetGroupArns(),
      candidate.stableTaskDefinitionArn(),
    ]);
    return {
      gate,
      candidate: { taskDefinitionArn: candidate.taskDefinitionArn, targetGroupArns: candidates },
      stable: { taskDefinitionArn: stableArn, targetGroupArns: stables },
      since: candidate.since - LOOK_BACK_MS,
      until: clock.now(),
    };
  };

  /** The limit that has to be learnt, once. */
  const learn = async (from: Omit<MetricsAsked, 'slowerThanMs'>): Promise<number | undefined> => {
    const before = { since: candidate.since - LEARN_FROM_MS, until: candidate.since };
    learntMs ??= await metrics.stablePercentile({ ...from, ...before }, SLOW_PERCENTILE);
    return learntMs;
  };

  return async ({ step, holdEndsAt, ownRequests }) => {
    const changes = candidate.changes();
    if ((changes.at(-1)?.share ?? step.share) <= 0) {
      return { verdict: 'pass', sentence: 'no user is there yet, nothing to compare' };
    }
    const blind = whyBlind(gate, candidate.mixed);
    if (blind !== undefined) return { verdict: 'error', sentence: blind };

    const from = await asked();
    const missing = whoIsUncounted(from);
    if (missing !== undefined) return { verdict: 'error', sentence: missing };
    const slowerThanMs = needsLimit(gate) ? (limitOf(gate) ?? (await learn(from))) : undefined;
    const isUnlearnt = needsLimit(gate) && slowerThanMs === undefined;
    const judged = isUnlearnt ? errorsAlone : gate;
    if (judged === undefined) return unlearnt(from.until);

    const isKnown = counted !== undefined && counted.judged === judged && from.until < counted.sameUntil;
    const minutes =
      counted !== undefined && isKnown
        ? counted.minutes
        : await metrics.counts({ ...from, gate: judged, slowerThanMs });
    const now = clock.now();
    const judgement = judge(judged, { minutes, changes, ownRequests: [...ownRequests], now, holdEndsAt, slowerThanMs });
    counted = { minutes, judged, sameUntil: judgement.sameUntil };
    const seen = evaluated(gate, judgement);
    // Errors alone may turn back, but are not all that was to be passed.
    return isUnlearnt && seen.verdict === 'pass' ? { ...unlearnt(from.until), evidence: seen.evidence } : seen;
  };
}

// ------------------------------------------------------------------ what cannot be judged

/** Told before a rollout begins as well, where this job begins it (core/preflight-metrics.ts). */
function whyBlind({ source }: MetricsGate, mixed: boolean): string | undefined {
  return mixed && source.kind === 'load-balancer'
    ? 'both versions are behind the same target groups, so the load balancer cannot tell their requests apart'
    : undefined;
}

function whoIsUncounted({ gate, candidate, stable }: Omit<MetricsAsked, 'slowerThanMs'>): string | undefined {
  if (gate.source.kind !== 'load-balancer') return undefined;
  const missing = [
    ...(candidate.targetGroupArns.length === 0 ? ['the candidate'] : []),
    ...(stable.targetGroupArns.length === 0 ? ['stable'] : []),
  ];
  if (missing.length === 0) return undefined;
  return `the load balancer counts requests by target group, and ${missing.join(' and ')} has none that is known`;
}

/** Other sources know themselves what is slow. */
function needsLimit({ source, judges }: MetricsGate): boolean {
  return source.kind === 'load-balancer' && judges.latency !== undefined;
}

function limitOf({ judges }: MetricsGate): number | undefined {
  return judges.latency?.overMs;
}

/** Undefined when nothing is left to judge. */
function withoutLatency(gate: MetricsGate): MetricsGate | undefined {
  const { errors } = gate.judges;
  return errors && { ...gate, judges: { errors, latency: undefined } };
}

function unlearnt(now: number): { readonly verdict: Verdict; readonly sentence: string; readonly sameUntil: number } {
  return {
    verdict: 'hold',
    sentence:
      "nothing tells what is slow: the load balancer timed no request to stable in the hour before the rollout (write latency as a duration, for example 500ms, to go without stable's own)",
    sameUntil: now + LEARN_AGAIN_MS,
  };
}

function evaluated(gate: MetricsGate, judgement: Judgement): Evaluated {
  const { verdict, sentence, sameUntil, isExcluded, evidence } = judgement;
  const settles = gate.early && isExcluded && verdict === 'pass';
  return { verdict, sentence, sameUntil, evidence, ...(settles ? { settles } : {}) };
}
