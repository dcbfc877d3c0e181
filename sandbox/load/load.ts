/** Users' requests against the load balancer, made by autocannon in its own process, and the count of those that failed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface LoadCount {
  readonly requests: number;
  /** Answers of 400 and above, connections refused or reset, and time-outs. */
  readonly failed: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** The first few errors that were no answers. */
  readonly problems: readonly string[];
}

export interface Load {
  /** As of the last tick, at most 200 ms ago. */
  count(): LoadCount;
  /** Resolves when so many requests were made in all. */
  reached(requests: number): Promise<void>;
  /** The count of the next tick but one: of everything that was answered before the call. Rejects when the users are gone. */
  fresh(): Promise<LoadCount>;
  /** Ends the users and gives the final count. Safe to repeat. */
  stop(): Promise<LoadCount>;
}

/**
 * Either so many connections, as fast as they are served or, with a rate, so many requests at the beginning of each second: that costs
 * the machine least, and what is lost in the rest of a second goes unseen. Or, by a rate alone, so many users, each with one request a
 * second, evenly over the second.
 */
export type LoadOptions =
  | { readonly connections: number; readonly rate?: number }
  | { readonly connections?: never; readonly rate: number };

const program = fileURLToPath(new URL('./load-process.ts', import.meta.url));

/** Resolves when the first answers have come. */
export async function startLoad(url: string, options: LoadOptions): Promise<Load> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify({ url, ...options })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let latest: LoadCount = { requests: 0, failed: 0, byStatus: {}, problems: [] };
  let waiting: { readonly requests: number; readonly resolve: () => void }[] = [];
  let ticks = 0;
  let awaited: { readonly tick: number; readonly resolve: (count: LoadCount) => void }[] = [];
  const take = (line: string): void => {
    latest = JSON.parse(line) as LoadCount;
    for (const { requests, resolve } of waiting) if (latest.requests >= requests) resolve();
    waiting = waiting.filter(({ requests }) => latest.requests < requests);
    ticks += 1;
    for (const { tick, resolve } of awaited) if (ticks >= tick) resolve(latest);
    awaited = awaited.filter(({ tick }) => ticks < tick);
  };
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(take);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  const load: Load = {
    count: () => latest,
    reached: (requests) =>
      latest.requests >= requests ? Promise.resolve() : new Promise((resolve) => waiting.push({ requests, resolve })),
    fresh: () =>
      Promise.race([
        new Promise<LoadCount>((resolve) => awaited.push({ tick: ticks + 2, resolve })),
        ended.then(() => {
          throw new Error(`the load generator against ${url} has ended`);
        }),
      ]),
    async stop() {
      child.stdin.end();
      await ended;
      return latest;
    },
  };
  await Promise.race([
    load.reached(1),
    ended.then(() => {
      throw new Error(`the load generator ended before its first answer from ${url}`);
    }),
  ]);
  return load;
}
