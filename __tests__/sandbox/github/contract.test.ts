import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cutApi, cutWebhooks, PATHS, WEBHOOKS } from '../../../.ci/cut-github-api.ts';
import { loadContract } from '../../../sandbox/github/contract.ts';
import { type FakeGitHub, startGitHub } from '../../../sandbox/github/index.ts';
import { ask, create, SHA, SHOP } from './client.ts';

let github: FakeGitHub;
beforeEach(async () => {
  github = await startGitHub({ pullRequests: [{ number: 2, headSha: SHA }] });
});
afterEach(() => github.close());

const problems = () => github.violations.map(({ side, problem }) => `${side} ${problem}`);

describe('a request that GitHub does not allow', () => {
  test.each<[string, string, string, object, string]>([
    ['a check run without a name', 'POST', '/check-runs', { head_sha: SHA }, `body: "name" wasn't supplied.`],
    ['a check run of no commit', 'POST', '/check-runs', { name: 'x' }, `body: "head_sha" wasn't supplied.`],
    [
      'a wrong status',
      'POST',
      '/check-runs',
      { name: 'x', head_sha: SHA, status: 'running' },
      'body/status: running is not a member of ["queued", "in_progress", "completed"].',
    ],
    [
      'an annotation without a line',
      'POST',
      '/check-runs',
      {
        name: 'x',
        head_sha: SHA,
        output: {
          title: 't',
          summary: 's',
          annotations: [{ path: 'a', end_line: 1, annotation_level: 'notice', message: 'm' }],
        },
      },
      `body/output/annotations/0: "start_line" wasn't supplied.`,
    ],
    [
      'a time that is none',
      'POST',
      '/check-runs',
      { name: 'x', head_sha: SHA, started_at: 'now' },
      `body/started_at: For 'properties/started_at', "now" must match format "date-time".`,
    ],
    ['a deployment of nothing', 'POST', '/deployments', {}, `body: "ref" wasn't supplied.`],
    [
      'a text where a switch belongs',
      'POST',
      '/deployments',
      { ref: SHA, auto_merge: 'no' },
      `body/auto_merge: For 'properties/auto_merge', "no" is not a boolean.`,
    ],
    [
      'a wrong deployment state',
      'POST',
      '/deployments/5/statuses',
      { state: 'done' },
      'body/state: done is not a member of ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"].',
    ],
    ['a comment without a body', 'POST', '/issues/2/comments', {}, `body: "body" wasn't supplied.`],
  ])('%s is answered 422 and noted', async (_what, method, path, body, problem) => {
    const { status, body: answer } = await ask(github, method, `${SHOP}${path}`, body);
    expect(status).toBe(422);
    expect(answer).toMatchObject({ message: expect.stringContaining('Invalid request.'), status: '422' });
    expect(answer.documentation_url).toContain('https://docs.github.com/rest');
    expect(problems()).toContain(`request ${problem}`);
    expect([github.world.checkRuns.size, github.world.deployments.size, github.world.comments.size]).toEqual([0, 0, 0]);
  });

  test('an address that the description does not have is not found and noted', async () => {
    expect((await ask(github, 'POST', `${SHOP}/check-runs/`, { name: 'x', head_sha: SHA })).status).toBe(404);
    expect((await ask(github, 'DELETE', `${SHOP}/check-runs/5`)).status).toBe(404);
    expect(problems()).toHaveLength(2);
  });

  test('no JSON, or no object, is answered 400', async () => {
    const told = async (body: string) => (await ask(github, 'POST', `${SHOP}/deployments`, body)).body.message;
    expect(await told('{"ref":')).toBe('Problems parsing JSON');
    expect(await told('["main"]')).toBe('Body should be a JSON object');
  });

  test('is noted also when GitHub is down and looks at nothing', async () => {
    github.faults.add({ kind: 'server-error' });
    expect((await create(github, { status: 'running' })).status).toBe(500);
    expect(problems()).toHaveLength(1);
  });

  test('members that GitHub does not know are ignored, and stand in the journal', async () => {
    const { status } = await create(github, { headSha: SHA, output: { title: 't', summary: 's', html: '<p>' } });
    await ask(github, 'GET', `${SHOP}/deployments?perPage=5`);
    expect(status).toBe(201);
    expect(github.journal.map(({ ignored }) => ignored)).toEqual([['/headSha', '/output/html'], ['?perPage']]);
    expect(problems()).toEqual([]);
  });

  test('another version of the API, or nobody who asks, is refused', async () => {
    const headed = (headers: Record<string, string>) =>
      ask(github, 'GET', `${SHOP}/deployments`, undefined, { headers });
    expect((await headed({ 'x-github-api-version': '2000-01-01' })).status).toBe(400);
    expect((await headed({ 'x-github-api-version': '2022-11-28' })).status).toBe(200);
    expect((await headed({ 'user-agent': '' })).status).toBe(403);
  });
});

