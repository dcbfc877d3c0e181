/**
 * What a deployment costs in calls, and how long the job goes on after ECS has finished: a good release and one that ECS turns back
 * by itself, on the sandbox, through the bundle. With GREENLIGHT_PEER=<dist/index.js of aws-actions/amazon-ecs-deploy-task-definition>
 * the same beside it in the same run.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServiceDeploymentsCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { bundle, runAction } from '../sandbox/runner/run-action.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { pushDemoImage, type Seeded, seedDemo } from '../sandbox/seed.ts';
import type { Table } from './table.ts';

export const name = 'deployment';

const SPEED = 20;
const ALARM = 'web-5xx';
const STORIES = ['good release', 'ECS turns back', 'tasks crash'] as const;
type Story = (typeof STORIES)[number];
/** The job signs with a key of its own, so that its calls are told from the bench's. */
const JOBS_KEY = 'BENCHJOBACCESSKEY';
const peer = process.env['GREENLIGHT_PEER'];

interface Contender {
  readonly name: string;
  readonly entry: string;
  /** Inputs that deploy `image`. */
  inputs(world: World, image: string): Promise<Readonly<Record<string, string>>>;
}

interface World {
  readonly sandbox: Sandbox;
  readonly seeded: Seeded;
  readonly ecs: ECSClient;
  readonly cloudWatch: CloudWatchClient;
  readonly folder: string;
}

const contenders: readonly Contender[] = [
  {
    name: 'greenlight',
    entry: bundle,
    inputs: async ({ seeded }, image) => ({ cluster: seeded.cluster, service: seeded.service, image, hold: '0s' }),
  },
  ...(peer === undefined ? [] : [{ name: 'peer', entry: peer, inputs: peerInputs }]),
];

/** The peer takes a whole task definition in a file, and waits when it is asked to. */
async function peerInputs({ ecs, seeded, folder }: World, image: string): Promise<Readonly<Record<string, string>>> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: seeded.service }));
  const file = join(folder, 'task-definition.json');
  const containerDefinitions = (taskDefinition?.containerDefinitions ?? []).map((one) => ({ ...one, image }));
  await writeFile(file, JSON.stringify({ ...taskDefinition, containerDefinitions }));
  return {
    cluster: seeded.cluster,
    service: seeded.service,
    'task-definition': file,
    'wait-for-service-stability': 'true',
  };
}

export async function run(): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const contender of contenders) {
    for (const story of STORIES) {
      // Who does not look at tasks waits for a time limit of half an hour; the table would wait with it.
      if (story === 'tasks crash' && contender.entry !== bundle) continue;
      rows.push(await tell(contender, story));
    }
  }
  return {
    columns: [
      'job',
      'ends',
      'exit',
      'took (s)',
      'calls',
      'calls a minute',
      'job ends after ECS (s)',
      'first death told after (s)',
    ],
    rows,
    notes: [
      `sandbox at speed ${SPEED} (bake of a minute in ${60 / SPEED} s), default poll interval, hold 0s; exit 0 is a green job`,
      ...(peer === undefined ? ['GREENLIGHT_PEER is not set: nothing beside it'] : []),
    ],
  };
}

async function tell(contender: Contender, story: Story): Promise<(string | number)[]> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-bench-'));
  const sandbox = await startSandbox({ speed: SPEED, runtime: 'process' });
  const ecs = new ECSClient(sandbox.clientConfig);
  const cloudWatch = new CloudWatchClient(sandbox.clientConfig);
  try {
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: ALARM,
        Namespace: 'Shop',
        MetricName: 'errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'ignore',
      }),
    );
    const seeded = await seedDemo(sandbox, { bakeMinutes: 1, alarmNames: [ALARM] });
    const world: World = { sandbox, seeded, ecs, cloudWatch, folder };
    const image = await pushDemoImage(sandbox, {
      version: 2,
      ...(story === 'tasks crash' ? { crashAfterMs: 1, exitCode: 42 } : {}),
    });
    const inputs = await contender.inputs(world, image);

    const from = sandbox.calls.length;
    const stop = story === 'ECS turns back' ? ringDuringTheBake(world) : () => {};
    const env = { ...sandbox.env, AWS_ACCESS_KEY_ID: JOBS_KEY };
    let toldAt: number | undefined;
    const onLine = (line: string): void => {
      if (line.includes('code 42')) toldAt ??= Date.now();
    };
    const job = await runAction({ entry: contender.entry, env, inputs, onLine });
    const endedAt = Date.now();
    stop();
    const calls = sandbox.calls.slice(from).filter(({ accessKeyId }) => accessKeyId === JOBS_KEY).length;
    const finishedAt = (await newestDeployment(world))?.finishedAt?.getTime();
    return [
      contender.name,
      story,
      job.exitCode ?? 'killed',
      seconds(job.ms),
      calls,
      Math.round(calls / (job.ms / 60_000)),
      finishedAt === undefined ? 'ECS had not finished' : seconds(endedAt - finishedAt),
      story === 'tasks crash' ? await toldAfter(toldAt, world) : '',
    ];
  } finally {
    ecs.destroy();
    cloudWatch.destroy();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** From the first death that ECS knows of to the first line of the log that has its exit code. */
async function toldAfter(toldAt: number | undefined, { ecs, seeded }: World): Promise<number | string> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster: seeded.cluster, serviceName: seeded.service, desiredStatus: 'STOPPED' }),
  );
  const { tasks = [] } = await ecs.send(
    new DescribeTasksCommand({ cluster: seeded.cluster, tasks: taskArns.slice(0, 100) }),
  );
  const first = Math.min(...tasks.map(({ stoppedAt }) => stoppedAt?.getTime() ?? Number.POSITIVE_INFINITY));
  return toldAt === undefined ? 'never' : seconds(toldAt - first);
}

/** Sets the service's alarm off once the candidate bakes: ECS then turns back, whoever waits for it. */
function ringDuringTheBake(world: World): () => void {
  let over = false;
  const watch = async (): Promise<void> => {
    while (!over) {
      const newest = await newestDeployment(world);
      if (newest?.lifecycleStage === 'BAKE_TIME') {
        await world.cloudWatch.send(
          new SetAlarmStateCommand({ AlarmName: ALARM, StateValue: 'ALARM', StateReason: 'for the bench' }),
        );
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  void watch();
  return () => {
    over = true;
  };
}

async function newestDeployment({ ecs, seeded }: World): Promise<ServiceDeployment | undefined> {
  const { serviceDeployments = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({ cluster: seeded.cluster, service: seeded.service }),
  );
  const [newest] = [...serviceDeployments].sort(
    (a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0),
  );
  if (newest?.serviceDeploymentArn === undefined) return undefined;
  const described = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [newest.serviceDeploymentArn] }),
  );
  return described.serviceDeployments?.[0];
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
