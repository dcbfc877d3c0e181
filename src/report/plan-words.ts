/**
 * Texts of others in a comment on a pull request, and lists that end where GitHub's patience does. Pure.
 */
import { clip, plain } from './github-markdown.ts';

/** GitHub takes 65,536 characters of a comment, and 65,535 of what a check says; in bytes we are within both, however it counts. */
export const MOST_BYTES = 64_000;

const LONGEST = 600;

/** In a line of prose, and not longer than a line or two. */
export function words(text: string, most = LONGEST): string {
  // "GH-7" mentions as "#7" does.
  return plain(cut(text, most)).replace(/\bGH-(?=\d)/gi, '$&\u200b');
}

/** "The candidate serves all traffic." */
export function sentenceOf(text: string): string {
  const trimmed = text.trim();
  const whole = `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}`;
  return words(/[.!?…]$/.test(whole) ? whole : `${whole}.`, 2_000);
}

/** Clips without counting the letters of what is far too long. */
export function cut(text: string, most: number): string {
  return clip(text.slice(0, 2 * most + 2), most);
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** As many of them, from the first on, as fit into so many bytes with their line ends; `more` says how many are left out. */
export function fitting(lines: readonly string[], most: number, more: (left: number) => string): readonly string[] {
  let bytes = 0;
  const count = lines.findIndex((line) => {
    bytes += bytesOf(line) + 1;
    return bytes > most;
  });
  return count < 0 ? lines : [...lines.slice(0, count), more(lines.length - count)];
}
