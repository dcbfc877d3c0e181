/** Tables that scroll by themselves where they are wider than the screen, and what is folded away. */
import { html, type Markup } from './markup.ts';

type Cell = string | Markup;

/** The first column names its row; numbers stand below each other. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  return html`<table><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(
    ([first = '', ...cells]) =>
      html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td${isNumeric(cell) ? html` class="number"` : ''}>${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
}

function isNumeric(cell: Cell): boolean {
  return typeof cell === 'string' && /^[\d.,/–-]+( %)?$/.test(cell);
}

/** With a name and in the order of the keyboard: who cannot use a mouse has to be able to scroll it too. */
export function scrolling(name: string, content: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${content}</div>`;
}

export function folded(title: string, content: Markup): Markup {
  return html`<details><summary>${title}</summary>${content}</details>`;
}

const MOST_ROWS = 100;

/** The first and the last rows where there are too many to read. */
export function middleOut(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  if (rows.length <= MOST_ROWS) return rows;
  const half = MOST_ROWS / 2;
  const width = rows[0]?.length ?? 1;
  const left = [`… ${rows.length - MOST_ROWS} more`, ...Array.from({ length: width - 1 }, () => '')];
  return [...rows.slice(0, half), left, ...rows.slice(-half)];
}
