/** Descriptions of action.yml in another language, each beside the English one that it was translated from. */
import { parse } from 'yaml';

export interface ActionFile {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

interface Translated {
  readonly en: string;
  readonly ko: string;
}

/** docs/ko/action-texts.yml */
export interface ActionTexts {
  readonly words: Readonly<Record<'input' | 'output' | 'default' | 'meaning' | 'required', string>>;
  readonly inputs: Readonly<Record<string, Translated>>;
  readonly outputs: Readonly<Record<string, Translated>>;
}

export const readAction = (yml: string): ActionFile => parse(yml) as ActionFile;
export const readTexts = (yml: string): ActionTexts => parse(yml) as ActionTexts;

/** The same texts in English, so that both READMEs are written in one way. */
export function englishTexts(action: ActionFile): ActionTexts {
  const same = (entries: ActionFile['outputs']) =>
    Object.fromEntries(Object.entries(entries).map(([name, { description: text }]) => [name, { en: text, ko: text }]));
  return {
    words: { input: 'input', output: 'output', default: 'default', meaning: 'meaning', required: 'required' },
    inputs: same(action.inputs),
    outputs: same(action.outputs),
  };
}

/** What a translator has to do for `texts` to be of the same content as `action`; a sentence for each entry. */
export function toTranslate(action: ActionFile, texts: ActionTexts): readonly string[] {
  return (['inputs', 'outputs'] as const).flatMap((kind) => [
    ...Object.entries(action[kind]).flatMap(([name, { description }]) => {
      const entry = texts[kind][name];
      if (entry === undefined) return `${kind}.${name}: is not translated yet: ${oneLine(description)}`;
      if (oneLine(entry.en) !== oneLine(description)) {
        return `${kind}.${name}: translate again: it was "${oneLine(entry.en)}" and is "${oneLine(description)}"`;
      }
      const lost = codesOf(description).filter((code) => !codesOf(entry.ko).includes(code));
      return lost.map((code) => `${kind}.${name}: the translation has no \`${code}\``);
    }),
    ...Object.keys(texts[kind])
      .filter((name) => action[kind][name] === undefined)
      .map((name) => `${kind}.${name}: is not in action.yml any more`),
  ]);
}

/** Where a line ends is no difference. */
const oneLine = (text: string) => text.trim().replace(/\s+/g, ' ');

const codesOf = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => oneLine(code));
