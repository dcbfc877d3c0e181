import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Shell } from '../ports.ts';

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 3_000;
/** What the command left in the background may hold its output open for ever; so long it is still listened to. */
const LAST_OUTPUT_MS = 200;

/** As the runner starts a step with `shell: bash`, and `sh` where there is no bash. */
const SHELLS: readonly (readonly [string, ...string[]])[] = [
  ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', '-c'],
  ['sh', '-e', '-c'],
];

/** Not passed on: a step with `run:` does not see the inputs, the state and the runtime token of an action either. */
const OURS = /^(INPUT_|STATE_|ACTIONS_RUNTIME_TOKEN$)/;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Runs command lines that are the user's own by design. `onLine` gets what they print, both streams, line by line. */
export function shell(onLine: (line: string) => void): Shell {
  return {
    async run(command, environment, withinMs, signal) {
      if (signal.aborted) return undefined;
      const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
      const child = await start(command, { ...inherited, ...environment });
      const output = Promise.all([child.stdout, child.stderr].map((stream) => readLines(stream, onLine)));
      const exited = new Promise<number>((resolve) => {
        child.once('exit', (code, killedBy) => void exitCodeOf(code, killedBy).then(resolve));
      });

      let stopped = false;
      let lastResort: NodeJS.Timeout | undefined;
      const stop = () => {
        stopped = true;
        killGroup(child, 'SIGTERM');
        lastResort = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
      };
      const timeLimit = setTimeout(stop, withinMs);
      signal.addEventListener('abort', stop, { once: true });
      // Aborted while the process was being started: the event has been and gone.
      if (signal.aborted) stop();
      try {
        const exitCode = await exited;
        // What is left of the group had its SIGTERM; nothing of a stopped command may live on.
        if (stopped) killGroup(child, 'SIGKILL');
        await Promise.race([output, pause(LAST_OUTPUT_MS)]);
        return stopped ? undefined : exitCode;
      } finally {
        clearTimeout(timeLimit);
        clearTimeout(lastResort);
        signal.removeEventListener('abort', stop);
        child.stdout.destroy();
        child.stderr.destroy();
      }
    },
  };
}

async function start(command: string, env: NodeJS.ProcessEnv): Promise<Child> {
  const { spawn } = await import('node:child_process');
  for (const [file, ...args] of SHELLS) {
    // Its own process group, so that a time limit reaches everything that it started.
    const child = spawn(file, [...args, command], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const started = await new Promise<boolean>((resolve, reject) => {
      child.once('spawn', () => resolve(true));
      child.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(false) : reject(error)));
    });
    if (started) return child;
  }
  throw new Error(`neither bash nor sh is on the PATH, so '${command}' cannot be run`);
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', onLine);
  await new Promise<void>((resolve) => lines.once('close', resolve));
}

/** A command killed by a signal from elsewhere has the code that a shell would give it: 128 and the signal's number. */
async function exitCodeOf(code: number | null, killedBy: NodeJS.Signals | null): Promise<number> {
  if (code !== null) return code;
  const { constants } = await import('node:os');
  return 128 + (killedBy === null ? 0 : constants.signals[killedBy]);
}

function killGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
