/** The source against the real Prometheus: what it really answers, and what `increase` really makes of counters. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { prometheus } from '../../src/adapters/prometheus.ts';
import type { MetricsSource } from '../../src/core/gate.ts';
import type { VersionMinutes } from '../../src/core/judge/minutes.ts';
import { hasPrometheus, type RunningPrometheus, startPrometheus } from './_helpers/prometheus.ts';

const MINUTE_MS = 60_000;
const SCRAPE_MS = 15_000;
const HISTORY_MINUTES = 6;
/** Of what is counted while the test runs. */
const LIVE_MINUTE_MS = 5_000;
const LIVE_SCRAPE_MS = 250;

const open: Server[] = [];

/** Exposes what `exposition` says, anew at each scrape. */
async function target(exposition: () => string): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(exposition());
  }).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const lines = (values: Readonly<Record<string, number>>, at = ''): string =>
  Object.entries(values)
    .map(([series, value]) => `${series} ${value}${at}\n`)
    .join('');

const describeReal = hasPrometheus ? describe : describe.skip;

describeReal('counts of the real Prometheus', () => {
  jest.setTimeout(90_000);
  const firstMinute = (Math.floor(Date.now() / MINUTE_MS) - HISTORY_MINUTES - 1) * MINUTE_MS;
  const end = firstMinute + HISTORY_MINUTES * MINUTE_MS;
  const liveSince = Date.now();
  let server: RunningPrometheus;

  beforeAll(async () => {
    const history = historyFrom(firstMinute);
    const hosts = [await target(() => history), await target(() => lines(liveAt(Date.now() - liveSince)))];
    server = await startPrometheus(
      hosts.map((host) => ({ host, everyMs: LIVE_SCRAPE_MS })),
      '/prometheus',
    );
    // The whole history comes with the first scrape that succeeds.
    for (const until = Date.now() + 30_000; Date.now() < until; await sleep(50)) {
      if ((await ask({})).stable.length > 0) break;
    }
  }, 90_000);

  afterAll(async () => {
    await server?.close();
    for (const one of open.splice(0)) {
      one.closeAllConnections();
      await new Promise((resolve) => one.close(resolve));
    }
  }, 30_000);

  const ask = (
    queries: Partial<Extract<MetricsSource, { kind: 'prometheus' }>>,
    { candidate = 8, since = firstMinute, until = end, minuteMs = MINUTE_MS } = {},
  ): Promise<VersionMinutes> => {
    const source = {
      kind: 'prometheus' as const,
      url: `${server.url}/`,
      requests: 'sum(increase(requests_total{revision="{{revision}}"}[1m]))',
      errors: 'sum(increase(errors_total{revision="{{revision}}"}[1m]))',
      slow: undefined,
      tokenFrom: undefined,
      ...queries,
    };
    const version = (revision: number) => ({ taskDefinitionArn: `web:${revision}`, targetGroupArns: [] });
    return prometheus({}, minuteMs).counts({
      gate: { source, judges: { errors: { tolerate: 1, floor: 0 }, latency: undefined } },
      candidate: version(candidate),
      stable: version(7),
      since,
      until,
      slowerThanMs: undefined,
    });
  };

  test('are those of steady counters to the minute, however the scrapes fall into it', async () => {
    const { candidate, stable } = await ask({});
    const starts = Array.from({ length: HISTORY_MINUTES }, (_, i) => firstMinute + i * MINUTE_MS);
    expect(stable.map(({ start }) => start)).toEqual(starts);
    expect(candidate.map(({ start }) => start)).toEqual(starts);
    for (const { requests } of stable) expect(requests).toBeCloseTo(4 * 900, 6);
    for (const { requests } of candidate) expect(requests).toBeCloseTo(4 * 100, 6);
  });

  test('have no errors where there is no series of them, nor before a series begins', async () => {
    const { candidate, stable } = await ask({});
    expect(stable.map(({ errors }) => errors)).toEqual([0, 0, 0, 0, 0, 0]);
    // The series comes into the world in the third minute with 3 errors, which `increase` does not see; then come 6 in the
    // middle of the fourth, which it takes for 8 (4/3: as if the rest of the minute had been the same), and 5 between the last
    // scrape of the fifth minute and the first of the sixth, which are in neither.
    expect(candidate.map(({ errors }) => Math.round((errors ?? Number.NaN) * 1e6) / 1e6)).toEqual([0, 0, 0, 8, 0, 0]);
  });

  test('are the same whenever they are asked for', async () => {
    const whole = await ask({});
    const later = await ask({}, { since: firstMinute + MINUTE_MS + 1, until: end - 1 });
    expect(later.stable).toEqual(whole.stable.slice(2));
    expect(later.candidate).toEqual(whole.candidate.slice(2));
  });

  test('are none for a version that nobody has counted', async () => {
    const { candidate, stable } = await ask({}, { candidate: 9 });
    expect(candidate).toEqual([]);
    expect(stable).toHaveLength(HISTORY_MINUTES);
  });

  // 20 scrapes in such a minute, of which a busy machine does some late: with 0.5 s between the first and the minute's beginning,
  // and as much at its end, a fifth of it would be extrapolated.
  test('of counters that count now are right to a fifth', async () => {
    const began = Math.ceil(Date.now() / LIVE_MINUTE_MS) * LIVE_MINUTE_MS;
    const until = began + LIVE_MINUTE_MS;
    await sleep(until - Date.now() + 500);
    const { candidate, stable } = await ask(
      {
        requests: 'sum(increase(live_requests_total{revision="{{revision}}"}[5s]))',
        errors: 'sum(increase(live_errors_total{revision="{{revision}}"}[5s]))',
      },
      { since: began, until, minuteMs: LIVE_MINUTE_MS },
    );
    const deviation = (counted: number | undefined, really: number) => Math.abs((counted ?? Number.NaN) / really - 1);
    expect([candidate, stable]).toMatchObject([[{ start: began }], [{ start: began, errors: 0 }]]);
    expect(deviation(stable[0]?.requests, 4_500)).toBeLessThan(0.2);
    expect(deviation(candidate[0]?.requests, 500)).toBeLessThan(0.2);
    expect(deviation(candidate[0]?.errors, 250)).toBeLessThan(0.2);
  });

  test.each([
    ['a query that cannot be read', 'sum(increase(requests_total[1m])', /parse error: unclosed left parenthesis/],
    ['a query for a range', 'requests_total[1m]', /invalid expression type "range vector" for range query/],
    ['a text', '"seven"', /invalid expression type "string" for range query/],
    [
      'what fails when it is carried out',
      'label_replace(requests_total, "a", "b", "c", "(")',
      /invalid regular expression/,
    ],
  ])(
    'say in the words of Prometheus what is wrong with %s, and are not asked for again',
    async (_, requests, words) => {
      const error = await failureOf(ask({ requests }));
      expect(error).toMatchObject({ name: 'CallError', failure: 'invalid', isPassing: false });
      expect(error).toHaveProperty('message', expect.stringMatching(words));
      expect(error).toHaveProperty('message', expect.stringContaining(`; the query is ${requests}`));
    },
  );

  test.each([
    [
      'two series',
      'increase(requests_total{revision="{{revision}}"}[1m])',
      /gives 2 series, one is needed; wrap it in sum\(\)/,
    ],
    [
      'a scalar of nothing',
      'scalar(nowhere)',
      /gives NaN at 20.*, which is no count; a count is written as sum\(increase\(/,
    ],
    ['a division by nothing', 'sum(requests_total) / 0', /gives \+Inf at 20/],
  ])('say what is wrong with a query that gives %s', async (_, requests, words) => {
    const error = await failureOf(ask({ requests }));
    expect(error).toMatchObject({ failure: 'invalid', isPassing: false });
    expect(error).toHaveProperty('message', expect.stringMatching(words));
  });

  test('say where they looked for an API that is elsewhere', async () => {
    const error = await failureOf(ask({ url: server.url.replace('/prometheus', '') }));
    expect(error).toMatchObject({ failure: 'not-found', isPassing: false });
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/:\d+\/api\/v1\/query_range \(HTTP 404\); url is what/),
    );
  });
});

