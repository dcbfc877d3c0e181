/** The action as a runner starts it, watched line by line. */
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import { type ActionResult, type ActionRun, postBundle, startAction } from '../../../sandbox/runner/run-action.ts';

/** Another bundle than the committed one, to try a change: the path of its index.js. */
const bundle = process.env['GREENLIGHT_BUNDLE'];

export interface Job {
  readonly ended: Promise<ActionResult>;
  /** The first line that matches, printed already or still to come. Rejects with the whole log when the job ends without it. */
  sees(pattern: RegExp): Promise<string>;
  /** As a cancelled workflow does. */
  cancel(): void;
  /** As a lost machine does. */
  kill(): void;
}

/** What the runner starts after the job's steps, with the state that the main one has saved. */
export function startPost(main: ActionResult, run: ActionRun): Promise<Job> {
  const entry = bundle === undefined ? postBundle : join(dirname(bundle), 'post.js');
  return startJob({ ...run, entry, state: main.state });
}

/** Every job that still runs, so that a failed test leaves none behind. */
const running = new Set<Job>();

export async function startJob(run: ActionRun): Promise<Job> {
  const lines: string[] = [];
  let waiting: { readonly pattern: RegExp; readonly resolve: (line: string) => void }[] = [];
  const action = await startAction({
    ...(bundle === undefined ? {} : { entry: bundle }),
    ...run,
    onLine(line) {
      lines.push(line);
      run.onLine?.(line);
      for (const { pattern, resolve } of waiting) if (pattern.test(line)) resolve(line);
      waiting = waiting.filter(({ pattern }) => !pattern.test(line));
    },
  });
  const job: Job = {
    ended: action.ended.finally(() => running.delete(job)),
    sees(pattern) {
      const before = lines.find((line) => pattern.test(line));
      if (before !== undefined) return Promise.resolve(before);
      const seen = new Promise<string>((resolve) => waiting.push({ pattern, resolve }));
      const gone = action.ended.then((): string => {
        const printed = lines.find((line) => pattern.test(line));
        if (printed !== undefined) return printed;
        throw new Error(`the job ended without a line like ${pattern}:\n${lines.join('\n')}`);
      });
      return Promise.race([seen, gone]);
    },
    cancel: action.cancel,
    kill: action.kill,
  };
  running.add(job);
  // A rejection is the business of whoever awaits it, also when that is later.
  job.ended.catch(() => undefined);
  return job;
}

/** Ends what a failed test has left. */
export async function endJobs(): Promise<void> {
  for (const job of running) job.kill();
  await Promise.all([...running].map((job) => job.ended.catch(() => undefined)));
}

/** Exit code and status together; on a difference the log is shown too. */
export function expectEnd(result: ActionResult, exitCode: number, status: string): void {
  const seen = `exit ${result.exitCode}, ${result.outputs['status']}`;
  const wanted = `exit ${exitCode}, ${status}`;
  expect(seen === wanted ? seen : `${seen}: ${result.outputs['reason']}\n${result.lines.join('\n')}`).toBe(wanted);
}

/** Seconds since the rollout began that a line of its log begins with: 65 for "01:05  BAKE_TIME …". */
export function secondsOf(line: string): number {
  const [, minutes, seconds] = /(\d\d):(\d\d) {2}/.exec(line) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}
