/** The story in three acts: version 1 serves, a good version 2 replaces it, a bad version 3 is turned back. */

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Load, startLoad } from '../load/load.ts';
import { type ActionResult, startAction } from '../runner/run-action.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { type Seeded, seedDemo } from '../seed.ts';
import { type Estate, removeImages } from './estate.ts';
import { paintJobLine, readJobLine, wrap } from './job-line.ts';
import { commitOf, inputsFor } from './releases.ts';
import type { Said, Screen } from './screen.ts';
import type { Moment } from './state.ts';
import { clock, grouped, table, tableKey, tableLine } from './table.ts';
import { startWatch, type Watch } from './watch.ts';

export interface Stage {
  readonly screen: Screen;
  readonly estate: Estate;
  readonly runtime: 'docker' | 'process';
  /** Of the action. */
  readonly entry: string;
  /** Aborted: nothing more is begun. */
  readonly signal: AbortSignal;
  /** Gives the folder for the job summaries; made when the first is there. */
  summaries(): Promise<string>;
}

/** AWS's minutes pass so many times faster: a bake of one minute takes four seconds. */
const SPEED = 15;
const USERS_PER_S = 400;

/** Gives what went otherwise than it should have; nothing when all is well. Rejects when the demo itself fails. */
export async function play(stage: Stage): Promise<readonly string[]> {
  const { screen, estate, signal } = stage;
  const beganMs = performance.now();
  screen.say(heading('Greenlight: two releases under live traffic, one good, one bad'));
  const { sandbox, seeded } = await prepare(stage, beganMs);
  const load = await startLoad(seeded.productionUrl, { rate: USERS_PER_S });
  estate.add(() => load.stop());
  signal.throwIfAborted();
  const watch = await startWatch(sandbox, seeded);
  estate.add(() => watch.stop());

  const faults: string[] = [];
  for (const act of acts) {
    const title = `Act ${act.number} of ${acts.length}: ${act.title}`;
    screen.say(heading(title, true));
    screen.live(liveTable(title, beganMs, load, watch));
    if (act.version !== undefined) watch.expect(act.version);
    const result = act.version === undefined ? undefined : await runJob(stage, sandbox, seeded, act.version);
    await setTimeout(act.lookMs, undefined, { signal });
    const fault = act.fault(watch, result);
    if (fault !== undefined) {
      faults.push(`act ${act.number}: ${fault}`);
      break;
    }
    screen.say(note(act.end));
  }

  screen.live(undefined);
  const { requests, failed, problems } = await load.stop();
  if (failed > 0) faults.push(`users saw failures: ${problems.join('; ') || 'answers of 400 and above'}`);
  for (const { operation, problem } of sandbox.violations)
    faults.push(`the local AWS answered wrongly: ${operation}: ${problem}`);
  const served = [1, 2, 3].map((version) => `version ${version} ${grouped(watch.usersOf(version))}`);
  const folder = await stage.summaries();
  screen.say((columns, paint) => [
    '',
    paint('bold', paint(failed === 0 ? 'green' : 'red', `${grouped(failed)} failed of ${grouped(requests)} requests`)),
    ...wrap(`answered by ${served.join(', ')}; ${clock(performance.now() - beganMs)} in all`, columns - 1),
    `job summaries: ${folder}`,
  ]);
  return faults;
}

interface Act {
  readonly number: number;
  readonly title: string;
  /** What the job deploys; nothing in the first act. */
  readonly version?: number;
  /** How long the table is shown after the job. */
  readonly lookMs: number;
  /** What to say when all went as it should. */
  readonly end: string;
  /** Why it did not. */
  fault(watch: Watch, result: ActionResult | undefined): string | undefined;
}

const acts: readonly Act[] = [
  {
    number: 1,
    title: 'version 1 serves',
    lookMs: 5_000,
    end: `version 1 has all users, ${USERS_PER_S} requests a second`,
    fault: (watch) => (shareOf(watch, 1) === 100 ? undefined : 'version 1 does not have all users'),
  },
  {
    number: 2,
    title: 'a good version 2 replaces it',
    version: 2,
    lookMs: 1_500,
    end: 'version 2 has all users; version 1 was kept until version 2 had proved itself',
    fault: (watch, result) =>
      result?.exitCode === 0 && result.outputs['status'] === 'succeeded' && shareOf(watch, 2) === 100
        ? undefined
        : `version 2 should have all users, but ${ending(result)}`,
  },
  {
    number: 3,
    title: 'version 3 looks healthy, but is not',
    version: 3,
    lookMs: 3_000,
    end: 'version 3 was turned back before it had a single user, and the job failed, as it should',
    fault(watch, result) {
      const users = watch.usersOf(3);
      const turnedBack = result?.outputs['status'] === 'rolled-back' && result.exitCode !== 0;
      if (turnedBack && users === 0 && shareOf(watch, 2) === 100) return undefined;
      return `version 3 should be turned back without users (it had ${users}), but ${ending(result)}`;
    },
  },
];

