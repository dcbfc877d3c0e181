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
  const bundle = process.env['GREENLIGHT_BUNDLE'];
  const options = bundle === undefined ? [] : ['--action', bundle];
  demo = spawn(process.execPath, ['--import', 'tsx', 'sandbox/demo/main.ts', ...options], {
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

async function until(holds: () => boolean, what: string, withinMs = 180_000): Promise<void> {
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

const numberOf = (grouped: string): number => Number(grouped.replaceAll(',', ''));

const onLinux = process.platform === 'linux' ? test : test.skip;

describe('npm run demo', () => {
  test('plays four acts, loses no request but those that the bad version fails itself, and leaves only the summaries', async () => {
    start();
    const { code, out, err } = await ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const act of [1, 2, 3, 4]) expect(out).toContain(`Act ${act} of 4`);
    const [, requests = '', own = ''] =
      /^0 of ([\d,]+) requests failed because traffic moved; ([\d,]+) met version 3's own errors$/m.exec(out) ?? [];
    expect(numberOf(requests)).toBeGreaterThan(5_000);
    const [, met = '', meanwhile = ''] = /it had met ([\d,]+) of the ([\d,]+) requests made meanwhile/.exec(out) ?? [];
    const [, answered = ''] =
      /answered by version 1 [\d,]+, version 2 [\d,]+, version 3 ([\d,]+), version 4 [\d,]+;/.exec(out) ?? [];
    expect(answered).toBe(met);
    expect(numberOf(own)).toBeGreaterThan(0);
    // One in five of its answers, and it never had more than a tenth of the users: with room for the requests of a second.
    expect(numberOf(own)).toBeLessThanOrEqual(numberOf(met) / 5 + 2);
    expect(numberOf(met) / numberOf(meanwhile)).toBeLessThan(0.2);
    // Step by step, and the bad one no further than the first.
    for (const share of [10, 20, 50, 90, 100]) expect(out).toContain(`v2 ${share} %`);
    expect(out).toMatch(/gate alarms +fail at 10 %: web-5xx in ALARM/);
    expect(out).not.toMatch(/v3 (?!0 %|10 %)\d+ %/);
    expect(out).toContain('web: awaiting-promotion: the candidate has 10 % of the traffic');
    process.stderr.write(
      `demo: ${requests} requests, 0 lost, ${own} of ${met} failed by the bad version, of ${meanwhile} meanwhile\n`,
    );
    // No escape sequence, no line about the version of Node.
    expect(out).not.toContain('\x1b');
    expect(out).not.toContain('NodeVersionSupportWarning');

    const [, summaries = ''] = /^job summaries and reports: (.+)$/m.exec(out) ?? [];
    expect(readFileSync(join(summaries, 'version-2.md'), 'utf8')).toContain('succeeded');
    expect(readFileSync(join(summaries, 'version-3.md'), 'utf8')).toContain('rolled-back');
    expect(readFileSync(join(summaries, 'version-4.md'), 'utf8')).toContain('awaiting-promotion');
    expect(readFileSync(join(summaries, 'version-4-promoted.md'), 'utf8')).toContain('succeeded');
    // The report of the version that was turned back is named, is there, and is whole.
    const [, link = ''] = /^what happened to version 3, for a browser: (file:\/\/\S+\.html)$/m.exec(out) ?? [];
    const page = readFileSync(new URL(link), 'utf8');
    expect(page).toContain('web-5xx in ALARM');
    expect(page.trimEnd()).toMatch(/<\/html>$/);
    // Nothing is named that has gone away with the runner.
    expect(out).not.toContain('greenlight-runner-');
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
    360_000,
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
    360_000,
  );
});
