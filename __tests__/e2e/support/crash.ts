/** The crash matrix: a runner dies with SIGKILL at every AWS call of a deployment, one case a call, and another run finds what it left. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
  type Tag,
} from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Load, startLoad } from '../../../sandbox/load/load.ts';
import type { ActionResult } from '../../../sandbox/runner/run-action.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox.ts';
import { pushDemoImage, type Seeded, type SeedOptions, seedDemo } from '../../../sandbox/seed.ts';
import type { CallRecord } from '../../../sandbox/wire/recorder.ts';
import { endJobs, type Job, startJob } from './job.ts';
import { addToTotals } from './totals.ts';

type Inputs = Readonly<Record<string, string>>;

export interface MatrixOptions {
  readonly engine: 'native' | 'taskset' | 'codedeploy';
  readonly sandbox: SandboxOptions;
  readonly seed: SeedOptions;
  /** What the service needs beside itself, a deployment group for example. */
  readonly prepare?: (sandbox: Sandbox, seeded: Seeded) => Promise<unknown>;
  /** Of the deployment that dies. */
  readonly inputs: Inputs;
  /** Joined into those for the runs that follow, which have nothing to hurry for. */
  readonly following?: Inputs;
  /** So many services in one sandbox, each with its own load balancer and users. */
  readonly lanes: number;
  /** Whether the service comes to stand by itself, before any run looks at it. */
  readonly settlesAlone: boolean;
}

export interface MatrixReport {
  readonly engine: MatrixOptions['engine'];
  readonly calls: readonly string[];
  readonly cases: number;
  /** Calls that one run makes and another does not (one more look): the job had ended before. */
  readonly missed: readonly string[];
  /** How the runs that followed have ended: `promote succeeded` so many times. */
  readonly ends: Readonly<Record<string, number>>;
  /** Real time of all of it. */
  readonly seconds: number;
  readonly requests: number;
  readonly failedRequests: number;
  /** What is wrong, a case each, with the logs of its jobs. */
  readonly problems: readonly string[];
  readonly violations: readonly unknown[];
}

/** One call of the deployment: `ecs:UpdateService`, the how manieth of its name. */
interface Crash {
  readonly call: string;
  readonly occurrence: number;
  readonly isChange: boolean;
}

const HANDS = ['deploy', 'rollback', 'promote', 'status'] as const;
type Hand = (typeof HANDS)[number];

interface Case {
  readonly name: string;
  readonly crash: Crash;
  readonly hand: Hand;
  /** The following run comes at once, while what was left is still under way. */
  readonly atOnce: boolean;
}

interface Lane {
  readonly seeded: Seeded;
  readonly load: Load;
  readonly accessKeyId: string;
  version: number;
  /** Called with each call of this lane's job, before its answer is sent. */
  onCall: ((call: CallRecord) => void) | undefined;
}

const CASE_MS = 300_000;
const LEFT_MS = 10_000;
const LOOK_EVERY_MS = 100;
/** To see one case again: a pattern for its name. */
const only = new RegExp(process.env['GREENLIGHT_CRASH_ONLY'] ?? '');
const READS = /^(Describe|List|Get|BatchGet|BatchCheck)/;

