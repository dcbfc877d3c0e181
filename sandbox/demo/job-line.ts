/** A line of the job's log as GitHub shows it: workflow commands become headings, warnings and errors, or nothing. */

import type { Paint } from './paint.ts';

export interface JobLine {
  readonly text: string;
  readonly tone: 'plain' | 'heading' | 'warning' | 'error';
}

/** Undefined for what the runner keeps to itself. */
export function readJobLine(raw: string): JobLine | undefined {
  const [, name, message = ''] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(raw) ?? [];
  if (name === undefined) return raw.trim() === '' ? undefined : { text: raw, tone: 'plain' };
  const text = message.replaceAll('%0A', ' ').replaceAll('%0D', '').replaceAll('%25', '%');
  if (name === 'group') return { text, tone: 'heading' };
  if (name === 'warning' || name === 'error') return { text, tone: name };
  return name === 'notice' ? { text, tone: 'plain' } : undefined;
}

/** Broken at blanks to at most `width` characters; what follows is indented to stand below the text, not the time. */
export function wrap(text: string, width: number, indent = /^\d\d:\d\d {2}/.test(text) ? 7 : 2): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const at = blank > indent + width / 3 ? blank : width;
    lines.push(rest.slice(0, at).trimEnd());
    rest = ' '.repeat(indent) + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

/** From this width on, the log's own columns have room for what stands in the last one. */
const WITH_COLUMNS = 90;
/** Time, subject, and what is said of it: as src/report/rollout-log.ts prints them. */
const IN_COLUMNS = /^\d\d:\d\d {2}.{30} {2}/;
const LAST_COLUMN = 39;

export function paintJobLine({ text, tone }: JobLine, width: number, paint: Paint): string[] {
  const keepsColumns = width >= WITH_COLUMNS && IN_COLUMNS.test(text);
  const lines =
    keepsColumns || text.length <= width
      ? wrap(text, width, keepsColumns ? LAST_COLUMN : 2)
      : wrap(shortened(text), width);
  return lines.map((line) => {
    if (tone === 'heading') return paint('bold', line);
    if (tone === 'error') return paint('red', line);
    if (tone === 'warning') return paint('yellow', line);
    return line
      .replace(/^\d\d:\d\d/, (time) => paint('dim', time))
      .replace(/\bturn back\b/, (words) => paint('yellow', words))
      .replace(/\bpass\b/, (word) => paint('green', word))
      .replace(/\bfail\b/, (word) => paint('red', word));
  });
}

/** Columns and the fronts of ARNs take room that a narrow terminal needs for the words. */
function shortened(text: string): string {
  return text.replace(/(?<=\S) {3,}/, '  ').replace(/arn:aws:[a-z]+:[a-z0-9-]+:\d+:/g, '…');
}
