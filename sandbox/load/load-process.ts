/**
 * Users, in a process of their own: autocannon against one URL until told to stop. Arguments: a JSON object with `url`,
 * `connections` and `rate` (requests a second, 0 for as many as go through). Prints a line of JSON a tick and a last one with `done`.
 */
import autocannon from 'autocannon';

interface Settings {
  readonly url: string;
  readonly connections: number;
  readonly rate: number;
}

const { url, connections, rate } = JSON.parse(process.argv[2] ?? '{}') as Settings;
const TICK_MS = 200;

let requests = 0;
let failed = 0;
const byStatus: Record<string, number> = {};
const problems: string[] = [];

const say = (done: boolean): void => {
  process.stdout.write(`${JSON.stringify({ requests, failed, byStatus, problems, done })}\n`);
};
const ticks = setInterval(() => say(false), TICK_MS);

const instance = autocannon(
  { url, connections, duration: 3_600, timeout: 30, ...(rate > 0 ? { overallRate: rate } : {}) },
  () => {
    clearInterval(ticks);
    say(true);
  },
);
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

// The standard input ends when whoever started this is gone: nobody is left to count for.
process.stdin.resume().on('end', () => instance.stop());
