import { expect, test } from '@jest/globals';
import { createAddresses } from '../../../sandbox/tasks/addresses.ts';

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('sandboxes on one machine hold different blocks of loopback addresses', async () => {
  const sandboxes = await Promise.all(Array.from({ length: 5 }, () => createAddresses()));
  const addresses = await Promise.all(sandboxes.map((one) => one.acquire([8000])));
  const blocks = addresses.map(({ ip }) => ip.split('.').slice(0, 3).join('.'));
  expect(new Set(blocks).size).toBe(5);
  expect(blocks.every((block) => block.startsWith('127.'))).toBe(true);
  for (const one of sandboxes) one.close();
});

onLinux('an address that was given back is used again only after all the others', async () => {
  const addresses = await createAddresses();
  const first = await addresses.acquire([]);
  first.release();
  first.release();
  const next = await Promise.all(Array.from({ length: 253 }, () => addresses.acquire([])));
  expect(next.findIndex(({ ip }) => ip === first.ip)).toBe(252);
  addresses.close();
});

onLinux('when a block is used up another one is claimed', async () => {
  const addresses = await createAddresses();
  const taken = await Promise.all(Array.from({ length: 300 }, () => addresses.acquire([])));
  expect(new Set(taken.map(({ ip }) => ip)).size).toBe(300);
  addresses.close();
});

test('where only 127.0.0.1 exists, each container port gets a port of its own', async () => {
  const addresses = await createAddresses({ distinct: false });
  const [one, two] = await Promise.all([addresses.acquire([8000, 9000]), addresses.acquire([8000])]);
  expect([one?.ip, two?.ip]).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(new Set([one?.portOf(8000), one?.portOf(9000), two?.portOf(8000)]).size).toBe(3);
  expect(addresses.distinct).toBe(false);
});
