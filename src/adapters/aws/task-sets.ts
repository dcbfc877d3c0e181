import { CallError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, objectsIn } from '../../core/json.ts';
import type { TaskSetFacts } from '../../core/taskset-facts.ts';
import type { TaskSets } from '../../ports.ts';
import { call, isNamed } from './client.ts';
import type { Ecs } from './connections.ts';
import { withRawAnswer, withRawBody } from './raw-json.ts';

export function taskSets(ecs: Ecs): TaskSets {
  const describe: TaskSets['describe'] = (cluster, service, taskSetIds) =>
    call(`describe task sets of service ${service} in cluster ${cluster}`, async () => {
      // ECS refuses an empty list, though its reference calls the member optional.
      if (taskSetIds.length === 0) return [];
      const { sdk, client } = await ecs();
      const { command, answer } = withRawAnswer(
        new sdk.DescribeTaskSetsCommand({ cluster, service, taskSets: [...taskSetIds], include: ['TAGS'] }),
      );
      const known = await client.send(command);
      const failure = known.failures?.find(({ reason }) => reason !== 'MISSING');
      if (failure !== undefined) {
        throw new CallError(
          'invalid',
          failure.reason ?? '',
          `describe task sets of service ${service} in cluster ${cluster}: ${failure.reason} ${failure.detail ?? ''}`.trim(),
        );
      }
      return objectsIn(answer()['taskSets']).map(taskSetFacts);
    });

  return {
    describe,

    /** Only the service tells which there are; its own list of them has no tags. */
    async list(cluster, service) {
      const ids = await call(`describe service ${service} in cluster ${cluster}`, async () => {
        const { sdk, client } = await ecs();
        const { services } = await client.send(new sdk.DescribeServicesCommand({ cluster, services: [service] }));
        return (services?.[0]?.taskSets ?? []).flatMap(({ taskSetArn }) => taskSetArn ?? []);
      });
      return describe(cluster, service, ids);
    },

    create: (cluster, service, request) => {
      const thing = `create a task set of service ${service} in cluster ${cluster}`;
      return call(thing, async () => {
        const { sdk, client } = await ecs();
        const bare = new sdk.CreateTaskSetCommand({ cluster, service, taskDefinition: undefined });
        const { command, answer } = withRawAnswer(withRawBody(bare, { ...request, cluster, service }));
        await client.send(command);
        const made = answer()['taskSet'];
        if (!isJsonObject(made)) throw new CallError('server', '', `${thing}: the answer has no task set`);
        return taskSetFacts(made);
      });
    },

    scale: (cluster, service, taskSet, percent) =>
      call(`scale task set ${taskSet} to ${percent} %`, async () => {
        const { sdk, client } = await ecs();
        await client.send(
          new sdk.UpdateTaskSetCommand({ cluster, service, taskSet, scale: { value: percent, unit: 'PERCENT' } }),
        );
      }),

    makePrimary: (cluster, service, taskSet) =>
      call(`make task set ${taskSet} the primary one`, async () => {
        const { sdk, client } = await ecs();
        await client.send(new sdk.UpdateServicePrimaryTaskSetCommand({ cluster, service, primaryTaskSet: taskSet }));
      }),

    remove: (cluster, service, taskSet) =>
      call(`delete task set ${taskSet}`, async () => {
        const { sdk, client } = await ecs();
        try {
          // "force" alone lets it go with its tasks; they are drained all the same (status DRAINING, API_TaskSet).
          await client.send(new sdk.DeleteTaskSetCommand({ cluster, service, taskSet, force: true }));
        } catch (error) {
          if (!isNamed(error, 'TaskSetNotFoundException')) throw error;
        }
      }),

    tag: (taskSetArn, tags) =>
      call(`tag task set ${taskSetArn}`, async () => {
        const { sdk, client } = await ecs();
        await client.send(
          new sdk.TagResourceCommand({
            resourceArn: taskSetArn,
            tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
          }),
        );
      }),
  };
}

/** A task set as DescribeServices and DescribeTaskSets answer it. */
export function taskSetFacts(set: JsonObject): TaskSetFacts {
  const scale = isJsonObject(set['scale']) ? set['scale']['value'] : undefined;
  return {
    taskSetArn: text(set['taskSetArn']) ?? '',
    id: text(set['id']) ?? '',
    status: text(set['status']) ?? '',
    taskDefinition: text(set['taskDefinition']) ?? '',
    externalId: text(set['externalId']),
    scale: typeof scale === 'number' ? scale : 100,
    computedDesiredCount: count(set['computedDesiredCount']),
    runningCount: count(set['runningCount']),
    pendingCount: count(set['pendingCount']),
    isSteady: set['stabilityStatus'] === 'STEADY_STATE',
    // Instants are seconds with a fraction in ECS's JSON.
    createdAt: Math.round(count(set['createdAt']) * 1_000),
    targetGroupArn: text(objectsIn(set['loadBalancers'])[0]?.['targetGroupArn']),
    tags: new Map(
      objectsIn(set['tags']).flatMap(({ key, value }): [string, string][] =>
        typeof key === 'string' ? [[key, text(value) ?? '']] : [],
      ),
    ),
    raw: set,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
