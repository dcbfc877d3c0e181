/** A plan on GitHub's own pages: what is sent is held against GitHub's own description. */
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { ACTIONS, type FakeGitHub, startGitHub } from '../sandbox/github/index.ts';
import { github } from '../src/adapters/github/github.ts';
import type { GitHubContext } from '../src/core/github.ts';
import { main } from '../src/main.ts';
import { type Inputs, jobOf, nextVersion } from './fakes/jobs.ts';
import { createFakeWorld, rememberingLog } from './fakes/ports.ts';

jest.setTimeout(60_000);

const sha = 'b'.repeat(40);
const context: GitHubContext = {
  owner: 'example',
  repository: 'shop',
  sha,
  runUrl: 'https://github.com/example/shop/actions/runs/1',
  event: { kind: 'pull-request', number: 7, isFork: false },
};

let there: FakeGitHub;
beforeAll(async () => {
  there = await startGitHub({ pullRequests: [{ number: 7, headSha: sha, mergeSha: 'c'.repeat(40) }] });
});
afterAll(() => there.close());
afterEach(() => {
  expect(there.violations).toEqual([]);
});

async function plan(inputs: Inputs, token = there.token) {
  const world = createFakeWorld('native');
  const lines: string[] = [];
  const port = github({ owner: 'example', repository: 'shop', token, apiUrl: there.url, limitMs: 10_000 });
  const result = await main(
    { ...jobOf({ ...nextVersion(world), command: 'plan', ...inputs }, new AbortController().signal), github: context },
    {
      ...world.ports,
      github: port,
      log: rememberingLog(lines),
      runner: { report: async () => {}, file: async () => undefined, save: async () => {} },
    },
  );
  return { status: result.outcome.status, warnings: lines.filter((line) => line.startsWith('warning: ')) };
}

test('two plans of one pull request are one comment, and a check run each of its newest commit', async () => {
  const file = { 'task-definition': '__tests__/fakes/task-definition.json' };
  expect(await plan(file)).toEqual({ status: 'planned', warnings: [] });
  expect(await plan({ ...file, hold: '5' })).toEqual({ status: 'failed', warnings: [] });
  const comments = [...there.world.comments.values()].map(({ body }) => body.split('\n').slice(0, 2));
  expect(comments).toEqual([
    ['<!-- greenlight-plan:demo/web -->', '### ❌ A deployment could not work: `web` in `demo`'],
  ]);
  const checks = [...there.world.checkRuns.values()];
  expect(checks.map(({ headSha, status, conclusion }) => [headSha, status, conclusion])).toEqual([
    [sha, 'completed', 'success'],
    [sha, 'completed', 'failure'],
  ]);
  expect(checks[0]?.annotations.length).toBeGreaterThan(3);
});

test('a token that may not write is a warning for each page, and the plan ends as it would', async () => {
  const poor = 'ghs_poor';
  there.tokens.set(poor, { kind: 'installation', app: ACTIONS, permissions: {} });
  const { status, warnings } = await plan({}, poor);
  expect(status).toBe('planned');
  expect(warnings.sort()).toEqual([
    expect.stringContaining('write permissions: checks: write at the job'),
    expect.stringContaining('write permissions: pull-requests: write at the job'),
  ]);
});
