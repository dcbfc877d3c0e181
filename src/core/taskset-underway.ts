/** Which of a service's task sets belong to a rollout that has not ended, by the tags that it left. Pure. */
import type { TaskSetFacts } from './taskset-facts.ts';
import { type RolloutRecord, readRecord } from './taskset-tags.ts';
import type { Pair } from './taskset-weights.ts';

export interface FoundRollout {
  readonly candidate: TaskSetFacts;
  readonly stable: TaskSetFacts;
  readonly record: RolloutRecord;
  readonly pair: Pair;
}

export function primaryOf(sets: readonly TaskSetFacts[]): TaskSetFacts | undefined {
  return sets.find(({ status }) => status === 'PRIMARY');
}

/**
 * Tags stay on a task set for its life, so that stable carries those of the rollout that it came with. A rollout is under way
 * where a task set and the one that it names as its stable are both there, and one of the two is the primary one:
 * before the switch that is stable, after it the candidate, after a switch back stable again.
 */
export function findRollout(sets: readonly TaskSetFacts[]): FoundRollout | undefined {
  const newestFirst = [...sets].sort((one, other) => other.createdAt - one.createdAt);
  for (const candidate of newestFirst) {
    const record = readRecord(candidate.tags);
    const stable = sets.find(({ id }) => id === record?.stableId);
    if (record === undefined || stable === undefined || candidate.targetGroupArn === undefined) continue;
    if (candidate.status !== 'PRIMARY' && stable.status !== 'PRIMARY') continue;
    return { candidate, stable, record, pair: { a: record.fromGroup, b: candidate.targetGroupArn } };
  }
  return undefined;
}
