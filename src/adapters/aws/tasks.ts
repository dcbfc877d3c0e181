import type { Task } from '@aws-sdk/client-ecs';
import { culprit, type TaskDeath } from '../../core/deaths.ts';
import { CallError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { TaskDefinitions, Tasks } from '../../ports.ts';
import { call } from './client.ts';
import type { Ecs, Logs } from './connections.ts';

/** DescribeTasks takes so many. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const TASKS_A_CALL = 100;
/** GetLogEvents may answer an empty page and more behind it. So many pages back are looked at. */
const EMPTY_PAGES = 3;

/** Where a container's log goes; the stream is `prefix/container/task id`. */
export interface LogPlace {
  readonly group: string;
  readonly prefix: string;
  readonly region: string | undefined;
}

export function tasks(ecs: Ecs, logs: Logs, taskDefinitions: Pick<TaskDefinitions, 'describe'>): Tasks {
  /** A stopped task does not change any more: what was told once is not asked again. */
  const settled = new Map<string, TaskDeath>();
  const logPlaces = new Map<string, Promise<ReadonlyMap<string, LogPlace>>>();

  /** Where each container of a task definition writes its log. A revision never changes. */
  const logPlacesOf = (taskDefinitionArn: string): Promise<ReadonlyMap<string, LogPlace>> => {
    const known = logPlaces.get(taskDefinitionArn) ?? taskDefinitions.describe(taskDefinitionArn).then(logPlacesIn);
    logPlaces.set(taskDefinitionArn, known);
    known.catch(() => logPlaces.delete(taskDefinitionArn));
    return known;
  };

  return {
    deaths: (cluster, service) =>
      call(`look for stopped tasks of service ${service} in cluster ${cluster}`, async () => {
        const { sdk, client } = await ecs();
        const arns: string[] = [];
        let nextToken: string | undefined;
        do {
          const answer = await client.send(
            new sdk.ListTasksCommand({
              cluster,
              serviceName: service,
              desiredStatus: 'STOPPED',
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
          );
          arns.push(...(answer.taskArns ?? []));
          nextToken = answer.nextToken;
        } while (nextToken !== undefined);

        const unknown = arns.filter((arn) => !settled.has(arn));
        const seen = new Map<string, TaskDeath>();
        for (let from = 0; from < unknown.length; from += TASKS_A_CALL) {
          const some = unknown.slice(from, from + TASKS_A_CALL);
          const answer = await client.send(new sdk.DescribeTasksCommand({ cluster, tasks: some }));
          for (const task of answer.tasks ?? []) {
            const death = toDeath(task);
            if (death === undefined) continue;
            (task.lastStatus === 'STOPPED' ? settled : seen).set(death.taskArn, death);
          }
        }
        return arns.flatMap((arn) => settled.get(arn) ?? seen.get(arn) ?? []).sort((a, b) => b.stoppedAt - a.stoppedAt);
      }),

    async logTail(death, lines) {
      const container = culprit(death);
      if (container === undefined || lines <= 0) return [];
      try {
        const place = (await logPlacesOf(death.taskDefinitionArn)).get(container.name);
        if (place === undefined) return [];
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html (awslogs-stream-prefix)
        const stream = `${place.prefix}/${container.name}/${death.taskArn.slice(death.taskArn.lastIndexOf('/') + 1)}`;
        return await call(`read log ${place.group} ${stream}`, () => lastEvents(logs, place, stream, lines));
      } catch (error) {
        // A log is an extra: that it cannot be read must not hide what is known of the death. A missing right is worth a word.
        if (error instanceof CallError && error.failure === 'denied') return [`(${error.message})`];
        return [];
      }
    },
  };
}

async function lastEvents(logs: Logs, place: LogPlace, stream: string, lines: number): Promise<readonly string[]> {
  const { sdk, client } = await logs(place.region);
  let nextToken: string | undefined;
  for (let page = 0; page < EMPTY_PAGES; page++) {
    const answer = await client.send(
      new sdk.GetLogEventsCommand({
        logGroupName: place.group,
        logStreamName: stream,
        limit: lines,
        startFromHead: false,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    const events = answer.events ?? [];
    if (events.length > 0) return events.slice(-lines).map(({ message }) => (message ?? '').trimEnd());
    // The same token again means that there is nothing further back.
    if (answer.nextBackwardToken === undefined || answer.nextBackwardToken === nextToken) return [];
    nextToken = answer.nextBackwardToken;
  }
  return [];
}

/** Undefined while the task still runs: ListTasks also names those that were only told to stop. */
function toDeath(task: Task): TaskDeath | undefined {
  // On Fargate minutes may pass between the containers' end and the task's: its network is taken down first.
  const stoppedAt = task.stoppedAt ?? task.executionStoppedAt;
  if (task.taskArn === undefined || stoppedAt === undefined) return undefined;
  return {
    taskArn: task.taskArn,
    taskDefinitionArn: task.taskDefinitionArn ?? '',
    stoppedAt: stoppedAt.getTime(),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    startedBy: task.startedBy,
    containers: (task.containers ?? []).map((container) => ({
      name: container.name ?? '',
      exitCode: container.exitCode,
      reason: container.reason,
      image: container.image,
    })),
  };
}

/** Containers with the awslogs driver and a stream prefix: without one the stream's name is the container's id in Docker. */
export function logPlacesIn(described: { readonly definition: JsonObject } | undefined): ReadonlyMap<string, LogPlace> {
  const places = new Map<string, LogPlace>();
  const containers = (described?.definition['containerDefinitions'] ?? []) as readonly JsonObject[];
  for (const container of containers) {
    const configuration = container['logConfiguration'] as JsonObject | undefined;
    const options = (configuration?.['options'] ?? {}) as JsonObject;
    const group = options['awslogs-group'];
    const prefix = options['awslogs-stream-prefix'];
    const region = options['awslogs-region'];
    if (configuration?.['logDriver'] !== 'awslogs' || typeof group !== 'string' || typeof prefix !== 'string') continue;
    places.set(String(container['name']), { group, prefix, region: typeof region === 'string' ? region : undefined });
  }
  return places;
}
