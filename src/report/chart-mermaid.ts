/**
 * Pictures that GitHub draws in a summary: Mermaid in a fence. Kinds of diagram that are old enough: gantt with one row a section, and
 * xychart-beta (since Mermaid 10.5; GitHub draws with 11.17, GitHub Enterprise Server with older ones, which leave out what they do not
 * know: the names of the lines). The colours are ours, readable on white and on black: the page's scheme is the reader's. No text from
 * outside is in them but gate names, cut to letters, digits and blanks.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
 * https://mermaid.js.org/syntax/gantt.html, https://mermaid.js.org/syntax/xyChart.html
 */
import { fence } from './markdown.ts';

/** Seen on white and on black. */
export const COLOURS = {
  violet: '#8250df',
  grey: '#64869f',
  green: '#1a7f37',
  amber: '#9a6700',
  red: '#cf222e',
  ink: '#768390',
} as const;

/** One diagram with its settings, which stand for themselves: GitHub has others by default. */
export function diagram(settings: object, lines: readonly string[]): string {
  return fence([`%%{init: ${JSON.stringify(settings)}}%%`, ...lines], 'mermaid');
}
