/** Jobs as the runner starts them, by their inputs; some are cancelled, some are killed on the way. */
import { afterwards as runAfterwards } from '../../src/afterwards.ts';
import type { GitHubContext } from '../../src/core/github.ts';
import { withCommit } from '../../src/core/github-commit.ts';
import { type Job, main } from '../../src/main.ts';
import type { Ports } from '../../src/ports.ts';
import { type EngineName, type FakeWorld, rememberingLog } from './ports.ts';
import { TEST_RULE } from './task-sets.ts';

export type Inputs = Readonly<Record<string, string>>;

/** What happens to a job on its way; each is asked before every call that the job makes. */
export interface Fate {
  readonly cancelledWhen?: () => boolean;
  /** SIGKILL: no code of the job runs from then on. */
  readonly killedWhen?: () => boolean;
  /** Something else happens, once. */
  readonly when?: readonly [is: () => boolean, then: () => void];
  /** Where on GitHub it runs; with it goes the world's port `github`, if it has one. */
  readonly github?: GitHubContext;
}

export interface Ended {
  readonly status: string;
  readonly reason: string;
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly lines: readonly string[];
  /** Annotations. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly saved: ReadonlyMap<string, string>;
  /** Text by name. */
  readonly files: ReadonlyMap<string, string>;
  readonly tookMs: number;
  /** Names of the calls that were made meanwhile. */
  readonly calls: readonly string[];
}

/** A ladder with short holds, and an alarm to turn back by: as much of both as the engine can do. */
export const LADDERS: Readonly<Record<EngineName, Inputs>> = {
  native: { steps: '20, 60, 100', hold: '30s', bake: '1m', gates: '- targets\n- alarms: [web-5xx]' },
  taskset: {
    steps: '20, 60, 100',
    hold: '30s',
    bake: '2m',
    gates: '- targets\n- alarms: [web-5xx]',
    'test-rule': TEST_RULE,
  },
  codedeploy: { steps: '10, 100', hold: '5m', bake: '1m', gates: '- targets\n- alarms: [web-5xx]' },
};

let jobs = 0;

export function jobOf(inputs: Inputs, cancelled: AbortSignal): Job {
  jobs += 1;
  const given: Inputs = { cluster: 'demo', ...inputs };
  return {
    sha: '',
    region: 'eu-west-1',
    input: (name) => given[name] ?? '',
    inputNames: Object.keys(given).map((name) => `INPUT_${name.toUpperCase()}`),
    architecture: 'amd64',
    cancelled,
    by: `example/shop/actions/runs/${jobs} of octocat`,
    token: String(jobs).padStart(32, 'a'),
  };
}

/** To its end. */
export async function run(world: FakeWorld, inputs: Inputs, fate: Fate = {}): Promise<Ended> {
  const ended = await start(world, inputs, fate);
  if (ended === 'killed') throw new Error('the job was killed');
  return ended;
}

/** Deploys the next version of service web, by the engine's ladder. */
export function deploy(world: FakeWorld, inputs: Inputs = {}, fate: Fate = {}): Promise<Ended> {
  return run(world, nextVersion(world, inputs), fate);
}

export function nextVersion(world: FakeWorld, inputs: Inputs = {}): Inputs {
  const image = `example.com/web:${world.registered.length + 1}`;
  return { service: 'web', image, ...LADDERS[world.engine], ...inputs };
}

/** Another job on the service, with nothing but what a workflow_dispatch gives it. */
export function command(world: FakeWorld, name: string, inputs: Inputs = {}, fate: Fate = {}): Promise<Ended> {
  return run(world, { command: name, service: 'web', gates: LADDERS[world.engine]['gates'] ?? '', ...inputs }, fate);
}

/** Gives what the runner keeps for the post step of a job that was killed, once it is. `when` is asked with what it keeps so far. */
export async function killed(
  world: FakeWorld,
  inputs: Inputs,
  when: (saved: ReadonlyMap<string, string>) => boolean,
  github?: GitHubContext,
): Promise<ReadonlyMap<string, string>> {
  const saved = new Map<string, string>();
  const fate: Fate = { killedWhen: () => when(saved), ...(github === undefined ? {} : { github }) };
  if ((await start(world, inputs, fate, saved)) !== 'killed') throw new Error('the job was not killed');
  return saved;
}

