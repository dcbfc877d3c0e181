import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type FakeGitHub, startGitHub } from '../../../sandbox/github/index.ts';
import { ask, OTHER_SHA, SHA, SHOP } from './client.ts';

const SQUASHED = 'd'.repeat(40);
const CLOSED = 'e'.repeat(40);

let github: FakeGitHub;
beforeAll(async () => {
  github = await startGitHub({
    branches: { main: SQUASHED },
    pullRequests: [
      { number: 1, headSha: SHA, mergeSha: SQUASHED },
      {
        number: 2,
        headSha: OTHER_SHA,
        commits: [SHA, SQUASHED],
        files: [{ filename: 'ecs/web.json', status: 'modified', additions: 2, deletions: 1 }],
      },
      { number: 3, headSha: CLOSED, state: 'closed' },
      { number: 4, headSha: OTHER_SHA, fork: 'stranger' },
    ],
  });
});
afterAll(() => github.close());
afterEach(() => {
  github.world.comments.clear();
  expect(github.violations.filter(({ side }) => side === 'answer')).toEqual([]);
});

const comments = `${SHOP}/issues/2/comments`;
const numbers = async (sha: string) => {
  const { body } = await ask(github, 'GET', `${SHOP}/commits/${sha}/pulls`);
  return body.map(({ number }: { number: number }) => number);
};

describe('pull requests of a commit', () => {
  test('of a merge: the one that brought it, and not those that have it since', async () => {
    expect(await numbers(SQUASHED)).toEqual([1]);
  });

  test('of a commit that the default branch does not have: merged and open ones', async () => {
    expect(await numbers(SHA)).toEqual([1, 2]);
  });

  test('of one that was closed without a merge: none', async () => {
    expect(await numbers(CLOSED)).toEqual([]);
  });

  test('of a fork too, with whose repository the head is in', async () => {
    const { body } = await ask(github, 'GET', `${SHOP}/commits/${OTHER_SHA}/pulls`);
    const heads = body.map((one: { head: { repo: { full_name: string } } }) => one.head.repo.full_name);
    expect(heads).toEqual(['example/shop', 'stranger/shop']);
  });

  test('of no commit: refused', async () => {
    const { status } = await ask(github, 'GET', `${SHOP}/commits/nowhere/pulls`);
    expect(status).toBe(422);
  });

  test('tell which files they change', async () => {
    const { body } = await ask(github, 'GET', `${SHOP}/pulls/2/files`);
    expect(body).toMatchObject([{ filename: 'ecs/web.json', status: 'modified', changes: 3 }]);
    expect((await ask(github, 'GET', `${SHOP}/pulls/99/files`)).status).toBe(404);
  });
});

describe('comments', () => {
  test("are the token's app's own, and can be written anew", async () => {
    const { status, body } = await ask(github, 'POST', comments, { body: '<!-- greenlight -->\nplan' });
    expect(status).toBe(201);
    expect(body.user.login).toBe('github-actions[bot]');
    const change = { body: '<!-- greenlight -->\nanother plan' };
    const { body: changed } = await ask(github, 'PATCH', `${SHOP}/issues/comments/${body.id}`, change);
    expect(changed).toMatchObject({ id: body.id, ...change });
    const { body: listed } = await ask(github, 'GET', comments);
    expect(listed).toEqual([changed]);
    expect((await ask(github, 'GET', `${SHOP}/issues/comments/${body.id}`)).body).toEqual(changed);
  });

  test('come oldest first, thirty a page, each in its own pull request', async () => {
    for (let count = 1; count <= 31; count += 1) github.addComment(2, `comment ${count}`);
    github.addComment(1, 'elsewhere');
    const { body, headers } = await ask(github, 'GET', comments);
    expect([body.length, body[0].body, body[0].user.login]).toEqual([30, 'comment 1', 'octocat']);
    expect(headers.get('link')).toContain('page=2>; rel="next"');
    const { body: rest, headers: last } = await ask(github, 'GET', `${comments}?page=2`);
    expect(rest.map((one: { body: string }) => one.body)).toEqual(['comment 31']);
    expect(last.get('link')).toContain('rel="prev"');
  });

  test('have at most 65,536 characters, and more than none', async () => {
    expect((await ask(github, 'POST', comments, { body: '✓'.repeat(65_536) })).status).toBe(201);
    const { status, body } = await ask(github, 'POST', comments, { body: '✓'.repeat(65_537) });
    expect(status).toBe(422);
    expect(body.errors[0].message).toBe('Body is too long (maximum is 65536 characters)');
    expect((await ask(github, 'POST', comments, { body: ' ' })).status).toBe(422);
  });

  test('belong to a pull request that is there', async () => {
    expect((await ask(github, 'POST', `${SHOP}/issues/99/comments`, { body: 'x' })).status).toBe(404);
    expect((await ask(github, 'PATCH', `${SHOP}/issues/comments/1`, { body: 'x' })).status).toBe(404);
  });
});
