import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { pushDemoImage, type Seeded, seedDemo } from '../../../sandbox/seed.ts';
import { runProgram, sayOnce } from './_cli.ts';

/** dist/index.js of aws-actions/amazon-ecs-deploy-task-definition, unmodified: a client that nobody here wrote. */
const peer = process.env['GREENLIGHT_PEER'];
if (peer === undefined) sayOnce("skipped: someone else's deploy action (GREENLIGHT_PEER names no dist/index.js)");
else if (!existsSync(peer)) throw new Error(`GREENLIGHT_PEER names no file: '${peer}'`);

(peer === undefined ? describe.skip : describe)("someone else's deploy action", () => {
  let sandbox: Sandbox;
  let ecs: ECSClient;
  let folder: string;

  beforeEach(async () => {
    sandbox = await startSandbox({ runtime: 'process', speed: 60 });
    ecs = new ECSClient(sandbox.clientConfig);
    folder = mkdtempSync(join(tmpdir(), 'greenlight-peer-'));
  });
  afterEach(async () => {
    ecs.destroy();
    rmSync(folder, { recursive: true, force: true });
    await sandbox.close();
  });

  /** Writes the task definition as users have it (the service's own, with another image) and runs the action. */
  const deploy = async (seeded: Seeded, image: string, inputs: Readonly<Record<string, string>> = {}) => {
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: seeded.service }));
    const [container] = taskDefinition?.containerDefinitions ?? [];
    const file = join(folder, 'task-definition.json');
    writeFileSync(file, JSON.stringify({ ...taskDefinition, containerDefinitions: [{ ...container, image }] }));
    const output = join(folder, 'output');
    writeFileSync(output, '');
    const given = { 'task-definition': file, cluster: seeded.cluster, service: seeded.service, ...inputs };
    const ran = await runProgram(process.execPath, [peer ?? ''], {
      PATH: process.env['PATH'],
      ...sandbox.env,
      GITHUB_OUTPUT: output,
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: folder,
      ...Object.fromEntries(
        Object.entries(given).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
      ),
    });
    return { ...ran, outputs: readFileSync(output, 'utf8') };
  };

  test.each(['BLUE_GREEN', 'ROLLING'] as const)(
    'deploys a new version by %s and sees it become stable',
    async (strategy) => {
      const seeded = await seedDemo(sandbox, { strategy });
      const image = await pushDemoImage(sandbox, { version: 2, repository: seeded.repository });
      const ran = await deploy(seeded, image, {
        'wait-for-service-stability': 'true',
        'wait-max-delay-seconds': '16',
      });
      // With its whole output, so that a failure says why.
      expect(`exit ${ran.code}\n${ran.stdout}${ran.stderr}`).toMatch(/^exit 0\n/);
      expect(ran.outputs).toContain(`task-definition/${seeded.service}:2`);
      const { services } = await ecs.send(
        new DescribeServicesCommand({ cluster: seeded.cluster, services: [seeded.service] }),
      );
      expect(services?.[0]).toMatchObject({ runningCount: 2, pendingCount: 0, status: 'ACTIVE' });
      expect(services?.[0]?.taskDefinition).toMatch(/\/web:2$/);
      expect(await (await fetch(seeded.productionUrl)).json()).toMatchObject({ version: '2' });
      expect(sandbox.violations).toEqual([]);
      expect(sandbox.calls.flatMap((call) => call.ignored)).toEqual([]);
    },
    120_000,
  );

  test('fails with the text of AWS when the service is not there', async () => {
    const seeded = await seedDemo(sandbox, { desiredCount: 1 });
    const ran = await deploy(seeded, seeded.image, { service: 'nobody' });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('nobody is MISSING');
    expect(sandbox.violations).toEqual([]);
  }, 120_000);
});
