/** A task that has stopped, as ECS tells it. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html */
export interface TaskDeath {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  /** Epoch milliseconds. */
  readonly stoppedAt: number;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  /** Who started it: `ecs-svc/…` names the deployment. */
  readonly startedBy: string | undefined;
  readonly containers: readonly DeadContainer[];
}

export interface DeadContainer {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
  readonly image: string | undefined;
}

/** So many deaths by the candidate's own doing, none of its tasks ever healthy, are a crash loop and not bad luck. */
export const CRASH_LOOP_DEATHS = 3;

/** Exit codes above 128 are 128 plus the signal's number; 126 and 127 are the shell's. */
const EXIT_WORDS: ReadonlyMap<number, string> = new Map([
  [126, 'command not executable'],
  [127, 'command not found'],
  [129, 'SIGHUP'],
  [130, 'SIGINT'],
  [131, 'SIGQUIT'],
  [132, 'SIGILL'],
  [134, 'SIGABRT'],
  [135, 'SIGBUS'],
  [136, 'SIGFPE'],
  [137, 'SIGKILL'],
  [139, 'SIGSEGV'],
  [143, 'SIGTERM'],
]);

/**
 * What passes by itself: a registry that throttles, a network that does not answer. Asked before NEVER, for these texts often
 * carry the name of what could not be reached as well.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
 */
const PASSING =
  /toomanyrequests|too many requests|rate exceeded|pull rate limit|throttl|i\/o timeout|timed? ?out|deadline exceeded|connection (refused|reset|issue)|no route to host|temporary failure in name resolution|request canceled|context canceled|unexpected eof|\bstatus(?: code)?:? 50[0234]\b|internal ?server ?error|bad gateway|service ?unavailable/i;

/** What no second try mends. Each: the kind of error it belongs to, and what its text says. */
const NEVER: readonly { readonly error: RegExp; readonly says: RegExp }[] = [
  {
    error: /CannotPull\w*Error|CannotPullImageManifestError/,
    says: /not found|manifest unknown|name unknown|no matching manifest|does not match the specified platform|does not exist|access denied|access forbidden|\bdenied\b|unauthorized|not authorized|403 forbidden|no basic auth credentials|invalid reference format/i,
  },
  {
    error: /Cannot(Start|Create)ContainerError|ContainerRuntimeError/,
    says: /exec format error|no such file or directory|executable file not found|permission denied|is a directory|invalid mount|unknown log opt|invalid reference format/i,
  },
  {
    error: /ResourceInitializationError/,
    says: /accessdenied|not authorized|resourcenotfound|can't find the specified secret|invalid parameters?\b|did not contain json key|parameternotfound|does not exist|unable to assume|invalid ?ssm|validationexception/i,
  },
  { error: /unable to assume the role/i, says: /unable to assume the role/i },
];

/** The deaths that are the candidate's: of its task definition, since it was ordered. Deaths of stable tell nothing about it. */
export function deathsOf(
  deaths: readonly TaskDeath[],
  candidate: { readonly taskDefinitionArn: string; readonly since: number },
): readonly TaskDeath[] {
  return deaths.filter(
    (death) => death.taskDefinitionArn === candidate.taskDefinitionArn && death.stoppedAt >= candidate.since,
  );
}

/**
 * Whether it is the task's own doing that it is gone: it exited, could not start, or failed its health checks.
 * Not: scaled in, replaced by a deployment, stopped by a person, lost with its Spot capacity or its host.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export function isOwnDoing(death: TaskDeath): boolean {
  switch (death.stopCode) {
    case 'EssentialContainerExited':
    case 'TaskFailedToStart':
      return true;
    case 'ServiceSchedulerInitiated':
    case undefined:
      return /failed (elb |container )?health checks|essential container in task exited|Cannot\w+Error|ResourceInitializationError/i.test(
        textOf(death),
      );
    default:
      return false;
  }
}

/**
 * Whether there is any use in waiting for these tasks. `deaths` are the candidate's own; `everHealthy`: one of its tasks has served.
 * A start that can never succeed ends the hope at once, a crash loop after three deaths; throttled pulls and timeouts never do.
 */
