/**
 * What the charts have in common. They are inline SVG without a script. Along they are as wide as their place and measured in percent,
 * across in pixels: letters and strokes keep their size on a phone and on a wall. Lines lie in a stretched inner picture with strokes
 * that do not stretch. Pure.
 */
import { type Tick, timeTicks } from './chart-axis.ts';
import type { Span } from './chart-data.ts';
import { html, type Markup } from './html/markup.ts';

/** A moment that all charts show as a line from top to bottom. */
export interface Mark {
  readonly at: number;
  readonly kind: 'continue' | 'turn-back';
  readonly reason: string;
}

/** Words for who cannot see it. `id` is unique on the page. */
export interface Told {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** Where the part of a picture is that shows values: pixels from its top, and how high it is. */
export interface Plot {
  readonly top: number;
  readonly height: number;
}

/** Width of the stretched inner picture. */
export const ACROSS = 1000;
const AXIS = 24;
/** As many times as have room on a wide screen and on a phone, short ones and long ones; the style shows one of the two. */
const TICKS = { wide: [8, 7], narrow: [6, 4] } as const;
const SHORT_TIME = '00:00'.length;

/** Percent of the width. */
export function along({ from, to }: Span, at: number): number {
  return Math.min(100, Math.max(0, (100 * (at - from)) / (to - from)));
}

export function chart({ id, title, description }: Told, height: number, content: Markup): Markup {
  return html`<svg class="chart" width="100%" height="${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>${content}</svg>`;
}

/** A chart with its time below it. */
export function chartOverTime(told: Told, span: Span, { top, height }: Plot, content: Markup): Markup {
  return chart(told, top + height + AXIS, html`${content}${timeAxis(span, top + height + 18)}`);
}

export function stretched({ top, height }: Plot, content: readonly Markup[]): Markup {
  return html`<svg y="${top}" width="100%" height="${height}" viewBox="0 0 ${ACROSS} ${height}" preserveAspectRatio="none">${content}</svg>`;
}

function timeAxis(span: Span, y: number): readonly Markup[] {
  return (['wide', 'narrow'] as const).flatMap((room) => {
    const [most, fewer] = TICKS[room];
    const many = timeTicks(span.to - span.from, most);
    const areShort = many.every(({ label }) => label.length <= SHORT_TIME);
    return (areShort ? many : timeTicks(span.to - span.from, fewer)).map(({ value, label }) => {
      const x = along(span, span.from + value);
      return html`<text class="tick ${room}" x="${x}%" y="${y}" text-anchor="middle">${label}</text>`;
    });
  });
}

/** The time axis of a stack of bars. */
export function timeRuler(span: Span): Markup {
  return html`<svg class="chart" width="100%" height="20" aria-hidden="true">${timeAxis(span, 14)}</svg>`;
}

export function grid(ticks: readonly Tick[], { top, height }: Plot): readonly Markup[] {
  const highest = ticks.at(-1)?.value ?? 1;
  return ticks.map(({ value, label }) => {
    const y = top + height * (1 - value / highest);
    return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="tick" x="-8" y="${y + 4}" text-anchor="end">${label}</text>`;
  });
}

export function marksIn(marks: readonly Mark[], span: Span, { top, height }: Plot): readonly Markup[] {
  return marks.map(({ at, kind }) => {
    const x = along(span, at);
    return html`<line class="mark ${kind}" x1="${x}%" x2="${x}%" y1="${top - 8}" y2="${top + height}"/>`;
  });
}

const MARK_WORDS = { continue: 'go on', 'turn-back': 'turn back' } as const;
/** Percent of the width that a mark's words take. */
const WORDS_TAKE = { wide: 9, narrow: 25 } as const;

/**
 * What happened at the marks, in words above them, the reason where it is pointed at. Where there is no room for all of them a rollback
 * is told before everything else; what has room on a wide screen alone is left out on a phone.
 */
export function markWords(marks: readonly Mark[], span: Span, { top }: Plot): readonly Markup[] {
  const places = marks.map((mark) => ({ ...mark, x: along(span, mark.at) }));
  const urgent = places.toSorted((one, other) => Number(other.kind === 'turn-back') - Number(one.kind === 'turn-back'));
  const taken = { wide: [] as number[], narrow: [] as number[] };
  return urgent.flatMap(({ x, kind, reason }) => {
    const centre = (room: 'wide' | 'narrow') => Math.min(100 - WORDS_TAKE[room] / 2, Math.max(WORDS_TAKE[room] / 2, x));
    const fits = (room: 'wide' | 'narrow') =>
      taken[room].every((other) => Math.abs(other - centre(room)) >= WORDS_TAKE[room]);
    if (!fits('wide')) return [];
    const isNarrow = fits('narrow');
    taken.wide.push(centre('wide'));
    if (isNarrow) taken.narrow.push(centre('narrow'));
    const anchor = x > 90 ? 'end' : x < 5 ? 'start' : 'middle';
    return [
      html`<text class="happened ${kind}${isNarrow ? '' : ' wide'}" x="${x}%" y="${top - 13}" text-anchor="${anchor}"><title>${reason}</title>${MARK_WORDS[kind]}</text>`,
    ];
  });
}

export function round(value: number): number {
  return Number(value.toFixed(1));
}
