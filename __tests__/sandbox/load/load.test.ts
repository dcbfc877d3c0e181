import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type LoadOptions, startLoad } from '../../../sandbox/load/load.ts';

jest.setTimeout(60_000);

const TENTHS = 10;

describe('users of the load generator', () => {
  let server: Server;
  let url: string;
  /** In how many tenths of the second somebody came: never mind which second. */
  let tenths: Set<number>;
  beforeEach(async () => {
    tenths = new Set();
    server = createServer((_, response) => {
      tenths.add(Math.floor((performance.now() % 1_000) / (1_000 / TENTHS)));
      response.writeHead(tenths.size === TENTHS ? 200 : 404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => void server.close());

  const requestsOf = async (options: LoadOptions, until: number) => {
    const load = await startLoad(url, options);
    await load.reached(until);
    return load.stop();
  };

  test('with a rate come all through the second, so that nothing can be lost between two of them unseen', async () => {
    // Three seconds of them, on a machine that may stumble; a second's requests at once would be seen in one or two tenths.
    await requestsOf({ rate: 40 }, 120);
    expect(tenths.size).toBeGreaterThan(TENTHS / 2);
  });

  test('are counted with what they were answered, and those that were told no as failed', async () => {
    const { requests, failed, byStatus, problems } = await requestsOf({ connections: 2 }, 100);
    expect(requests).toBeGreaterThanOrEqual(100);
    expect(byStatus).toEqual({ ...(failed < requests ? { 200: requests - failed } : {}), 404: failed });
    expect(failed).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });
});
