/** How it went, in charts over one time: traffic, verdicts, requests, failures. Behind each chart stands its table. */
import { stepName } from '../../core/plan.ts';
import { valueTicks } from '../chart-axis.ts';
import {
  type Bin,
  type Lane,
  lanesOf,
  percentOf,
  type Rates,
  rateOf,
  type ShareStep,
  type Span,
  shareSteps,
  spanOf,
  turnsOf,
  type VerdictSpan,
} from '../chart-data.ts';
import { type Line, lineChart, type Mark, shareChart, timeRuler, verdictBar } from '../chart-svg.ts';
import { type EndedJob, zeroOf } from '../ended-job.ts';
import { clipped } from '../foreign-text.ts';
import type { History } from '../history.ts';
import { elapsed } from '../rollout-log.ts';
import { html, type Markup } from './markup.ts';
import { count } from './overview.ts';
import { folded, scrolling, table } from './tables.ts';

const MOST_CROSSES = 60;
const MOST_MARKS = 60;
const MOST_ROWS = 100;
const LONGEST_NAME = 120;
const LONGEST_SAYING = 120;

/** Everything that the charts of a job have in common. */
interface Frame {
  readonly span: Span;
  readonly zero: number;
  readonly marks: readonly Mark[];
}

export function courseOf(job: EndedJob, rates: Rates | undefined): Markup {
  const { history } = job;
  const frame: Frame = { span: spanOf(job), zero: zeroOf(job), marks: marksOf(history) };
  const steps = shareSteps(history);
  return html`${legend(history, frame.marks, rates !== undefined)}
${traffic(frame, steps, history)}
${verdicts(frame, lanesOf(history, frame.span.to))}
${rates === undefined ? html`<p class="aside">Requests and failures are not shown: no gate <code>metrics</code> counted them. The chart of the traffic is what was asked for.</p>` : requests(frame, rates)}`;
}

function marksOf(history: History): readonly Mark[] {
  return turnsOf(history).slice(-MOST_MARKS);
}

function legend({ deaths }: History, marks: readonly Mark[], hasRates: boolean): Markup {
  const turned = marks.some(({ kind }) => kind === 'turn-back');
  return html`<ul class="legend" aria-label="Signs in the charts">
<li><span class="swatch candidate" aria-hidden="true"></span>candidate</li>
${hasRates ? html`<li><span class="swatch stable" aria-hidden="true"></span>stable</li>` : undefined}
${marks.some(({ kind }) => kind === 'continue') ? html`<li><span class="rule continue" aria-hidden="true"></span>go on</li>` : undefined}
${turned ? html`<li><span class="rule turn-back" aria-hidden="true"></span>turn back</li>` : undefined}
${deaths.length > 0 ? html`<li><span class="cross" aria-hidden="true">✕</span>a task died</li>` : undefined}
</ul>`;
}

function figure(title: string, chart: Markup, data: Markup | undefined): Markup {
  return html`<figure><figcaption>${title}</figcaption>${chart}${data && folded(`${title}: the numbers`, data)}</figure>`;
}

// ------------------------------------------------------------------ traffic and verdicts

function traffic({ span, zero, marks }: Frame, steps: readonly ShareStep[], history: History): Markup {
  const path = steps.map(({ at, share }) => `${share} % from ${elapsed(at - zero)}`).slice(0, 40);
  const chart = shareChart(
    { id: 'share', title: 'Share of traffic', description: `The candidate’s share over time: ${path.join(', ')}.` },
    { span, steps, deaths: history.deaths.slice(0, MOST_CROSSES).map(({ at }) => at), marks },
  );
  const rows = history.changes.map(({ at, look }) => [
    elapsed(at - zero),
    look.stage,
    `${look.share} %`,
    `${look.candidate.running}/${look.candidate.requested}`,
    String(look.stable.running),
  ]);
  const head = ['Time', 'Stage', 'Candidate’s share', 'Candidate’s tasks', 'Stable’s tasks'];
  return figure('Candidate’s share of the traffic', chart, scrolling('Share of traffic', table(head, middleOut(rows))));
}

function verdicts({ span, zero }: Frame, lanes: readonly Lane[]): Markup | undefined {
  if (lanes.length === 0) return undefined;
  const says = ({ step, verdict, sentence, from }: VerdictSpan): string =>
    `${elapsed(from - zero)} ${stepName(step)}: ${verdict}. ${clipped(sentence, LONGEST_SAYING)}`;
  const bars = lanes.map(({ name, spans }, i) => {
    const told = spans
      .slice(0, 20)
      .map(({ from, verdict, step }) => `${verdict} ${stepName(step)} from ${elapsed(from - zero)}`);
    const bar = verdictBar(
      { id: `lane${i}`, title: `Verdicts of ${clipped(name, LONGEST_NAME)}`, description: `${told.join(', ')}.` },
      span,
      visibleParts(spans, ((span.to - span.from) * lanes.length) / MOST_PARTS).map((part) => ({
        ...part,
        says: says(part),
      })),
    );
    return html`<div class="lane"><p class="lane-name">${clipped(name, LONGEST_NAME)}</p>${bar}</div>`;
  });
  const key = html`<ul class="legend" aria-label="Signs of the verdicts">${(
    ['pass', 'hold', 'fail', 'error'] as const
  ).map(
    (verdict) =>
      html`<li><span class="badge ${verdict}" aria-hidden="true">${BADGE_SIGNS[verdict]}</span>${VERDICT_WORDS[verdict]}</li>`,
  )}</ul>`;
  return html`<figure><figcaption>Verdicts of the gates</figcaption>${key}${bars}${timeRuler(span)}</figure>`;
}

