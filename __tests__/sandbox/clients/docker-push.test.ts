import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeImagesCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeTar } from '../../../sandbox/ecr/tar.ts';
import { type Lab, startLab } from '../ecr/_lab.ts';
import { runProgram, wantsDocker } from './_cli.ts';

// An engine takes its time when others use it too.
jest.setTimeout(60_000);

(wantsDocker('docker push to the registry') ? describe : describe.skip)('a real docker client', () => {
  let lab: Lab;
  let config: string;
  const made: string[] = [];
  const docker = (args: readonly string[], input?: string | Buffer) =>
    runProgram('docker', args, { ...process.env, DOCKER_CONFIG: config }, input);
  const login = async () => {
    const { authorizationData } = await lab.client.send(new GetAuthorizationTokenCommand({}));
    const [, password = ''] =
      /^AWS:(.*)$/.exec(Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()) ?? [];
    return docker(['login', '--username', 'AWS', '--password-stdin', lab.wire.host], password);
  };
  const makeImage = async (name: string, content: string) => {
    const tar = writeTar([{ path: 'hello.txt', content }]);
    made.push(name);
    expect(await docker(['import', '-c', 'CMD ["/hello"]', '-', name], tar)).toMatchObject({ code: 0 });
  };

  beforeAll(async () => {
    lab = await startLab();
    config = mkdtempSync(join(tmpdir(), 'greenlight-docker-'));
    lab.ecr.repositories.create('web');
    lab.ecr.repositories.create('frozen', { mutability: 'IMMUTABLE' });
  });
  afterAll(async () => {
    if (made.length > 0) await docker(['image', 'rm', '--force', ...made]);
    rmSync(config, { recursive: true, force: true });
    expect(lab.wire.recorder.violations).toEqual([]);
    await lab.close();
  });

  test('is refused before it has logged in, and with a wrong password', async () => {
    const name = `${lab.wire.host}/web:early`;
    await makeImage(name, 'early');
    const anonymous = mkdtempSync(join(tmpdir(), 'greenlight-docker-'));
    try {
      const env = { ...process.env, DOCKER_CONFIG: anonymous };
      const pushed = await runProgram('docker', ['push', name], env);
      expect(pushed.code).toBe(1);
      expect(pushed.stderr).toMatch(/no basic auth credentials|401|Not Authorized/);
      const login = ['login', '--username', 'AWS', '--password-stdin', lab.wire.host];
      const wrong = await runProgram('docker', login, env, 'guess');
      expect(wrong.stderr).toContain('400 Bad Request');
    } finally {
      rmSync(anonymous, { recursive: true, force: true });
    }
  });

  test('logs in, pushes, and pulls the same image back by its digest', async () => {
    expect((await login()).stdout).toContain('Login Succeeded');
    const name = `${lab.wire.host}/web:v1`;
    await makeImage(name, 'one');
    const pushed = await docker(['push', name]);
    expect(pushed.stderr).toBe('');
    const [, digest = ''] = /digest: (sha256:[0-9a-f]{64})/.exec(pushed.stdout) ?? [];
    const { imageDetails } = await lab.client.send(
      new DescribeImagesCommand({ repositoryName: 'web', imageIds: [{ imageTag: 'v1' }] }),
    );
    expect(imageDetails?.[0]?.imageDigest).toBe(digest);
    await docker(['image', 'rm', '--force', name]);
    made.push(`${lab.wire.host}/web@${digest}`);
    const pulled = await docker(['pull', `${lab.wire.host}/web@${digest}`]);
    expect(pulled.stdout).toContain(digest);
    const own = await lab.ecr.images.pull(name, {
      os: 'linux',
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    });
    expect(own.config.config?.Cmd).toEqual(['/hello']);
  });

  // An engine with the containerd image store shows the status of a refusal alone, the classic one its text.
  test('is told of a repository that does not exist in the words of ECR', async () => {
    await login();
    const name = `${lab.wire.host}/nowhere:v1`;
    await makeImage(name, 'one');
    const pushed = await docker(['push', name]);
    expect(pushed.code).toBe(1);
    expect(pushed.stderr).toMatch(
      /name unknown: The repository with name 'nowhere' does not exist in the registry with id '123456789012'|404 Not Found/,
    );
  });

  test('is told of an immutable tag in the words of ECR', async () => {
    await login();
    const name = `${lab.wire.host}/frozen:v1`;
    await makeImage(name, 'one');
    expect((await docker(['push', name])).stderr).toBe('');
    await makeImage(name, 'two');
    const pushed = await docker(['push', name]);
    expect(pushed.code).toBe(1);
    expect(pushed.stderr).toMatch(
      /tag invalid: The image tag 'v1' already exists in the 'frozen' repository and cannot be overwritten because the tag is immutable\.|400 Bad Request/,
    );
  });
});
