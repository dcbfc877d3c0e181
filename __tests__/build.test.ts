import { describe, expect, test } from '@jest/globals';
import { type BuildPorts, type BuiltImage, executeBuild, planBuild } from '../src/build.ts';
import { type BuilderFacts, inputsLabel, revisionLabel } from '../src/core/build-args.ts';
import type { Build } from '../src/core/config.ts';
import { CommandFailed, FaultsFound, JobFailed } from '../src/core/errors.ts';
import { imageFacts } from '../src/images.ts';
import type { Docker, Log, StoredManifest } from '../src/ports.ts';
import { digestOf, type FakeImages, type FakeSettings, fakeImages, host } from './fakes/images.ts';

/** As the story does it: first look, then build. */
async function buildImage(some: Build, ports: BuildPorts, log: Log): Promise<BuiltImage> {
  const planned = await planBuild(some, ports.images, log);
  if ('faults' in planned) throw new FaultsFound(planned.faults);
  return executeBuild(planned.plan, ports, log);
}

const sha = 'c0ffee';
const build: Build = {
  repository: 'web',
  context: '.',
  dockerfile: undefined,
  target: undefined,
  platforms: [],
  buildContexts: new Map(),
  buildArgs: [],
  buildSecrets: new Map(),
  tags: [sha],
  cache: 'none',
  revision: sha,
};
const buildx: BuilderFacts = { kind: 'buildx', version: '0.13.1', driver: 'docker', containerdStore: true };
const legacy: BuilderFacts = { kind: 'legacy', version: '20.10.24' };

/** A docker that builds what its labels say, pushes it to the fake registry, and reports as the real one does. */
function world(settings: FakeSettings & { builder?: BuilderFacts; shape?: 'image' | 'index' } = {}) {
  const images = fakeImages(settings);
  const lines: string[] = [];
  const record = (line: string) => void lines.push(line);
  const log: Log = {
    info: record,
    notice: record,
    warning: record,
    error: record,
    group: (title, fn) => {
      record(title);
      return fn();
    },
    mask: (secret) => record(`mask ${secret}`),
  };
  const state = { now: 0, ran: [] as string[][], isOpen: false, builds: 0 };
  /** What a test puts between the build and its push. */
  const hooks: { beforePush?: () => void; report?: (digest: string) => string | undefined } = {};
  let built: StoredManifest | undefined;
  let reported: string | undefined;
  const valuesOf = (args: readonly string[], option: string) =>
    args.flatMap((arg, i) => (arg === option ? [args[i + 1] ?? ''] : []));
  const push = (reference: string) => {
    hooks.beforePush?.();
    if (images.logins.every((expiresAt) => expiresAt <= state.now)) {
      throw new CommandFailed('docker push', 1, ['denied: Your authorization token has expired.']);
    }
    try {
      images.push(reference.split(':').at(-1) ?? '', built as StoredManifest);
    } catch (error) {
      // A docker of today does not repeat what the registry said.
      const said =
        settings.builder?.kind === 'legacy' ? (error as Error).message : 'ERROR: unexpected status: 400 Bad Request';
      throw new CommandFailed('docker push', 1, [`pushing manifest for ${reference}@${built?.digest}`, said]);
    }
    reported = hooks.report === undefined ? built?.digest : hooks.report(built?.digest ?? '');
  };
  const docker: Docker = {
    async open() {
      state.isOpen = true;
      return {
        builder: settings.builder ?? buildx,
        metadataFile: '/tmp/metadata.json',
        async login(registry) {
          state.ran.push(['login', registry]);
        },
        async run(args) {
          state.ran.push([...args]);
          if (args.includes('build')) {
            state.builds++;
            const labels = Object.fromEntries(
              valuesOf(args, '--label').map((label) => label.split('=') as [string, string]),
            );
            built = images.build(labels, settings.shape, String(state.builds));
            if (args.includes('--push')) for (const reference of valuesOf(args, '--tag')) push(reference);
            return 'built';
          }
          push(args.at(-1) ?? '');
          return `${args.at(-1)}: digest: ${reported ?? ''} size: 1`;
        },
        async metadata() {
          return reported === undefined ? undefined : { 'containerimage.digest': reported };
        },
        async close() {
          state.isOpen = false;
        },
      };
    },
  };
  const ports: BuildPorts = { images, docker, clock: { now: () => state.now, sleep: async () => {} } };
  return { images, ports, log, lines, state, hooks };
}

async function faultsOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FaultsFound)) throw error ?? new Error('no fault');
  return error.faults;
}

/** The hash of the inputs is the action's own business: a first build shows it. */
async function hashOf(some: Build): Promise<string> {
  const planned = await planBuild(some, fakeImages(), world().log);
  return 'plan' in planned ? planned.plan.inputsHash : '';
}
const labelled = async (images: FakeImages, revision = sha, some: Build = build) =>
  images.build({ [revisionLabel]: revision, [inputsLabel]: await hashOf(some) });

