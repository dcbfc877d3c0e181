/**
 * Users, in a process of their own: autocannon against one URL until told to stop. Arguments: a JSON object with `url` and the
 * LoadOptions. Prints a line of JSON a tick and a last one with `done`.
 */
import autocannon from 'autocannon';
import type { LoadOptions } from './load.ts';

const { url, ...users } = JSON.parse(process.argv[2] ?? '{}') as { readonly url: string } & LoadOptions;
const TICK_MS = 200;

let requests = 0;
let failed = 0;
const byStatus: Record<string, number> = {};
const problems: string[] = [];

const say = (done: boolean): void => {
  process.stdout.write(`${JSON.stringify({ requests, failed, byStatus, problems, done })}\n`);
};
const ticks = setInterval(() => say(false), TICK_MS);

const instances: autocannon.Instance[] = [];
const gone: Promise<void>[] = [];

function begin(options: Omit<autocannon.Options, 'url'>): void {
  gone.push(
    new Promise((resolve) => {
      const instance = autocannon({ url, duration: 3_600, timeout: 30, ...options }, () => resolve());
      instances.push(instance);
      instance.on('response', (_client, status) => {
        requests += 1;
        byStatus[status] = (byStatus[status] ?? 0) + 1;
        if (status >= 400) failed += 1;
      });
      instance.on('reqError', (error: Error) => {
        requests += 1;
        failed += 1;
        if (problems.length < 5) problems.push(error.message);
      });
    }),
  );
}

/**
 * With a rate autocannon makes a whole second's requests at its beginning, and in the rest of it everything could be lost unseen. So
 * each user is an instance of its own, and one begins after another has begun.
 */
function beginInTurn(count: number, everyMs: number): void {
  begin({ connections: 1, overallRate: 1 });
  if (count > 1) entrance = setTimeout(() => beginInTurn(count - 1, everyMs), everyMs);
}

let entrance: NodeJS.Timeout | undefined;
if (users.connections === undefined) {
  beginInTurn(users.rate, 1_000 / users.rate);
} else {
  const { connections, rate } = users;
  begin({ connections, ...(rate === undefined ? {} : { overallRate: rate }) });
}

// The standard input ends when whoever started this is gone: nobody is left to count for.
process.stdin.resume().on('end', () => {
  clearTimeout(entrance);
  for (const instance of instances) instance.stop();
  void Promise.all(gone).then(() => {
    clearInterval(ticks);
    say(true);
  });
});
