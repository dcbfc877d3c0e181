/** Stickiness of the rules themselves, switched off for the end of a rollout and put back when no cookie can name the old side. */

import type { TaskSetFacts } from '../../core/taskset-facts.ts';
import { PAID, readOwed } from '../../core/taskset-tags.ts';
import { stickinessOf } from '../../core/taskset-weights.ts';
import type { TaskSetPorts } from './rollout.ts';
import { setStickiness } from './write-weights.ts';

/** Gives a sentence for each rule whose stickiness was put back; those whose time has not come stay owed, noted on the task set. */
export async function payStickiness(ports: TaskSetPorts, set: TaskSetFacts): Promise<readonly string[]> {
  const { taskSets, trafficRules, clock } = ports;
  const due = readOwed(set.tags).filter(({ since, seconds }) => clock.now() >= since + seconds * 1_000);
  const said: string[] = [];
  for (const { key, ruleArn, seconds } of due) {
    const [rule] = await trafficRules.describe([ruleArn]);
    if (rule !== undefined && stickinessOf(rule.actions).seconds === undefined) {
      await setStickiness(trafficRules, ruleArn, { seconds });
      said.push(`stickiness of ${seconds} s put back on rule ${ruleArn}`);
    }
    await taskSets.tag(set.taskSetArn, { [key]: PAID });
  }
  return said;
}
