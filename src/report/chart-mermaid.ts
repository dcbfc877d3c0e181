/**
 * Pictures that GitHub draws in a summary: Mermaid in a fence. Kinds of diagram that are old enough: gantt with one row a section, and
 * xychart-beta (since Mermaid 10.5; GitHub draws with 11). The colours are ours, readable on white and on black: the page's scheme is the
 * reader's. No text from outside is in them but gate names, cut to letters, digits and blanks.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
 * https://mermaid.js.org/syntax/gantt.html, https://mermaid.js.org/syntax/xyChart.html
 */
import type { Verdict } from '../core/gate.ts';
import { valueTicks } from './chart-axis.ts';
import {
  type Bin,
  isMilestone,
  lanesOf,
  percentOf,
  type Rates,
  rateOf,
  type ShareStep,
  type Span,
  shareAt,
  shareSteps,
} from './chart-data.ts';
import type { EndedJob } from './ended-job.ts';
import { fence } from './markdown.ts';

/** More are not to be read, and Mermaid takes 50,000 characters. */
const MOST_BARS = 20;
const MOST_LANES = 8;
const MOST_POINTS = 60;
const LONGEST_NAME = 24;
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
    leftPadding: 190,
    topPadding: 50,
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
    const end = Math.max(to, from + long / 100);
    const words = to - from < long * WORD_PART ? sign : word;
    return `${words} :${look}${clockAt(from - span.from)}, ${clockAt(end - span.from)}`;
  };
  const shares = steps
    .map((step, i) => ({ ...step, to: steps[i + 1]?.at ?? span.to }))
    .filter(({ share }) => share > 0 && isMilestone(history, share))
    .map(({ at, to, share }) => bar(`${share} %`, String(share), '', at, to));
  const lanes = lanesOf(history, span.to)
    .slice(0, MOST_LANES)
    .flatMap(({ name, spans }) => [
      `section ${harmless(name)}`,
      ...spans.slice(-MOST_BARS).map(({ verdict, from, to }) => bar(verdict, SIGNS[verdict], LOOKS[verdict], from, to)),
    ]);
  const traffic = shares.length === 0 ? [] : ['section Traffic', ...shares.slice(-MOST_BARS)];
  if (traffic.length + lanes.length === 0) return undefined;
  return diagram(GANTT, [
    'gantt',
    'dateFormat YYYY-MM-DD HH:mm:ss.SSS',
    `axisFormat ${long < 3_600_000 ? '%M:%S' : '%H:%M'}`,
    ...traffic,
    ...lanes,
  ]);
}

/** A day without a clock change: Mermaid reads and writes it in the reader's own time zone. */
function clockAt(ms: number): string {
  return new Date(Date.UTC(2001, 0, 1) + Math.max(0, Math.round(ms))).toISOString().replace('T', ' ').slice(0, 23);
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
  return xyChart(span, moments, 100, [moments.map((at) => shareAt(steps, at))]);
}

/** Requests a second of both versions; undefined when there were none. */
export function rateChartOf(rates: Rates, span: Span): string | undefined {
  return versionsChart(rates, span, rateOf);
}

/** Of each version's requests, the part that failed (or was slow), in percent; undefined where none was. */
export function badChartOf(what: 'errors' | 'slow', rates: Rates, span: Span): string | undefined {
  return versionsChart(rates, span, (bin) => percentOf(bin, what));
}

/** Until the newest minute that was counted: what nobody has counted is not drawn as nothing. */
function versionsChart(rates: Rates, span: Span, value: (bin: Bin) => number | undefined): string | undefined {
  const all = [...rates.candidate, ...rates.stable];
  if (!all.some((bin) => (value(bin) ?? 0) > 0)) return undefined;
  const middles = all.map(({ from, to }) => (from + to) / 2);
  const [first, last] = [Math.min(...middles), Math.max(...middles)];
  const every = rates.binMs * Math.max(1, Math.ceil((last - first) / rates.binMs / MOST_POINTS));
  const moments = Array.from(
    { length: Math.max(2, Math.floor((last - first) / every) + 1) },
    (_, i) => first + i * every,
  );
  // A time between in which nobody counted is 0: the diagram has no gaps.
  const at = (bins: readonly Bin[]) =>
    moments.map((moment) => {
      const bin = bins.find(({ from, to }) => from <= moment && moment < to);
      return bin === undefined ? 0 : (value(bin) ?? 0);
    });
  const lines = [at(rates.candidate), at(rates.stable)];
  return xyChart(span, moments, valueTicks(Math.max(...lines.flat())).at(-1)?.value ?? 1, lines);
}

const XY_CHART = {
  xyChart: { width: 760, height: 230 },
  themeVariables: {
    xyChart: {
      backgroundColor: 'transparent',
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

/** An eighth of the axis's unit, in milliseconds. */
function grainOf({ from, to }: Span): number {
  return to - from >= 180_000 ? 7_500 : 125;
}

/**
 * The points lie evenly between the axis's ends, both included. Mermaid finds their places by adding up the distance, and loses the
 * last point where that is not exact in binary: hence whole eighths.
 */
function xyChart(
  span: Span,
  moments: readonly number[],
  highest: number,
  lines: readonly (readonly number[])[],
): string {
  const grain = grainOf(span);
  const eighths = (ms: number): number => Math.round(ms / grain) / 8;
  const [first = 0, second = first] = moments;
  const begin = eighths(first - span.from);
  const every = Math.max(1 / 8, eighths(second - first));
  return diagram(XY_CHART, [
    'xychart-beta',
    `x-axis "${grain === 125 ? 'seconds' : 'minutes'}" ${begin} --> ${begin + every * (moments.length - 1)}`,
    `y-axis 0 --> ${highest}`,
    ...lines.map((points) => `line [${points.map((point) => Number(point.toFixed(3))).join(', ')}]`),
  ]);
}

function diagram(settings: object, lines: readonly string[]): string {
  return fence([`%%{init: ${JSON.stringify(settings)}}%%`, ...lines], 'mermaid');
}
