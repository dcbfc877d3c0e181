/** Both versions' values over time as lines, each with its name at its end. Pure. */
import type { Tick } from './chart-axis.ts';
import type { Span } from './chart-data.ts';
import {
  ACROSS,
  along,
  chartOverTime,
  grid,
  type Mark,
  marksIn,
  type Plot,
  round,
  stretched,
  type Told,
} from './chart-frame.ts';
import { html, type Markup } from './html/markup.ts';

export interface Line {
  readonly className: 'candidate' | 'stable';
  /** Where nobody knows (undefined) the line is broken. */
  readonly points: readonly { readonly at: number; readonly value: number | undefined }[];
}

/** With more points than this on a line, markers would be the line. */
const MOST_MARKERS = 45;
const PLOT: Plot = { top: 16, height: 120 };
/** Percent of the width beyond which there is no room for a name behind the end of a line. */
const LAST_ROOM = 76;
const LETTERS = 15;

/** Lines over time, in the units of `ticks`. */
export function lineChart(
  told: Told,
  {
    span,
    lines,
    ticks,
    marks,
  }: {
    readonly span: Span;
    readonly lines: readonly Line[];
    readonly ticks: readonly Tick[];
    readonly marks: readonly Mark[];
  },
): Markup {
  const { top, height } = PLOT;
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
        value === undefined ? [] : [marker(className, along(span, at), top + upTo(value))],
      ),
    );
  const ends = lines.flatMap(({ className, points }) => {
    const last = points.findLast(({ value }) => value !== undefined);
    return last?.value === undefined ? [] : [{ className, x: along(span, last.at), y: top + upTo(last.value) }];
  });
  return chartOverTime(
    told,
    span,
    PLOT,
    html`${grid(ticks, PLOT)}${marksIn(marks, span, PLOT)}${stretched(PLOT, paths)}${markers}${namesAt(ends)}`,
  );
}

interface End {
  readonly className: Line['className'];
  /** Percent. */
  readonly x: number;
  /** Pixels. */
  readonly y: number;
}

/**
 * Behind the ends where both lines end together and there is room; else the upper one's above its line and the lower one's below, where
 * the other line is not. Never one upon the other.
 */
function namesAt(ends: readonly End[]): readonly Markup[] {
  const areTogether = ends.every(({ x }) => x <= LAST_ROOM && Math.abs(x - (ends[0]?.x ?? x)) < 3);
  const ground = PLOT.top + PLOT.height;
  const highest = Math.min(...ends.map(({ y }) => y));
  const places = ends
    .map((end) => {
      const below = end.y + LETTERS + 1;
      const beside = end.y > highest && below < ground - 1 ? below : end.y - 8;
      return { ...end, at: areTogether ? end.y + 4 : beside };
    })
    .toSorted((one, other) => other.at - one.at);
  let lowest = ground + 4;
  return places.map(({ className, x, at }, i) => {
    // From the ground upwards, so that all of them have room above.
    const left = places.length - 1 - i;
    const y = Math.max(10 + left * LETTERS, Math.min(at, lowest));
    lowest = y - LETTERS;
    return html`<text class="name ${className}" x="${x}%" y="${y}" dx="${areTogether ? 9 : 4}" text-anchor="${areTogether ? 'start' : 'end'}">${className}</text>`;
  });
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
