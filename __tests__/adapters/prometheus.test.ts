import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rangeQuery } from '../../src/adapters/prometheus/range-query.ts';
import { serverOf } from '../../src/adapters/prometheus/server.ts';
import { prometheus } from '../../src/adapters/prometheus.ts';
import { CallError } from '../../src/core/errors.ts';
import type { JudgedMetrics, MetricsSource } from '../../src/core/gate.ts';
import type { MetricsAsked } from '../../src/ports.ts';

type PrometheusSource = Extract<MetricsSource, { kind: 'prometheus' }>;
type Samples = readonly (readonly [seconds: number, text: string])[];

/** A whole minute. */
const NOON = Date.UTC(2026, 2, 5, 12);
const MINUTE = 60_000;
const LIMITS = { tolerate: 1, floor: 0 };
const ERRORS: JudgedMetrics = { errors: LIMITS, latency: undefined };
const BOTH: JudgedMetrics = { errors: LIMITS, latency: { ...LIMITS, overMs: undefined } };

const open: Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Sent {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly form: Readonly<Record<string, string>>;
}

/** Answers each request as `answer` says; gives its url and what was sent to it. */
async function serve(
  answer: (form: Sent['form'], response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly sent: readonly Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = Object.fromEntries(new URLSearchParams(body));
    sent.push({ method: request.method, path: request.url, headers: request.headers, form });
    answer(form, response);
  }).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent };
}

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const matrix = (...series: readonly Samples[]) => ({
  status: 'success',
  data: { resultType: 'matrix', result: series.map((values) => ({ metric: {}, values })) },
});

/** A server with these samples by the query that asks for them. Nothing fits any other query. */
const serveSamples = (samples: Readonly<Record<string, Samples>>) =>
  serve(({ query = '' }, response) => {
    const found = samples[query];
    json(response, 200, found === undefined ? matrix() : matrix(found));
  });

function asked(
  source: Partial<PrometheusSource> & Pick<PrometheusSource, 'url'>,
  judges: JudgedMetrics = ERRORS,
  [since, until]: readonly [number, number] = [NOON, NOON + 3 * MINUTE],
): MetricsAsked {
  return {
    gate: {
      source: {
        kind: 'prometheus',
        requests: 'all {{revision}}',
        errors: 'bad {{revision}}',
        slow: 'slow {{revision}}',
        tokenFrom: undefined,
        ...source,
      },
      judges,
    },
    candidate: { taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8', targetGroupArns: [] },
    stable: { taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7', targetGroupArns: [] },
    since,
    until,
    slowerThanMs: undefined,
  };
}

const counts = (
  source: Parameters<typeof asked>[0],
  environment: Readonly<Record<string, string | undefined>> = {},
  judges = ERRORS,
) => prometheus(environment).counts(asked(source, judges));

async function failureOf(asking: Promise<unknown>): Promise<CallError> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CallError) return error;
  throw new Error('it was no CallError', { cause: error });
}