describe.each([
  ['buildx, one manifest', buildx, 'image'],
  ['buildx, an index with attestations', buildx, 'index'],
  ['docker without buildx', legacy, 'image'],
] as const)('with %s', (_, builder, shape) => {
  test('the image is deployed by the digest that its tag has in ECR', async () => {
    const { ports, log, images, state } = world({ builder, shape });
    const image = await buildImage(build, ports, log);
    expect(image).toEqual({
      reference: `${host}/web@${images.tags.get(sha)}`,
      digest: images.tags.get(sha),
      tag: sha,
      reused: false,
    });
    expect(state.ran[0]).toEqual(['login', host]);
    expect(state.isOpen).toBe(false);
  });

  test('the second run of a commit finds its immutable tag and builds nothing', async () => {
    const { ports, log, state } = world({ builder, shape, tagMutability: 'IMMUTABLE' });
    const first = await buildImage(build, ports, log);
    const second = await buildImage(build, ports, log);
    expect(second).toEqual({ ...first, reused: true });
    expect(state.builds).toBe(1);
  });

  test('when another job pushes the same commit first, its image is taken', async () => {
    const { ports, log, images, hooks } = world({ builder, shape, tagMutability: 'IMMUTABLE' });
    const theirs = await labelled(images);
    hooks.beforePush = () => images.push(sha, theirs);
    expect(await buildImage(build, ports, log)).toMatchObject({ digest: theirs.digest, reused: true });
  });

  test('when another job pushes something else under the tag first, both digests are named', async () => {
    const { ports, log, images, hooks, state } = world({ builder, shape, tagMutability: 'IMMUTABLE' });
    const theirs = await labelled(images, 'other');
    hooks.beforePush = () => images.push(sha, theirs);
    const error = await buildImage(build, ports, log).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JobFailed);
    const { message } = error as Error;
    expect(message).toContain(theirs.digest);
    expect(message.match(/sha256:[0-9a-f]{64}/g)?.some((digest) => digest !== theirs.digest)).toBe(true);
    expect(message).toContain('use another tag');
    expect(message).toContain('docker push ended with 1: ');
    expect(state.isOpen).toBe(false);
  });
});

