/** Requests and failures of both versions over time, and their numbers. */

import { elapsed } from '../../core/duration.ts';
import { valueTicks } from '../chart-axis.ts';
import type { Span } from '../chart-data.ts';
import type { Mark } from '../chart-frame.ts';
import { type Line, lineChart } from '../chart-lines.ts';
import { type Bin, percentOf, type Rates, rateOf } from '../chart-rates.ts';
import { html, type Markup } from './markup.ts';
import { count } from './overview.ts';
import { folded, middleOut, scrolling, table } from './tables.ts';

/** Everything that the charts of a job have in common. */
export interface Frame {
  readonly span: Span;
  readonly zero: number;
  readonly marks: readonly Mark[];
}

export function requests({ span, zero, marks }: Frame, rates: Rates): Markup {
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
