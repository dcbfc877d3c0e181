/**
 * Charts as inline SVG, without a script. Along they are as wide as their place and measured in percent, across in pixels: letters and
 * strokes keep their size on a phone and on a wall. Lines lie in a stretched inner picture with strokes that do not stretch. Pure.
 */
import { type Tick, timeTicks } from './chart-axis.ts';
import type { Span } from './chart-data.ts';
import { html, type Markup } from './html/markup.ts';

/** A moment that all charts show as a line from top to bottom. */
export interface Mark {
  readonly at: number;
  readonly kind: 'continue' | 'turn-back';
}

/** Words for who cannot see it. `id` is unique on the page. */
export interface Told {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

export interface Line {
  readonly className: 'candidate' | 'stable';
  /** Where nobody knows (undefined) the line is broken. */
  readonly points: readonly { readonly at: number; readonly value: number | undefined }[];
}

/** Width of the stretched inner picture. */
const ACROSS = 1000;
const MOST_TICKS = 7;
/** With more points than this on a line, markers would be the line. */
const MOST_MARKERS = 45;
const TOP = 14;
const AXIS = 24;

/** Percent of the width. */
function along({ from, to }: Span, at: number): number {
  return Math.min(100, Math.max(0, (100 * (at - from)) / (to - from)));
}

function chart({ id, title, description }: Told, height: number, content: Markup): Markup {
  return html`<svg class="chart" width="100%" height="${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>${content}</svg>`;
}

function stretched(y: number, height: number, content: readonly Markup[]): Markup {
  return html`<svg y="${y}" width="100%" height="${height}" viewBox="0 0 ${ACROSS} ${height}" preserveAspectRatio="none">${content}</svg>`;
}

function timeAxis(span: Span, y: number): readonly Markup[] {
  const ticks = timeTicks(span.to - span.from, MOST_TICKS);
  return ticks.map(({ value, label }, i) => {
    const x = along(span, span.from + value);
    const anchor = x > 96 ? 'end' : 'middle';
    return html`<text class="tick${i % 2 === 1 ? ' minor' : ''}" x="${x}%" y="${y}" text-anchor="${anchor}">${label}</text>`;
  });
}

function grid(ticks: readonly Tick[], height: number): readonly Markup[] {
  const highest = ticks.at(-1)?.value ?? 1;
  return ticks.map(({ value, label }) => {
    const y = TOP + height * (1 - value / highest);
    return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="tick" x="-8" y="${y + 4}" text-anchor="end">${label}</text>`;
  });
}

function marksOf(marks: readonly Mark[], span: Span, height: number): readonly Markup[] {
  return marks.map(({ at, kind }) => {
    const x = along(span, at);
    return html`<line class="mark ${kind}" x1="${x}%" x2="${x}%" y1="${TOP - 6}" y2="${TOP + height}"/>`;
  });
}

/** Lines over time, in the units of `ticks`. */
export function lineChart(
  told: Told,
  {
    span,
    lines,
    ticks,
    marks,
    height = 120,
  }: {
    readonly span: Span;
    readonly lines: readonly Line[];
    readonly ticks: readonly Tick[];
    readonly marks: readonly Mark[];
    readonly height?: number;
  },
): Markup {
  const highest = ticks.at(-1)?.value ?? 1;
  const upTo = (value: number): number => height * (1 - Math.min(1, value / highest));
  const paths = lines.map(
    ({ className, points }) =>
      html`<path class="line ${className}" d="${pathThrough(points.map(({ at, value }) => ({ x: (along(span, at) * ACROSS) / 100, y: value === undefined ? undefined : upTo(value) })))}"/>`,
  );
  const markers = lines
    .filter(({ points }) => points.length <= MOST_MARKERS)
    .flatMap(({ className, points }) =>
      points.flatMap(({ at, value }) =>
        value === undefined ? [] : [marker(className, along(span, at), TOP + upTo(value))],
      ),
    );
  return chart(
    told,
    TOP + height + AXIS,
    html`${grid(ticks, height)}${marksOf(marks, span, height)}${stretched(TOP, height, paths)}${markers}${timeAxis(span, TOP + height + 18)}`,
  );
}

function marker(className: Line['className'], x: number, y: number): Markup {
  return className === 'candidate'
    ? html`<circle class="marker candidate" cx="${x}%" cy="${y}" r="3"/>`
    : html`<rect class="marker stable" x="${x}%" y="${y - 2.75}" width="5.5" height="5.5" transform="translate(-2.75 0)"/>`;
}

interface Point {
  readonly x: number;
  readonly y: number | undefined;
}

function pathThrough(points: readonly Point[]): string {
  return points
    .flatMap(({ x, y }, i) => {
      if (y === undefined) return [];
      const isFirst = i === 0 || points[i - 1]?.y === undefined;
      return [`${isFirst ? 'M' : 'L'}${round(x)} ${round(y)}`];
    })
    .join('');
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

/** The candidate's share as stairs, each with its number; a cross on the ground for each task that died. */
export function shareChart(
  told: Told,
  {
    span,
    steps,
    deaths,
    marks,
    height = 130,
  }: {
    readonly span: Span;
    /** Percent, each from its moment to the next. */
    readonly steps: readonly { readonly at: number; readonly share: number }[];
    readonly deaths: readonly number[];
    readonly marks: readonly Mark[];
    readonly height?: number;
  },
): Markup {
  const upTo = (share: number): number => height * (1 - share / 100);
  const stairs = steps.map(({ at, share }, i) => {
    const [from, to] = [along(span, at) * 10, along(span, steps[i + 1]?.at ?? span.to) * 10];
    return `${round(from)} ${round(upTo(share))}L${round(to)} ${round(upTo(share))}`;
  });
  const line = stairs.length === 0 ? '' : `M${stairs.join('L')}`;
  const begin = steps[0] === undefined ? 0 : round(along(span, steps[0].at) * 10);
  const labels = steps.flatMap(({ at, share }, i) => {
    const [from, to] = [along(span, at), along(span, steps[i + 1]?.at ?? span.to)];
    if (share === 0 || to - from < 4) return [];
    return [
      html`<text class="value" x="${from}%" dx="5" y="${TOP + Math.max(13, upTo(share) - 6)}"${share > 85 ? html` dy="4"` : ''}>${share} %</text>`,
    ];
  });
  const crosses = deaths.map(
    (at) => html`<text class="death" x="${along(span, at)}%" y="${TOP + height - 3}" text-anchor="middle">✕</text>`,
  );
  const ticks = [0, 25, 50, 75, 100].map((value) => ({ value, label: `${value} %` }));
  return chart(
    told,
    TOP + height + AXIS,
    html`${grid(ticks, height)}${stretched(TOP, height, line === '' ? [] : [html`<path class="area candidate" d="${line}L${ACROSS} ${height}L${begin} ${height}Z"/>`, html`<path class="line candidate" d="${line}"/>`])}${marksOf(marks, span, height)}${labels}${crosses}${timeAxis(span, TOP + height + 18)}`,
  );
}

/** A bar whose parts are verdicts; each differs in colour, pattern and sign, and says itself when it is pointed at. */
export function verdictBar(
  told: Told,
  span: Span,
  parts: readonly (Span & { readonly verdict: 'pass' | 'fail' | 'hold' | 'error'; readonly says: string })[],
): Markup {
  const bars = parts.map(({ from, to, verdict, says }) => {
    const [x, end] = [along(span, from), along(span, to)];
    const width = Math.max(0.6, end - x);
    const sign =
      width > 3.5
        ? html`<text class="sign ${verdict}" x="${x + width / 2}%" y="14" text-anchor="middle">${SIGNS[verdict]}</text>`
        : '';
    return html`<g><title>${says}</title><rect class="verdict ${verdict}" x="${x}%" width="${Math.min(width, 100 - x + 0.6)}%" y="1" height="18" rx="3"/>${sign}</g>`;
  });
  return chart(told, 20, html`<rect class="groove" x="0" y="1" width="100%" height="18" rx="3"/>${bars}`);
}

export const SIGNS = { pass: '✓', fail: '✕', hold: '…', error: '?' } as const;

/** The time axis of a stack of bars. */
export function timeRuler(span: Span): Markup {
  return html`<svg class="chart" width="100%" height="20" aria-hidden="true">${timeAxis(span, 14)}</svg>`;
}

/** Bounds on a ratio, on a scale of doublings; what goes beyond the scale ends in an arrow. */
export function ratioBar(
  told: Told,
  scale: RatioScale,
  {
    low,
    high,
    estimate,
    tolerate,
  }: { readonly low: number; readonly high: number; readonly estimate: number | undefined; readonly tolerate: number },
): Markup {
  const [from, to] = [onScale(scale, low), onScale(scale, high)];
  const dot =
    estimate === undefined || estimate <= 0
      ? ''
      : html`<circle class="marker candidate" cx="${onScale(scale, estimate)}%" cy="12" r="4.5"/>`;
  const arrow = high > 2 ** scale.high ? html`<text class="beyond" x="100%" y="16.5" text-anchor="end">▶</text>` : '';
  const back = low < 2 ** scale.low ? html`<text class="beyond" x="0" y="16.5">◀</text>` : '';
  const limit =
    tolerate > 1
      ? html`<line class="limit" x1="${onScale(scale, tolerate)}%" x2="${onScale(scale, tolerate)}%" y1="0" y2="24"/>`
      : '';
  return chart(
    told,
    24,
    html`<line class="equal" x1="${onScale(scale, 1)}%" x2="${onScale(scale, 1)}%" y1="0" y2="24"/>${limit}<rect class="interval" x="${from}%" width="${Math.max(0.6, to - from)}%" y="9" height="6" rx="3"/>${back}${arrow}${dot}`,
  );
}

/** Exponents of two. */
export interface RatioScale {
  readonly low: number;
  readonly high: number;
}

/** At least from a half to twice, at most from a 64th to 64 times: the judge says nothing beyond. */
export function ratioScale(bounds: readonly { readonly low: number; readonly high: number }[]): RatioScale {
  const exponent = (ratio: number): number => Math.min(6, Math.max(-6, Math.log2(ratio)));
  return {
    low: Math.floor(Math.min(-1, ...bounds.map(({ low }) => (low > 0 ? exponent(low) : -6)))),
    high: Math.ceil(Math.max(1, ...bounds.map(({ high }) => exponent(high)))),
  };
}

function onScale({ low, high }: RatioScale, ratio: number): number {
  const exponent = ratio > 0 ? Math.log2(ratio) : low;
  return (100 * (Math.min(high, Math.max(low, exponent)) - low)) / (high - low);
}

export function ratioRuler(scale: RatioScale): Markup {
  const every = scale.high - scale.low > 6 ? 2 : 1;
  const exponents = Array.from({ length: scale.high - scale.low + 1 }, (_, i) => scale.low + i).filter(
    (exponent) => exponent % every === 0,
  );
  const labels = exponents.map((exponent) => {
    const label = exponent < 0 ? `1/${2 ** -exponent}` : String(2 ** exponent);
    return html`<text class="tick" x="${onScale(scale, 2 ** exponent)}%" y="14" text-anchor="middle">${label}×</text>`;
  });
  return html`<svg class="chart" width="100%" height="20" aria-hidden="true">${labels}</svg>`;
}
