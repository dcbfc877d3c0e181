/** `npm run demo`: the main job, from dist/index.js as a runner starts it, on a local AWS under live traffic. */

import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle } from '../runner/run-action.ts';

import { openEstate } from './estate.ts';
import { parseOptions, usage } from './options.ts';
import { play } from './play.ts';
import { createScreen } from './screen.ts';

async function run(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if ('fault' in options) {
    console.error(`demo: ${options.fault}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const entry = resolve(options.action ?? bundle);
  await access(entry).catch(() => {
    throw new Error(`${entry} is missing; build it with: npm run build`);
  });

  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((settle) => {
    end = settle;
  });
  const interrupt = (signal: NodeJS.Signals) => () => end(128 + constants.signals[signal]);
  // A second Ctrl-C does not hurry it: what is left of tasks and folders would stay.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt(signal));
  // Nobody reads any more, as after `| head`.
  process.stdout.on('error', interrupt('SIGPIPE'));
  const crashed = new Promise<never>((_, reject) => {
    process.on('uncaughtException', reject);
  });
  crashed.catch(() => undefined);

  const outside = tmpdir();
  let folder: Promise<string> | undefined;
  const summaries = (): Promise<string> => {
    folder ??= makeFolder(options.summaries, outside);
    return folder;
  };
  const estate = await openEstate();
  const screen = createScreen(process.stdout, process.env);
  const abort = new AbortController();
  const played = play({ screen, estate, runtime: options.runtime, entry, signal: abort.signal, summaries });
  played.catch(() => undefined);
  const failures: unknown[] = [];
  try {
    const outcome = await Promise.race([played, ended, crashed]);
    screen.close();
    if (typeof outcome === 'number') {
      process.stderr.write('\nstopping the tasks and clearing up\n');
      // Half a story is worth nothing to anybody.
      if (options.summaries === undefined && folder !== undefined) await rm(await folder, { recursive: true });
      return outcome;
    }
    for (const fault of outcome) console.error(`demo: ${fault}`);
    return outcome.length > 0 ? 1 : 0;
  } finally {
    screen.close();
    abort.abort();
    failures.push(...(await estate.clear()));
    // What was being started when the end came is there only now.
    await played.catch(() => undefined);
    failures.push(...(await estate.close()));
    for (const failure of failures) console.error(`demo: could not clear up: ${describe(failure)}`);
  }
}

async function makeFolder(asked: string | undefined, outside: string): Promise<string> {
  if (asked === undefined) return await mkdtemp(join(outside, 'greenlight-summaries-'));
  await mkdir(asked, { recursive: true });
  return resolve(asked);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`demo: ${describe(error)}`);
    process.exitCode = 1;
  },
);
