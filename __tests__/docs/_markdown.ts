/** A page of Markdown as its sections and their blocks, as far as our own pages go: enough to compare two of them. */
import { createHash } from 'node:crypto';

export type Kind = 'paragraph' | 'item' | 'row' | 'quote' | 'html' | 'code';

export interface Block {
  readonly kind: Kind;
  /** Lines of prose are one line; those of code stay, the language of the fence is the first. */
  readonly text: string;
}

export interface Section {
  /** Number of `#`; 0 for what stands before the first heading. */
  readonly level: number;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** What `<!-- en: … -->` says; see {@link fingerprintOf}. */
  readonly translatedFrom: string | undefined;
  readonly fingerprint: string;
}

const FENCE = /^\s*(```+)(.*)$/;
const HEADING = /^(#+) (.*)$/;
const NOTE = /^<!-- en: ([0-9a-f]+) -->$/;
const GENERATED = /(<!-- (\S+):begin -->)[\s\S]*?(<!-- \2:end -->)/g;

/** The sections of a page, in order; the first is what stands before any heading, if something does. */
export function sectionsOf(markdown: string): readonly Section[] {
  const own = new Map(split(markdown.replace(GENERATED, '$1\n$3')).map((part, at) => [at, fingerprintOf(part)]));
  return split(markdown).map((lines, at) => {
    const [, hashes = '', title = ''] = HEADING.exec(lines[0] ?? '') ?? [];
    return {
      level: hashes.length,
      title,
      blocks: blocksOf(hashes === '' ? lines : lines.slice(1)),
      translatedFrom: lines.map((line) => NOTE.exec(line)?.[1]).find((note) => note !== undefined),
      fingerprint: own.get(at) ?? '',
    };
  });
}

/** Eight digits that change with any word of a section; what is generated between markers is left out. */
const fingerprintOf = (lines: readonly string[]) =>
  createHash('sha256').update(lines.join('\n').trim().replace(/\s+/g, ' ')).digest('hex').slice(0, 8);

function split(markdown: string): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    if (fence === undefined && HEADING.test(line)) parts.push([]);
    fence = fenceAfter(line, fence);
    parts.at(-1)?.push(line);
  }
  return parts.filter((lines) => lines.some((line) => line.trim() !== ''));
}

/** The fence that is open after `line`. */
function fenceAfter(line: string, open: string | undefined): string | undefined {
  const [, marks, info = ''] = FENCE.exec(line) ?? [];
  if (marks === undefined) return open;
  if (open === undefined) return marks;
  return marks.length >= open.length && info.trim() === '' ? undefined : open;
}

function blocksOf(lines: readonly string[]): readonly Block[] {
  const blocks: { kind: Kind; text: string }[] = [];
  let fence: string | undefined;
  let isOver = true;
  for (const line of lines) {
    const before = fence;
    fence = fenceAfter(line, fence);
    const last = blocks.at(-1);
    if (before === undefined && fence !== undefined)
      blocks.push({ kind: 'code', text: line.trim().replace(/^`+/, '') });
    else if (before !== undefined && last !== undefined) last.text += fence === undefined ? '' : `\n${line}`;
    else if (line.trim() === '' || /^\s*<!--.*-->$/.test(line)) isOver = true;
    else if (/^\s*\|[\s|:-]+\|$/.test(line)) continue;
    else {
      const kind = kindOf(line);
      const text = line.trim().replace(/^(?:[-*] |\d+\. |> ?)/, '');
      const goesOn =
        !isOver && last !== undefined && (kind === 'paragraph' || (kind === 'quote' && last.kind === kind));
      if (goesOn) last.text += ` ${text}`;
      else blocks.push({ kind, text });
      isOver = kind === 'row' || kind === 'html';
    }
  }
  return blocks;
}

function kindOf(line: string): Exclude<Kind, 'code'> {
  if (/^\s*(?:[-*]|\d+\.) /.test(line)) return 'item';
  if (/^\s*\|/.test(line)) return 'row';
  if (/^\s*>/.test(line)) return 'quote';
  return /^\s*<\/?[a-z]/.test(line) ? 'html' : 'paragraph';
}

/** Cells of a row of a table; the text itself of anything else. */
export const cellsOf = ({ kind, text }: Block): readonly string[] =>
  kind === 'row'
    ? text
        .replace(/^\||\|$/g, '')
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
    : [text];

/** A heading's anchor as GitHub makes it. */
export const anchorOf = (title: string): string =>
  title
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const CODE = /(`+)(?!`)(.*?[^`])\1(?!`)/g;

export const codesOf = (text: string): readonly string[] =>
  [...text.matchAll(CODE)].map(([, , code = '']) => code.trim());

/** Where links and pictures of a text lead, those written out too; nothing from code. */
export function targetsOf(text: string): readonly string[] {
  const prose = text.replace(CODE, '');
  const named = [...prose.matchAll(/\]\(([^)\s]+)\)|\b(?:src|href)="([^"]+)"/g)].map(([, a, b]) => a ?? b ?? '');
  const bare = [...prose.replace(/\]\([^)]*\)|"[^"]*"/g, '').matchAll(/https?:\/\/[^\s<>()]+/g)];
  return [...named, ...bare.map(([url]) => url.replace(/[.,:;!?]+$/, ''))];
}

export const picturesOf = (text: string): readonly string[] => [
  ...[...text.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
  ...[...text.matchAll(/<(?:img|source)\b[^>]*\b(?:src|srcset)="([^"]+)"/g)].map(([, target = '']) => target),
];

/** Pieces of a text that are read each for itself: names of links, descriptions of pictures, and the whole. */
export function piecesOf(text: string): readonly string[] {
  const prose = text.replace(CODE, ' ').replaceAll('\\|', ' ');
  const named = [...prose.matchAll(/\[([^[\]]*)\]\([^)]*\)|\balt="([^"]*)"/g)].map(([, a, b]) => a ?? b ?? '');
  const bare = prose.replace(/\]\([^)]*\)/g, ' ').replace(/https?:\/\/\S+|<[^>]*>|[[\]!*]/g, ' ');
  return [bare, ...named].map((piece) => piece.replace(/\s+/g, ' ').trim());
}
