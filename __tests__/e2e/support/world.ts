/** A service with users, on a sandbox of its own: what every story is told in. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type Service,
  type ServiceDeployment,
  type Task,
} from '@aws-sdk/client-ecs';
import { expect } from '@jest/globals';
import type { Behaviour } from '../../../sandbox/app/behaviour.ts';
import type { GroupTotals } from '../../../sandbox/elb/index.ts';
import { type Load, type LoadCount, type LoadOptions, startLoad } from '../../../sandbox/load/load.ts';
import { type ActionResult, type ActionRun, bundle } from '../../../sandbox/runner/run-action.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox.ts';
import { pushDemoImage, type Seeded, type SeedOptions, seedDemo } from '../../../sandbox/seed.ts';
import type { CallRecord } from '../../../sandbox/wire/recorder.ts';
import { endJobs, type Job, startJob, startPost } from './job.ts';
import { addToTotals } from './totals.ts';

/** For jest: a story waits for processes, and the machine may be slow. */
export const STORY_MS = 300_000;

/** By this key the job's calls are told from the test's own. */
const JOB_KEY = 'JOBSACCESSKEYID';
const JOB_SECRET = 'the-jobs-secret-access-key';

export interface WorldOptions {
  readonly sandbox?: SandboxOptions;
  readonly seed?: SeedOptions;
  readonly load?: LoadOptions;
  /** Why users' requests fail here, in a sentence, where a story makes them fail on purpose; without it each one fails CI. */
  readonly failuresBecause?: string;
}

