/**
 * The limits of O'Brien and Fleming: with K equally spaced looks, stop at look k when z is at least C·√(K/k). C is
 * found from the density of the sum of scores on the grid of Armitage, McPherson and Rowe (Repeated Significance Tests
 * on Accumulating Data, 1969): carried from look to look, what has crossed taken out.
 */

/** C for a one-sided test of this size. 5 looks and 0.025: 2.040 (Jennison and Turnbull 2000, table 2.3). */
export function oBrienFlemingConstant(looks: number, alpha: number): number {
  let low = 0;
  let high = 6;
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (crossingProbability(looks, middle) > alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * In scores S_k, sums of k unit normals, the limit C·√(K/k)·√k = C·√K is the same at every look. `step` is the grid's
 * width; below -9·√K nothing is left.
 */
function crossingProbability(looks: number, constant: number, step = 0.1): number {
  const limit = constant * Math.sqrt(looks);
  const lowest = -9 * Math.sqrt(looks);
  const points = Math.ceil((limit - lowest) / step);
  // Middle points: the last one lies half a step below the limit.
  const at = (index: number) => limit - (points - index - 0.5) * step;
  const reach = Math.ceil(7 / step);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, index) => density((index - reach) * step) * step);

  let left = Float64Array.from({ length: points }, (_, index) => density(at(index)));
  for (let look = 2; look <= looks; look++) {
    const next = new Float64Array(points);
    for (let index = 0; index < points; index++) {
      const from = Math.max(0, index - reach);
      const to = Math.min(points - 1, index + reach);
      let sum = 0;
      for (let other = from; other <= to; other++) sum += (left[other] ?? 0) * (kernel[index - other + reach] ?? 0);
      next[index] = sum;
    }
    left = next;
  }
  return 1 - left.reduce((sum, value) => sum + value, 0) * step;
}

function density(x: number): number {
  return Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI);
}
