/** The candidate's share of the traffic as stairs. Pure. */
import type { Span } from './chart-data.ts';
import {
  ACROSS,
  along,
  chartOverTime,
  grid,
  type Mark,
  marksIn,
  markWords,
  type Plot,
  round,
  stretched,
  type Told,
} from './chart-frame.ts';
import { html, type Markup } from './html/markup.ts';

const PLOT: Plot = { top: 30, height: 130 };
/** Percent of the width that a share's number takes at least, on a wide screen and on a phone. */
const NUMBER_TAKES = { wide: 5, narrow: 15 } as const;
/** Percent of the width between two crosses: nearer to each other they are one. */
const CROSS_TAKES = 4.5;

/** The candidate's share as stairs, each with its number; a cross on the ground for each task that died. */
export function shareChart(
  told: Told,
  {
    span,
    steps,
    deaths,
    marks,
  }: {
    readonly span: Span;
    /** Percent, each from its moment to the next. */
    readonly steps: readonly { readonly at: number; readonly share: number }[];
    readonly deaths: readonly number[];
    readonly marks: readonly Mark[];
  },
): Markup {
  const { top, height } = PLOT;
  const upTo = (share: number): number => height * (1 - share / 100);
  const stairs = steps.map(({ at, share }, i) => {
    const [from, to] = [along(span, at) * 10, along(span, steps[i + 1]?.at ?? span.to) * 10];
    return `${round(from)} ${round(upTo(share))}L${round(to)} ${round(upTo(share))}`;
  });
  const line = stairs.length === 0 ? '' : `M${stairs.join('L')}`;
  const begin = steps[0] === undefined ? 0 : round(along(span, steps[0].at) * 10);
  // Above the crosses.
  const lowest = height - (deaths.length > 0 ? 16 : 0);
  const labels = steps.flatMap(({ at, share }, i) => {
    const [from, to] = [along(span, at), along(span, steps[i + 1]?.at ?? span.to)];
    if (share === 0 || to - from < NUMBER_TAKES.wide) return [];
    return [
      html`<text class="value${to - from < NUMBER_TAKES.narrow ? ' wide' : ''}" x="${from}%" dx="5" y="${top + Math.min(lowest, Math.max(13, upTo(share) - 6))}"${share > 85 ? html` dy="4"` : ''}>${share} %</text>`,
    ];
  });
  const crosses = apart(deaths.map((at) => along(span, at))).map(
    (x) => html`<text class="death" x="${x}%" y="${top + height - 3}" text-anchor="middle">✕</text>`,
  );
  const ticks = [0, 25, 50, 75, 100].map((value) => ({ value, label: `${value} %` }));
  const stairsDrawn =
    line === ''
      ? []
      : [
          html`<path class="area candidate" d="${line}L${ACROSS} ${height}L${begin} ${height}Z"/>`,
          html`<path class="line candidate" d="${line}"/>`,
        ];
  return chartOverTime(
    told,
    span,
    PLOT,
    html`${grid(ticks, PLOT)}${stretched(PLOT, stairsDrawn)}${marksIn(marks, span, PLOT)}${markWords(marks, span, PLOT)}${labels}${crosses}`,
  );
}

/** Those that do not stand upon one before them. */
function apart(places: readonly number[]): readonly number[] {
  const kept: number[] = [];
  for (const place of places) {
    const last = kept.at(-1);
    if (last === undefined || place - last >= CROSS_TAKES) kept.push(place);
  }
  return kept;
}
