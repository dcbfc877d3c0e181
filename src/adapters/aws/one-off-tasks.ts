import type { Task } from '@aws-sdk/client-ecs';
import { CallError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { OneOffTask } from '../../core/migration.ts';
import type { OneOffTasks, TaskDefinitions } from '../../ports.ts';
import { call, isNamed } from './client.ts';
import type { Ecs, Logs } from './connections.ts';
import { withRawBody } from './raw-json.ts';
import { type LogPlace, logPlacesIn } from './tasks.ts';

/** By this a person finds the tasks in ECS's console: letters, numbers, - / _ are allowed. */
const STARTED_BY = 'greenlight';
/** So many pages are read in a row before somebody else gets a word; the rest comes with the next look. */
const PAGES_A_LOOK = 10;

export function oneOffTasks(ecs: Ecs, logs: Logs, taskDefinitions: Pick<TaskDefinitions, 'describe'>): OneOffTasks {
  /** A revision never changes. */
  const places = new Map<string, Promise<ReadonlyMap<string, LogPlace>>>();
  const placesOf = (taskDefinitionArn: string): Promise<ReadonlyMap<string, LogPlace>> => {
    const known = places.get(taskDefinitionArn) ?? taskDefinitions.describe(taskDefinitionArn).then(logPlacesIn);
    places.set(taskDefinitionArn, known);
    known.catch(() => places.delete(taskDefinitionArn));
    return known;
  };

  return {
    run: ({ cluster, taskDefinitionArn, container, command, placement, token }) => {
      const thing = `run a task of ${taskDefinitionArn} in cluster ${cluster}`;
      return call(thing, async () => {
        const { sdk, client } = await ecs();
        const body: JsonObject = {
          ...placement,
          cluster,
          taskDefinition: taskDefinitionArn,
          count: 1,
          clientToken: token,
          startedBy: STARTED_BY,
          overrides: { containerOverrides: [{ name: container, command }] },
        };
        const answer = await client.send(
          withRawBody(new sdk.RunTaskCommand({ cluster, taskDefinition: taskDefinitionArn }), body),
        );
        const taskArn = answer.tasks?.[0]?.taskArn;
        if (taskArn !== undefined) return { taskArn };
        const refusals = (answer.failures ?? []).map(({ arn, reason, detail }) => ({ arn, reason, detail }));
        if (refusals.length === 0) throw new CallError('server', '', `${thing}: the answer names no task`);
        return { refusals };
      });
    },

    describe: (cluster, taskArn) =>
      call(`describe task ${taskArn}`, async () => {
        const { sdk, client } = await ecs();
        const answer = await client.send(new sdk.DescribeTasksCommand({ cluster, tasks: [taskArn] }));
        const failure = answer.failures?.[0];
        if (failure !== undefined && failure.reason !== 'MISSING') {
          const why = [failure.reason, failure.detail].filter((text) => text !== undefined).join(' ');
          throw new CallError('invalid', failure.reason ?? '', `describe task ${taskArn}: ${why}`);
        }
        const task = answer.tasks?.[0];
        return task === undefined ? undefined : oneOffTask(task, taskArn);
      }),

    stop: (cluster, taskArn, reason) =>
      call(`stop task ${taskArn}`, async () => {
        const { sdk, client } = await ecs();
        try {
          await client.send(new sdk.StopTaskCommand({ cluster, task: taskArn, reason }));
        } catch (error) {
          // ECS has no code of its own for a task that it does not show any more.
          if (isNamed(error, 'InvalidParameterException') && /task was not found/i.test(String(error))) return;
          throw error;
        }
      }),

    async log({ taskArn, taskDefinitionArn, container }, next) {
      const place = (await placesOf(taskDefinitionArn)).get(container);
      if (place === undefined) return undefined;
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html (awslogs-stream-prefix)
      const stream = `${place.prefix}/${container}/${taskArn.slice(taskArn.lastIndexOf('/') + 1)}`;
      return call(`read log ${place.group} ${stream}`, () => readOn(logs, place, stream, next));
    },
  };
}

/** Reads on until there is nothing more: an answer may be empty and more behind it, at the end the token comes back as it was sent. */
async function readOn(logs: Logs, place: LogPlace, stream: string, from: string | undefined) {
  const { sdk, client } = await logs(place.region);
  const lines: string[] = [];
  let next = from;
  for (let page = 0; page < PAGES_A_LOOK; page++) {
    try {
      const answer = await client.send(
        new sdk.GetLogEventsCommand({
          logGroupName: place.group,
          logStreamName: stream,
          startFromHead: true,
          ...(next === undefined ? {} : { nextToken: next }),
        }),
      );
      lines.push(...(answer.events ?? []).flatMap(({ message }) => (message ?? '').trimEnd().split(/\r?\n/)));
      if (answer.nextForwardToken === undefined || answer.nextForwardToken === next) break;
      next = answer.nextForwardToken;
    } catch (error) {
      // The stream comes with the container's first line.
      if (isNamed(error, 'ResourceNotFoundException')) break;
      // What was read is not read again: the failure comes back with the next look, if it does.
      if (lines.length > 0) break;
      throw error;
    }
  }
  return { lines, next };
}

function oneOffTask(task: Task, taskArn: string): OneOffTask {
  return {
    taskArn,
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    facts: {
      taskArn,
      taskDefinitionArn: task.taskDefinitionArn ?? '',
      stoppedAt: task.stoppedAt?.getTime() ?? 0,
      stopCode: task.stopCode,
      stoppedReason: task.stoppedReason,
      startedBy: task.startedBy,
      containers: (task.containers ?? []).map(({ name, exitCode, reason, image }) => ({
        name: name ?? '',
        exitCode,
        reason,
        image,
      })),
    },
  };
}
