import { expect, jest, test } from '@jest/globals';
import { seedCodeDeploy } from '../../sandbox/seed-codedeploy.ts';
import { crashMatrix, tell } from './support/crash.ts';

jest.setTimeout(20 * 60_000);

test('a canary of CodeDeploy survives its runner at every call: nobody notices, and the next run finishes or undoes it', async () => {
  const report = await crashMatrix({
    engine: 'codedeploy',
    sandbox: { speed: 60 },
    seed: { controller: 'CODE_DEPLOY', desiredCount: 1, healthCheck: { interval: 30 } },
    prepare: (sandbox, seeded) => seedCodeDeploy(sandbox, seeded),
    // CodeDeploy counts whole minutes; with a minute's bake it keeps the original task set two of them, which is two seconds here.
    // Its wait before the shift is as long as a run may need that follows: a minute.
    inputs: { steps: '25, 100', hold: '1m', bake: '1m', 'hold-limit': '60m' },
    lanes: 10,
    settlesAlone: false,
  });
  tell(report);
  expect(report).toMatchObject({ problems: [], failedRequests: 0, violations: [] });
  // Every hand has found something to do.
  for (const end of ['deploy succeeded', 'promote succeeded', 'rollback rolled-back']) {
    expect(Object.keys(report.ends)).toContain(end);
  }
});