const BADGE_SIGNS = { pass: '✓', hold: '…', fail: '✕', error: '?' } as const;
const VERDICT_WORDS = {
  pass: 'pass',
  hold: 'hold: not enough evidence yet',
  fail: 'fail',
  error: 'error: could not look',
} as const;

/** In all bars together: more are not to be seen. */
const MOST_PARTS = 150;
const BADNESS = { pass: 0, hold: 1, error: 2, fail: 3 } as const;

/** Where a gate wavers faster than can be seen, the worst that it said. */
function visibleParts(spans: readonly VerdictSpan[], leastMs: number): readonly VerdictSpan[] {
  const parts: VerdictSpan[] = [];
  for (const span of spans) {
    const last = parts.at(-1);
    if (last === undefined || last.to - last.from >= leastMs) {
      parts.push(span);
      continue;
    }
    const worst = BADNESS[span.verdict] > BADNESS[last.verdict] ? span : last;
    parts[parts.length - 1] = { ...worst, from: last.from, to: span.to };
  }
  return parts;
}

// ------------------------------------------------------------------ requests

function requests({ span, zero, marks }: Frame, rates: Rates): Markup {
  const { candidate, stable, slowerThanMs } = rates;
  const visible = {
    candidate: candidate.filter((bin) => bin.to > span.from),
    stable: stable.filter((bin) => bin.to > span.from),
  };
  const chartOf = (what: Omit<Curve, 'lines'>, value: (bin: Bin) => number | undefined): Markup | undefined => {
    const lines: Line[] = (['stable', 'candidate'] as const).map((className) => ({
      className,
      points: broken(visible[className], rates.binMs, value),
    }));
    return lines.some(({ points }) => points.some((point) => point.value !== undefined))
      ? curve({ span, zero, marks }, { ...what, lines })
      : undefined;
  };
  const slow =
    slowerThanMs === undefined ? 'Slow requests' : `Requests slower than ${Number(slowerThanMs.toPrecision(3))} ms`;
  return html`
${chartOf({ id: 'rate', title: 'Requests a second', unit: '' }, rateOf)}
${chartOf({ id: 'errors', title: 'Failed requests', unit: ' %' }, (bin) => percentOf(bin, 'errors'))}
${chartOf({ id: 'slow', title: slow, unit: ' %' }, (bin) => percentOf(bin, 'slow'))}
<p class="aside">${SOURCES[rates.source]} The judge looks at whole minutes, the newest of which is one or two minutes old, and at none after a rollback is ordered.</p>
${folded('Requests and failures: the numbers', scrolling('Requests and failures of both versions', minutesTable(visible.candidate, visible.stable, zero)))}`;
}

const SOURCES = {
  'load-balancer': 'Counted by the load balancer.',
  cloudwatch: 'Counted by the application, in CloudWatch.',
  prometheus: 'Counted by the application, in Prometheus.',
} as const;

interface Curve {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
}

function curve({ span, marks }: Frame, { id, title, unit, lines }: Curve): Markup {
  const most = (name: Line['className']): number =>
    Math.max(
      0,
      ...lines
        .filter(({ className }) => className === name)
        .flatMap(({ points }) => points.flatMap(({ value }) => value ?? [])),
    );
  const short = (value: number): string => `${Number(value.toPrecision(3)).toLocaleString('en-US')}${unit}`;
  const chart = lineChart(
    {
      id,
      title: `${title} over time`,
      description: `At most ${short(most('candidate'))} of the candidate, ${short(most('stable'))} of stable. The numbers are in the table below the charts.`,
    },
    { span, lines, ticks: valueTicks(Math.max(most('candidate'), most('stable')), unit), marks },
  );
  return html`<figure><figcaption>${title}</figcaption>${chart}</figure>`;
}

/** In the middle of each bin; where one is missing between two, the line is broken. */
function broken(bins: readonly Bin[], binMs: number, value: (bin: Bin) => number | undefined): Line['points'] {
  return bins.flatMap((bin, i) => {
    const before = bins[i - 1];
    const gap = before !== undefined && bin.from - before.to >= binMs ? [{ at: bin.from, value: undefined }] : [];
    return [...gap, { at: (bin.from + bin.to) / 2, value: value(bin) }];
  });
}

function minutesTable(candidate: readonly Bin[], stable: readonly Bin[], zero: number): Markup {
  const starts = [...new Set([...candidate, ...stable].map(({ from }) => from))].sort((a, b) => a - b);
  const [ofCandidate, ofStable] = [candidate, stable].map((bins) => new Map(bins.map((bin) => [bin.from, bin])));
  const hasSlow = [...candidate, ...stable].some(({ slow }) => slow !== undefined);
  const cells = (bin: Bin | undefined): readonly string[] =>
    [bin?.requests, bin?.errors, ...(hasSlow ? [bin?.slow] : [])].map((value) =>
      value === undefined ? '–' : count(value),
    );
  const heads = ['requests', 'failed', ...(hasSlow ? ['slow'] : [])];
  const head = ['Time', ...heads.map((name) => `Candidate’s ${name}`), ...heads.map((name) => `Stable’s ${name}`)];
  const rows = starts.map((start) => [
    elapsed(start - zero),
    ...cells(ofCandidate?.get(start)),
    ...cells(ofStable?.get(start)),
  ]);
  return table(head, middleOut(rows));
}

/** The first and the last rows where there are too many to read. */
function middleOut(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  if (rows.length <= MOST_ROWS) return rows;
  const half = MOST_ROWS / 2;
  const width = rows[0]?.length ?? 1;
  const left = [`… ${rows.length - MOST_ROWS} more`, ...Array.from({ length: width - 1 }, () => '')];
  return [...rows.slice(0, half), left, ...rows.slice(-half)];
}
