/** Chance with a seed: the same seed gives the same numbers, on every machine and in every order of the work. */
export interface Random {
  /** In [0, 1). */
  uniform(): number;
  /** A whole number with this mean. `mean` may be 0. */
  poisson(mean: number): number;
  /** A whole number from 1 on, with this mean (at least 1). */
  geometric(mean: number): number;
}

/** `seed` is any text: a cell of the table names itself, so that a part of the table has the numbers of the whole. */
export function randomFrom(seed: string): Random {
  const uniform = sfc32(seed);
  return {
    uniform,
    poisson: (mean) => (mean < 10 ? smallPoisson(mean, uniform) : largePoisson(mean, uniform)),
    geometric: (mean) => (mean <= 1 ? 1 : 1 + Math.floor(Math.log(1 - uniform()) / Math.log(1 - 1 / mean))),
  };
}

/** Doty-Humphrey's Small Fast Counting generator (PractRand), 32 bit, period about 2^128. */
function sfc32(seed: string): () => number {
  const next = mixed(seed);
  let a = next();
  let b = next();
  let c = next();
  let counter = 1;
  const draw = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round++) draw();
  return draw;
}

/** FNV-1a over the text, then the finaliser of MurmurHash3 on a Weyl sequence: near seeds give unlike numbers. */
function mixed(text: string): () => number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return () => {
    hash = (hash + 0x9e3779b9) | 0;
    let mix = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
    return (mix ^ (mix >>> 16)) | 0;
  };
}

/** By inversion: one uniform, as many steps as the answer. */
function smallPoisson(mean: number, uniform: () => number): number {
  let left = uniform();
  let probability = Math.exp(-mean);
  let count = 0;
  // The bound only guards against a rest that rounding leaves; it is never reached with a mean below 10.
  while (left >= probability && count < 200) {
    left -= probability;
    count += 1;
    probability *= mean / count;
  }
  return count;
}

/** W. Hörmann, The transformed rejection method for generating Poisson random variables (1993), algorithm PTRS. */
function largePoisson(mean: number, uniform: () => number): number {
  const logMean = Math.log(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const surelyAccepted = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = 1 - uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= surelyAccepted) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const bound = Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b);
    if (bound <= -mean + count * logMean - logFactorial(count)) return count;
  }
}

const SMALL_LOG_FACTORIALS = Float64Array.from({ length: 16 }, (_, count) => {
  let log = 0;
  for (let factor = 2; factor <= count; factor++) log += Math.log(factor);
  return log;
});

/** log(count!); from 16 on Stirling's series, right to 1e-12. */
export function logFactorial(count: number): number {
  const small = SMALL_LOG_FACTORIALS[count];
  if (small !== undefined) return small;
  const x = count + 1;
  return (
    (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  );
}
