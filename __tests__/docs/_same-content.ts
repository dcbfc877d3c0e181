/** What a translated page lacks, or has besides, of the page that it was translated from. No knowledge of the language but its letters. */
import {
  anchorOf,
  type Block,
  cellsOf,
  codesOf,
  picturesOf,
  piecesOf,
  type Section,
  sectionsOf,
  targetsOf,
} from './_markdown.ts';

export interface Page {
  /** As links name it, `README.md`. */
  readonly path: string;
  readonly markdown: string;
}

/** Names that stay as they are where they stand alone. Names with a digit, or with a capital inside (AWS, AppSpec), need no place here. */
const NAMES = ['Greenlight', 'English', 'Docker', 'Prometheus', 'Django', 'Mermaid', 'Lambda', 'Chromium'];

/** One sentence for each difference, by section and block; none when the two are of the same content. */
export function differences(original: Page, translation: Page): readonly string[] {
  const [from, to] = [sectionsOf(original.markdown), sectionsOf(translation.markdown)];
  if (outline(from) !== outline(to)) return [`headings: ${outline(from)} in ${original.path}, ${outline(to)} here`];
  const known = codeIn(original.markdown).join('\n');
  const invented = codeIn(translation.markdown).filter((name) => !known.includes(name));
  return [
    ...invented.map((name) => `\`${name}\` is not in ${original.path}`),
    ...from.flatMap((section, at) => {
      const other = to[at] ?? section;
      const where = `"${section.title}" / "${other.title}"`;
      const kinds = (blocks: readonly Block[]) => blocks.map(({ kind }) => kind).join(' ');
      const leads = {
        from: leadsTo(original.path, translation.path, from),
        to: leadsTo(translation.path, original.path, to),
      };
      return [
        ...inEnglish(other.title, section.title).map((piece) => `${where}: the heading is in English: ${piece}`),
        ...(kinds(section.blocks) === kinds(other.blocks)
          ? section.blocks.flatMap((block, nth) =>
              ofBlocks(block, other.blocks[nth] ?? block, leads).map((what) => `${where}, block ${nth + 1}: ${what}`),
            )
          : [`${where}: its blocks are "${kinds(section.blocks)}", here "${kinds(other.blocks)}"`]),
      ];
    }),
  ];
}

/** Sections whose English has changed since it was translated; a sentence for each that says what to write when it is done. */
export function toTranslateAgain(original: Page, translation: Page): readonly string[] {
  const to = sectionsOf(translation.markdown);
  return sectionsOf(original.markdown).flatMap(({ title, fingerprint }, at) => {
    const other = to[at];
    if (other === undefined || other.translatedFrom === fingerprint) return [];
    return `"${title}" of ${original.path} has changed since it was translated: translate it again, then write <!-- en: ${fingerprint} --> under "${other.title}"`;
  });
}

/** Code within sentences; a part of a longer piece of it may be named too. */
const codeIn = (markdown: string) => codesOf(markdown.replace(/^\s*```[\s\S]*?^\s*```$/gm, ''));

const outline = (sections: readonly Section[]) => sections.map(({ level }) => '#'.repeat(level)).join(' ');

type Leads = (target: string) => string;

/** A link by what it leads to: another page by its path, a section of this one by its number, the page in the other language. */
function leadsTo(path: string, other: string, sections: readonly Section[]): Leads {
  const anchors = sections.map(({ title }) => anchorOf(title));
  return (target) => {
    const [page = '', anchor] = target.split('#');
    if (page === other) return '(the other language)';
    if ((page !== '' && page !== path) || anchor === undefined) return target;
    return `section ${anchors.indexOf(decodeURIComponent(anchor))}`;
  };
}