describe('an immutable tag that is there already', () => {
  test.each<[string, (images: FakeImages) => Promise<StoredManifest> | StoredManifest, string]>([
    ['of another commit', (images) => labelled(images, 'other'), 'built from commit other'],
    ['of other inputs', (images) => labelled(images, sha, { ...build, target: 'x' }), 'with other inputs'],
    ['of nobody knows what', (images) => images.build({}), 'does not say'],
  ])('%s ends the job before anything is built', async (_, make, why) => {
    const { ports, log, images, state } = world({ tagMutability: 'IMMUTABLE' });
    const theirs = await make(images);
    images.push(sha, theirs);
    const [fault] = await faultsOf(buildImage(build, ports, log));
    expect(fault).toMatchObject({ subject: 'tags', fix: expect.stringContaining('use another tag') });
    expect(fault?.problem).toContain(why);
    expect(fault?.problem).toContain(theirs.digest);
    expect(state.ran).toEqual([]);
  });

  test('an unknown commit is never the same commit', async () => {
    const { ports, log, images } = world({ tagMutability: 'IMMUTABLE' });
    images.push('v1', await labelled(images, ''));
    await expect(faultsOf(buildImage({ ...build, tags: ['v1'], revision: '' }, ports, log))).resolves.toHaveLength(1);
  });

  test('who may not read its labels is told so', async () => {
    const { ports, log, images } = world({ tagMutability: 'IMMUTABLE' });
    images.push(sha, await labelled(images));
    images.deny('config');
    const [fault] = await faultsOf(buildImage(build, ports, log));
    expect(fault?.problem).toContain('ecr:GetDownloadUrlForLayer');
  });

  test('is reused, and the other tags come to it: a new one, and a mutable one that named something else', async () => {
    const { ports, log, images, state } = world({ tagMutability: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest'] });
    const mine = await labelled(images);
    images.push(sha, mine);
    images.push('latest', images.build({}, 'image', 'old'));
    await buildImage({ ...build, tags: ['v1', sha, 'latest'] }, ports, log);
    expect(Object.fromEntries(images.tags)).toEqual({ v1: mine.digest, [sha]: mine.digest, latest: mine.digest });
    expect(state.builds).toBe(0);
  });
});

test('every tag names the image that was built', async () => {
  const { ports, log, images } = world({ tagMutability: 'IMMUTABLE' });
  const { digest } = await buildImage({ ...build, tags: ['v1', sha, 'x'] }, ports, log);
  expect(Object.fromEntries(images.tags)).toEqual({ v1: digest, [sha]: digest, x: digest });
});

describe('a mutable tag', () => {
  test('is built and pushed again', async () => {
    const { ports, log, state } = world();
    await buildImage(build, ports, log);
    expect((await buildImage(build, ports, log)).reused).toBe(false);
    expect(state.builds).toBe(2);
  });

  test('that another job has moved on is not what is deployed', async () => {
    const { ports, log, images, hooks, lines } = world();
    const theirs = images.build({}, 'image', 'theirs');
    hooks.report = (digest) => {
      images.push(sha, theirs);
      return digest;
    };
    const image = await buildImage(build, ports, log);
    expect(image.digest).not.toBe(theirs.digest);
    expect(lines).toContainEqual(expect.stringContaining(`names ${theirs.digest} by now`));
  });

  test.each<[string, (digest: string) => string | undefined]>([
    ['no digest', () => undefined],
    ['one that is not in the registry', () => digestOf('the config')],
  ])('is believed when docker reports %s', async (_, report) => {
    const { ports, log, images, hooks } = world();
    hooks.report = report;
    expect((await buildImage(build, ports, log)).digest).toBe(images.tags.get(sha));
  });
});

test('a repository that is not there: the fault names the command and the permission that make it', async () => {
  const { ports, log, state } = world({ missing: true });
  const [fault] = await faultsOf(buildImage({ ...build, repository: `${host}/web` }, ports, log));
  expect(fault).toMatchObject({ subject: 'repository', problem: expect.stringContaining('in eu-west-1') });
  expect(fault?.fix).toContain('aws ecr create-repository --repository-name web');
  expect(fault?.fix).toContain('ecr:CreateRepository');
  expect(state.ran).toEqual([]);
});

test('what the builder cannot do ends the job before it logs in, and closes docker', async () => {
  const { ports, log, state } = world({ builder: legacy });
  const some = { ...build, buildSecrets: new Map([['npm', 'x']]) };
  expect(await faultsOf(buildImage(some, ports, log))).toMatchObject([{ subject: 'build-secrets' }]);
  expect(state).toMatchObject({ ran: [], isOpen: false });
});

test('the values of build secrets are masked before a line is printed', async () => {
  const { ports, log, lines } = world();
  await buildImage({ ...build, buildSecrets: new Map([['npm', 's3cr3t']]) }, ports, log);
  expect(lines[0]).toBe('mask s3cr3t');
  expect(lines.length).toBeGreaterThan(1);
});

test('a build that fails says what docker said last', async () => {
  const { ports, log } = world();
  const session = await ports.docker.open();
  const failing: Docker = {
    open: async () => ({
      ...session,
      run: async () => {
        throw new CommandFailed('docker buildx build', 1, ['ERROR: no such stage: prod']);
      },
    }),
  };
  const error = await buildImage(build, { ...ports, docker: failing }, log).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(JobFailed);
  expect((error as Error).message).toContain('ERROR: no such stage: prod');
});

describe('the login', () => {
  const minute = 60_000;

  test('that is about to end is renewed before the push', async () => {
    const { ports, log, images } = world({ builder: legacy, expiresAt: (count) => (count === 0 ? 5 : 60) * minute });
    await buildImage(build, ports, log);
    expect(images.logins).toEqual([5 * minute, 60 * minute]);
  });

  test('that ran out during the build is renewed, and docker runs once more', async () => {
    const { ports, log, images, hooks, state } = world({ expiresAt: (count) => (count + 1) * 60 * minute });
    hooks.beforePush = () => {
      state.now = Math.max(state.now, 61 * minute);
    };
    await buildImage(build, ports, log);
    expect(images.logins).toHaveLength(2);
    expect(state.builds).toBe(2);
  });
});

test('a cache tag that cannot be renewed is warned about', async () => {
  const { ports, log, lines } = world({ tagMutability: 'IMMUTABLE' });
  await buildImage({ ...build, cache: 'registry' }, ports, log);
  expect(lines).toContainEqual(expect.stringMatching(/^cache: .*buildcache/));
});

describe('the facts of an image', () => {
  test.each(['image', 'index'] as const)('of an %s: digest and platforms', async (shape) => {
    const images = fakeImages();
    const manifest = images.build({ [revisionLabel]: sha }, shape);
    images.push('v1', manifest);
    expect(await imageFacts(images, `${host}/web:v1`)).toMatchObject({
      kind: 'found',
      pinned: `${host}/web@${manifest.digest}`,
      digest: manifest.digest,
      platforms: [{ os: 'linux', architecture: 'amd64' }],
    });
  });

  test('whose configuration may not be read has no platforms, and is found all the same', async () => {
    const images = fakeImages();
    images.push('v1', images.build({}));
    images.deny('config');
    expect(await imageFacts(images, `${host}/web:v1`)).toMatchObject({ kind: 'found', platforms: undefined });
  });

  test('that is not there, and whether its repository is', async () => {
    const images = fakeImages();
    expect(await imageFacts(images, `${host}/web:nope`)).toMatchObject({ kind: 'missing', isRepositoryMissing: false });
    expect(await imageFacts(images, `${host}/other:v1`)).toMatchObject({ kind: 'missing', isRepositoryMissing: true });
  });

  test.each(['nginx:1.27', 'ghcr.io/team/web:v1', 'localhost:5000/web:v1'])(
    'of %s: nobody has looked',
    async (image) => {
      expect(await imageFacts(fakeImages(), image)).toEqual({ kind: 'elsewhere' });
    },
  );
});