/** Runs the whole matrix and says what it found. Nothing is left running. */
export async function crashMatrix(options: MatrixOptions): Promise<MatrixReport> {
  const began = performance.now();
  const sandbox = await startSandbox({ runtime: 'process', ...options.sandbox });
  const ecs = new ECSClient(sandbox.clientConfig);
  const elb = new ElasticLoadBalancingV2Client(sandbox.clientConfig);
  const lanes: Lane[] = [];
  try {
    const open = async (index: number): Promise<Lane> => {
      const service = `web-${index}`;
      const seeded = await seedDemo(sandbox, { ...options.seed, service });
      await options.prepare?.(sandbox, seeded);
      const load = await startLoad(seeded.productionUrl, { rate: 15 });
      const lane: Lane = { seeded, load, accessKeyId: `CRASHLANE${index}`, version: 1, onCall: undefined };
      lanes.push(lane);
      return lane;
    };
    const world: World = { sandbox, ecs, elb, options };
    sandbox.onCall((call) => lanes.find(({ accessKeyId }) => accessKeyId === call.accessKeyId)?.onCall?.(call));

    const first = await open(0);
    const [crashes] = await Promise.all([
      record(world, first),
      ...Array.from({ length: options.lanes - 1 }, (_, index) => open(index + 1)),
    ]);
    const cases = casesOf(crashes, options.settlesAlone).filter(({ name }) => only.test(name));
    const missed: string[] = [];
    const ends: Record<string, number> = {};
    const problems: string[] = [];
    const queue = [...cases];
    await Promise.all(
      lanes.map(async (lane) => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const { hit, problem } = await runCase(world, lane, next, ends);
          if (!hit) missed.push(next.name);
          if (problem === undefined) continue;
          problems.push(`${next.name} (${lane.seeded.service}): ${problem}`);
          // What is wrong with a service now says nothing about the next call.
          return;
        }
      }),
    );
    problems.push(...queue.map(({ name }) => `${name}: not tried, no service was in order any more`));
    const counts = await Promise.all(lanes.map(({ load }) => load.fresh()));
    for (const [index, count] of counts.entries()) {
      if (count.failed > 0) problems.push(`users of ${lanes[index]?.seeded.service}: ${JSON.stringify(count)}`);
    }
    return {
      engine: options.engine,
      calls: crashes.map(nameOf),
      cases: cases.length,
      missed,
      ends,
      seconds: Math.round((performance.now() - began) / 1_000),
      requests: counts.reduce((sum, { requests }) => sum + requests, 0),
      failedRequests: counts.reduce((sum, { failed }) => sum + failed, 0),
      problems,
      violations: sandbox.violations,
    };
  } finally {
    await endJobs();
    for (const count of await Promise.all(lanes.map(({ load }) => load.stop()))) addToTotals(count, undefined);
    ecs.destroy();
    elb.destroy();
    await sandbox.close();
  }
}

/** One line: so many cases, so many requests. */
export function tell({ engine, cases, requests, failedRequests, missed, ends, seconds }: MatrixReport): void {
  const notReached = missed.length === 0 ? '' : `, ${missed.length} of the calls not made that time`;
  const ended = Object.entries(ends).map(([end, count]) => `${end} ${count}`);
  process.stderr.write(
    `crash matrix ${engine}: ${cases} cases, ${requests} requests, ${failedRequests} failed (${seconds} s${notReached}; ${ended.sort().join(', ')})\n`,
  );
}

interface World {
  readonly sandbox: Sandbox;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly options: MatrixOptions;
}

// ------------------------------------------------------------------ the cases

/** A deployment that nobody disturbs: every call of it is a case. */
async function record(world: World, lane: Lane): Promise<readonly Crash[]> {
  const crashes: Crash[] = [];
  const counter = callCounter();
  lane.onCall = (call) => {
    crashes.push({ ...counter(call), isChange: !READS.test(call.operation) });
  };
  const image = await push(world, lane);
  const ended = await (await start(world, lane, { ...world.options.inputs, image })).ended;
  lane.onCall = undefined;
  if (ended.outputs['status'] !== 'succeeded')
    throw new Error(`the undisturbed deployment:\n${ended.lines.join('\n')}`);
  return crashes;
}

function callCounter(): (call: CallRecord) => { readonly call: string; readonly occurrence: number } {
  const counts = new Map<string, number>();
  return ({ service, operation }) => {
    const call = `${service}:${operation}`;
    const occurrence = (counts.get(call) ?? 0) + 1;
    counts.set(call, occurrence);
    return { call, occurrence };
  };
}

function nameOf({ call, occurrence }: Crash): string {
  return `${call} #${occurrence}`;
}

/** The hands take turns. Where the service settles alone, each change is a second case, with a run that does not wait for that. */
function casesOf(crashes: readonly Crash[], settlesAlone: boolean): readonly Case[] {
  const make =
    (atOnce: boolean) =>
    (crash: Crash, k: number): Case => {
      const hand = HANDS[k % HANDS.length] ?? 'deploy';
      return { name: `killed at ${nameOf(crash)}, then ${hand}${atOnce ? ' at once' : ''}`, crash, hand, atOnce };
    };
  if (!settlesAlone) return crashes.map(make(true));
  return [...crashes.map(make(false)), ...crashes.filter(({ isChange }) => isChange).map(make(true))];
}

