/** The job summary: outcome first, the facts in a table, a picture, then what happened and what to do. GitHub's Markdown. Pure. */
import { shortArn } from '../core/arn.ts';
import { explainDeath } from '../core/deaths.ts';
import { gateName } from '../core/gate.ts';
import { stepName } from '../core/plan.ts';
import { type Rates, ratesOf, shareSteps, spanOf, totalsOf } from './chart-data.ts';
import { badChartOf, ganttOf, rateChartOf, shareChartOf } from './chart-mermaid.ts';
import { asSentence, type EndedJob, HEADLINES, hasStory, waysOn, zeroOf } from './ended-job.ts';
import { COMPARISON_HEAD, comparisonRows } from './evidence.ts';
import { clipped } from './foreign-text.ts';
import type { Death, History } from './history.ts';
import { code, fence, folded, plain, table } from './markdown.ts';
import { elapsed } from './rollout-log.ts';

/** GitHub takes 1 MiB of a step and shows nothing at all of a longer one. */
const MOST_BYTES = 1_000_000;
const LONGEST_REASON = 4_000;
const LONGEST_CELL = 1_000;
const LONGEST_LOG_LINE = 500;
const MOST_ROWS = 80;
const DEATHS_TOLD = 5;

interface Section {
  readonly text: string;
  /** In this order they are left out where the whole is too long; 0 never. */
  readonly spare: number;
}

export function summaryOf(job: EndedJob): string {
  const { result, history } = job;
  const { emoji, words } = HEADLINES[result.outcome.status];
  const rates = hasStory(job) ? ratesOf(history, spanOf(job)) : undefined;
  const sections: readonly Section[] = [
    { spare: 0, text: `## ${emoji} ${words}: ${plain(clipped(job.service, 300))}` },
    { spare: 0, text: plain(asSentence(clipped(result.outcome.reason, LONGEST_REASON))) },
    { spare: 0, text: table(['', ''], facts(job, rates)) },
    ...section('How it went', 3, hasStory(job) ? pictures(job, rates) : undefined),
    ...section('Tasks that died', 2, history.deaths.length > 0 ? deaths(history.deaths) : undefined),
    ...section('Gates', 1, history.gates.length > 0 ? gates(history) : undefined),
    ...section('Candidate against stable', 2, compared(history)),
    ...section('What to do now', 0, hasStory(job) ? waysOnText(job) : undefined),
    ...section('', 4, history.changes.length > 0 ? folded('Traffic, look by look', looks(job)) : undefined),
  ];
  return fitting(sections);
}

function section(title: string, spare: number, text: string | undefined): readonly Section[] {
  if (text === undefined) return [];
  return [{ spare, text: title === '' ? text : `### ${title}\n\n${text}` }];
}

function fitting(sections: readonly Section[]): string {
  for (const spared of [5, 4, 3, 2, 1]) {
    const left = sections.filter(({ spare }) => spare < spared);
    const rest =
      left.length < sections.length ? ['The rest was too long for a summary; the report and the log have it.'] : [];
    const text = [...left.map((one) => one.text), ...rest, ''].join('\n\n');
    if (new TextEncoder().encode(text).length <= MOST_BYTES) return text;
  }
  return `${sections[0]?.text ?? ''}\n`;
}

// ------------------------------------------------------------------ facts

function facts(job: EndedJob, rates: Rates | undefined): string[][] {
  const { result, cluster, service, history } = job;
  const rows: [string, string | undefined][] = [
    ['Status', result.outcome.status],
    ['Service', `${cluster} / ${service}`],
    ['Image', result.image],
    ['Task definition', result.taskDefinitionArn && shortArn(result.taskDefinitionArn)],
    ['Served before', result.previousTaskDefinitionArn && shortArn(result.previousTaskDefinitionArn)],
    ['Deployment', result.deploymentArn],
    ['Candidate’s traffic', trafficFact(result.traffic, history)],
    ['Counted on the candidate', rates && countedFact(rates)],
    ['Report', result.report],
    ['Evidence', result.evidence],
    ['Took', elapsed(job.endedAt - job.startedAt)],
  ];
  return rows.flatMap(([name, value]) =>
    value === undefined ? [] : [[`**${name.replaceAll(' ', '\u00a0')}**`, code(clipped(value, LONGEST_CELL))]],
  );
}

function trafficFact(traffic: number | undefined, history: History): string | undefined {
  if (traffic === undefined) return undefined;
  const highest = Math.max(0, ...shareSteps(history).map(({ share }) => share));
  return highest > traffic ? `${traffic} % (${highest} % at most)` : `${traffic} %`;
}

