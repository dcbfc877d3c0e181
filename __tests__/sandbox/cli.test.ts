import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { parseCli, usage } from '../../sandbox/cli-options.ts';

describe('the options of npm run sandbox', () => {
  test.each([
    ['--port x', "--port 'x': must be a whole number from 0 to 65535"],
    ['--port 70000', "--port '70000': must be a whole number from 0 to 65535"],
    ['--speed 0', "--speed '0': must be a number above 0"],
    ['--runtime podman', "--runtime 'podman': must be docker or process"],
    ['--latency 80-20', "--latency '80-20': must be milliseconds, such as 50, or a range, such as 20-80"],
    ['--throttle 2', "--throttle '2': must be a number from 0 to 1"],
    ['--seed 1.5', "--seed '1.5': must be a whole number"],
  ])('%s is refused with what would be right', (line, fault) => {
    expect(parseCli(line.split(' '))).toEqual({ faults: [fault] });
  });

  test('all faults are told at once', () => {
    const parsed = parseCli('--port x --speed x --runtime x'.split(' '));
    expect('faults' in parsed ? parsed.faults.length : 0).toBe(3);
  });

  test.each(['--prot 1', 'extra', '--port'])('%s is not taken for something else', (line) => {
    expect(parseCli(line.split(' '))).toEqual({ faults: [expect.stringMatching(/^sandbox: /)] });
  });

  test('all together are read', () => {
    const line =
      '--port 0 --speed 60 --empty --runtime process --latency 5-10 --throttle 0.1 --seed 4 --load-balancer-port 8080';
    expect(parseCli(line.split(' '))).toEqual({
      help: false,
      empty: true,
      loadBalancerPort: 8080,
      options: { port: 0, speed: 60, runtime: 'process', latencyMs: { min: 5, max: 10 }, throttle: 0.1, seed: 4 },
    });
  });

  test('every one is in the usage', () => {
    for (const name of ['port', 'speed', 'empty', 'runtime', 'latency', 'throttle', 'seed', 'load-balancer-port'])
      expect(usage).toContain(`--${name}`);
  });
});

describe('the command', () => {
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/cli.ts', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { text: '' };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said.text += text;
      });
    const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    const seen = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const match = pattern.exec(said.text);
        if (match) return match;
        const [code] = (await Promise.race([ended, once(child.stdout, 'data')])) as unknown[];
        if (typeof code === 'number') throw new Error(`ended with ${code} before ${pattern}: ${said.text}`);
      }
    };
    return { child, said, ended, seen };
  };

  test('prints where the sandbox is, serves, and ends cleanly on SIGTERM', async () => {
    const { child, ended, seen, said } = start('--port', '0', '--runtime', 'process', '--speed', '120');
    const [, endpoint = ''] = await seen(/^AWS_ENDPOINT_URL=(\S+)$/m);
    const [, loadBalancer = ''] = await seen(/^load balancer: (\S+)$/m);
    expect(said.text).toMatch(/^AWS_ACCESS_KEY_ID=\S+$/m);
    expect(await (await fetch(loadBalancer)).json()).toMatchObject({ version: '1' });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
    await expect(fetch(loadBalancer)).rejects.toThrow('fetch failed');
  }, 60_000);

  test('starts empty when asked to, and ends on Ctrl-C', async () => {
    const { child, ended, seen, said } = start('--port', '0', '--runtime', 'process', '--empty');
    await seen(/ready, empty/);
    expect(said.text).not.toContain('load balancer');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  }, 60_000);

  test('says what is wrong with an option, and that a port is taken', async () => {
    const wrong = start('--speed', 'fast');
    expect((await wrong.ended)[0]).toBe(2);
    expect(wrong.said.text).toContain("--speed 'fast': must be a number above 0");

    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const taken = start('--port', String(port), '--empty', '--runtime', 'process');
    expect((await taken.ended)[0]).toBe(1);
    expect(taken.said.text).toContain(`sandbox: port ${port} is taken; choose another with --port`);
    other.close();
  }, 60_000);
});