function ofBlocks(from: Block, to: Block, leads: { readonly from: Leads; readonly to: Leads }): readonly string[] {
  if (from.kind === 'code') return codeDiffers(from.text, to.text);
  const [cells, others] = [cellsOf(from), cellsOf(to)];
  if (cells.length !== others.length) return [`${cells.length} cells, here ${others.length}`];
  const tags = (text: string) =>
    (text.replace(/`[^`]*`/g, '').match(/<\/?[a-z]+/g) ?? []).filter((tag) => tag !== '<br').join('');
  return cells.flatMap((cell, at) => {
    const other = others[at] ?? '';
    return [
      ...lacking('a link to', targetsOf(cell).map(leads.from), targetsOf(other).map(leads.to)),
      ...lacking('the picture', picturesOf(cell), picturesOf(other)),
      ...codesOf(cell)
        .filter((code) => !codesOf(other).includes(code))
        .map((code) => `lacks \`${code}\``),
      ...numbersOf(cell)
        .filter((number) => !numbersOf(other).includes(number))
        .map((number) => `lacks the number ${number}`),
      ...(tags(cell) === tags(other) ? [] : [`its tags are ${tags(cell)}, here ${tags(other)}`]),
      ...inEnglish(other, cell).map((piece) => `is in English: ${piece}`),
      ...shorter(cell, other),
      ...unclosedBold(other).map((bold) => `GitHub does not close the bold type of ${bold}`),
    ];
  });
}

/** As often as there, wherever in the sentence the language puts it. */
function lacking(what: string, from: readonly string[], to: readonly string[]): readonly string[] {
  const count = (list: readonly string[], one: string) => list.filter((other) => other === one).length;
  return [...new Set([...from, ...to])]
    .filter((one) => count(from, one) !== count(to, one))
    .map((one) => (count(from, one) > count(to, one) ? `lacks ${what} ${one}` : `has ${what} ${one} besides`));
}

const HANGUL = /[\uac00-\ud7a3]/;
/** Names of files and repositories, and words with hyphens in them as names of actions have. */
const PATH = /[\w-]*[\w-][./][\w./-]*\w|\w+(?:-\w+){2,}/g;
const COMMENT = /(?:^|\s)#\s.*$/;

/** Code stays as it is; a comment may be translated. */
function codeDiffers(from: string, to: string): readonly string[] {
  const [lines, others] = [from.split('\n'), to.split('\n')];
  const at = lines.findIndex((line, nth) => {
    const other = others[nth] ?? '';
    const comment = COMMENT.exec(other)?.[0];
    const isTranslated = comment !== undefined && HANGUL.test(comment) && COMMENT.test(line);
    return (
      line !== other && !(isTranslated && line.replace(COMMENT, '').trimEnd() === other.replace(COMMENT, '').trimEnd())
    );
  });
  if (at >= 0) return [`the code has "${lines[at]}", here "${others[at] ?? ''}"`];
  return others.length > lines.length ? [`the code has more lines here: "${others[lines.length]}"`] : [];
}

const numbersOf = (text: string): readonly string[] => piecesOf(text)[0]?.match(/\d+(?:\.\d+)*/g) ?? [];

/** Pieces that were left as they are: no letter of the language but words, or four English words running. */
function inEnglish(translation: string, original: string): readonly string[] {
  const originals = piecesOf(original);
  return piecesOf(translation).filter((piece) => {
    if (HANGUL.test(piece)) return /(?:^|[^\w])(?:[A-Za-z][a-z'’-]* ){3}[a-z'’-]+(?![\w/:.]*[\w/:])/.test(piece);
    const words = piece.replace(PATH, ' ').match(/[A-Za-z][\w'’-]*/g) ?? [];
    return (
      words.some((word) => /^[A-Za-z][a-z'’-]+$/.test(word) && !NAMES.includes(word)) &&
      (words.length > 1 || originals.includes(piece))
    );
  });
}

/** Korean takes 0.45 to 0.9 letters for one of English; where it is far fewer, a sentence is missing. */
function shorter(from: string, to: string): readonly string[] {
  const letters = (text: string) => (piecesOf(text)[0] ?? '').replace(PATH, '').length;
  const share = letters(to) / letters(from);
  return letters(from) >= 60 && share < 0.4 ? [`has only ${share.toFixed(2)} letters for one: ${to}`] : [];
}

/** CommonMark does not close bold type between a mark and a letter: `**후보(candidate)**를` shows its asterisks. */
function unclosedBold(text: string): readonly string[] {
  const parts = text.replace(/`[^`]*`/g, '``').split('**');
  return parts.filter(
    (bold, at) => at % 2 === 1 && /[\p{P}\p{S}]$/u.test(bold) && /^[\p{L}\p{N}]/u.test(parts[at + 1] ?? ''),
  );
}
