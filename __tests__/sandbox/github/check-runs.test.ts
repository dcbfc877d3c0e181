import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ALL_PERMISSIONS, type FakeGitHub, startGitHub } from '../../../sandbox/github/index.ts';
import { ask, create, OTHER_SHA, SHA, SHOP, update } from './client.ts';

let github: FakeGitHub;
beforeAll(async () => {
  github = await startGitHub({
    branches: { main: OTHER_SHA },
    commits: [SHA, OTHER_SHA],
    pullRequests: [
      { number: 7, headSha: SHA, branch: 'menu' },
      { number: 8, headSha: SHA, branch: 'menu', fork: 'stranger' },
    ],
  });
  github.tokens.set('another app', {
    kind: 'installation',
    app: { id: 99, slug: 'greenlight-app', name: 'Greenlight App' },
    permissions: ALL_PERMISSIONS,
  });
  github.tokens.set('a person', { kind: 'classic', login: 'octocat' });
});
afterAll(() => github.close());
afterEach(() => {
  github.world.checkRuns.clear();
  expect(github.violations.filter(({ side }) => side === 'answer')).toEqual([]);
});

const output = { title: '5 % of the traffic', summary: 'All is well.' };
const annotation = {
  path: 'ecs/web.json',
  start_line: 3,
  end_line: 3,
  annotation_level: 'warning',
  message: 'no memory limit',
};
const button = { label: 'Promote', description: 'Move all traffic', identifier: 'promote' };

describe('a check run', () => {
  test('begins queued, with the job as its details unless told', async () => {
    const { status, body, headers } = await create(github);
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'Greenlight', head_sha: SHA, status: 'queued', conclusion: null });
    expect(body.details_url).toBe(body.html_url);
    expect(body.app.slug).toBe('github-actions');
    expect(headers.get('location')).toBe(body.url);
    const { body: again } = await ask(github, 'GET', `${SHOP}/check-runs/${body.id}`);
    expect(again).toEqual(body);
  });

  test('is completed by a conclusion, whatever status came with it', async () => {
    const { body } = await create(github, { status: 'in_progress', output });
    const { body: done } = await update(github, body.id, { conclusion: 'success', output });
    expect(done).toMatchObject({ status: 'completed', conclusion: 'success' });
    expect(done.completed_at).toMatch(/Z$/);
  });

  test('has no conclusion any more when it goes on', async () => {
    const { body } = await create(github, { conclusion: 'action_required', actions: [button] });
    const { body: on } = await update(github, body.id, { status: 'in_progress' });
    expect(on).toMatchObject({ status: 'in_progress', conclusion: null, completed_at: null });
  });

  test.each([
    ['a status of completed', { status: 'completed' }],
    ['a time of completion', { completed_at: '2026-05-01T10:00:00Z' }],
  ])('wants a conclusion with %s', async (_what, change) => {
    expect(await create(github, change)).toMatchObject({ status: 422 });
    const { body } = await create(github);
    const refused = await update(github, body.id, change);
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain(`"conclusion" wasn't supplied.`);
    expect(github.world.checkRuns.get(body.id)?.status).toBe('queued');
  });

  test('is never concluded as stale, nor set waiting, by a client', async () => {
    const { body } = await create(github);
    expect((await update(github, body.id, { conclusion: 'stale' })).status).toBe(422);
    expect((await update(github, body.id, { status: 'waiting' })).status).toBe(422);
  });

  test('keeps what an update does not name', async () => {
    const { body } = await create(github, { external_id: 'demo/web', details_url: 'https://ci.example/1', output });
    const { body: changed } = await update(github, body.id, { status: 'in_progress' });
    expect(changed).toMatchObject({ external_id: 'demo/web', details_url: 'https://ci.example/1', output });
  });

  test('gathers the annotations of all requests', async () => {
    const { body } = await create(github, { output: { ...output, annotations: Array(50).fill(annotation) } });
    expect(body.output.annotations_count).toBe(50);
    const { body: more } = await update(github, body.id, { output: { ...output, annotations: [annotation] } });
    expect(more.output.annotations_count).toBe(51);
    expect(github.world.checkRuns.get(body.id)?.annotations).toHaveLength(51);
  });

  test('lists open pull requests of its own repository alone', async () => {
    const { body } = await create(github);
    expect(body.pull_requests.map(({ number }: { number: number }) => number)).toEqual([7]);
  });
});

