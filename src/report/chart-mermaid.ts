/**
 * Pictures that GitHub draws in a summary: Mermaid in a fence. Kinds of diagram that are old enough: gantt with one row a section, and
 * xychart-beta (since Mermaid 10.5; GitHub draws with 11.17, GitHub Enterprise Server with older ones, which leave out what they do not
 * know: the names of the lines). The colours are ours, readable on white and on black: the page's scheme is the reader's. No text from outside is in them but gate names, cut to letters, digits and blanks.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
 * https://mermaid.js.org/syntax/gantt.html, https://mermaid.js.org/syntax/xyChart.html
 */
import { type Gate, gateName, type Verdict } from '../core/gate.ts';
import { timeStep } from './chart-axis.ts';
import { isMilestone, lanesOf, type ShareStep, type Span, shareAt, shareSteps, visibleParts } from './chart-data.ts';
import { type Bin, percentOf, type Rates, rateOf } from './chart-rates.ts';
import type { EndedJob } from './ended-job.ts';
import { fence } from './markdown.ts';

/** More are not to be read, and Mermaid takes 50,000 characters. */
const MOST_BARS = 25;
const MOST_LANES = 8;
const MOST_POINTS = 60;
const LONGEST_NAME = 24;
const MOST_TICKS = 7;
const HOUR = 3_600_000;
/** Seen on white and on black. */
const [VIOLET, GREY, GREEN, AMBER, RED, INK] = ['#8250df', '#64869f', '#1a7f37', '#9a6700', '#cf222e', '#768390'];

/** Gantt knows four looks: none, done, active, crit. Theirs are the colours of traffic, pass, hold and fail here. */
const LOOKS: Readonly<Record<Verdict, string>> = {
  pass: 'done, ',
  hold: 'active, ',
  fail: 'crit, ',
  error: 'active, ',
};
const SIGNS: Readonly<Record<Verdict, string>> = { pass: '✓', hold: '…', fail: '✕', error: '?' };
/** Narrower than this part of the picture, a bar has no room for a word. */
const WORD_PART = 0.06;

const GANTT = {
  theme: 'base',
  gantt: {
    displayMode: 'compact',
    leftPadding: 180,
    rightPadding: 40,
    // The axis stands 50 px above the ground whatever is set: as much has to be above, where the title is.
    topPadding: 50,
    titleTopMargin: 26,
    gridLineStartPadding: 48,
    barHeight: 22,
    barGap: 6,
    fontSize: 12,
    sectionFontSize: 12,
  },
  themeVariables: {
    taskBkgColor: VIOLET,
    taskBorderColor: VIOLET,
    doneTaskBkgColor: GREEN,
    doneTaskBorderColor: GREEN,
    activeTaskBkgColor: AMBER,
    activeTaskBorderColor: AMBER,
    critBkgColor: RED,
    critBorderColor: RED,
    taskTextColor: '#ffffff',
    taskTextLightColor: '#ffffff',
    taskTextDarkColor: '#ffffff',
    taskTextOutsideColor: INK,
    titleColor: INK,
    textColor: INK,
    gridColor: INK,
    sectionBkgColor: INK,
    sectionBkgColor2: INK,
    altSectionBkgColor: INK,
  },
} as const;

