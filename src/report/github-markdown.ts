/** Markdown for pages that others read: nothing in a sentence that came from elsewhere is formatting, a link, or calls somebody. */

import { code as asCode, plain as escaped, table } from './markdown.ts';

export { folded, table } from './markdown.ts';

/** Names and what there is to say of them; the first stands as the head, for GitHub shows an empty one as an empty row. */
export function facts(rows: readonly (readonly [name: string, value: string | undefined])[]): string {
  const [head = [], ...others] = rows.flatMap(([name, value]) =>
    value ? [[`**${name.replaceAll(' ', '\u00a0')}**`, value]] : [],
  );
  return leftTable(head, others);
}

/** GitHub centres what is not told to stand on the left. */
export function leftTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const [first = '', rule = '', ...others] = table(head, rows).split('\n');
  return [first, rule.replaceAll('---', ':--'), ...others].join('\n');
}

/**
 * For a sentence. Escapes and entities are gone when GitHub looks for "@name" and "#12" in a comment: what parts them is a space without
 * width, so that nobody is notified and no other page says that it was mentioned.
 */
export function plain(text: string): string {
  return escaped(text)
    .replaceAll('&#64;', '@\u200b')
    .replace(/\\#(?=\d)/g, '\\#\u200b');
}

/** For a name or a number; what could end the code is a sentence. */
export function code(text: string): string {
  return /[`|\n]/.test(text) ? plain(text) : asCode(text);
}

/** An image as people know it apart: of a digest the first twelve letters. The job's outputs and summary have all of it. */
export function imageText(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1…');
}

/** "2026-05-04 13:11 UTC" */
export function momentText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A reason may be a list of everything that is wrong; who wants all of it reads the log. */
const SENTENCE_LENGTH = 4_000;

/** "The candidate serves all traffic." */
export function sentence(text: string): string {
  const clean = plain(clip(text.trim(), SENTENCE_LENGTH));
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}${/[.!?…]$/.test(clean) ? '' : '.'}`;
}

/** At most so many characters, the last of them an ellipsis where something was cut. */
export function clip(text: string, most: number): string {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}
