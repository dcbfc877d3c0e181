/** Whatever GitHub does, the deployment goes as it would have gone without it. */
import { describe, expect, jest, test } from '@jest/globals';
import { GitHubError } from '../../src/core/errors.ts';
import type { GitHub } from '../../src/ports.ts';
import { BEFORE_FIRST_MS } from '../../src/reporter/messenger.ts';
import { createFakeGitHub, type FakeGitHubPort, onGitHub } from '../fakes/github.ts';
import { deploy, type Ended, type Fate } from '../fakes/jobs.ts';
import { createFakeWorld, type EngineName, type FakeWorld } from '../fakes/ports.ts';

// A story is some hundred turns of the event loop: enough for a machine that has other things to do.
jest.setTimeout(60_000);

type Trouble = (name: keyof GitHub, world: FakeWorld) => Promise<void> | void;

interface Told {
  readonly ended: Ended;
  readonly github: FakeGitHubPort;
  readonly world: FakeWorld;
  readonly startedAt: number;
}

async function deployWith(
  trouble: Trouble,
  engine: EngineName = 'native',
  fate: (world: FakeWorld) => Fate = () => ({}),
): Promise<Told> {
  const world = createFakeWorld(engine);
  const github = createFakeGitHub(world.clock, (name) => trouble(name, world));
  const startedAt = world.clock.now();
  const ended = await deploy(
    { ...world, ports: { ...world.ports, github } },
    {},
    { github: onGitHub(), ...fate(world) },
  );
  return { ended, github, world, startedAt };
}

const fail = (failure: GitHubError['failure'], more = {}) => {
  throw new GitHubError(failure, `do it: GitHub answered with ${failure}`, more);
};
const aboutGitHub = ({ warnings }: Ended) => warnings.filter((line) => /GitHub/.test(line));
/** What a job is, but for what it says about GitHub. */
const essence = ({ warnings, lines, summary, ...rest }: Ended) => ({
  ...rest,
  saved: [...rest.saved].filter(([name]) => name !== 'github'),
  files: [...rest.files.keys()],
  warnings: warnings.filter((line) => !/GitHub/.test(line)),
  lines: lines.filter((line) => !/GitHub/.test(line)),
  summary: summary.length > 0,
});

const TROUBLES: readonly (readonly [string, Trouble])[] = [
  ['answers 500 to everything', () => fail('server')],
  ['is not reached', () => fail('network')],
  ['finds everything invalid', () => fail('invalid')],
  ['has nothing that was there', () => fail('gone')],
  ['takes no token', () => fail('permission')],
  ['lets nobody write', (name) => fail('permission', { permission: `${name}: write` })],
  ['is at its limit', (_, { clock }) => fail('limit', { retryAt: clock.now() + 3_600_000 })],
  ['is at its limit again at once', (_, { clock }) => fail('limit', { retryAt: clock.now() })],
  [
    'is spoken to by a bug of ours',
    () => {
      throw new TypeError('undefined is not a function');
    },
  ],
];

describe.each(['native', 'taskset', 'codedeploy'] as const)('over %s', (engine) => {
  const alone = async (fate: (world: FakeWorld) => Fate) => {
    const world = createFakeWorld(engine);
    return essence(await deploy(world, {}, { ...fate(world), github: onGitHub() }));
  };
  const alarm = (world: FakeWorld): Fate => ({ when: [() => world.share() > 0, () => world.ring('ALARM')] });

  test.each(TROUBLES)(
    'when GitHub %s, the deployment ends the same, at the same time, after the same calls',
    async (_, trouble) => {
      for (const fate of [() => ({}), alarm]) {
        const { ended } = await deployWith(trouble, engine, fate);
        expect(essence(ended)).toEqual(await alone(fate));
        expect(aboutGitHub(ended).length).toBeGreaterThan(0);
        expect(aboutGitHub(ended).length).toBeLessThanOrEqual(3);
      }
    },
  );

  test('when GitHub takes its time with everything, only the end is later, by five seconds at most', async () => {
    const slowly: Trouble = async (_, { clock }) => {
      await clock.sleep(9_000);
    };
    const { ended } = await deployWith(slowly, engine);
    const { tookMs, ...rest } = essence(ended);
    const { tookMs: tookAlone, ...restAlone } = await alone(() => ({}));
    expect(rest).toEqual(restAlone);
    expect(tookMs - tookAlone).toBeLessThanOrEqual(5_000);
    expect(aboutGitHub(ended)).toEqual([expect.stringContaining('too slow to be told in 5 s how it ended')]);
  });
});