/** The post step of a job with these inputs; `kept` as conduct.ts has saved it. */
export async function afterwards(
  world: FakeWorld,
  kept: string,
  inputs: Inputs,
  onGitHub?: { readonly context: GitHubContext; readonly kept: string; readonly ended?: string },
): Promise<{ readonly exitCode: number; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const ports = {
    ...world.ports,
    log: rememberingLog(lines),
    runner: { report: async () => {}, file: async () => undefined, save: async () => {} },
  };
  const job = { ...jobOf(inputs, new AbortController().signal), github: onGitHub?.context };
  const state = { rollout: kept, ended: onGitHub?.ended ?? '', github: onGitHub?.kept ?? '' };
  const exitCode = await runAfterwards(state, job, ports);
  return { exitCode, lines };
}

async function start(
  world: FakeWorld,
  inputs: Inputs,
  fate: Fate,
  saved = new Map<string, string>(),
): Promise<Ended | 'killed'> {
  const lines: string[] = [];
  const reports: { outputs: Ended['outputs']; summary: string }[] = [];
  const files = new Map<string, string>();
  const cancel = new AbortController();
  const death = new AbortController();
  let hasHappened = false;
  const ports: Ports = {
    ...world.ports,
    log: rememberingLog(lines),
    runner: {
      report: async (outputs, summary) => void reports.push({ outputs, summary }),
      async file(name, text) {
        files.set(name, text);
        return `/runner/temp/${name}`;
      },
      save: async (name, value) => void saved.set(name, value),
    },
  };
  const beforeEachCall = (): void => {
    if (fate.cancelledWhen?.() === true) cancel.abort();
    if (fate.killedWhen?.() === true) death.abort();
    if (hasHappened || fate.when?.[0]() !== true) return;
    hasHappened = true;
    fate.when[1]();
  };

  const startedAt = world.clock.now();
  const callsBefore = world.calls.length;
  const made = jobOf(inputs, cancel.signal);
  const job = { ...made, by: withCommit(made.by, fate.github?.sha ?? ''), github: fate.github };
  const running = main(job, mortal(ports, death.signal, beforeEachCall));
  const dead = new Promise<'killed'>((resolve) => death.signal.addEventListener('abort', () => resolve('killed')));
  const result = await Promise.race([running, dead]);
  if (result === 'killed') return 'killed';
  const [report, ...more] = reports;
  if (report === undefined || more.length > 0) throw new Error(`the job reported ${reports.length} times`);
  const told = (kind: string) => lines.flatMap((line) => (line.startsWith(kind) ? [line.slice(kind.length)] : []));
  return {
    status: result.outcome.status,
    reason: result.outcome.reason,
    exitCode: result.exitCode,
    ...report,
    lines,
    errors: told('error: '),
    warnings: told('warning: '),
    saved,
    files,
    tookMs: world.clock.now() - startedAt,
    calls: world.calls.slice(callsBefore),
  };
}

/** The same ports, until death: from then on no call comes back, and none has an effect. */
function mortal(ports: Ports, death: AbortSignal, beforeEachCall: () => void): Ports {
  const never = new Promise<never>(() => {});
  const wrap = (port: object): object =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          beforeEachCall();
          if (death.aborted) return never;
          const given = await (member.apply(target, args) as unknown);
          return death.aborted ? never : given;
        };
      },
    });
  const { clock, log, ...others } = ports;
  const wrapped = Object.fromEntries(
    Object.entries(others).map(([name, port]) => [name, port === undefined ? undefined : wrap(port)]),
  );
  return {
    ...(wrapped as unknown as Omit<Ports, 'clock' | 'log'>),
    log,
    clock: {
      now: () => clock.now(),
      async sleep(ms, signal) {
        beforeEachCall();
        await clock.sleep(ms, AbortSignal.any([death, ...(signal === undefined ? [] : [signal])]));
        beforeEachCall();
        if (death.aborted) await never;
      },
    },
  };
}