async function runCase(
  world: World,
  lane: Lane,
  one: Case,
  ends: Record<string, number>,
): Promise<{ readonly hit: boolean; readonly problem: string | undefined }> {
  const log: string[] = [];
  const began = performance.now();
  const say = (line: string): void => void log.push(`${line} (${((performance.now() - began) / 1_000).toFixed(1)} s)`);
  let hit = false;
  const told = (): string => `\n${log.join('\n')}\n`;
  const tooLong = new AbortController();
  try {
    const story = (async () => {
      const stable = await serving(world, lane);
      const image = await push(world, lane);
      const candidate = String(lane.version);
      say(`--- ${stable} serves, ${candidate} is deployed and killed`);
      // Nobody waits for the pause of this one to expire.
      const inputs = { ...world.options.inputs, ...(one.atOnce ? world.options.following : {}), image };
      hit = await killedAt(world, lane, one.crash, inputs, log);
      if (!one.atOnce) {
        await settled(world, lane);
        const alone = await onlyVersion(world, lane);
        if (![stable, candidate].includes(alone)) throw new Error(`${alone} serves when ECS is done alone`);
        say(`--- alone: ${alone} serves`);
      }
      await follow(world, lane, one.hand, { image, candidate, log, ends });
      say('--- as it should be');
      await nothingIsLeft(world, lane);
    })();
    await Promise.race([
      story,
      sleep(CASE_MS, undefined, { signal: tooLong.signal }).then(() => {
        throw new Error(`hangs since ${CASE_MS / 1000} s`);
      }),
    ]);
    return { hit, problem: undefined };
  } catch (error) {
    return { hit, problem: `${error instanceof Error ? error.message : String(error)}${told()}` };
  } finally {
    tooLong.abort();
    lane.onCall = undefined;
  }
}

/** Whether that call came: a run may make one look less than another. The process is dead before the answer is sent. */
async function killedAt(world: World, lane: Lane, crash: Crash, inputs: Inputs, log: string[]): Promise<boolean> {
  let job: Job | undefined;
  let hit = false;
  const counter = callCounter();
  lane.onCall = (call) => {
    const { call: name, occurrence } = counter(call);
    if (name !== crash.call || occurrence !== crash.occurrence) return;
    hit = true;
    job?.kill();
  };
  job = await start(world, lane, inputs, log);
  const ended = await job.ended;
  lane.onCall = undefined;
  log.push(`--- exit ${ended.exitCode ?? 'by SIGKILL'}`);
  return hit;
}

// ------------------------------------------------------------------ the run that follows

interface Followed {
  readonly image: string;
  readonly candidate: string;
  readonly log: string[];
  readonly ends: Record<string, number>;
}

async function follow(world: World, lane: Lane, hand: Hand, { image, candidate, log, ends }: Followed): Promise<void> {
  const run = async (inputs: Inputs): Promise<ActionResult> => {
    log.push(`--- ${JSON.stringify(inputs)}`);
    const job = await start(world, lane, { ...world.options.inputs, ...world.options.following, ...inputs }, log);
    const ended = await job.ended;
    log.push(`--- exit ${ended.exitCode}`);
    const end = `${inputs['command'] ?? 'deploy'} ${ended.outputs['status']}`;
    ends[end] = (ends[end] ?? 0) + 1;
    return ended;
  };
  const deploy = { image, 'if-running': 'supersede' };
  switch (hand) {
    case 'deploy': {
      expectGreen(await run(deploy), ['succeeded', 'unchanged']);
      return expectServing(world, lane, (version) => version === candidate);
    }
    case 'rollback': {
      const ended = await run({ command: 'rollback' });
      const { status, reason = '' } = ended.outputs;
      // Honest where there never was another version.
      if (status !== 'failed' || !/nothing tells what served before/.test(reason)) {
        expectGreen(ended, ['rolled-back', 'unchanged']);
      }
      return expectServing(world, lane, (version) => status !== 'rolled-back' || version !== candidate);
    }
    case 'promote': {
      const ended = await run({ command: 'promote', to: '100' });
      const { status } = ended.outputs;
      // What goes back, by itself or because its pause was over before it was answered, is red and says so.
      if (status !== 'rolled-back') expectGreen(ended, ['succeeded', 'unchanged']);
      else if (ended.exitCode !== 2) throw new Error(`rolled back with exit ${ended.exitCode}`);
      const wanted = (version: string): boolean =>
        status === 'unchanged' || (status === 'succeeded') === (version === candidate);
      return expectServing(world, lane, wanted);
    }
    case 'status': {
      expectGreen(await run({ command: 'status', fix: 'true' }), ['unchanged', 'succeeded']);
      expectGreen(await run(deploy), ['succeeded', 'unchanged']);
      return expectServing(world, lane, (version) => version === candidate);
    }
  }
}

