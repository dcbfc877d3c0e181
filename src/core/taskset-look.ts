/** What ECS and the load balancer show of a rollout over task sets, read as a look. Pure. */
import type { End, Look, Pause, TaskCount } from './observation.ts';
import { nextShare, type Plan } from './plan.ts';
import type { TaskSetFacts, TrafficRule } from './taskset-facts.ts';
import { type KeptSettings, type RolloutRecord, readInstant, TAGS } from './taskset-tags.ts';
import { type Pair, shareOf, weightsOf } from './taskset-weights.ts';

/** Everything seen at one moment. */
export interface Sighting {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Undefined: there is none of this name any more. */
  readonly candidate: TaskSetFacts | undefined;
  readonly stable: TaskSetFacts | undefined;
  /** Of the rules in the record, those that exist; undefined: not looked at, for nothing depends on them any more. */
  readonly rules: readonly TrafficRule[] | undefined;
}

/** What this run of the action knows besides: nothing in it is needed to go on from anywhere. */
export interface Memory {
  /** The share that was ordered last. */
  readonly orderedTo: number | undefined;
  /** The candidate has been complete once: from then on the gates judge what becomes of it. */
  readonly wasComplete: boolean;
  /** The way back was asked for. */
  readonly returning: boolean;
  /** What stood in the way of the last order. */
  readonly trouble: string | undefined;
}

/** What was agreed on when the rollout began. */
export interface Terms {
  readonly record: RolloutRecord;
  readonly pair: Pair;
  readonly plan: Plan;
}

/** Percent of the service's desired count that the candidate needs for a share of the traffic. */
export function scaleFor({ capacity }: KeptSettings, share: number): number {
  return capacity === 'full' ? 100 : share;
}

/** The scale with which the candidate starts: what its first share needs. */
export function firstScale(settings: KeptSettings, plan: Plan): number {
  return scaleFor(settings, nextShare(plan.steps, 0));
}

/** As many tasks as this scale asks for run and are healthy, for the load balancer too. */
export function isComplete(candidate: TaskSetFacts, stable: TaskSetFacts | undefined, scale: number): boolean {
  // ECS rounds up (API_TaskSet, computedDesiredCount). Stable, which runs whole, tells the service's desired count of this moment.
  const whole = stable?.scale === 100 ? stable.computedDesiredCount : 0;
  const wanted = Math.max(candidate.computedDesiredCount, 1, Math.ceil(Number(((whole * scale) / 100).toFixed(6))));
  return (
    candidate.scale >= scale - 1e-9 &&
    candidate.isSteady &&
    candidate.pendingCount === 0 &&
    candidate.runningCount >= wanted
  );
}

/** The candidate's share on each production rule, in the order of the record; a rule that is gone is left out. */
function sharesOn(rules: readonly TrafficRule[], { record, pair }: Omit<Terms, 'plan'>): readonly number[] {
  return record.rules.flatMap(({ role, ruleArn }) => {
    const rule = role === 'production' ? rules.find((one) => one.ruleArn === ruleArn) : undefined;
    return rule === undefined ? [] : [shareOf(rule.actions, pair)];
  });
}

/** The smallest and the largest of these shares: a write that did only half leaves them apart. Without any rule there is no share. */
export function shareRange(
  rules: readonly TrafficRule[],
  terms: Omit<Terms, 'plan'>,
): { readonly least: number; readonly most: number } {
  const shares = sharesOn(rules, terms);
  return shares.length === 0 ? { least: 0, most: 0 } : { least: Math.min(...shares), most: Math.max(...shares) };
}

/** The test rule is as it was before the rollout, as far as A and B go. True when there is none (any more). */
export function isTestRuleRestored(rules: readonly TrafficRule[], { record, pair }: Omit<Terms, 'plan'>): boolean {
  const before = record.rules.find(({ role }) => role === 'test');
  const rule = rules.find(({ ruleArn }) => ruleArn === before?.ruleArn);
  if (before === undefined || rule === undefined) return true;
  const weights = weightsOf(rule.actions);
  return (weights.get(pair.a) ?? 0) === (before.weightA ?? 0) && (weights.get(pair.b) ?? 0) === (before.weightB ?? 0);
}

/** The test rule's traffic, all of it, goes to the candidate. True when there is no test rule (any more). */
export function testLeadsToCandidate(rules: readonly TrafficRule[], { record, pair }: Omit<Terms, 'plan'>): boolean {
  const arn = record.rules.find(({ role }) => role === 'test')?.ruleArn;
  const rule = rules.find(({ ruleArn }) => ruleArn === arn);
  if (rule === undefined) return true;
  return [...weightsOf(rule.actions)].every(([group, weight]) => weight > 0 === (group === pair.b));
}

/** When the bake is over: stable is kept for the plan's bake, and in any case until its traffic has had the time to leave. */
export function bakeEndsAt(candidate: TaskSetFacts, { record, plan }: Terms): number {
  const since = readInstant(candidate.tags, TAGS.primary) ?? candidate.createdAt;
  return since + Math.max(plan.bakeMs, record.settings.drainMs);
}

export function isReturning(candidate: TaskSetFacts | undefined): boolean {
  return candidate?.tags.has(TAGS.returning) === true;
}