function countedFact(rates: Rates): string | undefined {
  const { requests, errors } = totalsOf(rates.candidate);
  if (requests === 0) return undefined;
  const failed =
    errors === undefined ? '' : `, ${errors === 0 ? 'none' : Math.round(errors).toLocaleString('en-US')} failed`;
  return `${Math.round(requests).toLocaleString('en-US')} requests${failed}`;
}

// ------------------------------------------------------------------ what happened

function pictures(job: EndedJob, rates: Rates | undefined): string {
  const span = spanOf(job);
  const steps = shareSteps(job.history);
  const titled = (title: string, picture: string | undefined): string | undefined =>
    picture && `**${title}** (candidate violet, stable grey)\n\n${picture}`;
  const slow = rates?.slowerThanMs === undefined ? '' : `, slower than ${Number(rates.slowerThanMs.toPrecision(3))} ms`;
  const parts = [
    ganttOf(job, span),
    rates === undefined ? 'Requests and failures are not shown: no gate `metrics` counted them.' : undefined,
    titled('Requests a second', rates && rateChartOf(rates, span)),
    titled('Failed requests in percent', rates && badChartOf('errors', rates, span)),
    titled(`Slow requests in percent${slow}`, rates && badChartOf('slow', rates, span)),
    steps.length > 1 ? folded('Share of the traffic in percent, as a line', shareChartOf(steps, span)) : undefined,
    rates && folded('Requests and failures, minute by minute', minutes(rates, zeroOf(job))),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

/** What the diagrams show, for who cannot see them. */
function minutes({ candidate, stable }: Rates, zero: number): string {
  const rows = [candidate, stable]
    .flatMap((bins, i) => bins.map((bin) => ({ bin, version: i === 0 ? 'candidate' : 'stable' })))
    .toSorted((one, other) => one.bin.from - other.bin.from)
    .map(({ bin, version }) => [
      elapsed(bin.from - zero),
      version,
      ...[bin.requests, bin.errors, bin.slow].map((value) =>
        value === undefined ? '–' : Math.round(value).toLocaleString('en-US'),
      ),
    ]);
  return table(['Time', 'Version', 'Requests', 'Failed', 'Slow'], middleOut(rows));
}

function gates({ gates: all }: History): string {
  const rows = all.map(({ gate, step, verdict, sentence, looks: times }) => [
    code(clipped(gateName(gate), LONGEST_CELL)),
    stepName(step),
    verdict,
    plain(clipped(sentence, LONGEST_CELL)),
    String(times),
  ]);
  return table(['Gate', 'When', 'Verdict', 'Last seen', 'Looks'], middleOut(rows));
}

function compared(history: History): string | undefined {
  const rows = comparisonRows(history);
  return rows.length === 0
    ? undefined
    : table(COMPARISON_HEAD, middleOut(rows.map((row) => row.map((cell) => plain(clipped(cell, LONGEST_CELL))))));
}

function deaths(all: readonly Death[]): string {
  const told = all.slice(0, DEATHS_TOLD).map(({ death, logTail }) => {
    const log = logTail.map((line) => clipped(line, LONGEST_LOG_LINE));
    const words = plain(clipped(explainDeath(death), LONGEST_CELL));
    return log.length === 0 ? words : `${words}\n\n${folded('Last lines of its log', fence(log))}`;
  });
  const more = all.length - told.length;
  return [...told, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n\n');
}

function looks(job: EndedJob): string {
  const rows = job.history.changes.map(({ at, look }) => [
    elapsed(at - zeroOf(job)),
    code(look.stage),
    `${look.share} %`,
    `${look.candidate.running}/${look.candidate.requested}`,
    String(look.stable.running),
  ]);
  return table(['Time', 'Stage', 'Candidate’s share', 'Candidate’s tasks', 'Stable’s tasks'], middleOut(rows));
}

function waysOnText(job: EndedJob): string {
  const ways = waysOn(job);
  if (ways.length === 0) return 'Nothing has to be done: stable serves all traffic.';
  return ways
    .map(({ title, why, inputs }) => {
      const step = ['- uses: OWNER/greenlight@v0', '  with:', ...inputs.map((line) => `    ${line}`)];
      return `**${title}.** ${plain(why)}\n\n${fence(step, 'yaml')}`;
    })
    .join('\n\n');
}

/** The first and the last rows where there are too many to read. */
function middleOut(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  if (rows.length <= MOST_ROWS) return rows;
  const left = [`… ${rows.length - MOST_ROWS} more`, ...Array.from({ length: (rows[0]?.length ?? 1) - 1 }, () => '')];
  return [...rows.slice(0, MOST_ROWS / 2), left, ...rows.slice(-MOST_ROWS / 2)];
}
