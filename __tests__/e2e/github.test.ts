/** The bundle over real HTTP: what GitHub is told of a rollout under traffic, and a rollout that does not care what GitHub answers. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { push } from '../../sandbox/github/events.ts';
import { type FakeGitHub, startGitHub } from '../../sandbox/github/index.ts';
import { expectEnd } from './support/job.ts';
import { openWorld, STORY_MS, type World, waitUntil } from './support/world.ts';

jest.setTimeout(STORY_MS);

const sha = 'c0ffee'.padEnd(40, '0');
let world: World;
let github: FakeGitHub;
beforeAll(async () => {
  github = await startGitHub({ pullRequests: [{ number: 7, headSha: 'a'.repeat(40), mergeSha: sha }] });
  world = await openWorld();
});
afterAll(async () => {
  await world?.close();
  await github?.close();
});

const onGitHub = () => ({ sha, github: { apiUrl: github.url, event: push(github.world, { sha }) } });
async function inputsOf(more: Readonly<Record<string, string>> = {}) {
  const { image } = await world.push();
  return { image, bake: '1m', hold: '6s', 'github-token': github.token, ...more };
}
const deploy = async (more?: Readonly<Record<string, string>>) => world.deploy(await inputsOf(more), onGitHub());
/** What comes into being from now on: the stories share one GitHub. */
function watchNew<T>(all: ReadonlyMap<number, T>): () => readonly T[] {
  const before = new Set(all.keys());
  return () => [...all].filter(([id]) => !before.has(id)).map(([, one]) => one);
}
const warnings = (lines: readonly string[]) => lines.filter((line) => line.includes('GitHub'));

test('a rollout is followed on its commit, and each call is one that GitHub would take', async () => {
  const before = github.journal.length;
  const [checks, deployments] = [watchNew(github.world.checkRuns), watchNew(github.world.deployments)];
  const startedAt = Date.now();
  const result = await deploy({ 'environment-url': world.seeded.productionUrl });
  const tookMs = Date.now() - startedAt;
  expectEnd(result, 0, 'succeeded');
  expect([github.violations, warnings(result.warnings)]).toEqual([[], []]);

  expect(checks()).toMatchObject([
    { name: 'Greenlight: demo/web', headSha: sha, status: 'completed', conclusion: 'success', externalId: 'demo/web' },
  ]);
  const [deployment, ...others] = deployments();
  expect([deployment?.sha, deployment?.environment, others]).toEqual([sha, 'web', []]);
  expect(deployment?.statuses.at(-1)).toMatchObject({ state: 'success', environmentUrl: world.seeded.productionUrl });
  expect([...github.world.comments.values()].map(({ body }) => body.split('\n').slice(0, 2))).toEqual([
    ['<!-- greenlight:demo/web -->', '### ✅ Deployed: web in demo'],
  ]);

  // One every ten seconds while it moves, the first and the end's five apart.
  expect(github.journal.length - before).toBeLessThanOrEqual(1 + Math.ceil(tookMs / 10_000) + 5);
  expect(result.lines.filter((line) => line.includes(github.token))).toEqual([`::add-mask::${github.token}`]);
});

test('a job that is killed leaves its check and its deployment to the post step, which concludes them', async () => {
  const [checks, deployments] = [watchNew(github.world.checkRuns), watchNew(github.world.deployments)];
  const inputs = await inputsOf({ steps: '50, 100', hold: '60s', 'hold-limit': '3h' });
  const job = await world.start(inputs, onGitHub());
  const check = () => checks()[0];
  const deployment = () => deployments()[0];
  await job.sees(/(^| )50 %/);
  await waitUntil(() => check()?.status === 'in_progress' && deployment()?.statuses.at(-1)?.state === 'in_progress');
  job.kill();
  const main = await job.ended;
  expect([main.exitCode, check()?.status]).toEqual([undefined, 'in_progress']);
  const { exitCode, lines } = await world.post(main, inputs, onGitHub());
  expect(exitCode === 0 ? [] : lines).toEqual([]);
  expect(check()).toMatchObject({ status: 'completed', conclusion: 'failure' });
  expect(deployment()?.statuses.at(-1)?.state).toBe('failure');
  expect(checks()).toHaveLength(1);
  expect(github.violations).toEqual([]);
  await world.expectNoneFailed();
});

test.each<[string, Parameters<FakeGitHub['faults']['add']>[0]]>([
  ['answers 500 to everything', { kind: 'server-error', status: 500 }],
  ['does not answer', { kind: 'no-answer' }],
])('when GitHub %s, users get the new version all the same', async (_, fault) => {
  const withdraw = github.faults.add(fault);
  try {
    const result = await deploy();
    expectEnd(result, 0, 'succeeded');
    expect(result.outputs['traffic']).toBe('100');
    expect(warnings(result.warnings).length).toBeGreaterThan(0);
    expect(result.errors).toEqual([]);
    await world.expectNoneFailed();
  } finally {
    withdraw();
  }
});
