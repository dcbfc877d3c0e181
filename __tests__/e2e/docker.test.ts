import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetImageCommand, CreateRepositoryCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { appSource } from '../../sandbox/app/image.ts';
import type { ActionResult } from '../../sandbox/runner/run-action.ts';
import { canBuild, docker, isThrowaway, keepsCacheInRegistry, succeeds } from './support/docker.ts';
import { expectEnd } from './support/job.ts';
import { expectNoSecrets, openWorld, STORY_MS, type World } from './support/world.ts';

jest.setTimeout(STORY_MS);

const SECRET = 'a-build-secret-that-nobody-may-read';

/** Stages before and after the one that is wanted, so that the input `target` has something to say. */
const dockerfile = `
FROM greenlight/node:base AS base
WORKDIR /app
COPY server.mjs ./
FROM base AS app
ARG VERSION=0
ENV VERSION=$VERSION
CMD ["node", "server.mjs"]
FROM base AS other
ENV VERSION=the-last-stage
CMD ["node", "server.mjs"]
`;
const withSecret = `
FROM greenlight/node:base
WORKDIR /app
COPY server.mjs ./
RUN --network=none --mount=type=secret,id=token test -n "$(cat /run/secrets/token)" && sha256sum /run/secrets/token >/was-here
ARG VERSION=0
ENV VERSION=$VERSION
CMD ["node", "server.mjs"]
`;

const hasBuildx = canBuild && (await succeeds(['buildx', 'version']));

