import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Contract, loadContract } from '../../../sandbox/github/contract.ts';
import {
  type EventFixture,
  pullRequest,
  push,
  requestedAction,
  schedule,
  workflowDispatch,
} from '../../../sandbox/github/events.ts';
import { type FakeGitHub, startGitHub } from '../../../sandbox/github/index.ts';
import { runAction } from '../../../sandbox/runner/run-action.ts';
import { create, OTHER_SHA, SHA } from './client.ts';

let contract: Contract;
let github: FakeGitHub;
beforeAll(async () => {
  contract = await loadContract('webhooks');
  github = await startGitHub({ branches: { main: OTHER_SHA }, pullRequests: [{ number: 7, headSha: SHA }] });
});
afterAll(() => github.close());

const place = { owner: 'example', repository: 'shop', defaultSha: OTHER_SHA, sender: 'hana' };
const pull = { number: 7, headSha: SHA, branch: 'menu', mergeSha: 'f'.repeat(40) };
const pressed = {
  identifier: 'promote',
  checkRun: { id: 5, name: 'Greenlight', headSha: SHA, externalId: 'demo/web' },
};

/** What GitHub's description of the webhook does not allow in the payload. */
function faultsOf(webhook: string, payload: unknown): readonly string[] {
  const operation = contract.operationOf('post', `/${webhook}`);
  if (operation === undefined) throw new Error(`no webhook ${webhook}`);
  const request = { method: 'post', path: `/${webhook}`, query: {}, headers: HEADERS, body: payload };
  return contract.requestFaults(request, operation).map(({ pointer, words }) => `${pointer} ${words}`);
}
const HEADERS = {
  'user-agent': 'GitHub-Hookshot/1',
  'x-github-delivery': '1',
  'x-github-event': 'x',
  'x-github-hook-id': '1',
  'x-github-hook-installation-target-id': '1',
  'x-github-hook-installation-target-type': 'repository',
  'x-hub-signature-256': 'x',
};

const events: readonly [string, string, EventFixture][] = [
  ['a push', 'push', push(place, { sha: SHA })],
  ['a push to a branch that was there', 'push', push(place, { sha: SHA, before: OTHER_SHA, branch: 'menu' })],
  ['a new pull request', 'pull-request-opened', pullRequest(place, { ...pull, action: 'opened' })],
  ['a pull request', 'pull-request-synchronize', pullRequest(place, pull)],
  ['a merged pull request', 'pull-request-closed', pullRequest(place, { ...pull, action: 'closed' })],
  ['a pull request from a fork', 'pull-request-synchronize', pullRequest(place, { ...pull, fork: 'stranger' })],
  [
    'a new pull request from a fork',
    'pull-request-opened',
    pullRequest(place, { ...pull, fork: 'stranger', action: 'opened' }),
  ],
  ['a run by hand', 'workflow-dispatch', workflowDispatch(place, { sha: SHA, inputs: { command: 'promote' } })],
  ['a run by hand without inputs', 'workflow-dispatch', workflowDispatch(place, { sha: SHA })],
  ['a pressed button', 'check-run-requested-action', requestedAction(place, pressed)],
];

describe('the payload of', () => {
  test.each(events)("%s is as GitHub's description has it", (_what, webhook, { payload }) => {
    expect(faultsOf(webhook, payload)).toEqual([]);
  });

  test.each(events)('%s without one of its members is not', (_what, webhook, { payload }) => {
    const { repository: _without, ...rest } = payload;
    expect(faultsOf(webhook, rest)).toContain(` "repository" wasn't supplied.`);
  });

  test('a button that was pressed on a check run that is there has that very run', async () => {
    const action = { label: 'Promote', description: 'Move all traffic', identifier: 'promote' };
    const { body } = await create(github, {
      conclusion: 'action_required',
      actions: [action],
      external_id: 'demo/web',
    });
    const { event } = github.press(body.id, 'promote');
    expect(faultsOf('check-run-requested-action', event.payload)).toEqual([]);
    const { check_suite: suite, ...run } = event.payload['check_run'] as Record<string, unknown>;
    expect({ ...run, check_suite: { id: (suite as { id: number }).id } }).toEqual(body);
    expect([event.sha, event.ref]).toEqual([OTHER_SHA, 'refs/heads/main']);
  });
});

describe('what a job reads of an event', () => {
  test("of a pull request: its head's commit, which GITHUB_SHA is not", () => {
    const { payload, sha, ref, headRef, baseRef } = pullRequest(place, pull);
    const told = payload['pull_request'] as { head: { sha: string; repo: { full_name: string } } };
    expect([payload['number'], told.head.sha, told.head.repo.full_name]).toEqual([7, SHA, 'example/shop']);
    expect([sha, ref, headRef, baseRef]).toEqual(['f'.repeat(40), 'refs/pull/7/merge', 'menu', 'main']);
  });

  test('of a fork: the head is in another repository than the base, or in none any more', () => {
    const head = (more: object) => {
      const { payload } = pullRequest(place, { ...pull, fork: 'stranger', ...more });
      const { head: one, base } = payload['pull_request'] as Record<
        'head' | 'base',
        { repo: { full_name: string } | null }
      >;
      return [one.repo?.full_name, base.repo?.full_name];
    };
    expect(head({})).toEqual(['stranger/shop', 'example/shop']);
    expect(head({ isForkGone: true })).toEqual([undefined, 'example/shop']);
  });

  test('of a merge: the commit on the default branch', () => {
    const { payload, sha, ref } = pullRequest(place, { ...pull, action: 'closed' });
    expect(payload['pull_request']).toMatchObject({ merged: true, state: 'closed', merge_commit_sha: 'f'.repeat(40) });
    expect([sha, ref]).toEqual(['f'.repeat(40), 'refs/heads/main']);
    const { payload: refused } = pullRequest(place, { ...pull, action: 'closed', isMerged: false });
    expect(refused['pull_request']).toMatchObject({ merged: false, merged_at: null });
  });

  test('of a button: which one, and on what', () => {
    const { name, payload } = requestedAction(place, pressed);
    expect(name).toBe('check_run');
    expect(payload).toMatchObject({
      action: 'requested_action',
      requested_action: { identifier: 'promote' },
      check_run: { external_id: 'demo/web', head_sha: SHA },
    });
  });

  test('of a clock: which line of the workflow it was', () => {
    const { name, payload, sha, ref } = schedule(place, { cron: '0 6 * * *' });
    expect([name, payload['schedule'], sha, ref]).toEqual(['schedule', '0 6 * * *', OTHER_SHA, 'refs/heads/main']);
    expect(Object.keys(payload)).toEqual(['repository', 'schedule', 'workflow']);
  });
});

test('the runner hands a job the event, and where GitHub is', async () => {
  const event = pullRequest(github.world, pull);
  const entry = new URL('./print-event.mjs', import.meta.url).pathname;
  const { lines, exitCode, files } = await runAction({
    entry,
    inputs: {},
    env: {},
    github: { apiUrl: github.url, event, runId: '42' },
  });
  expect(exitCode).toBe(0);
  const { payload, ...seen } = JSON.parse(lines.join(''));
  expect(payload).toEqual(event.payload);
  expect(seen).toEqual({
    GITHUB_API_URL: github.url,
    GITHUB_BASE_REF: 'main',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_HEAD_REF: 'menu',
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_REPOSITORY: 'example/shop',
    GITHUB_RUN_ID: '42',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: event.sha,
  });
  expect(files).toEqual({});
});
