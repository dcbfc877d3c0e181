/** examples/django as somebody has it who deploys it: its folder, its first version in service, and guests who book tables. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { parse } from 'yaml';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import type { Seeded } from '../../../sandbox/seed.ts';
import { seedLoadBalancer } from '../../../sandbox/seed-load-balancer.ts';
import { waitForDeployment } from '../../../sandbox/seed-wait.ts';
import { canBuild, docker, succeeds } from './docker.ts';

const EXAMPLE = 'examples/django';
const NAME = 'reservations';
const CLUSTER = 'restaurant';
const PORT = 8000;
const STABLE_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** What .ci/python-base.sh has made. */
const BASE = 'greenlight/python:base';

/** Why the example cannot be built and run here; undefined when it can, or when real builds have said why nothing can. */
async function whyNot(): Promise<string | undefined> {
  if (!(await succeeds(['image', 'inspect', BASE])))
    return `the engine has no ${BASE}; .ci/python-base.sh start DIR makes one`;
  if (!(await succeeds(['network', 'inspect', 'bridge'])))
    return 'the engine has no bridge, and runserver takes its port on all addresses of its network';
  return undefined;
}

const reason = canBuild ? await whyNot() : undefined;
if (reason !== undefined) {
  if (process.env['GREENLIGHT_REQUIRE_DOCKER'] === '1')
    throw new Error(`GREENLIGHT_REQUIRE_DOCKER is set, but ${reason}`);
  process.stderr.write(`skipped: the Django example (${reason})\n`);
}
export const canBuildSite = canBuild && reason === undefined;

/** In place of the hub's python:3.9; without buildx there are no named contexts, and the engine has it under that very name. */
const named = canBuildSite && (await succeeds(['buildx', 'version'])) ? `python:3.9=docker-image://${BASE}` : undefined;
/** Inputs with which the action builds the example's Dockerfile, where no hub is. */
export const offlineInputs: Readonly<Record<string, string>> = named === undefined ? {} : { 'build-contexts': named };

export interface Site {
  readonly sandbox: Sandbox;
  readonly ecs: ECSClient;
  readonly seeded: Seeded;
  /** The example's files, to be changed as a commit does. */
  readonly folder: string;
  /** The first version's image, as the engine here knows it. */
  readonly localImage: string;
  close(): Promise<void>;
}

