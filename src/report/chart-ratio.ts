/** Bounds on how many times as often something happens, as bars on one scale. Pure. */
import { chart, type Told } from './chart-frame.ts';
import { html, type Markup } from './html/markup.ts';

/** Bounds on a ratio, on a scale of doublings; what goes beyond the scale ends in an arrow. */
export function ratioBar(
  told: Told,
  scale: RatioScale,
  {
    low,
    high,
    estimate,
    tolerate,
  }: { readonly low: number; readonly high: number; readonly estimate: number | undefined; readonly tolerate: number },
): Markup {
  const [from, to] = [onScale(scale, low), onScale(scale, high)];
  const dot =
    estimate === undefined || estimate <= 0
      ? ''
      : html`<circle class="marker candidate" cx="${onScale(scale, estimate)}%" cy="12" r="4.5"/>`;
  const arrow = high > 2 ** scale.high ? html`<text class="beyond" x="100%" y="16.5" text-anchor="end">▶</text>` : '';
  const back = low < 2 ** scale.low ? html`<text class="beyond" x="0" y="16.5">◀</text>` : '';
  const limit =
    tolerate > 1
      ? html`<line class="limit" x1="${onScale(scale, tolerate)}%" x2="${onScale(scale, tolerate)}%" y1="0" y2="24"/>`
      : '';
  return chart(
    told,
    24,
    html`<line class="equal" x1="${onScale(scale, 1)}%" x2="${onScale(scale, 1)}%" y1="0" y2="24"/>${limit}<rect class="interval" x="${from}%" width="${Math.max(0.6, to - from)}%" y="9" height="6" rx="3"/>${back}${arrow}${dot}`,
  );
}

/** Exponents of two. */
export interface RatioScale {
  readonly low: number;
  readonly high: number;
}

/** At least from a half to twice, at most from a 64th to 64 times: the judge says nothing beyond. */
export function ratioScale(bounds: readonly { readonly low: number; readonly high: number }[]): RatioScale {
  const exponent = (ratio: number): number => Math.min(6, Math.max(-6, Math.log2(ratio)));
  return {
    low: Math.floor(Math.min(-1, ...bounds.map(({ low }) => (low > 0 ? exponent(low) : -6)))),
    high: Math.ceil(Math.max(1, ...bounds.map(({ high }) => exponent(high)))),
  };
}

function onScale({ low, high }: RatioScale, ratio: number): number {
  const exponent = ratio > 0 ? Math.log2(ratio) : low;
  return (100 * (Math.min(high, Math.max(low, exponent)) - low)) / (high - low);
}

export function ratioRuler(scale: RatioScale): Markup {
  const every = scale.high - scale.low > 6 ? 2 : 1;
  const exponents = Array.from({ length: scale.high - scale.low + 1 }, (_, i) => scale.low + i).filter(
    (exponent) => exponent % every === 0,
  );
  const labels = exponents.map((exponent) => {
    const label = exponent < 0 ? `1/${2 ** -exponent}` : String(2 ** exponent);
    return html`<text class="tick" x="${onScale(scale, 2 ** exponent)}%" y="14" text-anchor="middle">${label}×</text>`;
  });
  return html`<svg class="chart" width="100%" height="20" aria-hidden="true">${labels}</svg>`;
}