export interface World {
  readonly sandbox: Sandbox;
  readonly seeded: Seeded;
  readonly load: Load;
  readonly ecs: ECSClient;
  /** Puts the next version of the demo app into ECR. */
  push(behaviour?: Behaviour): Promise<{ readonly image: string; readonly version: string }>;
  /** Starts a job that deploys to the service; hold and poll are short, the other inputs are action.yml's. */
  start(inputs: Readonly<Record<string, string>>, run?: Partial<ActionRun>): Promise<Job>;
  deploy(inputs: Readonly<Record<string, string>>, run?: Partial<ActionRun>): Promise<ActionResult>;
  /** As a person in a terminal, without a runner and its variables: the words before `node` of what the log tells him to run. */
  terminal(words: string): Promise<TerminalResult>;
  /** The post step of a job whose main step has ended like that. */
  post(main: ActionResult, inputs: Readonly<Record<string, string>>, run?: Partial<ActionRun>): Promise<ActionResult>;
  service(): Promise<Service>;
  deployment(arn: string): Promise<ServiceDeployment>;
  /** The deployment when ECS is done with it. */
  deploymentEnded(arn: string): Promise<ServiceDeployment>;
  /** The service's tasks: those that run, or those that have stopped. */
  tasks(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<readonly Task[]>;
  /** The version that answers users now. */
  versionServing(): Promise<string>;
  /** Calls of jobs, from now on until read. */
  recordCalls(): JobCalls;
  /** The next call of a job that fits. */
  nextCall(fits: (call: CallRecord) => boolean): Promise<CallRecord>;
  /** By target group: what it has answered to users and testers so far. */
  answeredBy(targetGroupArn: string): GroupTotals | undefined;
  /** Fails the test when a user's request has failed since the world began. */
  expectNoneFailed(): Promise<LoadCount>;
  close(): Promise<void>;
}

export interface TerminalResult {
  readonly exitCode: number | undefined;
  readonly text: string;
}

export interface JobCalls {
  readonly all: readonly CallRecord[];
  /** Those that change something, as `service:Operation`, in order; with `ok`, only those that AWS took. */
  changes(): readonly string[];
}

const READS = /^(Describe|List|Get|BatchGet|BatchCheck)/;
const ENDED = ['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED', 'STOPPED'];
const LOOK_EVERY_MS = 100;

/** Nothing is left running when it rejects. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const sandbox = await startSandbox({ runtime: 'process', speed: 30, ...options.sandbox });
  const ecs = new ECSClient(sandbox.clientConfig);
  let load: Load | undefined;
  const close = async (): Promise<void> => {
    await endJobs();
    if (load !== undefined) addToTotals(await load.stop(), options.failuresBecause);
    ecs.destroy();
    await sandbox.close();
  };
  try {
    // Every third of a real second: at AWS's shortest interval health checks would cost more than the users do.
    const interval = Math.max(5, Math.ceil(sandbox.clock.speed / 3));
    const seeded = await seedDemo(sandbox, {
      ...options.seed,
      healthCheck: { interval, ...options.seed?.healthCheck },
    });
    load = await startLoad(seeded.productionUrl, options.load ?? { rate: 50 });
    return { ...worldOf(sandbox, seeded, load, ecs), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function worldOf(sandbox: Sandbox, seeded: Seeded, load: Load, ecs: ECSClient): Omit<World, 'close'> {
  let version = 1;
  const ofJob = (call: CallRecord): boolean => call.accessKeyId === JOB_KEY;

  const runOf = (inputs: Readonly<Record<string, string>>, run: Partial<ActionRun> = {}): ActionRun => ({
    ...run,
    env: { ...sandbox.env, AWS_ACCESS_KEY_ID: JOB_KEY, AWS_SECRET_ACCESS_KEY: JOB_SECRET, ...run.env },
    inputs: {
      cluster: seeded.cluster,
      service: seeded.service,
      hold: '3s',
      // Pauses that nobody answers expire so much sooner.
      'hold-limit': '20s',
      bake: '0m',
      poll: '1s',
      ...inputs,
    },
  });
  const start: World['start'] = (inputs, run) => startJob(runOf(inputs, run));

  const world: Omit<World, 'close'> = {
    sandbox,
    seeded,
    load,
    ecs,
    async push(behaviour = {}) {
      version += 1;
      const repository = seeded.repository;
      return {
        image: await pushDemoImage(sandbox, { version, repository, ...behaviour }),
        version: String(version),
      };
    },
    start,
    async deploy(inputs, run) {
      const result = await (await start(inputs, run)).ended;
      expectNoSecrets(result, [JOB_SECRET]);
      return result;
    },
    terminal: (words) =>
      inTerminal({
        ...sandbox.env,
        AWS_ACCESS_KEY_ID: JOB_KEY,
        AWS_SECRET_ACCESS_KEY: JOB_SECRET,
        ...Object.fromEntries(words.split(' ').map((word) => word.split('='))),
      }),
    post: async (main, inputs, run) => (await startPost(main, runOf(inputs, run))).ended,
    async service() {
      const { services } = await ecs.send(
        new DescribeServicesCommand({ cluster: seeded.cluster, services: [seeded.service] }),
      );
      return known(services?.[0], `service ${seeded.service}`);
    },
    async deployment(arn) {
      const { serviceDeployments } = await ecs.send(
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
      );
      return known(serviceDeployments?.[0], `deployment ${arn}`);
    },
    async deploymentEnded(arn) {
      for (;;) {
        const deployment = await world.deployment(arn);
        if (ENDED.includes(deployment.status ?? '')) return deployment;
        await sleep(LOOK_EVERY_MS);
      }
    },
    async tasks(desiredStatus) {
      const { cluster, service } = seeded;
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, serviceName: service, desiredStatus }));
      if (taskArns === undefined || taskArns.length === 0) return [];
      return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
    },
    async versionServing() {
      const answer = (await (await fetch(seeded.productionUrl)).json()) as { readonly version: string };
      return answer.version;
    },
    recordCalls() {
      const all: CallRecord[] = [];
      sandbox.onCall((call) => {
        if (ofJob(call)) all.push(call);
      });
      return {
        all,
        changes: () =>
          all
            .filter(({ operation, errorCode }) => !READS.test(operation) && errorCode === undefined)
            .map(({ service, operation }) => `${service}:${operation}`),
      };
    },
    nextCall: (fits) =>
      new Promise((resolve) => {
        const end = sandbox.onCall((call) => {
          if (!ofJob(call) || !fits(call)) return;
          end();
          resolve(call);
        });
      }),
    answeredBy: (targetGroupArn) => sandbox.loadBalancing.metrics.live().get(targetGroupArn),
    async expectNoneFailed() {
      const count = await load.fresh();
      expect(count).toMatchObject({ failed: 0, problems: [], byStatus: { 200: count.requests } });
      return count;
    },
  };
  return world;
}

function inTerminal(environment: Readonly<Record<string, string>>): Promise<TerminalResult> {
  return new Promise((resolve) => {
    const { PATH = '', HOME = '' } = process.env;
    const entry = process.env['GREENLIGHT_BUNDLE'] ?? bundle;
    execFile(process.execPath, [entry], { env: { PATH, HOME, ...environment } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : undefined, text: `${stdout}${stderr}` });
    });
  });
}

/** Asks again until it holds; jest's own time limit is the end of it. */
export async function waitUntil(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(LOOK_EVERY_MS);
}

/** What is masked may stand in the line that masks it, and nowhere else. */
export function expectNoSecrets(result: ActionResult, secrets: readonly string[]): void {
  const printed = [...result.lines.filter((line) => !line.startsWith('::add-mask::')), result.summary];
  const told = [...printed, ...Object.values(result.outputs)].filter((text) =>
    secrets.some((secret) => text.includes(secret)),
  );
  expect(told).toEqual([]);
}

/** The hooks that pause a deployment, of the service as it is configured now. */
export function pausesOf(service: Service): readonly unknown[] {
  return (service.deploymentConfiguration?.lifecycleHooks ?? []).filter(({ targetType }) => targetType === 'PAUSE');
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the sandbox does not show ${what}`);
  return value;
}
