/** The candidate's task set: all that stable has, with another task definition and the other target group. */
import { CallError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { ServiceFacts } from '../../core/service.ts';
import type { TaskSetFacts } from '../../core/taskset-facts.ts';
import { firstScale, type Terms } from '../../core/taskset-look.ts';
import { tagsOf } from '../../core/taskset-tags.ts';
import type { Beginning, Rollout } from '../../ports.ts';
import { rolloutOf, type TaskSetPorts } from './rollout.ts';
import { pointTestRule } from './write-weights.ts';

/** What CreateTaskSet takes over from stable as it is, down to members that no version of the SDK knows yet. */
const TAKEN_OVER = [
  'networkConfiguration',
  'capacityProviderStrategy',
  'platformVersion',
  'serviceRegistries',
] as const;

/** ECS shows what was made within seconds. */
const SHOWN_WITHIN_MS = 30_000;
/** ECS takes so many tags a resource (API_CreateTaskSet); this action sets later ones, up to one a rule among them. */
const MOST_TAGS = 50;
const LATER_TAGS = 5;

export async function beginRollout(
  ports: TaskSetPorts,
  service: ServiceFacts,
  stable: TaskSetFacts,
  terms: Terms,
  beginning: Beginning,
): Promise<Rollout> {
  const candidate = await createOnce(ports, service, stable, terms, beginning);
  const shownBy = ports.clock.now() + SHOWN_WITHIN_MS;
  const rollout = rolloutOf(ports, { service, terms, candidate, stable, memo: beginning.memo, shownBy });
  try {
    await pointTestRule(ports.trafficRules, terms);
  } catch (error) {
    // The task set is there, and so is the rollout: what is still missing is ordered when its tasks are ready.
    if (!(error instanceof CallError)) throw error;
  }
  return rollout;
}

/** Under the job's token, so that a second try after a lost answer makes no second one; found by its external id where even that fails. */
async function createOnce(
  { taskSets }: TaskSetPorts,
  { clusterArn, serviceName }: ServiceFacts,
  stable: TaskSetFacts,
  terms: Terms,
  beginning: Beginning,
): Promise<TaskSetFacts> {
  const request = requestFor(stable, terms, beginning);
  try {
    return await taskSets.create(clusterArn, serviceName, request);
  } catch (error) {
    if (!(error instanceof CallError) || !error.isPassing) throw error;
    const made = (await taskSets.list(clusterArn, serviceName)).find(
      ({ externalId }) => externalId === request['externalId'],
    );
    if (made === undefined) throw error;
    return made;
  }
}

export function requestFor(stable: TaskSetFacts, { record, pair, plan }: Terms, beginning: Beginning): JsonObject {
  const { raw } = stable;
  const kept = TAKEN_OVER.flatMap((name): [string, JsonObject[string]][] => {
    const value = raw[name];
    return value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? [] : [[name, value]];
  });
  const hasStrategy = kept.some(([name]) => name === 'capacityProviderStrategy');
  const entries = Array.isArray(raw['loadBalancers']) ? raw['loadBalancers'].filter(isJsonObject) : [];
  // Tags of the owner's go on to every task set; ours belong to one rollout, and those of aws: are not ours to set.
  const ours = tagsOf(record, beginning.memo);
  const room = MOST_TAGS - LATER_TAGS - Object.keys(ours).length - record.rules.length;
  const owners = [...stable.tags]
    .filter(([key]) => !key.startsWith('greenlight:') && !key.startsWith('aws:'))
    .slice(0, Math.max(0, room));
  return {
    ...Object.fromEntries(kept),
    ...(hasStrategy || raw['launchType'] === undefined ? {} : { launchType: raw['launchType'] }),
    taskDefinition: beginning.taskDefinitionArn,
    loadBalancers: entries.map((entry) => ({ ...entry, targetGroupArn: pair.b })),
    scale: { value: firstScale(record.settings, plan), unit: 'PERCENT' },
    externalId: `greenlight-${beginning.token}`,
    clientToken: beginning.token,
    tags: Object.entries({ ...Object.fromEntries(owners), ...ours }).map(([key, value]) => ({
      key,
      value,
    })),
  };
}
