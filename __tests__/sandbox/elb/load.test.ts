import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Lab, type RunningServer, send, serveText, startLab } from './lab.ts';

let lab: Lab;
let servers: RunningServer[];

beforeEach(async () => {
  lab = await startLab();
  servers = [await serveText('one'), await serveText('two'), await serveText('extra')];
  await lab.addHealthy(lab.one, (servers[0] as RunningServer).target);
  await lab.addHealthy(lab.two, (servers[1] as RunningServer).target);
});

afterEach(async () => {
  await lab.close();
  for (const server of servers) await server.close();
});

/** Sends requests from `clients` connections until told to stop; counts what was not a 200. */
function load(clients: number) {
  const seen = { requests: 0, failed: 0 };
  let stopped = false;
  const client = async () => {
    while (!stopped) {
      const ok = await send(lab).then(
        ({ status }) => status === 200,
        () => false,
      );
      seen.requests += 1;
      if (!ok) seen.failed += 1;
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    seen,
    async stop() {
      stopped = true;
      await all;
      return seen;
    },
  };
}

test('no request is lost while weights change and targets come and go', async () => {
  const running = load(8);
  const extra = (servers[2] as RunningServer).target;
  for (let round = 0; round < 8; round++) {
    await lab.addHealthy(lab.one, extra);
    for (let step = 0; step <= 4; step++) {
      const two = (round % 2 === 0 ? step : 4 - step) * 249;
      lab.lb.port.setForward(
        lab.ruleArn,
        new Map([
          [lab.one, 999 - two],
          [lab.two, two],
        ]),
      );
      const before = running.seen.requests;
      while (running.seen.requests < before + 20) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await lab.lb.port.deregister(lab.one, extra);
  }
  const { requests, failed } = await running.stop();
  expect(failed).toBe(0);
  const totals = [...lab.lb.metrics.live().values()];
  expect(totals.reduce((sum, { requests: count }) => sum + count, 0)).toBe(requests);
  expect(totals.reduce((sum, { target2xx }) => sum + target2xx, 0)).toBe(requests);
}, 30_000);

test('the same meter sees failures when the only target is killed', async () => {
  const running = load(4);
  await servers[0]?.close();
  const before = running.seen.requests;
  while (running.seen.requests < before + 50) await new Promise((resolve) => setTimeout(resolve, 1));
  const { failed } = await running.stop();
  expect(failed).toBeGreaterThan(40);
  expect(lab.lb.metrics.live().get(lab.one)?.elb5xx).toBeGreaterThan(40);
});
