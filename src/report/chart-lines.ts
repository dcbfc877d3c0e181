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
const MOST_MARKERS = { wide: 45, narrow: 16 } as const;
const PLOT: Plot = { top: 16, height: 120 };
/** Percent of the width that a name takes, on a wide screen and on a phone. */
const NAME_TAKES = { wide: 10, narrow: 24 } as const;
/** Pixels from one line of letters to the next. */
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
    .filter(({ points }) => points.length <= MOST_MARKERS.wide)
    .flatMap(({ className, points }) =>
      points.flatMap(({ at, value }) =>
        value === undefined
          ? []
          : [
              marker(
                points.length > MOST_MARKERS.narrow ? `${className} wide` : className,
                along(span, at),
                top + upTo(value),
              ),
            ],
      ),
    );
  const places = lines.map(({ className, points }) => ({
    className,
    places: points.flatMap(({ at, value }) =>
      value === undefined ? [] : [{ x: along(span, at), y: top + upTo(value) }],
    ),
  }));
  return chartOverTime(
    told,
    span,
    PLOT,
    html`${grid(ticks, PLOT)}${marksIn(marks, span, PLOT)}${stretched(PLOT, paths)}${markers}${namesAt(places, 'wide')}${namesAt(places, 'narrow')}`,
  );
}

/** A line by its points: percent along, pixels from the top. */
interface Drawn {
  readonly className: Line['className'];
  readonly places: readonly { readonly x: number; readonly y: number }[];
}

/**
 * Behind the end of each line where there is room and no other line goes on; else above or below it, where fewer lines are. Never one
 * upon the other.
 */
function namesAt(lines: readonly Drawn[], room: 'wide' | 'narrow'): readonly Markup[] {
  const takes = NAME_TAKES[room];
  const linesIn = (fromX: number, fromY: number): number =>
    lines
      .flatMap(({ places }) => places)
      .filter(({ x, y }) => x > fromX && x < fromX + takes && y > fromY && y < fromY + LETTERS).length;
  const ends = lines
    .flatMap(({ className, places }) => {
      const end = places.at(-1);
      if (end === undefined) return [];
      const { x, y } = end;
      if (x + takes <= 100 && linesIn(x, y - LETTERS / 2) === 0) {
        return [{ className, x, y: y + 4, dx: 9, anchor: 'start' }];
      }
      const hasGround = y + LETTERS + 3 < PLOT.top + PLOT.height;
      const isBelow = hasGround && linesIn(x - takes, y + 2) < linesIn(x - takes, y - LETTERS - 2);
      return [{ className, x, y: isBelow ? y + LETTERS + 1 : y - 8, dx: 4, anchor: 'end' }];
    })
    .toSorted((one, other) => other.y - one.y);
  // From the ground upwards, so that all of them have room above.
  let lowest = PLOT.top + PLOT.height + 4;
  return ends.map(({ className, x, y: wanted, dx, anchor }, i) => {
    const above = ends.length - 1 - i;
    const y = Math.max(10 + above * LETTERS, Math.min(wanted, lowest));
    lowest = y - LETTERS;
    return html`<text class="name ${className} ${room}" x="${x}%" y="${y}" dx="${dx}" text-anchor="${anchor}">${className}</text>`;
  });
}

function marker(className: string, x: number, y: number): Markup {
  return className.startsWith('candidate')
    ? html`<circle class="marker ${className}" cx="${x}%" cy="${y}" r="3"/>`
    : html`<rect class="marker ${className}" x="${x}%" y="${y - 2.75}" width="5.5" height="5.5" transform="translate(-2.75 0)"/>`;
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
