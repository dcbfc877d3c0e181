import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ACTIONS, type FakeGitHub, startGitHub } from '../../../sandbox/github/index.ts';
import { ask, create, SHA, SHOP, update } from './client.ts';

let github: FakeGitHub;
beforeEach(async () => {
  github = await startGitHub({ pullRequests: [{ number: 2, headSha: SHA }], requestsPerHour: 20 });
});
afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.close();
});

const deployments = () => ask(github, 'GET', `${SHOP}/deployments`);

describe('faults on order', () => {
  test.each([500, 502, 503] as const)('%i to everything, until it is withdrawn', async (status) => {
    const withdraw = github.faults.add({ kind: 'server-error', status });
    expect((await create(github)).status).toBe(status);
    expect((await deployments()).status).toBe(status);
    expect((await ask(github, 'GET', '/rate_limit')).status).toBe(status);
    expect(github.world.checkRuns.size).toBe(0);
    withdraw();
    expect((await create(github)).status).toBe(201);
  });

  test('hit only the next ones, and only the operations that are named', async () => {
    github.faults.add({ kind: 'server-error', next: 1, operations: ['checks/*'] });
    expect((await deployments()).status).toBe(200);
    expect((await create(github)).status).toBe(500);
    expect((await create(github)).status).toBe(201);
  });

  test('may hit a share of the calls, the same ones for the same seed', async () => {
    expect(() => github.faults.add({ kind: 'server-error', rate: 2 })).toThrow(RangeError);
    const pattern = async () => {
      const seeded = await startGitHub({ seed: 5 });
      seeded.faults.add({ kind: 'server-error', rate: 0.5 });
      const statuses: number[] = [];
      for (let count = 0; count < 12; count += 1)
        statuses.push((await ask(seeded, 'GET', `${SHOP}/deployments`)).status);
      await seeded.close();
      return statuses;
    };
    const first = await pattern();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await pattern()).toEqual(first);
  });

  test('a slow answer comes late, and what was asked is done', async () => {
    github.faults.add({ kind: 'slow-answer', delayMs: 60, next: 1 });
    const began = performance.now();
    const { status } = await create(github);
    expect(status).toBe(201);
    expect(performance.now() - began).toBeGreaterThanOrEqual(55);
  });

  test('no answer: the client has to give up by itself, and nothing was done', async () => {
    github.faults.add({ kind: 'no-answer' });
    const waiting = fetch(`${github.url}${SHOP}/deployments`, { signal: AbortSignal.timeout(80) });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(github.journal).toMatchObject([{ operation: 'repos/list-deployments', status: undefined }]);
  });

  test.each([
    ['dropped', 0],
    ['lost-answer', 1],
  ] as const)('%s: the connection ends, and %i check runs were made', async (kind, made) => {
    github.faults.add({ kind, next: 1 });
    await expect(create(github)).rejects.toThrow('fetch failed');
    expect(github.world.checkRuns.size).toBe(made);
    expect((await create(github)).status).toBe(201);
  });

  test.each([403, 429] as const)(
    'a secondary limit (%i) says when to come back, if it says so at all',
    async (status) => {
      github.faults.add({ kind: 'secondary-limit', status, retryAfterS: 30, next: 1 });
      github.faults.add({ kind: 'secondary-limit', status, next: 1, operations: ['checks/update'] });
      const first = await create(github);
      expect([first.status, first.headers.get('retry-after')]).toEqual([status, '30']);
      expect(first.body.message).toMatch(/^You have exceeded a secondary rate limit\. Please wait a few minutes/);
      expect(first.body.documentation_url).toContain('#about-secondary-rate-limits');
      expect(Number(first.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
      const second = await update(github, 1, { conclusion: 'success' });
      expect([second.status, second.headers.get('retry-after')]).toEqual([status, null]);
    },
  );

  test.each([403, 429] as const)(
    'the primary limit (%i) leaves none, and says when the next hour begins',
    async (status) => {
      github.faults.add({ kind: 'primary-limit', status, resetInS: 90 });
      const nowS = Math.floor(Date.now() / 1000);
      const { headers, body, status: given } = await create(github);
      expect([given, headers.get('x-ratelimit-remaining'), headers.get('retry-after')]).toEqual([status, '0', null]);
      expect(Number(headers.get('x-ratelimit-reset')) - nowS).toBeGreaterThanOrEqual(90);
      expect(body.message).toMatch(/^API rate limit exceeded for installation ID \d+\./);
    },
  );

  test('a 422 of its own', async () => {
    github.faults.add({ kind: 'invalid' });
    const { status, body } = await create(github);
    expect([status, body.message]).toEqual([422, 'Validation Failed']);
  });

  test('the first that is ordered answers, and clear withdraws all', async () => {
    github.faults.add({ kind: 'invalid' });
    github.faults.add({ kind: 'server-error' });
    expect((await create(github)).status).toBe(422);
    github.faults.clear();
    expect((await create(github)).status).toBe(201);
  });
});

describe('the hour of a token', () => {
  test('is counted in the headers, and ends with its last request', async () => {
    const { headers } = await deployments();
    expect(headers.get('x-ratelimit-limit')).toBe('20');
    expect(headers.get('x-ratelimit-remaining')).toBe('19');
    expect(headers.get('x-ratelimit-used')).toBe('1');
    expect(headers.get('x-ratelimit-resource')).toBe('core');
    for (let count = 2; count <= 20; count += 1) expect((await deployments()).status).toBe(200);
    const over = await deployments();
    expect([over.status, over.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
    const { status, body } = await ask(github, 'GET', '/rate_limit');
    expect([status, body.rate.remaining, body.resources.core.used]).toEqual([200, 0, 20]);
  });

  test('is not used up by asking for it', async () => {
    for (let count = 0; count < 3; count += 1) await ask(github, 'GET', '/rate_limit');
    const { body } = await ask(github, 'GET', '/rate_limit');
    expect(body.resources.core).toMatchObject({ limit: 20, used: 0, remaining: 20 });
  });
});

describe('tokens', () => {
  const may = (permissions: object) => {
    github.tokens.set('less', { kind: 'installation', app: ACTIONS, permissions });
    return { token: 'less' };
  };

  test.each([
    ['POST', '/check-runs', { name: 'x', head_sha: SHA }, { checks: 'read' }, 'checks=write'],
    ['GET', `/commits/${SHA}/check-runs`, undefined, { deployments: 'write' }, 'checks=read'],
    ['POST', '/deployments', { ref: SHA }, { deployments: 'read' }, 'deployments=write'],
    ['GET', '/deployments', undefined, {}, 'deployments=read'],
    ['GET', `/commits/${SHA}/pulls`, undefined, { issues: 'write' }, 'pull_requests=read'],
    ['POST', '/issues/2/comments', { body: 'x' }, { issues: 'read' }, 'issues=write; pull_requests=write'],
  ])('%s %s without the permission: 403 that names it', async (method, path, body, permissions, accepted) => {
    const refused = await ask(github, method, `${SHOP}${path}`, body, may(permissions));
    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe('Resource not accessible by integration');
    expect(refused.headers.get('x-accepted-github-permissions')).toBe(accepted);
  });

  test.each([{ issues: 'write' }, { pull_requests: 'write' }])(
    'either permission lets comment: %j',
    async (permissions) => {
      const { status } = await ask(github, 'POST', `${SHOP}/issues/2/comments`, { body: 'x' }, may(permissions));
      expect(status).toBe(201);
    },
  );

  test('write is enough to read, and permissions can change while it runs', async () => {
    const path = `${SHOP}/deployments`;
    expect((await ask(github, 'GET', path, undefined, may({ deployments: 'write' }))).status).toBe(200);
    expect((await ask(github, 'GET', path, undefined, may({}))).status).toBe(403);
  });

  test('one that nobody gave out, or that has been taken away: 401', async () => {
    const { status, body } = await ask(github, 'GET', `${SHOP}/deployments`, undefined, { token: 'wrong' });
    expect([status, body.message]).toEqual([401, 'Bad credentials']);
    github.tokens.clear();
    expect((await create(github)).status).toBe(401);
  });

  test('none at all: what is public can be read, nothing can be written', async () => {
    const none = { token: null };
    expect((await ask(github, 'GET', `${SHOP}/deployments`, undefined, none)).status).toBe(200);
    const { status, body } = await ask(github, 'POST', `${SHOP}/deployments`, { ref: SHA }, none);
    expect([status, body.message]).toEqual([401, 'Requires authentication']);
  });

  test('are of one repository: others are not found', async () => {
    expect((await ask(github, 'GET', '/repos/example/other/deployments')).status).toBe(404);
    expect((await ask(github, 'GET', '/repos/Example/SHOP/deployments')).status).toBe(200);
  });
});

describe('the journal', () => {
  test('has every request in the order of arrival, with what was said and what was answered', async () => {
    const before = Date.now();
    const { body, headers } = await create(github);
    await update(github, body.id, { conclusion: 'success' });
    await ask(github, 'GET', `${SHOP}/deployments?per_page=5`, undefined, { token: 'wrong' });
    expect(github.journal).toMatchObject([
      {
        method: 'POST',
        path: `${SHOP}/check-runs`,
        operation: 'checks/create',
        body: { name: 'Greenlight' },
        status: 201,
        requestId: headers.get('x-github-request-id'),
      },
      { method: 'PATCH', operation: 'checks/update', status: 200 },
      { method: 'GET', query: { per_page: '5' }, body: undefined, status: 401 },
    ]);
    expect(github.requests('checks/*')).toHaveLength(2);
    expect(github.requests('checks/update')).toHaveLength(1);
    for (const { at } of github.journal) expect(at).toBeGreaterThanOrEqual(before);
  });
});

describe('closing', () => {
  test('ends requests that wait for an answer, and leaves the port free', async () => {
    const other = await startGitHub();
    other.faults.add({ kind: 'slow-answer', delayMs: 600_000, operations: ['repos/list-deployments'] });
    other.faults.add({ kind: 'no-answer', operations: ['rate-limit/get'] });
    const waiting = ['/rate_limit', `${SHOP}/deployments`].map((path) =>
      ask(other, 'GET', path).then(
        () => 'answered',
        () => 'ended',
      ),
    );
    while (other.journal.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.close();
    expect(await Promise.all(waiting)).toEqual(['ended', 'ended']);
    expect(other.violations).toEqual([]);
    const again = await startGitHub({ port: Number(new URL(other.url).port) });
    await again.close();
  });

  test('a port that is taken is said at the start', async () => {
    await expect(startGitHub({ port: Number(new URL(github.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