/** Traffic and every gate's verdicts over one time; undefined when there is nothing to show. */
export function ganttOf({ history }: EndedJob, span: Span): string | undefined {
  const steps = shareSteps(history);
  if (steps.length === 0) return undefined;
  const long = span.to - span.from;
  const bar = (word: string, sign: string, look: string, from: number, to: number): string => {
    const words = to - from < long * WORD_PART ? sign : word;
    return `${words} :${look}${clockAt(from - span.from)}, ${clockAt(to - span.from)}`;
  };
  const shares = steps
    .map(({ at, share }, i) => ({ from: at, share, to: steps[i + 1]?.at ?? span.to }))
    .filter(({ share }) => share > 0 && isMilestone(history, share));
  const lanes = lanesOf(history, span.to)
    .slice(0, MOST_LANES)
    .flatMap(({ gate, spans }) => [
      `section ${laneName(gate)}`,
      ...visibleBars(visibleParts(spans, long / MOST_BARS), long, ({ verdict }) => verdict === 'fail').map(
        ({ verdict, from, to }) => bar(verdict, SIGNS[verdict], LOOKS[verdict], from, to),
      ),
    ]);
  const traffic =
    shares.length === 0
      ? []
      : [
          'section Traffic',
          ...visibleBars(shares, long, () => true).map(({ from, to, share }) =>
            bar(`${share} %`, String(share), '', from, to),
          ),
        ];
  if (traffic.length + lanes.length === 0) return undefined;
  return diagram(GANTT, [
    'gantt',
    'title Traffic and verdicts',
    'dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    `axisFormat ${long < HOUR ? '%M:%S' : long < 24 * HOUR ? '%H:%M' : 'day %-d, %H:%M'}`,
    `tickInterval ${interval(timeStep(long, MOST_TICKS))}`,
    'accTitle: Traffic and verdicts',
    'accDescr: The share of the traffic and the verdicts of each gate over time. The tables below tell the same.',
    ...traffic,
    ...lanes,
  ]);
}

/** Narrower than this part of the picture, a bar cannot be seen. */
const VISIBLE_PART = 0.01;

/** The last ones, each wide enough to be seen and none over another, for which there would be a second row; what matters is kept. */
function visibleBars<T extends Span>(bars: readonly T[], long: number, isKept: (bar: T) => boolean): readonly T[] {
  const least = long * VISIBLE_PART;
  return bars
    .map((bar, i) => ({
      ...bar,
      to: Math.max(bar.to, Math.min(bar.from + least, bars[i + 1]?.from ?? bar.from + least)),
    }))
    .filter((bar) => bar.to - bar.from >= least || isKept(bar))
    .slice(-MOST_BARS);
}

/** A day without a clock change: Mermaid reads and writes it in the reader's own time zone. */
function clockAt(ms: number): string {
  return new Date(Date.UTC(2001, 0, 1) + Math.max(0, Math.round(ms))).toISOString().replace('T', ' ').slice(0, 23);
}

/** As Mermaid writes it: whole seconds, minutes or hours, of which a day is a multiple. */
function interval(ms: number): string {
  if (ms % HOUR === 0) return ms % (24 * HOUR) === 0 ? `${ms / HOUR / 24}day` : `${ms / HOUR}hour`;
  return ms % 60_000 === 0 ? `${ms / 60_000}minute` : `${ms / 1000}second`;
}

/** Of an address it is the path that tells the gates of a service apart. */
function laneName(gate: Gate): string {
  if (gate.kind !== 'http') return harmless(gateName(gate));
  const path = /^(?:\$\{\w+\}|\w+:\/\/[^/]+)(\/.*)$/.exec(gate.url)?.[1];
  return harmless(`http ${path ?? gate.url}`);
}

/** Letters, digits and blanks mean nothing to Mermaid. */
function harmless(name: string): string {
  const clean = name
    .replace(/[^\p{L}\p{N} ./_-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (clean === '') return 'gate';
  return clean.length > LONGEST_NAME ? `${clean.slice(0, LONGEST_NAME - 1).trim()}…` : clean;
}

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
      legendTextColor: INK,
      plotColorPalette: `${VIOLET}, ${GREY}`,
      xAxisLabelColor: INK,
      xAxisTitleColor: INK,
      xAxisTickColor: INK,
      xAxisLineColor: INK,
      yAxisLabelColor: INK,
      yAxisTickColor: INK,
      yAxisLineColor: INK,
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

function diagram(settings: object, lines: readonly string[]): string {
  return fence([`%%{init: ${JSON.stringify(settings)}}%%`, ...lines], 'mermaid');
}