describe('limits of a check run', () => {
  const repeated = (length: number) => 'x'.repeat(length);
  test.each([
    ['summary', 65_535, (length: number) => ({ output: { ...output, summary: repeated(length) } })],
    ['text', 65_535, (length: number) => ({ output: { ...output, text: repeated(length) } })],
    ['label', 20, (length: number) => ({ actions: [{ ...button, label: repeated(length) }] })],
    ['description', 40, (length: number) => ({ actions: [{ ...button, description: repeated(length) }] })],
    ['identifier', 20, (length: number) => ({ actions: [{ ...button, identifier: repeated(length) }] })],
    [
      'title of an annotation',
      255,
      (length: number) => ({ output: { ...output, annotations: [{ ...annotation, title: repeated(length) }] } }),
    ],
  ])('%s: %i characters', async (_what, limit, of) => {
    expect((await create(github, of(limit))).status).toBe(201);
    const { status, body } = await create(github, of(limit + 1));
    expect(status).toBe(422);
    expect(body.message).toContain(`Only ${limit} characters are allowed; ${limit + 1} were supplied.`);
  });

  test.each([
    ['annotations', 50, (count: number) => ({ output: { ...output, annotations: Array(count).fill(annotation) } })],
    ['actions', 3, (count: number) => ({ actions: Array(count).fill(button) })],
  ])('%s: %i in one request', async (_what, limit, of) => {
    expect((await create(github, of(limit))).status).toBe(201);
    const { status, body } = await create(github, of(limit + 1));
    expect(status).toBe(422);
    expect(body.message).toContain(`No more than ${limit} items are allowed; ${limit + 1} were supplied.`);
  });

  test('a message of an annotation: 64 KB, in bytes', async () => {
    const of = (message: string) => ({ output: { ...output, annotations: [{ ...annotation, message }] } });
    expect((await create(github, of(repeated(65_536)))).status).toBe(201);
    expect((await create(github, of('é'.repeat(32_769)))).status).toBe(422);
  });

  test('columns are for annotations of one line', async () => {
    const of = (end_line: number) => ({
      output: { ...output, annotations: [{ ...annotation, end_line, start_column: 1, end_column: 4 }] },
    });
    expect((await create(github, of(3))).status).toBe(201);
    expect((await create(github, of(4))).status).toBe(422);
  });

  test('an output has a title, in an update too', async () => {
    const { body } = await create(github);
    const { status } = await update(github, body.id, { output: { summary: 'All is well.' } });
    expect(status).toBe(422);
  });
});

describe('who may do what', () => {
  test('a check run of another app cannot be changed', async () => {
    const { body } = await create(github, {}, 'another app');
    const refused = await update(github, body.id, { conclusion: 'success' });
    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe(
      'Invalid app_id `99` - check run can only be modified by the GitHub App that created it.',
    );
    expect((await update(github, body.id, { conclusion: 'success' }, 'another app')).status).toBe(200);
  });

  test("a person's classic token makes none", async () => {
    const { status, body } = await create(github, {}, 'a person');
    expect([status, body.message]).toEqual([403, 'You must authenticate via a GitHub App.']);
  });

  test('a commit that is not there has no check runs', async () => {
    const { status, body } = await create(github, { head_sha: 'c'.repeat(40) });
    expect([status, body.message]).toEqual([422, `No commit found for SHA: ${'c'.repeat(40)}`]);
  });

  test('a run that is not there is not found, by a number or by anything else', async () => {
    expect((await update(github, 1, { conclusion: 'success' })).status).toBe(404);
    expect((await ask(github, 'GET', `${SHOP}/check-runs/none`)).status).toBe(404);
  });
});

describe('check runs of a ref', () => {
  test('are those of the commit, the newest of each name and app unless all are asked for', async () => {
    const first = await create(github);
    const second = await create(github);
    const foreign = await create(github, {}, 'another app');
    await create(github, { head_sha: OTHER_SHA });
    const ids = async (path: string) => {
      const { body } = await ask(github, 'GET', path);
      return [body.total_count, ...body.check_runs.map(({ id }: { id: number }) => id)];
    };
    const path = `${SHOP}/commits/${SHA}/check-runs`;
    expect(await ids(path)).toEqual([2, foreign.body.id, second.body.id]);
    expect(await ids(`${path}?filter=all`)).toEqual([3, foreign.body.id, second.body.id, first.body.id]);
    expect(await ids(`${path}?app_id=99`)).toEqual([1, foreign.body.id]);
    expect(await ids(`${path}?check_name=other`)).toEqual([0]);
    expect(second.body.check_suite).toEqual(first.body.check_suite);
    expect(foreign.body.check_suite).not.toEqual(first.body.check_suite);
  });

  test('may be asked for by a branch', async () => {
    const { body: made } = await create(github, { head_sha: OTHER_SHA });
    for (const ref of ['main', 'heads%2Fmain']) {
      const { body } = await ask(github, 'GET', `${SHOP}/commits/${ref}/check-runs`);
      expect(body.check_runs).toEqual([made]);
    }
    expect((await ask(github, 'GET', `${SHOP}/commits/nowhere/check-runs`)).status).toBe(422);
  });
});

describe('a button', () => {
  test('is there once the run is completed, and tells the app that made it', async () => {
    const { body } = await create(github, { external_id: 'demo/web', actions: [button], status: 'in_progress' });
    expect(() => github.press(body.id, 'promote')).toThrow('shown once it is completed');
    await update(github, body.id, { conclusion: 'action_required' });
    expect(() => github.press(body.id, 'rollback')).toThrow('it has promote');
    const { app, event } = github.press(body.id, 'promote');
    expect(app).toBe('github-actions');
    expect(event.payload).toMatchObject({
      action: 'requested_action',
      requested_action: { identifier: 'promote' },
      check_run: { id: body.id, external_id: 'demo/web', conclusion: 'action_required' },
    });
  });

  test("starts a workflow only for another app's check runs: GitHub Actions' own start none", async () => {
    const done = { conclusion: 'action_required', actions: [button] };
    const ours = await create(github, done);
    const theirs = await create(github, done, 'another app');
    expect(github.press(ours.body.id, 'promote').startsWorkflow).toBe(false);
    expect(github.press(theirs.body.id, 'promote').startsWorkflow).toBe(true);
  });
});
