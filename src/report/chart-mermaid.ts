/**
 * Pictures that GitHub draws in a summary: Mermaid in a fence. Kinds of diagram that are old enough: gantt, and xychart-beta (since
 * Mermaid 10.5; GitHub draws with 11). No text from outside is in them but gate names, cut to letters, digits and blanks.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
 * https://mermaid.js.org/syntax/gantt.html, https://mermaid.js.org/syntax/xyChart.html
 */
import type { Verdict } from '../core/gate.ts';
import { stepName } from '../core/plan.ts';
import { valueTicks } from './chart-axis.ts';
import {
  type Bin,
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

/** Each is a bar with its words: more are not to be read. Mermaid takes 50,000 characters. */
const MOST_BARS = 80;
const MOST_LANES = 8;
const POINTS = 40;
/** First the candidate's, then stable's: the lines' order. Both can be seen on white and on black. */
const COLOURS = '#8b5cf6, #64869f';

/** Gantt's own looks: done is grey, active blue, crit red. */
const LOOKS: Readonly<Record<Verdict, string>> = {
  pass: 'done, ',
  hold: 'active, ',
  fail: 'crit, ',
  error: 'crit, active, ',
};

/** Traffic and every gate's verdicts over one time; undefined when there is nothing to show. */
export function ganttOf({ history }: EndedJob, span: Span): string | undefined {
  const steps = shareSteps(history);
  if (steps.length === 0) return undefined;
  const least = (span.to - span.from) / 200;
  const bar = (words: string, looks: string, from: number, to: number): string =>
    `${words} :${looks}${clockAt(from - span.from)}, ${clockAt(Math.max(to, from + least) - span.from)}`;
  const shares = steps.map(({ at, share }, i) =>
    bar(`${share} %`, share > 0 ? 'active, ' : 'done, ', at, steps[i + 1]?.at ?? span.to),
  );
  const lanes = lanesOf(history)
    .slice(0, MOST_LANES)
    .map(({ name, spans }) => [
      `section ${harmless(name)}`,
      ...spans
        .slice(-MOST_BARS / MOST_LANES)
        .map(({ verdict, step, from, to }) => bar(`${verdict} ${stepName(step)}`, LOOKS[verdict], from, to)),
    ]);
  return fence(
    [
      'gantt',
      'dateFormat YYYY-MM-DD HH:mm:ss.SSS',
      `axisFormat ${span.to - span.from < 3_600_000 ? '%M:%S' : '%H:%M'}`,
      'section Traffic',
      ...shares.slice(-MOST_BARS),
      ...lanes.flat(),
    ],
    'mermaid',
  );
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
  return clean.length > 36 ? `${clean.slice(0, 35).trim()}…` : clean === '' ? 'gate' : clean;
}

/** The candidate's share alone, for a rollout without counts. */
export function shareChartOf(steps: readonly ShareStep[], span: Span): string {
  const points = momentsIn(span).map((at) => shareAt(steps, at));
  return xyChart('Share of the traffic in percent', span, 100, [points]);
}

/** Requests a second of both versions. */
export function rateChartOf(rates: Rates, span: Span): string | undefined {
  return versionsChart('Requests a second', rates, span, rateOf);
}

/** Of each version's requests, the part that failed (or was slow), in percent. */
export function badChartOf(what: 'errors' | 'slow', rates: Rates, span: Span): string | undefined {
  const words = what === 'errors' ? 'Failed requests in percent' : 'Slow requests in percent';
  return versionsChart(words, rates, span, (bin) => percentOf(bin, what));
}

function versionsChart(
  title: string,
  rates: Rates,
  span: Span,
  value: (bin: Bin) => number | undefined,
): string | undefined {
  const all = [...rates.candidate, ...rates.stable];
  if (!all.some((bin) => (value(bin) ?? 0) > 0)) return undefined;
  // A time in which nobody counted is 0: the diagram has no gaps.
  const at = (bins: readonly Bin[]) =>
    momentsIn(span).map((moment) => {
      const bin = bins.find(({ from, to }) => from <= moment && moment < to);
      return bin === undefined ? 0 : (value(bin) ?? 0);
    });
  const lines = [at(rates.candidate), at(rates.stable)];
  return xyChart(title, span, valueTicks(Math.max(...lines.flat())).at(-1)?.value ?? 1, lines);
}

/** Evenly spread, as the diagram spreads its points. */
function momentsIn({ from, to }: Span): readonly number[] {
  return Array.from({ length: POINTS }, (_, i) => from + ((to - from) * (i + 0.5)) / POINTS);
}

function xyChart(title: string, { from, to }: Span, highest: number, lines: readonly (readonly number[])[]): string {
  const isLong = to - from >= 180_000;
  const long = (to - from) / (isLong ? 60_000 : 1_000);
  return fence(
    [
      `%%{init: {"xyChart": {"width": 760, "height": 260}, "themeVariables": {"xyChart": {"plotColorPalette": "${COLOURS}"}}}}%%`,
      'xychart-beta',
      `x-axis "${isLong ? 'minutes' : 'seconds'}" 0 --> ${Number(long.toFixed(1))}`,
      `y-axis "${title}" 0 --> ${highest}`,
      ...lines.map((points) => `line [${points.map((point) => Number(point.toFixed(3))).join(', ')}]`),
    ],
    'mermaid',
  );
}
