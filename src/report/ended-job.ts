/** A job that has ended, as the reports are given it, and the words for its end. */
import { shortArn } from '../core/arn.ts';
import { gateName } from '../core/gate.ts';
import type { Status } from '../core/outcome.ts';
import type { Result } from '../core/result.ts';
import type { History } from './history.ts';

export interface EndedJob {
  readonly service: string;
  readonly cluster: string;
  readonly result: Result;
  readonly history: History;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** This action as a workflow writes it, where that is known. */
  readonly uses?: string | undefined;
}

/** `tone`: good (green), bad (red), open (somebody or something is still to come). */
export interface Headline {
  readonly emoji: string;
  readonly words: string;
  readonly tone: 'good' | 'bad' | 'open';
}

export const HEADLINES: Readonly<Record<Status, Headline>> = {
  succeeded: { emoji: '✅', words: 'Deployed', tone: 'good' },
  unchanged: { emoji: '✅', words: 'Nothing to change', tone: 'good' },
  'awaiting-promotion': { emoji: '✋', words: 'Waiting for a person', tone: 'open' },
  planned: { emoji: '📋', words: 'Planned', tone: 'open' },
  'rolled-back': { emoji: '↩️', words: 'Rolled back', tone: 'bad' },
  superseded: { emoji: '⏭️', words: 'Superseded', tone: 'open' },
  stopped: { emoji: '⏹️', words: 'Stopped', tone: 'bad' },
  'timed-out': { emoji: '⏱️', words: 'Timed out', tone: 'bad' },
  'could-not-look': { emoji: '❔', words: 'Could not look', tone: 'open' },
  cancelled: { emoji: '🚫', words: 'Cancelled', tone: 'bad' },
  failed: { emoji: '❌', words: 'Failed', tone: 'bad' },
};

/** The zero of all times that the reports tell, as in the log: when the rollout came into view, else when the job began. */
export function zeroOf({ history, startedAt }: EndedJob): number {
  return history.begunAt ?? startedAt;
}

/** Whether there is a rollout to tell of. */
export function hasStory({ history }: EndedJob): boolean {
  return history.changes.length > 0 || history.decisions.length > 0 || history.deaths.length > 0;
}

/** A sentence of its own: "gate targets failed" is "Gate targets failed." */
export function asSentence(text: string): string {
  const said = text.trim();
  const end = /[.!?…]$/.test(said) ? '' : '.';
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${end}`;
}

/** A reason as people read it: where it is a gate that spoke, its name stands apart from the words. */
export interface Why {
  readonly before: string;
  readonly gate?: string;
  readonly after: string;
}

/** "gate metrics errors failed at 10 %: …" is: The gate “metrics errors” failed at 10 % of the traffic: … */
export function whyOf({ result, history }: EndedJob): Why {
  const { reason } = result.outcome;
  const names = history.gates.map(({ gate }) => gateName(gate)).toSorted((one, other) => other.length - one.length);
  const gate = names.find((name) => reason.startsWith(`gate ${name} `));
  if (gate === undefined) return { before: '', after: asSentence(reason) };
  const rest = reason.slice(`gate ${gate}`.length).replace(/^([^:]* at [\d.]+ %):/, '$1 of the traffic:');
  return { before: 'The gate ', gate, after: asSentence(`x${rest}`).slice(1) };
}

/** "web@1f5522f5f974" for what is looked at: no registry, and as much of the digest as differs. Whole it is told to be copied. */
export function shortImage(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.replace(/@sha256:([0-9a-f]{12})[0-9a-f]+$/, '@$1');
}

/** Everything by its full name, to copy: what it is, and the name. Without what nobody knows. */
export function wholeNames({ result, cluster, service }: EndedJob): readonly (readonly [string, string])[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Cluster', cluster],
    ['Service', service],
    ['Image', result.image],
    ['Candidate’s task definition', result.taskDefinitionArn],
    ['Stable’s task definition', result.previousTaskDefinitionArn],
    ['Deployment', result.deploymentArn],
  ];
  return rows.flatMap(([what, name]) => (name === undefined || name === '' ? [] : [[what, name] as const]));
}

/** "4 May 2026, 12:09 UTC" */
export function dateOf(at: number): string {
  const date = new Date(at);
  const month = date.toLocaleString('en-GB', { month: 'long', timeZone: 'UTC' });
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** The line of a workflow that calls this action. */
export function usesOf({ uses }: EndedJob): string {
  return `uses: ${uses ?? 'OWNER/greenlight@v0'}`;
}

/** What a person can do about it now: why, and the inputs of the workflow step that does it, as YAML lines. */
export interface WayOn {
  readonly title: string;
  readonly why: string;
  readonly inputs: readonly string[];
}

export function waysOn({ service, cluster, result }: EndedJob): readonly WayOn[] {
  const { status, until } = result.outcome;
  const way = (command: string, title: string, why: string): WayOn => ({
    title,
    why,
    inputs: [`command: ${command}`, `cluster: ${yaml(cluster)}`, `service: ${yaml(service)}`],
  });
  const before =
    result.previousTaskDefinitionArn === undefined ? 'what served before' : shortArn(result.previousTaskDefinitionArn);
  const look = way('status', 'Look', 'Says what is under way on the service and who began it; changes nothing.');
  const back = way('rollback', 'Turn back', `All traffic goes back to ${before}.`);
  switch (status) {
    case 'succeeded':
      return [way('rollback', 'Turn back', `Rolls ${before} out again, all at once and through the same gates.`)];
    case 'awaiting-promotion': {
      const end = until === undefined ? '' : ` Possible until ${dateOf(until)}; then it turns back.`;
      return [way('promote', 'Go on', `To the next step that waits for a person, or to the end.${end}`), back];
    }
    case 'could-not-look':
    case 'cancelled':
    case 'timed-out':
      return [look, back];
    case 'failed':
    case 'superseded':
    case 'stopped':
      return [look];
    case 'planned':
    case 'rolled-back':
    case 'unchanged':
      return [];
  }
}

/** Plain where YAML takes it for the same text, else in quotes (JSON's are YAML's). */
function yaml(text: string): string {
  return /^[a-z][\w./:-]*$/i.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text) && !text.endsWith(':')
    ? text
    : JSON.stringify(text);
}
