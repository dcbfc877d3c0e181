import { expect, jest, test } from '@jest/globals';
import { crashMatrix, tell } from './support/crash.ts';

jest.setTimeout(20 * 60_000);

test('a canary of ECS survives its runner at every call: ECS alone ends on one version, and the next run in order', async () => {
  const report = await crashMatrix({
    engine: 'native',
    sandbox: { speed: 60 },
    seed: { strategy: 'CANARY', desiredCount: 1, healthCheck: { interval: 30 } },
    // The pause of a dead runner expires after six of AWS's minutes: a minute for the hold, five to answer.
    inputs: { steps: '25, 100', hold: '1s', bake: '0m', 'hold-limit': '0s' },
    following: { 'hold-limit': '20m' },
    lanes: 10,
    settlesAlone: true,
  });
  tell(report);
  expect(report).toMatchObject({ problems: [], failedRequests: 0, violations: [] });
  // Every hand has found something to do.
  for (const end of ['deploy succeeded', 'promote succeeded', 'rollback rolled-back']) {
    expect(Object.keys(report.ends)).toContain(end);
  }
});