describe('an answer that GitHub could not have given', () => {
  test('is noted, and the client gets a 500', async () => {
    const { body } = await create(github);
    Object.assign(github.world.checkRuns.get(body.id) ?? {}, { name: undefined });
    const { status } = await ask(github, 'GET', `${SHOP}/check-runs/${body.id}`);
    expect(status).toBe(500);
    expect(problems()).toEqual([`answer 200 : must have required property 'name'`]);
  });

  test.each([
    ['a check run', 'get', '/check-runs/5', 200, 'create'],
    ['a deployment', 'post', '/deployments', 201, 'deploy'],
    ['a comment', 'post', '/issues/2/comments', 201, 'comment'],
  ])('%s without its node_id is one', async (_what, method, path, status, made) => {
    const answers: Record<string, () => Promise<{ body: object }>> = {
      create: () => create(github),
      deploy: () => ask(github, 'POST', `${SHOP}/deployments`, { ref: SHA }),
      comment: () => ask(github, 'POST', `${SHOP}/issues/2/comments`, { body: 'x' }),
    };
    const contract = await loadContract('api');
    const operation = contract.operationOf(method, `${SHOP}${path}`);
    const answer = answers[made];
    if (operation === undefined || answer === undefined) throw new Error(`no ${method} ${path}`);
    const { node_id: nodeId, ...without } = (await answer()).body as Record<string, unknown>;
    expect(contract.answerFaults(operation, status, { node_id: nodeId, ...without })).toEqual([]);
    expect(contract.answerFaults(operation, status, without)).toEqual([
      { where: 'answer', words: "must have required property 'node_id'", pointer: '' },
    ]);
  });

  test('a status that is not described is one, and an error without its page', async () => {
    const contract = await loadContract('api');
    const operation = contract.operationOf('post', `${SHOP}/check-runs`);
    if (operation === undefined) throw new Error('no such operation');
    expect(contract.answerFaults(operation, 200, {})).toHaveLength(1);
    expect(contract.answerFaults(operation, 403, { message: 'no' })).toHaveLength(1);
    expect(contract.answerFaults(operation, 403, { message: 'no', documentation_url: 'https://x' })).toEqual([]);
  });
});

describe("GitHub's description", () => {
  const file = (name: string) => new URL(`../../../sandbox/github/${name}.github.com.json`, import.meta.url);
  const read = (name: string) => JSON.parse(readFileSync(file(name), 'utf8'));

  test('is cut to the paths and events in use', () => {
    const methods = Object.entries(read('api').paths).map(([path, one]) => [path, Object.keys(one as object)]);
    expect(Object.fromEntries(methods)).toEqual(PATHS);
    expect(Object.keys(read('webhooks').paths)).toEqual(WEBHOOKS.map((name) => `/${name}`));
    for (const name of ['api', 'webhooks']) expect(statSync(file(name)).size).toBeLessThan(400_000);
  });

  const described = (more: object = {}) => ({
    openapi: '3.0.3',
    info: { title: 'x', version: '1' },
    paths: Object.fromEntries(
      Object.entries(PATHS).map(([path, methods]) => [
        path,
        Object.fromEntries(['delete', ...methods].map((method) => [method, { $ref: '#/components/schemas/user' }])),
      ]),
    ),
    'x-webhooks': Object.fromEntries([...WEBHOOKS, 'star'].map((name) => [name, { post: {} }])),
    components: {
      schemas: {
        user: { properties: { tags: { $ref: '#/components/schemas/tag' } }, tags: ['users'], example: {} },
        tag: { properties: { of: { $ref: '#/components/schemas/user' } } },
        unused: {},
      },
    },
    ...more,
  });

  test('keeps what is referred to, circles and members with the names of keywords included, and nothing else', () => {
    const cut = cutApi(described()) as ReturnType<typeof described>;
    expect(cut.components.schemas).toEqual({
      user: { properties: { tags: { $ref: '#/components/schemas/tag' } } },
      tag: { properties: { of: { $ref: '#/components/schemas/user' } } },
    });
    expect(Object.keys(cut.paths['/rate_limit'] ?? {})).toEqual(['get']);
    expect(cut).not.toHaveProperty('x-webhooks');
    expect(Object.keys((cutWebhooks(described()) as typeof cut).paths)).toHaveLength(WEBHOOKS.length);
  });

  test('is not cut from one that lacks a path, an event or what they refer to', () => {
    expect(() => cutApi(described({ paths: {} }))).toThrow("GitHub's description has no post /repos/");
    expect(() => cutWebhooks(described({ 'x-webhooks': {} }))).toThrow('has no webhook push');
    expect(() => cutApi(described({ components: {} }))).toThrow('has no #/components/schemas/user');
  });
});
