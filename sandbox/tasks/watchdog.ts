/** The sandbox's side of the watchdog, a small process that outlives a sandbox killed with SIGKILL and clears up after it. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Watchdog {
  /** Kill this process and its group when the sandbox dies. */
  guard(pid: number): void;
  /** It has ended: its number may come to mean another process. */
  release(pid: number): void;
  close(): Promise<void>;
}

/** What is to be removed when the sandbox is gone. */
export interface Estate {
  readonly folder?: string;
  /** Every container with this label, on the engine behind this socket. */
  readonly containers?: { readonly socketPath: string; readonly label: string };
}

export function startWatchdog(estate: Estate): Watchdog {
  const script = fileURLToPath(new URL('./watchdog-process.mjs', import.meta.url));
  // Its input is a pipe whose other end the kernel closes when this process ends, in whatever way.
  const child = spawn(process.execPath, [script, JSON.stringify(estate)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => {});
  child.unref();
  return {
    guard: (pid) => void child.stdin.write(`+${pid}\n`),
    release: (pid) => void child.stdin.write(`-${pid}\n`),
    async close() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