(canBuild ? describe : describe.skip)('a real build with docker', () => {
  let world: World;
  let ecr: ECRClient;
  let folder: string;
  let builds = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'greenlight-e2e-docker-'));
    await mkdir(join(folder, 'context'));
    await mkdir(join(folder, 'bare-docker'));
    await writeFile(join(folder, 'context', 'server.mjs'), appSource());
    await writeFile(join(folder, 'context', 'Dockerfile'), dockerfile);
    await writeFile(join(folder, 'context', 'with-secret.Dockerfile'), withSecret);
    // A container takes longer to start than a process: a pause has 18 seconds.
    world = await openWorld({ sandbox: { runtime: 'docker', speed: 20 } });
    ecr = new ECRClient(world.sandbox.clientConfig);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'frozen', imageTagMutability: 'IMMUTABLE' }));
  }, STORY_MS);
  afterAll(async () => {
    ecr?.destroy();
    await rm(folder, { recursive: true, force: true });
    if (world === undefined) return;
    const references = await docker([
      'image',
      'ls',
      '--format',
      '{{.Repository}}:{{.Tag}}',
      '--filter',
      `reference=${new URL(world.sandbox.endpoint).host}/*`,
    ]);
    await world.close();
    for (const reference of references.split('\n').filter((line) => line !== ''))
      await succeeds(['image', 'rm', '--force', reference]);
  });

  /** Another commit for every build. */
  const nextCommit = (): string => {
    builds += 1;
    return builds.toString(16).padStart(40, 'c');
  };
  const build = async (
    sha: string,
    version: string,
    inputs: Readonly<Record<string, string>> = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<ActionResult> => {
    const result = await world.deploy(
      {
        repository: world.seeded.repository,
        context: 'context',
        target: 'app',
        'build-args': `VERSION=${version}`,
        ...inputs,
      },
      { sha, cwd: folder, env },
    );
    expectNothingMaskedIsTold(result);
    return result;
  };
  const digestInEcr = async (imageTag: string, repositoryName = world.seeded.repository): Promise<string> => {
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }));
    return imageDetails?.[0]?.imageDigest ?? '';
  };
  const mediaTypeOf = async (imageDigest: string): Promise<string> => {
    const { images } = await ecr.send(
      new BatchGetImageCommand({ repositoryName: world.seeded.repository, imageIds: [{ imageDigest }] }),
    );
    return images?.[0]?.imageManifestMediaType ?? '';
  };
  const imageUri = (digest: string, repository = world.seeded.repository): string =>
    `${new URL(world.sandbox.endpoint).host}/${repository}@${digest}`;

  /** What was built is in ECR under the commit, is what the task definition names, and what containers really run. */
  const expectServing = async (result: ActionResult, sha: string, version: string, repository?: string) => {
    expectEnd(result, 0, 'succeeded');
    // The login at least.
    expect(maskedBy(result)).not.toEqual([]);
    const digest = await digestInEcr(sha, repository);
    expect(result.outputs).toMatchObject({ 'image-digest': digest, image: imageUri(digest, repository) });
    const tasks = await world.tasks('RUNNING');
    expect(tasks.map(({ taskDefinitionArn }) => taskDefinitionArn)).toEqual(
      Array(2).fill(result.outputs['task-definition-arn']),
    );
    for (const { containers } of tasks) {
      const [container] = containers ?? [];
      expect(container?.image).toBe(imageUri(digest, repository));
      const [running] = JSON.parse(await docker(['inspect', container?.runtimeId ?? ''])) as {
        readonly State: { readonly Running: boolean };
        readonly Config: { readonly Image: string };
      }[];
      expect(running).toMatchObject({ State: { Running: true }, Config: { Image: expect.stringContaining(digest) } });
    }
    expect(await world.versionServing()).toBe(version);
    await world.expectNoneFailed();
    expect(world.sandbox.violations).toEqual([]);
  };

  test('is pushed, and its tasks run the digest that ECR has', async () => {
    const sha = nextCommit();
    await expectServing(await build(sha, 'built'), sha, 'built');
  });

  // As on a runner of one's own where docker came without its plug-ins.
  const bare = (): Record<string, string> => ({ DOCKER_CONFIG: join(folder, 'bare-docker') });
  test('is made by the legacy builder where there is no buildx', async () => {
    if (await succeeds(['buildx', 'version'], bare())) {
      process.stderr.write('skipped: the legacy builder (buildx belongs to the docker command here)\n');
      return;
    }
    const sha = nextCommit();
    const result = await build(sha, 'legacy', {}, bare());
    expect(result.lines.join('\n')).toMatch(/building \S+ with docker \d+/);
    await expectServing(result, sha, 'legacy');

    const refused = await build(nextCommit(), 'legacy', { 'build-secrets': `token=${SECRET}` }, bare());
    expectEnd(refused, 1, 'failed');
    expect(refused.errors).toEqual([
      expect.stringMatching(/^build-secrets: token cannot be given to docker \S+ without buildx; set up buildx/),
    ]);
    expectNoSecrets(refused, [SECRET]);
  });

  (hasBuildx ? test : test.skip)('keeps its secrets out of the image and out of the log', async () => {
    const sha = nextCommit();
    const result = await build(sha, 'secret', {
      dockerfile: 'context/with-secret.Dockerfile',
      target: '',
      'build-secrets': `token=${SECRET}`,
    });
    await expectServing(result, sha, 'secret');
    expectNoSecrets(result, [SECRET]);
    const image = result.outputs['image'] ?? '';
    const history = await docker(['history', '--no-trunc', '--format', '{{json .}}', image]);
    expect(history).toContain('sha256sum /run/secrets/token');
    expect(`${history}${await docker(['image', 'inspect', image])}`).not.toContain(SECRET);
  });

  (hasBuildx ? test : test.skip)('finds its layers again in the registry', async () => {
    const [first, second] = [nextCommit(), nextCommit()];
    await expectServing(await build(first, 'cached', { cache: 'registry' }), first, 'cached');
    if (!(await keepsCacheInRegistry())) {
      const again = await build(second, 'cached too', { cache: 'registry' });
      expect(again.warnings).toEqual([expect.stringMatching(/^cache: the buildx driver docker cannot keep a cache/)]);
      return;
    }
    expect(await digestInEcr('buildcache')).toMatch(/^sha256:/);
    // What this machine remembers would hide what the registry gives.
    if (isThrowaway()) await docker(['buildx', 'prune', '--all', '--force']);
    const again = await build(second, 'cached', { cache: 'registry' });
    await expectServing(again, second, 'cached');
    expect(again.lines.join('\n')).toMatch(/importing cache manifest from \S+:buildcache/);
    expect(again.lines.filter((line) => /^#\d+ CACHED$/.test(line))).not.toEqual([]);
  });

  (hasBuildx ? test : test.skip)('is deployed by what its tag names in ECR, attestations or not', async () => {
    const sha = nextCommit();
    const result = await build(sha, 'attested', {}, { BUILDX_NO_DEFAULT_ATTESTATIONS: '0' });
    await expectServing(result, sha, 'attested');
    expect(await mediaTypeOf(result.outputs['image-digest'] ?? '')).toMatch(/^application\/vnd\.(oci|docker)\./);
  });

  test('of the same commit is taken from an immutable repository; another one under its tag is refused by name', async () => {
    const sha = nextCommit();
    await expectServing(await build(sha, 'frozen', { repository: 'frozen' }), sha, 'frozen', 'frozen');
    const digest = await digestInEcr(sha, 'frozen');

    const calls = world.recordCalls();
    const again = await build(sha, 'frozen', { repository: 'frozen' });
    expectEnd(again, 0, 'unchanged');
    expect(again.outputs['image-digest']).toBe(digest);
    expect(again.lines.filter((line) => /^docker /.test(line))).toEqual([]);

    const other = await build(sha, 'thawed', { repository: 'frozen' });
    expectEnd(other, 1, 'failed');
    expect(other.errors).toEqual([
      `tags: ${sha} is immutable in ${imageUri('', 'frozen').replace('@', '')} and names ${digest}, built from the same commit with other inputs; ` +
        `use another tag, or deploy that image with \`image: ${imageUri(digest, 'frozen')}\``,
    ]);
    expect(calls.changes()).toEqual([]);
    expect(await world.versionServing()).toBe('frozen');
    await world.expectNoneFailed();
  });

  test('for a repository that is not there is refused before it begins, with the command that makes one', async () => {
    const calls = world.recordCalls();
    const result = await build(nextCommit(), 'nowhere', { repository: 'nowhere' });
    expectEnd(result, 1, 'failed');
    expect(result.errors).toEqual([
      expect.stringMatching(
        /^repository: nowhere does not exist in ECR; create it with `aws ecr create-repository --repository-name nowhere .+`/,
      ),
    ]);
    expect(calls.changes()).toEqual([]);
    await world.expectNoneFailed();
  });
});

/** The token for ECR, the secrets of the build: whatever the job has masked stands nowhere else. */
function expectNothingMaskedIsTold(result: ActionResult): void {
  expectNoSecrets(result, maskedBy(result));
}

const maskedBy = (result: ActionResult): readonly string[] =>
  result.lines.flatMap((line) => /^::add-mask::(.+)$/.exec(line)?.[1] ?? []);
