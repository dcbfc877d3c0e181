import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, DescribeServicesCommand, ECSClient, type Service } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { pushDemoImage } from '../../sandbox/seed.ts';
import { isInstalled, runProgram, sayOnce } from '../sandbox/clients/_cli.ts';

const hasCli = isInstalled('aws');
if (!hasCli) sayOnce('skipped: the commands of docs/aws-setup.md (there is no AWS CLI)');

type Controller = 'ECS' | 'EXTERNAL' | 'CODE_DEPLOY';

/** What the page says instead of step 5 for the other controllers. */
const INSTEAD: Readonly<Record<Controller, string>> = {
  ECS: '5. The service',
  EXTERNAL: 'Deployment controller EXTERNAL',
  CODE_DEPLOY: 'Deployment controller CODE_DEPLOY',
};

/** The sandbox has no CloudFormation: what the template makes is held to the same in cloudformation-sandbox.test.ts. */
const BY_TEMPLATE = 'With CloudFormation';

/** The page's shell for one controller, without what the sandbox has no service for (IAM) and with the sandbox's own values. */
function commands(controller: Controller, values: Readonly<Record<string, string>>): string {
  const others = Object.values(INSTEAD).filter((heading) => heading !== INSTEAD[controller]);
  const blocks = readFileSync('docs/aws-setup.md', 'utf8')
    .split(/^## /m)
    .filter((section) => ![BY_TEMPLATE, ...others].some((heading) => section.startsWith(heading)))
    .flatMap((section) => [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text));
  const served = blocks.filter((block) => !block.includes('aws iam '));
  let script = ['set -euo pipefail', ...served].join('\n');
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^(export )?${name}=.*$`, 'm');
    if (!line.test(script)) throw new Error(`the page sets no ${name}`);
    script = script.replace(line, `$1${name}=${value}`);
  }
  return script;
}

/** A port that was free a moment ago: 80 and 8081 may be taken here, and the CLI knows no port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

let sandbox: Sandbox;
let ecs: ECSClient;
let image: string;
beforeAll(async () => {
  sandbox = await startSandbox({ speed: 60, runtime: 'process' });
  ecs = new ECSClient(sandbox.clientConfig);
  const ecr = new ECRClient(sandbox.clientConfig);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  ecr.destroy();
  await ecs.send(new CreateClusterCommand({ clusterName: 'demo' }));
  image = await pushDemoImage(sandbox, { version: 1 });
}, 60_000);
afterAll(async () => {
  ecs.destroy();
  await sandbox.close();
});

/** Runs the page for one controller, and gives the service that it made. */
async function followThePage(controller: Controller, service: string): Promise<Service | undefined> {
  const { region, account } = sandbox.place;
  const shell = commands(controller, { AWS_REGION: region, account, image, service })
    .replace('listener 80)', `listener ${await freePort()})`)
    .replace('listener 8081)', `listener ${await freePort()})`);
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], AWS_PAGER: '', ...sandbox.env };
  const { code, stderr } = await runProgram('bash', ['-c', shell], env);
  expect(stderr.trim()).toBe('');
  expect(code).toBe(0);
  expect(sandbox.violations).toEqual([]);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'demo', services: [service] }));
  return services?.[0];
}

/** "Is it right?": the action with what serves looks at everything, finds nothing wrong and changes nothing. */
async function isItRight(service: string): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    ...sandbox.env,
    INPUT_CLUSTER: 'demo',
    INPUT_SERVICE: service,
    INPUT_IMAGE: image,
  };
  const { stdout, stderr } = await runProgram(process.execPath, ['--import', 'tsx', 'src/index.ts'], env);
  return `${stdout}${stderr}`;
}

const orSkipped = hasCli ? test : test.skip;

orSkipped(
  'the commands of docs/aws-setup.md, in their order, make a service that is ready for blue/green',
  async () => {
    expect(await followThePage('ECS', 'web')).toMatchObject({
      runningCount: 2,
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 },
      loadBalancers: [
        { advancedConfiguration: { testListenerRule: expect.stringContaining(':listener-rule/app/web/') } },
      ],
    });
    expect(await isItRight('web')).toContain('web: unchanged: ');
  },
  360_000,
);

orSkipped(
  'with the section for EXTERNAL in place of step 5 they make a service with a primary task set, against which nothing stands',
  async () => {
    expect(await followThePage('EXTERNAL', 'external')).toMatchObject({
      deploymentController: { type: 'EXTERNAL' },
      taskSets: [{ status: 'PRIMARY', scale: { value: 100 } }],
    });
    expect(await isItRight('external')).toContain('external: unchanged: ');
  },
  360_000,
);

orSkipped(
  'with the section for CODE_DEPLOY in place of step 5 they make a service with a deployment group, against which nothing stands',
  async () => {
    expect(await followThePage('CODE_DEPLOY', 'by-codedeploy')).toMatchObject({
      deploymentController: { type: 'CODE_DEPLOY' },
      taskSets: [{ status: 'PRIMARY' }],
    });
    expect(await isItRight('by-codedeploy')).toContain('by-codedeploy: unchanged: ');
  },
  360_000,
);