describe('what is asked', () => {
  test('is a query a series and version, by POST, for the ends of the minutes', async () => {
    const { url, sent } = await serveSamples({});
    await counts({ url }, {}, BOTH);
    expect(sent.map(({ form }) => form['query']).sort()).toEqual([
      'all 7',
      'all 8',
      'bad 7',
      'bad 8',
      'slow 7',
      'slow 8',
    ]);
    for (const { method, path, headers, form } of sent) {
      expect({ method, path }).toEqual({ method: 'POST', path: '/api/v1/query_range' });
      expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
      expect(headers).not.toHaveProperty('authorization');
      const first = NOON / 1000 + 60;
      expect(form).toMatchObject({ start: String(first), end: String(first + 120), step: '60' });
    }
  });

  test('is only what is judged', async () => {
    const { url, sent } = await serveSamples({});
    await counts({ url, slow: undefined });
    expect(sent.map(({ form }) => form['query']).sort()).toEqual(['all 7', 'all 8', 'bad 7', 'bad 8']);
  });

  test('is nothing where no minute begins', async () => {
    const { url, sent } = await serveSamples({});
    const none = await prometheus({}).counts(asked({ url }, ERRORS, [NOON + 1, NOON + MINUTE]));
    expect(none).toEqual({ candidate: [], stable: [] });
    expect(sent).toEqual([]);
  });

  test.each([
    ['/', '/api/v1/query_range'],
    ['/prometheus', '/prometheus/api/v1/query_range'],
    ['/a/b//', '/a/b/api/v1/query_range'],
    ['/select?tenant=7#top', '/select/api/v1/query_range?tenant=7'],
  ])('goes below the path of the url: %s', async (path, expected) => {
    const { url, sent } = await serveSamples({});
    await counts({ url: url + path });
    expect(new Set(sent.map((one) => one.path))).toEqual(new Set([expected]));
  });

  test('may be longer than an address', async () => {
    const { url, sent } = await serveSamples({});
    const long = `sum(${'x'.repeat(200_000)})`;
    await counts({ url, requests: long });
    expect(sent.map(({ form }) => form['query'])).toContain(long);
  });

  test('carries the token, without the line break that it was saved with', async () => {
    const { url, sent } = await serveSamples({});
    await counts({ url, tokenFrom: 'TOKEN' }, { TOKEN: 's3cret.t0ken==\n' });
    expect(new Set(sent.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer s3cret.t0ken==']));
  });

  test('is on whole minutes whatever the time is, so that minutes are the same in every call', async () => {
    const { url, sent } = await serveSamples({});
    const ms = { min: 0, max: 10 * MINUTE };
    const property = fc.asyncProperty(fc.integer(ms), fc.integer(ms), async (after, length) => {
      const since = NOON + after;
      const until = since + length;
      const before = sent.length;
      await prometheus({}).counts(asked({ url }, ERRORS, [since, until]));
      for (const { form } of sent.slice(before)) {
        const [first, last] = [form['start'], form['end']].map((seconds) => Number(seconds) * 1000 - MINUTE);
        expect(first).toBe(Math.ceil(since / MINUTE) * MINUTE);
        expect(last).toBe(Math.floor((until - 1) / MINUTE) * MINUTE);
      }
    });
    await fc.assert(property, {
      numRuns: 20,
      examples: [
        [0, MINUTE],
        [0, MINUTE + 1],
        [1, MINUTE],
        [MINUTE - 1, 2],
      ],
    });
  });
});

describe('what is answered', () => {
  const at = (minute: number) => NOON / 1000 + 60 * (minute + 1);

  test('is by the beginning of the minute that was counted, each version for itself', async () => {
    const { url } = await serveSamples({
      'all 8': [
        [at(0), '10'],
        [at(2), '12.5'],
      ],
      'bad 8': [[at(2), '1e+00']],
      'slow 8': [[at(0), '3']],
      'all 7': [[at(1), '900']],
    });
    expect(await counts({ url }, {}, BOTH)).toEqual({
      candidate: [
        { start: NOON, requests: 10, errors: 0, slow: 3 },
        { start: NOON + 2 * MINUTE, requests: 12.5, errors: 1, slow: 0 },
      ],
      stable: [{ start: NOON + MINUTE, requests: 900, errors: 0, slow: 0 }],
    });
  });

  test('says nothing of what is not judged', async () => {
    const { url } = await serveSamples({ 'all 8': [[at(0), '10']] });
    const { candidate } = await counts({ url });
    expect(candidate).toEqual([{ start: NOON, requests: 10, errors: 0, slow: undefined }]);
  });

  test('is never below nothing, and of bad requests never more than there were requests', async () => {
    const { url } = await serveSamples({
      'all 8': [
        [at(0), '10.2'],
        [at(1), '-1'],
        [at(2), '4'],
      ],
      'bad 8': [
        [at(0), '10.4'],
        [at(1), '2'],
        [at(2), '-3'],
      ],
    });
    const { candidate } = await counts({ url });
    expect(candidate.map(({ requests, errors }) => [requests, errors])).toEqual([
      [10.2, 10.2],
      [0, 0],
      [4, 0],
    ]);
  });

  test('has no minute that was not asked for, nor errors where no requests were counted', async () => {
    const { url } = await serveSamples({
      'all 8': [
        [at(-1), '10'],
        [at(1), '20'],
        [at(3), '30'],
      ],
      'bad 8': [[at(0), '5']],
    });
    const { candidate } = await counts({ url });
    expect(candidate).toEqual([{ start: NOON + MINUTE, requests: 20, errors: 0, slow: undefined }]);
  });

  test('may come with warnings, and packed', async () => {
    const { url } = await serve((_, response) => {
      const answer = { ...matrix([[at(0), '10']]), warnings: ['slow store'], infos: ['is it a counter?'] };
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(answer)));
    });
    expect((await counts({ url })).stable).toHaveLength(1);
  });

  test('has no percentile: a query counts slow requests itself', async () => {
    expect(await prometheus({}).stablePercentile(asked({ url: 'http://127.0.0.1:1' }), 99)).toBeUndefined();
  });

  const result = (resultType: string, value: unknown) => ({ status: 'success', data: { resultType, result: value } });
  test.each([
    [
      'several series',
      matrix([[at(0), '1']], [[at(0), '2']], [[at(0), '3']]),
      'gives 3 series, one is needed; wrap it in sum()',
    ],
    [
      'NaN',
      matrix([[at(0), 'NaN']]),
      'gives NaN at 2026-03-05T12:01:00.000Z, which is no count; a count is written as sum(',
    ],
    ['+Inf', matrix([[at(0), '+Inf']]), 'gives +Inf at 2026-03-05T12:01:00.000Z, which is no count'],
    ['a word', matrix([[at(0), 'many']]), 'gives many at 2026-03-05T12:01:00.000Z, which is no count'],
    ['an empty text', matrix([[at(0), '']]), 'gives nothing at 2026-03-05T12:01:00.000Z, which is no count'],
    ['a scalar', result('scalar', [at(0), '1']), 'gives a scalar; a count is written as sum('],
    ['a string', result('string', [at(0), 'x']), 'gives a string; a count is written as sum('],
    ['an instant vector', result('vector', []), 'gives a vector; a count is written as sum('],
    [
      'native histograms',
      result('matrix', [{ metric: {}, histograms: [[at(0), {}]] }]),
      'put histogram_count() around it',
    ],
    ['no data', { status: 'success' }, 'the answer has no result'],
    [
      'a number for a text',
      result('matrix', [{ metric: {}, values: [[at(0), 5]] }]),
      'the answer has a sample that is none',
    ],
    [
      'a sample that is no pair',
      result('matrix', [{ metric: {}, values: [7] }]),
      'the answer has a sample that is none',
    ],
  ])('is refused with the query when it is %s', async (_, body, words) => {
    const { url } = await serve((_form, response) => json(response, 200, body));
    const error = await failureOf(counts({ url, requests: 'all\n  {{revision}}', errors: 'all {{revision}}' }));
    expect(error).toMatchObject({ failure: 'invalid', isPassing: false, message: expect.stringContaining(words) });
    expect(error.message).toMatch(
      /^count (requests|errors) of (the candidate|stable) with Prometheus at http:\/\/127\.0\.0\.1:\d+: .*; the query is all [78]$/,
    );
  });
});

