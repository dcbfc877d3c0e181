import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { docker } from '../../src/adapters/docker.ts';
import { CommandFailed, JobFailed } from '../../src/core/errors.ts';
import type { DockerSession } from '../../src/ports.ts';

/**
 * A docker that is a shell script: it notes how it was called (arguments, standard input, configuration, the variables that matter)
 * and answers what the test has put into its folder under the first words of the call.
 */
const script = `#!/bin/sh
here=$(dirname "$0")
words=$(echo "$1 $2" | tr -c 'a-z\\n' '-')
{ printf '%s|' "$@"; printf '\\nstdin=%s\\nconfig=%s\\nsecret=%s\\nkeep=%s\\n' "$([ "$1" = login ] && cat)" "$DOCKER_CONFIG" "$GREENLIGHT_SECRET_1" "$KEEP"; } >> "$here/calls"
for answer in "$here/$words" "$here/$1"; do
  if [ -f "$answer" ]; then . "$answer"; exit $?; fi
done
exit 0
`;

let folder: string;
let environment: Record<string, string>;
let lines: string[];
const processPath = process.env['PATH'];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'greenlight-docker-test-')));
  lines = [];
  for (const name of ['bin', 'temp', 'config']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'bin', 'docker'), script);
  await chmod(join(folder, 'bin', 'docker'), 0o755);
  const path = `${join(folder, 'bin')}${delimiter}${processPath}`;
  process.env['PATH'] = path;
  environment = { PATH: path, KEEP: 'kept', RUNNER_TEMP: join(folder, 'temp'), DOCKER_CONFIG: join(folder, 'config') };
  await answer('info', `echo '{"ServerVersion":"26.1.5","DriverStatus":[["Backing Filesystem","extfs"]]}'`);
  await answer('buildx-version', "echo 'github.com/docker/buildx 0.13.1 788433953'");
  await answer('buildx-inspect', "printf 'Name:   default\\nDriver: docker\\n'");
});

afterEach(async () => {
  process.env['PATH'] = processPath;
  await rm(folder, { recursive: true, force: true });
});

const answer = (words: string, shell: string) => writeFile(join(folder, 'bin', words), shell);
const calls = () => readFile(join(folder, 'bin', 'calls'), 'utf8');
const open = () => docker({ info: (line) => void lines.push(line) }, environment).open();
const left = () => readdir(join(folder, 'temp'));

async function withSession<T>(use: (session: DockerSession) => Promise<T>): Promise<T> {
  const session = await open();
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

describe('what can build here', () => {
  test('buildx with its version and driver', async () => {
    expect(await withSession(async ({ builder }) => builder)).toEqual({
      kind: 'buildx',
      version: '0.13.1',
      driver: 'docker',
      containerdStore: false,
    });
  });

  test("containerd's image store is seen", async () => {
    const status = '{"ServerVersion":"29.0.0","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]]}';
    await answer('info', `echo '${status}'`);
    expect(await withSession(async ({ builder }) => builder)).toMatchObject({ containerdStore: true });
  });

  test('the old builder where there is no buildx', async () => {
    await answer('buildx-version', 'echo "docker: \'buildx\' is not a docker command." >&2; exit 1');
    expect(await withSession(async ({ builder }) => builder)).toEqual({ kind: 'legacy', version: '26.1.5' });
  });

  test.each([
    ['with buildx', 'exit 0'],
    ['without buildx', 'exit 1'],
  ])('an engine that does not answer is said so, %s, and nothing is left behind', async (_, buildx) => {
    await answer('buildx-version', buildx);
    await answer('info', 'echo \'{"ServerVersion":""}\'; echo "Cannot connect to the Docker daemon at x" >&2; exit 1');
    const error = await open().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JobFailed);
    expect((error as Error).message).toMatch(
      /no docker engine can be reached: Cannot connect to the Docker daemon at x; .*image/,
    );
    expect(await left()).toEqual([]);
  });

  test('a builder elsewhere needs no engine here', async () => {
    await answer('info', 'exit 1');
    await answer('buildx-inspect', "printf 'Name: far\\nDriver: remote\\n'");
    expect(await withSession(async ({ builder }) => builder)).toMatchObject({ driver: 'remote' });
  });

  test('no docker at all is said so', async () => {
    await rm(join(folder, 'bin', 'docker'));
    process.env['PATH'] = join(folder, 'bin');
    const error = await open().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JobFailed);
    expect((error as Error).message).toMatch(/docker cannot be run: .*image/);
    expect(await left()).toEqual([]);
  });
});

