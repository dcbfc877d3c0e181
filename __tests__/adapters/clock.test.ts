import { expect, test } from '@jest/globals';
import { clock } from '../../src/adapters/clock.ts';

const FOR_EVER_MS = 2_000_000_000;

test('a sleep is ended at once by its signal, before and during', async () => {
  await clock.sleep(FOR_EVER_MS, AbortSignal.abort());
  const waking = new AbortController();
  const asleep = clock.sleep(FOR_EVER_MS, waking.signal);
  waking.abort();
  await asleep;
});

test('a sleep is not shorter than asked', async () => {
  const began = clock.now();
  await clock.sleep(30);
  // A timer of Node's may fire a millisecond early by the wall clock.
  expect(clock.now() - began).toBeGreaterThanOrEqual(29);
});
