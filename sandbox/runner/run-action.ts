/**
 * A stand-in for GitHub's runner: starts a bundle with INPUT_* and the runner's files, and reads its workflow commands.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The bundle as it is committed, and beside it what the runner starts after the job's steps. */
export const bundle = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

export const postBundle = fileURLToPath(new URL('../../dist/post.js', import.meta.url));

export interface ActionRun {
  /** Inputs by their names in action.yml. What is left out gets action.yml's default from `defaults`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Environment beside the runner's own: AWS settings, for example `sandbox.env`. */
  readonly env: Readonly<Record<string, string>>;
  readonly entry?: string;
  /** The Node that runs it; this one's when left out. */
  readonly node?: string;
  readonly cwd?: string;
  readonly sha?: string;
  /** It leads a process group of its own, as on a runner: a Ctrl-C here does not reach it, and one kill ends all it has started. */
  readonly ownGroup?: boolean;
  /** What the main step has saved: for its post step. */
  readonly state?: Readonly<Record<string, string>>;
  /** What GitHub says of the run; without it there is no event, and no API to reach. */
  readonly github?: GitHubRun;
  /** Called with each line as it is printed, both streams. */
  readonly onLine?: (line: string) => void;
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export interface GitHubRun {
  /** A FakeGitHub's `url`. The token is an input: `github-token`. */
  readonly apiUrl: string;
  /** `https://github.com` unless told. */
  readonly serverUrl?: string;
  /** `example/shop` unless told. */
  readonly repository?: string;
  /** 1 unless told. */
  readonly runId?: string;
  /** One of sandbox/github/events.ts. */
  readonly event: {
    readonly name: string;
    readonly payload: object;
    readonly sha: string;
    readonly ref: string;
    readonly headRef?: string;
    readonly baseRef?: string;
  };
}

export interface ActionResult {
  /** Undefined when it was killed. */
  readonly exitCode: number | undefined;
  readonly lines: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What it has saved for its post step. */
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What it has left in RUNNER_TEMP for later steps of the job: texts by their path. */
  readonly files: Readonly<Record<string, string>>;
  /** Annotations by level. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly ms: number;
}

export interface RunningAction {
  readonly process: ChildProcess;
  readonly ended: Promise<ActionResult>;
  /** As a cancelled workflow: SIGINT, SIGTERM 7.5 s later, SIGKILL 2.5 s after that. */
  cancel(): void;
  /** As a lost machine. */
  kill(): void;
}

/** The environment's variables that a step's process really gets, and nothing of ours. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_BUILDKIT', 'LANG'];

const EVENT_FILE = 'event.json';

export async function startAction(run: ActionRun): Promise<RunningAction> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-runner-'));
  const files = {
    GITHUB_OUTPUT: 'output',
    GITHUB_STEP_SUMMARY: 'summary.md',
    GITHUB_STATE: 'state',
    GITHUB_ENV: 'env',
  };
  const paths = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(folder, file)]));
  await Promise.all(Object.values(paths).map((path) => writeFile(path, '')));
  if (run.github !== undefined) await writeFile(join(folder, EVENT_FILE), JSON.stringify(run.github.event.payload));

  const began = performance.now();
  const child = spawn(run.node ?? process.execPath, [run.entry ?? bundle], {
    cwd: run.cwd ?? process.cwd(),
    env: {
      ...Object.fromEntries(
        PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
      ),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_SHA: run.sha ?? '0123456789abcdef0123456789abcdef01234567',
      GITHUB_REPOSITORY: 'example/shop',
      GITHUB_RUN_ID: '1',
      GITHUB_WORKSPACE: run.cwd ?? process.cwd(),
      RUNNER_TEMP: folder,
      ...paths,
      ...(run.github === undefined ? {} : githubVariables(run.github, run.sha, join(folder, EVENT_FILE))),
      ...Object.fromEntries(Object.entries(run.state ?? {}).map(([name, value]) => [`STATE_${name}`, value])),
      ...Object.fromEntries(Object.entries(run.inputs).map(([name, value]) => [inputVariable(name), value])),
      ...run.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: run.ownGroup ?? false,
  });
  const lines: string[] = [];
  const take = (line: string): void => {
    lines.push(line);
    run.onLine?.(line);
  };
  readLines(child.stdout, take);
  readLines(child.stderr, take);

  const timers: NodeJS.Timeout[] = [];
  const ended = new Promise<ActionResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      for (const timer of timers) clearTimeout(timer);
      const ms = performance.now() - began;
      Promise.all([
        readFile(paths['GITHUB_OUTPUT'] ?? '', 'utf8'),
        readFile(paths['GITHUB_STEP_SUMMARY'] ?? '', 'utf8'),
        readFile(paths['GITHUB_STATE'] ?? '', 'utf8'),
        textsIn(folder, [...Object.values(files), EVENT_FILE]),
      ])
        .then(async ([output, summary, state, left]) => {
          await rm(folder, { recursive: true, force: true });
          resolve({
            exitCode: code ?? undefined,
            lines,
            outputs: parseOutputs(output),
            state: parseOutputs(state),
            summary,
            files: left,
            errors: annotations(lines, 'error'),
            warnings: annotations(lines, 'warning'),
            ms,
          });
        })
        .catch(reject);
    });
  });
  return {
    process: child,
    ended,
    cancel() {
      child.kill('SIGINT');
      timers.push(
        setTimeout(() => child.kill('SIGTERM'), 7_500),
        setTimeout(() => child.kill('SIGKILL'), 10_000),
      );
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

export async function runAction(run: ActionRun): Promise<ActionResult> {
  return (await startAction(run)).ended;
}

function githubVariables(
  { apiUrl, serverUrl, repository, runId, event }: GitHubRun,
  sha: string | undefined,
  eventPath: string,
): Readonly<Record<string, string>> {
  const [branch] = /(?<=^refs\/heads\/).+$/.exec(event.ref) ?? [];
  return {
    GITHUB_API_URL: apiUrl,
    GITHUB_GRAPHQL_URL: `${apiUrl}/graphql`,
    GITHUB_SERVER_URL: serverUrl ?? 'https://github.com',
    GITHUB_REPOSITORY: repository ?? 'example/shop',
    GITHUB_RUN_ID: runId ?? '1',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_SHA: sha ?? event.sha,
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: branch ?? event.ref.replace('refs/pull/', ''),
    GITHUB_HEAD_REF: event.headRef ?? '',
    GITHUB_BASE_REF: event.baseRef ?? '',
  };
}

/** Files that are directly in the folder, but those that the runner itself has put there. */
async function textsIn(folder: string, others: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const left = entries.filter((entry) => entry.isFile() && !others.includes(entry.name));
  return Object.fromEntries(
    await Promise.all(
      left.map(async ({ name }) => [join(folder, name), await readFile(join(folder, name), 'utf8')] as const),
    ),
  );
}

/** As the runner does: blanks become underscores, the rest upper case; hyphens stay. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** `name=value` lines and `name<<delimiter` blocks. */
function parseOutputs(text: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  const rows = text.split('\n');
  for (let at = 0; at < rows.length; at += 1) {
    const block = /^(.+?)<<(.+)$/.exec(rows[at] ?? '');
    const [, name, delimiter] = block ?? [];
    if (name !== undefined && delimiter !== undefined) {
      const end = rows.indexOf(delimiter, at + 1);
      outputs[name] = rows.slice(at + 1, end).join('\n');
      at = end;
      continue;
    }
    const [key, ...value] = (rows[at] ?? '').split('=');
    if (key && value.length > 0) outputs[key] = value.join('=');
  }
  return outputs;
}

function annotations(lines: readonly string[], level: string): readonly string[] {
  const prefix = new RegExp(`^::${level}(?: [^:]*)?::`);
  return lines.flatMap((line) => (prefix.test(line) ? [plainText(line.replace(prefix, ''))] : []));
}

function plainText(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}

function readLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) take(part);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
