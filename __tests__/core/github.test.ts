/** Where the job runs, what was pressed, and which commit a rollout brings. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pullRequest } from '../../sandbox/github/events.ts';
import { readButton } from '../../src/core/github-button.ts';
import { commitOfBy, withCommit } from '../../src/core/github-commit.ts';
import { githubContextOf, needsEventFile } from '../../src/core/github-context.ts';
import { memoText, readMemo } from '../../src/core/memo.ts';
import { readGitHubContext } from '../../src/github-context.ts';

const sha = 'a'.repeat(40);
const head = 'b'.repeat(40);
const runner = {
  GITHUB_REPOSITORY: 'example/shop',
  GITHUB_SHA: sha,
  GITHUB_SERVER_URL: 'https://github.example.com',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '1',
};
const of = (name: string, event?: unknown, more = {}) =>
  githubContextOf({ ...runner, GITHUB_EVENT_NAME: name, ...more }, event);

describe('the context', () => {
  test.each(['push', 'workflow_dispatch', 'schedule'])('of a %s is the commit and the run', (name) => {
    expect(of(name)).toEqual({
      owner: 'example',
      repository: 'shop',
      sha,
      runUrl: 'https://github.example.com/example/shop/actions/runs/77',
      event: { kind: 'other', name },
    });
  });

  test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['a tag', { GITHUB_ACTION_REPOSITORY: 'example/greenlight', GITHUB_ACTION_REF: 'v1' }, 'example/greenlight@v1'],
    [
      'a commit',
      { GITHUB_ACTION_REPOSITORY: 'Example/Greenlight', GITHUB_ACTION_REF: sha },
      `Example/Greenlight@${sha}`,
    ],
    ['no ref', { GITHUB_ACTION_REPOSITORY: 'example/greenlight', GITHUB_ACTION_REF: '' }, undefined],
    ['another action', { GITHUB_ACTION_REPOSITORY: 'actions/checkout', GITHUB_ACTION_REF: 'v4' }, undefined],
    [
      'a ref that is no word',
      { GITHUB_ACTION_REPOSITORY: 'e/greenlight', GITHUB_ACTION_REF: 'v1\n  run: x' },
      undefined,
    ],
    ['nothing', {}, undefined],
  ])('knows the action as a workflow writes it, where the runner tells %s', (_, more, action) => {
    expect(of('push', undefined, more)?.action).toBe(action);
  });

  test('of a run that was started again is that attempt’s page', () => {
    expect(of('push', undefined, { GITHUB_RUN_ATTEMPT: '3' })?.runUrl).toMatch(/\/runs\/77\/attempts\/3$/);
  });

  test.each([
    ['the same repository', 'example/shop', false],
    ['a fork', 'stranger/shop', true],
    ['a fork that is gone', undefined, true],
  ])('of a pull request from %s is its head, not the merge that GitHub made', (_, name, isFork) => {
    const repo = name === undefined ? null : { full_name: name };
    const event = { pull_request: { number: 7, head: { sha: head, repo } } };
    expect(of('pull_request', event)).toMatchObject({ sha: head, event: { kind: 'pull-request', number: 7, isFork } });
  });

  test('of a pull request from a fork has the base’s rights when the event is pull_request_target', () => {
    const event = { pull_request: { number: 7, head: { sha: head, repo: { full_name: 'stranger/shop' } } } };
    const rights = { kind: 'pull-request', number: 7, isFork: false };
    expect(of('pull_request_target', event)).toMatchObject({ sha: head, event: rights });
  });

  test('of a pull request that is merged is the commit that it has become, however it was merged', () => {
    const place = { owner: 'example', repository: 'shop', defaultSha: sha, sender: 'hana' };
    const merged = 'd'.repeat(40);
    const closed = { number: 7, headSha: head, mergeSha: merged, action: 'closed' } as const;
    const of7 = { kind: 'pull-request', number: 7, isFork: false };
    expect(of('pull_request', pullRequest(place, closed).payload)).toMatchObject({ sha: merged, event: of7 });
    const refused = pullRequest(place, { ...closed, isMerged: false }).payload;
    expect(of('pull_request', refused)).toMatchObject({ sha: head, event: of7 });
    expect(of('pull_request_target', pullRequest(place, closed).payload)).toMatchObject({ sha: merged, event: of7 });
  });

  test.each(['merge_group', 'release', 'repository_dispatch', 'workflow_run', 'issue_comment', 'deployment'])(
    'of a %s is what the runner says: its file is not read',
    (name) => {
      const event = { pull_request: { number: 7, head: { sha: head } }, check_run: { head_sha: head } };
      expect([needsEventFile(name), of(name, event)?.sha, of(name, event)?.event]).toEqual([
        false,
        sha,
        { kind: 'other', name },
      ]);
    },
  );

  test('of a pressed button is the check’s commit, not the default branch’s newest', () => {
    const check_run = { head_sha: head, external_id: 'demo/web', name: 'Greenlight: demo/web' };
    const event = { action: 'requested_action', requested_action: { identifier: 'promote' }, check_run };
    expect(of('check_run', event)).toMatchObject({
      sha: head,
      event: {
        kind: 'requested-action',
        identifier: 'promote',
        externalId: 'demo/web',
        checkName: 'Greenlight: demo/web',
      },
    });
    expect(of('check_run', { ...event, action: 'completed' })?.event).toEqual({ kind: 'other', name: 'check_run' });
  });

  test.each([
    ['no repository', { GITHUB_REPOSITORY: undefined }],
    ['half a repository', { GITHUB_REPOSITORY: 'shop' }],
    ['no commit', { GITHUB_SHA: '' }],
  ])('is none with %s: this is not GitHub', (_, more) => {
    expect(of('push', undefined, more)).toBeUndefined();
  });

  test.each([
    undefined,
    null,
    'text',
    7,
    [],
    {},
    { pull_request: null },
    { pull_request: { head: 'x' } },
    { check_run: 3 },
  ])('of an event that says nothing (%j) is what the runner says', (event) => {
    for (const name of ['pull_request', 'check_run'])
      expect(of(name, event)).toMatchObject({ sha, event: { kind: 'other' } });
  });

  test('is read from the event’s file, and a file that cannot be read is no event', () => {
    const folder = mkdtempSync(join(tmpdir(), 'greenlight-event-'));
    try {
      const path = join(folder, 'event.json');
      const environment = { ...runner, GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path };
      expect(readGitHubContext(environment)?.event.kind).toBe('other');
      writeFileSync(path, '{');
      expect(readGitHubContext(environment)?.event.kind).toBe('other');
      writeFileSync(path, JSON.stringify({ pull_request: { number: 7, head: { sha: head } } }));
      expect(readGitHubContext(environment)?.event.kind).toBe('pull-request');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a button', () => {
  const pressed = {
    kind: 'requested-action',
    identifier: 'promote',
    externalId: 'demo/web',
    checkName: 'Greenlight: demo/web',
  } as const;

  test('is understood by its check: the command, the cluster and the service', () => {
    expect(readButton(pressed)).toEqual({ command: 'promote', cluster: 'demo', service: 'web' });
    const onDefault = { ...pressed, identifier: 'rollback', externalId: 'default/web', checkName: 'Greenlight: web' };
    expect(readButton(onDefault)).toEqual({ command: 'rollback', cluster: 'default', service: 'web' });
  });

  test.each([
    ['an identifier that is not ours', { identifier: 'deploy' }, 'the button "deploy" is not known'],
    ['another’s check', { checkName: 'lint' }, 'the button is on the check "lint", which is none of Greenlight\'s'],
    ['a check that names another service', { externalId: 'demo/api' }, 'none of Greenlight'],
    ['an id that is no service', { externalId: 'demo' }, 'none of Greenlight'],
    ['an id with more in it', { externalId: 'demo/web/x' }, 'none of Greenlight'],
    ['names that are none', { externalId: 'de mo/web', checkName: 'Greenlight: de mo/web' }, 'none of Greenlight'],
  ])('with %s is none', (_, more, problem) => {
    expect(readButton({ ...pressed, ...more })).toMatchObject({ problem: expect.stringContaining(problem) });
  });
});

describe('the commit of a rollout', () => {
  test('is found again in who began it, through the note in AWS', () => {
    const by = withCommit('example/shop/actions/runs/123 of octocat', sha);
    const memo = { shares: [100], holdMs: 0, bakeMs: 0, approval: 'none', until: 5, by } as const;
    expect(commitOfBy(readMemo(memoText(memo))?.by)).toBe(sha);
  });

  test.each([undefined, '', 'by hand', `at ${sha.slice(1)}`, `shop at ${sha} or so`])('is not made of %j', (by) => {
    expect(commitOfBy(by)).toBeUndefined();
  });

  test('that was cut with the note is none', () => {
    const by = withCommit('x'.repeat(200), sha);
    const memo = { shares: [5, 100], holdMs: 0, bakeMs: 0, approval: 'none', until: 5, by } as const;
    expect(commitOfBy(readMemo(memoText(memo))?.by)).toBeUndefined();
    expect(withCommit('', sha)).toBe('');
    expect(withCommit('me', '')).toBe('me');
  });
});
