/** What is sent to GitHub, held against GitHub's own description by the sandbox, and what its answers mean. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type FakeGitHub, startGitHub } from '../../../sandbox/github/index.ts';
import { github } from '../../../src/adapters/github/github.ts';
import { GitHubError } from '../../../src/core/errors.ts';
import type { CheckRun } from '../../../src/core/github.ts';
import { readButton } from '../../../src/core/github-button.ts';
import { githubContextOf } from '../../../src/core/github-context.ts';
import type { GitHub } from '../../../src/ports.ts';

// The first call loads the client, which takes its time on a machine that has other things to do.
jest.setTimeout(60_000);

const sha = 'c'.repeat(40);
const marker = '<!-- greenlight:demo/web -->';
const check: CheckRun = {
  name: 'Greenlight: demo/web',
  sha,
  detailsUrl: 'https://github.com/example/shop/actions/runs/1',
  externalId: 'demo/web',
  status: 'in_progress',
  conclusion: undefined,
  title: '25 % on the candidate',
  summary: 'a table',
  text: undefined,
  annotations: [],
  actions: [],
};

let there: FakeGitHub;
let port: GitHub;
let rule = 0;
const servers: (() => Promise<void>)[] = [];
const portTo = (apiUrl: string, token = 'ghs_secret', limitMs = 10_000) =>
  github({ owner: 'example', repository: 'shop', token, apiUrl, limitMs });

beforeAll(async () => {
  there = await startGitHub({
    pullRequests: [
      { number: 7, headSha: 'a'.repeat(40), mergeSha: sha },
      { number: 8, headSha: 'b'.repeat(40), commits: [sha], state: 'closed' },
    ],
  });
  port = portTo(there.url, there.token);
});
afterAll(() => there.close());
afterEach(async () => {
  expect(there.violations).toEqual([]);
  there.faults.clear();
  await Promise.all(servers.splice(0).map((close) => close()));
});

async function refusal(call: Promise<unknown>): Promise<GitHubError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GitHubError)) throw new Error(`no GitHubError but ${String(error)}`);
  expect(error.message).not.toContain('ghs_');
  return error;
}

describe('what is sent', () => {
  test('a check run is made in progress, and later concluded with its buttons and annotations', async () => {
    const id = await port.createCheckRun(check);
    expect(there.world.checkRuns.get(id)).toMatchObject({
      name: check.name,
      headSha: sha,
      status: 'in_progress',
      conclusion: undefined,
      externalId: 'demo/web',
      output: { title: check.title, summary: check.summary },
    });
    const actions = [{ label: 'Promote', description: 'Go on to the next step', identifier: 'promote' }];
    const annotations = [{ path: 'a.json', line: 3, level: 'failure', title: 'no', message: 'memory' } as const];
    const told: CheckRun = { ...check, status: 'completed', conclusion: 'action_required', actions, annotations };
    await port.updateCheckRun(id, told);
    expect(there.world.checkRuns.get(id)).toMatchObject({
      status: 'completed',
      conclusion: 'action_required',
      actions,
      annotations: [{ path: 'a.json', start_line: 3, end_line: 3, annotation_level: 'failure', message: 'memory' }],
    });
    const { event } = there.press(id, 'promote');
    const runner = { GITHUB_REPOSITORY: 'example/shop', GITHUB_SHA: event.sha, GITHUB_EVENT_NAME: event.name };
    const pressed = githubContextOf(runner, event.payload);
    expect(pressed).toMatchObject({ sha, event: { kind: 'requested-action' } });
    expect(readButton(pressed?.event as never)).toEqual({ command: 'promote', cluster: 'demo', service: 'web' });
    // A person has decided: it goes on.
    await port.updateCheckRun(id, check);
    expect(there.world.checkRuns.get(id)).toMatchObject({ status: 'in_progress', actions: [] });
  });

  test('of many annotations the first fifty are sent, which is what GitHub takes', async () => {
    const annotations = Array.from({ length: 60 }, (_, i) => ({
      path: 'a.json',
      line: i + 1,
      level: 'notice' as const,
      title: 'no',
      message: 'memory',
    }));
    const id = await port.createCheckRun({ ...check, annotations });
    expect(
      there.world.checkRuns
        .get(id)
        ?.annotations.map(({ start_line: line }) => line)
        .at(-1),
    ).toBe(50);
  });

  test('a deployment is of the very commit: nothing is merged, and no check is waited for', async () => {
    const of = { sha, environment: 'preview' };
    expect(await port.deploymentOf(of)).toBeUndefined();
    const id = await port.createDeployment({ ...of, description: 'x'.repeat(200) });
    const status = {
      description: 'y'.repeat(200),
      logUrl: check.detailsUrl,
      environmentUrl: 'https://shop.example.com',
    };
    await port.setDeploymentStatus(id, { ...status, state: 'in_progress' });
    await port.setDeploymentStatus(id, { ...status, state: 'success', environmentUrl: undefined });
    expect(await port.deploymentOf(of)).toBe(id);
    expect(await port.deploymentOf({ ...of, environment: 'staging' })).toBeUndefined();
    const [asked] = there.requests('repos/create-deployment').slice(-1);
    expect(asked?.body).toMatchObject({ ref: sha, auto_merge: false, required_contexts: [] });
    const made = there.world.deployments.get(id);
    expect(made).toMatchObject({ sha, environment: 'preview', description: 'x'.repeat(140) });
    expect(made?.statuses.map(({ state }) => state)).toEqual(['in_progress', 'success']);
    expect(made?.statuses[0]).toMatchObject({ environmentUrl: 'https://shop.example.com', logUrl: check.detailsUrl });
  });

  test('a success retires the one before it also where GitHub does not: in production, past what failed in between', async () => {
    const states: string[] = [];
    const told = { description: '', logUrl: check.detailsUrl, environmentUrl: undefined };
    const ids: number[] = [];
    for (const state of ['success', 'success', 'failure', 'success'] as const) {
      const id = await port.createDeployment({ sha, environment: 'production', description: '' });
      await port.setDeploymentStatus(id, { ...told, state });
      if (state === 'success') await port.retireEarlier(id, 'production');
      ids.push(id);
    }
    for (const id of ids) states.push(there.world.deployments.get(id)?.statuses.at(-1)?.state ?? '');
    expect(states).toEqual(['inactive', 'inactive', 'failure', 'success']);
    // Once more: the list, the failure, and the one that is retired already, beyond which nothing is asked.
    const before = there.journal.length;
    await port.retireEarlier(ids[3] ?? 0, 'production');
    expect(there.journal.length - before).toBe(3);
  });

  test('pull requests of a commit are those that are open or merged, not those that were thrown away', async () => {
    expect(await port.pullRequestsOf(sha)).toEqual([7]);
    expect(await port.pullRequestsOf('d'.repeat(40))).toEqual([]);
  });

  test('a comment is made once and written anew, among many others, and nobody else’s is touched', async () => {
    const spoof = there.addComment(7, `${marker}\nme too`, 'stranger');
    for (let i = 0; i < 120; i += 1) there.addComment(7, `talk ${i}`);
    await port.comment(7, marker, 'it moves');
    await port.comment(7, marker, 'it has ended');
    const ours = [...there.world.comments.values()].filter(({ body }) => body.startsWith(marker));
    expect(ours.map(({ body }) => body)).toEqual([spoof.body, `${marker}\nit has ended`]);
  });

  test('while a deployment goes on each call is one request', async () => {
    const of = { sha, environment: 'counted' };
    const told = {
      state: 'in_progress',
      description: '',
      logUrl: check.detailsUrl,
      environmentUrl: undefined,
    } as const;
    const count = async (call: () => Promise<unknown>) => {
      const before = there.journal.length;
      await call();
      return there.journal.length - before;
    };
    const checkRun = await port.createCheckRun(check);
    const deployment = await port.createDeployment({ ...of, description: '' });
    expect([
      await count(() => port.createCheckRun(check)),
      await count(() => port.updateCheckRun(checkRun, check)),
      await count(() => port.createDeployment({ ...of, description: '' })),
      await count(() => port.deploymentOf(of)),
      await count(() => port.setDeploymentStatus(deployment, told)),
    ]).toEqual([1, 1, 1, 1, 1]);
  });

  test('every request says who asks, and for which version of the API', async () => {
    await port.pullRequestsOf(sha);
    for (const { headers } of there.journal) {
      expect(headers['x-github-api-version']).toBe('2022-11-28');
      expect(headers['user-agent']).toMatch(/^greenlight\//);
    }
    expect(there.journal.length).toBeGreaterThan(0);
  });
});

describe('an answer', () => {
  test.each([
    ['checks: write', (one: GitHub) => one.createCheckRun(check)],
    ['deployments: write', (one: GitHub) => one.createDeployment({ sha, environment: 'e', description: '' })],
    ['pull-requests: write', (one: GitHub) => one.comment(7, marker, 'x')],
  ])('to a token that may only read names %s', async (permission, call) => {
    const reader = `ghs_reader${rule++}`;
    const app = [...there.tokens.values()][0];
    if (app?.kind !== 'installation') throw new Error('no token');
    there.tokens.set(reader, { ...app, permissions: { metadata: 'read', contents: 'read', pull_requests: 'read' } });
    expect(await refusal(call(portTo(there.url, reader)))).toMatchObject({ failure: 'permission', permission });
  });

  test('to a token that nobody knows names no permission: there is none to add', async () => {
    const error = await refusal(portTo(there.url, 'ghs_old').createCheckRun(check));
    expect(error).toMatchObject({ failure: 'permission', permission: undefined });
    expect(error.message).toContain('github-token is not valid');
  });

  test('about a check that is not there is gone', async () => {
    expect(await refusal(port.updateCheckRun(1, check))).toMatchObject({ failure: 'gone' });
  });

  test('about another app’s check is gone too, for nothing will make it ours', async () => {
    const id = await port.createCheckRun(check);
    const other = `ghs_other${rule++}`;
    there.tokens.set(other, {
      kind: 'installation',
      app: { id: 4711, slug: 'another', name: 'Another' } as never,
      permissions: { checks: 'write' },
    });
    const error = await refusal(portTo(there.url, other).updateCheckRun(id, check));
    expect(error.failure).toBe('gone');
    expect(error.message).toContain('another app has made it');
  });

  test('that GitHub cannot take says what is wrong, in GitHub’s words', async () => {
    there.faults.add({ operations: ['checks/create'], kind: 'invalid' });
    const error = await refusal(port.createCheckRun(check));
    expect(error.failure).toBe('invalid');
    expect(error.message).toMatch(
      /^create the check run "Greenlight: demo\/web": GitHub answered 422: Validation Failed; /,
    );
  });

  test('by a limit says when it is over: as told, at the reset, or in a minute', async () => {
    const answers: Readonly<Record<string, unknown>>[] = [];
    const now = 1_800_000_000_000;
    const told = async (status: number, headers: Readonly<Record<string, string>>, message: string) => {
      const server = await serve((_, response) => {
        response.writeHead(status, { ...headers, 'content-type': 'application/json' });
        response.end(JSON.stringify({ message }));
      });
      const one = github({ owner: 'example', repository: 'shop', token: 'ghs_x', apiUrl: server.url, now: () => now });
      const { failure, retryAt } = await refusal(one.createCheckRun(check));
      answers.push({ failure, afterS: retryAt === undefined ? undefined : (retryAt - now) / 1_000 });
    };
    await told(429, { 'retry-after': '30' }, 'slow down');
    await told(403, { 'retry-after': '7' }, 'You have exceeded a secondary rate limit');
    const reset = String(now / 1_000 + 90);
    await told(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, 'API rate limit exceeded');
    await told(403, {}, 'You have exceeded a secondary rate limit. Please wait');
    await told(429, {}, 'too many');
    await told(403, { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': reset }, 'Resource not accessible');
    expect(answers).toEqual([
      ...[30, 7, 90, 60, 60].map((afterS) => ({ failure: 'limit', afterS })),
      { failure: 'permission', afterS: undefined },
    ]);
  });

  test.each([500, 502, 503] as const)('of %i is the server’s own trouble', async (status) => {
    there.faults.add({ operations: ['checks/create'], kind: 'server-error', status });
    expect((await refusal(port.createCheckRun(check))).failure).toBe('server');
  });

  test('that does not come is given up, and so is one that the job does not wait for any more', async () => {
    const silent = await serve(() => {});
    const late = await refusal(portTo(silent.url, 'ghs_x', 50).createCheckRun(check));
    expect([late.failure, late.message]).toEqual([
      'network',
      'create the check run "Greenlight: demo/web": GitHub did not answer in time',
    ]);
    const over = new AbortController();
    const one = github({ owner: 'example', repository: 'shop', token: 'ghs_x', apiUrl: silent.url, over: over.signal });
    const waiting = refusal(one.createCheckRun(check));
    over.abort();
    expect((await waiting).failure).toBe('network');
    await silent.close();
    expect((await refusal(portTo(silent.url).createCheckRun(check))).failure).toBe('network');
  });

  test.each<[string, number, Readonly<Record<string, string>>, string]>([
    ['a page', 200, { 'content-type': 'text/html' }, '<html>log in</html>'],
    ['a page that says it is JSON', 201, { 'content-type': 'application/json' }, '<html>log in</html>'],
    ['an empty object', 201, { 'content-type': 'application/json' }, '{}'],
    ['null', 200, { 'content-type': 'application/json' }, 'null'],
    ['a refusal of nothing', 403, { 'content-type': 'application/json' }, 'null'],
    ['nothing', 204, {}, ''],
  ])('of another shape (%s) is none of GitHub’s, and makes nothing', async (_, status, headers, body) => {
    const proxy = await serve((_request, response) => {
      response.writeHead(status, headers);
      response.end(body);
    });
    const one = portTo(proxy.url);
    const told = { state: 'success', description: '', logUrl: check.detailsUrl, environmentUrl: undefined } as const;
    for (const call of [
      () => one.createCheckRun(check),
      () => one.createDeployment({ sha, environment: 'e', description: '' }),
      () => one.setDeploymentStatus(1, told),
      () => one.deploymentOf({ sha, environment: 'e' }),
      () => one.retireEarlier(1, 'production'),
      () => one.pullRequestsOf(sha),
      () => one.comment(7, marker, 'x'),
    ]) {
      const error = await refusal(call());
      expect([error.failure, error.message]).toEqual([
        'invalid',
        expect.stringMatching(/: the answer is none of GitHub's$/),
      ]);
    }
  });

  test('of another shape to a new comment is no comment', async () => {
    const proxy = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(request.method === 'GET' ? '[]' : '{}');
    });
    expect(await refusal(portTo(proxy.url).comment(7, marker, 'x'))).toMatchObject({ failure: 'invalid' });
  });

  test('that breaks off in the middle was not given in time', async () => {
    const broken = await serve((_, response) => {
      response.writeHead(201, { 'content-type': 'application/json' });
      response.write('{"id": 1');
    });
    const error = await refusal(portTo(broken.url, 'ghs_x', 100).createCheckRun(check));
    expect([error.failure, error.message]).toEqual(['network', expect.stringContaining('did not answer in time')]);
  });

  test('that leads elsewhere is followed where what was asked is asked again, and made nothing where it is not', async () => {
    const to = async (status: number) => {
      const seen: string[] = [];
      const moved = await serve((request, response) => {
        seen.push(`${request.method} ${request.url}`);
        const isThere = request.url?.startsWith('/repositories/') === true;
        const answer = request.method === 'POST' ? { id: 8 } : [{ id: 9 }];
        response.writeHead(isThere ? 201 : status, {
          'content-type': 'application/json',
          ...(isThere ? {} : { location: '/repositories/1/check-runs' }),
        });
        response.end(JSON.stringify(isThere ? answer : { message: 'Moved' }));
      });
      const made = await portTo(moved.url)
        .createCheckRun(check)
        .catch((error: GitHubError) => error.failure);
      return [made, seen.at(-1)];
    };
    expect(await to(307)).toEqual([8, 'POST /repositories/1/check-runs']);
    expect(await to(301)).toEqual(['invalid', 'GET /repositories/1/check-runs']);
  });

  test.each(['deploymentOf', 'pullRequestsOf', 'retireEarlier', 'comment'] as const)(
    'that forbids to read (%s) names what has to be written next',
    async (name) => {
      const calls = {
        deploymentOf: [
          'deployments=read',
          'deployments: write',
          (one: GitHub) => one.deploymentOf({ sha, environment: 'e' }),
        ],
        pullRequestsOf: ['pull_requests=read', 'pull-requests: write', (one: GitHub) => one.pullRequestsOf(sha)],
        retireEarlier: ['deployments=read', 'deployments: write', (one: GitHub) => one.retireEarlier(1, 'e')],
        comment: [
          'issues=read; pull_requests=read',
          'pull-requests: write',
          (one: GitHub) => one.comment(7, marker, 'x'),
        ],
      } as const;
      const [accepted, permission, call] = calls[name];
      const server = await serve((_, response) => {
        response.writeHead(403, { 'content-type': 'application/json', 'x-accepted-github-permissions': accepted });
        response.end(JSON.stringify({ message: 'Resource not accessible by integration' }));
      });
      expect(await refusal(call(portTo(server.url)))).toMatchObject({ failure: 'permission', permission });
    },
  );

  test('that asks for a permission of another name names that one', async () => {
    const server = await serve((_, response) => {
      const headers = { 'content-type': 'application/json', 'x-accepted-github-permissions': 'contents=read' };
      response.writeHead(403, headers);
      response.end(JSON.stringify({ message: 'Resource not accessible by integration' }));
    });
    expect(await refusal(portTo(server.url).pullRequestsOf(sha))).toMatchObject({ permission: 'contents: read' });
  });

  test.each([
    ['retry-after', { 'retry-after': '1e300' }],
    ['a reset in milliseconds', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000000000000' }],
  ])('by a limit without end (%s) is asked again in an hour', async (_, headers) => {
    const now = 1_800_000_000_000;
    const server = await serve((_request, response) => {
      response.writeHead(429, { ...headers, 'content-type': 'application/json' });
      response.end('{}');
    });
    const one = github({ owner: 'example', repository: 'shop', token: 'ghs_x', apiUrl: server.url, now: () => now });
    expect(await refusal(one.createCheckRun(check))).toMatchObject({ failure: 'limit', retryAt: now + 3_600_000 });
  });

  test('by a limit whose reset has passed is over now', async () => {
    const now = 1_800_000_000_000;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1_000 - 50) };
    const server = await serve((_, response) => {
      response.writeHead(403, { ...headers, 'content-type': 'application/json' });
      response.end('{}');
    });
    const one = github({ owner: 'example', repository: 'shop', token: 'ghs_x', apiUrl: server.url, now: () => now });
    expect(await refusal(one.createCheckRun(check))).toMatchObject({ failure: 'limit', retryAt: now });
  });

  test('of 410 is gone', async () => {
    const server = await serve((_, response) => {
      response.writeHead(410, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'Issues are disabled' }));
    });
    expect(await refusal(portTo(server.url).comment(7, marker, 'x'))).toMatchObject({ failure: 'gone' });
  });

  test.each([
    ['no such name', 'https://github.invalid', /ENOTFOUND|EAI_AGAIN|getaddrinfo/],
    ['not TLS', '', /SSL|packet length|wrong version/i],
  ])('that never comes (%s) says why, in a line', async (_, url, cause) => {
    const plain = await serve((_request, response) => response.end());
    const error = await refusal(portTo(url || plain.url.replace('http:', 'https:')).createCheckRun(check));
    expect(error.failure).toBe('network');
    expect(error.message).toMatch(cause);
    expect(error.message).not.toContain('\n');
  });

  test('that is no JSON is no reason to fall over', async () => {
    const proxy = await serve((_, response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<html>bad gateway</html>');
    });
    const error = await refusal(portTo(proxy.url).createCheckRun(check));
    expect([error.failure, error.message.endsWith('GitHub answered 502')]).toEqual(['server', true]);
  });
});

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  servers.push(close);
  return { url, close };
}