/**
 * Stable has 60 requests a second in two tasks, the candidate 6.7 and some errors: as if both had been scraped every 15 s, 7 s
 * after the minute and so on. With their own timestamps, so that nobody waits for them.
 */
function historyFrom(firstMinute: number): string {
  const errorsAt = (ms: number) => 3 + (ms > 3.5 * MINUTE_MS ? 6 : 0) + (ms > 5 * MINUTE_MS ? 5 : 0);
  return Array.from({ length: HISTORY_MINUTES * 4 }, (_, i) => {
    const ms = i * SCRAPE_MS + 7_000;
    const values = {
      'requests_total{revision="7",task="a"}': 10_000 + 600 * i,
      'requests_total{revision="7",task="b"}': 10_000 + 300 * i,
      'requests_total{revision="8",task="c"}': 10_000 + 100 * i,
      ...(ms < 2.5 * MINUTE_MS ? {} : { 'errors_total{revision="8"}': errorsAt(ms) }),
    };
    return lines(values, ` ${firstMinute + ms}`);
  }).join('');
}

/** 900 and 100 requests a second, and half of the second's fail: what is counted does not depend on when it is asked. */
function liveAt(ms: number): Readonly<Record<string, number>> {
  const counted = (perSecond: number) => Math.floor((ms / 1000) * perSecond);
  return {
    'live_requests_total{revision="7"}': counted(900),
    'live_requests_total{revision="8"}': counted(100),
    'live_errors_total{revision="8"}': counted(50),
  };
}

async function failureOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => undefined,
    (error: unknown) => error,
  );
}