/** From nothing to version 1 in service, saying what is waited for. */
async function prepare(stage: Stage, beganMs: number): Promise<{ sandbox: Sandbox; seeded: Seeded }> {
  const { screen, estate, runtime, signal } = stage;
  let doing = 'starting a local AWS';
  const seconds = (): number => Math.floor((performance.now() - beganMs) / 1000);
  screen.live({
    block: (columns, paint) => wrap(`${doing} … ${seconds()} s`, columns - 5).map((row) => `  ${paint('dim', row)}`),
    line: () => `${clock(performance.now() - beganMs)}  ${doing}`,
    key: () => doing,
  });
  let repositoryUri: string | undefined;
  // Added first, done last: containers use the images until the local AWS has closed.
  if (runtime === 'docker')
    estate.add(async () => {
      if (repositoryUri !== undefined) await removeImages(repositoryUri);
    });
  const sandbox = await startSandbox({ speed: SPEED, runtime });
  estate.add(() => sandbox.close());
  signal.throwIfAborted();
  doing = 'starting two tasks of version 1 behind a load balancer, and waiting for their health checks';
  const seeded = await seedDemo(sandbox);
  repositoryUri = seeded.repositoryUri;
  screen.live(undefined);
  const how =
    runtime === 'docker'
      ? 'tasks are containers; version 2 and 3 are built and pushed by the real docker'
      : 'tasks are processes and images come ready-made; with docker, "npm run demo -- --runtime docker" builds and runs containers';
  screen.say((columns, paint) =>
    [`a local AWS on ${sandbox.endpoint}, ${SPEED} of its minutes in one`, how].flatMap((line) =>
      wrap(line, columns - 3).map((part) => `  ${paint('dim', part)}`),
    ),
  );
  return { sandbox, seeded };
}

async function runJob(stage: Stage, sandbox: Sandbox, seeded: Seeded, version: number): Promise<ActionResult> {
  const { screen, estate, signal } = stage;
  signal.throwIfAborted();
  const folder = await mkdtemp(join(estate.folder, `version-${version}-`));
  const inputs = await inputsFor(version, sandbox, seeded, folder);
  const running = await startAction({
    env: sandbox.env,
    inputs,
    entry: stage.entry,
    cwd: folder,
    sha: commitOf(version),
    ownGroup: true,
    onLine(raw) {
      const line = readJobLine(raw);
      if (line === undefined) return;
      screen.say((columns, paint) =>
        paintJobLine(line, columns - 5, paint).map((part) => `  ${paint('dim', '│')} ${part}`),
      );
    },
  });
  const { pid } = running.process;
  if (pid === undefined) return await running.ended;
  let ended = false;
  estate.guard(pid);
  estate.add(async () => {
    if (!ended) process.kill(-pid, 'SIGKILL');
    await running.ended;
  });
  const result = await running.ended;
  ended = true;
  estate.release(pid);
  signal.throwIfAborted();
  const summaries = await stage.summaries();
  await mkdir(summaries, { recursive: true });
  await writeFile(join(summaries, `version-${version}.md`), result.summary);
  return result;
}

function liveTable(title: string, beganMs: number, load: Load, watch: Watch) {
  const moment = (): Moment => {
    const { requests, failed } = load.count();
    return { title, elapsedMs: performance.now() - beganMs, sides: watch.sides(), requests, failed };
  };
  return {
    block: (columns: number, paint: Parameters<Said>[1]) => table(moment(), columns, paint),
    line: () => tableLine(moment()),
    key: () => tableKey(moment()),
  };
}

function heading(text: string, blankBefore = false): Said {
  return (columns, paint) => [
    ...(blankBefore ? [''] : []),
    ...wrap(text, columns - 1).map((line) => paint('bold', line)),
  ];
}

function note(text: string): Said {
  return (columns, paint) => wrap(`✓ ${text}`, columns - 3).map((line) => `  ${paint('green', line)}`);
}

function shareOf(watch: Watch, version: number): number {
  return watch.sides().find((side) => side.version === version)?.share ?? 0;
}

function ending(result: ActionResult | undefined): string {
  const { status = 'without a status', reason } = result?.outputs ?? {};
  return `the job ended with exit code ${result?.exitCode}, ${status}: ${reason ?? result?.errors.join('; ')}`;
}
