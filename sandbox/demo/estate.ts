/** Everything the demo leaves on the machine while it runs, and how it goes away again, in whatever way the demo ends. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startWatchdog } from '../tasks/watchdog.ts';

export interface Estate {
  /** For everything temporary. */
  readonly folder: string;
  /** Called at the end, in the reverse order. */
  add(close: () => Promise<unknown>): void;
  /** Kills this process group, should the demo be killed; release it when it has ended. */
  guard(pid: number): void;
  release(pid: number): void;
  /** Closes what was added until now. Gives what could not be closed. To be repeated when something may have come since. */
  clear(): Promise<readonly unknown[]>;
  /** The end: clears, and removes the folder. */
  close(): Promise<readonly unknown[]>;
}

/** From here on the temporary folder of this process is one that goes away with it, also when it is killed. */
export async function openEstate(): Promise<Estate> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-demo-'));
  const watchdog = startWatchdog({ folder });
  process.env['TMPDIR'] = folder;
  const closers: (() => Promise<unknown>)[] = [];
  const clear = async (): Promise<readonly unknown[]> => {
    const failures: unknown[] = [];
    for (let close = closers.pop(); close !== undefined; close = closers.pop())
      await close().catch((error: unknown) => failures.push(error));
    return failures;
  };
  return {
    folder,
    add: (close) => void closers.push(close),
    guard: (pid) => watchdog.guard(pid),
    release: (pid) => watchdog.release(pid),
    clear,
    async close() {
      const failures = [...(await clear())];
      await watchdog.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) => failures.push(error));
      return failures;
    },
  };
}

/** Removes the images that the real docker has kept of this repository. */
export async function removeImages(repositoryUri: string): Promise<void> {
  const run = promisify(execFile);
  const { stdout } = await run('docker', ['image', 'ls', '--all', '--quiet', '--filter', `reference=${repositoryUri}`]);
  const ids = [...new Set(stdout.split('\n').filter((id) => id !== ''))];
  if (ids.length > 0) await run('docker', ['image', 'rm', '--force', ...ids]);
}
