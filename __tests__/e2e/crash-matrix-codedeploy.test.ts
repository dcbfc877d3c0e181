import { expect, jest, test } from '@jest/globals';
import { seedCodeDeploy } from '../../sandbox/seed-codedeploy.ts';
import { crashMatrix, tell } from './support/crash.ts';

jest.setTimeout(10 * 60_000);

test('a canary of CodeDeploy survives its runner at every call: nobody notices, and the next run finishes or undoes it', async () => {
  const report = await crashMatrix({
    engine: 'codedeploy',
    sandbox: { speed: 60 },
    seed: { controller: 'CODE_DEPLOY', desiredCount: 1, healthCheck: { interval: 30 } },
    prepare: (sandbox, seeded) => seedCodeDeploy(sandbox, seeded),
    // CodeDeploy counts whole minutes; with a minute's bake it keeps the original task set two of them, which is two seconds here.
    inputs: { steps: '25, 100', hold: '1m', bake: '1m' },
    lanes: 10,
    settlesAlone: false,
  });
  tell(report);
  expect(report).toMatchObject({ problems: [], failedRequests: 0, violations: [] });
});