function expectGreen({ exitCode, outputs }: ActionResult, statuses: readonly string[]): void {
  const { status = 'none', reason } = outputs;
  if (exitCode === 0 && statuses.includes(status)) return;
  throw new Error(`exit ${exitCode}, ${status}: ${reason}; expected ${statuses.join(' or ')}`);
}

async function expectServing(world: World, lane: Lane, is: (version: string) => boolean): Promise<void> {
  const version = await onlyVersion(world, lane);
  if (!is(version)) throw new Error(`version ${version} serves`);
}

// ------------------------------------------------------------------ what is there

/** ECS is done with all deployments. */
async function settled({ ecs }: World, { seeded: { cluster, service } }: Lane): Promise<void> {
  const done = ['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED', 'STOPPED'];
  for (;;) {
    const { serviceDeployments = [] } = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service }));
    if (serviceDeployments.every(({ status }) => done.includes(status ?? ''))) return;
    await sleep(LOOK_EVERY_MS);
  }
}

async function serving(world: World, lane: Lane): Promise<string> {
  return onlyVersion(world, lane);
}

const ANSWERS = 20;

/** The one version that serves 100 %: by the weights of the rule, and by the answers to real requests. Rejects when there are two. */
export async function onlyVersion({ elb }: Pick<World, 'elb'>, { seeded }: Pick<Lane, 'seeded'>): Promise<string> {
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: [seeded.productionRuleArn] }));
  const weights = weightsOf(Rules[0]).filter((weight) => weight > 0);
  if (weights.length !== 1) throw new Error(`the rule's weights are ${JSON.stringify(weightsOf(Rules[0]))}`);
  const seen = new Set<string>();
  for (let answer = 0; answer < ANSWERS; answer += 1) {
    const { version } = (await (await fetch(seeded.productionUrl)).json()) as { readonly version: string };
    seen.add(version);
  }
  const [version, ...others] = seen;
  if (version === undefined || others.length > 0) throw new Error(`versions ${[...seen].join(', ')} answer`);
  return version;
}

function weightsOf(rule: Rule | undefined): readonly number[] {
  return (rule?.Actions ?? []).flatMap(({ ForwardConfig, TargetGroupArn }) =>
    ForwardConfig === undefined
      ? TargetGroupArn === undefined
        ? []
        : [1]
      : (ForwardConfig.TargetGroups ?? []).map(({ Weight = 1 }) => Weight),
  );
}

/** No pause, no note, no task set too many. What is on its way out may take its time. */
export async function nothingIsLeft(
  { ecs }: Pick<World, 'ecs'>,
  { seeded: { cluster, service } }: Pick<Lane, 'seeded'>,
): Promise<void> {
  const deadline = performance.now() + LEFT_MS;
  for (;;) {
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] }),
    );
    const left = leftOn(services?.[0]);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`left on the service: ${left.join(', ')}`);
    await sleep(LOOK_EVERY_MS);
  }
}

function leftOn(service: Service | undefined): readonly string[] {
  const pauses = (service?.deploymentConfiguration?.lifecycleHooks ?? []).map(
    ({ targetType, lifecycleStages }) => `a ${targetType} hook at ${lifecycleStages?.join(' and ')}`,
  );
  const notes = (service?.tags ?? []).filter(isOurs).map(({ key, value }) => `tag ${key}=${value}`);
  const [, ...spare] = service?.taskSets ?? [];
  return [...pauses, ...notes, ...spare.map(({ id, status }) => `task set ${id} ${status}`)];
}

function isOurs({ key }: Tag): boolean {
  return key?.startsWith('greenlight:') ?? false;
}

// ------------------------------------------------------------------ jobs

async function push({ sandbox }: World, lane: Lane): Promise<string> {
  lane.version += 1;
  return pushDemoImage(sandbox, { version: lane.version, repository: lane.seeded.repository });
}

/** `log` gets what it prints, as it prints it. */
function start({ sandbox }: World, { seeded, accessKeyId }: Lane, inputs: Inputs, log: string[] = []): Promise<Job> {
  return startJob({
    onLine: (line) => void log.push(line),
    env: { ...sandbox.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: 'of-a-crash-lane' },
    inputs: { cluster: seeded.cluster, service: seeded.service, poll: '1s', ...inputs },
  });
}
