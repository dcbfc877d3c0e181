import { expect, jest, test } from '@jest/globals';
import { crashMatrix, tell } from './support/crash.ts';

jest.setTimeout(20 * 60_000);

test('a ladder over task sets survives its runner at every call: nobody notices, and the next run finishes or undoes it', async () => {
  const report = await crashMatrix({
    engine: 'taskset',
    sandbox: { speed: 60 },
    seed: { controller: 'EXTERNAL', desiredCount: 1, healthCheck: { interval: 30 } },
    inputs: { steps: '10, 100', hold: '1s', bake: '0m', drain: '1s' },
    lanes: 12,
    settlesAlone: false,
  });
  tell(report);
  expect(report).toMatchObject({ problems: [], failedRequests: 0, violations: [] });
  // Every hand has found something to do.
  for (const end of ['deploy succeeded', 'promote succeeded', 'rollback rolled-back']) {
    expect(Object.keys(report.ends)).toContain(end);
  }
});