describe('a login', () => {
  test('takes the password from the standard input and from nowhere else', async () => {
    await withSession((session) => session.login('host.example:5000', 'AWS', 'p4ss|word'));
    const text = await calls();
    expect(text).toContain('login|--username|AWS|--password-stdin|host.example:5000|\nstdin=p4ss|word\n');
    expect(text.match(/p4ss/g)).toHaveLength(1);
    expect(lines.join('\n')).not.toContain('p4ss');
  });

  test('that is refused says what docker said', async () => {
    await answer('login', 'echo "unauthorized: token expired" >&2; exit 1');
    const error = await withSession((session) => session.login('host', 'AWS', 'x')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandFailed);
    expect((error as Error).message).toBe('docker login to host ended with 1: unauthorized: token expired');
  });

  test('is left to the credential helper where the user has named one for the registry', async () => {
    await writeFile(join(folder, 'config', 'config.json'), '{"credHelpers":{"host":"ecr-login"}}');
    await withSession((session) => session.login('host', 'AWS', 'x'));
    expect(await calls()).not.toContain('login|');
  });

  test("that went into the user's store of credentials is taken out again", async () => {
    await writeFile(join(folder, 'config', 'config.json'), '{"credsStore":"desktop"}');
    await withSession((session) => session.login('host', 'AWS', 'x'));
    expect(await calls()).toContain('logout|host|');
  });
});

describe("docker's configuration", () => {
  test("is a private copy with the user's builders and plug-ins in it, and goes away", async () => {
    const own = join(folder, 'config');
    await writeFile(join(own, 'config.json'), '{"auths":{"hub":{"auth":"x"}},"currentContext":"far"}');
    await mkdir(join(own, 'cli-plugins'));
    await writeFile(join(own, 'cli-plugins', 'docker-buildx'), '');
    await writeFile(join(own, '.token_seed'), 'seed');
    let path = '';
    await withSession(async (session) => {
      await session.run(['version'], {});
      path = /config=(.*)/.exec(await calls())?.[1] ?? '';
      expect(path.startsWith(join(folder, 'temp'))).toBe(true);
      expect(JSON.parse(await readFile(join(path, 'config.json'), 'utf8'))).toMatchObject({ currentContext: 'far' });
      expect((await stat(join(path, 'config.json'))).mode & 0o077).toBe(0);
      expect(await readdir(join(path, 'cli-plugins'))).toEqual(['docker-buildx']);
    });
    expect(await left()).toEqual([]);
    expect(await readdir(join(own, 'cli-plugins'))).toEqual(['docker-buildx']);
    expect(await readFile(join(own, 'config.json'), 'utf8')).toContain('"auth":"x"');
  });

  test('that cannot be read is named', async () => {
    await writeFile(join(folder, 'config', 'config.json'), '{');
    await expect(open()).rejects.toThrow(join(folder, 'config', 'config.json'));
    expect(await left()).toEqual([]);
  });
});

describe('a command', () => {
  test('gets its arguments as they are, the environment of the job, and secrets that the next command does not see', async () => {
    await withSession(async (session) => {
      await session.run(['buildx', 'build', '--build-arg', 'A=1 "2" $HOME; *', '.'], { GREENLIGHT_SECRET_1: 's3cr3t' });
      await session.run(['push', 'host/web:v1'], {});
    });
    const text = await calls();
    expect(text).toContain('buildx|build|--build-arg|A=1 "2" $HOME; *|.|\n');
    expect(text.match(/secret=s3cr3t/g)).toHaveLength(1);
    expect(text).toMatch(/push\|host\/web:v1\|\nstdin=\nconfig=.*\nsecret=\nkeep=kept/);
  });

  test('shows its output line by line as it comes, and gives it back', async () => {
    await answer('push', 'echo one; echo two >&2; echo three');
    const output = await withSession((session) => session.run(['push', 'x'], {}));
    expect(output).toBe('one\nthree\n');
    expect(lines).toEqual(expect.arrayContaining(['docker push x', 'one', 'two', 'three']));
  });

  test('that fails without a word on standard error fails all the same, with what it did say', async () => {
    await answer('buildx-build', 'echo "only this"; exit 3');
    const error = await withSession((session) => session.run(['buildx', 'build', '.'], {})).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(CommandFailed);
    expect(error).toMatchObject({
      message: 'docker buildx build ended with 3: only this',
      exitCode: 3,
      lastLines: ['only this'],
    });
  });

  test('of much output shows the end of it', async () => {
    await answer('push', 'i=0; while [ $i -lt 100 ]; do echo "line $i" >&2; i=$((i+1)); done; exit 1');
    const error = await withSession((session) => session.run(['push', 'x'], {})).catch((reason: unknown) => reason);
    const { lastLines } = error as CommandFailed;
    expect(lastLines.at(-1)).toBe('line 99');
    expect(lastLines.length).toBeLessThan(30);
  });

  test('that wrote a metadata file has it read, and none is none', async () => {
    await withSession(async (session) => {
      expect(await session.metadata()).toBeUndefined();
      await writeFile(session.metadataFile, '{"containerimage.digest":"sha256:1"}');
      expect(await session.metadata()).toEqual({ 'containerimage.digest': 'sha256:1' });
    });
  });
});
