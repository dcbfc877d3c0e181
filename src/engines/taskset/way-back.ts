/** The way back to stable, one step at a time; each step is taken when the one before is seen, by this run or by another. */
import { CallError } from '../../core/errors.ts';
import { isReturning, isTestRuleRestored, isTooLate, type Sighting, shareRange } from '../../core/taskset-look.ts';
import { endedTags, owedTags, readInstant, TAGS } from '../../core/taskset-tags.ts';
import type { Begun, TaskSetPorts } from './rollout.ts';
import { giveBack, restoreTestRule } from './write-weights.ts';

/**
 * Note in AWS that it goes back, move the users to stable where stable is well, make stable the primary one again, wait until the
 * last of them has left, remove the candidate. Gives what stands in the way, as a sentence; safe to repeat at any time.
 */
export async function goBack(ports: TaskSetPorts, begun: Begun, seen: Sighting): Promise<string | undefined> {
  const { taskSets, trafficRules, clock } = ports;
  const { service, terms } = begun;
  const { clusterArn, serviceName } = service;
  const { candidate, stable, rules = [] } = seen;
  if (stable === undefined || isTooLate(seen)) return undefined;

  // Before the weights, so that no run takes a rollout without users for one that waits to begin. Users still come first:
  // where the note is refused they are moved all the same.
  let note: unknown;
  if (candidate !== undefined && !isReturning(candidate) && candidate.status !== 'DRAINING') {
    note = await problemOf(taskSets.tag(candidate.taskSetArn, { [TAGS.returning]: String(clock.now()) }));
  }

  const hasUsers = shareRange(rules, terms).most > 0;
  if (hasUsers) {
    const healthy = (await ports.loadBalancers.targets(terms.pair.a)).filter(({ state }) => state === 'healthy').length;
    // A weighted rule does not fail over from a group without healthy targets: users stay where somebody answers.
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
    if (healthy === 0) return 'stable has no healthy target, so its traffic is not moved back yet; trying again';
  }
  if (hasUsers) await giveBack(trafficRules, terms);
  if (!isTestRuleRestored(rules, terms)) await restoreTestRule(trafficRules, terms);
  if (note !== undefined) throw note;
  if (candidate === undefined || candidate.status === 'DRAINING') return undefined;
  if (candidate.status === 'PRIMARY') await taskSets.makePrimary(clusterArn, serviceName, stable.taskSetArn);

  const zeroSince = hasUsers ? undefined : readInstant(candidate.tags, TAGS.zero);
  if (zeroSince === undefined) {
    await taskSets.tag(candidate.taskSetArn, { [TAGS.zero]: String(clock.now()) });
    return undefined;
  }
  if (clock.now() < zeroSince + terms.record.settings.drainMs) return undefined;
  // The candidate takes its tags with it: what has to be known afterwards goes to the one that stays.
  await taskSets.tag(stable.taskSetArn, {
    ...endedTags(candidate, clock.now()),
    ...owedTags(terms.record.rules, zeroSince),
  });
  await taskSets.remove(clusterArn, serviceName, candidate.taskSetArn);
  return undefined;
}

async function problemOf(call: Promise<void>): Promise<CallError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return error;
  }
}
