/**
 * Stories before units, the longest first: what is short fills the gaps at the end. Jest itself goes by the size of a file on a
 * machine that has never run it, and a story of many minutes is a short file.
 */
import sequencer from '@jest/test-sequencer';

const LONGEST = ['shares', 'strategies-taskset', 'crash-matrix', 'hands', 'demo', 'docker', 'metrics', 'strategies'];

/** Smaller comes sooner. */
function rank({ path }) {
  if (!path.includes('/__tests__/e2e/')) return LONGEST.length + 1;
  const place = LONGEST.findIndex((name) => path.includes(`/${name}`));
  return place < 0 ? LONGEST.length : place;
}

// Jest's own is a CommonJS module, which has its class as `default`.
const Sequencer = sequencer.default ?? sequencer;

export default class StoriesFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
