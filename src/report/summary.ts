/** The job summary: outcome first, the facts in a table, a picture, then what happened and what to do. GitHub's Markdown. Pure. */
import { explainDeath } from '../core/deaths.ts';
import { elapsed } from '../core/duration.ts';
import { gateName, type Verdict } from '../core/gate.ts';
import { stepName } from '../core/plan.ts';
import { shareSteps, spanOf } from './chart-data.ts';
import { ganttOf } from './chart-gantt.ts';
import { type Rates, ratesOf } from './chart-rates.ts';
import { badChartOf, rateChartOf, shareChartOf } from './chart-xy.ts';
import { type EndedJob, HEADLINES, hasStory, usesOf, waysOn, whyOf, zeroOf } from './ended-job.ts';
import { COMPARISON_HEAD, comparisonRows } from './evidence.ts';
import { clipped } from './foreign-text.ts';
import type { Death, History } from './history.ts';
import { code, fence, folded, plain, table } from './markdown.ts';
import { factsTable, filesText, namesText } from './summary-facts.ts';

/** GitHub takes 1 MiB of a step and shows nothing at all of a longer one. */
const MOST_BYTES = 1_000_000;
const LONGEST_REASON = 4_000;
const LONGEST_CELL = 1_000;
/** In the heading. */
const LONGEST_NAME = 100;
const LONGEST_LOG_LINE = 500;
/** GitHub does not wrap code in a cell. */
const LONGEST_CODE = 48;
const MOST_ROWS = 80;
const DEATHS_TOLD = 5;

interface Section {
  readonly text: string;
  /** In this order they are left out where the whole is too long; 0 never. */
  readonly spare: number;
}

export function summaryOf(job: EndedJob): string {
  const { result, history } = job;
  const { emoji, words, tone } = HEADLINES[result.outcome.status];
  const rates = hasStory(job) ? ratesOf(history, spanOf(job)) : undefined;
  const now = section('What to do now', 0, hasStory(job) ? waysOnText(job) : undefined);
  const sections: readonly Section[] = [
    { spare: 0, text: `## ${emoji} ${words}: ${plain(clipped(job.service, LONGEST_NAME))}` },
    { spare: 0, text: whyText(job) },
    { spare: 0, text: factsTable(job, rates) },
    // While somebody has to decide, that is what the page is opened for.
    ...(tone === 'open' ? now : []),
    ...section('How it went', 3, hasStory(job) ? pictures(job, rates) : undefined),
    ...section('Tasks that died', 2, history.deaths.length > 0 ? deaths(history.deaths) : undefined),
    ...section('Gates', 1, history.gates.length > 0 ? gates(history) : undefined),
    ...section('Candidate against stable', 2, compared(history)),
    ...(tone === 'open' ? [] : now),
    ...section('', 4, history.changes.length > 0 ? folded('Traffic, look by look', looks(job)) : undefined),
    ...section('', 0, folded('Names in full, to copy', namesText(job))),
    ...section('', 0, filesText(result)),
  ];
  return fitting(sections);
}

function whyText(job: EndedJob): string {
  const { before, gate, after } = whyOf(job);
  const named = gate === undefined ? '' : ` ${code(clipped(gate, LONGEST_CELL))} `;
  return `${plain(before).trim()}${named}${plain(clipped(after, LONGEST_REASON)).trimStart()}`;
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

function pictures(job: EndedJob, rates: Rates | undefined): string {
  const span = spanOf(job);
  const steps = shareSteps(job.history);
  const titled = (title: string, picture: string | undefined, more = ''): string | undefined =>
    picture && `**${title}** (candidate violet, stable grey${more})\n\n${picture}`;
  // The diagrams have no gaps.
  const nobody = '; 0 where nobody came';
  const ofRequests = rates && rateChartOf(rates, span);
  const slow = rates?.slowerThanMs === undefined ? '' : `, slower than ${Number(rates.slowerThanMs.toPrecision(3))} ms`;
  const parts = [
    ganttOf(job, span),
    rates === undefined ? 'Requests and failures are not shown: no gate `metrics` counted them.' : undefined,
    titled('Requests a second', ofRequests),
    rates && ofRequests === undefined
      ? 'There are too few counts of requests for a line; the table has them.'
      : undefined,
    titled('Failed requests in percent', rates && badChartOf('errors', rates, span), nobody),
    titled(`Slow requests in percent${slow}`, rates && badChartOf('slow', rates, span), nobody),
    steps.length > 1 ? folded('Share of the traffic in percent, as a line', shareChartOf(steps, span)) : undefined,
    rates && folded('Requests and failures as numbers', minutes(rates, zeroOf(job))),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

/** What the diagrams show, for who cannot see them. */
function minutes({ candidate, stable }: Rates, zero: number): string {
  const hasSlow = [...candidate, ...stable].some(({ slow }) => slow !== undefined);
  const rows = [candidate, stable]
    .flatMap((bins, i) => bins.map((bin) => ({ bin, version: i === 0 ? 'candidate' : 'stable' })))
    .toSorted((one, other) => one.bin.from - other.bin.from)
    .map(({ bin, version }) => [
      elapsed(bin.from - zero),
      version,
      ...[bin.requests, bin.errors, ...(hasSlow ? [bin.slow] : [])].map((value) =>
        value === undefined ? '–' : Math.round(value).toLocaleString('en-US'),
      ),
    ]);
  return table(['Time', 'Version', 'Requests', 'Failed', ...(hasSlow ? ['Slow'] : [])], middleOut(rows));
}

/** Known by their shape too. */
const SIGNS: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', hold: '⏳', error: '❔' };

function gates({ gates: all }: History): string {
  const rows = all.map(({ gate, step, verdict, sentence, looks: times }) => [
    `${SIGNS[verdict]}\u00a0${verdict}`,
    code(clipped(gateName(gate), LONGEST_CODE)),
    stepName(step),
    plain(clipped(sentence, LONGEST_CELL)),
    String(times),
  ]);
  return table(['Verdict', 'Gate', 'When', 'Last seen', 'Looks'], middleOut(rows));
}

/** Columns of the comparison that everybody reads; the others are for who computes it again. */
const WEIGHED = 4;

function compared(history: History): string | undefined {
  const rows = comparisonRows(history);
  if (rows.length === 0) return undefined;
  const cells = middleOut(rows.map((row) => row.map((cell) => plain(clipped(cell, LONGEST_CELL)))));
  const part = (from: number, to?: number) =>
    table(
      [...COMPARISON_HEAD.slice(0, 1), ...COMPARISON_HEAD.slice(from, to)],
      cells.map((row) => [...row.slice(0, 1), ...row.slice(from, to)]),
    );
  return `${part(1, WEIGHED)}\n\n${folded('What the judge has proven', part(WEIGHED))}`;
}

function deaths(all: readonly Death[]): string {
  const told = all.slice(0, DEATHS_TOLD).map(({ death, logTail }, i) => {
    const log = logTail.map((line) => clipped(line, LONGEST_LOG_LINE));
    const words = plain(clipped(explainDeath(death), LONGEST_CELL));
    return log.length === 0 ? words : `${words}\n\n${folded('Last lines of its log', fence(log), i === 0)}`;
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
      const step = [`- ${usesOf(job)}`, '  with:', ...inputs.map((line) => `    ${line}`)];
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
