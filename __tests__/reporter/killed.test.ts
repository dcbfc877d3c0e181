/** A job may be killed at any moment: the runner then starts its post step, and GitHub's pages do not stay as they were. */
import { describe, expect, jest, test } from '@jest/globals';
import { createFakeGitHub, type FakeGitHubPort, onGitHub, SHA } from '../fakes/github.ts';
import { afterwards, command, deploy, type Inputs, killed, nextVersion } from '../fakes/jobs.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(120_000);

interface Stage extends FakeWorld {
  readonly github: FakeGitHubPort;
}

/** Each answer of GitHub takes a second: a job can be killed before it comes. */
function stage(): Stage {
  const world = createFakeWorld('native');
  const github = createFakeGitHub(world.clock, () => world.clock.sleep(1_000));
  return { ...world, github, ports: { ...world.ports, github } };
}

async function post(world: Stage, saved: ReadonlyMap<string, string>, inputs: Inputs) {
  const text = (name: string) => saved.get(name) ?? '';
  return afterwards(world, text('rollout'), inputs, {
    context: onGitHub(),
    kept: text('github'),
    ended: text('ended'),
  });
}

const lastWords = ({ github }: Stage) => {
  const check = github.checks.at(-1)?.told.at(-1);
  return [check?.sha, check?.conclusion, ...github.deployments.map(({ told }) => told.at(-1)?.state)];
};

/** When a good rollout has ended, from its beginning. */
async function tookMs(): Promise<number> {
  return (await deploy(stage(), {}, { github: onGitHub() })).tookMs;
}

test('whenever it is, the post step leaves no check and no deployment in progress, and says nothing that is older', async () => {
  const total = await tookMs();
  const moments = Array.from({ length: 24 }, (_, i) => 3_200 + (i * (total - 3_300)) / 23);
  const seen = new Set<string>();
  for (const moment of moments) {
    const world = stage();
    const inputs = nextVersion(world);
    const until = world.clock.now() + moment;
    const saved = await killed(world, inputs, () => world.clock.now() >= until, onGitHub());
    const before = world.github.checks.flatMap(({ told }) => told.map(({ title }) => title)).length;
    await post(world, saved, inputs);
    const [sha, conclusion, ...states] = lastWords(world);
    expect([moment, sha]).toEqual([moment, SHA]);
    expect(conclusion).toMatch(/^(success|failure|cancelled)$/);
    for (const state of states) expect(state).toMatch(/^(success|failure|inactive|error)$/);
    expect(states.length).toBeLessThanOrEqual(1);
    const after = world.github.checks.flatMap(({ told }) => told.map(({ title }) => title)).slice(before);
    expect(after.filter((title) => /^(Getting ready|The rollout begins)/.test(title))).toEqual([]);
    seen.add(`${conclusion}`);
  }
  expect([...seen]).toContain('failure');
});

describe('killed', () => {
  test('while GitHub makes the check, the post step makes one of the same name and concludes it', async () => {
    const world = stage();
    const inputs = nextVersion(world);
    const isAsked = () => world.github.calls.length === 1;
    const saved = await killed(world, inputs, isAsked, onGitHub());
    expect(JSON.parse(saved.get('github') ?? '')).toEqual({ commit: SHA });
    await post(world, saved, inputs);
    expect(world.github.checks.at(-1)?.told.at(-1)).toMatchObject({
      name: 'Greenlight: demo/web',
      status: 'completed',
    });
  });

  test('before a rollout began, the check says so, and there is no deployment', async () => {
    const world = stage();
    const inputs = nextVersion(world);
    const saved = new Map([['github', JSON.stringify({ commit: SHA })]]);
    expect((await post(world, saved, inputs)).exitCode).toBe(0);
    expect(lastWords(world)).toEqual([SHA, 'cancelled']);
    expect(world.github.checks[0]?.told.at(-1)?.title).toContain('ended before a rollout began');
    expect(world.calls).toEqual([]);
  });

  test('between the rollout’s end and the last words to GitHub, the end is what it was', async () => {
    const world = stage();
    const inputs = nextVersion(world);
    const saved = await killed(world, inputs, (kept) => kept.get('ended') === 'succeeded', onGitHub());
    expect(saved.get('github')).not.toBe('');
    const calls = world.calls.length;
    expect((await post(world, saved, inputs)).exitCode).toBe(0);
    expect(lastWords(world)).toEqual([SHA, 'success', 'success']);
    expect(world.calls.length).toBe(calls);
  });

  test('with a rollout that somebody else has brought to its end, the end is that one', async () => {
    for (const [name, words] of [
      ['promote', ['success', 'success']],
      ['rollback', ['failure', 'failure']],
    ] as const) {
      const world = stage();
      const inputs = nextVersion(world);
      const saved = await killed(world, inputs, () => world.share() === 20, onGitHub());
      await command(world, name);
      await post(world, saved, inputs);
      expect([name, ...lastWords(world)]).toEqual([name, SHA, ...words]);
    }
  });

  test('with a rollout that has ended, and another one since, says nothing of the other one', async () => {
    const world = stage();
    const inputs = nextVersion(world);
    const saved = await killed(world, inputs, () => world.share() === 20, onGitHub());
    await command(world, 'rollback');
    expect((await deploy(world)).status).toBe('succeeded');
    await post(world, saved, inputs);
    expect(lastWords(world)).toEqual([SHA, 'cancelled', expect.stringMatching(/^(inactive|error)$/)]);
  });

  test('while it promotes the rollout of another commit, that one’s pages are concluded', async () => {
    const world = stage();
    await deploy(world, { approval: 'manual' }, { github: onGitHub() });
    const inputs = { command: 'promote', service: 'web', gates: '- targets' };
    const newer = onGitHub({ sha: 'd'.repeat(40), event: { kind: 'other', name: 'workflow_dispatch' } });
    const isTold = (kept: ReadonlyMap<string, string>) => world.share() === 60 && kept.has('github');
    const saved = await killed(world, inputs, isTold, newer);
    expect(JSON.parse(saved.get('github') ?? '')).toMatchObject({ commit: SHA });
    await post(world, saved, inputs);
    expect(lastWords(world)).toEqual([SHA, 'failure', 'failure']);
  });

  test('with on-cancel leave, the deployment says that the candidate still has users', async () => {
    const world = stage();
    const inputs = nextVersion(world, { 'on-cancel': 'leave' });
    const saved = await killed(world, inputs, () => world.share() === 60, onGitHub());
    await post(world, saved, inputs);
    expect(lastWords(world)).toEqual([SHA, 'cancelled', 'error']);
  });
});

test('a job that has told the end leaves nothing to its post step', async () => {
  const world = stage();
  const { saved } = await deploy(world, {}, { github: onGitHub() });
  expect([saved.get('ended'), saved.get('github')]).toEqual(['succeeded', '']);
});
