import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

/** Temporary folder of the demo: what it leaves behind lies there. */
let folder: string;
let demo: ChildProcess;
let ended: Promise<{ code: number | null; out: string; err: string }>;
let printed = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenlight-demo-test-'));
  printed = '';
});

afterEach(() => {
  if (demo.exitCode === null) demo.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(): void {
  demo = spawn(process.execPath, ['--import', 'tsx', 'sandbox/demo/main.ts'], {
    env: { ...process.env, NODE_OPTIONS: '', TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  demo.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  demo.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  ended = new Promise((resolve) => demo.once('close', (code) => resolve({ code, out: printed, err })));
}

async function until(holds: () => boolean, what: string, withinMs = 90_000): Promise<void> {
  const from = performance.now();
  while (!holds()) {
    if (performance.now() - from > withinMs) throw new Error(`not within ${withinMs} ms: ${what}\n${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Processes whose environment or command line names the demo's temporary folder: all that it starts do. */
function leftOver(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/environ`, 'utf8') + readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return text.includes(folder) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
      } catch {
        return [];
      }
    });
}

/** tsx keeps compiled files among the temporary ones, for all who use it. */
const leftFiles = (): string[] => readdirSync(folder).filter((name) => !/^(tsx|node-compile-cache)/.test(name));

const onLinux = process.platform === 'linux' ? test : test.skip;

describe('npm run demo', () => {
  test('plays three acts, loses no request, and leaves only the summaries', async () => {
    start();
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const act of ['Act 1 of 3', 'Act 2 of 3', 'Act 3 of 3']) expect(out).toContain(act);
    const [, requests = ''] = /^0 failed of ([\d,]+) requests$/m.exec(out) ?? [];
    expect(Number(requests.replaceAll(',', ''))).toBeGreaterThan(5_000);
    expect(out).toMatch(/answered by version 1 [\d,]+, version 2 [\d,]+, version 3 0;/);
    // No escape sequence, no line about the version of Node.
    expect(out).not.toContain('\x1b');
    expect(out).not.toContain('NodeVersionSupportWarning');

    const [, summaries = ''] = /^job summaries: (.+)$/m.exec(out) ?? [];
    expect(readFileSync(join(summaries, 'version-2.md'), 'utf8')).toContain('succeeded');
    expect(readFileSync(join(summaries, 'version-3.md'), 'utf8')).toContain('rolled-back');
    expect(leftFiles().map((name) => join(folder, name))).toEqual([summaries]);
    if (process.platform === 'linux') expect(leftOver()).toEqual([]);
  }, 240_000);

  onLinux(
    'ended in the middle of a deployment, it leaves nothing',
    async () => {
      start();
      await until(() => printed.includes('candidate'), 'a deployment is under way');
      // The meter can fail: now there is something.
      expect(leftOver().length).toBeGreaterThan(2);
      demo.kill('SIGINT');
      const { code } = await ended;
      expect(code).toBe(130);
      await until(() => leftOver().length === 0, 'no process is left', 20_000);
      expect(leftFiles()).toEqual([]);
    },
    180_000,
  );

  onLinux(
    'killed in the middle of a deployment, it leaves nothing',
    async () => {
      start();
      await until(() => printed.includes('candidate'), 'a deployment is under way');
      demo.kill('SIGKILL');
      await ended;
      await until(() => leftOver().length === 0 && leftFiles().length === 0, 'no process and no file is left', 30_000);
    },
    180_000,
  );
});