describe('GitHub is left alone', () => {
  test('where the token may not write, with one warning a page that names the permission; the others are told', async () => {
    const { ended, github } = await deployWith((name) => {
      if (name === 'createCheckRun') fail('permission', { permission: 'checks: write' });
    });
    expect(aboutGitHub(ended)).toEqual([
      'GitHub: checks are left alone: do it: GitHub answered with permission; write permissions: checks: write at the job; the deployment does not depend on it',
    ]);
    expect(github.calls.filter(({ name }) => name === 'createCheckRun')).toHaveLength(1);
    expect(github.deployments[0]?.told.at(-1)?.state).toBe('success');
    expect(github.comments.size).toBe(1);
  });

  test('in a pull request from a fork, with the reason that no permission mends', async () => {
    const world = createFakeWorld('native');
    const github = createFakeGitHub(world.clock, () => fail('permission', { permission: 'checks: write' }));
    const event = { kind: 'pull-request', number: 3, isFork: true } as const;
    const ended = await deploy({ ...world, ports: { ...world.ports, github } }, {}, { github: onGitHub({ event }) });
    expect([ended.status, aboutGitHub(ended).length]).toEqual(['succeeded', 3]);
    for (const line of aboutGitHub(ended)) expect(line).toContain('a pull request from a fork may only read');
  });

  test('after three failures in a row, and not after two', async () => {
    const of = async (failures: number) => {
      let count = 0;
      const { ended, github } = await deployWith((name) => {
        if (!name.endsWith('CheckRun')) return;
        count += 1;
        if (count <= failures) fail('server');
      });
      return [github.calls.filter(({ name }) => name.endsWith('CheckRun')).length > 3, aboutGitHub(ended).length];
    };
    expect([await of(2), await of(3)]).toEqual([
      [true, 0],
      [false, 1],
    ]);
  });

  test('altogether by a token that nobody knows, with one warning', async () => {
    const { ended, github } = await deployWith(() => fail('permission'));
    expect([github.calls.length, aboutGitHub(ended).length]).toEqual([1, 1]);
  });

  test('until its limit is over, with one warning that says when; then it is told what is true by then', async () => {
    let limitedUntil = 0;
    const { github, ended, startedAt } = await deployWith((_, { clock }) => {
      if (limitedUntil === 0) limitedUntil = clock.now() + 60_000;
      if (clock.now() < limitedUntil) fail('limit', { retryAt: limitedUntil });
    });
    const [first, second] = github.calls;
    expect([first?.at, second?.at]).toEqual([startedAt + BEFORE_FIRST_MS, startedAt + BEFORE_FIRST_MS + 60_000]);
    expect(aboutGitHub(ended)).toEqual([
      `GitHub: do it: GitHub answered with limit; by its limit nothing is told before ${new Date(limitedUntil).toISOString()}; the deployment does not depend on it`,
    ]);
    expect(github.checks[0]?.told.at(-1)?.conclusion).toBe('success');
  });

  test('at the end, when it was not reached a moment ago: nobody waits for it', async () => {
    const { github, world, startedAt, ended } = await deployWith((_, { clock }) => {
      if (clock.now() > startedBy + 60_000) fail('network');
    });
    expect(github.calls.filter(({ at }) => at >= startedAt + ended.tookMs)).toEqual([]);
    expect(world.share()).toBe(100);
  });
});

/** Where every fake clock begins. */
const startedBy = createFakeWorld('native').clock.now();
