/** Traffic and verdicts over one time as GitHub draws them: Mermaid's gantt, one row a section. Pure. */
import { type Gate, gateName, type Verdict } from '../core/gate.ts';
import { timeStep } from './chart-axis.ts';
import { isMilestone, lanesOf, type Span, shareSteps, visibleParts } from './chart-data.ts';
import { COLOURS, diagram } from './chart-mermaid.ts';
import type { EndedJob } from './ended-job.ts';

/** More are not to be read, and Mermaid takes 50,000 characters. */
const MOST_BARS = 25;
const MOST_LANES = 8;
const LONGEST_NAME = 24;
const MOST_TICKS = 7;
const HOUR = 3_600_000;

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
    taskBkgColor: COLOURS.violet,
    taskBorderColor: COLOURS.violet,
    doneTaskBkgColor: COLOURS.green,
    doneTaskBorderColor: COLOURS.green,
    activeTaskBkgColor: COLOURS.amber,
    activeTaskBorderColor: COLOURS.amber,
    critBkgColor: COLOURS.red,
    critBorderColor: COLOURS.red,
    taskTextColor: '#ffffff',
    taskTextLightColor: '#ffffff',
    taskTextDarkColor: '#ffffff',
    taskTextOutsideColor: COLOURS.ink,
    titleColor: COLOURS.ink,
    textColor: COLOURS.ink,
    gridColor: COLOURS.ink,
    sectionBkgColor: COLOURS.ink,
    sectionBkgColor2: COLOURS.ink,
    altSectionBkgColor: COLOURS.ink,
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
