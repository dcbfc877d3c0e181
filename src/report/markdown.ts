/** GitHub's Markdown, in which a text from outside stays a text. Pure. */
import { shown } from './foreign-text.ts';

/** In a line of prose: no emphasis, code, link, picture, HTML, entity, reference or cell border comes of it. */
export function plain(text: string): string {
  return (
    shown(text)
      .replace(/\s+/g, ' ')
      .replace(/[\\`*_{}[\]<>&|~#!$]/g, '\\$&')
      // What looks like an address becomes a link by itself otherwise, and what looks like a name a mention.
      .replaceAll('://', ':\\/\\/')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`)
      .replaceAll('@', '&#64;')
  );
}

/** In a line of prose or a cell, as code. */
export function code(text: string): string {
  const clean = shown(text).replace(/\s+/g, ' ').trim();
  if (clean === '') return '';
  const ticks = '`'.repeat(longestRun(clean) + 1);
  const pad = clean.startsWith('`') || clean.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${clean}${pad}${ticks}`;
}

/** Cells are Markdown already; a border in code is escaped too, which GitHub takes back. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** A log may hold anything, also a line of backticks. */
export function fence(lines: readonly string[], language = 'text'): string {
  const clean = lines.flatMap((line) => shown(line).split('\n'));
  const ticks = '`'.repeat(Math.max(3, ...clean.map((line) => longestRun(line) + 1)));
  return [`${ticks}${language}`, ...clean, ticks].join('\n');
}

/** `summary` is text. GitHub reads Markdown between the tags when an empty line stands before it. `isOpen`: unfolded at first. */
export function folded(summary: string, markdown: string, isOpen = false): string {
  const escaped = shown(summary)
    .replace(/\s+/g, ' ')
    .replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c);
  return `<details${isOpen ? ' open' : ''}><summary>${escaped}</summary>\n\n${markdown}\n\n</details>`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