describe('a query that fails', () => {
  const said = (errorType: string, error: string) => JSON.stringify({ status: 'error', errorType, error });
  test.each([
    [
      400,
      said('bad_data', '1:7: parse error'),
      'invalid',
      'bad_data',
      'the query is refused (HTTP 400): 1:7: parse error; the query is all',
    ],
    [
      422,
      said('execution', 'no match'),
      'invalid',
      'execution',
      'the query cannot be carried out (HTTP 422): no match; the query is all',
    ],
    [
      400,
      'a request to an HTTPS server',
      'invalid',
      '400',
      'not as Prometheus answers: a request to an HTTPS server; does http://',
    ],
    [418, '<html>', 'invalid', '418', 'HTTP 418, and not as Prometheus answers; does http://'],
    [200, '<html>sign in</html>', 'invalid', '200', 'HTTP 200, and not as Prometheus answers; does http://'],
    [200, '[]', 'invalid', '200', 'not as Prometheus answers'],
    [200, '{"status":"succ', 'invalid', '200', 'not as Prometheus answers'],
    [200, said('bad_data', 'late'), 'invalid', 'bad_data', 'the query is refused (HTTP 200): late; the query is all'],
    [
      401,
      'no',
      'denied',
      '401',
      'denied (HTTP 401) without a token; name the environment variable that holds one in token-from: no',
    ],
    [403, '<html>', 'denied', '403', 'denied (HTTP 403) without a token'],
    [
      404,
      '404 page not found',
      'not-found',
      '404',
      '/api/v1/query_range (HTTP 404); url is what stands before /api/v1',
    ],
    [
      405,
      'Method Not Allowed',
      'not-found',
      '405',
      '/api/v1/query_range (HTTP 405); url is what stands before /api/v1',
    ],
    [408, '', 'server', '408', ': HTTP 408'],
    [429, 'slower', 'throttled', '429', 'too many requests (HTTP 429): slower'],
    [499, said('canceled', 'gone'), 'server', 'canceled', 'HTTP 499: gone'],
    [500, said('internal', 'oh'), 'server', 'internal', 'HTTP 500: oh'],
    [502, '<html>', 'server', '502', ': HTTP 502'],
    [503, said('timeout', 'query timed out'), 'server', 'timeout', 'HTTP 503: query timed out'],
  ])('by HTTP %d and %s is %s', async (status, body, failure, code, words) => {
    const { url } = await serve((_, response) => response.writeHead(status).end(body));
    const error = await failureOf(counts({ url, requests: 'all' }));
    const isPassing = failure === 'server' || failure === 'throttled';
    expect(error).toMatchObject({ failure, code, isPassing, message: expect.stringContaining(words) });
    expect(error.message).not.toContain('<html>');
  });

  test('for its token names the variable and does not show the token', async () => {
    const { url } = await serve((_, response) => response.writeHead(401).end());
    const error = await failureOf(counts({ url, tokenFrom: 'PROM_TOKEN' }, { PROM_TOKEN: 's3cret' }));
    expect(error).toMatchObject({ failure: 'denied' });
    expect(error.message).toContain('denied (HTTP 401) with the token in PROM_TOKEN, which token-from names');
    expect(error.message).not.toContain('s3cret');
  });

  test('is told in the words of Prometheus, but not in a flood of them', async () => {
    const { url } = await serve((_, response) => response.writeHead(400).end(said('bad_data', 'x'.repeat(100_000))));
    expect((await failureOf(counts({ url }))).message.length).toBeLessThan(1_000);
  });

  test('for a redirect does not go there, for the token would go along, and does not tell its parameters', async () => {
    const elsewhere = await serveSamples({});
    const { url } = await serve((_, response) =>
      response.writeHead(302, { location: `${elsewhere.url}/login?session=s3cret` }).end(),
    );
    const error = await failureOf(counts({ url, tokenFrom: 'TOKEN' }, { TOKEN: 'x' }));
    expect(error).toMatchObject({ failure: 'invalid', isPassing: false });
    expect(error.message).toContain(
      `a redirect to ${elsewhere.url}/login (HTTP 302), which is not followed; correct url`,
    );
    expect(error.message).not.toContain('s3cret');
    expect(elsewhere.sent).toEqual([]);
  });

  test('for the size of its answer is advised to sum()', async () => {
    const { url } = await serve((_, response) => response.writeHead(200).end(Buffer.alloc(5 * 1024 * 1024, 32)));
    const error = await failureOf(counts({ url }));
    expect(error).toMatchObject({ failure: 'invalid', isPassing: false });
    expect(error.message).toMatch(/the answer is larger than 4 MB; wrap the query in sum\(\); the query is/);
  });

  test('by an answer that breaks off may well succeed later', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"status":', () => response.destroy());
    });
    const error = await failureOf(counts({ url }));
    expect(error).toMatchObject({ failure: 'network', code: '', isPassing: true });
    expect(error.message).toContain('closed the connection before the answer was whole');
  });

  test('by nobody who listens may well succeed later', async () => {
    const { url } = await serveSamples({});
    await new Promise((resolve) => open.splice(0)[0]?.close(resolve));
    const error = await failureOf(counts({ url }));
    expect(error).toMatchObject({ failure: 'network', isPassing: true });
    expect(error.message).toMatch(/connection refused by 127\.0\.0\.1:\d+$/);
  });

  test('ends the others: nobody waits for an answer that does not count', async () => {
    const unanswered: Promise<unknown>[] = [];
    let failing: ServerResponse | undefined;
    const { url } = await serve(({ query }, response) => {
      if (query === 'bad 7') failing = response;
      else unanswered.push(once(response, 'close'));
      if (failing !== undefined && unanswered.length === 3) failing.writeHead(500).end();
    });
    expect(await failureOf(counts({ url }))).toMatchObject({ failure: 'server' });
    await Promise.all(unanswered);
    expect(unanswered).toHaveLength(3);
  });

  test.each([
    ['before it answers', () => undefined],
    ['in the middle of its answer', (response: ServerResponse) => void response.writeHead(200).write('{')],
  ])('by silence %s may well succeed later', async (_, answer) => {
    const { url } = await serve((_form, response) => answer(response));
    const at = { first: NOON, last: NOON, stepMs: MINUTE };
    const server = serverOf({ url, tokenFrom: undefined }, {});
    const asking = rangeQuery(
      server,
      { what: 'requests of stable', query: 'all', at },
      new AbortController().signal,
      200,
    );
    expect(await failureOf(asking)).toMatchObject({
      failure: 'network',
      isPassing: true,
      message: `count requests of stable with Prometheus at ${url}: no answer within 0.2 s`,
    });
  });
});

