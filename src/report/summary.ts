/** The job summary: outcome first, the facts in a table, then what happened. GitHub's Markdown. Pure. */
import { shortArn } from '../core/arn.ts';
import { explainDeath } from '../core/deaths.ts';
import { gateName } from '../core/gate.ts';
import type { Status } from '../core/outcome.ts';
import { stepName } from '../core/plan.ts';
import type { Result } from '../core/result.ts';
import { COMPARISON_HEAD, comparisonRows } from './evidence.ts';
import type { History } from './history.ts';
import { elapsed } from './rollout-log.ts';

export interface Told {
  readonly service: string;
  readonly cluster: string;
  readonly result: Result;
  readonly history: History;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
}

const HEADLINES: Readonly<Record<Status, string>> = {
  succeeded: '✅ Deployed',
  unchanged: '✅ Nothing to change',
  'awaiting-promotion': '✋ Waiting for a person',
  planned: '📋 Planned',
  'rolled-back': '↩️ Rolled back',
  superseded: '⏭️ Superseded',
  stopped: '⏹️ Stopped',
  'timed-out': '⏱️ Timed out',
  'could-not-look': '❔ Could not look',
  cancelled: '🚫 Cancelled',
  failed: '❌ Failed',
};

const LINES_OF_DEATHS = 5;

export function summaryOf(told: Told): string {
  const { result, history } = told;
  const compared = comparisonRows(history);
  return [
    `## ${HEADLINES[result.outcome.status]}: ${told.service}`,
    `${sentence(result.outcome.reason)}`,
    table(['', ''], facts(told)),
    ...section('Gates', history.gates.length > 0, () =>
      table(
        ['Gate', 'When', 'Verdict', 'Last seen', 'Looks'],
        history.gates.map(({ gate, step, verdict, sentence: seen, looks }) => [
          code(gateName(gate)),
          stepName(step),
          verdict,
          seen,
          String(looks),
        ]),
      ),
    ),
    ...section('Candidate against stable', compared.length > 0, () => table(COMPARISON_HEAD, compared)),
    ...section('Tasks that died', history.deaths.length > 0, () => deaths(history)),
    ...section('Traffic', history.changes.length > 0, () =>
      table(
        ['Time', 'Stage', 'Candidate’s share', 'Candidate', 'Stable'],
        history.changes.map(({ at, look }) => [
          elapsed(at - told.startedAt),
          code(look.stage),
          `${look.share} %`,
          `${look.candidate.running}/${look.candidate.requested}`,
          String(look.stable.running),
        ]),
      ),
    ),
    '',
  ].join('\n\n');
}

function facts({ result, cluster, service, startedAt, endedAt }: Told): string[][] {
  const rows: [string, string | undefined][] = [
    ['Status', result.outcome.status],
    ['Service', `${cluster} / ${service}`],
    ['Image', result.image],
    ['Task definition', result.taskDefinitionArn && shortArn(result.taskDefinitionArn)],
    ['Served before', result.previousTaskDefinitionArn && shortArn(result.previousTaskDefinitionArn)],
    ['Deployment', result.deploymentArn],
    ['Candidate’s traffic', result.traffic === undefined ? undefined : `${result.traffic} %`],
    ['Evidence', result.evidence],
    ['Took', elapsed(endedAt - startedAt)],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[`**${name}**`, code(value)]]));
}

function deaths(history: History): string {
  const shown = history.deaths.slice(0, LINES_OF_DEATHS).map(({ death, logTail }) => {
    const log = logTail.length === 0 ? '' : `\n\n${fence(logTail)}`;
    return `- ${plain(explainDeath(death))}${log}`;
  });
  const more = history.deaths.length - shown.length;
  return [shown.join('\n'), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n\n');
}

function section(title: string, wanted: boolean, body: () => string): string[] {
  return wanted ? [`### ${title}`, body()] : [];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** A log may hold anything, also a line of backticks. */
function fence(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.map((line) => /`+/.exec(line)?.[0].length ?? 0));
  const ticks = '`'.repeat(longest + 1);
  return [`${ticks}text`, ...lines, ticks].map((line) => `  ${line}`).join('\n');
}

function code(text: string): string {
  return text.includes('`') ? plain(text) : `\`${text}\``;
}

function plain(text: string): string {
  return text.replace(/[\\<>*_`[\]]/g, '\\$&');
}

function sentence(text: string): string {
  const clean = plain(text);
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}.`;
}
