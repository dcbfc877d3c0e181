/**
 * How long it takes from the start of the process to its first call to AWS, beside the same Node doing nothing.
 *
 *   npm run build && npm run bench -- cold-start
 *   GREENLIGHT_NODE=/path/to/node     the Node to measure with, else the one that runs this; the runner's is 24
 *   GREENLIGHT_PEER=/path/to/dist/index.js   another action's bundle, measured in turns with ours
 *   GREENLIGHT_ROUNDS=41              how often each is started
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Table } from './table.ts';

export const name = 'cold-start';

/** A process that has not called by then will not. */
const PATIENCE_MS = 30_000;

interface Contender {
  readonly title: string;
  readonly args: readonly string[];
  readonly inputs: Readonly<Record<string, string>>;
  /** Undefined: it makes no call, its end is what counts. */
  readonly bundle: string | undefined;
}

export async function run(environment: NodeJS.ProcessEnv = process.env): Promise<Table> {
  const node = environment['GREENLIGHT_NODE'] ?? process.execPath;
  const rounds = Number(environment['GREENLIGHT_ROUNDS'] ?? 21);
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-bench-'));
  const endpoint = await listen();
  try {
    const contenders = await contendersFor(folder, environment['GREENLIGHT_PEER']);
    const times = contenders.map((): number[] => []);
    // In turns, so that whatever else this machine does falls on all of them alike.
    for (let round = 0; round < rounds; round++) {
      for (const [index, contender] of contenders.entries()) {
        times[index]?.push(await timeOne(node, contender, endpoint, folder));
      }
    }
    const bare = times[0] ?? [];
    const rows = await Promise.all(
      contenders.map(async ({ title, bundle }, index) => {
        const mine = times[index] ?? [];
        return [
          title,
          Math.round(median(mine)),
          (median(mine) / median(bare)).toFixed(2),
          Math.round(Math.min(...mine)),
          bundle === undefined ? '' : ((await bytesIn(dirname(bundle))) / 1_000_000).toFixed(2),
        ];
      }),
    );
    return {
      columns: ['', 'first call (ms)', '× bare', 'fastest (ms)', 'folder (MB)'],
      rows,
      notes: [
        `median of ${rounds} starts in turns, ${await versionOf(node)}, plain HTTP on loopback, keys from the environment`,
      ],
    };
  } finally {
    endpoint.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a runner sets, as far as it is needed to tell GitHub's pages; nobody listens there. */
const ON_GITHUB = {
  'INPUT_GITHUB-TOKEN': 'a-token',
  GITHUB_REPOSITORY: 'example/shop',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_RUN_ID: '1',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_API_URL: 'http://127.0.0.1:9',
};

async function contendersFor(folder: string, peer: string | undefined): Promise<readonly Contender[]> {
  const ours = fileURLToPath(new URL('../dist/index.js', import.meta.url));
  const inputs = { INPUT_SERVICE: 'web', INPUT_CLUSTER: 'demo', INPUT_ENVIRONMENT: 'RELEASE=1' };
  const contenders: Contender[] = [
    { title: 'node -e 0', args: ['-e', '0'], inputs: {}, bundle: undefined },
    {
      title: 'greenlight',
      args: [ours],
      inputs,
      bundle: ours,
    },
    {
      title: 'greenlight, told to GitHub',
      args: [ours],
      inputs: { ...inputs, ...ON_GITHUB },
      bundle: ours,
    },
  ];
  if (peer !== undefined) {
    const definition = join(folder, 'task-definition.json');
    await writeFile(
      definition,
      JSON.stringify({ family: 'web', containerDefinitions: [{ name: 'web', image: 'web:1' }] }),
    );
    contenders.push({
      title: peer,
      args: [peer],
      inputs: {
        INPUT_SERVICE: 'web',
        INPUT_CLUSTER: 'demo',
        'INPUT_TASK-DEFINITION': definition,
      },
      bundle: peer,
    });
  }
  return contenders;
}

interface Endpoint {
  readonly url: string;
  /** Resolves with `performance.now()` of the next request. */
  next(): Promise<number>;
  close(): void;
}

/** Takes every request and answers none: the first is all that is looked at. */
async function listen(): Promise<Endpoint> {
  let heard: ((at: number) => void) | undefined;
  const server = createServer(() => heard?.(performance.now())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () =>
      new Promise((resolve) => {
        heard = resolve;
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Milliseconds from the start of one process to its first call, or to its end when it makes none. */
async function timeOne(node: string, contender: Contender, endpoint: Endpoint, folder: string): Promise<number> {
  const called = endpoint.next();
  const began = performance.now();
  const child = spawn(node, contender.args, {
    stdio: 'ignore',
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: folder,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: endpoint.url,
      ...contender.inputs,
    },
  });
  const ended = once(child, 'exit').then(() => performance.now());
  const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  try {
    if (contender.bundle === undefined) return (await ended) - began;
    const at = await Promise.race([called, ended.then(() => undefined)]);
    if (at === undefined) throw new Error(`${contender.title} ended without a call to AWS`);
    return at - began;
  } finally {
    clearTimeout(patience);
    child.kill('SIGKILL');
    await ended;
  }
}

async function versionOf(node: string): Promise<string> {
  const child = spawn(node, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let version = '';
  for await (const chunk of child.stdout) version += String(chunk);
  return `Node ${version.trim()}`;
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