/** Builds the example's own Dockerfile, migrates, and waits until two tasks of it serve. Nothing is left when it rejects. */
export async function openSite(): Promise<Site> {
  const scratch = await mkdtemp(join(tmpdir(), 'greenlight-e2e-django-'));
  // A container takes longer to start than a process: a pause of an hour has three minutes.
  const sandbox = await startSandbox({ runtime: 'docker', speed: 20, region: 'ap-northeast-2' });
  const ecs = new ECSClient(sandbox.clientConfig);
  const ecr = new ECRClient(sandbox.clientConfig);
  const registry = new URL(sandbox.endpoint).host;
  const close = async (): Promise<void> => {
    ecs.destroy();
    ecr.destroy();
    await sandbox.close();
    await rm(scratch, { recursive: true, force: true });
    const format = '{{.Repository}}:{{.Tag}}';
    const images = await docker(['image', 'ls', '--format', format, '--filter', `reference=${registry}/*`]);
    for (const image of images.split('\n').filter((line) => line !== ''))
      await succeeds(['image', 'rm', '--force', image]);
  };
  try {
    const folder = join(scratch, 'site');
    await cp(EXAMPLE, folder, { recursive: true });
    const file = join(folder, 'task-definition.yaml');
    await change(file, 'book.example.com', new URL(sandbox.endpoint).hostname);
    const localImage = `${registry}/${NAME}:1`;
    await pushFirst(ecr, folder, localImage, join(scratch, 'docker'));
    const seeded = await seed(sandbox, ecs, parse(await readFile(file, 'utf8')), localImage);
    return { sandbox, ecs, seeded, folder, localImage, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Fails when the text is not there, so that the example cannot change without its tests. */
export async function change(file: string, from: string, to: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  if (!before.includes(from)) throw new Error(`${file} has no '${from}'`);
  await writeFile(file, before.replaceAll(from, to));
}

/** By hand, as the first image of every service. The login is in a folder of its own. */
async function pushFirst(ecr: ECRClient, folder: string, image: string, configuration: string): Promise<void> {
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName: NAME }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
  const registry = repository?.repositoryUri?.split('/')[0] ?? '';
  const auths = { [registry]: { auth: authorizationData?.[0]?.authorizationToken } };
  await mkdir(configuration);
  await writeFile(join(configuration, 'config.json'), JSON.stringify({ auths }));
  const contexts = named === undefined ? [] : ['--build-context', named];
  await docker(['build', ...contexts, '--tag', image, folder], { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' });
  await docker(['push', image], { DOCKER_CONFIG: configuration });
}

async function seed(
  sandbox: Sandbox,
  ecs: ECSClient,
  definition: RegisterTaskDefinitionCommandInput,
  image: string,
): Promise<Seeded> {
  const balancer = await seedLoadBalancer(sandbox, NAME, {
    port: 0,
    containerPort: PORT,
    // A busy machine may take its time over one answer.
    healthCheck: { interval: 10, timeout: 5, unhealthyThreshold: 5 },
  });
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  const [container] = definition.containerDefinitions ?? [];
  const environment = [...(container?.environment ?? []), { name: 'VERSION', value: '1' }];
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...definition,
      containerDefinitions: [{ ...container, image, environment }],
    }),
  );
  const taskDefinitionArn = taskDefinition?.taskDefinitionArn ?? '';
  await migrate(ecs, taskDefinitionArn);
  const role = `arn:aws:iam::${sandbox.place.account}:role/ecsInfrastructureRole`;
  const { service } = await ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: NAME,
      taskDefinition: taskDefinitionArn,
      desiredCount: 2,
      launchType: 'FARGATE',
      // AWS's seconds, which pass faster here: a busy machine needs its own thirty to start a task.
      healthCheckGracePeriodSeconds: Math.ceil(30 * sandbox.clock.speed),
      networkConfiguration: awsvpc,
      loadBalancers: [
        {
          targetGroupArn: balancer.targetGroupArns[0],
          containerName: NAME,
          containerPort: PORT,
          advancedConfiguration: {
            alternateTargetGroupArn: balancer.targetGroupArns[1],
            productionListenerRule: balancer.productionRuleArn,
            testListenerRule: balancer.testRuleArn,
            roleArn: role,
          },
        },
      ],
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    }),
  );
  await waitForDeployment(ecs, CLUSTER, NAME, STABLE_MS);
  const serviceArn = service?.serviceArn ?? '';
  const repositoryUri = image.replace(/:1$/, '');
  const where = { cluster: CLUSTER, service: NAME, repository: NAME, repositoryUri };
  return { ...balancer, ...where, serviceArn, taskDefinitionArn, image };
}

const awsvpc = { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } };

/** The tables of the first version, made by hand; those of all later ones are the input migrate's business. */
async function migrate(ecs: ECSClient, taskDefinition: string): Promise<void> {
  const command = ['python', 'manage.py', 'migrate'];
  const overrides = { containerOverrides: [{ name: NAME, command }] };
  const run = {
    cluster: CLUSTER,
    taskDefinition,
    overrides,
    launchType: 'FARGATE',
    networkConfiguration: awsvpc,
  } as const;
  const { tasks: started = [] } = await ecs.send(new RunTaskCommand(run));
  for (;;) {
    const look = new DescribeTasksCommand({ cluster: CLUSTER, tasks: started.map(({ taskArn = '' }) => taskArn) });
    const [task] = (await ecs.send(look)).tasks ?? [];
    if (task?.lastStatus === 'STOPPED') {
      const { exitCode, reason: why } = task.containers?.[0] ?? {};
      if (exitCode === 0) return;
      throw new Error(`the first migration ended with ${exitCode}: ${why ?? task.stoppedReason}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
