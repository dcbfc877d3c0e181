import type { Verdict } from '../../core/gate.ts';
import type { TargetFacts } from '../../core/service.ts';
import type { LoadBalancers } from '../../ports.ts';

export interface TargetsOf {
  readonly targetGroupArns: () => Promise<readonly string[]>;
  /** So many tasks the candidate is meant to have now. */
  readonly wantedTasks: () => number;
  /** Stable's targets are in the same target groups. */
  readonly mixed: boolean;
}

interface Seen {
  readonly verdict: Verdict;
  readonly sentence: string;
}

/**
 * The gate `targets`. Draining targets are on their way out and do not count; one that ECS is still registering is worth waiting for.
 * An unhealthy one fails, except where it may be stable's or one that ECS is replacing: that is worth waiting for as well. So is one
 * that came after others had been healthy, and never was: more tasks for the next share, or for a higher count, need time to start.
 * `met`: those that were healthy at an earlier look; those of this one are added.
 */
export async function targetsGate(loadBalancers: LoadBalancers, candidate: TargetsOf, met: Set<string>): Promise<Seen> {
  const groups = await candidate.targetGroupArns();
  const all = (await Promise.all(groups.map((arn) => loadBalancers.targets(arn)))).flat();
  const counted = all.filter((target) => target.state !== 'draining');
  const healthy = counted.filter((target) => target.state === 'healthy').length;
  const wanted = candidate.wantedTasks() * groups.length;
  const sentence = `${healthy} of ${Math.max(wanted, counted.length)} targets healthy`;
  const unhealthy = counted.filter((target) => target.state === 'unhealthy');
  const fallen = unhealthy.find((target) => met.size === 0 || met.has(place(target)));
  const sick = fallen ?? unhealthy[0];
  for (const target of counted) if (target.state === 'healthy') met.add(place(target));
  if (sick !== undefined) {
    const why = [sick.reason, sick.description].filter((text) => text !== undefined).join(': ');
    return {
      verdict: candidate.mixed || fallen === undefined ? 'hold' : 'fail',
      sentence: `${sentence}; ${place(sick)} is unhealthy${why === '' ? '' : ` (${why})`}`,
    };
  }
  const unused = counted.find((target) => target.state === 'unused');
  if (unused !== undefined) {
    return { verdict: 'hold', sentence: `${sentence}; ${place(unused)} is unused: ${whyUnused(unused)}` };
  }
  return { verdict: healthy >= wanted && healthy === counted.length && healthy > 0 ? 'pass' : 'hold', sentence };
}

function place({ id, port }: TargetFacts): string {
  return port === undefined ? id : `${id}:${port}`;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html */
function whyUnused({ reason, description }: TargetFacts): string {
  switch (reason) {
    case 'Target.NotInUse':
      return 'no listener rule names its target group, so the load balancer does not check its health (Target.NotInUse)';
    case 'Target.InvalidState':
      return 'it is stopped or terminated (Target.InvalidState)';
    default:
      return [reason, description].filter((text) => text !== undefined).join(': ') || 'the load balancer says no more';
  }
}
