/** HTML that cannot be injected into: whatever is put into `html` is escaped, unless it is markup itself. */
import { shown } from '../foreign-text.ts';

export interface Markup {
  readonly markup: string;
}

type Content = Markup | string | number | undefined | readonly Content[];

/** html`<p>${text}</p>`: texts and numbers escaped, markup as it is, lists one after the other, undefined as nothing. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { markup: parts.map((part, i) => (i === 0 ? part : `${markupOf(contents[i - 1])}${part}`)).join('') };
}

function markupOf(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return numeral(content);
  if ('markup' in content) return content.markup;
  return content.map(markupOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return shown(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** A sentence for people: a number and its percent sign stay together. Not for what is to be copied. */
export function prose(text: string): string {
  return text.replace(/(\d) %/g, '$1\u00a0%');
}

/** A long text between tags, never in an attribute: quotes may stay, which in JSON are a tenth of it. */
export function longText(text: string): Markup {
  return { markup: shown(text).replace(/[&<>]/g, (character) => ENTITIES[character] ?? '') };
}

/** Two digits after the point are more than a screen shows. */
function numeral(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(2))) : '0';
}
