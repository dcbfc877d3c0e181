/** Markdown for pages that others read: nothing in a sentence that came from elsewhere is formatting, a link, or calls somebody. */

import { code as asCode, plain as escaped } from './markdown.ts';

export { table } from './markdown.ts';

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
