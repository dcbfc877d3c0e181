/**
 * Stories before units, the longest first: what is short fills the gaps at the end. Jest itself goes by the size of a file on a
 * machine that has never run it, and a story of many minutes is a short file. Stories that keep the cores busy (shares, crash-matrix,
 * metrics, demo) stand between those that mostly wait.
 */
import sequencer from '@jest/test-sequencer';

const IN_ORDER = [
  'e2e/shares',
  'e2e/hands-taskset',
  'e2e/strategies-taskset',
  'e2e/crash-matrix-taskset',
  'e2e/interruptions',
  'e2e/hands',
  'e2e/github',
  'e2e/metrics-native',
  'e2e/docker',
  'e2e/strategies-native',
  'e2e/crash-matrix-native',
  'e2e/migrate',
  'e2e/strategies-codedeploy',
  'e2e/demo',
  'e2e/django',
  'e2e/plan',
  'e2e/crash-matrix-codedeploy',
  'e2e/report',
  'e2e/troubled-calls',
  'e2e/metrics-taskset',
  'docs/aws-setup',
  'e2e/',
];

/** Smaller comes sooner. */
function rank({ path }) {
  const place = IN_ORDER.findIndex((name) => path.includes(`/__tests__/${name}`));
  return place < 0 ? IN_ORDER.length : place;
}

// Jest's own is a CommonJS module, which has its class as `default`.
const Sequencer = sequencer.default ?? sequencer;

export default class StoriesFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
