import { getOctokit } from '@actions/github';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FakeGitHub, startGitHub } from '../../../sandbox/github/index.ts';
import { OTHER_SHA, SHA } from './client.ts';

const repo = { owner: 'example', repo: 'shop' };
let github: FakeGitHub;
let octokit: ReturnType<typeof getOctokit>['rest'];
let all: ReturnType<typeof getOctokit>;

beforeAll(async () => {
  github = await startGitHub({ branches: { main: OTHER_SHA }, pullRequests: [{ number: 2, headSha: SHA }] });
  all = getOctokit(github.token, { baseUrl: github.url });
  octokit = all.rest;
});
afterAll(async () => {
  expect(github.violations).toEqual([]);
  expect(github.journal.flatMap(({ ignored }) => ignored)).toEqual([]);
  await github.close();
});

test('Octokit tells a deployment from its first check to the note on the pull request', async () => {
  const check = await octokit.checks.create({ ...repo, name: 'Greenlight', head_sha: SHA, status: 'in_progress' });
  const deployment = await octokit.repos.createDeployment({
    ...repo,
    ref: SHA,
    environment: 'staging',
    auto_merge: false,
    required_contexts: [],
  });
  if (deployment.status !== 201) throw new Error(`no deployment: ${deployment.status}`);
  const status = await octokit.repos.createDeploymentStatus({
    ...repo,
    deployment_id: deployment.data.id,
    state: 'success',
    log_url: 'https://github.com/example/shop/actions/runs/1',
  });
  await octokit.checks.update({ ...repo, check_run_id: check.data.id, conclusion: 'success' });
  const pulls = await octokit.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha: SHA });
  const comment = await octokit.issues.createComment({ ...repo, issue_number: 2, body: 'It is live.' });
  await octokit.issues.updateComment({ ...repo, comment_id: comment.data.id, body: 'It was live.' });
  const limit = await octokit.rateLimit.get();

  expect([status.data.state, pulls.data.map(({ number }) => number)]).toEqual(['success', [2]]);
  expect(github.world.checkRuns.get(check.data.id)).toMatchObject({ status: 'completed', conclusion: 'success' });
  expect(github.world.comments.get(comment.data.id)?.body).toBe('It was live.');
  expect(limit.data.resources.core.limit).toBe(1_000);
});

test('Octokit follows the pages of a list to its end', async () => {
  for (let count = 1; count <= 5; count += 1) github.addComment(2, `comment ${count}`);
  const before = github.requests('issues/list-comments').length;
  const comments = await all.paginate(octokit.issues.listComments, { ...repo, issue_number: 2, per_page: 2 });
  const bodies = comments.map(({ body }) => body).filter((body) => body?.startsWith('comment'));
  expect(bodies).toEqual([1, 2, 3, 4, 5].map((count) => `comment ${count}`));
  expect(github.requests('issues/list-comments').length - before).toBeGreaterThan(2);
});

test('Octokit reads a branch with a slash, and filters', async () => {
  const { data } = await octokit.checks.listForRef({
    ...repo,
    ref: 'heads/main',
    check_name: 'Greenlight',
    app_id: 15368,
  });
  expect(data).toEqual({ total_count: 0, check_runs: [] });
});

test('Octokit rejects with what GitHub said', async () => {
  github.faults.add({ kind: 'secondary-limit', retryAfterS: 7, next: 1 });
  const limited = octokit.issues.listComments({ ...repo, issue_number: 2 });
  await expect(limited).rejects.toMatchObject({ status: 429, response: { headers: { 'retry-after': '7' } } });
  github.faults.add({ kind: 'server-error', status: 503, next: 1 });
  await expect(octokit.rateLimit.get()).rejects.toMatchObject({ status: 503 });
  const weak = getOctokit('wrong', { baseUrl: github.url }).rest;
  await expect(weak.rateLimit.get()).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining('Bad credentials'),
  });
});
