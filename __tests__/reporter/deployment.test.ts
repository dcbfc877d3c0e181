/** What people see on GitHub of a deployment, from its first minute to its end. */
import { describe, expect, jest, test } from '@jest/globals';
import type { GitHubContext } from '../../src/core/github.ts';
import { createFakeGitHub, type FakeGitHubPort, onGitHub, SHA } from '../fakes/github.ts';
import {
  afterwards,
  command,
  deploy,
  type Ended,
  type Fate,
  type Inputs,
  killed,
  nextVersion,
  run,
} from '../fakes/jobs.ts';
import { createFakeWorld, type EngineName, type FakeWorld } from '../fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(60_000);

interface Stage extends FakeWorld {
  readonly github: FakeGitHubPort;
}

function stage(engine: EngineName = 'native'): Stage {
  const world = createFakeWorld(engine);
  const github = createFakeGitHub(world.clock);
  return { ...world, github, ports: { ...world.ports, github } };
}

const fate = (more: Fate = {}, context: Partial<GitHubContext> = {}): Fate => ({ ...more, github: onGitHub(context) });
const lastCheck = ({ github }: Stage) => github.checks.at(-1)?.told.at(-1);
const titles = ({ github }: Stage) => (github.checks.at(-1)?.told ?? []).map(({ title }) => title);
const states = ({ github }: Stage) => github.deployments.map(({ told }) => told.map(({ state }) => state));
const noteOf = ({ github }: Stage) => github.comments.get('7 <!-- greenlight:demo/web -->');
const noWarnings = ({ warnings }: Ended) => expect(warnings.filter((line) => line.startsWith('GitHub'))).toEqual([]);

