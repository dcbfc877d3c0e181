/** One gate's verdicts over time as a bar. Pure. */
import type { Verdict } from '../core/gate.ts';
import type { Span } from './chart-data.ts';
import { along, chart, type Told } from './chart-frame.ts';
import { html, type Markup } from './html/markup.ts';

/** So that a verdict is known without its colour. */
export const SIGNS: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✕', hold: '…', error: '?' };

/** A bar whose parts are verdicts; each differs in colour, pattern and sign, and says itself when it is pointed at. */
export function verdictBar(
  told: Told,
  span: Span,
  parts: readonly (Span & { readonly verdict: Verdict; readonly says: string })[],
): Markup {
  const bars = parts.map(({ from, to, verdict, says }) => {
    const [x, end] = [along(span, from), along(span, to)];
    const width = Math.max(0.6, end - x);
    const sign =
      width > 3.5
        ? html`<text class="sign ${verdict}" x="${x + width / 2}%" y="14" text-anchor="middle">${SIGNS[verdict]}</text>`
        : '';
    return html`<g><title>${says}</title><rect class="verdict ${verdict}" x="${x}%" width="${Math.min(width, 100 - x + 0.6)}%" y="1" height="18" rx="3"/>${sign}</g>`;
  });
  return chart(told, 20, html`<rect class="groove" x="0" y="1" width="100%" height="18" rx="3"/>${bars}`);
}
