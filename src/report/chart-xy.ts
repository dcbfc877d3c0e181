/** Lines over time as GitHub draws them: Mermaid's xychart-beta. Pure. */
import { type ShareStep, type Span, shareAt } from './chart-data.ts';
import { COLOURS, diagram } from './chart-mermaid.ts';
import { type Bin, percentOf, type Rates, rateOf } from './chart-rates.ts';

/** More are not to be told apart. */
const MOST_POINTS = 60;
const HOUR = 3_600_000;

/** The candidate's share as a line. */
export function shareChartOf(steps: readonly ShareStep[], span: Span): string {
  const grain = grainOf(span);
  const every = Math.ceil((span.to - span.from) / (MOST_POINTS - 1) / grain) * grain;
  const moments = Array.from({ length: Math.ceil((span.to - span.from) / every) + 1 }, (_, i) => span.from + i * every);
  const points = moments.map((at) => shareAt(steps, at));
  return xyChart('Share of the traffic in percent', { span, moments, highest: 100, lines: { candidate: points } });
}

/** Requests a second of both versions; undefined when there were none, or too few to be a line. */
export function rateChartOf(rates: Rates, span: Span): string | undefined {
  return versionsChart('Requests a second', rates, span, rateOf);
}

/** Of each version's requests, the part that failed (or was slow), in percent; undefined where none was. */
export function badChartOf(what: 'errors' | 'slow', rates: Rates, span: Span): string | undefined {
  const title = what === 'errors' ? 'Failed requests in percent' : 'Slow requests in percent';
  return versionsChart(title, rates, span, (bin) => percentOf(bin, what));
}

/** Until the newest minute that was counted: what nobody has counted is not drawn as nothing. */
function versionsChart(
  title: string,
  rates: Rates,
  span: Span,
  value: (bin: Bin) => number | undefined,
): string | undefined {
  const all = [...rates.candidate, ...rates.stable];
  if (!all.some((bin) => (value(bin) ?? 0) > 0)) return undefined;
  const middles = all.map(({ from, to }) => (from + to) / 2);
  const [first, last] = [Math.min(...middles), Math.max(...middles)];
  const every = rates.binMs * Math.max(1, Math.ceil((last - first) / rates.binMs / MOST_POINTS));
  // One point is no line, and an axis of no length breaks the diagram.
  if (last - first < every) return undefined;
  const moments = Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);
  // A time between in which nobody counted is 0: the diagram has no gaps.
  const at = (bins: readonly Bin[]) =>
    moments.map((moment) => {
      const bin = bins.find(({ from, to }) => from <= moment && moment < to);
      return bin === undefined ? 0 : (value(bin) ?? 0);
    });
  const lines = { candidate: at(rates.candidate), stable: at(rates.stable) };
  const highest = roundTop(Math.max(...lines.candidate, ...lines.stable));
  return xyChart(title, { span, moments, highest, lines });
}

const XY_CHART = {
  xyChart: {
    width: 760,
    height: 260,
    legendFontSize: 12,
    xAxis: { labelFontSize: 12, titleFontSize: 12 },
    yAxis: { labelFontSize: 12 },
  },
  themeVariables: {
    xyChart: {
      backgroundColor: 'transparent',
      legendTextColor: COLOURS.ink,
      plotColorPalette: `${COLOURS.violet}, ${COLOURS.grey}`,
      xAxisLabelColor: COLOURS.ink,
      xAxisTitleColor: COLOURS.ink,
      xAxisTickColor: COLOURS.ink,
      xAxisLineColor: COLOURS.ink,
      yAxisLabelColor: COLOURS.ink,
      yAxisTickColor: COLOURS.ink,
      yAxisLineColor: COLOURS.ink,
    },
  },
} as const;

/** Mermaid asks for about ten ticks and gets up to fifteen; below these highest values it is eleven at most. */
const TOPS = [1, 1.6, 2, 3.5, 4, 8, 10] as const;

function roundTop(highest: number): number {
  if (highest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  return Number(((TOPS.find((top) => top * power >= highest) ?? 10) * power).toPrecision(6));
}

interface Unit {
  readonly name: string;
  readonly ms: number;
}

function unitOf({ from, to }: Span): Unit {
  if (to - from < 180_000) return { name: 'seconds', ms: 1_000 };
  return to - from < 3 * HOUR ? { name: 'minutes', ms: 60_000 } : { name: 'hours', ms: HOUR };
}

/** The least distance of two points: a power of two of the axis's unit, in milliseconds. */
function grainOf(span: Span): number {
  const { ms } = unitOf(span);
  return ms / (ms === HOUR ? 128 : 8);
}

/**
 * The points lie evenly between the axis's ends, both included. Mermaid finds their places by adding up the distance, and loses the
 * last point where that is not exact in binary: hence whole eighths, of an hour 128ths.
 */
function xyChart(
  title: string,
  {
    span,
    moments,
    highest,
    lines,
  }: {
    readonly span: Span;
    readonly moments: readonly number[];
    readonly highest: number;
    readonly lines: Readonly<Partial<Record<'candidate' | 'stable', readonly number[]>>>;
  },
): string {
  const { name, ms: unitMs } = unitOf(span);
  const grain = grainOf(span);
  const inUnits = (ms: number): number => Math.round(ms / grain) * (grain / unitMs);
  const [first = 0, second = first] = moments;
  const begin = inUnits(first - span.from);
  const every = Math.max(grain / unitMs, inUnits(second - first));
  return diagram(XY_CHART, [
    'xychart-beta',
    `accTitle: ${title}`,
    `accDescr: ${title}, of ${Object.keys(lines).join(' and ')}, over the ${name} since the rollout began. The tables tell the same.`,
    `x-axis "${name} since the rollout began" ${begin} --> ${begin + every * (moments.length - 1)}`,
    `y-axis 0 --> ${highest}`,
    ...Object.entries(lines).map(
      ([version, points]) => `line "${version}" [${points.map((point) => Number(point.toFixed(3))).join(', ')}]`,
    ),
  ]);
}
