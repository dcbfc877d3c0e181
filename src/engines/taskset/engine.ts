/**
 * The engine of services with the deployment controller EXTERNAL: this action moves the traffic itself, over task sets and the
 * weights of a load balancer. Nothing goes back by itself here: a rollout that nobody is at the wheel of stays where it is until
 * somebody finds it, and everything that he needs is in AWS.
 */
import { CallError } from '../../core/errors.ts';
import { type Memo, readMemo } from '../../core/memo.ts';
import type { Plan } from '../../core/plan.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { TaskSetFacts } from '../../core/taskset-facts.ts';
import { lookAt } from '../../core/taskset-look.ts';
import { type RolloutRecord, readEnded, readRecord, TAGS } from '../../core/taskset-tags.ts';
import { type FoundRollout, findRollout, primaryOf } from '../../core/taskset-underway.ts';
import { weightsOf } from '../../core/taskset-weights.ts';
import type { Ended, Engine, Ports, Underway } from '../../ports.ts';
import { type Begun, rolloutOf, sightOf, type TaskSetPorts } from './rollout.ts';
import { payStickiness } from './stickiness.ts';
import { OWN_GATES, surveyTaskSets } from './survey.ts';
import { restoreTestRule } from './write-weights.ts';

export function taskset(ports: TaskSetPorts & Pick<Ports, 'clock'>): Engine {
  const setsOf = ({ clusterArn, serviceName }: ServiceFacts): Promise<readonly TaskSetFacts[]> =>
    ports.taskSets.list(clusterArn, serviceName);

  return {
    name: 'taskset',
    ownGates: OWN_GATES,

    async serving(service): Promise<string> {
      const primary = primaryOf(await setsOf(service));
      if (primary !== undefined) return primary.taskDefinition;
      throw new CallError(
        'not-found',
        '',
        `service ${service.serviceName} has no PRIMARY task set: create the first one with CreateTaskSet, and make it the primary one`,
      );
    },

    async underway(service): Promise<Underway | undefined> {
      const found = findRollout(await setsOf(service));
      return found === undefined ? undefined : underwayOf(ports, service, found);
    },

    async last(service): Promise<Ended | undefined> {
      const sets = await setsOf(service);
      const primary = primaryOf(sets);
      if (primary === undefined || findRollout(sets) !== undefined) return undefined;
      return endedOn(primary);
    },

    async previous(service): Promise<string | undefined> {
      const found = primaryOf(await setsOf(service))?.tags.get(TAGS.previous);
      return found === '' ? undefined : found;
    },

    survey: (service, wanted) => surveyTaskSets(ports, service, wanted),

    async tidy(service): Promise<readonly string[]> {
      const sets = await setsOf(service);
      if (findRollout(sets) !== undefined) return [];
      const primary = primaryOf(sets);
      const said: string[] = [];
      for (const set of sets) {
        const record = readRecord(set.tags);
        if (set.status !== 'ACTIVE' || record === undefined) continue;
        if (!(await isWithoutUsers(ports, set, record, primary))) continue;
        const pair = { a: record.fromGroup, b: set.targetGroupArn ?? '' };
        await restoreTestRule(ports.trafficRules, { record, pair });
        await ports.taskSets.remove(service.clusterArn, service.serviceName, set.taskSetArn);
        said.push(`task set ${set.id}, which an earlier rollout had left without users, is removed`);
      }
      return primary === undefined ? said : [...said, ...(await payStickiness(ports, primary))];
    },
  };
}

/** The newest end that the primary task set tells of: its own success, or a rollout that went back to it afterwards. */
function endedOn(primary: TaskSetFacts): Ended | undefined {
  const back = readEnded(primary.tags);
  if (back !== undefined) {
    return {
      id: back.id,
      taskDefinitionArn: back.taskDefinitionArn,
      end: { kind: 'rolled-back', reason: `turned back at ${new Date(back.at).toISOString()}` },
    };
  }
  if (readRecord(primary.tags) === undefined) return undefined;
  return {
    id: primary.taskSetArn,
    taskDefinitionArn: primary.taskDefinition,
    end: { kind: 'succeeded', reason: 'its task set is the primary one, and that of stable is removed' },
  };
}

async function underwayOf(ports: TaskSetPorts, service: ServiceFacts, found: FoundRollout): Promise<Underway> {
  const { candidate, stable, record, pair } = found;
  const memo = readMemo(candidate.tags.get(TAGS.memo) ?? '');
  const begun = (plan: Plan): Begun => ({ service, candidate, stable, memo, terms: { record, pair, plan } });
  const asItStands = begun(planFrom(memo));
  const test = record.rules.find(({ role }) => role === 'test');
  const nothingKnown = { orderedTo: undefined, wasComplete: false, returning: false, trouble: undefined };
  return {
    id: candidate.taskSetArn,
    taskDefinitionArn: candidate.taskDefinition,
    startedAt: candidate.createdAt,
    memo,
    look: lookAt(await sightOf(ports, asItStands), nothingKnown, asItStands.terms),
    candidateUrl: test === undefined ? undefined : await ports.loadBalancers.address(test.ruleArn),
    abandonedAt: memo?.until ?? candidate.createdAt,
    rollout: (plan) => rolloutOf(ports, begun(plan)),
  };
}

/** Enough of a plan for a look: what its gates would be nobody asks here. */
function planFrom(memo: Memo | undefined): Plan {
  const { shares = [100], holdMs = 0, bakeMs = 0 } = memo ?? {};
  return {
    steps: [0, ...shares].map((share) => ({ share, holdMs })),
    bakeMs,
    gates: [],
    timeoutMs: 0,
    onCancel: 'rollback',
    holdLimitMs: 0,
    onInconclusive: 'rollback',
    waitForApprovalMs: 0,
    promoteWithinMs: 0,
  };
}

/** Nobody but testers is led to it. */
async function isWithoutUsers(
  { trafficRules }: TaskSetPorts,
  { targetGroupArn }: TaskSetFacts,
  record: RolloutRecord,
  primary: TaskSetFacts | undefined,
): Promise<boolean> {
  if (targetGroupArn === undefined) return true;
  // Two task sets behind one target group share its users: which of them has some cannot be told.
  if (primary === undefined || primary.targetGroupArn === targetGroupArn) return false;
  const isTest = (arn: string): boolean => record.rules.some(({ role, ruleArn }) => role === 'test' && ruleArn === arn);
  return (await trafficRules.around(targetGroupArn)).every(
    ({ ruleArn, actions }) => isTest(ruleArn) || (weightsOf(actions).get(targetGroupArn) ?? 0) === 0,
  );
}
