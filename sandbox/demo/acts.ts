/** The story in three acts: version 1 serves, a good version 2 replaces it, a bad version 3 is turned back. */

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Load, startLoad } from '../load/load.ts';
import { type ActionResult, startAction } from '../runner/run-action.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { type Seeded, seedDemo } from '../seed.ts';
import { type Estate, removeImages } from './estate.ts';
import { paintJobLine, readJobLine, wrap } from './job-line.ts';
import type { Colour } from './paint.ts';
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
  /** Gives the folder for the job summaries; made when the first is there. */
  summaries(): Promise<string>;
}

/** AWS's minutes pass so many times faster: a bake of one minute takes four seconds. */
const SPEED = 15;
const USERS_PER_S = 400;
const FIRST_ACT_MS = 5_000;
const LAST_LOOK_MS = 3_000;

/** Gives what went otherwise than it should have; nothing when all is well. Rejects when the demo itself fails. */
export async function play(stage: Stage): Promise<readonly string[]> {
  const { screen, estate } = stage;
  const faults: string[] = [];
  const beganMs = performance.now();

  screen.say(heading('Greenlight: two releases under live traffic, one good, one bad'));
  const { sandbox, seeded } = await prepare(stage, beganMs);
  const load = await startLoad(seeded.productionUrl, { rate: USERS_PER_S });
  estate.add(() => load.stop());
  const watch = await startWatch(sandbox, seeded);
  estate.add(() => watch.stop());
  const show = (title: string): void => screen.live(liveTable(title, beganMs, load, watch));
  const job = (version: number) => runJob(stage, sandbox, seeded, version);

  screen.say(act('Act 1 of 3: version 1 serves'));
  show('Act 1 of 3: version 1 serves');
  await pause(FIRST_ACT_MS);
  const first = watch.sides().find(({ share }) => share === 100);
  if (first?.version === 1) screen.say(note('green', `version 1 has all users, ${USERS_PER_S} requests a second`));
  else faults.push('act 1: version 1 does not have all users');

  screen.say(act('Act 2 of 3: a good version 2 replaces it, blue-green'));
  watch.expect(2);
  show('Act 2 of 3: a good version 2 replaces it, blue-green');
  const good = await job(2);
  await watch.until(() => true);
  if (good.exitCode === 0 && good.outputs['status'] === 'succeeded' && shareOf(watch, 2) === 100)
    screen.say(note('green', 'version 2 has all users; version 1 was kept until it had proved itself'));
  else faults.push(`act 2: version 2 should have all users, but: ${ending(good)}`);

  screen.say(act('Act 3 of 3: version 3 looks healthy, and every fifth order fails'));
  watch.expect(3);
  show('Act 3 of 3: version 3 looks healthy, and is not');
  const bad = await job(3);
  await Promise.race([watch.until((sides) => sides.every(({ version }) => version !== 3)), pause(15_000)]);
  await pause(LAST_LOOK_MS);
  const touched = watch.usersOf(3);
  if (bad.exitCode !== 0 && bad.outputs['status'] === 'rolled-back' && shareOf(watch, 2) === 100 && touched === 0)
    screen.say(note('green', 'version 3 was turned back before it had a single user; the job fails, as it should'));
  else faults.push(`act 3: version 3 should be turned back without a user (it had ${touched}), but: ${ending(bad)}`);

  screen.live(undefined);
  const { requests, failed, problems } = await load.stop();
  if (failed > 0) faults.push(`users saw failures: ${problems.join('; ') || 'answers of 400 and above'}`);
  for (const { operation, problem } of sandbox.violations)
    faults.push(`the local AWS answered wrongly: ${operation}: ${problem}`);
  const served = [1, 2, 3].map((version) => `version ${version} ${grouped(watch.usersOf(version))}`);
  const folder = await stage.summaries();
  screen.say((_columns, paint) => [
    '',
    paint('bold', paint(failed === 0 ? 'green' : 'red', `${grouped(failed)} failed of ${grouped(requests)} requests`)),
    `answered by ${served.join(', ')}; ${clock(performance.now() - beganMs)} in all`,
    `job summaries: ${folder}`,
  ]);
  return faults;
}

/** From nothing to version 1 in service, saying what is waited for. */
async function prepare(stage: Stage, beganMs: number): Promise<{ sandbox: Sandbox; seeded: Seeded }> {
  const { screen, estate, runtime } = stage;
  let doing = 'starting a local AWS';
  const seconds = (): number => Math.floor((performance.now() - beganMs) / 1000);
  screen.live({
    block: (_columns, paint) => [`  ${paint('dim', `${doing} … ${seconds()} s`)}`],
    line: () => `${clock(performance.now() - beganMs)}  ${doing}`,
    key: () => doing,
  });
  const sandbox = await startSandbox({ speed: SPEED, runtime });
  estate.add(() => sandbox.close());
  doing = 'starting two tasks of version 1 behind a load balancer, and waiting for their health checks';
  const seeded = await seedDemo(sandbox);
  if (runtime === 'docker') estate.add(() => removeImages(seeded.repositoryUri));
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
  const { screen, estate } = stage;
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

function heading(text: string): Said {
  return (columns, paint) => wrap(text, columns - 1).map((line) => paint('bold', line));
}

function act(text: string): Said {
  return (columns, paint) => ['', ...wrap(text, columns - 1).map((line) => paint('bold', line))];
}

function note(colour: Colour, text: string): Said {
  return (columns, paint) => wrap(`✓ ${text}`, columns - 3).map((line) => `  ${paint(colour, line)}`);
}

function shareOf(watch: Watch, version: number): number {
  return watch.sides().find((side) => side.version === version)?.share ?? 0;
}

function ending({ exitCode, outputs, errors }: ActionResult): string {
  return `the job ended with exit code ${exitCode}, ${outputs['status'] ?? 'no status'}: ${outputs['reason'] ?? errors.join('; ')}`;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
