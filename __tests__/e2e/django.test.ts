/** examples/django, built by its own Dockerfile and deployed by its own workflow, while guests book tables. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { canBuildSite, change, offlineInputs, openSite, type Site } from './support/django.ts';
import { docker } from './support/docker.ts';
import { type Guests, startGuests } from './support/guests.ts';
import { endJobs, expectEnd, startJob } from './support/job.ts';
import { watchShares } from './support/shifts.ts';
import { addToTotals } from './support/totals.ts';
import { STORY_MS } from './support/world.ts';

jest.setTimeout(STORY_MS);

const COMMIT = 'd1a60'.padEnd(40, '0');
/** The same as in the example, in a world whose minutes take three seconds: hold and pauses are shorter, new tasks are warm at once. */
const HURRIED = { hold: '8s', 'hold-limit': '3h', 'promote-within': '24h', poll: '1s', bake: '0m' };

(canBuildSite ? describe : describe.skip)('the Django example', () => {
  let site: Site;
  let guests: Guests | undefined;
  beforeAll(async () => {
    site = await openSite();
  }, STORY_MS);
  afterAll(async () => {
    // A failed story has not sent them home.
    await guests?.stop();
    await endJobs();
    await site?.close();
  });

  /** The inputs of the example's workflow. */
  async function workflowInputs(): Promise<Readonly<Record<string, string>>> {
    const text = await readFile(join(site.folder, 'deploy.yml'), 'utf8');
    const { jobs } = parse(text) as { jobs: { deploy: { steps: { uses: string; with: Record<string, string> }[] } } };
    const step = jobs.deploy.steps.find(({ uses }) => uses.startsWith('OWNER/greenlight@'));
    const written = JSON.stringify(step?.with ?? {}).replace(/\$\{\{ github\.sha \}\}/, COMMIT);
    return JSON.parse(written.replace('- metrics\\n', '- metrics: { warm-up: 0s }\\n')) as Record<string, string>;
  }

  test('passes its own tests in the image that is deployed, and its migrations are complete', async () => {
    const run = [
      'run',
      '--rm',
      '--network=none',
      '--env=SECRET_KEY=of-the-tests',
      site.localImage,
      'python',
      'manage.py',
    ];
    await docker([...run, 'test']);
    expect(await docker([...run, 'makemigrations', '--check', '--dry-run'])).toContain('No changes detected');
  });

  test('says what it wants when it is started without a key', async () => {
    const started = docker(['run', '--rm', '--network=none', site.localImage]);
    await expect(started).rejects.toThrow(/SECRET_KEY is not set\. On your own machine any text will do/);
  });

  test('loses no booking while its next version is shifted in', async () => {
    const { sandbox, seeded, ecs, folder } = site;
    await change(join(folder, 'reservations/templates/reservations/reserve.html'), 'Free tables,', 'Still free,');
    const shares = watchShares(site);
    guests = startGuests(seeded.productionUrl, 3);
    await guests.reached(10);
    expect(guests.count()).toMatchObject({ failed: 0, problems: [] });
    const before = guests.booked.length;
    const inputs = { ...(await workflowInputs()), ...HURRIED, ...offlineInputs };
    const result = await (await startJob({ inputs, env: sandbox.env, cwd: folder, sha: COMMIT })).ended;
    shares.stop();
    const whileItShifted = guests.booked.slice(before);
    await guests.reached(guests.booked.length + 5);
    addToTotals(await guests.stop(), undefined);

    expectEnd(result, 0, 'succeeded');
    expect(shares.seen).toEqual([10, 100]);
    const log = result.lines.join('\n');
    expect(log).toMatch(/^\| +No migrations to apply\.$/m);
    expect(log).toMatch(/gate metrics +pass at 10 %/);
    expect(guests.count()).toMatchObject({ failed: 0, problems: [] });
    // Both versions have given out forms and taken them, the old one's forms also to the new one.
    expect(new Set(whileItShifted.map(({ heading }) => heading))).toEqual(new Set(['Free tables', 'Still free']));
    expect(guests.booked.at(-1)?.heading).toBe('Still free');

    // What runs is what was built of this very folder, as real containers.
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: seeded.cluster, serviceName: seeded.service }));
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: seeded.cluster, tasks: taskArns ?? [] }));
    expect(tasks).toHaveLength(2);
    for (const { containers } of tasks) {
      expect(containers?.[0]?.image).toBe(result.outputs['image']);
      expect(await docker(['exec', containers?.[0]?.runtimeId ?? '', 'cat', '/proc/1/cmdline'])).toBe(
        'python\0manage.py\0runserver\x000.0.0.0:8000\0',
      );
    }
    const health = await fetch(`${seeded.productionUrl}/healthz`);
    expect(await health.json()).toEqual({ status: 'ok', version: COMMIT });

    // Every receipt that a guest was ever given still stands, whoever had taken the booking.
    for (const { name, receipt } of guests.booked) {
      const answer = await fetch(new URL(receipt, seeded.productionUrl));
      expect({ status: answer.status, receipt: await answer.text() }).toEqual({
        status: 200,
        receipt: expect.stringContaining(`${name}, table `),
      });
    }
    expect(sandbox.violations).toEqual([]);
    process.stderr.write(
      `django: ${guests.booked.length} tables booked, ${whileItShifted.length} of them while the new version was shifted in, 0 lost\n`,
    );
  });
});