describe('a deployment that succeeds', () => {
  test('has one check on its commit that follows the traffic and ends as a success', async () => {
    const world = stage();
    const ended = await deploy(world, {}, fate());
    noWarnings(ended);
    expect([ended.status, world.github.checks.length]).toEqual(['succeeded', 1]);
    const told = world.github.checks[0]?.told ?? [];
    expect(told[0]).toMatchObject({
      name: 'Greenlight: demo/web',
      sha: SHA,
      status: 'in_progress',
      externalId: 'demo/web',
    });
    expect(titles(world)).toEqual(
      expect.arrayContaining([
        'The candidate starts; no user sees it yet',
        expect.stringMatching(/^20 % on the candidate/),
        expect.stringMatching(/^60 % on the candidate/),
        expect.stringMatching(/^100 % on the candidate, stable is kept for the bake/),
      ]),
    );
    expect(told.slice(0, -1).map(({ conclusion }) => conclusion)).toEqual(told.slice(1).map(() => undefined));
    expect(lastCheck(world)).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      title: 'Deployed: the candidate serves all traffic',
      actions: [],
    });
    expect(lastCheck(world)?.summary).toContain('| **Image** | `example.com/web:2` |');
    expect(lastCheck(world)?.summary).toContain('| **Steps** | ✓ 20 % → ✓ 60 % → **100 %** |');
    expect(lastCheck(world)?.summary).toContain('| ✅\u00a0pass | `targets` | at\u00a060\u00a0% |');
  });

  test('has a deployment that begins with the rollout, and one note on the pull request when it has ended', async () => {
    const world = stage();
    await deploy(world, { 'environment-url': 'https://shop.example.com' }, fate());
    expect(states(world)).toEqual([['in_progress', 'success']]);
    expect(world.github.deployments[0]).toMatchObject({ sha: SHA, environment: 'web' });
    expect(world.github.deployments[0]?.told.at(-1)).toEqual({
      state: 'success',
      description: 'the candidate serves all traffic',
      logUrl: 'https://github.com/example/shop/actions/runs/1',
      environmentUrl: 'https://shop.example.com',
    });
    expect(world.github.comments.size).toBe(1);
    expect(noteOf(world)).toMatch(/^### ✅ Deployed: web in demo\n\nThe candidate serves all traffic\.\n/);
    const began = world.github.calls.find(({ name }) => name === 'createDeployment')?.at ?? 0;
    const opened = world.github.calls[0]?.at ?? 0;
    expect(world.github.calls[0]?.name).toBe('createCheckRun');
    expect(began).toBeGreaterThan(opened);
    expect(world.github.retired).toEqual([]);
  });

  test('tells at most one thing in ten seconds while it goes on, and the rest when it has ended', async () => {
    const world = stage();
    const startedAt = world.clock.now();
    const ended = await deploy(world, {}, fate());
    const { calls } = world.github;
    const endedAt = startedAt + ended.tookMs;
    const moving = calls.filter(({ at }) => at < endedAt).map(({ at }) => at);
    const gaps = moving.slice(1).map((at, index) => at - (moving[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(5);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10_000);
    const last = calls.filter(({ at }) => at >= endedAt).map(({ name }) => name);
    expect(last.slice(-4)).toEqual(['updateCheckRun', 'setDeploymentStatus', 'pullRequestsOf', 'comment']);
    // One may have been on its way when the rollout ended.
    expect(last.length).toBeLessThanOrEqual(5);
    expect(calls.length).toBeLessThanOrEqual(1 + ended.tookMs / 10_000);
  });

  test('to the environment production retires the one before it, which GitHub would leave', async () => {
    const world = stage();
    await deploy(world, { 'github-environment': 'production' }, fate());
    expect(world.github.retired).toEqual([world.github.deployments[0]?.id]);
  });

  test('with github-environment none makes no deployment', async () => {
    const world = stage();
    noWarnings(await deploy(world, { 'github-environment': 'none' }, fate()));
    expect([states(world), lastCheck(world)?.conclusion]).toEqual([[], 'success']);
  });

  test('of a commit that is in many pull requests writes to the first two', async () => {
    const world = stage();
    const github = createFakeGitHub(world.clock, undefined, [7, 8, 9]);
    noWarnings(await deploy({ ...world, ports: { ...world.ports, github } }, {}, fate()));
    expect([...github.comments.keys()].map((key) => key.split(' ')[0])).toEqual(['7', '8']);
  });

  test('of a pull request writes to that pull request, without looking for another', async () => {
    const world = stage();
    await deploy(world, {}, fate({}, { event: { kind: 'pull-request', number: 12, isFork: false } }));
    expect([...world.github.comments.keys()]).toEqual(['12 <!-- greenlight:demo/web -->']);
    expect(world.github.calls.map(({ name }) => name)).not.toContain('pullRequestsOf');
  });
});

describe('the end of a check is the truth', () => {
  type Case = readonly [
    status: string,
    conclusion: string,
    deployment: string[],
    inputs: Inputs,
    fate: (world: Stage) => Fate,
  ];
  test.each<Case>([
    [
      'rolled-back',
      'failure',
      ['in_progress', 'failure'],
      {},
      (world) => ({ when: [() => world.share() === 60, () => world.ring('ALARM')] }),
    ],
    [
      'cancelled',
      'cancelled',
      ['in_progress', 'inactive'],
      {},
      (world) => ({ cancelledWhen: () => world.share() === 60 }),
    ],
    [
      'cancelled',
      'cancelled',
      ['in_progress', 'error'],
      { 'on-cancel': 'leave' },
      (world) => ({ cancelledWhen: () => world.share() === 60 }),
    ],
    ['awaiting-promotion', 'action_required', ['in_progress', 'pending'], { approval: 'manual' }, () => ({})],
  ])('%s is %s', async (status, conclusion, deployment, inputs, of) => {
    const world = stage();
    const ended = await deploy(world, inputs, fate(of(world)));
    expect(ended.status).toBe(status);
    expect(lastCheck(world)?.conclusion).toBe(conclusion);
    const [told = []] = states(world);
    expect([told[0], told.at(-1)]).toEqual([deployment[0], deployment.at(-1)]);
    expect(noteOf(world)).toBeDefined();
  });

  test('in production the one before stays where the new one was turned back', async () => {
    const world = stage();
    const alarm = [() => world.share() === 60, () => world.ring('ALARM')] as const;
    const ended = await deploy(world, { 'github-environment': 'production' }, fate({ when: alarm }));
    expect([ended.status, world.github.retired]).toEqual(['rolled-back', []]);
  });

  test('what serves already is neutral: nothing was rolled out, and no deployment or note says otherwise', async () => {
    const world = stage();
    const ended = await deploy(world, { image: 'example.com/web:1' }, fate());
    expect([ended.status, lastCheck(world)?.conclusion]).toEqual(['unchanged', 'neutral']);
    expect([world.github.deployments, world.github.comments.size]).toEqual([[], 0]);
  });

  test('what failed before the service was touched is a failure without a deployment', async () => {
    const world = stage();
    const ended = await deploy(world, { 'task-definition': 'missing' }, fate());
    expect([ended.status, lastCheck(world)?.conclusion, world.github.deployments]).toEqual(['failed', 'failure', []]);
    expect(lastCheck(world)?.title).toContain('there is no task definition missing');
    expect(noteOf(world)).toContain('❌ Failed');
  });

  test('a status, and inputs that nobody can understand, tell GitHub nothing', async () => {
    const world = stage();
    await command(world, 'status', {}, fate());
    await run(world, { ...nextVersion(world), hold: '5' }, fate());
    expect(world.github.calls).toEqual([]);
  });
});

describe('while a person is waited for', () => {
  test('the check asks, with buttons; when another run has promoted, it goes on and ends as a success', async () => {
    const world = stage();
    const isAsked = () => states(world)[0]?.includes('pending') === true;
    let promoting: Promise<Ended> | undefined;
    const ended = await deploy(
      world,
      { approval: 'manual', 'wait-for-approval': '10m' },
      fate({
        when: [
          isAsked,
          () => {
            promoting = command(world, 'promote', {}, fate());
          },
        ],
      }),
    );
    await promoting;
    expect(ended.reason).toBe('the candidate serves all traffic');
    const [own = { told: [] }] = world.github.checks;
    const asked = own.told.find(({ conclusion }) => conclusion === 'action_required');
    expect(asked).toMatchObject({
      status: 'completed',
      actions: [{ identifier: 'promote' }, { identifier: 'rollback' }],
    });
    expect(asked?.title).toMatch(/^A person decides at 20 %, until /);
    expect(own.told.at(-1)).toMatchObject({ conclusion: 'success', actions: [] });
    expect(own.told.slice(own.told.indexOf(asked as never)).some(({ status }) => status === 'in_progress')).toBe(true);
    for (const { label, description, identifier } of asked?.actions ?? []) {
      expect([label.length <= 20, description.length <= 40, identifier.length <= 20]).toEqual([true, true, true]);
    }
    expect(states(world)[0]).toContain('pending');
  });
});

describe('a run that promotes or rolls back what another has begun', () => {
  async function waiting(): Promise<Stage> {
    const world = stage();
    expect((await deploy(world, { approval: 'manual' }, fate())).status).toBe('awaiting-promotion');
    return world;
  }
  const newer: Partial<GitHubContext> = { sha: 'd'.repeat(40), event: { kind: 'other', name: 'workflow_dispatch' } };

  test('concludes a check of the same name on the rollout’s own commit, and the deployment that is there', async () => {
    const world = await waiting();
    noWarnings(await command(world, 'promote', {}, fate({}, newer)));
    expect(world.github.checks.map(({ told }) => told.map(({ sha, name }) => `${sha} ${name}`)[0])).toEqual([
      `${SHA} Greenlight: demo/web`,
      `${SHA} Greenlight: demo/web`,
    ]);
    expect(lastCheck(world)?.conclusion).toBe('success');
    expect(states(world)).toEqual([['in_progress', 'pending', 'in_progress', 'success']]);
    expect(noteOf(world)).toContain('✅ Deployed');
    expect(world.github.comments.size).toBe(1);
  });

  test('says of a rollback that was asked for that it was no failure', async () => {
    const world = await waiting();
    noWarnings(await command(world, 'rollback', {}, fate({}, newer)));
    expect(lastCheck(world)).toMatchObject({ sha: SHA, conclusion: 'cancelled' });
    expect(lastCheck(world)?.title).toMatch(/^Turned back as asked/);
    expect(states(world)[0]?.at(-1)).toBe('inactive');
  });

  test('says of a commit that it does not know nothing but its own check', async () => {
    const world = stage();
    await deploy(world);
    await command(world, 'rollback', {}, fate({}, newer));
    expect(lastCheck(world)).toMatchObject({ sha: newer.sha, conclusion: 'cancelled' });
    expect(world.github.calls.map(({ name }) => name).filter((name) => !name.endsWith('CheckRun'))).toEqual([]);
  });

  test('makes no deployment for a rollback of what had none', async () => {
    const world = stage();
    await deploy(world, { approval: 'manual', 'github-environment': 'none' }, fate());
    await command(world, 'rollback', {}, fate({}, newer));
    expect([lastCheck(world)?.conclusion, states(world)]).toEqual(['cancelled', []]);
  });

  test('by a button goes on with the rollout of that check', async () => {
    const world = await waiting();
    const event = {
      kind: 'requested-action',
      identifier: 'promote',
      externalId: 'demo/web',
      checkName: 'Greenlight: demo/web',
    } as const;
    const ended = await run(world, { gates: '- targets' }, fate({}, { event }));
    expect([ended.status, lastCheck(world)?.conclusion]).toEqual(['succeeded', 'success']);
  });

  test.each(['promote', 'rollback'])(
    'by the button %s on an older commit’s check is refused: the rollout is another',
    async (identifier) => {
      const world = await waiting();
      const event = {
        kind: 'requested-action',
        identifier,
        externalId: 'demo/web',
        checkName: 'Greenlight: demo/web',
      } as const;
      const ended = await run(world, { gates: '- targets' }, fate({}, { event, sha: 'e'.repeat(40) }));
      expect([ended.status, world.share()]).toEqual(['failed', 20]);
      expect(ended.reason).toContain(
        `the button is on the check of ${'e'.repeat(40)}, and the rollout under way brings ${SHA}`,
      );
      expect(states(world)).toEqual([['in_progress', 'pending']]);
      expect(lastCheck(world)).toMatchObject({ sha: 'e'.repeat(40), conclusion: 'failure' });
    },
  );

  test('by the button Roll back when the rollout has ended turns nothing back', async () => {
    const world = stage();
    await deploy(world, {}, fate());
    const event = {
      kind: 'requested-action',
      identifier: 'rollback',
      externalId: 'demo/web',
      checkName: 'Greenlight: demo/web',
    } as const;
    const ended = await run(world, { gates: '- targets' }, fate({}, { event }));
    expect([ended.status, world.share()]).toEqual(['unchanged', 100]);
    expect(ended.reason).toContain('a button turns back only the rollout of its check');
  });
});

test('what a killed main step has begun, the post step concludes: the same check, the same deployment', async () => {
  const world = stage();
  const inputs = nextVersion(world);
  const kept = await killed(world, inputs, () => world.share() === 60, onGitHub());
  expect([lastCheck(world)?.conclusion, states(world)]).toEqual([undefined, [['in_progress']]]);
  const after = await afterwards(world, kept.get('rollout') ?? '', inputs, {
    context: onGitHub(),
    kept: kept.get('github') ?? '',
  });
  expect(after.exitCode).toBe(0);
  expect(world.github.checks).toHaveLength(1);
  expect(lastCheck(world)).toMatchObject({ status: 'completed', conclusion: 'failure' });
  expect(states(world).map((told) => told.at(-1))).toEqual(['failure']);
});
