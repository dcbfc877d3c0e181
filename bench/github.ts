/**
 * What GitHub costs a deployment: the same release on the sandbox, through the bundle, with a GitHub that is good, one that answers 500
 * to everything, one that is silent, one that refuses connections, and without a token; in turns, so that whatever else the machine does
 * meets all of them. GREENLIGHT_BUNDLE=<index.js> measures another bundle, GREENLIGHT_ROUNDS=N takes another number of rounds.
 */
import { createServer } from 'node:net';
import { DescribeServiceDeploymentsCommand, ECSClient } from '@aws-sdk/client-ecs';
import { push } from '../sandbox/github/events.ts';
import { type FakeGitHub, startGitHub } from '../sandbox/github/index.ts';
import { bundle, runAction } from '../sandbox/runner/run-action.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { pushDemoImage, type Seeded, seedDemo } from '../sandbox/seed.ts';
import type { Table } from './table.ts';

export const name = 'github';

const SPEED = 20;
const ROUNDS = Number(process.env['GREENLIGHT_ROUNDS'] ?? 5);
const entry = process.env['GREENLIGHT_BUNDLE'] ?? bundle;
/** The job signs with a key of its own, so that its first call is told from the bench's. */
const JOBS_KEY = 'BENCHJOBACCESSKEY';
const SHA = 'c0ffee'.padEnd(40, '0');

const GITHUBS = ['no token', 'good', '500 to everything', 'silent', 'refuses connections'] as const;
type Kind = (typeof GITHUBS)[number];

interface World {
  readonly sandbox: Sandbox;
  readonly seeded: Seeded;
  readonly ecs: ECSClient;
  readonly github: FakeGitHub;
  /** Where nobody listens. */
  readonly nowhere: string;
  version: number;
}

interface Measured {
  readonly outcome: string;
  readonly firstCallMs: number;
  readonly toEndOfEcsMs: number;
  readonly fromEndOfEcsMs: number;
  readonly calls: number;
}

export async function run(): Promise<Table> {
  const sandbox = await startSandbox({ speed: SPEED, runtime: 'process' });
  const ecs = new ECSClient(sandbox.clientConfig);
  const github = await startGitHub({ pullRequests: [{ number: 7, headSha: 'a'.repeat(40), mergeSha: SHA }] });
  const measured = new Map<Kind, Measured[]>(GITHUBS.map((kind) => [kind, []]));
  try {
    const seeded = await seedDemo(sandbox, { bakeMinutes: 1 });
    const world: World = { sandbox, seeded, ecs, github, nowhere: await freePlace(), version: 1 };
    // The first of all has the machine's cold files; it is not counted.
    await deploy(world, 'no token');
    for (let round = 0; round < ROUNDS; round += 1) {
      // Nobody is always the first.
      const turn = [...GITHUBS.slice(round % GITHUBS.length), ...GITHUBS.slice(0, round % GITHUBS.length)];
      for (const kind of turn) measured.get(kind)?.push(await deploy(world, kind));
    }
  } finally {
    ecs.destroy();
    await github.close();
    await sandbox.close();
  }
  return {
    columns: [
      'GitHub',
      'ends',
      'first AWS call (ms)',
      'start to end of ECS (s)',
      'range (s)',
      'end of ECS to end of job (s)',
      'range (s)',
      'calls to GitHub',
    ],
    rows: GITHUBS.map((kind) => row(kind, measured.get(kind) ?? [])),
    notes: [
      `sandbox at speed ${SPEED} (bake of a minute in ${60 / SPEED} s), hold 10s; ${ROUNDS} rounds in turns; medians`,
      'the end of ECS is its own finishedAt; the job sees it at its next look, at most 2 s later',
      ...(github.violations.length === 0 ? [] : [`${github.violations.length} calls that GitHub would not take`]),
    ],
  };
}

function row(kind: Kind, all: readonly Measured[]): (string | number)[] {
  const outcomes = [...new Set(all.map(({ outcome }) => outcome))].join(', ');
  const to = all.map(({ toEndOfEcsMs }) => toEndOfEcsMs);
  const from = all.map(({ fromEndOfEcsMs }) => fromEndOfEcsMs);
  return [
    kind,
    outcomes,
    Math.round(median(all.map(({ firstCallMs }) => firstCallMs))),
    seconds(median(to)),
    range(to),
    seconds(median(from)),
    range(from),
    median(all.map(({ calls }) => calls)),
  ];
}

async function deploy(world: World, kind: Kind): Promise<Measured> {
  const { sandbox, seeded, ecs, github, nowhere } = world;
  world.version += 1;
  const image = await pushDemoImage(sandbox, { version: world.version });
  const withdraw =
    kind === '500 to everything'
      ? github.faults.add({ kind: 'server-error', status: 500 })
      : kind === 'silent'
        ? github.faults.add({ kind: 'no-answer' })
        : () => {};
  const [callsBefore, askedBefore] = [sandbox.calls.length, github.journal.length];
  const startedAt = Date.now();
  const job = await runAction({
    entry,
    env: { ...sandbox.env, AWS_ACCESS_KEY_ID: JOBS_KEY },
    inputs: {
      cluster: seeded.cluster,
      service: seeded.service,
      image,
      steps: '25, 100',
      hold: '10s',
      'github-token': kind === 'no token' ? '' : github.token,
    },
    sha: SHA,
    github: {
      apiUrl: kind === 'refuses connections' ? nowhere : github.url,
      event: push(github.world, { sha: SHA }),
    },
  });
  const endedAt = Date.now();
  withdraw();
  const first = sandbox.calls.slice(callsBefore).find(({ accessKeyId }) => accessKeyId === JOBS_KEY);
  const arn = job.outputs['deployment-id'] ?? '';
  const { serviceDeployments } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  const finishedAt = serviceDeployments?.[0]?.finishedAt?.getTime();
  if (finishedAt === undefined || first === undefined) throw new Error(`${kind}: no rollout:\n${job.lines.join('\n')}`);
  return {
    outcome: `${job.outputs['status']} (exit ${job.exitCode})`,
    firstCallMs: first.at - startedAt,
    toEndOfEcsMs: finishedAt - startedAt,
    fromEndOfEcsMs: endedAt - finishedAt,
    calls: github.journal.length - askedBefore,
  };
}

/** An address on which nobody listens: it was free a moment ago. */
function freePlace(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(`http://127.0.0.1:${port}`));
    });
  });
}

function median(all: readonly number[]): number {
  const sorted = [...all].sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function range(all: readonly number[]): string {
  return `${seconds(Math.min(...all))}–${seconds(Math.max(...all))}`;
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
