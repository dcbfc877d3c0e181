import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { pushDemoImage } from '../../sandbox/seed.ts';
import { isInstalled, runProgram, sayOnce } from '../sandbox/clients/_cli.ts';

const hasCli = isInstalled('aws');
if (!hasCli) sayOnce('skipped: the commands of docs/aws-setup.md (there is no AWS CLI)');

/** The page's shell, without what the sandbox has no service for (IAM) and with the sandbox's own values. */
function commands(values: Readonly<Record<string, string>>): string {
  const blocks = [...readFileSync('docs/aws-setup.md', 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
    ([, text = '']) => text,
  );
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
beforeAll(async () => {
  sandbox = await startSandbox({ speed: 60, runtime: 'process' });
  ecs = new ECSClient(sandbox.clientConfig);
});
afterAll(async () => {
  ecs.destroy();
  await sandbox.close();
});

(hasCli ? test : test.skip)(
  'the commands of docs/aws-setup.md, in their order, make a service that is ready for blue/green',
  async () => {
    const ecr = new ECRClient(sandbox.clientConfig);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    ecr.destroy();
    await ecs.send(new CreateClusterCommand({ clusterName: 'demo' }));
    const image = await pushDemoImage(sandbox, { version: 1 });
    const { region, account } = sandbox.place;

    const shell = commands({ AWS_REGION: region, account, image })
      .replace('listener 80)', `listener ${await freePort()})`)
      .replace('listener 8081)', `listener ${await freePort()})`);
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], AWS_PAGER: '', ...sandbox.env };
    const { code, stderr } = await runProgram('bash', ['-c', shell], env);
    expect(stderr.trim()).toBe('');
    expect(code).toBe(0);

    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'demo', services: ['web'] }));
    expect(services?.[0]).toMatchObject({
      runningCount: 2,
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 },
      loadBalancers: [
        { advancedConfiguration: { testListenerRule: expect.stringContaining(':listener-rule/app/web/') } },
      ],
    });
    expect(sandbox.violations).toEqual([]);
  },
  180_000,
);
