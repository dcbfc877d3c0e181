import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type FakeGitHub, startGitHub } from '../../../sandbox/github/index.ts';
import { ask, create, OTHER_SHA, SHA, SHOP } from './client.ts';

let github: FakeGitHub;
beforeAll(async () => {
  github = await startGitHub({ branches: { main: OTHER_SHA } });
});
afterAll(() => github.close());
afterEach(() => {
  github.world.checkRuns.clear();
  github.world.deployments.clear();
  expect(github.violations.filter(({ side }) => side === 'answer')).toEqual([]);
});

const deploy = (more: object = {}) => ask(github, 'POST', `${SHOP}/deployments`, { ref: SHA, ...more });
const say = (id: number, status: object) => ask(github, 'POST', `${SHOP}/deployments/${id}/statuses`, status);
const states = (id: number) => github.world.deployments.get(id)?.statuses.map(({ state }) => state);

describe('a deployment', () => {
  test('is of production unless told, and of the commit that the ref names', async () => {
    const { status, body } = await deploy({ ref: 'main' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      sha: OTHER_SHA,
      ref: 'main',
      environment: 'production',
      production_environment: true,
    });
    const { body: staging } = await deploy({ environment: 'staging', description: 'web:42' });
    expect(staging).toMatchObject({ environment: 'staging', production_environment: false, description: 'web:42' });
  });

  test('of a ref that is not there is refused', async () => {
    const { status, body } = await deploy({ ref: 'nowhere' });
    expect([status, body.message]).toEqual([422, 'No ref found for: nowhere']);
  });

  test('has a description of at most 140 characters', async () => {
    expect((await deploy({ description: 'x'.repeat(140) })).status).toBe(201);
    expect((await deploy({ description: 'x'.repeat(141) })).status).toBe(422);
  });

  test('merges the default branch first when the ref is behind it, unless told not to', async () => {
    github.world.behind.add(SHA);
    expect((await deploy({ auto_merge: false, required_contexts: [] })).status).toBe(201);
    const { status, body } = await deploy();
    expect([status, body.message]).toEqual([202, `Auto-merged main into ${SHA} on deployment.`]);
    expect(github.world.deployments.size).toBe(1);
  });

  test("waits for nobody's checks only when it says so: the very job that deploys is one of them", async () => {
    await create(github, { name: 'deploy', status: 'in_progress' });
    const { status, body } = await deploy();
    expect([status, body.message]).toEqual([409, `Conflict: Commit status checks failed for ${SHA}.`]);
    expect(body.errors[0].contexts).toEqual([{ context: 'deploy', state: 'pending' }]);
    expect((await deploy({ required_contexts: ['another'] })).status).toBe(409);
    expect((await deploy({ required_contexts: [] })).status).toBe(201);
  });

  test('is listed newest first, page by page', async () => {
    const ids: number[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await deploy({ environment: 'staging' })).body.id);
    await deploy();
    const pages: number[][] = [];
    let next: string | undefined = `${SHOP}/deployments?environment=staging&per_page=2`;
    while (next !== undefined) {
      const { headers, body }: Awaited<ReturnType<typeof ask>> = await ask(github, 'GET', next);
      pages.push(body.map(({ id }: { id: number }) => id));
      next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]?.replace(github.url, '');
    }
    expect(pages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    const { headers } = await ask(github, 'GET', `${SHOP}/deployments?environment=staging`);
    expect(headers.get('link')).toBeNull();
  });
});

describe('a status of a deployment', () => {
  test('names the log as its target too, and stays in its environment', async () => {
    const { body } = await deploy({ environment: 'staging' });
    const { status, body: said } = await say(body.id, {
      state: 'in_progress',
      log_url: 'https://github.com/example/shop/actions/runs/1',
      environment_url: 'https://staging.example',
      description: '5 % of the traffic',
    });
    expect(status).toBe(201);
    expect(said).toMatchObject({
      state: 'in_progress',
      environment: 'staging',
      target_url: 'https://github.com/example/shop/actions/runs/1',
      environment_url: 'https://staging.example',
    });
    const { body: listed } = await ask(github, 'GET', `${SHOP}/deployments/${body.id}/statuses`);
    expect(listed).toEqual([said]);
  });

  test('has a description of at most 140 characters', async () => {
    const { body } = await deploy();
    expect((await say(body.id, { state: 'success', description: 'é'.repeat(140) })).status).toBe(201);
    const { status, body: refused } = await say(body.id, { state: 'success', description: 'é'.repeat(141) });
    expect(status).toBe(422);
    expect(refused.errors[0].message).toBe('description is too long (maximum is 140 characters)');
  });

  test('of a deployment that is not there is not found', async () => {
    expect((await say(1, { state: 'success' })).status).toBe(404);
  });

  test('success retires earlier successes of the same environment, and nothing else', async () => {
    const made = async (more: object, ...said: string[]) => {
      const { body } = await deploy(more);
      for (const state of said) await say(body.id, { state, auto_inactive: false });
      return body.id as number;
    };
    const staging = { environment: 'staging' };
    const earlier = await made(staging, 'in_progress', 'success');
    const failed = await made(staging, 'failure');
    const other = await made({ environment: 'qa' }, 'success');
    const transient = await made({ ...staging, transient_environment: true }, 'success');
    const now = await made(staging);
    await say(now, { state: 'in_progress' });
    expect(states(earlier)).toEqual(['in_progress', 'success']);
    await say(now, { state: 'success' });
    expect(states(earlier)).toEqual(['in_progress', 'success', 'inactive']);
    expect([failed, other, transient, now].map(states)).toEqual([
      ['failure'],
      ['success'],
      ['success'],
      ['in_progress', 'success'],
    ]);
  });

  test('success leaves earlier deployments of a production environment as they are', async () => {
    const earlier = (await deploy()).body.id;
    await say(earlier, { state: 'success' });
    const later = (await deploy()).body.id;
    await say(later, { state: 'success' });
    expect(states(earlier)).toEqual(['success']);
  });

  test('success with auto_inactive false retires nothing', async () => {
    const earlier = (await deploy({ environment: 'staging' })).body.id;
    await say(earlier, { state: 'success' });
    const later = (await deploy({ environment: 'staging' })).body.id;
    await say(later, { state: 'success', auto_inactive: false });
    expect(states(earlier)).toEqual(['success']);
  });
});
