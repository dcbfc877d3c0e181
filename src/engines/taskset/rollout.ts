/** One rollout over task sets: what is seen, and what is ordered next. Every order reads the world first and does what is missing. */
import { CallError } from '../../core/errors.ts';
import { MEMO_KEY, type Memo, memoText } from '../../core/memo.ts';
import type { Look } from '../../core/observation.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { TaskSetFacts } from '../../core/taskset-facts.ts';
import {
  bakeEndsAt,
  isComplete,
  isReturning,
  isTooLate,
  lookAt,
  type Memory,
  type Sighting,
  scaleFor,
  shareRange,
  type Terms,
  testLeadsToCandidate,
} from '../../core/taskset-look.ts';
import { owedTags, TAGS } from '../../core/taskset-tags.ts';
import type { Clock, LoadBalancers, Rollout, TaskSets, TrafficRules } from '../../ports.ts';
import { payStickiness } from './stickiness.ts';
import { goBack } from './way-back.ts';
import { giveShare, pointTestRule } from './write-weights.ts';

export interface TaskSetPorts {
  readonly taskSets: TaskSets;
  readonly trafficRules: TrafficRules;
  readonly loadBalancers: LoadBalancers;
  readonly clock: Clock;
}

/** What a rollout is made of, whoever began it. */
export interface Begun {
  readonly service: ServiceFacts;
  readonly terms: Terms;
  readonly candidate: TaskSetFacts;
  readonly stable: TaskSetFacts;
  readonly memo: Memo | undefined;
  /** Until when ECS may not show it everywhere yet, for it was made a moment ago; epoch milliseconds. */
  readonly shownBy?: number;
}

export function rolloutOf(ports: TaskSetPorts, begun: Begun): Rollout {
  const { taskSets, trafficRules, clock } = ports;
  const { service, terms, candidate, stable } = begun;
  const { clusterArn, serviceName } = service;
  const { pair } = terms;
  let memory: Memory = { orderedTo: undefined, wasComplete: false, returning: false, trouble: undefined };
  const remember = (part: Partial<Memory>): void => {
    memory = { ...memory, ...part };
  };

  let wasShown = false;
  const sight = async (): Promise<Sighting> => {
    const seen = await sightOf(ports, wasShown ? { ...begun, shownBy: 0 } : begun);
    wasShown ||= seen.candidate !== undefined && seen.candidate !== candidate;
    return seen;
  };

  /** Goes on with the way back, and keeps in mind what stands in its way. */
  const back = async (seen: Sighting): Promise<void> => {
    try {
      remember({ trouble: await goBack(ports, begun, seen) });
    } catch (error) {
      if (error instanceof CallError) remember({ trouble: error.message });
      throw error;
    }
  };

  return {
    id: candidate.taskSetArn,
    candidate: {
      taskDefinitionArn: candidate.taskDefinition,
      since: candidate.createdAt,
      targetGroupArns: async () => [pair.b],
      stableTargetGroupArns: async () => [pair.a],
      stableTaskDefinitionArn: async () => stable.taskDefinition || undefined,
      mixed: false,
    },

    async look(): Promise<Look> {
      const seen = await sight();
      const look = lookAt(seen, memory, terms);
      if (look.movement !== 'preparing' && look.movement !== 'ended') remember({ wasComplete: true });
      // The way back has been decided on and has no more decisions in it: whoever looks carries it on, this run or another.
      if (look.movement !== 'turning-back') return look;
      await back(seen).catch((error: unknown) => {
        // What was seen is still worth telling; only what will never succeed ends the job.
        if (!(error instanceof CallError) || error.failure === 'denied' || error.failure === 'credentials') throw error;
      });
      return { ...look, note: memory.trouble ?? look.note };
    },

    async advance(_pauseId, to): Promise<void> {
      const seen = await sight();
      const { candidate: set, stable: old, rules = [] } = seen;
      if (set === undefined || isTooLate(seen) || memory.returning || isReturning(set)) return;
      const { least: share } = shareRange(rules, terms);
      remember({ trouble: undefined });
      if (share === 0 && !testLeadsToCandidate(rules, terms)) await pointTestRule(trafficRules, terms);
      if (to <= 0) return;

      remember({ orderedTo: to });
      const scale = scaleFor(terms.record.settings, share < 100 ? to : 100);
      if (share < 100 || set.scale < 100) {
        if (set.scale < scale) return taskSets.scale(clusterArn, serviceName, set.taskSetArn, scale);
        if (!isComplete(set, old, scale)) return;
        if (share < 100) return giveShare(trafficRules, terms, to);
      }
      return set.status === 'PRIMARY' ? removeStable(seen) : switchPrimary(set);
    },

    async turnBack(): Promise<void> {
      remember({ returning: true, orderedTo: undefined });
      await back(await sight());
    },

    async keepUntil(until): Promise<void> {
      if (begun.memo === undefined) return;
      await taskSets.tag(candidate.taskSetArn, { [MEMO_KEY]: memoText({ ...begun.memo, until }) });
    },

    async tidy(): Promise<void> {
      const left = await taskSets.describe(clusterArn, serviceName, [candidate.id, stable.id]);
      for (const set of left) await payStickiness(ports, set);
    },
  };

  /** The time is noted first: from it on stable is kept, also by a run that takes over. */
  async function switchPrimary(set: TaskSetFacts): Promise<void> {
    const now = clock.now();
    await taskSets.tag(set.taskSetArn, { [TAGS.primary]: String(now), ...owedTags(terms.record.rules, now) });
    await taskSets.makePrimary(clusterArn, serviceName, set.taskSetArn);
  }

  async function removeStable({ candidate: set, stable: old }: Sighting): Promise<void> {
    if (set === undefined || old === undefined || clock.now() < bakeEndsAt(set, terms)) return;
    await taskSets.remove(clusterArn, serviceName, old.taskSetArn);
  }
}

/** Two calls; one where stable is on its way out and no weight matters any more. */
export async function sightOf(
  { taskSets, trafficRules, clock }: Pick<TaskSetPorts, 'taskSets' | 'trafficRules' | 'clock'>,
  { service, terms, candidate, stable, shownBy = 0 }: Begun,
): Promise<Sighting> {
  const sets = await taskSets.describe(service.clusterArn, service.serviceName, [candidate.id, stable.id]);
  const now = clock.now();
  const found = {
    // A task set that is not visible yet must not be taken for one that is gone.
    candidate: sets.find(({ id }) => id === candidate.id) ?? (now < shownBy ? candidate : undefined),
    stable: sets.find(({ id }) => id === stable.id),
  };
  const isLeaving = found.candidate?.status === 'PRIMARY' && isTooLate(found);
  const rules = isLeaving ? undefined : await trafficRules.describe(terms.record.rules.map(({ ruleArn }) => ruleArn));
  return { at: clock.now(), ...found, rules };
}
