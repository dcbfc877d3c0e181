import { availableParallelism } from 'node:os';

const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};

/** Two projects: `unit` needs no process but its own; `e2e` starts the sandbox and the bundle in dist. */
export default {
  randomize: true,
  // Most of the time is waiting for processes: one worker more than there are cores.
  maxWorkers: availableParallelism() + 1,
  // For what hangs. A machine that does other things as well is no fault of a test's.
  testTimeout: 20_000,
  testSequencer: './.ci/stories-first.mjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['/__tests__/e2e/'],
    },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/__tests__/e2e/**/*.test.ts'] },
  ],
};