describe('without asking anybody it is a failure', () => {
  const url = 'http://127.0.0.1:1';
  test.each([
    ['no token', {}, 'token-from: the environment variable TOKEN is not set or empty'],
    ['an empty token', { TOKEN: ' \n' }, 'token-from: the environment variable TOKEN is not set or empty'],
    ['a token of two lines', { TOKEN: 's3cret\nhost: x' }, 'in the environment variable TOKEN has spaces'],
    ['a token with letters of no header', { TOKEN: 's3cret\u{1f511}' }, 'in the environment variable TOKEN has spaces'],
  ])('to have %s', async (_, environment, words) => {
    const error = await failureOf(counts({ url, tokenFrom: 'TOKEN' }, environment));
    expect(error).toMatchObject({ failure: 'invalid', isPassing: false, message: expect.stringContaining(words) });
    expect(error.message).not.toContain('s3cret');
  });

  test.each(['prometheus:9090', 'ftp://prometheus', 'prometheus', ''])('to have the url %j', async (wrong) => {
    const error = await failureOf(counts({ url: wrong }));
    expect(error).toMatchObject({ failure: 'invalid', isPassing: false });
    expect(error.message).toBe(`prometheus: url: '${wrong}' is no http:// or https:// address`);
  });

  test.each([
    ['http://me:s3cret@prometheus:9090', 'in front of prometheus:9090'],
    ['me:s3cret@prometheus:9090', "'***@prometheus:9090' is no http://"],
  ])('to have a password in the url, and it is not shown: %s', async (url, words) => {
    const error = await failureOf(counts({ url }));
    expect(error).toMatchObject({ failure: 'invalid', isPassing: false, message: expect.stringContaining(words) });
    expect(error.message).not.toContain('s3cret');
  });

  test('to judge what no query counts', async () => {
    const error = await failureOf(counts({ url, slow: undefined }, {}, BOTH));
    expect(error.message).toBe('prometheus: latency is judged and there is no query `slow` that counts it');
  });

  test('not to know the task definition that a query names', async () => {
    const one = { ...asked({ url }), stable: { taskDefinitionArn: undefined, targetGroupArns: [] } };
    expect(await failureOf(prometheus({}).counts(one))).toMatchObject({ failure: 'invalid', isPassing: false });
  });
});