export function outlook(
  deaths: readonly TaskDeath[],
  seen: { readonly everHealthy: boolean },
): { readonly hopeless: string } | undefined {
  const own = deaths.filter(isOwnDoing);
  const never = own.find(canNeverStart);
  if (never !== undefined) return { hopeless: `the candidate can never start: ${explainDeath(never)}` };
  if (seen.everHealthy) return undefined;
  const telling = own.filter((death) => !PASSING.test(startFailure(death)));
  const last = telling.reduce<TaskDeath | undefined>(
    (newest, death) => (newest === undefined || death.stoppedAt > newest.stoppedAt ? death : newest),
    undefined,
  );
  if (last === undefined || telling.length < CRASH_LOOP_DEATHS) return undefined;
  return {
    hopeless: `${telling.length} tasks of the candidate died and none was ever healthy; the last: ${explainDeath(last)}`,
  };
}

function canNeverStart(death: TaskDeath): boolean {
  const text = startFailure(death);
  if (PASSING.test(text)) return false;
  return NEVER.some(({ error, says }) => error.test(text) && says.test(text));
}

/** The text of a failed start; empty when the task had started, whatever it died of later. */
function startFailure(death: TaskDeath): string {
  const text = textOf(death);
  return /Cannot\w+Error|ContainerRuntimeError|ResourceInitializationError|unable to assume the role/i.test(text)
    ? text
    : '';
}

/**
 * The container to blame, whose log is worth reading: killed for memory, else failed with a code, else with a reason,
 * else one that exited at all. Undefined when ECS names none.
 */
export function culprit(death: TaskDeath): DeadContainer | undefined {
  const { containers } = death;
  return (
    containers.find(isOutOfMemory) ??
    // A sidecar that was stopped along with the task shows SIGTERM or SIGKILL; the one that began it shows another code.
    containers.find(
      ({ exitCode }) => exitCode !== undefined && exitCode !== 0 && exitCode !== 137 && exitCode !== 143,
    ) ??
    containers.find(({ reason }) => reason !== undefined && reason !== '') ??
    containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0) ??
    containers.find(({ exitCode }) => exitCode !== undefined) ??
    (containers.length === 1 ? containers[0] : undefined)
  );
}

/**
 * One death in a sentence:
 * "task 0f3a…: container web exited with code 137 (SIGKILL), out of memory; EssentialContainerExited: Essential container in task exited".
 */
export function explainDeath(death: TaskDeath): string {
  return `task ${shortId(death.taskArn)}: ${causeOf(death)}`;
}

/** The same without the task: of two deaths with one cause it is the same text. */
export function causeOf(death: TaskDeath): string {
  const container = culprit(death);
  const what = container === undefined ? 'stopped' : explainContainer(container);
  const stopped = [death.stopCode, withoutFullStop(death.stoppedReason)].filter(isSaid).join(': ');
  // On Fargate the container's reason repeats the task's word for word.
  const why = isSaid(stopped) && !(what.includes(stopped) && stopped !== '') ? `; ${stopped}` : '';
  return `${what}${why}`;
}

function explainContainer(container: DeadContainer): string {
  const parts: string[] = [`container ${container.name}`];
  if (container.exitCode === undefined) {
    parts.push(isSaid(container.reason) ? 'did not start' : 'stopped without an exit code');
  } else {
    const word = EXIT_WORDS.get(container.exitCode);
    parts.push(`exited with code ${container.exitCode}${word === undefined ? '' : ` (${word})`}`);
  }
  const sentence = parts.join(' ');
  if (isOutOfMemory(container)) return `${sentence}, out of memory (its memory limit was reached)`;
  return isSaid(container.reason) ? `${sentence}, ${withoutFullStop(container.reason)}` : sentence;
}

/** ECS marks it in the container's reason; the exit code alone (137, SIGKILL) also follows a stop that took too long. */
function isOutOfMemory(container: DeadContainer): boolean {
  return /OutOfMemory/i.test(container.reason ?? '');
}

function textOf(death: TaskDeath): string {
  return [death.stoppedReason, ...death.containers.map(({ reason }) => reason)].filter(isSaid).join('\n');
}

function isSaid(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function withoutFullStop(text: string | undefined): string | undefined {
  return text?.trim().replace(/\.$/, '');
}

/** "0f3a9b1c" of arn:aws:ecs:eu-west-1:111122223333:task/cluster/0f3a9b1c…: enough to find it. */
export function shortId(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf('/') + 1).slice(0, 8);
}
