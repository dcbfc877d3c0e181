/** What the acts play on: the local AWS with a service and its users, and the jobs that a runner would start. */

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Load, startLoad } from '../load/load.ts';
import { type ActionResult, startAction } from '../runner/run-action.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { type Seeded, seedDemo } from '../seed.ts';
import { putAlarm } from './alarm.ts';
import { type Estate, removeImages } from './estate.ts';
import { paintJobLine, readJobLine, wrap } from './job-line.ts';
import { commitOf } from './releases.ts';
import type { Screen } from './screen.ts';
import { clock } from './table.ts';
import { startWatch, type Watch } from './watch.ts';

export interface Stage {
  readonly screen: Screen;
  readonly estate: Estate;
  readonly runtime: 'docker' | 'process';
  /** Of the action. */
  readonly entry: string;
  /** Aborted: nothing more is begun. */
  readonly signal: AbortSignal;
  /** Gives the folder for what the jobs leave to look at, their summaries and reports; made when the first is there. */
  summaries(): Promise<string>;
}

export interface Scene extends Stage {
  readonly sandbox: Sandbox;
  readonly seeded: Seeded;
  readonly load: Load;
  readonly watch: Watch;
}

/** AWS's minutes pass so many times faster: an alarm's minute takes one and a half seconds. */
const SPEED = 40;
/** In AWS's seconds. Three eighths of a second apart here, and half of that is time to answer, also on a busy machine. */
const HEALTH_CHECK = { interval: 15, timeout: 7 };
export const USERS_PER_S = 400;

/** From nothing to version 1 with users, saying what is waited for. */
export async function prepare(stage: Stage, beganMs: number): Promise<Scene> {
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
  const seeded = await seedDemo(sandbox, { strategy: 'LINEAR', healthCheck: HEALTH_CHECK });
  repositoryUri = seeded.repositoryUri;
  await putAlarm(sandbox, seeded);
  screen.live(undefined);
  const how =
    runtime === 'docker'
      ? 'tasks are containers; the new versions are built and pushed by the real docker'
      : 'tasks are processes and images come ready-made; with docker, "npm run demo -- --runtime docker" builds and runs containers';
  screen.say((columns, paint) =>
    [`a local AWS on ${sandbox.endpoint}, ${SPEED} of its minutes in one`, how].flatMap((line) =>
      wrap(line, columns - 3).map((part) => `  ${paint('dim', part)}`),
    ),
  );
  const load = await startLoad(seeded.productionUrl, { rate: USERS_PER_S });
  estate.add(() => load.stop());
  signal.throwIfAborted();
  const watch = await startWatch(sandbox, seeded);
  estate.add(() => watch.stop());
  return { ...stage, sandbox, seeded, load, watch };
}

/** Of the file in the folder of the summaries. */
export const reportName = (jobName: string): string => `${jobName}.html`;

/** In the runner's folder, which goes away with the job: the demo keeps the reports elsewhere, and says where. */
const LEFT_WITH_THE_RUNNER = /^(?:report|evidence): \//;

/** A job of this version, its log shown line by line. `name` is that of its checkout, of its summary and of its report. */
export async function runJob(
  scene: Scene,
  name: string,
  version: number,
  inputsIn: (folder: string) => Promise<Readonly<Record<string, string>>>,
): Promise<ActionResult> {
  const { screen, estate, signal, sandbox } = scene;
  signal.throwIfAborted();
  const folder = await mkdtemp(join(estate.folder, `${name}-`));
  const running = await startAction({
    env: sandbox.env,
    inputs: await inputsIn(folder),
    entry: scene.entry,
    cwd: folder,
    sha: commitOf(version),
    ownGroup: true,
    onLine(raw) {
      const line = readJobLine(raw);
      if (line === undefined || LEFT_WITH_THE_RUNNER.test(raw)) return;
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
  const summaries = await scene.summaries();
  await mkdir(summaries, { recursive: true });
  await writeFile(join(summaries, `${name}.md`), result.summary);
  const report = Object.entries(result.files).find(([path]) => path.endsWith('.html'));
  if (report !== undefined) await writeFile(join(summaries, reportName(name)), report[1]);
  return result;
}
