import type { Verdict } from '../../core/gate.ts';
import { judgeTraffic, type RequestBucket, type TrafficAsked } from '../../core/traffic-count.ts';
import type { TrafficCounts } from '../../ports.ts';

export interface TrafficOf {
  readonly targetGroupArns: () => Promise<readonly string[]>;
  readonly stableTargetGroupArns: () => Promise<readonly string[]>;
  /** Both versions are in the same target groups: nobody can tell their requests apart. */
  readonly mixed: boolean;
}

/** What was asked for last is looked at, not what was right an hour ago. */
const WINDOW_MS = 30 * 60_000;
/** So much from before the step shows how long CloudWatch's minutes are. */
const BEFORE_MS = 3 * 60_000;

/** The gate `traffic`. `since` and `until` in epoch milliseconds; `ownRequests`: when gates sent requests to the candidate. */
export async function trafficGate(
  counts: TrafficCounts,
  { targetGroupArns, stableTargetGroupArns, mixed }: TrafficOf,
  asked: TrafficAsked & { readonly since: number; readonly until: number; readonly ownRequests: readonly number[] },
): Promise<{ readonly verdict: Verdict; readonly sentence: string }> {
  if (mixed) return pass('both versions are behind the same target groups, nothing to compare');
  const { until } = asked;
  const since = Math.max(asked.since, until - WINDOW_MS);
  if (asked.share <= 0) return judgeTraffic({ ...asked, candidate: [], stable: [] }, asked);

  const [candidates, stables] = await Promise.all([targetGroupArns(), stableTargetGroupArns()]);
  if (candidates.length === 0 || stables.length === 0)
    return pass('only one version has a target group, nothing to compare');
  const counted = await counts.requests([...new Set([...candidates, ...stables])], since - BEFORE_MS, until);
  const of = (arns: readonly string[]): readonly RequestBucket[] => arns.flatMap((arn) => counted.get(arn) ?? []);
  if (![...candidates, ...stables].some((arn) => counted.has(arn))) {
    return pass('the load balancer counts no requests (only an Application Load Balancer does), nothing to compare');
  }
  return judgeTraffic(
    { candidate: of(candidates), stable: of(stables), ownRequests: asked.ownRequests, since, until },
    asked,
  );
}

function pass(sentence: string): { readonly verdict: Verdict; readonly sentence: string } {
  return { verdict: 'pass', sentence };
}