/** Once stable's tasks are on their way out nothing can be turned back. */
export function isTooLate({ stable }: Pick<Sighting, 'stable'>): boolean {
  return stable === undefined || stable.status === 'DRAINING';
}

export function lookAt(seen: Sighting, memory: Memory, terms: Terms): Look {
  const { candidate, stable, rules } = seen;
  const { least, most } = shareRange(rules ?? [], terms);
  const look = (part: Partial<Look> & Pick<Look, 'stage' | 'movement'>): Look => ({
    pause: undefined,
    share: least,
    candidate: countOf(candidate),
    stable: countOf(stable),
    end: undefined,
    note: memory.trouble,
    ...part,
  });
  const end = (kind: End['kind'], reason: string, share: number): Look =>
    look({ stage: 'ENDED', movement: 'ended', share, end: { kind, reason } });

  if (candidate?.status === 'PRIMARY') {
    if (stable === undefined) {
      const late = memory.returning ? ': the way back came too late, its tasks were being removed already' : '';
      return end('succeeded', `the candidate is the primary task set and stable's is removed${late}`, 100);
    }
    if (stable.status === 'DRAINING') {
      const note = memory.returning ? 'too late to turn back: the tasks of stable are being removed' : memory.trouble;
      return look({ stage: 'REMOVING_STABLE', movement: 'finishing', share: 100, note });
    }
  }
  if (candidate === undefined) {
    if (most > 0) {
      const note = memory.trouble ?? 'the task set of the candidate is gone, and rules still lead to its target group';
      return look({ stage: 'RETURNING', movement: 'turning-back', share: most, note });
    }
    if (stable?.status === 'PRIMARY') {
      return end('rolled-back', 'stable has all traffic and the task set of the candidate is removed', 0);
    }
    return end('stopped', 'the task set of the candidate is gone, and that of stable is not the primary one', 0);
  }
  if (memory.returning || isReturning(candidate) || candidate.status === 'DRAINING') {
    const kept = most === 0 && candidate.tags.has(TAGS.zero) ? 'LAST_USERS_LEAVING' : 'RETURNING';
    const stage = candidate.status === 'DRAINING' ? 'REMOVING_CANDIDATE' : kept;
    return look({ stage, movement: 'turning-back', share: most });
  }
  if (stable === undefined) {
    return end('stopped', `the task set of stable is gone, and ${candidate.taskSetArn} is not the primary one`, least);
  }
  if (candidate.status !== 'PRIMARY' && stable.status !== 'PRIMARY') {
    return end('superseded', 'another task set than stable and candidate is the primary one', least);
  }
  return onTheWay(seen, memory, terms, look, [least, most]);
}

/** Neither ended nor turning back: which pause is open, or what is waited for. */
function onTheWay(
  { at, candidate, stable, rules = [] }: Sighting,
  memory: Memory,
  terms: Terms,
  look: (part: Partial<Look> & Pick<Look, 'stage' | 'movement'>) => Look,
  [share, most]: readonly [number, number],
): Look {
  const { settings } = terms.record;
  if (candidate === undefined) return look({ stage: 'RETURNING', movement: 'turning-back' });
  if (candidate.status === 'PRIMARY' && share === 100) {
    if (at < bakeEndsAt(candidate, terms)) return look({ stage: 'BAKE', movement: 'baking' });
    return look({ stage: 'REMOVING_STABLE', movement: 'moving', pause: onTheWayTo('remove-stable', 100) });
  }

  const complete = isComplete(candidate, stable, candidate.scale);
  if (most === 0) {
    if (!complete && !memory.wasComplete) return look({ stage: 'TASK_SET_STARTING', movement: 'preparing' });
    if (!testLeadsToCandidate(rules, terms)) {
      return look({ stage: 'TEST_RULE', movement: 'preparing', pause: onTheWayTo('test-rule', 0) });
    }
  }
  const apart = share === most ? undefined : `the rules differ: the candidate has from ${share} % to ${most} %`;
  // Rules that differ are an order half done, by a run that died on it: its gates had passed, and no count agrees with both shares.
  const to = memory.orderedTo ?? (share < most ? most : undefined);
  if (to !== undefined && (to > share || share < most)) {
    const target = Math.max(to, share);
    // Tasks first: a share of the traffic for tasks that are not there yet is a share of errors.
    if (
      candidate.scale >= scaleFor(settings, target) - 1e-9 &&
      !isComplete(candidate, stable, scaleFor(settings, target))
    ) {
      // Users are there already: the gates go on watching while more tasks start.
      return look({ stage: 'SCALING', movement: share > 0 ? 'shifting' : 'moving' });
    }
    return look({
      stage: 'SHIFTING',
      movement: 'moving',
      pause: onTheWayTo(`at-${share}-to-${target}`, target),
      note: memory.trouble ?? apart,
    });
  }
  return look({ stage: 'AT_SHARE', movement: 'waiting', pause: { id: `at-${share}`, expiresAt: undefined } });
}

function onTheWayTo(id: string, share: number): Pause {
  return { id, expiresAt: undefined, onTheWayTo: share };
}

function countOf(set: TaskSetFacts | undefined): TaskCount {
  return {
    requested: set?.computedDesiredCount ?? 0,
    running: set?.runningCount ?? 0,
    pending: set?.pendingCount ?? 0,
  };
}
