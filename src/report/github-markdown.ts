/** Markdown for pages that others read: nothing in a sentence that came from elsewhere is formatting, a link, or calls somebody. */

/** For a sentence. "@name" notifies nobody. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\<>*_`[\]|~#]/g, '\\$&')
    .replaceAll('@', '@\u200b');
}

/** For a name or a number. */
export function code(text: string): string {
  return /[`|\n]/.test(text) ? plain(text) : `\`${text}\``;
}

/** Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
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
