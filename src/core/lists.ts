import type { Fault } from './errors.ts';

/**
 * Inputs that are lists are one a line. Blank lines and lines that begin with `#` are left out; blanks around a line do not count.
 * Nothing in GitHub's inputs needs a quote, so quotes are part of the value.
 */
export interface Line {
  /** Counted from 1 in the input as written. */
  readonly number: number;
  readonly text: string;
}

export function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .map((line, i) => ({ number: i + 1, text: line.trim() }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
}

export interface PairsOptions {
  /** The input's name. */
  readonly subject: string;
  /** What stands before the `=`: "KEY" or "id". */
  readonly keyWord: string;
  readonly isKey: (key: string) => boolean;
  /** The lines hold secrets: faults name the line's number and never its text. */
  readonly isSecret?: boolean;
}

/** `KEY=value` lines; everything after the first `=` is the value, which may be empty. */
export function pairsOf(text: string, options: PairsOptions): { pairs: Map<string, string>; faults: Fault[] } {
  const { subject, keyWord } = options;
  const pairs = new Map<string, string>();
  const faults: Fault[] = [];
  for (const line of linesOf(text)) {
    const equals = line.text.indexOf('=');
    const key = equals < 0 ? '' : line.text.slice(0, equals).trim();
    const shown = options.isSecret ? `line ${line.number}` : `line ${line.number} "${shorten(line.text)}"`;
    if (equals < 0 || key === '' || !options.isKey(key)) {
      faults.push({
        subject,
        problem: `${shown} is not ${keyWord}=value`,
        fix: `write one ${keyWord}=value a line; a value cannot go over several lines`,
      });
    } else if (pairs.has(key)) {
      faults.push({ subject, problem: `${key} is given twice`, fix: `keep one line for ${key}` });
    } else {
      pairs.set(key, line.text.slice(equals + 1).trim());
    }
  }
  return { pairs, faults };
}

/** Long texts do not help in a message. */
export function shorten(text: string, length = 60): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Each value once, in the order in which they first came; without what is undefined. */
export function distinct<T>(values: readonly (T | undefined)[]): readonly T[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}

/** A secret as the runner masks it: line by line. An empty line would mask everything. */
export function secretLines(secret: string): readonly string[] {
  return secret.split(/\r?\n/).filter((line) => line.trim() !== '');
}
