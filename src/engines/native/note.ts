/**
 * The note that a rollout leaves on its service: the memo, and which deployment it is about.
 * It has to be there before UpdateService, so it cannot name the deployment that UpdateService will begin. It names the one
 * before instead, and the task definition: a note is about the first deployment of that definition after that one, and about no
 * other. No clock is asked: the runner's is not ECS's.
 */
import { shortArn } from '../../core/arn.ts';
import { CallError } from '../../core/errors.ts';
import { MEMO_KEY, type Memo, memoText, readMemo } from '../../core/memo.ts';
import type { RunningDeployment, ServiceFacts } from '../../core/service.ts';
import type { Log, Services } from '../../ports.ts';

const ABOUT_KEY = 'greenlight:rollout-of';
export const NOTE_KEYS: readonly string[] = [MEMO_KEY, ABOUT_KEY];

export interface Note {
  readonly memo: Memo;
  /** As `web:2`. */
  readonly taskDefinition: string;
  /** Id of the deployment before; NONE_BEFORE when there was none. */
  readonly after: string;
  /** The deployment takes the service back to what served before a rolling deployment that had ended already. */
  readonly isWayBack: boolean;
}

const NONE_BEFORE = 'nothing';
/** A tag's value takes 256 characters, a family alone may have 255. */
const LONGEST_NAME = 180;

export function noteOf(
  memo: Memo,
  taskDefinitionArn: string,
  before: RunningDeployment | undefined,
  isWayBack = false,
): Note {
  return { memo, taskDefinition: nameOf(taskDefinitionArn), after: idOf(before), isWayBack };
}

function tagsOf(note: Note): Readonly<Record<string, string>> {
  const about = `${note.taskDefinition} after ${note.after}${note.isWayBack ? ' way back' : ''}`;
  return { [MEMO_KEY]: memoText(note.memo), [ABOUT_KEY]: about };
}

/** Undefined when the service has none, or one that no version of this action has written. */
export function readNote({ tags }: ServiceFacts): Note | undefined {
  const memo = readMemo(tags?.get(MEMO_KEY) ?? '');
  const about = /^(\S+) after (\S+?)( way back)?$/.exec(tags?.get(ABOUT_KEY) ?? '');
  if (memo === undefined || about === null) return undefined;
  return { memo, taskDefinition: about[1] ?? '', after: about[2] ?? '', isWayBack: about[3] !== undefined };
}

/** `before`: the deployment before it; undefined when ECS shows none any more (it forgets them after 90 days). */
export function isAbout(note: Note, taskDefinitionArn: string, before: RunningDeployment | undefined): boolean {
  return note.taskDefinition === nameOf(taskDefinitionArn) && (before === undefined || note.after === idOf(before));
}

/**
 * Leaves it on the service. A job that may not tag goes on without: the rollout is the same, but another run that has to take it
 * over finds neither its ladder nor who began it.
 */
export async function leaveNote(
  { services, log }: { readonly services: Services; readonly log: Pick<Log, 'warning'> },
  service: ServiceFacts,
  note: Note,
): Promise<boolean> {
  try {
    await services.tag(service.serviceArn, tagsOf(note));
    return true;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    log.warning(
      `could not leave a note on service ${service.serviceName} for a run that may have to take the rollout over: ${error.message}`,
    );
    return false;
  }
}

function idOf(deployment: RunningDeployment | undefined): string {
  return deployment === undefined ? NONE_BEFORE : shortArn(deployment.serviceDeploymentArn);
}

function nameOf(taskDefinitionArn: string): string {
  return shortArn(taskDefinitionArn).slice(-LONGEST_NAME);
}
