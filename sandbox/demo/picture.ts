/**
 * Draws a terminal's screen as an SVG, for the README. Reads the screen with its colours from standard input:
 *
 *   tmux capture-pane -e -p | npx tsx sandbox/demo/picture.ts > docs/images/demo.svg
 *
 * The picture has its own dark ground, so that it reads the same on light and dark pages.
 */

import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

interface Piece {
  readonly text: string;
  readonly column: number;
  readonly classes: readonly string[];
}

const CHARACTER = 8.4;
const LINE = 19;
const PADDING = 18;

const COLOURS: Readonly<Record<number, string>> = { 31: 'red', 32: 'green', 33: 'yellow', 34: 'blue' };
const STYLES: Readonly<Record<number, string>> = { 1: 'bold', 2: 'dim' };

/** The lines of a screen with SGR sequences, each cut where the look changes. A look goes on into the next line. */
export function cut(screen: string): Piece[][] {
  let classes = new Set<string>();
  return screen.split('\n').map((line) => {
    const { found, after } = cutLine(line, classes);
    classes = after;
    return found;
  });
}

function cutLine(line: string, before: Set<string>): { readonly found: Piece[]; readonly after: Set<string> } {
  const found: Piece[] = [];
  let classes = before;
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
  for (const part of line.split(/(\x1b\[[0-9;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
    const codes = /^\x1b\[([0-9;]*)m$/.exec(part)?.[1];
    if (codes === undefined) {
      if (part !== '') found.push({ text: part, column, classes: [...classes] });
      column += part.length;
      continue;
    }
    for (const code of codes.split(';').map(Number)) classes = changed(classes, code);
  }
  return { found, after: classes };
}

function changed(classes: ReadonlySet<string>, code: number): Set<string> {
  const without = (names: readonly string[]) => [...classes].filter((name) => !names.includes(name));
  if (code === 0) return new Set();
  if (code === 22) return new Set(without(Object.values(STYLES)));
  if (code === 39) return new Set(without(Object.values(COLOURS)));
  const colour = COLOURS[code];
  if (colour !== undefined) return new Set([...without(Object.values(COLOURS)), colour]);
  const style = STYLES[code];
  return new Set(style === undefined ? classes : [...classes, style]);
}

/** `title` is read out in the picture's place. */
export function picture(screen: string, title: string): string {
  const lines = cut(screen.replace(/\s+$/, ''));
  const columns = Math.max(
    ...lines.map((line) => line.reduce((end, { column, text }) => Math.max(end, column + text.trimEnd().length), 0)),
  );
  const width = Math.ceil(columns * CHARACTER + 2 * PADDING);
  const height = lines.length * LINE + 2 * PADDING;
  const rows = lines.flatMap((line, at) => {
    const y = PADDING + at * LINE + 14;
    // Each run of words stands at its own column: not every viewer keeps several blanks.
    return line.flatMap(({ text, column, classes }) =>
      [...text.matchAll(/\S+(?: \S+)*/g)].map((run) => {
        const x = (PADDING + (column + run.index) * CHARACTER).toFixed(1);
        const length = (run[0].length * CHARACTER).toFixed(1);
        const look = classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
        return `  <text x="${x}" y="${y}" textLength="${length}"${look}>${escaped(run[0])}</text>`;
      }),
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
  <title>${escaped(title)}</title>
  <style>
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d1d7e0; }
    .bold { font-weight: 700; fill: #f0f6fc; } .dim { fill: #8b949e; }
    .red { fill: #ff7b72; } .green { fill: #56d364; } .yellow { fill: #e3b341; } .blue { fill: #6cb6ff; }
  </style>
  <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="#0d1117" stroke="#30363d"/>
${rows.join('\n')}
</svg>
`;
}

function escaped(plain: string): string {
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.stdout.write(
    picture(
      await text(process.stdin),
      'The demo in a terminal: at 10 % of the traffic an alarm sees that version 3 fails users, and it is turned back; version 2 serves everybody again',
    ),
  );
